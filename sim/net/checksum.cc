// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/checksum.h"

namespace net {
namespace {

uint64_t Load64(const uint8_t* from) {
  uint64_t word;
  std::memcpy(&word, from, 8);
  return word;
}

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
  if (size > 0) {
    uint8_t rest[8] = {};
    std::memcpy(rest, bytes, size);
    odd += Load64(rest);
  }
  even += odd;
  even = (even & ~uint64_t{0}) + (even >> 64);
  even = (even & ~uint64_t{0}) + (even >> 64);
  sum_ = static_cast<uint64_t>(even);
}

}  // namespace net
