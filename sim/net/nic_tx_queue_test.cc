// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/nic_tx_queue.h"

#include <algorithm>
#include <cstdint>
#include <deque>

#include "gtest/gtest.h"
#include "sim/net/socket.h"
#include "sim/net/test_network.h"
#include "sim/rng.h"

namespace net {
namespace {

// 125 bytes a microsecond.
LinkOptions Gigabit() {
  LinkOptions options;
  options.transmitter = {.rate_bps = 1'000'000'000, .queue_packets = 1};
  return options;
}

TEST(NicTxQueue, HoldsRingAndQueueDisciplineAndNotOneMore) {
  TwoHosts net(Gigabit(), {}, {.tx_ring = 8, .tx_queue_len = 5});
  Reader reader;
  Socket receiver(net.b.root(), wg::Family::kIpv4, "receiver", {}, &reader);
  ASSERT_EQ(receiver.Bind(wg::IpAddress(), 7), wg::Errno::kOk);
  Socket sender(net.a.root(), wg::Family::kIpv4, "s", {.recverr = true}, nullptr);
  for (uint64_t i = 1; i <= 20; ++i) {
    // Of 125 bytes with headers: 1 us each.
    EXPECT_EQ(sender.SendTo(To("192.0.2.2", 7), net.ground.Payload(97, i), 0),
              i <= 13 ? wg::Errno::kOk : wg::Errno::kNoBufs);
  }
  EXPECT_EQ(net.eth_a->tx_queued(), 13u);
  EXPECT_EQ(net.eth_a->nic_counters().tx_stops, 1u);
  EXPECT_EQ(net.eth_a->nic_counters().tx_wakes, 0u);
  // 5 us later five have left, and the ring is exactly full of the rest.
  net.ground.loop.RunUntil(AtNanos(5000));
  EXPECT_EQ(net.eth_a->tx_queued(), 8u);
  EXPECT_EQ(net.eth_a->nic_counters().tx_wakes, 0u);
  net.ground.loop.RunUntil(AtNanos(6000));
  EXPECT_EQ(net.eth_a->tx_queued(), 7u);
  EXPECT_EQ(net.eth_a->nic_counters().tx_wakes, 1u);
  net.ground.loop.Run();
  EXPECT_EQ(reader.tags.size(), 13u);
  EXPECT_EQ(net.ground.loop.now(), AtNanos(13'000));
  EXPECT_EQ(net.eth_a->counters().tx_dropped, 7u);
}

TEST(NicTxQueue, EachCoreHasItsOwnAndTheyShareTheWire) {
  TwoHosts net(Gigabit(), {.machine = {.cores = 2}}, {.tx_ring = 4, .tx_queue_len = 0});
  ASSERT_EQ(net.eth_a->tx_queues(), 2u);
  Socket sender(net.a.root(), wg::Family::kIpv4, "s", {.recverr = true}, nullptr);
  for (const Cpu cpu : {0, 1}) {
    for (uint64_t i = 1; i <= 5; ++i) {
      EXPECT_EQ(sender.SendTo(To("192.0.2.2", 7), net.ground.Payload(97, i), cpu),
                i <= 4 ? wg::Errno::kOk : wg::Errno::kNoBufs);
    }
  }
  EXPECT_EQ(net.eth_a->tx_queued(), 8u);
  net.ground.loop.RunUntil(AtNanos(8000));
  EXPECT_EQ(net.eth_a->tx_queued(), 0u);
  EXPECT_EQ(net.link.transmit(0)->counters().delivered, 8u);
}

TEST(NicTxQueue, RateTimesTimeIsBytesWithUnequalSizesAndOnlyRoomIsRefused) {
  sim::Rng rng(7);
  TwoHosts net(Gigabit(), {}, {.tx_ring = 16, .tx_queue_len = 16});
  Reader reader;
  Socket receiver(net.b.root(), wg::Family::kIpv4, "receiver", {}, &reader);
  ASSERT_EQ(receiver.Bind(wg::IpAddress(), 7), wg::Errno::kOk);
  Socket sender(net.a.root(), wg::Family::kIpv4, "s", {.recverr = true, .send_buffer = 1u << 30},
                nullptr);
  // The oracle: 8 ns a byte.
  std::deque<int64_t> leaves;
  int64_t wire_free = 0;
  int64_t now = 0;
  uint64_t accepted = 0;
  for (uint64_t i = 1; i <= 20'000; ++i) {
    now += static_cast<int64_t>(rng.Uniform(12'000));
    net.ground.loop.RunUntil(AtNanos(now));
    while (!leaves.empty() && leaves.front() <= now) leaves.pop_front();
    const size_t size = rng.Uniform(1473);
    const bool room = leaves.size() < 32;
    ASSERT_EQ(sender.SendTo(To("192.0.2.2", 7), net.ground.Payload(size, i), 0),
              room ? wg::Errno::kOk : wg::Errno::kNoBufs);
    if (!room) continue;
    ++accepted;
    wire_free = std::max(wire_free, now) + 8 * static_cast<int64_t>(size + 28);
    leaves.push_back(wire_free);
  }
  net.ground.loop.Run();
  EXPECT_LT(accepted, 20'000u) << "it was full at times";
  const LinkCounters& link = net.link.transmit(0)->counters();
  EXPECT_EQ(link.delivered, accepted);
  EXPECT_EQ(link.queue_drops, 0u);
}

TEST(NicTxQueue, WhatWaitsIsGoneWithTheCable) {
  TwoHosts net(Gigabit(), {}, {.tx_ring = 4, .tx_queue_len = 4});
  Socket sender(net.a.root(), wg::Family::kIpv4, "s", {}, nullptr);
  for (uint64_t i = 1; i <= 8; ++i) {
    ASSERT_EQ(sender.SendTo(To("192.0.2.2", 7), net.ground.Payload(97, i), 0), wg::Errno::kOk);
  }
  net.link.SetUp(false);
  EXPECT_EQ(net.eth_a->tx_queued(), 0u);
  EXPECT_EQ(net.ground.sink.Count(Drop::kLinkDown), 8u);
  EXPECT_EQ(net.eth_a->nic_counters().tx_wakes, 1u);
}

TEST(NicTxQueue, CoresThatShareAQueueSpinForItsLock) {
  TwoHosts net({}, {.machine = {.cores = 3}}, {.tx_queues = 1});
  net.ground.prices.transmit_lock.fixed_ps = 100'000;
  Socket sender(net.a.root(), wg::Family::kIpv4, "s", {}, nullptr);
  for (const Cpu cpu : {0, 1, 2}) {
    ASSERT_EQ(sender.SendTo(To("192.0.2.2", 7), net.ground.Payload(97, 1), cpu), wg::Errno::kOk);
  }
  net.ground.loop.Run();
  // The holding itself is part of the price of sending.
  for (const Cpu cpu : {0, 1, 2}) {
    EXPECT_EQ(net.a.core(cpu)->busy_time(sim::Context::kSoftirq), cpu * sim::Duration(100));
  }
  EXPECT_EQ(net.eth_a->nic_counters().tx_lock_contended, 2u);
}

}  // namespace
}  // namespace net
