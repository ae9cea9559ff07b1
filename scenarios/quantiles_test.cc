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

TEST(Quantiles, ZerosMayBeCountedInsteadOfListed) {
  sim::Rng rng(2);
  for (size_t n = 1; n <= 300; ++n) {
    std::vector<sim::Duration> all, others;
    const size_t zeros = rng.Uniform(n + 1);
    for (size_t i = 0; i < n; ++i) {
      all.push_back(sim::Duration(i < zeros ? 0 : rng.Uniform(n)));
      if (i >= zeros) others.push_back(all.back());
    }
    const Quantiles listed = QuantilesOf(all);
    const Quantiles counted = QuantilesOf(others, zeros);
    EXPECT_EQ(counted.count, listed.count);
    EXPECT_EQ(counted.p50, listed.p50) << n;
    EXPECT_EQ(counted.p99, listed.p99) << n;
    EXPECT_EQ(counted.max, listed.max);
    EXPECT_EQ(counted.total, listed.total);
  }
}

TEST(Quantiles, OfNothingAreZero) { EXPECT_EQ(QuantilesOf({}).count, 0u); }

}  // namespace
}  // namespace scenario
