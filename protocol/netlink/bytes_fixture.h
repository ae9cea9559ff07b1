// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests: messages laid out by hand, byte by byte, without the writer that is tested.
//
//   SetMessage({Attr(kDeviceIfName, Text("wg0")),
//               Nest(kDevicePeers, {Nest(0, {Attr(kPeerPublicKey, Fill('A'))})})})
#ifndef WGSIM_PROTOCOL_NETLINK_BYTES_FIXTURE_H_
#define WGSIM_PROTOCOL_NETLINK_BYTES_FIXTURE_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "protocol/netlink/uapi.h"

namespace wg::netlink {

using Bytes = std::vector<uint8_t>;

inline Bytes Cat(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}
// An integer of so many bytes, least significant first.
inline Bytes Le(uint64_t value, size_t bytes) {
  Bytes out;
  for (size_t i = 0; i < bytes; ++i) out.push_back(static_cast<uint8_t>(value >> 8 * i));
  return out;
}
inline Bytes U8(uint8_t value) { return {value}; }
inline Bytes U16(uint16_t value) { return Le(value, 2); }
inline Bytes U32(uint32_t value) { return Le(value, 4); }
inline Bytes U64(uint64_t value) { return Le(value, 8); }
inline Bytes Fill(uint8_t byte, size_t bytes = 32) { return Bytes(bytes, byte); }
// With NUL.
inline Bytes Text(const std::string& text) {
  Bytes out(text.begin(), text.end());
  out.push_back(0);
  return out;
}

inline Bytes Attr(uint16_t type, const Bytes& payload) {
  const size_t length = 4 + payload.size();
  return Cat({U16(static_cast<uint16_t>(length)), U16(type), payload, Bytes((4 - length % 4) % 4)});
}
inline Bytes Nest(uint16_t type, std::initializer_list<Bytes> attributes) {
  return Attr(type | kNested, Cat(attributes));
}

inline Bytes GenericMessage(uint16_t flags, Command command, const Bytes& attributes) {
  return Cat({U32(static_cast<uint32_t>(20 + attributes.size())), U16(kFamily), U16(flags), U32(7),
              U32(0), U8(static_cast<uint8_t>(command)), U8(kFamilyVersion), U16(0), attributes});
}
inline Bytes SetMessage(std::initializer_list<Bytes> attributes) {
  return GenericMessage(kFlagRequest | kFlagAck, Command::kSetDevice, Cat(attributes));
}

// 192.0.2.1:51820 as struct sockaddr_in.
inline Bytes SockaddrIn() { return Cat({U16(kAfInet), {0xca, 0x6c}, {192, 0, 2, 1}, Bytes(8)}); }

inline Bytes AllowedIp(uint16_t family, const Bytes& address, uint8_t mask) {
  return Nest(0, {Attr(kAllowedIpFamily, U16(family)), Attr(kAllowedIpAddress, address),
                  Attr(kAllowedIpMask, U8(mask))});
}
// 10.0.0.host/32.
inline Bytes Ip(uint8_t host) { return AllowedIp(kAfInet, {10, 0, 0, host}, 32); }
inline Bytes RemoveIp(uint8_t host, uint32_t flags = kRemoveAllowedIp) {
  return Nest(0, {Attr(kAllowedIpFamily, U16(kAfInet)), Attr(kAllowedIpAddress, {10, 0, 0, host}),
                  Attr(kAllowedIpMask, U8(32)), Attr(kAllowedIpFlags, U32(flags))});
}

// The peer that goes by this letter, and what else its entry has.
inline Bytes PeerEntry(char name, const Bytes& attributes = {}) {
  return Nest(0, {Attr(kPeerPublicKey, Fill(static_cast<uint8_t>(name))), attributes});
}
inline Bytes Ips(std::initializer_list<Bytes> entries) { return Nest(kPeerAllowedIps, entries); }
inline Bytes Flags(uint32_t flags) { return Attr(kPeerFlags, U32(flags)); }

// A SET_DEVICE for wg0 with these peers.
inline Bytes SetPeers(std::initializer_list<Bytes> peers) {
  return SetMessage({Attr(kDeviceIfName, Text("wg0")), Nest(kDevicePeers, peers)});
}

}  // namespace wg::netlink

#endif  // WGSIM_PROTOCOL_NETLINK_BYTES_FIXTURE_H_
