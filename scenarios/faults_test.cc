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
          .links = {0},
          .change = change};
}

FlowGroup Bystanders(const Plan& plan) { return RunPlan(plan, {.crypto = Crypto::kModelled}).bystanders(); }

TEST(Faults, ALinkThatIsDownLosesWhatIsSentAndComesBack) {
  const FlowGroup flows = Bystanders(Streaming({OfTheLink({.down = true}, 100, 200)}));
  EXPECT_EQ(flows.offered(), 20'000u);
  EXPECT_NEAR(static_cast<double>(flows.dropped()), 4000, 10);
  EXPECT_EQ(flows.delivered() + flows.dropped(), flows.offered());
  EXPECT_EQ(flows.outages(), 1u);
  EXPECT_NEAR(flows.longest_outage_us(), 200'000, 500);
}

TEST(Faults, ThatOverlapTakeALinkDownUntilTheLastIsOver) {
  const FlowGroup flows = Bystanders(Streaming({OfTheLink({.down = true}, 100, 200),
                                         OfTheLink({.down = true}, 200, 200)}));
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
  // 1 ms more from 100 ms on; from 200 ms on for 100 ms 5 ms, and nothing lost though loss is named before.
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
  const FlowGroup flows =
      Bystanders(Streaming({{.when = {.name = "stall", .at = milliseconds(300)}, .lasts = milliseconds(5), .host = 1, .core = 0}}));
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

}  // namespace
}  // namespace scenario
