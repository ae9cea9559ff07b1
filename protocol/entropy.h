// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The one source of randomness of a device: ephemeral keys, indices, cookie secrets and nonces,
// timer jitter. A simulator gives a seeded stream, a live driver the operating system's. It is
// never anything else: no code in protocol/ may draw from another source, so that the same bytes
// give the same run.
#ifndef WGSIM_PROTOCOL_ENTROPY_H_
#define WGSIM_PROTOCOL_ENTROPY_H_

#include <cstdint>

#include "absl/types/span.h"
#include "protocol/check.h"
#include "protocol/endian.h"

namespace wg {

// Single-threaded. Outlives everything that was given a reference to it.
class Entropy {
 public:
  virtual ~Entropy() = default;

  // Fills all of `out` (get_random_bytes).
  virtual void Fill(absl::Span<uint8_t> out) = 0;

  // The next four bytes as a little-endian number (get_random_u32).
  uint32_t NextUint32() {
    uint8_t bytes[4];
    Fill(absl::MakeSpan(bytes));
    return LoadLe32(bytes);
  }

  // Uniform in [0, ceiling), by multiplication and rejection (get_random_u32_below).
  // REQUIRES: ceiling > 0. Draws four bytes or, with probability below ceiling / 2^32, more.
  uint32_t NextUint32Below(uint32_t ceiling) {
    CHECK_GT(ceiling, 0u);
    uint64_t product = uint64_t{NextUint32()} * ceiling;
    if (static_cast<uint32_t>(product) < ceiling) {
      const uint32_t refused = static_cast<uint32_t>(-ceiling) % ceiling;
      while (static_cast<uint32_t>(product) < refused) product = uint64_t{NextUint32()} * ceiling;
    }
    return static_cast<uint32_t>(product >> 32);
  }
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_ENTROPY_H_
