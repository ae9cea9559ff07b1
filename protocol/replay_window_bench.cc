// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "protocol/replay_window.h"

namespace wg {
namespace {

void BM_InOrder(benchmark::State& state) {
  ReplayWindow window;
  uint64_t n = 0;
  for (auto _ : state) {
    bool good = window.Validate(n++);
    benchmark::DoNotOptimize(good);
  }
}
BENCHMARK(BM_InOrder);

// Two cores that open in turns: every pair arrives the wrong way round.
void BM_PairsSwapped(benchmark::State& state) {
  ReplayWindow window;
  uint64_t n = 0;
  for (auto _ : state) {
    bool good = window.Validate(n++ ^ 1);
    benchmark::DoNotOptimize(good);
  }
}
BENCHMARK(BM_PairsSwapped);

}  // namespace
}  // namespace wg
