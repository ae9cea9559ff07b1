// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/churn.h"

#include <map>
#include <vector>

#include "gtest/gtest.h"

namespace scenario {
namespace {

using std::chrono::seconds;
using Kind = PodEvent::Kind;

// `hosts` hosts with `present` pods and `spare` addresses each; all may be chosen.
Plan MakePlan(int hosts, int present, int spare) {
  Plan plan;
  plan.duration = seconds(60);
  plan::Churn churn{.name = "c",
                    .events = {.count = 10, .per = seconds(1)},
                    .add_weight = 1,
                    .delete_weight = 1,
                    .move_weight = 1,
                    .start = seconds(0),
                    .stop = seconds(60)};
  for (int host = 0; host < hosts; ++host) {
    churn.hosts.push_back(host);
    churn.pods.emplace_back();
    for (int i = 0; i < present + spare; ++i) {
      churn.pods.back().push_back(static_cast<int>(plan.pods.size()));
      plan.pods.push_back({.host = host, .present = i < present});
    }
  }
  plan.churn.push_back(churn);
  return plan;
}

TEST(Churn, EveryEventIsPossibleWhereItHappens) {
  Plan plan = MakePlan(3, 20, 5);
  // And another churn that may choose some of the same addresses, on some of the hosts.
  plan.churn.push_back(plan.churn[0]);
  plan::Churn& other = plan.churn[1];
  other.name = "d";
  other.hosts.erase(other.hosts.begin());
  other.pods.erase(other.pods.begin());
  other.pods[0].resize(10);
  std::map<int, int> where;  // pod -> host; absent ones are not there
  for (size_t pod = 0; pod < plan.pods.size(); ++pod) {
    if (plan.pods[pod].present) where[pod] = plan.pods[pod].host;
  }
  std::map<Kind, int> kinds;
  sim::Duration last{};
  for (const PodEvent& event : PlanChurn(plan, sim::Rng(1))) {
    EXPECT_GE(event.at, last);
    EXPECT_LT(event.at, seconds(60));
    last = event.at;
    ++kinds[event.kind];
    if (event.kind == Kind::kAdd) {
      ASSERT_FALSE(where.contains(event.pod));
      EXPECT_EQ(event.host, plan.pods[event.pod].host);
      where[event.pod] = event.host;
    } else {
      ASSERT_TRUE(where.contains(event.pod));
      EXPECT_EQ(where[event.pod], event.host);
      where.erase(event.pod);
      if (event.kind == Kind::kMove) {
        EXPECT_NE(event.to_host, event.host);
        where[event.pod] = event.to_host;
      }
    }
  }
  for (Kind kind : {Kind::kAdd, Kind::kDelete, Kind::kMove}) EXPECT_GT(kinds[kind], 300);
}

TEST(Churn, TheRateIsKeptExactlyWhenFixedAndNearlyWhenPoisson) {
  Plan plan = MakePlan(3, 20, 5);
  const size_t poisson = PlanChurn(plan, sim::Rng(1)).size();
  EXPECT_GT(poisson, 1600u);
  EXPECT_LT(poisson, 2000u);
  plan.churn[0].spacing = plan::Spacing::kFixed;
  plan.churn[0].events = {.count = 7, .per = seconds(3)};
  EXPECT_EQ(PlanChurn(plan, sim::Rng(1)).size(), 3u * 140u);
}

TEST(Churn, TheSeedDecidesAndNothingElse) {
  Plan plan = MakePlan(2, 5, 5);
  auto pods = [&](uint64_t seed) {
    std::vector<int> result;
    for (const PodEvent& event : PlanChurn(plan, sim::Rng(seed))) result.push_back(event.pod);
    return result;
  };
  EXPECT_EQ(pods(1), pods(1));
  EXPECT_NE(pods(1), pods(2));
}

TEST(Churn, WhereOneKindIsImpossibleAnotherTakesItsPlace) {
  Plan plan = MakePlan(1, 1, 0);
  plan.churn[0].delete_weight = 0;
  plan.churn[0].add_weight = 0;
  EXPECT_TRUE(PlanChurn(plan, sim::Rng(1)).empty());  // nowhere to move to
  plan.churn[0].add_weight = 1;
  plan.churn[0].delete_weight = 1;
  plan.churn[0].move_weight = 0;
  std::vector<PodEvent> events = PlanChurn(plan, sim::Rng(1));
  ASSERT_GT(events.size(), 100u);
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].kind, i % 2 == 0 ? Kind::kDelete : Kind::kAdd);
  }
}

}  // namespace
}  // namespace scenario
