// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/nic.h"

#include <set>
#include <utility>

#include "gtest/gtest.h"
#include "sim/net/socket.h"
#include "sim/net/test_network.h"

namespace net {
namespace {

void ExpectConservation(const Nic& nic) {
  const NicCounters& c = nic.nic_counters();
  EXPECT_EQ(c.arrived, c.received + c.ring_drops + c.down_drops + nic.queued());
}

// A link without a rate: packets arrive the instant they are sent.
struct Receiving : TwoHosts {
  explicit Receiving(const HostOptions& host = {}, const NicOptions& nic = {})
      : TwoHosts({}, host, nic),
        sender(a.root(), wg::Family::kIpv4, "sender", {.send_buffer = 1u << 30}, nullptr),
        receiver(b.root(), wg::Family::kIpv4, "receiver", {}, &reader) {
    CHECK(receiver.Bind(wg::IpAddress(), 7) == wg::Errno::kOk);
  }
  void Send(size_t size, uint64_t tag) {
    CHECK(sender.SendTo(To("192.0.2.2", 7), ground.Payload(size, tag), 0) == wg::Errno::kOk);
  }
  Reader reader;
  Socket sender, receiver;
};

TEST(Nic, OneInterruptThenAPollPerPacketEachAtItsOwnInstant) {
  Receiving net;
  net.ground.prices.nic_interrupt.fixed_ps = 2'000'000;
  net.ground.prices.nic_receive = {.fixed_ps = 1'000'000, .per_byte_ps = 1000};
  for (uint64_t i = 1; i <= 3; ++i) net.Send(100 * i - 28, i);
  net.ground.loop.Run();
  EXPECT_EQ(net.reader.tags, (std::vector<uint64_t>{1, 2, 3}));
  EXPECT_TRUE(net.reader.intact);
  // 2 us + 3 x 1 us + 600 bytes at 1 ns.
  EXPECT_EQ(net.ground.loop.now(), AtNanos(5600));
  EXPECT_EQ(net.eth_b->nic_counters().interrupts, 1u);
  EXPECT_EQ(net.b.core(0)->tasks_done(sim::Context::kSoftirq), 3u);
  ExpectConservation(*net.eth_b);
}

TEST(Nic, ARingThatIsFullDrops) {
  Receiving net({}, {.rx_ring = 8});
  net.ground.prices.nic_receive.fixed_ps = 1'000'000;
  for (uint64_t i = 1; i <= 20; ++i) net.Send(10 * i, i);
  net.ground.loop.RunUntil(AtNanos(2500));
  ExpectConservation(*net.eth_b);
  EXPECT_EQ(net.eth_b->nic_counters().ring_drops, 12u);
  EXPECT_EQ(net.ground.sink.Count(Drop::kRxRingFull), 12u);
  net.ground.loop.Run();
  EXPECT_EQ(net.reader.tags.size(), 8u);
  EXPECT_EQ(net.reader.tags.back(), 8u);
  ExpectConservation(*net.eth_b);
}

TEST(Nic, ARoundEndsAfterItsBudget) {
  Receiving net({}, {.budget = 64});
  net.ground.prices.nic_receive.fixed_ps = 1'000'000;
  net.ground.prices.nic_poll.fixed_ps = 5'000'000;
  for (uint64_t i = 1; i <= 129; ++i) net.Send(1, i);
  net.ground.loop.Run();
  EXPECT_EQ(net.eth_b->nic_counters().polls, 3u);
  EXPECT_EQ(net.ground.loop.now(), AtNanos(129'000 + 3 * 5000));
}

TEST(Nic, FlowsSpreadOverCoresAndAFlowStaysOnItsCore) {
  Receiving net({.machine = {.cores = 4}}, {});
  for (int port = 0; port < 64; ++port) {
    SocketOptions options;
    Socket flow(net.a.root(), wg::Family::kIpv4, "flow", options, nullptr);
    uint64_t busy = 0;
    uint64_t before[4];
    for (Cpu cpu = 0; cpu < 4; ++cpu)
      before[cpu] = net.b.core(cpu)->tasks_done(sim::Context::kSoftirq);
    for (uint64_t i = 1; i <= 5; ++i) {
      ASSERT_EQ(flow.SendTo(To("192.0.2.2", 7), net.ground.Payload(10 * i, i), 0), wg::Errno::kOk);
    }
    net.ground.loop.Run();
    for (Cpu cpu = 0; cpu < 4; ++cpu) {
      busy += net.b.core(cpu)->tasks_done(sim::Context::kSoftirq) != before[cpu];
    }
    EXPECT_EQ(busy, 1u);
  }
  for (Cpu cpu = 0; cpu < 4; ++cpu) {
    EXPECT_GT(net.b.core(cpu)->tasks_done(sim::Context::kSoftirq), 5u * 6);
  }
  EXPECT_EQ(net.reader.tags.size(), 320u);
}

TEST(Nic, DownItHearsNothing) {
  Receiving net;
  net.eth_b->SetUp(false);
  net.Send(10, 1);
  net.ground.loop.Run();
  EXPECT_EQ(net.ground.sink.Count(Drop::kInterfaceDown), 1u);
  ExpectConservation(*net.eth_b);
}

TEST(Nic, AFullTransmitQueueIsToldOnlyToSocketsThatAskedForErrors) {
  LinkOptions slow;
  slow.transmitter = {.rate_bps = 1'000'000, .queue_packets = 2};
  TwoHosts net(slow);
  for (const bool recverr : {false, true}) {
    Socket socket(net.a.root(), wg::Family::kIpv4, "s", {.recverr = recverr}, nullptr);
    int refused = 0;
    for (uint64_t i = 1; i <= 4; ++i) {
      const wg::Errno error = socket.SendTo(To("192.0.2.2", 7), net.ground.Payload(50 * i, i), 0);
      EXPECT_TRUE(error == wg::Errno::kOk || error == wg::Errno::kNoBufs);
      refused += error == wg::Errno::kNoBufs;
    }
    EXPECT_EQ(refused, recverr ? 4 : 0);
  }
  EXPECT_EQ(net.ground.sink.Count(Drop::kQueueFull), 2u) << "the two that were not told";
  EXPECT_EQ(net.eth_a->counters().tx_dropped, 6u);
}

}  // namespace
}  // namespace net
