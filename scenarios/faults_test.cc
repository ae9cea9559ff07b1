// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/faults.h"

#include <chrono>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scenarios/plan.h"
#include "scenarios/plan_faults.h"
#include "scenarios/result.pb.h"
#include "scenarios/runner.h"
#include "scenarios/two_hosts.h"

namespace scenario {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// 20 packets each millisecond from a to b, for a second; the list is left alone.
Plan Streaming(std::vector<plan::Fault> faults) {
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 2);
  plan.reconfigures.clear();
  plan.faults = std::move(faults);
  return plan;
}

plan::Fault OfTheLink(plan::LinkChange change, int from, int lasts) {
  return {.when = {.name = "fault", .at = milliseconds(from)},
          .lasts = milliseconds(lasts),
          .cables = {{.link = 0}},
          .change = change};
}

FlowGroup Bystanders(const Plan& plan) {
  return RunPlan(plan, {.crypto = Crypto::kModelled}).bystanders();
}

TEST(Faults, ALinkThatIsDownLosesWhatIsSentAndComesBack) {
  const FlowGroup flows = Bystanders(Streaming({OfTheLink({.down = true}, 100, 200)}));
  EXPECT_EQ(flows.offered(), 20'000u);
  EXPECT_NEAR(static_cast<double>(flows.dropped()), 4000, 10);
  EXPECT_EQ(flows.delivered() + flows.dropped(), flows.offered());
  EXPECT_EQ(flows.outages(), 1u);
  EXPECT_NEAR(flows.longest_outage_us(), 200'000, 500);
}

TEST(Faults, ThatOverlapTakeALinkDownUntilTheLastIsOver) {
  const FlowGroup flows = Bystanders(
      Streaming({OfTheLink({.down = true}, 100, 200), OfTheLink({.down = true}, 200, 200)}));
  EXPECT_EQ(flows.outages(), 1u);
  EXPECT_NEAR(flows.longest_outage_us(), 300'000, 500);
}

TEST(Faults, AreRepeated) {
  plan::Fault fault = OfTheLink({.down = true}, 100, 10);
  fault.when.every = milliseconds(100);
  fault.when.times = 5;
  const FlowGroup flows = Bystanders(Streaming({fault}));
  EXPECT_EQ(flows.outages(), 5u);
  EXPECT_NEAR(static_cast<double>(flows.dropped()), 1000, 50);
}

TEST(Faults, LossIsOfTheDirectionThatIsMeant) {
  plan::Fault fault = OfTheLink({.loss_ppm = 1'000'000}, 100, 200);
  fault.side = 1;  // what b sends
  EXPECT_EQ(Bystanders(Streaming({fault})).dropped(), 0u);
  fault.side = 0;
  EXPECT_NEAR(static_cast<double>(Bystanders(Streaming({fault})).dropped()), 4000, 10);
}

TEST(Faults, TheLaterOneDecidesAndWhatItDoesNotNameStays) {
  // 1 ms more from 100 ms on; from 200 ms on for 100 ms 5 ms, and nothing lost though loss is named
  // before.
  const FlowGroup slow = Bystanders(Streaming({OfTheLink({.delay = milliseconds(1)}, 100, 300)}));
  EXPECT_NEAR(slow.delay_us().max(), 1'000, 100);
  EXPECT_EQ(slow.dropped(), 0u);
  const FlowGroup slower = Bystanders(Streaming({OfTheLink({.delay = milliseconds(1)}, 100, 300),
                                                 OfTheLink({.delay = milliseconds(5)}, 200, 100)}));
  EXPECT_NEAR(slower.delay_us().max(), 5'000, 100);
  const FlowGroup lossy = Bystanders(Streaming({OfTheLink({.loss_ppm = 1'000'000}, 100, 300),
                                                OfTheLink({.delay = milliseconds(5)}, 200, 100)}));
  EXPECT_NEAR(static_cast<double>(lossy.dropped()), 6000, 20);
}

TEST(Faults, WithoutAnEndLastToTheEndOfTheRun) {
  const FlowGroup flows = Bystanders(Streaming({OfTheLink({.down = true}, 600, 0)}));
  EXPECT_NEAR(static_cast<double>(flows.dropped()), 8000, 10);
}

TEST(Faults, AStalledCoreDoesNothingForAsLong) {
  const Plan quiet = Streaming({});
  const double usual = Bystanders(quiet).delay_us().max();
  const FlowGroup flows = Bystanders(Streaming({{.kind = plan::Fault::Kind::kCoreStall,
                                                 .when = {.name = "stall", .at = milliseconds(300)},
                                                 .lasts = milliseconds(5),
                                                 .host = 1,
                                                 .core = 0}}));
  EXPECT_EQ(flows.delivered(), flows.offered());
  EXPECT_GT(flows.delay_us().max(), 4'900);
  EXPECT_LT(flows.delay_us().max(), 5'100 + usual);
}

TEST(Faults, ChangeNothingWhereTheyNameWhatIsSo) {
  const VariantResult plain = RunPlan(Streaming({}), {.crypto = Crypto::kModelled});
  const VariantResult same =
      RunPlan(Streaming({OfTheLink({.delay = microseconds(50), .loss_ppm = 0}, 100, 200)}),
              {.crypto = Crypto::kModelled});
  EXPECT_EQ(plain.bystanders().SerializeAsString(), same.bystanders().SerializeAsString());
}

// The two hosts on a switch, and a third.
Plan OnASwitch(std::vector<plan::Fault> faults) {
  Plan plan = Streaming(std::move(faults));
  plan.hosts.push_back(plan.hosts[1]);
  plan.hosts[2].name = "c";
  plan.hosts[2].addresses = {wg::IpAddress::V4(0xc0000203)};
  plan.managers.push_back(plan.managers[1]);
  plan::Switch one{.name = "switch0", .cable = plan.links[0], .paths = {{}}};
  for (int host = 0; host < 3; ++host) {
    one.ports.push_back({.end = {.host = host, .interface = "eth0"}});
  }
  plan.links.clear();
  plan.switches = {one};
  return plan;
}

plan::Fault Apart(std::vector<int> ports) {
  return {.when = {.name = "apart", .at = milliseconds(100)},
          .lasts = milliseconds(200),
          .change = {.down = true},
          .shores = {{.of_switch = 0, .ports = std::move(ports)}}};
}

TEST(Faults, APartitionDividesASwitch) {
  const VariantResult cut = RunPlan(OnASwitch({Apart({0, 2})}), {.crypto = Crypto::kModelled});
  EXPECT_NEAR(static_cast<double>(cut.bystanders().dropped()), 4000, 10);
  ASSERT_EQ(cut.bystanders().drops_size(), 1);
  EXPECT_EQ(cut.bystanders().drops(0).fault(), "apart");
  EXPECT_EQ(cut.bystanders().drops(0).reason(), "link down");
  EXPECT_EQ(Bystanders(OnASwitch({Apart({0, 1})})).dropped(), 0u);
}

TEST(Faults, PartitionsOfASwitchThatOverlapEachCountUntilTheirEnd) {
  plan::Fault other = Apart({1});
  other.when.at = milliseconds(200);
  other.bit = 1;
  const FlowGroup flows = Bystanders(OnASwitch({Apart({0}), other}));
  EXPECT_EQ(flows.outages(), 1u);
  EXPECT_NEAR(flows.longest_outage_us(), 300'000, 500);
}

TEST(Faults, OfTheCableToASwitch) {
  plan::Fault fault = OfTheLink({.down = true}, 100, 200);
  fault.cables = {{.of_switch = 0, .port = 2}};
  EXPECT_EQ(Bystanders(OnASwitch({fault})).dropped(), 0u);
  fault.cables = {{.of_switch = 0, .port = 1}};
  const FlowGroup flows = Bystanders(OnASwitch({fault}));
  EXPECT_NEAR(static_cast<double>(flows.dropped()), 4000, 10);
  ASSERT_GE(flows.drops_size(), 1);
  for (const DropCount& drop : flows.drops()) EXPECT_EQ(drop.fault(), "fault");
}

TEST(Faults, AreNamedWherePacketsEndAndOverTime) {
  plan::Fault loss = OfTheLink({.loss_ppm = 1'000'000}, 500, 100);
  loss.when.name = "loss";
  loss.when.every = milliseconds(200);
  loss.when.times = 2;
  const VariantResult result = RunPlan(Streaming({OfTheLink({.down = true}, 100, 200), loss}),
                                       {.crypto = Crypto::kModelled, .series = true});
  ASSERT_EQ(result.faults_size(), 2);
  EXPECT_EQ(result.faults(0).name(), "fault");
  EXPECT_EQ(result.faults(0).times(), 1u);
  EXPECT_NEAR(static_cast<double>(result.faults(0).dropped()), 4000, 10);
  EXPECT_EQ(result.faults(1).times(), 2u);
  EXPECT_EQ(result.faults(0).dropped() + result.faults(1).dropped(), result.bystanders().dropped());
  ASSERT_EQ(result.series(0).faults_size(), 3);
  EXPECT_EQ(result.series(0).faults(2).name(), "loss");
  EXPECT_EQ(result.series(0).faults(2).begin_ns(), 700'000'000u);
  EXPECT_EQ(result.series(0).faults(2).end_ns(), 800'000'000u);
}

TEST(Faults, PacketsThatAreHeldBackAreOvertaken) {
  const FlowGroup flows = Bystanders(
      Streaming({OfTheLink({.reorder_delay = milliseconds(3), .reorder_ppm = 100'000}, 100, 200)}));
  EXPECT_EQ(flows.dropped(), 0u);
  EXPECT_NEAR(flows.delay_us().max(), 3'050, 100);
}

TEST(Faults, DamagedPacketsAreFoundAndDoubledOnesAreNotDeliveredTwice) {
  EXPECT_NEAR(
      static_cast<double>(
          Bystanders(Streaming({OfTheLink({.corrupt_ppm = 1'000'000}, 100, 200)})).dropped()),
      4000, 10);
  const FlowGroup twice =
      Bystanders(Streaming({OfTheLink({.duplicate_ppm = 1'000'000}, 100, 200)}));
  EXPECT_EQ(twice.delivered(), twice.offered());
}

}  // namespace
}  // namespace scenario
