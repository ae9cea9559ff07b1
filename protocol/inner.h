// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// As much of an inner packet's IP header as WireGuard looks at. Bytes beyond the shortest header
// are never read.
//
// Requirements: AIP-008; TX-004; RX-018 to 020.
#ifndef WGSIM_PROTOCOL_INNER_H_
#define WGSIM_PROTOCOL_INNER_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "protocol/endian.h"
#include "protocol/ip.h"

namespace wg {

inline constexpr size_t kIpv4HeaderLen = 20;
inline constexpr size_t kIpv6HeaderLen = 40;

// The family by version and shortest header, else kNone (ip_tunnel_parse_protocol).
inline Family InnerFamily(absl::Span<const uint8_t> packet) {
  if (packet.size() >= kIpv4HeaderLen && packet[0] >> 4 == 4) return Family::kIpv4;
  if (packet.size() >= kIpv6HeaderLen && packet[0] >> 4 == 6) return Family::kIpv6;
  return Family::kNone;
}

// REQUIRES for all below: InnerFamily(packet) is kIpv4 or kIpv6.
inline IpAddress InnerSource(absl::Span<const uint8_t> packet) {
  return packet[0] >> 4 == 4
             ? IpAddress::V4(LoadBe32(packet.data() + 12))
             : IpAddress::V6(LoadBe64(packet.data() + 8), LoadBe64(packet.data() + 16));
}

inline IpAddress InnerDestination(absl::Span<const uint8_t> packet) {
  return packet[0] >> 4 == 4
             ? IpAddress::V4(LoadBe32(packet.data() + 16))
             : IpAddress::V6(LoadBe64(packet.data() + 24), LoadBe64(packet.data() + 32));
}

// The length the header claims, itself included.
inline size_t InnerLength(absl::Span<const uint8_t> packet) {
  return packet[0] >> 4 == 4 ? LoadBe16(packet.data() + 2)
                             : LoadBe16(packet.data() + 4) + kIpv6HeaderLen;
}

}  // namespace wg

#endif  // WGSIM_PROTOCOL_INNER_H_
