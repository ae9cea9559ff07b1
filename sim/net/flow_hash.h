// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// FlowHash: the number by which a NIC spreads flows over its queues (receive side scaling) and by
// which equal paths are chosen. Real NICs use Toeplitz with a random key over addresses and ports;
// this one has the same inputs and the same properties (all packets of a flow agree, flows spread
// evenly) and costs three multiplications:
//
//   h = fold(fold(src.hi ^ A, src.lo ^ dst.lo ^ B) ^ dst.hi, (ports << 32 | protocol << 8 | family)
//   ^ C)
//
// with fold = sim::MultiplyFold and A, B, C = sim::kMixA.. xor the key. Ports count for UDP that is
// not fragmented.
#ifndef WGSIM_SIM_NET_FLOW_HASH_H_
#define WGSIM_SIM_NET_FLOW_HASH_H_

#include <cstdint>

#include "absl/types/span.h"

namespace net {

// Never 0. A packet without a parsable IP header hashes to 1.
uint32_t FlowHash(absl::Span<const uint8_t> packet, uint64_t key);

}  // namespace net

#endif  // WGSIM_SIM_NET_FLOW_HASH_H_
