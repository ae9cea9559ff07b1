// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/netlink/dump_cursor.h"

#include <chrono>

#include "protocol/check.h"
#include "protocol/endian.h"
#include "protocol/netlink/sockaddr.h"

namespace wg::netlink {
namespace {

constexpr size_t kDoneBytes = kMessageHeaderBytes + 4;

bool PutTime(uint16_t type, WallTime time, AttributeWriter* writer) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  uint8_t bytes[kTimespecBytes];
  StoreLe64(bytes, static_cast<uint64_t>(seconds.count()));
  StoreLe64(bytes + 8, static_cast<uint64_t>((time.time_since_epoch() - seconds).count()));
  return writer->Put(type, bytes);
}

bool PutAllowedIp(const Prefix& prefix, AttributeWriter* writer) {
  uint8_t address[16];
  prefix.network().CopyBytes(address);
  size_t nest;
  if (!writer->Begin(0, &nest)) return false;
  if (!writer->PutU8(kAllowedIpMask, static_cast<uint8_t>(prefix.length())) ||
      !writer->PutU16(kAllowedIpFamily, prefix.address().is_v6() ? kAfInet6 : kAfInet) ||
      !writer->Put(kAllowedIpAddress, absl::MakeConstSpan(address, prefix.address().size()))) {
    writer->Cancel(nest);
    return false;
  }
  writer->End(nest);
  return true;
}

}  // namespace

std::vector<uint8_t> DumpCursor::Next(const Device& device, size_t max_bytes) {
  CHECK(!done_);
  CHECK_GE(max_bytes, kMinDumpBytes);
  std::vector<uint8_t> datagram;
  if (all_peers_) {
    PutDone(&datagram);
    return datagram;
  }
  const Device::State& state = device.state();
  const bool interrupted = generation_ != 0 && generation_ != state.update_gen;
  generation_ = state.update_gen;
  Header header = {.flags = kFlagMulti, .sequence = options_.sequence, .port = options_.port};
  if (interrupted) header.flags |= kFlagDumpInterrupted;
  datagram.reserve(max_bytes);
  const size_t at = BeginGenericMessage(header, Command::kGetDevice, &datagram);
  AttributeWriter writer(&datagram, max_bytes);
  if (completed_ == PeerId::kNone) CHECK(PutDevice(state, &writer));
  all_peers_ = PutPeers(state, &writer);
  EndMessage(at, &datagram);
  if (all_peers_ && writer.room() >= kDoneBytes) PutDone(&datagram);
  return datagram;
}

bool DumpCursor::PutDevice(const Device::State& device, AttributeWriter* writer) const {
  if (!writer->PutU16(kDeviceListenPort, device.listen_port) ||
      !writer->PutU32(kDeviceFwmark, device.fwmark) ||
      !writer->PutU32(kDeviceIfIndex, options_.ifindex) ||
      !writer->PutString(kDeviceIfName, options_.ifname)) {
    return false;
  }
  return !device.identity.has_identity() ||
         (writer->Put(kDevicePrivateKey, device.identity.private_key().bytes) &&
          writer->Put(kDevicePublicKey, device.identity.public_key().bytes));
}

bool DumpCursor::PutPeers(const Device::State& device, AttributeWriter* writer) {
  const Peer* last = nullptr;
  if (completed_ != PeerId::kNone) {
    last = FindPeer(device, completed_);
    if (last == nullptr || last->is_dead) return true;
  }
  if (device.first_peer == nullptr) return true;
  size_t nest;
  CHECK(writer->Begin(kDevicePeers, &nest));
  const Peer* peer = last == nullptr ? device.first_peer : last->next_peer;
  for (; peer != nullptr; peer = peer->next_peer) {
    if (!PutPeer(device, *peer, writer)) break;
    completed_ = peer->id;
  }
  writer->End(nest);
  return peer == nullptr;
}

bool DumpCursor::PutPeer(const Device::State& device, const Peer& peer, AttributeWriter* writer) {
  const AllowedIps& table = device.allowed_ips;
  AllowedIps::Entry entry = next_entry_;
  size_t nest;
  if (!writer->Begin(0, &nest)) return false;
  bool fits = writer->Put(kPeerPublicKey, peer.public_key().bytes);
  if (fits && entry == AllowedIps::Entry::kEnd) {
    fits = PutSettings(peer, writer);
    entry = table.First(peer.slot);
  }
  const bool has_list = fits && entry != AllowedIps::Entry::kEnd;
  // As in the kernel, the number stays when the peer is put off because its list cannot be begun.
  if (has_list && table_seq_ == 0) table_seq_ = table.seq();
  if (has_list && table_seq_ == table.seq()) {
    size_t list;
    fits = writer->Begin(kPeerAllowedIps, &list);
    for (; fits && entry != AllowedIps::Entry::kEnd; entry = table.Next(entry)) {
      if (PutAllowedIp(table.PrefixOf(entry), writer)) continue;
      writer->End(list);
      writer->End(nest);
      next_entry_ = entry;
      return false;
    }
    if (fits) writer->End(list);
  }
  if (!fits) {
    writer->Cancel(nest);
    return false;
  }
  writer->End(nest);
  next_entry_ = AllowedIps::Entry::kEnd;
  table_seq_ = 0;
  return true;
}

bool DumpCursor::PutSettings(const Peer& peer, AttributeWriter* writer) const {
  if (!writer->Put(kPeerPresharedKey, peer.handshake.psk().bytes) ||
      !PutTime(kPeerLastHandshake, peer.walltime_last_handshake, writer) ||
      !writer->PutU16(kPeerPersistentKeepalive, peer.persistent_keepalive_interval) ||
      !writer->PutU64(kPeerTxBytes, peer.tx_bytes) ||
      !writer->PutU64(kPeerRxBytes, peer.rx_bytes) ||
      !writer->PutU32(kPeerProtocolVersion, kProtocolVersion)) {
    return false;
  }
  const Endpoint& endpoint = peer.endpoint.remote();
  if (!endpoint) return true;
  uint8_t sockaddr[kSockaddrIn6Bytes];
  StoreSockaddr(endpoint, sockaddr);
  return writer->Put(kPeerEndpoint, absl::MakeConstSpan(sockaddr, SockaddrBytes(endpoint)));
}

void DumpCursor::PutDone(std::vector<uint8_t>* datagram) {
  const size_t at = BeginMessage({.type = kTypeDone,
                                  .flags = kFlagMulti,
                                  .sequence = options_.sequence,
                                  .port = options_.port},
                                 datagram);
  datagram->resize(at + kDoneBytes);  // the errno: 0
  EndMessage(at, datagram);
  done_ = true;
}

}  // namespace wg::netlink
