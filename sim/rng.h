// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Rng: the simulation's only source of chance. Seeded, integers only, the same on every machine.
//
// Generator: xoshiro256** 1.0 (Blackman and Vigna, public domain), state filled by SplitMix64.
// Chosen over a counter-based generator because a draw is a handful of shifts and the known answers
// are published; independence of streams comes from forking by name instead of from counters.
//
// Fork(name) depends only on the seed and the path of names that led here, never on how many
// numbers were drawn: adding a part, or a draw in one part, never disturbs another's. Fork once per
// part, with a name that is unique among its siblings: two forks of the same name give the same
// numbers.
//
//   Rng rng(seed);
//   Rng link = rng.Fork("link/a-b");
//   if (link.Bernoulli(loss_ppb)) ...
//
// Value type: a copy continues the same stream. Not for keys: not cryptographic.
#ifndef WGSIM_SIM_RNG_H_
#define WGSIM_SIM_RNG_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "protocol/check.h"
#include "sim/time.h"

namespace sim {

class Rng {
 public:
  // Probabilities are in parts per billion.
  static constexpr uint64_t kCertain = 1'000'000'000;

  explicit Rng(uint64_t seed);

  // The stream `name` below this one.
  Rng Fork(absl::string_view name) const;
  // The same for numbered parts: Fork("pod", 7) differs from Fork("pod", 8) and from Fork("pod").
  Rng Fork(absl::string_view name, uint64_t index) const;

  // 64 independent bits.
  uint64_t Next();
  // Uniform in [0, n), without bias (Lemire's multiply and reject). REQUIRES: n > 0.
  uint64_t Uniform(uint64_t n);
  // Uniform in [lo, hi], both included. REQUIRES: lo <= hi.
  Duration UniformDuration(Duration lo, Duration hi);
  // True with probability parts_per_billion / 1e9. Always one draw, also for 0 and kCertain, so
  // that changing a probability does not shift later draws. REQUIRES: parts_per_billion <=
  // kCertain.
  bool Bernoulli(uint64_t parts_per_billion);
  // Exponentially distributed with this mean, rounded to the nearest nanosecond: the gap between
  // arrivals of a Poisson process. At most 44.4 times the mean. REQUIRES: 0 <= mean <= 2^56 ns
  // (2.28 years).
  Duration Exponential(Duration mean);

  // A number that differs if the state differs: equal fingerprints at the end of two runs mean that
  // they drew the same number of times.
  uint64_t Fingerprint() const;

  // For known-answer tests: this very state. REQUIRES: not all zero.
  static Rng FromState(uint64_t s0, uint64_t s1, uint64_t s2, uint64_t s3);

 private:
  Rng() = default;

  uint64_t key_ = 0;  // identifies the stream; what Fork derives from
  uint64_t s_[4] = {};
};

// -log2(u / 2^64) for u > 0 in fixed point with 57 fractional bits; u == 0 stands for 2^64, giving
// 0. Within 2^-40 of the true value. Pure; exposed for its test.
uint64_t NegativeLog2(uint64_t u);

}  // namespace sim

#endif  // WGSIM_SIM_RNG_H_
