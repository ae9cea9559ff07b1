// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/nic_rx_queue.h"

#include <cstdint>
#include <memory>
#include <vector>

#include "gtest/gtest.h"
#include "sim/net/socket.h"
#include "sim/net/test_network.h"

namespace net {
namespace {

constexpr sim::Duration kMicro = std::chrono::microseconds(1);

// Sends one datagram at each of some times, over a link that takes no time.
class Timetable : public sim::Actor {
 public:
  Timetable(TwoHosts* net, const std::vector<int64_t>& micros)
      : Actor(sim::EntityId::kSimulation),
        net_(net),
        sender_(net->a.root(), wg::Family::kIpv4, "sender", {.send_buffer = 1u << 30}, nullptr) {
    for (const int64_t micro : micros) net->ground.loop.At(sim::kStart + micro * kMicro, this, 0);
  }
  void OnEvent(uint64_t /*arg*/) override {
    CHECK(sender_.SendTo(To("192.0.2.2", 7), net_->ground.Payload(100, ++sent_), 0) ==
          wg::Errno::kOk);
  }

 private:
  TwoHosts* const net_;
  Socket sender_;
  uint64_t sent_ = 0;
};

// Notes when each datagram came.
class Clock : public SocketUser {
 public:
  explicit Clock(TwoHosts* net)
      : net_(net), socket_(net->b.root(), wg::Family::kIpv4, "receiver", {}, this) {
    CHECK(socket_.Bind(wg::IpAddress(), 7) == wg::Errno::kOk);
  }
  void OnReadable(Socket* socket) override {
    Received datagram;
    CHECK(socket->Receive(&datagram) == wg::Errno::kOk);
    micros.push_back((net_->ground.loop.now() - sim::kStart) / kMicro);
  }
  std::vector<int64_t> micros;

 private:
  TwoHosts* const net_;
  Socket socket_;
};

std::vector<int64_t> ReceivedAt(const NicOptions& options, const std::vector<int64_t>& sent,
                                uint64_t* interrupts) {
  TwoHosts net({}, {}, options);
  net.ground.prices.nic_interrupt.fixed_ps = 2'000'000;
  net.ground.prices.nic_receive.fixed_ps = 1'000'000;
  Clock clock(&net);
  Timetable timetable(&net, sent);
  net.ground.loop.Run();
  *interrupts = net.eth_b->nic_counters().interrupts;
  return clock.micros;
}

TEST(NicRxQueue, WithoutCoalescingAnInterruptComesAtOnce) {
  uint64_t interrupts = 0;
  EXPECT_EQ(ReceivedAt({}, {0, 1, 10}, &interrupts), (std::vector<int64_t>{3, 4, 13}));
  EXPECT_EQ(interrupts, 2u) << "the second packet found the first one's poll";
  EXPECT_EQ(ReceivedAt({.rx_frames = 1}, {0, 1, 10}, &interrupts),
            (std::vector<int64_t>{3, 4, 13}));
}

TEST(NicRxQueue, AnInterruptComesRxUsecsAfterTheFirstPacket) {
  uint64_t interrupts = 0;
  EXPECT_EQ(ReceivedAt({.rx_usecs = 50 * kMicro}, {0, 10, 49, 51, 200}, &interrupts),
            (std::vector<int64_t>{53, 54, 55, 56, 253}));
  EXPECT_EQ(interrupts, 2u);
}

TEST(NicRxQueue, OrAsSoonAsRxFramesWait) {
  uint64_t interrupts = 0;
  EXPECT_EQ(ReceivedAt({.rx_usecs = 50 * kMicro, .rx_frames = 3}, {0, 10, 20, 100, 101, 140},
                       &interrupts),
            (std::vector<int64_t>{23, 24, 25, 143, 144, 145}));
  EXPECT_EQ(interrupts, 2u);
  // The fourth waits for its own 50 us; the timer of the first three is not its.
  EXPECT_EQ(ReceivedAt({.rx_usecs = 50 * kMicro, .rx_frames = 3}, {0, 10, 20, 40}, &interrupts),
            (std::vector<int64_t>{23, 24, 25, 93}));
}

TEST(NicRxQueue, FramesDoNotWaitLongerThanRxUsecsWhateverTheLoad) {
  // A packet each 7 us for a millisecond: none is received later than 50 us + interrupt + the poll
  // of the at most 8 that wait.
  std::vector<int64_t> sent;
  for (int64_t i = 0; i < 143; ++i) sent.push_back(7 * i);
  uint64_t interrupts = 0;
  const std::vector<int64_t> received = ReceivedAt({.rx_usecs = 50 * kMicro}, sent, &interrupts);
  ASSERT_EQ(received.size(), sent.size());
  for (size_t i = 0; i < sent.size(); ++i) {
    EXPECT_LE(received[i] - sent[i], 50 + 2 + 10);
    EXPECT_GE(received[i] - sent[i], 1);
  }
  EXPECT_LT(interrupts, 25u);
}

TEST(NicRxQueue, HashesSpreadOverTheIndirectionTable) {
  TwoHosts net({}, {.machine = {.cores = 8}}, {.rx_queues = 6});
  std::vector<uint32_t> hits(6);
  for (uint32_t i = 0; i < NicOptions::kIndirection; ++i) ++hits[net.eth_b->RxQueueOf(i)];
  EXPECT_EQ(hits, (std::vector<uint32_t>{22, 22, 21, 21, 21, 21}));
  EXPECT_EQ(net.eth_b->RxQueueOf(127), 127u % 6);
  EXPECT_EQ(net.eth_b->RxQueueOf(128), 0u) << "the low bits";
}

// Packets of many flows over 4 queues: each is within three standard deviations of a quarter.
TEST(NicRxQueue, FlowsSpreadEvenly) {
  TwoHosts net({}, {.machine = {.cores = 4}}, {});
  Reader reader;
  Socket receiver(net.b.root(), wg::Family::kIpv4, "receiver", {}, &reader);
  ASSERT_EQ(receiver.Bind(wg::IpAddress(), 7), wg::Errno::kOk);
  constexpr int kFlows = 1024;
  for (int i = 0; i < kFlows; ++i) {
    Socket flow(net.a.root(), wg::Family::kIpv4, "flow", {}, nullptr);
    ASSERT_EQ(flow.SendTo(To("192.0.2.2", 7), net.ground.Payload(1, 1), 0), wg::Errno::kOk);
    net.ground.loop.Run();
  }
  for (uint32_t q = 0; q < 4; ++q) {
    EXPECT_NEAR(static_cast<double>(net.eth_b->rx_queue(q).received()), kFlows / 4.0, 3 * 14.0);
  }
}

TEST(NicRxQueue, ATableOfOneQueueAndItsAffinityPutEverythingOnOneCore) {
  TwoHosts net({}, {.machine = {.cores = 4}},
               {.rx_queues = 2,
                .affinity = {3, 2},
                .indirection = std::vector<uint16_t>(NicOptions::kIndirection, 1)});
  Reader reader;
  Socket receiver(net.b.root(), wg::Family::kIpv4, "receiver", {}, &reader);
  ASSERT_EQ(receiver.Bind(wg::IpAddress(), 7), wg::Errno::kOk);
  for (int i = 0; i < 20; ++i) {
    Socket flow(net.a.root(), wg::Family::kIpv4, "flow", {}, nullptr);
    ASSERT_EQ(flow.SendTo(To("192.0.2.2", 7), net.ground.Payload(1, 1), 0), wg::Errno::kOk);
  }
  net.ground.loop.Run();
  EXPECT_EQ(net.b.core(2)->tasks_done(sim::Context::kSoftirq), 20u);
  EXPECT_EQ(reader.tags.size(), 20u);
}

TEST(NicRxQueue, PolledInAThreadItTakesNoSoftirqTime) {
  TwoHosts net({}, {}, {.threaded = true});
  net.ground.prices.nic_interrupt.fixed_ps = 2'000'000;
  net.ground.prices.nic_receive.fixed_ps = 1'000'000;
  Clock clock(&net);
  Timetable timetable(&net, {0, 1, 10});
  net.ground.loop.Run();
  EXPECT_EQ(clock.micros, (std::vector<int64_t>{3, 4, 13}));
  EXPECT_EQ(net.b.core(0)->busy_time(sim::Context::kSoftirq), sim::Duration(0));
  EXPECT_EQ(net.b.core(0)->busy_time(sim::Context::kThread), 3 * kMicro);
}

}  // namespace
}  // namespace net
