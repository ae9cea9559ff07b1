// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/rng.h"

#include <array>
#include <cstddef>

#include "sim/mix.h"

namespace sim {
namespace {

constexpr int kFractionBits = 57;
constexpr uint64_t kOne = uint64_t{1} << kFractionBits;

// 1 / ln 2 and ln 2, as fractions of 2^63 and 2^64.
constexpr uint64_t kInverseLn2 = 0xB8AA3B295C17F0BC;  // 1.4426950408889634 * 2^63
constexpr uint64_t kLn2 = 0xB17217F7D1CF79AC;         // 0.6931471805599453 * 2^64

constexpr uint64_t MultiplyHigh(uint64_t x, uint64_t y) {
  return static_cast<uint64_t>((static_cast<unsigned __int128>(x) * y) >> 64);
}

// log2(mantissa / 2^63) for a mantissa in [2^63, 2^64), bit by bit: squaring doubles the logarithm.
constexpr uint64_t SlowLog2(uint64_t mantissa) {
  uint64_t result = 0;
  for (int bit = kFractionBits - 1; bit >= 0; --bit) {
    const uint64_t square = MultiplyHigh(mantissa, mantissa);  // in [2^62, 2^64): exponent 62
    if (square >> 63 != 0) {
      result |= uint64_t{1} << bit;
      mantissa = square;
    } else {
      mantissa = square << 1;
    }
  }
  return result;
}

// log2 and reciprocal at the left ends of 128 intervals of [1, 2).
constexpr int kTableBits = 7;
constexpr size_t kTableSize = size_t{1} << kTableBits;
struct Log2Table {
  std::array<uint64_t, kTableSize> log2;        // 2^57 fractions
  std::array<uint64_t, kTableSize> reciprocal;  // 2^64 / left end, rounded down (2^64 - 1 for 1)
};

constexpr Log2Table MakeLog2Table() {
  Log2Table table{};
  for (size_t i = 0; i < kTableSize; ++i) {
    const uint64_t left = (kTableSize + i) << (63 - kTableBits);  // exponent 63
    table.log2[i] = SlowLog2(left);
    table.reciprocal[i] =
        i == 0 ? ~uint64_t{0}
               : static_cast<uint64_t>((static_cast<unsigned __int128>(1) << 127) / left);
  }
  return table;
}

constexpr Log2Table kLog2Table = MakeLog2Table();

constexpr uint64_t RotateLeft(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

}  // namespace

uint64_t NegativeLog2(uint64_t u) {
  if (u == 0) return 0;
  const int leading = __builtin_clzll(u);
  const uint64_t mantissa = u << leading;  // [1, 2) with 63 fractional bits
  const size_t i = (mantissa >> (63 - kTableBits)) & (kTableSize - 1);
  // mantissa = left * (1 + r), 0 <= r < 2^-7.  log2(1 + r) = (r - r^2/2 + r^3/3 - r^4/4 + r^5/5 -
  // r^6/6) / ln 2.
  const uint64_t rest = mantissa & ((uint64_t{1} << (63 - kTableBits)) - 1);  // 63 fractional bits
  const uint64_t r = MultiplyHigh(rest << 1, kLog2Table.reciprocal[i]);       // 64 fractional bits
  const uint64_t r2 = MultiplyHigh(r, r);
  const uint64_t r3 = MultiplyHigh(r2, r);
  const uint64_t r4 = MultiplyHigh(r2, r2);
  const uint64_t r5 = MultiplyHigh(r3, r2);
  const uint64_t r6 = MultiplyHigh(r3, r3);
  const uint64_t ln = r - r2 / 2 + r3 / 3 - r4 / 4 + r5 / 5 - r6 / 6;
  const uint64_t log2 = MultiplyHigh(ln, kInverseLn2) >> (63 - kFractionBits);
  return (static_cast<uint64_t>(leading) + 1) * kOne - kLog2Table.log2[i] - log2;
}

Rng::Rng(uint64_t seed) : key_(seed) {
  uint64_t state = seed;
  for (uint64_t& word : s_) word = SplitMix64(&state);
}

Rng Rng::FromState(uint64_t s0, uint64_t s1, uint64_t s2, uint64_t s3) {
  CHECK((s0 | s1 | s2 | s3) != 0);
  Rng rng;
  rng.s_[0] = s0;
  rng.s_[1] = s1;
  rng.s_[2] = s2;
  rng.s_[3] = s3;
  rng.key_ = rng.Fingerprint();
  return rng;
}

Rng Rng::Fork(absl::string_view name) const { return Rng(MixName(key_, name)); }

Rng Rng::Fork(absl::string_view name, uint64_t index) const {
  uint64_t state = MixName(key_, name) ^ MultiplyFold(index ^ kMixB, kMixC);
  return Rng(SplitMix64(&state));
}

uint64_t Rng::Next() {
  const uint64_t result = RotateLeft(s_[1] * 5, 7) * 9;
  const uint64_t t = s_[1] << 17;
  s_[2] ^= s_[0];
  s_[3] ^= s_[1];
  s_[1] ^= s_[2];
  s_[0] ^= s_[3];
  s_[2] ^= t;
  s_[3] = RotateLeft(s_[3], 45);
  return result;
}

uint64_t Rng::Uniform(uint64_t n) {
  CHECK_GT(n, 0u);
  unsigned __int128 product = static_cast<unsigned __int128>(Next()) * n;
  if (static_cast<uint64_t>(product) < n) {
    const uint64_t threshold = -n % n;  // 2^64 mod n
    while (static_cast<uint64_t>(product) < threshold) {
      product = static_cast<unsigned __int128>(Next()) * n;
    }
  }
  return static_cast<uint64_t>(product >> 64);
}

Duration Rng::UniformDuration(Duration lo, Duration hi) {
  CHECK_LE(lo, hi);
  const uint64_t span = static_cast<uint64_t>(hi.count()) - static_cast<uint64_t>(lo.count());
  const uint64_t offset = span == ~uint64_t{0} ? Next() : Uniform(span + 1);
  return Duration(static_cast<int64_t>(static_cast<uint64_t>(lo.count()) + offset));
}

bool Rng::Bernoulli(uint64_t parts_per_billion) {
  CHECK_LE(parts_per_billion, kCertain);
  // One draw without rejection: 2^64 is not a multiple of 10^9, an error of less than 10^-10 of a
  // part.
  return MultiplyHigh(Next(), kCertain) < parts_per_billion;
}

Duration Rng::Exponential(Duration mean) {
  CHECK_GE(mean, Duration(0));
  CHECK_LE(mean, Duration(int64_t{1} << 56));
  // Next() + 1 is uniform in (0, 2^64], where 2^64 is written 0.
  const uint64_t ln = MultiplyHigh(NegativeLog2(Next() + 1), kLn2);
  const unsigned __int128 product =
      static_cast<unsigned __int128>(static_cast<uint64_t>(mean.count())) * ln;
  return Duration(static_cast<int64_t>((product + kOne / 2) >> kFractionBits));
}

uint64_t Rng::Fingerprint() const {
  uint64_t hash = kMixA;
  for (const uint64_t word : s_) hash = MultiplyFold(hash ^ word, kMixC) ^ hash;
  return hash;
}

}  // namespace sim
