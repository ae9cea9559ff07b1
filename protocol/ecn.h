// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Explicit congestion notification through the tunnel (RFC 6040 as include/net/inet_ecn.h does it;
// spec/data sections 4.4 and 5.7): the outer byte of a data message carries the inner packet's ECN
// field and no DSCP.
//
// Requirements: TX-021 023; RX-025.
#ifndef WGSIM_PROTOCOL_ECN_H_
#define WGSIM_PROTOCOL_ECN_H_

#include <cstdint>

#include "absl/types/span.h"

namespace wg {

inline constexpr uint8_t kEcnMask = 3;
inline constexpr uint8_t kEcnNotEct = 0;
inline constexpr uint8_t kEcnEct1 = 1;
inline constexpr uint8_t kEcnEct0 = 2;
inline constexpr uint8_t kEcnCe = 3;

// The outer byte for an inner packet: its ECN field, but ECT(0) for CE. 0 for what is neither IPv4
// nor IPv6 (ip_tunnel_ecn_encap).
uint8_t EcnEncapsulate(absl::Span<const uint8_t> inner);

// Brings the outer byte's congestion mark into the inner packet: CE over any ECT gives CE; ECT(1)
// over ECT(0) gives ECT(1); an inner Not-ECT stays, whatever came outside. Keeps an IPv4 header
// checksum as right as it was (INET_ECN_decapsulate). REQUIRES: `inner` begins with a whole IPv4 or
// IPv6 header.
void EcnDecapsulate(uint8_t outer, absl::Span<uint8_t> inner);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_ECN_H_
