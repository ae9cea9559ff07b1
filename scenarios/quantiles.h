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
  const size_t n = values.size();
  // Each rank narrows where the next one is: no need to sort.
  const auto half = values.begin() + static_cast<std::ptrdiff_t>((50 * n + 99) / 100 - 1);
  const auto high = values.begin() + static_cast<std::ptrdiff_t>((99 * n + 99) / 100 - 1);
  std::nth_element(values.begin(), half, values.end());
  q.p50 = *half;  // the next call moves it
  std::nth_element(half, high, values.end());
  q.count = n;
  q.p99 = *high;
  q.max = *std::max_element(high, values.end());
  for (sim::Duration value : values) q.total += value;
  return q;
}

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_QUANTILES_H_
