// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What both sides of the hold-model comparison share, so that they do the same work: `pending`
// events at all times, each of which schedules one more at a uniform random delay of 1 .. 2e6 ns.
// Includes nothing of either simulator.
#ifndef WGSIM_TOOLS_BENCH_NS3_COMPARE_HOLD_H_
#define WGSIM_TOOLS_BENCH_NS3_COMPARE_HOLD_H_

#include <cstdint>
#include <cstdio>
#include <ctime>

namespace hold {

inline constexpr uint64_t kDelayMaxNs = 2'000'000;

// Marsaglia's xorshift64: the cheapest that will do, so that the queue is what is measured.
class Delays {
 public:
  uint64_t NextNs() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return 1 + static_cast<uint64_t>((static_cast<unsigned __int128>(state_) * kDelayMaxNs) >> 64);
  }

 private:
  uint64_t state_ = 88172645463325252;
};

// Nanoseconds of processor time of this process.
inline int64_t CpuNs() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return int64_t{1'000'000'000} * now.tv_sec + now.tv_nsec;
}

// The line that compare.py reads: units of work per second of processor time.
inline void Report(const char* what, uint64_t size, uint64_t units, int64_t cpu_ns) {
  std::printf("%s %llu %.0f\n", what, static_cast<unsigned long long>(size),
              1e9 * static_cast<double>(units) / static_cast<double>(cpu_ns));
}

}  // namespace hold

#endif  // WGSIM_TOOLS_BENCH_NS3_COMPARE_HOLD_H_
