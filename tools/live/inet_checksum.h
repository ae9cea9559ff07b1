// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The Internet checksum (RFC 1071): sums of big-endian 16-bit words in ones' complement. Sums of pieces are added as
// integers and folded at the end; all pieces but the last have an even size.
#ifndef WGSIM_TOOLS_LIVE_INET_CHECKSUM_H_
#define WGSIM_TOOLS_LIVE_INET_CHECKSUM_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"

namespace live {

// `sum` as 16 bits of ones' complement. Only 0 becomes 0: what is otherwise a multiple of 0xffff becomes 0xffff.
inline uint16_t FoldSum(uint64_t sum) {
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(sum);
}

// The folded sum of the bytes; one more zero byte follows where their number is odd.
uint16_t SumOf(absl::Span<const uint8_t> bytes);

// What a header holds so that everything together, it included, sums up to 0xffff.
inline uint16_t ChecksumOf(uint64_t sum) { return static_cast<uint16_t>(~FoldSum(sum)); }

// The sum of the pseudo-header of TCP and UDP: both addresses (8 bytes of IPv4, 32 of IPv6), the transport's length and
// number (RFC 9293 3.1, RFC 8200 8.1). The value fits into 32 bits for lengths below 2^31.
inline uint64_t PseudoHeaderSum(absl::Span<const uint8_t> addresses, uint8_t protocol, size_t length) {
  return uint64_t{SumOf(addresses)} + protocol + length;
}

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_INET_CHECKSUM_H_
