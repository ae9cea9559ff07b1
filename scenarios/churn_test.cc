// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/churn.h"

#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace scenario {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = ChurnEvent::Kind;
using plan::PodChange;

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
  plan.hosts.resize(hosts);
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
  for (const ChurnEvent& event : PlanChurn(plan, sim::Rng(1)).events) {
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
  const size_t poisson = PlanChurn(plan, sim::Rng(1)).events.size();
  EXPECT_GT(poisson, 1600u);
  EXPECT_LT(poisson, 2000u);
  plan.churn[0].spacing = plan::Spacing::kFixed;
  plan.churn[0].events = {.count = 7, .per = seconds(3)};
  EXPECT_EQ(PlanChurn(plan, sim::Rng(1)).events.size(), 3u * 140u);
}

TEST(Churn, TheSeedDecidesAndNothingElse) {
  Plan plan = MakePlan(2, 5, 5);
  auto pods = [&](uint64_t seed) {
    std::vector<int> result;
    for (const ChurnEvent& event : PlanChurn(plan, sim::Rng(seed)).events)
      result.push_back(event.pod);
    return result;
  };
  EXPECT_EQ(pods(1), pods(1));
  EXPECT_NE(pods(1), pods(2));
}

TEST(Churn, WhereOneKindIsImpossibleAnotherTakesItsPlace) {
  Plan plan = MakePlan(1, 1, 0);
  plan.churn[0].delete_weight = 0;
  plan.churn[0].add_weight = 0;
  EXPECT_TRUE(PlanChurn(plan, sim::Rng(1)).events.empty());  // nowhere to move to
  plan.churn[0].add_weight = 1;
  plan.churn[0].delete_weight = 1;
  plan.churn[0].move_weight = 0;
  std::vector<ChurnEvent> events = PlanChurn(plan, sim::Rng(1)).events;
  ASSERT_GT(events.size(), 100u);
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].kind, i % 2 == 0 ? Kind::kDelete : Kind::kAdd);
  }
}

TEST(Churn, BurstsComeInOneInstantAndKeepTheRate) {
  Plan plan = MakePlan(3, 1000, 1000);
  plan.churn[0].spacing = plan::Spacing::kFixed;
  plan.churn[0].burst = 20;
  std::map<sim::Duration, int> times;
  for (const ChurnEvent& event : PlanChurn(plan, sim::Rng(1)).events) ++times[event.at];
  EXPECT_EQ(times.size(), 3u * 30u);
  for (const auto& [at, events] : times) EXPECT_EQ(events, 20);
  plan.churn[0].spacing = plan::Spacing::kPoisson;
  times.clear();
  for (const ChurnEvent& event : PlanChurn(plan, sim::Rng(1)).events) ++times[event.at];
  EXPECT_GT(times.size(), 60u);
  EXPECT_LT(times.size(), 125u);
  for (const auto& [at, events] : times) EXPECT_EQ(events, 20);
}

// A line for each event: "1000 delete 3 of 0".
std::vector<std::string> Lines(const std::vector<ChurnEvent>& events) {
  constexpr const char* kNames[] = {"add", "delete", "move", "leave", "join"};
  std::vector<std::string> lines;
  for (const ChurnEvent& event : events) {
    std::string line = std::to_string(std::chrono::duration_cast<milliseconds>(event.at).count()) +
                       " " + kNames[static_cast<int>(event.kind)];
    if (event.pod != plan::kNone) line += " " + std::to_string(event.pod);
    line += " of " + std::to_string(event.host);
    if (event.to_host != plan::kNone) line += " to " + std::to_string(event.to_host);
    lines.push_back(line);
  }
  return lines;
}
using Text = std::vector<std::string>;

TEST(Churn, AScheduleHappensToTheLetterInOrderOfTime) {
  Plan plan = MakePlan(2, 3, 1);  // 0 to 2 and 4 to 6 are there; 3 and 7 are spare
  plan.churn[0].schedule = {
      {.at = seconds(2), .what = PodChange::kAdd, .pods = {3}},
      {.at = seconds(1), .what = PodChange::kDelete, .pods = {5, 0}},
      {.at = seconds(3), .what = PodChange::kMove, .pods = {3, 4}},
      {.at = seconds(4), .what = PodChange::kMove, .pods = {3}, .to_host = 0},
      {.at = seconds(5), .what = PodChange::kAdd, .count = 1},
  };
  const ChurnPlan churn = PlanChurn(plan, sim::Rng(1));
  EXPECT_TRUE(churn.impossible.empty());
  EXPECT_EQ(
      Lines(churn.events),
      (Text{"1000 delete 5 of 1", "1000 delete 0 of 0", "2000 add 3 of 0", "3000 move 3 of 0 to 1",
            "3000 move 4 of 1 to 0", "4000 move 3 of 1 to 0", "5000 add 0 of 0",
            "5000 add " + std::to_string(churn.events.back().pod) + " of 1"}));
}

TEST(Churn, WhatIsScheduledAndCannotHappenIsReported) {
  Plan plan = MakePlan(2, 3, 1);
  plan.churn[0].schedule = {
      {.at = seconds(1), .what = PodChange::kAdd, .pods = {0}},
      {.at = seconds(2), .what = PodChange::kDelete, .pods = {3, 1}},
      {.at = seconds(3), .what = PodChange::kMove, .pods = {2}, .to_host = 0},
      {.at = seconds(4), .what = PodChange::kDelete, .count = 3},
  };
  const ChurnPlan churn = PlanChurn(plan, sim::Rng(1));
  EXPECT_EQ(churn.events.size(), 1u + 2u + 3u);
  ASSERT_EQ(churn.impossible.size(), 4u);
  EXPECT_EQ(churn.impossible[0].pod, 0);
  EXPECT_EQ(churn.impossible[1].pod, 3);
  EXPECT_EQ(churn.impossible[2].pod, 2);
  EXPECT_EQ(churn.impossible[3].host, 0);
  EXPECT_EQ(churn.impossible[3].missing, 1u);
}

TEST(Churn, ADrainedNodeIsEmptiedInOrderLeavesAndComesBackWithItsOwn) {
  Plan plan = MakePlan(3, 4, 0);
  plan.churn.clear();
  plan.drains.push_back({.when = {.name = "d", .at = seconds(10)},
                         .host = 1,
                         .device = 7,
                         .lasts = seconds(2),
                         .returns_after = seconds(5)});
  EXPECT_EQ(Lines(PlanChurn(plan, sim::Rng(1)).events),
            (Text{"10000 delete 4 of 1", "10500 delete 5 of 1", "11000 delete 6 of 1",
                  "11500 delete 7 of 1", "12000 leave of 1", "17000 join of 1", "17000 add 4 of 1",
                  "17500 add 5 of 1", "18000 add 6 of 1", "18500 add 7 of 1"}));
  plan.drains[0].to_hosts = {0, 2};
  plan.drains[0].lasts = seconds(0);
  EXPECT_EQ(Lines(PlanChurn(plan, sim::Rng(1)).events),
            (Text{"10000 move 4 of 1 to 0", "10000 move 5 of 1 to 2", "10000 move 6 of 1 to 0",
                  "10000 move 7 of 1 to 2", "10000 leave of 1", "15000 join of 1"}));
}

TEST(Churn, NothingComesToANodeWhileItIsDrained) {
  Plan plan = MakePlan(3, 20, 5);
  plan.drains.push_back({.when = {.name = "d", .at = seconds(10)},
                         .host = 1,
                         .device = 1,
                         .lasts = seconds(5),
                         .returns_after = seconds(20)});
  int on_it = 0, came_back = 0;
  for (const ChurnEvent& event : PlanChurn(plan, sim::Rng(1)).events) {
    const int arrives = event.kind == Kind::kMove  ? event.to_host
                        : event.kind == Kind::kAdd ? event.host
                                                   : plan::kNone;
    if (event.at >= seconds(10) && event.at < seconds(35)) {
      EXPECT_NE(arrives, 1);
    } else if (event.at >= seconds(35)) {
      came_back += arrives == 1;
    }
    if (event.at >= seconds(15) && event.at < seconds(35)) on_it += event.host == 1;
  }
  EXPECT_EQ(on_it, 1);  // it leaves
  EXPECT_GT(came_back, 20);
}

}  // namespace
}  // namespace scenario
