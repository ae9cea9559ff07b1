// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Known answers, and a wheel that really has buckets and is turned tick by tick.
#include "protocol/timer_wheel.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/fake_entropy.h"

namespace wg {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr uint32_t kRates[] = {100, 250, 300, 1000};

constexpr BootTime At(Duration duration) { return BootTime(duration); }

// Levels of 64 buckets; a timer lies in one of them until the wheel has turned there.
class NaiveWheel {
 public:
  NaiveWheel(int levels, uint32_t clk) : clk_(clk), levels_(levels, std::vector<Bucket>(64)) {}

  void Add(size_t timer, uint32_t expires) {
    size_t level = 0;
    uint32_t granule = 1, reach = 63;
    while (expires - clk_ >= reach) {
      ++level;
      granule *= 8;
      reach *= 8;
    }
    // The bucket whose turn comes first after `expires`.
    uint32_t turn = expires + 1;
    while (turn % granule != 0) ++turn;
    levels_[level][turn / granule % 64].push_back(timer);
  }

  // The next tick comes; what goes off in it.
  std::vector<size_t> Turn() {
    ++clk_;
    std::vector<size_t> fired;
    uint32_t granule = 1;
    for (std::vector<Bucket>& level : levels_) {
      if (clk_ % granule != 0) break;
      Bucket& bucket = level[clk_ / granule % 64];
      fired.insert(fired.end(), bucket.begin(), bucket.end());
      bucket.clear();
      granule *= 8;
    }
    return fired;
  }

  uint32_t clk() const { return clk_; }

 private:
  using Bucket = std::vector<size_t>;
  uint32_t clk_;
  std::vector<std::vector<Bucket>> levels_;
};

// Arms a timer for each distance at `clk`, turns the naive wheel and compares when each goes off.
void CompareWithNaive(uint32_t hz, uint32_t clk, const std::vector<uint32_t>& distances) {
  const TimerWheel wheel(hz);
  NaiveWheel naive(hz > 100 ? 9 : 8, clk);
  uint32_t longest = 0;
  for (size_t i = 0; i < distances.size(); ++i) {
    naive.Add(i, clk + distances[i]);
    longest = std::max(longest, distances[i]);
  }
  size_t left = distances.size();
  for (uint64_t turns = 0; turns <= 2 * uint64_t{longest} + 1; ++turns) {
    for (const size_t timer : naive.Turn()) {
      const uint32_t expected = wheel.BucketExpiry(clk, clk + distances[timer]);
      if (expected != naive.clk()) {
        FAIL() << "HZ " << hz << " clk " << clk << " for " << distances[timer] << ": "
               << expected - clk << ", the naive wheel " << naive.clk() - clk;
      }
      --left;
    }
  }
  EXPECT_EQ(left, 0u) << "HZ " << hz << " clk " << clk;
}

TEST(TimerWheel, WithoutAWheelTimersAreExactAndTicksAreMilliseconds) {
  const TimerWheel exact;
  EXPECT_TRUE(exact.exact());
  EXPECT_EQ(exact.hz(), 0u);
  EXPECT_EQ(exact.Expiry(At(nanoseconds(1'234'567'891)), seconds(5), 17),
            At(nanoseconds(6'251'567'891)));
  EXPECT_EQ(exact.Expiry(At(seconds(1)), nanoseconds(0)), At(seconds(1)));
}

// HZ = 250 and jiffies 0 at the boot clock's 0. Armed at 1000.003 s: tick 250,000.
//   1 tick      to 250,001, then the next tick:                             250,002   1000.008 s
//   5 s         to 251,250, level 2: 251,250 / 64 = 3925.8, 3926 * 64     = 251,264   1005.056 s
//   15 s        to 253,750, level 2: 253,750 / 64 = 3964.8, 3965 * 64     = 253,760   1015.040 s
//   25 s        to 256,250, level 3: 256,250 / 512 = 500.5, 501 * 512     = 256,512   1026.048 s
//   540 s       to 385,000, level 4: 385,000 / 4096 = 93.99, 94 * 4096    = 385,024   1540.096 s
TEST(TimerWheel, KnownAnswersAt250Hertz) {
  const TimerWheel wheel(250, 0);
  const BootTime now = At(milliseconds(1'000'003));
  EXPECT_EQ(wheel.Jiffies(now), 250'000u);
  EXPECT_EQ(wheel.Expiry(now, seconds(0), 1), At(milliseconds(1'000'008)));
  EXPECT_EQ(wheel.Expiry(now, seconds(5)), At(milliseconds(1'005'056)));
  EXPECT_EQ(wheel.Expiry(now, seconds(15)), At(milliseconds(1'015'040)));
  EXPECT_EQ(wheel.Expiry(now, seconds(25)), At(milliseconds(1'026'048)));
  EXPECT_EQ(wheel.Expiry(now, seconds(540)), At(milliseconds(1'540'096)));
  // 14 ticks reach 251,264 itself, which is not late enough: the bucket after it.
  EXPECT_EQ(wheel.Expiry(now, seconds(5), 13), At(milliseconds(1'005'056)));
  EXPECT_EQ(wheel.Expiry(now, seconds(5), 14), At(milliseconds(1'005'312)));
}

// As booted: jiffies are -300 * HZ at 0, so at 1000 s they are 700 * HZ. 25 s from there are
//   HZ =  100:   72,500, level 2:    72,500 /  64 = 1132.8, 1133 *  64 =    72,512, tick   102,512   1025.12 s
//   HZ =  300:  217,500, level 3:   217,500 / 512 =  424.8,  425 * 512 =   217,600, tick   307,600   1025.333333334 s
//   HZ = 1000:  725,000, level 3:   725,000 / 512 = 1416.0, 1417 * 512 =   725,504, tick 1,025,504   1025.504 s
TEST(TimerWheel, KnownAnswersFromBootOn) {
  EXPECT_EQ(TimerWheel(100).Expiry(At(seconds(1000)), seconds(25)), At(milliseconds(1'025'120)));
  EXPECT_EQ(TimerWheel(300).Expiry(At(seconds(1000)), seconds(25)),
            At(nanoseconds(1'025'333'333'334)));
  EXPECT_EQ(TimerWheel(1000).Expiry(At(seconds(1000)), seconds(25)), At(milliseconds(1'025'504)));
  EXPECT_EQ(TimerWheel(250).Jiffies(At(seconds(0))), 0xffffffffu - 75'000 + 1);
  EXPECT_EQ(TimerWheel(250).Jiffies(At(seconds(300))), 0u);
  EXPECT_EQ(TimerWheel(250).Jiffies(At(seconds(300) - nanoseconds(1))), 0xffffffffu);
}

// The limits of the levels: 63 * 8^n ticks to go are the first of level n + 1.
TEST(TimerWheel, EachLevelBeginsAtSixtyThreeGranulesOfTheOneBefore) {
  const TimerWheel wheel(1000, 0);
  uint32_t granule = 1;
  for (int level = 0; level < 8; ++level) {
    const uint32_t limit = 63 * granule;
    const uint32_t clk = 5 * 0x1000000;  // a bucket of every level begins here
    const auto late = [&](uint32_t to_go) { return wheel.BucketExpiry(clk, clk + to_go) - clk - to_go; };
    EXPECT_EQ(late(limit - 1), 1u) << level;
    EXPECT_EQ(late(limit), 8 * granule - limit % (8 * granule)) << level;
    granule *= 8;
  }
}

TEST(TimerWheel, NothingWaitsLongerThanTheWheelTurns) {
  // 9 levels: cut to 63 granules of 2^24 ticks less one, and so 63 granules from a multiple.
  EXPECT_EQ(TimerWheel(1000, 0).BucketExpiry(0, 63u << 24), 63u << 24);
  EXPECT_EQ(TimerWheel(1000, 0).BucketExpiry(0, 0x7fffffff), 63u << 24);
  EXPECT_EQ(TimerWheel(1000, 0).BucketExpiry(0, (63u << 24) - 1), 63u << 24);
  // 8 levels up to 100 Hz.
  EXPECT_EQ(TimerWheel(100, 0).BucketExpiry(0, 0x7fffffff), 63u << 21);
  EXPECT_EQ(TimerWheel(250, 0).BucketExpiry(0, 0x7fffffff), 63u << 24);
  EXPECT_EQ(TimerWheel(100, 0).Expiry(At(seconds(0)), hours(1'000'000)),
            At(milliseconds(10) * (63u << 21)));
}

TEST(TimerWheel, WhatIsOverGoesOffAtOnce) {
  const TimerWheel wheel(250);
  EXPECT_EQ(wheel.BucketExpiry(100, 99), 100u);
  EXPECT_EQ(wheel.BucketExpiry(3, 0xfffffff0), 3u);
  EXPECT_EQ(wheel.BucketExpiry(100, 100), 101u);
}

TEST(TimerWheel, IsAWheelWithBucketsAllSmallDistances) {
  std::vector<uint32_t> distances;
  for (uint32_t to_go = 0; to_go < 4200; ++to_go) distances.push_back(to_go);
  for (const uint32_t hz : {100u, 1000u}) {
    for (uint32_t clk = 0; clk < 130; ++clk) CompareWithNaive(hz, clk, distances);
    for (uint32_t clk = 440; clk < 520; ++clk) CompareWithNaive(hz, clk, distances);
    // Around the wrap of 32 bits.
    for (uint32_t clk = 0u - 70; clk != 10; ++clk) CompareWithNaive(hz, clk, distances);
  }
}

TEST(TimerWheel, IsAWheelWithBucketsRandomLongDistances) {
  SeededEntropy random(5);
  for (int round = 0; round < 16; ++round) {
    std::vector<uint32_t> distances;
    for (int i = 0; i < 2000; ++i) {
      distances.push_back(static_cast<uint32_t>(random.Below(uint64_t{1} << random.Below(21))));
    }
    const uint32_t near_wrap = 0u - static_cast<uint32_t>(random.Below(1 << 20));
    CompareWithNaive(kRates[round % 4], round % 2 ? near_wrap : static_cast<uint32_t>(random.Next()),
                     distances);
  }
}

// Against the sentence in the header, for whole clocks: never early, and late by at most a tick (the
// rest of the one in which it was armed) and a granule of its level.
TEST(TimerWheel, NeverEarlyAndLateByAtMostAGranule) {
  SeededEntropy random(7);
  for (int round = 0; round < 200'000; ++round) {
    const uint32_t hz = kRates[round % 4];
    const TimerWheel wheel(hz, static_cast<uint32_t>(random.Next()));
    const BootTime now = At(nanoseconds(random.Below(uint64_t{1} << random.Below(60))));
    const Duration delay = milliseconds(random.Below(uint64_t{1} << random.Below(28)));
    const BootTime fires = wheel.Expiry(now, delay);
    const auto ticks = static_cast<uint64_t>((delay.count() / 1000 * hz + 999'999) / 1'000'000);
    uint64_t granule = 1;
    while (ticks >= 63 * granule) granule *= 8;
    ASSERT_GT(fires, now + delay) << hz;
    // Two ticks more: parts of ticks at both ends.
    ASSERT_LE(fires - now - delay, Duration((granule + 2) * 1'000'000'000 / hz)) << hz;
    // At the beginning of a tick.
    ASSERT_EQ(wheel.Jiffies(fires), wheel.Jiffies(fires - nanoseconds(1)) + 1);
  }
}

// 3 * 2^18 ticks are whole granules of all levels that WireGuard's timers use, and with each HZ a whole number of
// nanoseconds: so much later everything is the same.
TEST(TimerWheel, TheWrapOfThirtyTwoBitsChangesNothing) {
  SeededEntropy random(9);
  for (const uint32_t hz : kRates) {
    const TimerWheel wheel(hz);
    const Duration later = nanoseconds(uint64_t{3} * (1 << 18) * 1'000'000'000 / hz);
    for (int round = 0; round < 50'000; ++round) {
      // In the last minutes before the wrap, five minutes after boot.
      const BootTime now = At(seconds(1) + nanoseconds(random.Below(300'000'000'000)));
      const Duration delay = seconds(random.Below(600));
      const auto more = static_cast<uint32_t>(random.Below(hz / 3));
      ASSERT_EQ(wheel.Expiry(now, delay, more) + later, wheel.Expiry(now + later, delay, more));
    }
  }
}

TEST(TimerWheel, SleepMovesTheTicks) {
  TimerWheel wheel(250);
  const TimerWheel awake = wheel;
  const Duration slept = hours(7) + microseconds(1234);
  wheel.Sleep(slept);
  const BootTime now = At(seconds(1000) + microseconds(77));
  EXPECT_EQ(wheel.Jiffies(now + slept), awake.Jiffies(now));
  EXPECT_EQ(wheel.Expiry(now + slept, seconds(25)), awake.Expiry(now, seconds(25)) + slept);
}

TEST(TimerWheel, TwoHundredNinetyYearsDoNotOverflow) {
  const TimerWheel wheel(1000, 0);
  const BootTime late = At(hours(24 * 365) * 290);
  EXPECT_EQ(wheel.Expiry(late, seconds(0), 1) - late, milliseconds(2));
}

}  // namespace
}  // namespace wg
