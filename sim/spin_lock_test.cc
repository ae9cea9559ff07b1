// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/spin_lock.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "sim/rng.h"
#include "sim/time.h"

namespace sim {
namespace {

Time At(int64_t nanos) { return Time(Duration(nanos)); }

TEST(SpinLock, AFreeLockIsTakenAtOnce) {
  SpinLock lock;
  EXPECT_EQ(lock.Take(At(10), Duration(5)), Duration(0));
  EXPECT_EQ(lock.Take(At(15), Duration(5)), Duration(0));
  EXPECT_EQ(lock.contended(), 0u);
}

TEST(SpinLock, WhoComesMeanwhileSpinsUntilItsTurn) {
  SpinLock lock;
  lock.Take(At(10), Duration(40));
  EXPECT_EQ(lock.Take(At(20), Duration(40)), Duration(30));
  EXPECT_EQ(lock.Take(At(20), Duration(40)), Duration(70));
  EXPECT_EQ(lock.Take(At(129), Duration(1)), Duration(1));
  EXPECT_EQ(lock.taken(), 4u);
  EXPECT_EQ(lock.contended(), 3u);
  EXPECT_EQ(lock.spun(), Duration(101));
}

// Sections booked in order of time neither overlap nor leave a gap while somebody waits.
TEST(SpinLock, SectionsAreThoseOfASingleServer) {
  Rng rng(3);
  SpinLock lock;
  int64_t now = 0;
  int64_t free_at = 0;
  for (int i = 0; i < 10'000; ++i) {
    now += static_cast<int64_t>(rng.Uniform(60));
    const int64_t hold = static_cast<int64_t>(rng.Uniform(60));
    const int64_t begin = std::max(now, free_at);
    ASSERT_EQ(lock.Take(At(now), Duration(hold)), Duration(begin - now));
    free_at = begin + hold;
  }
}

}  // namespace
}  // namespace sim
