// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/packet_joiner.h"

#include <algorithm>
#include <cstring>

#include "protocol/check.h"
#include "protocol/endian.h"
#include "tools/live/inet_checksum.h"
#include "tools/live/inner_header.h"

namespace live {
namespace {

constexpr size_t kPorts = 4;
constexpr size_t kIp4AddressBytes = 8, kIp6AddressBytes = 32;

absl::Span<const uint8_t> Addresses(const uint8_t* packet) {
  if (IsIp4(packet)) return {packet + kIp4Addresses, kIp4AddressBytes};
  return {packet + kIp6Addresses, kIp6AddressBytes};
}

bool SameBytes(const uint8_t* a, const uint8_t* b, size_t size) { return std::memcmp(a, b, size) == 0; }

// Everything of the IP headers but length, number and checksum. With DF the number means nothing; without, that of the
// packet `later` places behind counts up.
bool SameIp(const uint8_t* a, const uint8_t* b, uint32_t later) {
  if (!IsIp4(a)) return SameBytes(a, b, kIp6Length) && a[kIp6HopLimit] == b[kIp6HopLimit];
  if (!SameBytes(a, b, kIp4Length) || !SameBytes(a + kIp4Fragment, b + kIp4Fragment, 4)) return false;
  if ((wg::LoadBe16(a + kIp4Fragment) & kIp4DontFragment) != 0) return true;
  return wg::LoadBe16(b + kIp4Id) == static_cast<uint16_t>(wg::LoadBe16(a + kIp4Id) + later);
}

// Acknowledgment, offset, flags but FIN and PSH, window, urgent pointer and options.
bool SameTcp(const uint8_t* a, const uint8_t* b, size_t header) {
  constexpr auto kAside = static_cast<uint8_t>(~(kTcpFin | kTcpPsh));
  return SameBytes(a + kTcpAck, b + kTcpAck, kTcpFlags - kTcpAck) &&
         (a[kTcpFlags] & kAside) == (b[kTcpFlags] & kAside) &&
         SameBytes(a + kTcpWindow, b + kTcpWindow, kTcpChecksum - kTcpWindow) &&
         SameBytes(a + kTcpUrgent, b + kTcpUrgent, header - kTcpUrgent);
}

}  // namespace

// False: it belongs to no flow that could be named.
bool PacketJoiner::Parse(absl::Span<uint8_t> packet, Candidate* candidate) {
  candidate->bytes = packet;
  if (packet.empty()) return false;
  const uint8_t* ip = packet.data();
  uint8_t protocol = 0;
  if (packet.size() >= kIp4Header && ip[0] == 0x45) {
    candidate->transport = kIp4Header;
    protocol = ip[kIp4Protocol];
    if (wg::LoadBe16(ip + kIp4Length) != packet.size()) return false;
    if ((wg::LoadBe16(ip + kIp4Fragment) & ~kIp4DontFragment) != 0) return false;
  } else if (packet.size() >= kIp6Header && ip[0] >> 4 == 6) {
    candidate->transport = kIp6Header;
    protocol = ip[kIp6NextHeader];
    if (wg::LoadBe16(ip + kIp6Length) + kIp6Header != packet.size()) return false;
  } else {
    return false;
  }
  candidate->tcp = protocol == kProtocolTcp;
  if (!candidate->tcp && protocol != kProtocolUdp) return false;
  const size_t shortest = candidate->tcp ? kTcpHeader : kUdpHeader;
  if (packet.size() < candidate->transport + shortest) return false;
  // Any mixture will do: equal hashes are looked at more closely.
  uint64_t hash = protocol + uint64_t{wg::LoadLe32(ip + candidate->transport)} * 0x9e3779b97f4a7c15;
  const absl::Span<const uint8_t> addresses = Addresses(ip);
  for (size_t i = 0; i < addresses.size(); i += 8) {
    hash = (hash ^ wg::LoadLe64(addresses.data() + i)) * 0x9e3779b97f4a7c15;
  }
  candidate->flow = hash;
  if (candidate->tcp) {
    ParseTcp(candidate);
  } else {
    ParseUdp(candidate);
  }
  return true;
}

void PacketJoiner::ParseTcp(Candidate* candidate) {
  const uint8_t* tcp = candidate->bytes.data() + candidate->transport;
  const size_t length = size_t{tcp[kTcpOffset]} / 16 * 4;
  candidate->headers = candidate->transport + length;
  candidate->sequence = wg::LoadBe32(tcp + kTcpSequence);
  candidate->ends = (tcp[kTcpFlags] & (kTcpFin | kTcpPsh)) != 0;
  // Neither SYN, RST, URG nor CWR.
  constexpr auto kAside = static_cast<uint8_t>(~(kTcpFin | kTcpPsh | kTcpEce));
  candidate->joinable = length >= kTcpHeader && candidate->headers < candidate->bytes.size() &&
                        (tcp[kTcpOffset] & 15) == 0 && (tcp[kTcpFlags] & kAside) == kTcpAckFlag;
}

void PacketJoiner::ParseUdp(Candidate* candidate) {
  const uint8_t* udp = candidate->bytes.data() + candidate->transport;
  candidate->headers = candidate->transport + kUdpHeader;
  candidate->joinable = candidate->headers < candidate->bytes.size() &&
                        wg::LoadBe16(udp + kUdpLength) == candidate->bytes.size() - candidate->transport &&
                        wg::LoadBe16(udp + kUdpChecksum) != 0;
}

bool PacketJoiner::SameFlow(const Candidate& a, const Candidate& b) {
  if (a.flow != b.flow || a.tcp != b.tcp || a.transport != b.transport) return false;
  const absl::Span<const uint8_t> addresses = Addresses(a.bytes.data());
  return SameBytes(addresses.data(), Addresses(b.bytes.data()).data(), addresses.size()) &&
         SameBytes(&a.bytes[a.transport], &b.bytes[b.transport], kPorts);
}

bool PacketJoiner::GoodChecksum(const Candidate& candidate) {
  const absl::Span<const uint8_t> bytes = candidate.bytes;
  if (IsIp4(bytes.data()) && SumOf(bytes.first(kIp4Header)) != 0xffff) return false;
  const absl::Span<const uint8_t> transport = bytes.subspan(candidate.transport);
  const uint8_t protocol = candidate.tcp ? kProtocolTcp : kProtocolUdp;
  return FoldSum(PseudoHeaderSum(Addresses(bytes.data()), protocol, transport.size()) +
                 SumOf(transport)) == 0xffff;
}

bool PacketJoiner::Fits(const Group& group, const Candidate& candidate) const {
  const Candidate& first = packets_[group.first];
  const size_t segment = first.bytes.size() - first.headers;
  const size_t payload = candidate.bytes.size() - candidate.headers;
  if (candidate.headers != first.headers || payload > segment) return false;
  if (group.count == kMostPackets || group.bytes + payload > kMostBytes) return false;
  if (!SameIp(first.bytes.data(), candidate.bytes.data(), group.count)) return false;
  if (!candidate.tcp) return true;
  // All before this one are of the first one's size.
  return candidate.sequence == static_cast<uint32_t>(first.sequence + group.count * segment) &&
         SameTcp(&first.bytes[first.transport], &candidate.bytes[candidate.transport],
                 first.headers - first.transport);
}

size_t PacketJoiner::Find(const Candidate& candidate) const {
  size_t i = 0;
  while (i < open_.size() && !SameFlow(packets_[groups_[open_[i]].first], candidate)) ++i;
  return i;
}

void PacketJoiner::Close(size_t i) { open_.erase(open_.begin() + static_cast<ptrdiff_t>(i)); }

void PacketJoiner::Add(absl::Span<uint8_t> packet) {
  const auto index = static_cast<uint32_t>(packets_.size());
  Candidate candidate;
  const bool flow = Parse(packet, &candidate);
  candidate.joinable &= candidate.tcp ? protocols_.tcp : protocols_.udp;
  if (!flow) open_.clear();
  const size_t i = flow ? Find(candidate) : open_.size();
  if (i < open_.size()) {
    Group& group = groups_[open_[i]];
    if (candidate.joinable && Fits(group, candidate)) {
      candidate.joinable = GoodChecksum(candidate);
      group.checked = group.checked || GoodChecksum(packets_[group.first]);
      if (candidate.joinable && group.checked) {
        const Candidate& first = packets_[group.first];
        packets_[group.last].next = index;
        group.last = index;
        ++group.count;
        group.bytes += static_cast<uint32_t>(packet.size() - candidate.headers);
        if (candidate.ends || packet.size() < first.bytes.size()) Close(i);
        packets_.push_back(candidate);
        return;
      }
    }
    Close(i);
  }
  if (candidate.joinable && !candidate.ends) {
    if (open_.size() == kMostFlows) Close(0);
    open_.push_back(static_cast<uint32_t>(groups_.size()));
  }
  packets_.push_back(candidate);
  groups_.push_back({.first = index, .last = index, .bytes = static_cast<uint32_t>(packet.size())});
}

size_t PacketJoiner::Finish(size_t i, VirtioHeader* header, absl::Span<const uint8_t>* parts) {
  const Group& group = groups_[i];
  Candidate& first = packets_[group.first];
  parts[0] = first.bytes;
  *header = VirtioHeader();
  if (group.count == 1) return 1;
  uint8_t* const ip = first.bytes.data();
  uint8_t* const transport = ip + first.transport;
  const size_t length = group.bytes - first.transport;
  SetIpLength(ip, first.transport, group.bytes);
  *header = {.flags = VirtioHeader::kNeedsChecksum,
             .hdr_len = static_cast<uint16_t>(first.headers),
             .gso_size = static_cast<uint16_t>(first.bytes.size() - first.headers),
             .csum_start = static_cast<uint16_t>(first.transport)};
  if (first.tcp) {
    header->gso_type = static_cast<uint8_t>(IsIp4(ip) ? Gso::kTcp4 : Gso::kTcp6);
    header->csum_offset = kTcpChecksum;
    const Candidate& last = packets_[group.last];
    transport[kTcpFlags] |= last.bytes[last.transport + kTcpFlags];
  } else {
    header->gso_type = static_cast<uint8_t>(Gso::kUdp);
    header->csum_offset = kUdpChecksum;
    wg::StoreBe16(transport + kUdpLength, static_cast<uint16_t>(length));
  }
  const uint8_t protocol = first.tcp ? kProtocolTcp : kProtocolUdp;
  wg::StoreBe16(transport + header->csum_offset,
                FoldSum(PseudoHeaderSum(Addresses(ip), protocol, length)));
  size_t count = 1;
  for (uint32_t at = first.next; at != 0; at = packets_[at].next) {
    parts[count++] = packets_[at].bytes.subspan(packets_[at].headers);
  }
  CHECK_EQ(count, group.count);
  return count;
}

void PacketJoiner::Clear() {
  packets_.clear();
  groups_.clear();
  open_.clear();
}

}  // namespace live
