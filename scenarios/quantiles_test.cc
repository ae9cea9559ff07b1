// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/quantiles.h"

#include <algorithm>
#include <vector>

#include "gtest/gtest.h"
#include "sim/rng.h"

namespace scenario {
namespace {

TEST(Quantiles, AreTheNearestRanksOfTheSortedValues) {
  sim::Rng rng(1);
  for (size_t n = 1; n <= 400; ++n) {
    std::vector<sim::Duration> values;
    sim::Duration total{};
    for (size_t i = 0; i < n; ++i) {
      values.push_back(sim::Duration(rng.Uniform(n)));
      total += values.back();
    }
    const Quantiles q = QuantilesOf(values);
    std::sort(values.begin(), values.end());
    // The smallest value that at least half, or 99 of 100, do not exceed.
    size_t half = 0, high = 0;
    while (2 * (half + 1) < n) ++half;
    while (100 * (high + 1) < 99 * n) ++high;
    EXPECT_EQ(q.p50, values[half]) << n;
    EXPECT_EQ(q.p99, values[high]) << n;
    EXPECT_EQ(q.max, values.back());
    EXPECT_EQ(q.total, total);
    EXPECT_EQ(q.count, n);
  }
}

TEST(Quantiles, OfNothingAreZero) { EXPECT_EQ(QuantilesOf({}).count, 0u); }

}  // namespace
}  // namespace scenario
