// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Method: the queue against a std::multimap ordered by (time, seq), under patterns chosen to reach
// every path of the representation: ties, wheel wraps, spills, the end of time, limits that hold
// events back.
#include "sim/event_queue.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/rng.h"
#include "sim/time.h"

namespace sim {
namespace {

using Delay = std::function<uint64_t(Rng*)>;

struct Pattern {
  const char* name;
  Delay delay;
};

uint64_t Among(Rng* rng, const std::vector<uint64_t>& values) {
  return values[rng->Uniform(values.size())];
}

std::vector<Pattern> Patterns() {
  return {
      {"Uniform2ms", [](Rng* rng) { return 1 + rng->Uniform(2'000'000); }},
      {"Always0", [](Rng*) { return 0; }},
      {"Always1", [](Rng*) { return 1; }},
      {"AlwaysOneSlot", [](Rng*) { return 64; }},
      {"Ties",
       [](Rng* rng) {
         return Among(rng, {0, 0, 100, 100, 200});
       }},
      {"DigitBorders",
       [](Rng* rng) {
         return Among(rng, {0, 1, 63, 64, 65, 4095, 4096, 4097, 262143, 262144});
       }},
      {"PowersOfTwo", [](Rng* rng) { return uint64_t{1} << rng->Uniform(50); }},
      {"ManyAtOneFarTime", [](Rng* rng) { return rng->Uniform(50) == 0 ? 1 : 1'000'000'000; }},
      {"Exponential",
       [](Rng* rng) {
         return static_cast<uint64_t>(rng->Exponential(Duration(1'000'000)).count());
       }},
      {"PacketMix",
       [](Rng* rng) {
         const uint64_t p = rng->Uniform(100);
         if (p < 70) return 1000 + rng->Uniform(400);
         if (p < 95) return 1'000'000 + rng->Uniform(49'000'000);
         return Among(rng, {5'000'000'000, 10'000'000'000, 25'000'000'000, 120'000'000'000});
       }},
      {"Bimodal", [](Rng* rng) { return rng->Uniform(2) ? rng->Uniform(8) : 5'000'000'000; }},
      {"DenseThenNothing", [](Rng* rng) { return rng->Uniform(3) ? rng->Uniform(30) : 1 << 20; }},
  };
}

// Queue and oracle in step.
class Pair {
 public:
  void Push(uint64_t nanos) { PushNumbered(nanos, seq_++); }
  void PushNumbered(uint64_t nanos, uint64_t seq) {
    const Time time = Time(Duration(static_cast<int64_t>(nanos)));
    queue_.Push(Event{time, seq, nullptr, nanos ^ seq});
    oracle_.emplace(std::make_pair(nanos, seq), nanos ^ seq);
  }
  // Reserves a number, as arming a timer does.
  uint64_t TakeNumber() { return seq_++; }

  bool Pop(uint64_t limit) {
    Event event;
    const bool got = queue_.PopNotAfter(Time(Duration(static_cast<int64_t>(limit))), &event);
    const bool expected = !oracle_.empty() && oracle_.begin()->first.first <= limit;
    EXPECT_EQ(got, expected);
    if (got != expected) return false;
    if (!got) {
      if (!oracle_.empty()) now_ = limit;
      return false;
    }
    const auto first = oracle_.begin();
    EXPECT_EQ(static_cast<uint64_t>(event.time.time_since_epoch().count()), first->first.first);
    EXPECT_EQ(event.seq, first->first.second);
    EXPECT_EQ(event.arg, first->second);
    now_ = first->first.first;
    oracle_.erase(first);
    EXPECT_EQ(queue_.size(), oracle_.size());
    return true;
  }
  bool Pop() { return Pop(static_cast<uint64_t>(kEndOfTime.time_since_epoch().count())); }

  uint64_t now() const { return now_; }
  size_t size() const { return oracle_.size(); }
  EventQueue* queue() { return &queue_; }

 private:
  EventQueue queue_;
  std::multimap<std::pair<uint64_t, uint64_t>, uint64_t> oracle_;
  uint64_t seq_ = 0;
  uint64_t now_ = 0;
};

class EventQueuePatterns : public testing::TestWithParam<size_t> {
 protected:
  Pattern pattern() const { return Patterns()[GetParam()]; }
};

TEST_P(EventQueuePatterns, HoldModelMatchesTheOracleAtEverySize) {
  Rng rng(1);
  for (const size_t pending : {1, 2, 31, 32, 33, 64, 65, 500, 5000}) {
    SCOPED_TRACE(pending);
    Pair pair;
    for (size_t i = 0; i < pending; ++i) pair.Push(pattern().delay(&rng));
    for (int i = 0; i < 8000; ++i) {
      ASSERT_TRUE(pair.Pop());
      pair.Push(pair.now() + pattern().delay(&rng));
    }
    while (pair.Pop()) {
    }
    ASSERT_FALSE(HasFailure());
  }
}

TEST_P(EventQueuePatterns, GrowingAndShrinkingWithLimitsMatchesTheOracle) {
  for (uint64_t seed = 0; seed < 8; ++seed) {
    Rng rng(seed);
    Pair pair;
    for (int round = 0; round < 400; ++round) {
      for (uint64_t i = rng.Uniform(120); i > 0; --i) {
        pair.Push(pair.now() + pattern().delay(&rng));
      }
      // Up to a limit, after which pushes at the limit and shortly after must be taken in order.
      const uint64_t limit = pair.now() + pattern().delay(&rng) + rng.Uniform(3);
      if (rng.Uniform(2) == 0) {
        while (pair.Pop(limit)) {
        }
        if (pair.size() != 0) {
          pair.Push(limit);
          pair.Push(limit + 1);
        }
      }
      for (uint64_t i = rng.Uniform(120); i > 0 && pair.Pop(); --i) {
      }
      ASSERT_FALSE(HasFailure());
    }
    while (pair.Pop()) {
    }
  }
}

// A timer put back comes with the number it was given when it was armed, which is lower than that
// of events already queued for the same time.
TEST_P(EventQueuePatterns, OldNumbersForLaterTimesMatchTheOracle) {
  Rng rng(3);
  Pair pair;
  std::vector<uint64_t> reserved;
  for (int i = 0; i < 3000; ++i) {
    reserved.push_back(pair.TakeNumber());
    pair.Push(pair.now() + pattern().delay(&rng));
  }
  for (int i = 0; i < 60000 && pair.size() != 0; ++i) {
    ASSERT_TRUE(pair.Pop());
    if (rng.Uniform(4) != 0) pair.Push(pair.now() + pattern().delay(&rng));
    if (!reserved.empty() && rng.Uniform(8) == 0) {
      const uint64_t delay = std::max<uint64_t>(1, pattern().delay(&rng));
      pair.PushNumbered(pair.now() + delay, reserved.back());
      reserved.pop_back();
    }
  }
  while (pair.Pop()) {
  }
}

TEST_P(EventQueuePatterns, DrainingGivesTheStableSortOfWhatWasPushed) {
  Rng rng(5);
  std::vector<std::pair<uint64_t, uint64_t>> sorted;
  EventQueue queue;
  for (uint64_t seq = 0; seq < 20000; ++seq) {
    const uint64_t nanos = pattern().delay(&rng);
    sorted.emplace_back(nanos, seq);
    queue.Push(Event{Time(Duration(static_cast<int64_t>(nanos))), seq, nullptr, 0});
  }
  std::sort(sorted.begin(), sorted.end());
  for (const auto& [nanos, seq] : sorted) {
    Event event;
    ASSERT_TRUE(queue.PopNotAfter(kEndOfTime, &event));
    ASSERT_EQ(event.time, Time(Duration(static_cast<int64_t>(nanos))));
    ASSERT_EQ(event.seq, seq);
  }
  EXPECT_TRUE(queue.empty());
}

INSTANTIATE_TEST_SUITE_P(All, EventQueuePatterns, testing::Range<size_t>(0, Patterns().size()),
                         [](const testing::TestParamInfo<size_t>& info) {
                           return std::string(Patterns()[info.param].name);
                         });

TEST(EventQueue, EventsOfOneInstantAreTakenInOrderOfArrival) {
  Pair pair;
  for (int i = 0; i < 1000; ++i) pair.Push(77);
  ASSERT_TRUE(pair.Pop());
  for (int i = 0; i < 1000; ++i) pair.Push(77);
  while (pair.Pop()) {
  }
}

TEST(EventQueue, TheEndOfTimeIsATimeLikeAnyOther) {
  const uint64_t end = static_cast<uint64_t>(kEndOfTime.time_since_epoch().count());
  Pair pair;
  for (uint64_t back : {0, 1, 2, 63, 64, 65, 4096, 0, 0, 1}) pair.Push(end - back);
  for (int i = 0; i < 100; ++i) pair.Push(end);
  pair.Push(5);
  for (int i = 0; i < 60; ++i) ASSERT_TRUE(pair.Pop());
  for (int i = 0; i < 100; ++i) pair.Push(end);
  while (pair.Pop()) {
  }
  EXPECT_EQ(pair.now(), end);
  EXPECT_TRUE(pair.queue()->empty());
}

TEST(EventQueue, EveryWheelBorderIsCrossedInOrder) {
  // Around each power of 64, from below and from above.
  Pair pair;
  for (int level = 0; level < 11; ++level) {
    const int bit = 6 * level;
    if (bit > 62) break;
    for (uint64_t times = 1; times < 64; ++times) {
      if (bit == 60 && times > 7) break;
      const uint64_t at = times << bit;
      for (uint64_t delta : {0, 1, 2}) {
        pair.Push(at + delta);
        if (at > delta) pair.Push(at - delta);
      }
    }
  }
  while (pair.Pop()) {
  }
}

TEST(EventQueue, AnEarlierEventAfterAFailedPopIsTakenFirst) {
  Pair pair;
  for (int i = 0; i < 100; ++i) pair.Push(1'000'000 + 10 * i);
  EXPECT_FALSE(pair.Pop(999'999));
  pair.Push(999'999);
  pair.Push(1'000'005);
  while (pair.Pop()) {
  }
}

TEST(EventQueue, ARewoundQueueBeginsAgainEarlier) {
  Pair pair;
  pair.Push(1'000'000);
  ASSERT_TRUE(pair.Pop());
  pair.queue()->Rewind(Time(Duration(10)));
  pair.Push(10);
  pair.Push(5000);
  pair.Push(11);
  while (pair.Pop()) {
  }
}

TEST(EventQueueDeathTest, PushingBeforeTheFloorIsAnError) {
  EventQueue queue;
  queue.Push(Event{Time(Duration(100)), 0, nullptr, 0});
  queue.Push(Event{Time(Duration(200)), 1, nullptr, 0});
  Event event;
  ASSERT_TRUE(queue.PopNotAfter(kEndOfTime, &event));
  EXPECT_DEATH(queue.Push(Event{Time(Duration(99)), 2, nullptr, 0}), "CHECK failed");
  ASSERT_FALSE(queue.PopNotAfter(Time(Duration(150)), &event));
  EXPECT_DEATH(queue.Push(Event{Time(Duration(149)), 2, nullptr, 0}), "CHECK failed");
}

TEST(EventQueueDeathTest, ANumberThatGoesBackInOneInstantIsAnError) {
  EventQueue queue;
  Event event;
  queue.Push(Event{Time(Duration(100)), 5, nullptr, 0});
  ASSERT_TRUE(queue.PopNotAfter(kEndOfTime, &event));
  queue.Push(Event{Time(Duration(100)), 4, nullptr, 0});
  EXPECT_DEATH(queue.PopNotAfter(kEndOfTime, &event), "CHECK failed");
}

}  // namespace
}  // namespace sim
