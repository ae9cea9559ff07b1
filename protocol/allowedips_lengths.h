// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// OwnedLengths: how many prefixes of each length have an owner. A lookup that began in the middle
// of a trie asks it whether there can be an owner further up at all.
#ifndef WGSIM_PROTOCOL_ALLOWEDIPS_LENGTHS_H_
#define WGSIM_PROTOCOL_ALLOWEDIPS_LENGTHS_H_

#include <array>
#include <bit>
#include <cstdint>

namespace wg::allowedips {

template <int kWidth>
class OwnedLengths {
 public:
  void Add(uint32_t length) {
    if (counts_[length]++ == 0) used_[length / 64] |= uint64_t{1} << (length % 64);
  }
  void Remove(uint32_t length) {
    if (--counts_[length] == 0) used_[length / 64] &= ~(uint64_t{1} << (length % 64));
  }
  // The greatest length in use that is smaller than `length`, or -1.
  int Below(uint32_t length) const {
    uint32_t word = length / 64;
    uint64_t bits = used_[word] & ((uint64_t{1} << (length % 64)) - 1);
    while (bits == 0 && word > 0) bits = used_[--word];
    return bits == 0 ? -1 : static_cast<int>(word * 64 + 63 - std::countl_zero(bits));
  }

 private:
  std::array<uint32_t, kWidth + 1> counts_{};
  std::array<uint64_t, kWidth / 64 + 1> used_{};
};

}  // namespace wg::allowedips

#endif  // WGSIM_PROTOCOL_ALLOWEDIPS_LENGTHS_H_
