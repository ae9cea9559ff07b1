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

// Of the values and of as many zeros beside them. All zero for an empty set. REQUIRES: no value is negative.
inline Quantiles QuantilesOf(std::vector<sim::Duration> values, size_t zeros = 0) {
  Quantiles q;
  q.count = zeros + values.size();
  if (values.empty()) return q;
  // Index of the value with that rank; the first one if it is among the zeros, which come before.
  const auto place = [&](size_t percent) {
    const size_t rank = (percent * q.count + 99) / 100;
    return values.begin() + static_cast<std::ptrdiff_t>(rank > zeros ? rank - zeros - 1 : 0);
  };
  const auto is_zero = [&](size_t percent) { return (percent * q.count + 99) / 100 <= zeros; };
  // Each rank narrows where the next one is: no need to sort.
  const auto half = place(50);
  const auto high = place(99);
  std::nth_element(values.begin(), half, values.end());
  if (!is_zero(50)) q.p50 = *half;  // the next call moves it
  std::nth_element(half, high, values.end());
  if (!is_zero(99)) q.p99 = *high;
  q.max = *std::max_element(high, values.end());
  for (sim::Duration value : values) q.total += value;
  return q;
}

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_QUANTILES_H_
