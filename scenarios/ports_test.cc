// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/ports.h"

#include <vector>

#include "gtest/gtest.h"

namespace scenario {
namespace {

Plan TwoHostsAndAPod() {
  Plan plan;
  plan.hosts.resize(3);
  plan.devices.push_back({.host = 0, .listen_port = 1025});
  plan.pods.push_back({.host = 1});
  return plan;
}

TEST(Ports, AreGivenOncePerHostAndNeverWireGuards) {
  Plan plan = TwoHostsAndAPod();
  for (int i = 0; i < 3; ++i) plan.flows.push_back({.from = {.host = 0}, .to = {.host = 1}});
  const std::vector<FlowPorts> ports = PlanPorts(plan);
  ASSERT_EQ(ports.size(), 3u);
  EXPECT_EQ(ports[0].from, 1024);
  EXPECT_EQ(ports[1].from, 1026);
  EXPECT_EQ(ports[2].from, 1027);
  EXPECT_EQ(ports[0].to, 1024);
  EXPECT_EQ(ports[1].to, 1025);
  EXPECT_EQ(ports[2].to, 1026);
}

TEST(Ports, OfAPodThatMayMoveAreFreeOnEveryHost) {
  Plan plan = TwoHostsAndAPod();
  plan.churn.push_back({.pods = {{0}}});
  plan.flows.push_back({.from = {.host = 0}, .to = {.host = 2}});
  plan.flows.push_back({.from = {.host = 2}, .to = {.host = 1, .pod = 0}});
  const std::vector<FlowPorts> ports = PlanPorts(plan);
  ASSERT_EQ(ports.size(), 2u);
  EXPECT_EQ(ports[1].from, 1025);
  EXPECT_EQ(ports[1].to, 1026);
  EXPECT_EQ(HostsOf(plan, plan.flows[1].to), (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(HostsOf(plan, plan.flows[1].from), std::vector<int>{2});
}

TEST(Ports, EndWhereAHostHasNoneLeft) {
  Plan plan = TwoHostsAndAPod();
  const size_t most = kLastFlowPort - kFirstFlowPort + 1;
  for (size_t i = 0; i < most + 5; ++i) plan.flows.push_back({.from = {.host = 2}, .to = {.host = 1}});
  EXPECT_EQ(PlanPorts(plan).size(), most);
  plan.flows[0].from.host = 0;  // where WireGuard takes one
  EXPECT_EQ(PlanPorts(plan).size(), most);
}

}  // namespace
}  // namespace scenario
