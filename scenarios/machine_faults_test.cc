// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/machine_faults.h"

#include <chrono>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "scenarios/plan.h"
#include "scenarios/plan_faults.h"
#include "scenarios/result.pb.h"
#include "scenarios/runner.h"
#include "scenarios/two_hosts.h"

namespace scenario {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = plan::Fault::Kind;

// 100 packets a second from a to b, and as many back, for so long.
Plan Talking(sim::Duration duration, std::vector<plan::Fault> faults) {
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 2);
  plan.duration = duration;
  plan.reconfigures.clear();
  plan.faults = std::move(faults);
  plan.flows[0].stop = duration;
  plan.flows[0].stream->packets = {1, milliseconds(10)};
  plan.devices[1].peers[0].allowed_ips.push_back(wg::Prefix::Host(wg::IpAddress::V4(0x0a030001)));
  plan.pods.push_back(
      {.name = "a/pod", .host = 0, .device = 0, .address = wg::IpAddress::V4(0x0a030001)});
  plan::Flow back = plan.flows[0];
  back.name = "back";
  back.from = plan.flows[0].to;
  back.to = {.host = 0, .pod = 2, .address = wg::IpAddress::V4(0x0a030001), .core = 0};
  plan.flows.push_back(back);
  return plan;
}

plan::Fault Of(Kind kind, int host, sim::Duration at, sim::Duration lasts) {
  return {.kind = kind, .when = {.name = "fault", .at = at}, .lasts = lasts, .host = host};
}

VariantResult Outcome(const Plan& plan) { return RunPlan(plan, {.crypto = Crypto::kModelled}); }

double Micros(sim::Duration duration) { return static_cast<double>(duration.count()) / 1e3; }

TEST(MachineFaults, AHostThatSleptHasNoSessionsAndTheFirstPacketAfterwardsMakesOne) {
  const VariantResult result =
      Outcome(Talking(seconds(20), {Of(Kind::kSuspend, 1, seconds(5), seconds(2))}));
  EXPECT_EQ(result.handshakes(), 2u);
  EXPECT_EQ(result.bystanders().outages(), 1u);
  EXPECT_NEAR(result.bystanders().longest_outage_us(), Micros(seconds(2)),
              Micros(milliseconds(30)));
  // The sleeper itself sends nothing meanwhile.
  EXPECT_NEAR(static_cast<double>(result.bystanders().offered()), 2000 + 1800, 3);
  EXPECT_NEAR(static_cast<double>(result.faults(0).dropped()), 200, 3);
  EXPECT_EQ(result.faults(0).dropped(), result.bystanders().dropped());
}

TEST(MachineFaults, AnHourOfSleepIsAsGoodAsAMinute) {
  const VariantResult result =
      Outcome(Talking(seconds(3700), {Of(Kind::kSuspend, 1, seconds(5), hours(1))}));
  // What was staged last is delivered then.
  EXPECT_NEAR(result.bystanders().longest_outage_us(), Micros(hours(1) - milliseconds(1290)),
              Micros(milliseconds(30)));
  EXPECT_EQ(result.handshakes(), 2u);
}

TEST(MachineFaults, AHostThatCrashedIsConfiguredAgainAndKnowsNobodysSession) {
  const VariantResult result =
      Outcome(Talking(seconds(20), {Of(Kind::kCrash, 1, seconds(5), seconds(2))}));
  EXPECT_EQ(result.handshakes(), 2u);
  EXPECT_EQ(result.bystanders().outages(), 1u);
  EXPECT_NEAR(result.bystanders().longest_outage_us(), Micros(seconds(2)),
              Micros(milliseconds(30)));
  EXPECT_EQ(result.bystanders().refused(), 0u);
  EXPECT_EQ(result.peers_created(), 1u);
}

TEST(MachineFaults, WhoOnlyListensAfterACrashIsFoundAfterFifteenSeconds) {
  Plan plan = Talking(seconds(40), {Of(Kind::kCrash, 1, seconds(5), seconds(2))});
  plan.flows.pop_back();
  const VariantResult result = Outcome(plan);
  EXPECT_EQ(result.handshakes(), 2u);
  EXPECT_EQ(result.bystanders().outages(), 1u);
  // Since the last keepalive that a had from b.
  EXPECT_GT(result.bystanders().longest_outage_us(), Micros(seconds(5)));
  EXPECT_LT(result.bystanders().longest_outage_us(), Micros(seconds(26)));
}

TEST(MachineFaults, AHostIsAwayOnceOnly) {
  const VariantResult result =
      Outcome(Talking(seconds(20), {Of(Kind::kCrash, 1, seconds(5), seconds(2)),
                                    {.kind = Kind::kSuspend,
                                     .when = {.name = "sleep", .at = seconds(6)},
                                     .lasts = seconds(5),
                                     .host = 1}}));
  EXPECT_NEAR(result.bystanders().longest_outage_us(), Micros(seconds(2)),
              Micros(milliseconds(30)));
}

TEST(MachineFaults, ACrashInTheMiddleOfAReconfigurationEndsIt) {
  Plan plan = Talking(seconds(20), {Of(Kind::kCrash, 0, seconds(5), seconds(2))});
  // An insertion takes 10 us.
  plan::Reconfigure give{
      .name = "give", .at = seconds(5) - milliseconds(1), .device = 0, .peer = 0};
  for (uint32_t i = 0; i < 1000; ++i) {
    give.add.push_back(wg::Prefix::Host(wg::IpAddress::V4(0x0a400000 + 7 * i)));
  }
  plan.reconfigures.push_back(give);
  const VariantResult result = Outcome(plan);
  EXPECT_EQ(result.reconfigurations(), 1u);
  EXPECT_EQ(result.failed_messages(), 1u);
  EXPECT_LT(result.steps(), 1000u);
  EXPECT_EQ(result.unfinished(), 0u);
  EXPECT_EQ(result.bystanders().outages(), 1u);
}

TEST(MachineFaults, HandshakesFromBeforeTheStepBackAreNotBelieved) {
  // The clock of a is an hour fast during the first handshake and right during the second.
  const auto with = [](sim::Duration step, sim::Duration lasts) {
    plan::Fault fault = Of(Kind::kClockStep, 0, sim::Duration(0), lasts);
    fault.step = step;
    Plan plan = Talking(seconds(400), {fault});
    plan.flows.pop_back();
    plan.flows[0].stream->packets = {1, milliseconds(100)};
    return Outcome(plan);
  };
  EXPECT_EQ(with(hours(1), sim::Duration(0)).bystanders().dropped(), 0u);
  const VariantResult stepped = with(hours(1), seconds(60));
  EXPECT_GT(stepped.bystanders().dropped(), 0u);
}

TEST(MachineFaults, AManagerThatStandsStillDoesWhatItWasToldAfterwards) {
  Plan plan =
      Talking(seconds(2), {Of(Kind::kManagerPause, 0, milliseconds(400), milliseconds(500))});
  plan.reconfigures = TwoHosts(plan::Method::kRemoveMe, 2).reconfigures;
  const VariantResult result = Outcome(plan);
  EXPECT_EQ(result.reconfigurations(), 1u);
  EXPECT_EQ(result.unfinished(), 0u);
  plan.faults[0].lasts = sim::Duration(0);
  EXPECT_EQ(Outcome(plan).steps(), 0u);
}

Plan Giving(plan::RequestFailure failure) {
  plan::Fault fault = Of(Kind::kRequest, 0, milliseconds(100), sim::Duration(0));
  fault.device = 0;
  fault.request = failure;
  Plan plan = Talking(seconds(2), {fault});
  plan::Reconfigure give{.name = "give", .at = milliseconds(500), .device = 0, .peer = 0};
  // In order: each needs a leaf and a node that joins it to what is there, but the first.
  for (uint32_t i = 0; i < 8; ++i) {
    give.add.push_back(wg::Prefix::Host(wg::IpAddress::V4(0x0a400000 + i)));
  }
  plan.reconfigures = {give};
  return plan;
}

TEST(MachineFaults, WithoutMemoryTheRestOfARequestIsNotDone) {
  const VariantResult whole = Outcome(Giving({.allocation = 1000}));
  EXPECT_EQ(whole.failed_messages(), 0u);
  const VariantResult none = Outcome(Giving({.allocation = 1}));
  EXPECT_EQ(none.failed_messages(), 1u);
  const VariantResult part = Outcome(Giving({.allocation = 5}));
  EXPECT_EQ(part.failed_messages(), 1u);
  EXPECT_LT(part.steps(), whole.steps());
  EXPECT_LT(none.steps(), part.steps());
}

TEST(MachineFaults, AMessageIsRefusedOrOnlyItsAnswerLost) {
  const VariantResult whole = Outcome(Giving({.allocation = 1000}));
  const VariantResult refused = Outcome(Giving({.error = wg::Errno::kInval}));
  EXPECT_EQ(refused.failed_messages(), 1u);
  EXPECT_EQ(refused.steps(), 0u);
  const VariantResult lost = Outcome(Giving({.error = wg::Errno::kNoBufs, .applied = true}));
  EXPECT_EQ(lost.failed_messages(), 1u);
  EXPECT_EQ(lost.steps(), whole.steps());
  EXPECT_EQ(Outcome(Giving({.message = 2, .error = wg::Errno::kInval})).failed_messages(), 0u);
}

TEST(MachineFaults, ARunMayEndWhileAHostIsAway) {
  for (const Kind kind : {Kind::kSuspend, Kind::kCrash}) {
    const VariantResult result = Outcome(Talking(seconds(5), {Of(kind, 1, seconds(4), hours(1))}));
    EXPECT_EQ(result.bystanders().offered(), result.bystanders().delivered() +
                                                 result.bystanders().dropped() +
                                                 result.bystanders().in_flight());
    EXPECT_NEAR(static_cast<double>(result.faults(0).dropped()), 100, 3);
  }
}

TEST(MachineFaults, ASenderThatIsStoppedSendsNothing) {
  plan::Fault fault = Of(Kind::kProcessPause, plan::kNone, seconds(1), seconds(2));
  fault.flow = 0;
  const VariantResult result = Outcome(Talking(seconds(5), {fault}));
  EXPECT_NEAR(static_cast<double>(result.flows(0).offered()), 300, 2);
  EXPECT_NEAR(static_cast<double>(result.flows(1).offered()), 500, 1);
  EXPECT_EQ(result.bystanders().dropped(), 0u);
}

TEST(MachineFaults, AReceiverThatIsStoppedFindsWhatItsSocketHadRoomFor) {
  plan::Fault fault = Of(Kind::kProcessPause, plan::kNone, seconds(1), seconds(2));
  fault.flow = 0;
  fault.receiver = true;
  Plan plan = Talking(seconds(5), {fault, fault});
  plan.faults[1].when.name = "again";
  plan.faults[1].when.at = seconds(2);
  const VariantResult late = Outcome(plan);
  EXPECT_EQ(late.flows(0).dropped() + late.flows(0).delivered(), late.flows(0).offered());
  EXPECT_NEAR(late.flows(0).delay_us().max(), Micros(seconds(3)), Micros(milliseconds(20)));
  plan.flows[0].receive_buffer_bytes = 20'000;
  EXPECT_GT(Outcome(plan).flows(0).dropped(), late.flows(0).dropped());
}

TEST(MachineFaults, WhoLosesAnAddressIsFoundAtTheOtherOneWhenItSends) {
  plan::Fault fault = Of(Kind::kAddressLoss, 0, seconds(1), seconds(2));
  fault.address = wg::IpAddress::V4(0xc0000201);
  fault.instead = wg::IpAddress::V4(0xc0000211);
  Plan plan = Talking(seconds(5), {fault});
  plan.hosts[0].addresses.push_back(fault.instead);
  const VariantResult both = Outcome(plan);
  EXPECT_EQ(both.flows(0).dropped(), 0u);
  // Until its next packet.
  EXPECT_LE(both.flows(1).dropped(), 4u);
  // Without one nobody finds it, but its keepalives.
  plan.flows.erase(plan.flows.begin());
  const VariantResult silent = Outcome(plan);
  EXPECT_NEAR(static_cast<double>(silent.faults(0).dropped()), 200, 5);
}

}  // namespace
}  // namespace scenario
