// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/checksum.h"

#include <bit>

namespace net {
namespace {

template <typename Word>
uint64_t Load(const uint8_t* from) {
  Word word;
  std::memcpy(&word, from, sizeof(Word));
  return word;
}
uint64_t Load64(const uint8_t* from) { return Load<uint64_t>(from); }

}  // namespace

void ChecksumAccumulator::Add(const uint8_t* bytes, size_t size) {
  // Carries of 64-bit additions gather in the upper half and are folded in once at the end. Two
  // sums, because each is a chain of dependent additions.
  unsigned __int128 even = sum_;
  unsigned __int128 odd = 0;
  for (; size >= 32; size -= 32, bytes += 32) {
    even += Load64(bytes);
    odd += Load64(bytes + 8);
    even += Load64(bytes + 16);
    odd += Load64(bytes + 24);
  }
  for (; size >= 8; size -= 8, bytes += 8) even += Load64(bytes);
  // The rest by its binary digits: collecting it in a word byte by byte would stall the load of
  // that word.
  if (size & 4) {
    odd += Load<uint32_t>(bytes);
    bytes += 4;
  }
  if (size & 2) {
    odd += Load<uint16_t>(bytes);
    bytes += 2;
  }
  if (size & 1)
    odd += std::endian::native == std::endian::little ? uint64_t{*bytes} : uint64_t{*bytes} << 8;
  even += odd;
  even = (even & ~uint64_t{0}) + (even >> 64);
  even = (even & ~uint64_t{0}) + (even >> 64);
  sum_ = static_cast<uint64_t>(even);
}

}  // namespace net
