// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A host's clocks and its timer wheel, from the scenario file to what comes of them.
#include <chrono>
#include <optional>
#include <string>

#include "absl/strings/str_replace.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "protocol/time.h"
#include "scenarios/describe.h"
#include "scenarios/loader.h"
#include "scenarios/loader_testing.h"
#include "scenarios/plan.h"
#include "scenarios/result.pb.h"
#include "scenarios/runner.h"
#include "scenarios/two_hosts.h"
#include "sim/wg/clock_start.h"

namespace scenario {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr uint32_t kTickRates[] = {100, 250, 300, 1000};

LoadedScenario LoadWith(const char* fields) {
  std::string errors;
  const std::optional<LoadedScenario> scenario =
      Load(absl::StrReplaceAll(kRight, {{"name: \"far\" cores: 4", fields}}), &errors);
  EXPECT_EQ(errors, "");
  return scenario.value();
}

TEST(Clocks, AreWhatTheFileSays) {
  const LoadedScenario scenario = LoadWith(
      R"(name: "far" cores: 4 hz: 300 timer_wheel: true boot_time: "299.9s" wall_time: "2038-01-19T03:14:08Z")");
  const plan::Host& far = scenario.variants[0].plan.hosts[3];
  ASSERT_EQ(far.name, "far");
  EXPECT_EQ(far.hz, 300);
  EXPECT_TRUE(far.timer_wheel);
  EXPECT_EQ(far.clocks.boot, wg::BootTime(milliseconds(299'900)));
  EXPECT_EQ(far.clocks.wall, wg::WallTime(seconds(1LL << 31)));
  EXPECT_NE(Describe(scenario).find("up for 299.9s"),
            std::string::npos)
      << Describe(scenario);
}

TEST(Clocks, AreTheUsualOnesOtherwiseAndTimersExact) {
  const LoadedScenario scenario = LoadWith(R"(name: "far" cores: 4)");
  for (const plan::Host& host : scenario.variants[0].plan.hosts) {
    EXPECT_EQ(host.hz, 250);
    EXPECT_FALSE(host.timer_wheel);
    EXPECT_EQ(host.clocks.boot, wgnode::ClockStart().boot);
    EXPECT_EQ(host.clocks.wall, wgnode::ClockStart().wall);
  }
  EXPECT_EQ(Describe(scenario).find("timers of its wheel"), std::string::npos);
}

// A datagram per second for 400 s: keys are renewed three times, the receiver sends passive keepalives.
VariantResult FourHundredSeconds(uint32_t wheel_hz, wg::BootTime boot) {
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 2);
  plan.duration = seconds(400);
  plan.flows[0].stream->packets = {1, seconds(1)};
  plan.flows[0].stop = seconds(400);
  for (plan::Host& host : plan.hosts) {
    host.timer_wheel = wheel_hz != 0;
    if (wheel_hz != 0) host.hz = static_cast<int>(wheel_hz);
    host.clocks.boot = boot;
  }
  return RunPlan(plan, {.crypto = Crypto::kModelled});
}

constexpr wg::BootTime kUsual{seconds(1000)};

TEST(Clocks, WithEveryTimerWheelTheSameRulesHold) {
  const VariantResult exact = FourHundredSeconds(0, kUsual);
  EXPECT_EQ(exact.handshakes(), 4u);  // at 0, 120, 240 and 360 s
  EXPECT_EQ(exact.bystanders().offered(), 400u);
  EXPECT_EQ(exact.bystanders().delivered(), 400u);
  for (const uint32_t hz : kTickRates) {
    const VariantResult result = FourHundredSeconds(hz, kUsual);
    EXPECT_EQ(result.handshakes(), exact.handshakes()) << hz;
    EXPECT_EQ(result.bystanders().delivered(), exact.bystanders().delivered()) << hz;
    EXPECT_EQ(result.bystanders().refused(), 0u) << hz;
    EXPECT_EQ(result.reconfigurations(), exact.reconfigurations()) << hz;
    EXPECT_NE(result.trace_hash(), exact.trace_hash()) << hz;
  }
}

TEST(Clocks, TheWrapOfTicksChangesNothing) {
  // jiffies wrap 300 s after boot, 100 ms after the start of the run.
  const wg::BootTime wraps(milliseconds(299'900));
  for (const uint32_t hz : kTickRates) {
    const VariantResult wrapped = FourHundredSeconds(hz, wraps);
    // Whole granules of the wheel later: 3 * 2^18 ticks are that, and whole nanoseconds with every tick rate.
    const wg::Duration later = nanoseconds(uint64_t{3} * (1 << 18) * 1'000'000'000 / hz);
    const VariantResult far = FourHundredSeconds(hz, wraps + later);
    EXPECT_EQ(wrapped.trace_hash(), far.trace_hash()) << hz;
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(wrapped, far)) << hz;
    // Elsewhere in a granule something else happens.
    EXPECT_NE(FourHundredSeconds(hz, wraps + milliseconds(30)).trace_hash(), wrapped.trace_hash());
  }
}

TEST(Clocks, ExactTimersDoNotCareHowLongAMachineIsUp) {
  EXPECT_EQ(FourHundredSeconds(0, wg::BootTime(seconds(1))).trace_hash(),
            FourHundredSeconds(0, wg::BootTime(std::chrono::hours(100'000))).trace_hash());
}

}  // namespace
}  // namespace scenario
