// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/runner.h"

#include <string>
#include <utility>

#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "scenarios/two_hosts.h"

namespace scenario {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Runner, TrafficFlowsThroughTheTunnelAndEveryPacketIsAccountedFor) {
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 2);
  const VariantResult result = RunPlan(plan, {});
  EXPECT_EQ(result.bystanders().offered(), 20000u);
  EXPECT_EQ(result.bystanders().delivered(), 20000u);
  EXPECT_EQ(result.bystanders().in_flight(), 0u);
  EXPECT_EQ(result.handshakes(), 1u);
  EXPECT_EQ(result.reconfigurations(), 1u);
  EXPECT_EQ(result.steps(), 1u);
}

TEST(Runner, ReplaceExposesTheLastOfNAddressesForOneRemovalAndTheInsertions) {
  for (int n : {2, 10, 100}) {
    const VariantResult result = RunPlan(TwoHosts(plan::Method::kReplace, n), {});
    // From its own removal, the last one, to its own insertion, the last of n - 1: n - 1 insertions of 10 us.
    EXPECT_EQ(result.bystanders().exposure_us().max(), (n - 1) * 10.0) << n;
    EXPECT_EQ(result.bystanders().exposure_us().count(), 1u);
    EXPECT_EQ(result.steps(), static_cast<uint64_t>(n + n - 1));
    EXPECT_EQ(result.bystanders().refused() + result.bystanders().delivered(), 20000u);
    if (n == 100) {
      // 990 us at 20 packets per ms.
      EXPECT_NEAR(static_cast<double>(result.bystanders().refused()), 19.8, 1.0);
      EXPECT_EQ(result.bystanders().errnos(0).name(), "ENOKEY");
      EXPECT_EQ(result.bystanders().outages(), 1u);
    }
  }
}

TEST(Runner, DummyPeerAndRemoveMeExposeNobody) {
  for (plan::Method method : {plan::Method::kDummyPeer, plan::Method::kRemoveMe}) {
    const VariantResult result = RunPlan(TwoHosts(method, 100), {});
    EXPECT_EQ(result.bystanders().delivered(), 20000u);
    EXPECT_EQ(result.bystanders().exposure_us().max(), 0.0);
    EXPECT_EQ(result.bystanders().exposure_us().count(), 1u);
    EXPECT_EQ(result.messages(), method == plan::Method::kDummyPeer ? 2u : 1u);
  }
}

TEST(Runner, RealAndModelledCiphersAgreeInEverythingTheTraceHashIncluded) {
  const Plan plan = TwoHosts(plan::Method::kReplace, 50);
  const VariantResult real = RunPlan(plan, {.crypto = Crypto::kReal});
  const VariantResult modelled = RunPlan(plan, {.crypto = Crypto::kModelled});
  EXPECT_EQ(real.trace_hash(), modelled.trace_hash());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(real, modelled));
}

TEST(Runner, TheSameSeedGivesTheSameResultAndAnotherOneAnother) {
  Plan plan = TwoHosts(plan::Method::kReplace, 50);
  const VariantResult once = RunPlan(plan, {.crypto = Crypto::kModelled});
  const VariantResult again = RunPlan(plan, {.crypto = Crypto::kModelled});
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(once, again));
  plan.seed = 2;
  EXPECT_NE(RunPlan(plan, {.crypto = Crypto::kModelled}).trace_hash(), once.trace_hash());
}

TEST(Runner, RequestsAreAnsweredAndTheirRoundTripIsMeasured) {
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 2);
  plan::Flow& flow = plan.flows[0];
  flow.stream.reset();
  flow.requests = plan::Requests{.request_bytes = 64,
                                 .response_bytes = 512,
                                 .think_time = milliseconds(1),
                                 .timeout = milliseconds(200),
                                 .outstanding = 4};
  const VariantResult result = RunPlan(plan, {.crypto = Crypto::kModelled});
  ASSERT_EQ(result.flows_size(), 2);
  EXPECT_EQ(result.flows(1).name(), "f.response");
  EXPECT_EQ(result.flows(0).offered(), result.flows(0).delivered());
  EXPECT_EQ(result.flows(0).delivered(), result.flows(1).delivered());
  EXPECT_EQ(result.flows(0).timeouts(), 0u);
  EXPECT_EQ(result.flows(0).round_trip_us().count(), result.flows(0).delivered());
  EXPECT_GT(result.flows(0).round_trip_us().p50(), 100.0);  // twice the delay of the link
  EXPECT_GT(result.flows(0).delivered(), 3000u);
}

TEST(Runner, PodsThatComeGoAndMoveReachTheManagersOfEveryOtherHost) {
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 20);
  plan.reconfigures.clear();
  plan::Churn churn{.name = "c",
                    .hosts = {1, 0},
                    .pods = {{}, {}},
                    .events = {50, seconds(1)},
                    .add_weight = 1,
                    .delete_weight = 2,
                    .move_weight = 1,
                    .stop = seconds(1)};
  for (int pod = 0; pod < 19; ++pod) churn.pods[0].push_back(pod);
  plan.churn.push_back(churn);
  const VariantResult result = RunPlan(plan, {.crypto = Crypto::kModelled});
  EXPECT_GT(result.reconfigurations(), 50u);
  EXPECT_EQ(result.failed_messages(), 0u);
  EXPECT_EQ(result.bystanders().delivered(), result.bystanders().offered());
  EXPECT_EQ(result.bystanders().exposure_us().max(), 0.0);
}

TEST(Runner, PodsThatComeLaterBringTheirApplicationsWithThem) {
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 3);
  plan.reconfigures.clear();
  plan.devices[0].peers[0].allowed_ips.pop_back();
  plan.pods[2].present = false;  // comes at about 100 ms
  // The session is there by then: initiations that cross would leave both sides without one.
  plan::Flow hello = plan.flows[0];
  hello.name = "hello";
  hello.to = {.host = 1, .pod = 0, .address = plan.pods[0].address, .core = 1};
  plan::Flow& to = plan.flows[0];
  to.role = to.response_role = plan::Role::kTouched;
  plan::Flow from = to;
  from.name = "from";
  std::swap(from.from, from.to);
  plan::Flow server = to;
  server.name = "server";
  server.stream.reset();
  server.requests = plan::Requests{.request_bytes = 64,
                                   .response_bytes = 64,
                                   .think_time = milliseconds(1),
                                   .timeout = milliseconds(10),
                                   .outstanding = 1};
  plan::Flow client = server;
  client.name = "client";
  std::swap(client.from, client.to);
  plan.flows.insert(plan.flows.end(), {from, server, client, hello});
  plan.churn.push_back({.name = "c",
                        .hosts = {1},
                        .pods = {{2}},
                        .events = {1000, seconds(1)},
                        .add_weight = 1,
                        .start = milliseconds(100),
                        .stop = seconds(1)});
  const VariantResult result = RunPlan(plan, {.crypto = Crypto::kModelled});
  ASSERT_EQ(result.flows_size(), 7);
  for (const FlowResult& flow : result.flows()) EXPECT_GT(flow.delivered(), 200u) << flow.name();
  EXPECT_LT(result.flows(1).offered(), 18100u) << "nothing is offered by a pod that is not there";
}

// Neither a pod that is away nor a refusal may stop the clock.
TEST(Runner, TimePassesForThoseWhoNeverThink) {
  for (const bool away : {false, true}) {
    Plan plan = TwoHosts(plan::Method::kRemoveMe, 2);
    plan.duration = milliseconds(20);
    for (plan::Host& host : plan.hosts) host.costs = wgnode::CostModel();
    plan::Flow& flow = plan.flows[0];
    flow.role = flow.response_role = plan::Role::kTouched;
    flow.stop = plan.duration;
    flow.stream.reset();
    flow.requests = plan::Requests{
        .request_bytes = 64, .response_bytes = 64, .timeout = milliseconds(1), .outstanding = 1};
    if (away) {
      plan.pods[1].present = false;
      std::swap(flow.from, flow.to);
    }
    plan.reconfigures[0].at = milliseconds(10);
    plan.reconfigures[0].remove = {wg::Prefix::Host(plan.pods[1].address)};
    const VariantResult result = RunPlan(plan, {.crypto = Crypto::kModelled});
    if (away) {
      EXPECT_EQ(result.touched().offered(), 0u);
    } else {
      EXPECT_GT(result.touched().delivered(), 50u);
      EXPECT_GT(result.touched().refused(), 5000u);
    }
  }
}

TEST(Runner, TheDeviceThatTheRoutesChooseIsTheOneWhoseExposureCounts) {
  // Another interface of a covers the pods' addresses with a shorter prefix.
  Plan plan = TwoHosts(plan::Method::kReplace, 10);
  plan.devices.push_back({.host = 1, .name = "wide", .listen_port = 51821, .mtu = 1420});
  plan.devices.push_back({.host = 0, .name = "wide", .listen_port = 51821, .mtu = 1420});
  plan.devices[3].peers.push_back(
      {.device = 2, .allowed_ips = {wg::Prefix(wg::IpAddress::V4(0x0a000000), 8)}});
  std::swap(plan.devices[0], plan.devices[3]);
  plan.devices[1].peers[0].device = 3;
  plan.reconfigures[0].device = 3;
  const VariantResult result = RunPlan(plan, {.crypto = Crypto::kModelled});
  EXPECT_GT(result.bystanders().refused(), 0u);
  EXPECT_EQ(result.bystanders().exposure_us().max(), 90.0);
}

TEST(Runner, AddressesThatComeLaterAreRoutedToTheRightOneOfSeveralDevices) {
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 2);
  plan.reconfigures.clear();
  plan.devices.push_back({.host = 0, .name = "other", .listen_port = 51821, .mtu = 1420});
  plan.devices[0].peers[0].allowed_ips.pop_back();
  plan.pods[1].present = false;
  plan.flows[0].role = plan::Role::kTouched;
  plan.churn.push_back({.name = "c",
                        .hosts = {1},
                        .pods = {{1}},
                        .events = {1000, seconds(1)},
                        .add_weight = 1,
                        .stop = seconds(1)});
  const VariantResult result = RunPlan(plan, {.crypto = Crypto::kModelled});
  EXPECT_GT(result.touched().delivered(), 19000u);
}

TEST(Runner, NothingIsMisdirectedToAPodThatHasMovedToTheSendersHost) {
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 2);
  plan.reconfigures.clear();
  plan.flows[0].role = plan::Role::kTouched;
  plan.managers[0].notice_delay = milliseconds(300);  // a goes on believing that the pod is on b
  plan.churn.push_back({.name = "c",
                        .hosts = {1, 0},
                        .pods = {{1}, {}},
                        .events = {10, seconds(1)},
                        .move_weight = 1,
                        .stop = seconds(1)});
  const VariantResult result = RunPlan(plan, {.crypto = Crypto::kModelled});
  EXPECT_GT(result.reconfigurations(), 1u);
  EXPECT_GT(result.touched().delivered(), 10000u);
  EXPECT_EQ(result.touched().misdirected(), 0u);
}

TEST(Runner, AManagerHearsOfPodsBehindAPeerOfAnotherName) {
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 3);
  plan.reconfigures.clear();
  plan.devices[1].name = "wg7";
  plan.churn.push_back({.name = "c",
                        .hosts = {1},
                        .pods = {{0, 1}},
                        .events = {50, seconds(1)},
                        .add_weight = 1,
                        .delete_weight = 1,
                        .stop = seconds(1)});
  EXPECT_GT(RunPlan(plan, {.crypto = Crypto::kModelled}).reconfigurations(), 20u);
}

TEST(Runner, NothingIsReconfiguredAfterTheEnd) {
  Plan plan = TwoHosts(plan::Method::kReplace, 2);
  plan.reconfigures[0].times = 10;
  plan.reconfigures[0].every = milliseconds(200);  // 500, 700, 900 ms
  plan.reconfigures.push_back(plan.reconfigures[0]);
  plan.reconfigures[1].at = milliseconds(600);  // 600, 800 ms
  std::swap(plan.reconfigures[1].remove, plan.reconfigures[1].add);
  EXPECT_EQ(RunPlan(plan, {.crypto = Crypto::kModelled}).reconfigurations(), 5u);
}

TEST(Runner, WhatTheEndFindsWaitingOrUnderWayIsCountedAndExposesUntilThen) {
  Plan plan = TwoHosts(plan::Method::kReplace, 2);
  plan.hosts[0].costs.set_price(wgnode::Cost::kInsertAllowedIp, {.fixed_ps = 3'000'000'000'000});
  plan.reconfigures.push_back(plan.reconfigures[0]);
  std::swap(plan.reconfigures[1].remove, plan.reconfigures[1].add);
  plan.reconfigures[1].at = milliseconds(600);
  const VariantResult result = RunPlan(plan, {.crypto = Crypto::kModelled});
  EXPECT_EQ(result.reconfigurations(), 2u);
  EXPECT_EQ(result.unfinished(), 2u);
  EXPECT_EQ(result.config_latency_us().count(), 0u);
  EXPECT_EQ(result.steps(), 2u);
  EXPECT_EQ(result.bystanders().exposure_us().count(), 1u);
  // From its removal to the end of the run and of the drain.
  EXPECT_NEAR(result.bystanders().exposure_us().max(), 1.5e6, 100.0);
}

TEST(Runner, AServerThatHasMovedAnswersWhereItIs) {
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 2);
  plan.reconfigures.clear();
  plan::Flow& flow = plan.flows[0];
  flow.role = flow.response_role = plan::Role::kTouched;
  flow.stream.reset();
  flow.requests = plan::Requests{.request_bytes = 64,
                                 .response_bytes = 64,
                                 .think_time = milliseconds(1),
                                 .timeout = milliseconds(10),
                                 .outstanding = 1};
  plan.churn.push_back({.name = "c",
                        .hosts = {1, 0},
                        .pods = {{1}, {}},
                        .events = {10, seconds(1)},
                        .move_weight = 1,
                        .stop = seconds(1)});
  const VariantResult result = RunPlan(plan, {.crypto = Crypto::kModelled});
  EXPECT_GT(result.reconfigurations(), 1u);
  // A few around each of about ten moves; somebody who waited for the pod to come back would see fifty.
  EXPECT_LT(result.flows(0).timeouts(), 25u);
  EXPECT_GT(result.flows(1).delivered(), 600u);
}

TEST(Runner, ADatagramInPiecesIsDroppedWhereTheFirstOfThemDies) {
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 2);
  plan.reconfigures.clear();
  plan.flows[0].stream->payload_bytes = 4000;  // three pieces through the tunnel
  plan.flows[0].stream->packets = {2, milliseconds(1)};
  plan.links[0].loss_ppm = 50'000;
  const VariantResult result = RunPlan(plan, {.crypto = Crypto::kModelled});
  EXPECT_EQ(result.bystanders().in_flight(), 0u);
  // 1 - 0.95^3
  EXPECT_NEAR(result.bystanders().loss_ratio(), 0.143, 0.03);
}

// The same datagrams, one call for each or one for sixteen: the same account, and less work for both applications.
TEST(Runner, DatagramsOfOneCallAreAccountedForEachAndCostLess) {
  sim::Duration busy[2] = {};
  for (const uint32_t segments : {1u, 16u}) {
    Plan plan = TwoHosts(plan::Method::kRemoveMe, 2);
    plan.reconfigures.clear();
    plan.flows[0].stream->segments = segments;
    plan.flows[0].stream->packets = {160, milliseconds(1)};
    const VariantResult result = RunPlan(plan, {.crypto = Crypto::kModelled});
    EXPECT_EQ(result.bystanders().offered(), 160'000u);
    EXPECT_EQ(result.bystanders().delivered(), 160'000u);
    for (const CoreLoad& core : result.busiest_cores()) {
      if (core.host() == "a") {
        busy[segments == 16] += sim::Duration(static_cast<int64_t>(core.threads() * 1e9));
      }
    }
  }
  EXPECT_LT(busy[1] * 10, busy[0] * 9);
}

TEST(Runner, ExposureOfASourceCountsWhereItsPacketsAreLetIn) {
  Plan plan = TwoHosts(plan::Method::kReplace, 100);
  std::swap(plan.flows[0].from, plan.flows[0].to);
  const VariantResult result = RunPlan(plan, {.crypto = Crypto::kModelled});
  // Threads that deliver on the manager's core wait for its turn to end, some of them beyond the window.
  EXPECT_NEAR(static_cast<double>(result.bystanders().dropped()), 19.8, 3.0);
  ASSERT_EQ(result.bystanders().drops_size(), 1);
  EXPECT_EQ(result.bystanders().drops(0).reason(), "unallowed_source");
  // 99 insertions, and what else the manager's core has to do meanwhile.
  EXPECT_GE(result.bystanders().exposure_us().max(), 990.0);
  EXPECT_LT(result.bystanders().exposure_us().max(), 1100.0);
}

TEST(Runner, FlowsLeaveWireGuardsPortsAlone) {
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 2);
  for (plan::Device& device : plan.devices) {
    device.listen_port = 1024;
    device.peers[0].endpoint->port = 1024;
  }
  EXPECT_EQ(RunPlan(plan, {.crypto = Crypto::kModelled}).bystanders().delivered(), 20000u);
}

TEST(Runner, TwentyThousandFlowsBetweenTwoHostsFindPorts) {
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 2);
  plan.flows[0].stream->packets = {2, seconds(1)};
  for (int i = 1; i < 20000; ++i) {
    plan.flows.push_back(plan.flows[0]);
    plan.flows.back().name = std::to_string(i);
  }
  const VariantResult result = RunPlan(plan, {.crypto = Crypto::kModelled});
  EXPECT_GT(result.bystanders().delivered(), 30000u);
}

}  // namespace
}  // namespace scenario
