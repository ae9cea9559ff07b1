// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Bursts, transactions, bulk transfers, pings and floods, each in a whole run.
#include <chrono>

#include "gtest/gtest.h"
#include "scenarios/flood_app.h"
#include "scenarios/runner.h"
#include "scenarios/two_hosts.h"

namespace scenario {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Quiet but for what the test puts in: the address that is taken away is another's.
Plan Quiet() {
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 2);
  plan.flows[0].stream.reset();
  return plan;
}

VariantResult RunIt(const Plan& plan) { return RunPlan(plan, {.crypto = Crypto::kModelled}); }

TEST(Bursts, GoBackToBackAndKeepTheRate) {
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 2);
  plan.flows[0].stream->packets = {1, milliseconds(1)};
  plan.flows[0].stream->burst = 50;
  const VariantResult result = RunIt(plan);
  EXPECT_NEAR(static_cast<double>(result.bystanders().offered()), 1000, 50);
  EXPECT_EQ(result.bystanders().offered() % 50, 0u);
  EXPECT_EQ(result.bystanders().delivered(), result.bystanders().offered());
  // The last of a burst waited for those before it.
  EXPECT_GT(result.bystanders().delay_us().p99(), 0);
}

TEST(Transactions, FollowEachOtherWithoutLoss) {
  Plan plan = Quiet();
  plan.flows[0].transactions = plan::Transactions{
      .request_bytes = 64, .response_bytes = 64, .think_time = milliseconds(1)};
  const VariantResult result = RunIt(plan);
  const FlowResult& flow = result.flows(0);
  EXPECT_GT(flow.transactions(), 800u);
  EXPECT_NEAR(flow.transactions_per_second(), static_cast<double>(flow.transactions()), 1);
  EXPECT_EQ(flow.retransmissions(), 0u);
  EXPECT_EQ(flow.round_trip_us().count(), flow.transactions());
  EXPECT_EQ(result.flows(1).name(), "f.response");
  EXPECT_EQ(result.flows(1).delivered(), flow.transactions());
}

TEST(Transactions, OfNewConnectionsTakeTwoRoundTrips) {
  Plan plan = Quiet();
  plan.flows[0].transactions = plan::Transactions{
      .request_bytes = 64, .response_bytes = 64, .think_time = milliseconds(1)};
  const double one = RunIt(plan).flows(0).round_trip_us().p50();
  plan.flows[0].transactions->connect = true;
  const VariantResult result = RunIt(plan);
  EXPECT_NEAR(result.flows(0).round_trip_us().p50(), 2 * one, one / 2);
  EXPECT_GE(result.flows(0).offered(), 2 * result.flows(0).transactions());
}

// 1 % of all packets is lost, either way: each loss costs 200 ms, and a connection's first packet a second.
TEST(Transactions, WhatIsLostIsSentAgainAfterTheTimeout) {
  Plan plan = Quiet();
  plan.links[0].loss_ppm = 10'000;
  plan.flows[0].transactions = plan::Transactions{.request_bytes = 64,
                                                  .response_bytes = 64,
                                                  .think_time = microseconds(100),
                                                  .connections = 16};
  const VariantResult result = RunIt(plan);
  const FlowResult& flow = result.flows(0);
  EXPECT_GT(flow.retransmissions(), 10u);
  EXPECT_GE(flow.longest_stall_us(), 200e3);
  EXPECT_EQ(flow.offered(), flow.delivered() + flow.dropped() + flow.in_flight());
}

TEST(Bulk, ArrivesCompleteAndEnds) {
  Plan plan = Quiet();
  plan.flows[0].bulk = plan::Bulk{.segment_bytes = 1000, .window = 32, .segments = 2000};
  const VariantResult result = RunIt(plan);
  const FlowResult& flow = result.flows(0);
  EXPECT_EQ(flow.acknowledged_bytes(), 2'000'000u);
  EXPECT_EQ(flow.offered(), 2000u);
  EXPECT_EQ(flow.retransmissions(), 0u);
  EXPECT_EQ(result.flows(1).name(), "f.ack");
  EXPECT_EQ(result.flows(1).delivered(), 2000u);
}

TEST(Bulk, SurvivesLoss) {
  Plan plan = Quiet();
  plan.duration = seconds(5);
  plan.flows[0].stop = plan.duration;
  plan.links[0].loss_ppm = 10'000;
  plan.flows[0].bulk = plan::Bulk{.segment_bytes = 1000, .window = 64, .segments = 3000};
  const VariantResult result = RunIt(plan);
  EXPECT_EQ(result.flows(0).acknowledged_bytes(), 3'000'000u);
  EXPECT_GE(result.flows(0).retransmissions(), result.flows(0).dropped());
}

// A gap of 990 us: acknowledgements from an address that nobody owns are dropped, the last ones behind it open the window again.
TEST(Bulk, AGapOfReplaceStallsIt) {
  Plan plan = TwoHosts(plan::Method::kReplace, 100);
  plan.flows[0].stream.reset();
  plan.flows[0].bulk = plan::Bulk{.segment_bytes = 1000, .window = 8};
  const VariantResult result = RunIt(plan);
  EXPECT_GT(result.flows(1).dropped(), 0u);
  EXPECT_GE(result.flows(0).longest_stall_us(), 990);
  plan.method = plan::Method::kRemoveMe;
  EXPECT_LT(RunIt(plan).flows(0).longest_stall_us(), 500);
}

TEST(Ping, IsAnswered) {
  Plan plan = Quiet();
  plan.flows[0].ping = plan::Ping{.payload_bytes = 56, .interval = milliseconds(10)};
  const VariantResult result = RunIt(plan);
  EXPECT_EQ(result.flows(0).offered(), 100u);
  EXPECT_EQ(result.flows(0).delivered(), 100u);
  EXPECT_EQ(result.flows(0).transactions(), 100u);
  EXPECT_GT(result.flows(0).delay_us().p50(), 100);  // twice the line
}

TEST(Ping, WithoutAnOwnerIsRefusedAndTheErrorComesFromTheTunnel) {
  Plan plan = Quiet();
  plan.flows[0].to.pod = 0;
  plan.flows[0].to.address = plan.pods[0].address;  // taken away half-way
  plan.flows[0].role = plan::Role::kTouched;
  plan.flows[0].ping = plan::Ping{.payload_bytes = 56, .interval = milliseconds(100)};
  const VariantResult result = RunIt(plan);
  const FlowResult& flow = result.flows(0);
  EXPECT_EQ(flow.offered(), 10u);
  // One leaves when the address is meant to be gone and is not yet.
  EXPECT_EQ(flow.delivered(), 5u);
  EXPECT_EQ(flow.misdirected(), 1u);
  EXPECT_EQ(flow.refused(), 4u);
  ASSERT_EQ(flow.icmp_errors_size(), 1);
  EXPECT_EQ(flow.icmp_errors(0).name(), "EHOSTUNREACH");
}

Plan Flooded(plan::FloodMessage message) {
  Plan plan = TwoHosts(plan::Method::kRemoveMe, 2);
  plan.hosts.push_back({.name = "mallory",
                        .cores = 2,
                        .addresses = {wg::IpAddress::V4(0xc0000203)},
                        .costs = EasyPrices()});
  plan.managers.push_back({.core = 1});
  plan.links.push_back(plan.links[0]);
  plan.links[1].name = "b-mallory";
  plan.links[1].ends[0] = {.host = 1, .interface = "eth1"};
  plan.links[1].ends[1] = {.host = 2, .interface = "eth0"};
  plan.hosts[1].routes.push_back({wg::Prefix(wg::IpAddress::V4(0xcb007100), 24), wg::IpAddress::V4(0xc0000203)});
  plan.hosts[1].costs.set_price(wgnode::Cost::kHandshakeRefused, {.fixed_ps = 200'000'000});
  plan.hosts[1].costs.set_price(wgnode::Cost::kHandshakeChallenge, {.fixed_ps = 200'000'000});
  plan.floods.push_back({.name = "flood",
                         .from = 2,
                         .device = 1,
                         .to = {wg::IpAddress::V4(0xc0000202), 51820},
                         .rate = {20, milliseconds(1)},
                         .first_source = wg::IpAddress::V4(0xcb007100),
                         .source_addresses = 100,
                         .source_length = 32,
                         .message = message,
                         .start = milliseconds(100),
                         .stop = seconds(1)});
  return plan;
}

TEST(Flood, OfValidMacsIsAnsweredByCookiesUnderLoad) {
  const VariantResult result = RunIt(Flooded(plan::FloodMessage::kValidMac1));
  const FloodResult& flood = result.floods(0);
  EXPECT_NEAR(static_cast<double>(flood.sent()), 18000, 200);
  EXPECT_EQ(flood.sent(), flood.unsent() + flood.dropped() + flood.in_flight());
  EXPECT_GT(flood.cookies_sent(), 1000u);
  EXPECT_EQ(result.bystanders().flows(), 1u);  // a flood is no flow
}

TEST(Flood, OfInvalidMacsIsDroppedSilently) {
  const VariantResult result = RunIt(Flooded(plan::FloodMessage::kInvalidMac1));
  EXPECT_EQ(result.floods(0).cookies_sent(), 0u);
  EXPECT_EQ(result.floods(0).responses_sent(), 1u);  // the session of the stream
}

TEST(Flood, OfAnInitiationOverheardIsAReplayThatNobodyAnswers) {
  const VariantResult result = RunIt(Flooded(plan::FloodMessage::kRepeated));
  EXPECT_NEAR(static_cast<double>(result.floods(0).sent()), 18000, 200);
  EXPECT_EQ(result.floods(0).responses_sent(), 1u);  // the one that was overheard
  EXPECT_EQ(result.floods(0).dropped(), result.floods(0).sent() - result.floods(0).in_flight());
}

TEST(Flood, TakesItsSourcesInTurn) {
  plan::Flood flood{.first_source = wg::IpAddress::V4(0xcb007100), .source_addresses = 3, .source_length = 32};
  EXPECT_EQ(FloodSource(flood, 0).ToString(), "203.0.113.0");
  EXPECT_EQ(FloodSource(flood, 5).ToString(), "203.0.113.2");
  flood.first_source = wg::IpAddress::V6(0x20010db8'00000000, 0);
  flood.source_length = 64;
  EXPECT_EQ(FloodSource(flood, 2).ToString(), "2001:db8:0:2::");
  flood.source_length = 128;
  EXPECT_EQ(FloodSource(flood, 2).ToString(), "2001:db8::2");
  flood.source_length = 56;
  EXPECT_EQ(FloodSource(flood, 1).ToString(), "2001:db8:0:100::");
}

}  // namespace
}  // namespace scenario
