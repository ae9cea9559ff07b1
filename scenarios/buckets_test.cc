// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/buckets.h"

#include <chrono>

#include "gtest/gtest.h"

namespace scenario {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Buckets, AreRoundAndAtMostThreeHundred) {
  for (int64_t duration : {1, 2, 299, 300, 301, 999, 1'000'000, 1'000'000'007}) {
    const Buckets buckets{sim::Duration(duration)};
    EXPECT_LE(buckets.size(), 300u);
    EXPECT_EQ(buckets.EndOf(buckets.size() - 1), buckets.end());
    EXPECT_LT(sim::kStart + static_cast<int64_t>(buckets.size() - 1) * buckets.width(), buckets.end());
    EXPECT_GE(buckets.size(), duration > 300 ? 120u : static_cast<size_t>(duration));
  }
  EXPECT_EQ(Buckets(seconds(20)).width(), milliseconds(100));
  EXPECT_EQ(Buckets(seconds(20)).size(), 200u);
  EXPECT_EQ(Buckets(seconds(60)).width(), milliseconds(200));
  EXPECT_EQ(Buckets(std::chrono::hours(1)).width(), seconds(20));
}

TEST(Buckets, EachMomentBelongsToOne) {
  const Buckets buckets{sim::Duration(1001)};  // of 5 ns; the last has one
  EXPECT_EQ(buckets.width(), sim::Duration(5));
  EXPECT_EQ(buckets.size(), 201u);
  EXPECT_EQ(buckets.IndexOf(sim::kStart), 0u);
  EXPECT_EQ(buckets.IndexOf(sim::kStart + sim::Duration(4)), 0u);
  EXPECT_EQ(buckets.IndexOf(sim::kStart + sim::Duration(5)), 1u);
  EXPECT_EQ(buckets.IndexOf(sim::kStart + sim::Duration(1000)), 200u);
  EXPECT_EQ(buckets.IndexOf(sim::kStart + seconds(1)), 200u);
  EXPECT_EQ(buckets.EndOf(0), sim::kStart + sim::Duration(5));
}

}  // namespace
}  // namespace scenario
