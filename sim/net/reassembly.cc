// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/reassembly.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "protocol/check.h"

namespace net {

Reassembler::Reassembler(Fabric* fabric, sim::EntityId place, Observer* observer)
    : Actor(place), fabric_(fabric), observer_(observer), timer_(fabric->loop(), this, 0) {}

Reassembler::~Reassembler() = default;

bool Reassembler::Add(const IpHeader& header, Packet* packet) {
  const Key key{header.source, header.destination, header.id, header.protocol};
  auto [it, is_new] = waiting_.try_emplace(key);
  Datagram& datagram = it->second;
  if (is_new) {
    datagram.deadline = fabric_->now() + (header.destination.is_v4() ? kTimeout : kTimeoutV6);
  }
  bool overlap = false;
  const Drop drop = Insert(&datagram, header, packet, &overlap);
  if (drop != Drop::kNone) fabric_->Kill(packet, entity(), drop);
  if (overlap || datagram.pieces.empty()) {
    GiveUp(it, Drop::kBadFragment);
    ArmTimer();
    return false;
  }
  const bool complete = datagram.total != 0 && datagram.gathered == datagram.total;
  if (complete) {
    *packet = Join(&datagram, header);
    waiting_.erase(it);
  }
  if (is_new || complete) ArmTimer();
  return complete;
}

Drop Reassembler::Insert(Datagram* datagram, const IpHeader& header, Packet* packet,
                         bool* overlap) {
  const uint32_t offset = header.fragment_offset;
  const uint32_t size = header.total_size - header.header_size;
  const bool last = !header.more_fragments;
  if (size == 0 || offset + size > kMaxIpSize || (!last && size % 8 != 0))
    return Drop::kBadFragment;
  if (bytes_ + size > kMaxBytes) return Drop::kFragmentTableFull;
  std::vector<Piece>& pieces = datagram->pieces;
  auto at = std::lower_bound(pieces.begin(), pieces.end(), offset,
                             [](const Piece& piece, uint32_t o) { return piece.offset < o; });
  if (at != pieces.end() && at->offset == offset && at->size == size) return Drop::kBadFragment;
  *overlap = (at != pieces.end() && at->offset < offset + size) ||
             (at != pieces.begin() && (at - 1)->offset + (at - 1)->size > offset) ||
             (datagram->total != 0 && offset + size > datagram->total) ||
             (last && datagram->total != 0 && datagram->total != offset + size) ||
             (last && !pieces.empty() && pieces.back().offset + pieces.back().size > offset + size);
  if (*overlap) return Drop::kBadFragment;
  if (last) datagram->total = offset + size;
  datagram->gathered += size;
  bytes_ += size;
  pieces.insert(at, Piece{offset, size, header.header_size, std::move(*packet)});
  return Drop::kNone;
}

Packet Reassembler::Join(Datagram* datagram, const IpHeader& header) {
  Packet whole;
  whole.buffer = fabric_->pool()->Allocate(datagram->total);
  whole.checksum = ChecksumState::kVerified;
  IpHeader ip = header;
  for (Piece& piece : datagram->pieces) {
    std::memcpy(whole.buffer.data() + piece.offset, piece.packet.buffer.data() + piece.header_size,
                piece.size);
    if (piece.packet.tag() != 0) whole.buffer.set_tag(piece.packet.tag());
    if (piece.packet.charge) whole.charge = std::move(piece.packet.charge);
    if (piece.packet.checksum == ChecksumState::kUnverified) {
      whole.checksum = ChecksumState::kUnverified;
    }
    whole.device = piece.packet.device;
    whole.mark = piece.packet.mark;
    whole.cpu = piece.packet.cpu;
  }
  // Any piece with CE marks the whole (RFC 3168, section 5.3); Not-ECT and CE mixed do not occur
  // here.
  for (const Piece& piece : datagram->pieces) {
    IpHeader one;
    if (ParseIp(piece.packet.buffer.bytes(), &one) && (one.ds & 3) == 3) ip.ds |= 3;
  }
  ip.fragment_offset = 0;
  ip.more_fragments = false;
  bytes_ -= datagram->gathered;
  PushIp(ip, &whole.buffer);
  return whole;
}

void Reassembler::GiveUp(Table::iterator it, Drop why) {
  Datagram& datagram = it->second;
  bytes_ -= datagram.gathered;
  if (why == Drop::kFragmentTimeout && !datagram.pieces.empty() &&
      datagram.pieces.front().offset == 0) {
    observer_->OnReassemblyTimeout(datagram.pieces.front().packet);
  }
  for (Piece& piece : datagram.pieces) fabric_->Kill(&piece.packet, entity(), why);
  waiting_.erase(it);
}

void Reassembler::ArmTimer() {
  sim::Time first = sim::kEndOfTime;
  for (const auto& [key, datagram] : waiting_) first = std::min(first, datagram.deadline);
  if (first == sim::kEndOfTime) {
    timer_.Cancel();
  } else if (!timer_.armed() || timer_.deadline() != first) {
    timer_.ArmAt(first);
  }
}

void Reassembler::OnEvent(uint64_t /*arg*/) {
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    auto here = it++;
    if (here->second.deadline > fabric_->now()) continue;
    // btree iterators do not survive an erase elsewhere.
    const Key next = it == waiting_.end() ? here->first : it->first;
    const bool more = it != waiting_.end();
    GiveUp(here, Drop::kFragmentTimeout);
    it = more ? waiting_.find(next) : waiting_.end();
  }
  ArmTimer();
}

}  // namespace net
