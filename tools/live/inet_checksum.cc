// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/inet_checksum.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <bit>
#include <cstring>

namespace live {
namespace {

constexpr size_t kWord = sizeof(uint64_t);

// Ones' complement sums are the same in either byte order, the bytes of the result swapped (RFC 1071 2 (B)), and in wider
// words (2 (C)): eight bytes at a time, carries beside.
struct Wide {
  uint64_t sum = 0;
  uint64_t carries = 0;

  void Add(const uint8_t* from) {
    uint64_t word;
    std::memcpy(&word, from, kWord);
    sum += word;
    carries += sum < word;
  }
  uint64_t Halves() const { return (sum & 0xffffffff) + (sum >> 32) + carries; }
};

#if defined(__x86_64__)
constexpr size_t kStep = 32;

// Of whole steps; halves of words in lanes twice as wide, so that nothing is carried (below 2^32 steps).
__attribute__((target("avx2"))) uint64_t SumOfSteps(const uint8_t* at, size_t steps) {
  const __m256i low = _mm256_set1_epi64x(0xffffffff);
  __m256i even = _mm256_setzero_si256();
  __m256i odd = _mm256_setzero_si256();
  for (; steps > 0; --steps, at += kStep) {
    const __m256i words = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    even = _mm256_add_epi64(even, _mm256_and_si256(words, low));
    odd = _mm256_add_epi64(odd, _mm256_srli_epi64(words, 32));
  }
  uint64_t lanes[4];
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(lanes), _mm256_add_epi64(even, odd));
  uint64_t sum = 0;
  for (const uint64_t lane : lanes) sum += FoldSum(lane);
  return sum;
}
#endif

}  // namespace

uint16_t SumOf(absl::Span<const uint8_t> bytes) {
  const uint8_t* at = bytes.data();
  size_t left = bytes.size();
  uint64_t sum = 0;
#if defined(__x86_64__)
  if (left >= 4 * kStep && __builtin_cpu_supports("avx2")) {
    sum = SumOfSteps(at, left / kStep);
    at += left - left % kStep;
    left %= kStep;
  }
#endif
  // Two chains that do not wait for each other.
  Wide chains[2];
  for (; left >= 2 * kWord; left -= 2 * kWord, at += 2 * kWord) {
    chains[0].Add(at);
    chains[1].Add(at + kWord);
  }
  for (; left >= kWord; left -= kWord, at += kWord) chains[0].Add(at);
  if (left > 0) {
    uint8_t last[kWord] = {};
    std::memcpy(last, at, left);
    chains[1].Add(last);
  }
  const uint16_t folded = FoldSum(sum + chains[0].Halves() + chains[1].Halves());
  if constexpr (std::endian::native == std::endian::big) return folded;
  return __builtin_bswap16(folded);
}

}  // namespace live
