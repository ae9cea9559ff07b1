// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/rw_lock.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/rng.h"
#include "sim/time.h"

namespace sim {
namespace {

Time At(int64_t nanos) { return Time(Duration(nanos)); }

TEST(RwLock, ReadersDoNotWaitForEachOther) {
  RwLock lock(Duration(7));
  EXPECT_EQ(lock.Read(At(0), Duration(100)), Duration(0));
  EXPECT_EQ(lock.Read(At(10), Duration(10)), Duration(0));
  EXPECT_EQ(lock.contended(), 0u);
}

TEST(RwLock, AWriterWaitsForTheLastReaderInsideAndIsWoken) {
  RwLock lock(Duration(7));
  lock.Read(At(0), Duration(100));
  lock.Read(At(10), Duration(10));
  EXPECT_EQ(lock.Write(At(30), Duration(50)), Duration(70 + 7));
  EXPECT_EQ(lock.contended(), 1u);
}

TEST(RwLock, AWriterThatFindsNobodyPaysNothing) {
  RwLock lock(Duration(7));
  lock.Read(At(0), Duration(100));
  EXPECT_EQ(lock.Write(At(100), Duration(50)), Duration(0));
  EXPECT_EQ(lock.Write(At(150), Duration(50)), Duration(0));
}

TEST(RwLock, ReadersThatComeWhileAWriterWaitsAreBehindIt) {
  RwLock lock(Duration(7));
  lock.Read(At(0), Duration(100));
  lock.Write(At(30), Duration(50));  // from 107 to 157
  EXPECT_EQ(lock.Read(At(40), Duration(1)), Duration(157 - 40 + 7));
}

// Whatever is asked for in whatever order: no writer's section overlaps with any other.
TEST(RwLock, WritersAreAlone) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    Rng rng(seed);
    RwLock lock(Duration(static_cast<int64_t>(rng.Uniform(5))));
    std::vector<std::pair<Time, Time>> readers, writers;
    int64_t now = 0;
    for (int i = 0; i < 200; ++i) {
      now += static_cast<int64_t>(rng.Uniform(30));
      const Duration hold(1 + static_cast<int64_t>(rng.Uniform(40)));
      const bool writes = rng.Uniform(4) == 0;
      const Duration wait = writes ? lock.Write(At(now), hold) : lock.Read(At(now), hold);
      (writes ? writers : readers).push_back({At(now) + wait, At(now) + wait + hold});
    }
    for (size_t w = 0; w < writers.size(); ++w) {
      const auto overlaps = [&](const auto& other) {
        return other.first < writers[w].second && writers[w].first < other.second;
      };
      EXPECT_TRUE(std::none_of(readers.begin(), readers.end(), overlaps));
      EXPECT_EQ(std::count_if(writers.begin(), writers.end(), overlaps), 1);
    }
  }
}

}  // namespace
}  // namespace sim
