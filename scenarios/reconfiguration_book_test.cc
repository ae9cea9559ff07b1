// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/reconfiguration_book.h"

#include <algorithm>
#include <vector>

#include "gtest/gtest.h"
#include "sim/rng.h"

namespace scenario {
namespace {

using sim::Duration;

ReconfigurationLog Log(int64_t begin, int64_t exposure, int device) {
  return {.noticed = sim::kStart + Duration(begin - 5),
          .begin = sim::kStart + Duration(begin),
          .end = sim::kStart + Duration(begin + 10),
          .begun = true,
          .finished = true,
          .device = device,
          .steps = 2,
          .messages = 1,
          .exposure = Duration(exposure)};
}

TEST(ReconfigurationBook, KeepsTheRecordsThatAStableSortOfAllWouldPutFirst) {
  sim::Rng rng(1);
  for (int round = 0; round < 200; ++round) {
    ReconfigurationBook book(7);
    std::vector<ReconfigurationLog> all;
    const uint64_t count = rng.Uniform(60);
    for (uint64_t i = 0; i < count; ++i) {
      all.push_back(Log(static_cast<int64_t>(rng.Uniform(6)), static_cast<int64_t>(rng.Uniform(4)),
                        static_cast<int>(i)));
      book.Add(all.back());
    }
    std::erase_if(all, [](const ReconfigurationLog& log) { return log.exposure == Duration(0); });
    std::stable_sort(all.begin(), all.end(),
                     [](const ReconfigurationLog& a, const ReconfigurationLog& b) {
                       return a.exposure != b.exposure ? a.exposure > b.exposure
                                                       : a.begin < b.begin;
                     });
    ASSERT_EQ(book.worst().size(), std::min<size_t>(all.size(), 7));
    for (size_t i = 0; i < book.worst().size(); ++i) {
      EXPECT_EQ(book.worst()[i].device, all[i].device);
    }
  }
}

TEST(ReconfigurationBook, SumsUpAndTellsLatenciesOfTheFinishedOnesOnly) {
  ReconfigurationBook book(1);
  book.Add(Log(100, 0, 0));
  ReconfigurationLog cut = Log(200, 0, 0);
  cut.finished = false;
  cut.failed_messages = 1;
  book.Add(cut);
  EXPECT_EQ(book.count(), 2u);
  EXPECT_EQ(book.unfinished(), 1u);
  EXPECT_EQ(book.steps(), 4u);
  EXPECT_EQ(book.messages(), 2u);
  EXPECT_EQ(book.failed_messages(), 1u);
  EXPECT_EQ(book.config_latencies(), std::vector<Duration>{Duration(10)});
  EXPECT_EQ(book.change_latencies(), std::vector<Duration>{Duration(15)});
  EXPECT_TRUE(book.worst().empty());
}

}  // namespace
}  // namespace scenario
