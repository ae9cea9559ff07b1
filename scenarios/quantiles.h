// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Exact quantiles of a finite set of durations, by nearest rank: the q-quantile of n sorted values is the value
// number ceil(q n), counted from 1. No interpolation, so every answer is a value that occurred.
#ifndef WGSIM_SCENARIOS_QUANTILES_H_
#define WGSIM_SCENARIOS_QUANTILES_H_

#include <algorithm>
#include <cstddef>
#include <vector>

#include "sim/time.h"

namespace scenario {

struct Quantiles {
  size_t count = 0;
  sim::Duration p50{};
  sim::Duration p99{};
  sim::Duration max{};
  sim::Duration total{};
};

// All zero for an empty set.
inline Quantiles QuantilesOf(std::vector<sim::Duration> values) {
  Quantiles q;
  if (values.empty()) return q;
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  q.count = n;
  q.p50 = values[(50 * n + 99) / 100 - 1];
  q.p99 = values[(99 * n + 99) / 100 - 1];
  q.max = values.back();
  for (sim::Duration value : values) q.total += value;
  return q;
}

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_QUANTILES_H_
