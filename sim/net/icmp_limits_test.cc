// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/icmp_limits.h"

#include "gtest/gtest.h"

namespace net {
namespace {

sim::Time At(sim::Duration since) { return sim::kStart + since; }
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(IcmpLimits, AFullBucketAllowsFiftyAtOnceAndThenTwentyPerTwentyMilliseconds) {
  IcmpLimits limits({});
  int allowed = 0;
  for (int i = 0; i < 100; ++i) allowed += limits.AllowGlobal(At(milliseconds(0)));
  EXPECT_EQ(allowed, 50);
  EXPECT_FALSE(limits.AllowGlobal(At(milliseconds(19))));
  for (int i = 0; i < 100; ++i) allowed += limits.AllowGlobal(At(milliseconds(20)));
  EXPECT_EQ(allowed, 70);
}

TEST(IcmpLimits, TheLongRunIsOneThousandPerSecond) {
  IcmpLimits limits({});
  int allowed = 0;
  for (int ms = 0; ms < 10'000; ++ms) {
    for (int i = 0; i < 5; ++i) allowed += limits.AllowGlobal(At(milliseconds(ms)));
  }
  EXPECT_NEAR(allowed, 10'000, 60);
}

TEST(IcmpLimits, ADestinationGetsSixAtOnceAndThenOnePerSecond) {
  IcmpLimits limits({});
  const wg::IpAddress a = wg::IpAddress::V4(1);
  const wg::IpAddress b = wg::IpAddress::V4(2);
  int allowed = 0;
  for (int i = 0; i < 20; ++i) allowed += limits.AllowDestination(At(seconds(5)), a);
  EXPECT_EQ(allowed, 6);
  EXPECT_TRUE(limits.AllowDestination(At(seconds(5)), b)) << "another destination has its own";
  EXPECT_FALSE(limits.AllowDestination(At(milliseconds(5999)), a));
  EXPECT_TRUE(limits.AllowDestination(At(seconds(6)), a));
  EXPECT_FALSE(limits.AllowDestination(At(seconds(6)), a));
}

TEST(IcmpLimits, ZeroTurnsThemOff) {
  IcmpLimits limits({.messages_per_second = 0, .per_destination = sim::Duration(0)});
  EXPECT_FALSE(limits.AllowGlobal(At(seconds(9))));
  for (int i = 0; i < 50; ++i)
    EXPECT_TRUE(limits.AllowDestination(At(seconds(1)), wg::IpAddress::V4(1)));
}

TEST(IcmpLimits, TheTableOfDestinationsIsBounded) {
  IcmpLimits limits({});
  for (uint32_t i = 0; i < IcmpLimits::kMaxDestinations; ++i) {
    limits.AllowDestination(At(seconds(1)), wg::IpAddress::V4(i));
  }
  for (int i = 0; i < 5; ++i) limits.AllowDestination(At(seconds(1)), wg::IpAddress::V4(0));
  EXPECT_FALSE(limits.AllowDestination(At(seconds(1)), wg::IpAddress::V4(0)));
  limits.AllowDestination(At(seconds(1)), wg::IpAddress::V4(0xffffffff));
  EXPECT_TRUE(limits.AllowDestination(At(seconds(1)), wg::IpAddress::V4(0)))
      << "the oldest was forgotten";
}

}  // namespace
}  // namespace net
