// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/netlink/dump_reader.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "protocol/endian.h"
#include "protocol/netlink/sockaddr.h"
#include "protocol/netlink/uapi.h"

namespace wg::netlink {
namespace {

// Instants that 64 bits of nanoseconds hold.
constexpr int64_t kMaxSeconds = std::numeric_limits<int64_t>::max() / 1'000'000'000 - 1;

template <typename Key>
bool Take(const Attribute& attribute, Key* key) {
  if (attribute.payload.size() != key->bytes.size()) return false;
  std::copy(attribute.payload.begin(), attribute.payload.end(), key->bytes.begin());
  return true;
}

bool Take(const Attribute& attribute, uint8_t* value) {
  if (attribute.payload.size() != sizeof(*value)) return false;
  *value = attribute.u8();
  return true;
}

bool Take(const Attribute& attribute, uint16_t* value) {
  if (attribute.payload.size() != sizeof(*value)) return false;
  *value = attribute.u16();
  return true;
}

bool Take(const Attribute& attribute, uint32_t* value) {
  if (attribute.payload.size() != sizeof(*value)) return false;
  *value = attribute.u32();
  return true;
}

bool Take(const Attribute& attribute, uint64_t* value) {
  if (attribute.payload.size() != sizeof(*value)) return false;
  *value = attribute.u64();
  return true;
}

bool Take(const Attribute& attribute, WallTime* time) {
  if (attribute.payload.size() != kTimespecBytes) return false;
  const auto seconds = static_cast<int64_t>(LoadLe64(attribute.payload.data()));
  const auto nanoseconds = static_cast<int64_t>(LoadLe64(attribute.payload.data() + 8));
  if (seconds < -kMaxSeconds || seconds > kMaxSeconds) return false;
  if (nanoseconds < 0 || nanoseconds >= 1'000'000'000) return false;
  *time = WallTime(std::chrono::seconds(seconds) + Duration(nanoseconds));
  return true;
}

bool TakeAllowedIp(const Attribute& entry, Prefix* prefix) {
  AttributeReader reader(entry.payload);
  uint16_t family = 0;
  uint8_t length = 0;
  absl::Span<const uint8_t> address;
  for (Attribute attribute; reader.Next(&attribute);) {
    bool good = true;
    if (attribute.type == kAllowedIpFamily) good = Take(attribute, &family);
    if (attribute.type == kAllowedIpMask) good = Take(attribute, &length);
    if (attribute.type == kAllowedIpAddress) address = attribute.payload;
    if (!good) return false;
  }
  const size_t size = family == kAfInet ? 4 : family == kAfInet6 ? 16 : 0;
  if (size == 0 || address.size() != size || length > size * 8) return false;
  *prefix = Prefix(IpAddress::FromBytes(address), length);
  return reader.leftover() == 0;
}

bool TakeAllowedIps(const Attribute& list, std::vector<Prefix>* prefixes) {
  AttributeReader reader(list.payload);
  for (Attribute entry; reader.Next(&entry);) {
    if (!TakeAllowedIp(entry, &prefixes->emplace_back())) return false;
  }
  return reader.leftover() == 0;
}

bool TakeOfPeer(const Attribute& attribute, GetPeer* peer) {
  switch (attribute.type) {
    case kPeerPresharedKey:
      return Take(attribute, &peer->preshared_key);
    case kPeerEndpoint:
      return LoadSockaddr(attribute.payload, &peer->endpoint);
    case kPeerPersistentKeepalive:
      return Take(attribute, &peer->persistent_keepalive);
    case kPeerLastHandshake:
      return Take(attribute, &peer->last_handshake);
    case kPeerRxBytes:
      return Take(attribute, &peer->rx_bytes);
    case kPeerTxBytes:
      return Take(attribute, &peer->tx_bytes);
    case kPeerAllowedIps:
      return TakeAllowedIps(attribute, &peer->allowed_ips);
    default:
      return true;
  }
}

// The key is needed to know which peer the rest belongs to.
bool FindKey(const Attribute& entry, PublicKey* key) {
  AttributeReader reader(entry.payload);
  for (Attribute attribute; reader.Next(&attribute);) {
    if (attribute.type == kPeerPublicKey) return Take(attribute, key);
  }
  return false;
}

}  // namespace

DumpReader::State DumpReader::Fail(Errno error) {
  error_ = error;
  return state_ = State::kFailed;
}

DumpReader::State DumpReader::Feed(absl::Span<const uint8_t> datagram) {
  MessageReader reader(datagram);
  Message message;
  while (state_ == State::kMore && reader.Next(&message)) {
    if (message.header.sequence != sequence_) continue;
    if ((message.header.flags & kFlagDumpInterrupted) != 0) {
      state_ = State::kInterrupted;
    } else if (!Take(message)) {
      Fail(Errno::kInval);
    }
  }
  if (state_ == State::kMore && reader.leftover() != 0) Fail(Errno::kInval);
  return state_;
}

bool DumpReader::Take(const Message& message) {
  if (message.header.type == kTypeError) {
    Errno error;
    if (!DecodeAnswer(message, &error)) return false;
    if (error != Errno::kOk) Fail(error);
    return true;
  }
  if (message.header.type == kTypeDone) {
    if (message.payload.size() < 4) return false;
    const uint32_t negative = LoadLe32(message.payload.data());
    state_ = State::kDone;
    if (negative != 0) Fail(static_cast<Errno>(-negative));
    return true;
  }
  if (message.header.type != kFamily || message.payload.size() < kGenericHeaderBytes) return false;
  return TakeDevice(message.payload.subspan(kGenericHeaderBytes));
}

bool DumpReader::TakeDevice(absl::Span<const uint8_t> attributes) {
  AttributeReader reader(attributes);
  for (Attribute attribute; reader.Next(&attribute);) {
    bool good = true;
    switch (attribute.type) {
      case kDeviceIfIndex:
        good = netlink::Take(attribute, &ifindex_);
        break;
      case kDeviceIfName:
        ifname_.assign(attribute.payload.begin(),
                       std::find(attribute.payload.begin(), attribute.payload.end(), 0));
        break;
      case kDevicePrivateKey:
        good = netlink::Take(attribute, &device_.private_key.emplace());
        break;
      case kDevicePublicKey:
        good = netlink::Take(attribute, &device_.public_key.emplace());
        break;
      case kDeviceListenPort:
        good = netlink::Take(attribute, &device_.listen_port);
        break;
      case kDeviceFwmark:
        good = netlink::Take(attribute, &device_.fwmark);
        break;
      case kDevicePeers:
        good = TakePeers(attribute.payload);
        break;
      default:
        break;
    }
    if (!good) return false;
  }
  return reader.leftover() == 0;
}

bool DumpReader::TakePeers(absl::Span<const uint8_t> entries) {
  AttributeReader reader(entries);
  for (Attribute entry; reader.Next(&entry);) {
    PublicKey key;
    if (!FindKey(entry, &key)) return false;
    if (device_.peers.empty() || device_.peers.back().public_key != key) {
      device_.peers.emplace_back().public_key = key;
    }
    AttributeReader peer(entry.payload);
    for (Attribute attribute; peer.Next(&attribute);) {
      if (!TakeOfPeer(attribute, &device_.peers.back())) return false;
    }
    if (peer.leftover() != 0) return false;
  }
  return reader.leftover() == 0;
}

}  // namespace wg::netlink
