// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/ratelimiter.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <map>

#include "protocol/fake_entropy.h"
#include "protocol/ip.h"
#include "protocol/time.h"

namespace wg {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr uint64_t kNetns = 1;

IpAddress V4(uint32_t address) { return IpAddress::V4(address); }

class RateLimiterTest : public testing::Test {
 protected:
  RateLimiterTest() { limiter_.Init(); }

  bool Allow(const IpAddress& source) { return limiter_.Allow(now_, kNetns, source); }

  BootTime now_{std::chrono::seconds(100)};
  RateLimiter limiter_;
  const IpAddress a_ = V4(0x7f000001);
};

// The kernel's self-test: one source, its delays and answers, and others beside it that are not
// affected.
TEST_F(RateLimiterTest, SelfTestOfTheKernel) {
  const struct {
    bool allowed;
    Duration delay;
  } kSequence[] = {
      {true, {}},
      {true, {}},
      {true, {}},
      {true, {}},
      {true, {}},
      {false, {}},
      {true, milliseconds(50)},
      {false, {}},
      {true, milliseconds(100)},
      {true, {}},
      {false, {}},
  };
  uint32_t others = 0x7f001000;
  uint64_t other_halves = 0x26070000;
  const uint64_t half = 0x2607'5300'6000'6b00;
  uint64_t lower = 1;
  for (const auto& step : kSequence) {
    now_ += step.delay;
    EXPECT_EQ(Allow(a_), step.allowed);
    EXPECT_EQ(Allow(IpAddress::V6(half, ++lower)), step.allowed) << "another address of its /64";
    EXPECT_TRUE(Allow(V4(++others)));
    EXPECT_TRUE(Allow(IpAddress::V6(++other_halves, 1)));
  }
}

TEST_F(RateLimiterTest, OneNanosecondDecides) {
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(Allow(a_));
  EXPECT_FALSE(Allow(a_));
  now_ += nanoseconds(49'999'999);
  EXPECT_FALSE(Allow(a_));
  now_ += nanoseconds(1);
  EXPECT_TRUE(Allow(a_));
  EXPECT_FALSE(Allow(a_));
}

TEST_F(RateLimiterTest, ThousandCallsAMillisecondApartGiveTwentyFour) {
  int allowed = 0;
  for (int i = 0; i < 1000; ++i, now_ += milliseconds(1)) allowed += Allow(a_);
  EXPECT_EQ(allowed, 24);
}

TEST_F(RateLimiterTest, RefusedCallsLoseNoTokens) {
  for (int i = 0; i < 5; ++i) Allow(a_);
  for (int i = 1; i <= 50; ++i) {
    now_ += milliseconds(10);
    EXPECT_EQ(Allow(a_), i % 5 == 0) << i;
  }
}

TEST_F(RateLimiterTest, NoSilenceSavesMoreThanFive) {
  for (Duration silence : {Duration(milliseconds(250)), Duration(std::chrono::hours(1)),
                           Duration(std::chrono::hours(24 * 365 * 200))}) {
    for (int i = 0; i < 6; ++i) Allow(a_);
    now_ += silence;
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(Allow(a_));
    EXPECT_FALSE(Allow(a_));
  }
}

// Exact rational arithmetic: tokens = the minimum over all past moments of "full then, minus what
// was spent since".
TEST_F(RateLimiterTest, AgreesWithExactArithmeticOnRandomCalls) {
  struct Bucket {
    __int128 time = 0;    // ns
    __int128 twentieths;  // messages times 10^9: 20 of them per second
  };
  constexpr __int128 kMessage = 1'000'000'000;
  SeededEntropy random(7);
  std::map<uint32_t, Bucket> buckets;
  __int128 time = 0;
  for (int i = 0; i < 200'000; ++i) {
    const uint64_t kDelays[] = {0,
                                0,
                                1,
                                49'999'999,
                                50'000'000,
                                50'000'001,
                                random.Below(100'000'000),
                                random.Below(3'000'000)};
    const uint64_t delay = kDelays[random.Below(std::size(kDelays))];
    now_ += nanoseconds(delay);
    time += delay;
    const auto source = static_cast<uint32_t>(random.Below(9));
    auto [found, is_new] = buckets.try_emplace(source, Bucket{time, 5 * kMessage});
    Bucket& bucket = found->second;
    bucket.twentieths = std::min(bucket.twentieths + (time - bucket.time) * 20, 5 * kMessage);
    bucket.time = time;
    const bool expected = bucket.twentieths >= kMessage;
    if (expected) bucket.twentieths -= kMessage;
    ASSERT_EQ(Allow(V4(source)), expected) << i;
  }
}

TEST_F(RateLimiterTest, SourcesAreNamespaceFamilyAndAddress) {
  const IpAddress v4 = V4(0x01020304);
  const IpAddress v6 = IpAddress::V6(v4.hi(), 0);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(limiter_.Allow(now_, 1, v4));
  EXPECT_FALSE(limiter_.Allow(now_, 1, v4));
  EXPECT_TRUE(limiter_.Allow(now_, 2, v4)) << "another namespace";
  EXPECT_TRUE(limiter_.Allow(now_, 1, v6)) << "the same bits of another family";
  EXPECT_TRUE(limiter_.Allow(now_, 1, V4(0x01020305)));
  EXPECT_EQ(limiter_.entries(), 4u);
}

TEST_F(RateLimiterTest, WhatIsNotIpIsRefused) {
  EXPECT_FALSE(Allow(IpAddress()));
  EXPECT_EQ(limiter_.entries(), 0u);
}

TEST_F(RateLimiterTest, GcDropsWhatWasSilentForMoreThanASecond) {
  Allow(a_);
  now_ += milliseconds(500);
  Allow(V4(2));
  now_ += milliseconds(500);
  EXPECT_EQ(limiter_.Gc(now_), 0u) << "exactly one second is kept";
  now_ += nanoseconds(1);
  EXPECT_EQ(limiter_.Gc(now_), 1u);
  limiter_.Free(1);
  EXPECT_EQ(limiter_.entries(), 1u);
  EXPECT_EQ(limiter_.total_entries(), 1u);
  now_ += milliseconds(500);
  EXPECT_EQ(limiter_.Gc(now_), 1u);
  EXPECT_EQ(limiter_.Gc(now_), 0u);
}

TEST_F(RateLimiterTest, RefusedTrafficKeepsTheEntryAlive) {
  for (int i = 0; i < 6; ++i) Allow(a_);
  for (int i = 0; i < 40; ++i) {
    now_ += milliseconds(40);
    Allow(a_);
    EXPECT_EQ(limiter_.Gc(now_), 0u);
  }
  EXPECT_EQ(limiter_.entries(), 1u);
}

TEST_F(RateLimiterTest, GcCannotBeNoticedByASource) {
  RateLimiter never_collected;
  never_collected.Init();
  SeededEntropy random(5);
  for (int i = 0; i < 50'000; ++i) {
    now_ += nanoseconds(random.Below(300'000'000));
    const IpAddress source = V4(static_cast<uint32_t>(random.Below(6)));
    ASSERT_EQ(Allow(source), never_collected.Allow(now_, kNetns, source));
    if (random.Below(3) == 0) limiter_.Free(limiter_.Gc(now_));
  }
}

TEST(RateLimiter, AFullTableRefusesNewSourcesAndServesTheOld) {
  RateLimiter limiter;
  limiter.Init();
  BootTime now{std::chrono::seconds(1)};
  for (uint32_t i = 0; i < RateLimiter::kMaxEntries; ++i) {
    ASSERT_TRUE(limiter.Allow(now, kNetns, V4(i)));
  }
  EXPECT_FALSE(limiter.Allow(now, kNetns, V4(1 << 30)));
  EXPECT_FALSE(limiter.Allow(now, kNetns, IpAddress::V6(1, 1))) << "one limit for both families";
  EXPECT_TRUE(limiter.Allow(now, kNetns, V4(0)));

  now += milliseconds(1001);
  EXPECT_EQ(limiter.Gc(now), RateLimiter::kMaxEntries);
  EXPECT_FALSE(limiter.Allow(now, kNetns, V4(1 << 30))) << "not freed before the grace period";
  limiter.Free(RateLimiter::kMaxEntries);
  EXPECT_TRUE(limiter.Allow(now, kNetns, V4(1 << 30)));
  EXPECT_EQ(limiter.total_entries(), 1u);
}

TEST(RateLimiter, LimitFollowsTheMemoryOfTheMachine) {
  EXPECT_EQ(RateLimiter::MaxEntriesOf(uint64_t{2} << 30), 65536u);
  EXPECT_EQ(RateLimiter::MaxEntriesOf((uint64_t{1} << 30) + 1), 65536u);
  EXPECT_EQ(RateLimiter::MaxEntriesOf(uint64_t{1} << 30), 65536u) << "8192 buckets as well";
  EXPECT_EQ(RateLimiter::MaxEntriesOf(uint64_t{512} << 20), 32768u);
  EXPECT_EQ(RateLimiter::MaxEntriesOf(uint64_t{300} << 20), 32768u) << "next power of two";
  EXPECT_EQ(RateLimiter::MaxEntriesOf(uint64_t{1} << 20), 128u) << "at least 16 buckets";
}

TEST(RateLimiter, InitAndUninitAreCounted) {
  RateLimiter limiter;
  const BootTime now{std::chrono::seconds(1)};
  limiter.Init();
  limiter.Init();
  limiter.Init();
  limiter.Allow(now, kNetns, V4(1));
  limiter.Uninit();
  limiter.Uninit();
  EXPECT_EQ(limiter.entries(), 1u);
  limiter.Free(1);
  EXPECT_EQ(limiter.total_entries(), 1u) << "nothing waits to be freed";
  limiter.Uninit();
  EXPECT_EQ(limiter.entries(), 0u);
  EXPECT_EQ(limiter.total_entries(), 0u);
  limiter.Uninit();
  limiter.Free(1);
  limiter.Init();
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(limiter.Allow(now, kNetns, V4(1)));
}

}  // namespace
}  // namespace wg
