// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Integer mixing shared by the trace hash and the random number generator. Defined here, bit by
// bit, so that it is the same on every machine. Not cryptographic.
#ifndef WGSIM_SIM_MIX_H_
#define WGSIM_SIM_MIX_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace sim {

// Odd constants without structure: the first 64 bits of the fractional parts of sqrt(2), sqrt(3)
// and sqrt(5), made odd.
inline constexpr uint64_t kMixA = 0x6A09E667F3BCC909;
inline constexpr uint64_t kMixB = 0xBB67AE8584CAA73B;
inline constexpr uint64_t kMixC = 0x3C6EF372FE94F82B;

// High and low half of the 128-bit product, xored: one multiplication, every input bit reaches
// every output bit. A zero on one side gives zero: callers xor a constant in first.
inline constexpr uint64_t MultiplyFold(uint64_t x, uint64_t y) {
  const unsigned __int128 product = static_cast<unsigned __int128>(x) * y;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

// Sebastiano Vigna's SplitMix64 (public domain): advances *state, returns a well mixed value. A
// bijection per step.
inline constexpr uint64_t SplitMix64(uint64_t* state) {
  uint64_t z = (*state += 0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

// Hash of a name under a key; bytes are taken as little-endian words whatever the machine.
inline constexpr uint64_t MixName(uint64_t key, absl::string_view name) {
  uint64_t hash = MultiplyFold(key ^ kMixA, static_cast<uint64_t>(name.size()) ^ kMixB);
  for (size_t i = 0; i < name.size(); i += 8) {
    uint64_t word = 0;
    for (size_t j = i; j < name.size() && j < i + 8; ++j) {
      word |= static_cast<uint64_t>(static_cast<unsigned char>(name[j])) << (8 * (j - i));
    }
    hash = MultiplyFold(hash ^ word, kMixC) ^ hash;
  }
  return SplitMix64(&hash);
}

}  // namespace sim

#endif  // WGSIM_SIM_MIX_H_
