// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The timers of a device on the kernel's wheel, as measured: WireGuard of Linux 6.12 in an emulated machine with HZ=250
// (QEMU) and in User-Mode Linux with HZ=100, where code takes no time. A is the device under test.
//
//   what                                           HZ=250               HZ=100
//   rekey by the initiator, 1 datagram/s           +120.03, +240.05     +120.006, +240.012
//   passive keepalive, last received at ~ +249     +259.15              +259.48
//   persistent keepalive 25 s, gaps                25.85, 26.62, 26.63  25.35, 25.60, 25.60
//   new handshake after a datagram, no answer      +15.22               +15.31
//   retries                                        20 initiations,      20 initiations,
//                                                  5.120 or 5.376       5.04 to 5.84
#include <chrono>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/device.h"
#include "protocol/profile.h"
#include "protocol/time.h"
#include "protocol/timer_wheel.h"
#include "protocol/two_devices.h"

namespace wg {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr uint32_t kRates[] = {100, 250, 300, 1000};

Duration Ticks(int64_t ticks, uint32_t hz) {
  // To the next whole nanosecond, as TimerWheel has it.
  return nanoseconds((ticks * 1'000'000'000 + hz - 1) / hz);
}

std::vector<BootTime> Instants(const TwoDevices& net, int type) {
  std::vector<BootTime> instants;
  for (const TwoDevices::Sent& sent : net.Log(kA, type)) instants.push_back(sent.at);
  return instants;
}

std::vector<Duration> Gaps(const std::vector<BootTime>& instants) {
  std::vector<Duration> gaps;
  for (size_t i = 1; i < instants.size(); ++i) gaps.push_back(instants[i] - instants[i - 1]);
  return gaps;
}

// A session, then B is gone and A sends one datagram: a new handshake is begun, tried again and given up. The instants
// of the initiations, the datagram's first.
std::vector<BootTime> Abandoned(uint32_t hz, uint64_t seed) {
  TwoDevices net({.seed = seed, .wheel = TimerWheel(hz)});
  net.Handshake(kA);
  net.Advance(seconds(30) + microseconds(seed * 1'234'567));
  net.ClearLog();
  net.connected[kB] = false;
  std::vector<BootTime> instants = {net.now().boot};
  net.SendNumbered(kA, 1);
  net.Advance(seconds(500));
  for (const BootTime at : Instants(net, 1)) instants.push_back(at);
  return instants;
}

TEST(TimersOnWheel, At250HertzRetriesAreTwentyOrTwentyOneBucketsApart) {
  std::set<Duration> seen;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const std::vector<BootTime> instants = Abandoned(250, seed);
    ASSERT_EQ(instants.size(), 21u);
    EXPECT_GT(instants[1] - instants[0], seconds(15));
    EXPECT_LE(instants[1] - instants[0], seconds(15) + milliseconds(328 + 256));
    const std::vector<Duration> gaps = Gaps({instants.begin() + 1, instants.end()});
    seen.insert(gaps.begin(), gaps.end());
  }
  EXPECT_EQ(seen, (std::set<Duration>{milliseconds(5120), milliseconds(5376)}));
}

// 5.00 to 5.03 s are less than 504 ticks and go to the next 80 ms, all longer ones to the next 640 ms; that is why
// gaps of 5.04 s are seen beside ones of more than 5.8.
TEST(TimersOnWheel, At100HertzRetriesAreFrom504To592TicksApart) {
  std::set<Duration> seen;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const std::vector<BootTime> instants = Abandoned(100, seed);
    ASSERT_EQ(instants.size(), 21u);
    EXPECT_GT(instants[1] - instants[0], seconds(15));
    EXPECT_LE(instants[1] - instants[0], seconds(15) + milliseconds(320 + 640));
    const std::vector<Duration> gaps = Gaps({instants.begin() + 1, instants.end()});
    seen.insert(gaps.begin(), gaps.end());
  }
  EXPECT_EQ(*seen.begin(), milliseconds(5040));
  EXPECT_GE(*seen.rbegin(), milliseconds(5840));
  EXPECT_LE(*seen.rbegin(), milliseconds(5920));
  for (const Duration gap : seen) EXPECT_EQ(gap % milliseconds(80), nanoseconds(0)) << gap.count();
}

// HZ=300: to multiples of 64 ticks, 24 or 25 of them. HZ=1000: of 512, 10 or 11.
TEST(TimersOnWheel, At300And1000HertzRetriesAreWholeBucketsApart) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    for (const Duration gap : Gaps(Abandoned(300, seed))) {
      if (gap > seconds(15)) continue;  // the first: from the datagram
      const int64_t ticks = (gap.count() * 3 + 5'000'000) / 10'000'000;
      EXPECT_TRUE(ticks == 24 * 64 || ticks == 25 * 64) << ticks;
    }
    for (const Duration gap : Gaps(Abandoned(1000, seed))) {
      if (gap > seconds(15)) continue;
      EXPECT_TRUE(gap == milliseconds(10 * 512) || gap == milliseconds(11 * 512)) << gap.count();
    }
  }
}

// From bucket to bucket: 25 s are 39.06, 12.2, 14.6 and 48.8 granules, and the next whole one is when it goes off.
TEST(TimersOnWheel, PersistentKeepalivesOfTwentyFiveSecondsAreWholeBucketsApart) {
  struct Case {
    uint32_t hz;
    int64_t ticks;
    int64_t granule;
  };
  for (const Case& c : {Case{100, 40 * 64, 64}, Case{250, 13 * 512, 512}, Case{300, 15 * 512, 512},
                        Case{1000, 49 * 512, 512}}) {
    TwoDevices net({.wheel = TimerWheel(c.hz)});
    net.peer(kA).persistent_keepalive_interval = 25;
    net.Advance(milliseconds(123));
    net.Handshake(kA);
    const BootTime start = net.now().boot;
    net.Advance(seconds(115));  // before the key is renewed
    const std::vector<BootTime> sent = Instants(net, 4);
    ASSERT_GE(sent.size(), 4u);
    EXPECT_GT(sent[0] - start, seconds(25));
    // Less than a tick more: what was left of the one in which it was armed does not count.
    EXPECT_LE(sent[0] - start, seconds(25) + Ticks(c.granule, c.hz));
    for (const Duration gap : Gaps(sent)) {
      EXPECT_LE(gap - Ticks(c.ticks, c.hz), nanoseconds(1)) << c.hz;
      EXPECT_GE(gap - Ticks(c.ticks, c.hz), nanoseconds(-1)) << c.hz;
    }
  }
}

TEST(TimersOnWheel, PassiveKeepalivesComeTenSecondsAndAGranuleLater) {
  const auto granule = [](uint32_t hz) { return hz == 1000 ? 512 : 64; };
  for (const uint32_t hz : kRates) {
    std::set<Duration> seen;
    for (int i = 0; i < 50; ++i) {
      TwoDevices net({.wheel = TimerWheel(hz)});
      net.Handshake(kA);
      net.Advance(seconds(20) + i * microseconds(37'111));
      net.ClearLog();
      const BootTime received = net.now().boot;
      net.SendNumbered(kB, 1);
      net.Advance(seconds(12));
      ASSERT_EQ(Instants(net, 4).size(), 1u);
      seen.insert(Instants(net, 4)[0] - received);
    }
    EXPECT_GT(*seen.begin(), seconds(10));
    EXPECT_LE(*seen.rbegin(), seconds(10) + Ticks(granule(hz), hz));
    EXPECT_GT(*seen.rbegin(), seconds(10) + Ticks(granule(hz), hz) * 3 / 4) << hz;
  }
}

TEST(TimersOnWheel, AgesAreNotOnIt) {
  for (const uint32_t hz : kRates) {
    TwoDevices net({.wheel = TimerWheel(hz)});
    net.Advance(microseconds(777));
    net.Handshake(kA);
    const BootTime born = net.now().boot;
    net.Advance(seconds(120) - nanoseconds(1));
    net.SendNumbered(kA, 1);
    EXPECT_EQ(net.Log(kA, 1).size(), 0u);
    net.Advance(nanoseconds(1));
    net.SendNumbered(kA, 2);
    ASSERT_EQ(net.Log(kA, 1).size(), 1u);
    EXPECT_EQ(net.Log(kA, 1)[0].at - born, seconds(120));
  }
}

// What a device does for half an hour with traffic and silence: type and instant of all it sends.
std::vector<std::pair<int, Duration>> HalfAnHour(const Profile& profile, TimerWheel wheel) {
  TwoDevices net({.profile = &profile, .wheel = wheel});
  net.peer(kA).persistent_keepalive_interval = 25;
  const BootTime start = net.now().boot;
  for (int minute = 0; minute < 30; ++minute) {
    net.connected[kB] = minute % 7 != 3;
    net.SendNumbered(minute % 3 == 0 ? kB : kA, minute);
    net.Advance(milliseconds(60'123));
  }
  std::vector<std::pair<int, Duration>> sent;
  for (const TwoDevices::Sent& one : net.log()) sent.push_back({one.type, one.at - start});
  return sent;
}

TEST(TimersOnWheel, TheWrapOfJiffiesChangesNothing) {
  for (const uint32_t hz : kRates) {
    // The test begins at 1000 s; 400 s later jiffies of the first wrap. Those of the second are 2^24 ahead.
    const uint32_t wraps = 0u - 1400 * hz;
    EXPECT_EQ(TimerWheel(hz, wraps).Jiffies(BootTime(seconds(1400))), 0u);
    const auto expected = HalfAnHour(kLinux616, TimerWheel(hz, wraps + (1 << 24)));
    EXPECT_GT(expected.size(), 50u);
    EXPECT_EQ(HalfAnHour(kLinux616, TimerWheel(hz, wraps)), expected) << hz;
    // But where they are within a bucket does.
    EXPECT_NE(HalfAnHour(kLinux616, TimerWheel(hz, wraps + 5)), expected) << hz;
  }
}

TEST(TimersOnWheel, ProgramsInUserSpaceAreNotOnIt) {
  for (const Profile* profile : {&kWireguardGo, &kBoringtun}) {
    EXPECT_EQ(HalfAnHour(*profile, TimerWheel(100)), HalfAnHour(*profile, TimerWheel()));
  }
  EXPECT_NE(HalfAnHour(kLinux616, TimerWheel(100)), HalfAnHour(kLinux616, TimerWheel()));
}

TEST(TimersOnWheel, NoTimerIsDueBeforeNextTimerWhichIsATick) {
  TwoDevices net({.wheel = TimerWheel(250)});
  net.peer(kA).persistent_keepalive_interval = 25;
  net.Advance(microseconds(1234));
  net.SendNumbered(kA, 1);
  for (int i = 0; i < 100; ++i) {
    const BootTime next = net.device(kA).NextTimer();
    ASSERT_NE(next, kNever);
    EXPECT_EQ(next.time_since_epoch() % milliseconds(4), nanoseconds(0));
    const size_t before = net.log().size();
    net.AdvanceTo(next - nanoseconds(1));
    for (size_t j = before; j < net.log().size(); ++j) EXPECT_EQ(net.log()[j].from, kB);
    net.AdvanceTo(next);
  }
}

TEST(TimersOnWheel, TicksDoNotPassDuringSleep) {
  constexpr Duration kSlept = hours(1) + microseconds(1'500);
  TwoDevices net({.wheel = TimerWheel(250)});
  net.peer(kA).persistent_keepalive_interval = 25;
  net.Handshake(kA);
  const BootTime expected = net.device(kA).NextTimer();
  net.device(kA).OnResume(kSlept);
  EXPECT_EQ(net.device(kA).NextTimer(), expected + kSlept);
  // And those armed from now on go off in ticks that began later by that.
  net.AdvanceTo(net.now().boot + kSlept);
  net.ClearLog();
  net.SendNumbered(kA, 1);  // an initiation: the key is too old
  net.connected[kB] = false;
  net.Advance(seconds(2000));
  const std::vector<BootTime> sent = Instants(net, 1);
  ASSERT_GT(sent.size(), 2u);
  EXPECT_EQ(sent.back().time_since_epoch() % milliseconds(4), microseconds(1'500));
}

}  // namespace
}  // namespace wg
