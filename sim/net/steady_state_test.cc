// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdint>
#include <utility>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "sim/allocation_counter.h"
#include "sim/net/segments.h"
#include "sim/net/socket.h"
#include "sim/net/test_network.h"

namespace net {
namespace {

// Reads and answers at once, in the softirq act.
class Echo : public SocketUser {
 public:
  void OnReadable(Socket* socket) override {
    Received in;
    while (socket->Receive(&in) == wg::Errno::kOk) {
      ++echoes;
      CHECK(socket->SendTo(in.from, std::move(in.payload), 0) == wg::Errno::kOk);
    }
  }
  uint64_t echoes = 0;
};

TEST(SteadyState, NothingIsAllocatedPerPacket) {
  LinkOptions options;
  options.transmitter.rate_bps = 1'000'000'000;
  options.delay = std::chrono::milliseconds(1);
  options.jitter = std::chrono::microseconds(20);
  options.reorder_ppb = 10'000'000;
  options.reorder_delay = std::chrono::microseconds(100);
  TwoHosts net(options, {.machine = {.cores = 2}});
  net.ground.prices.nic_receive.fixed_ps = 700'000;
  Echo a;
  Echo b;
  Socket client(net.a.root(), wg::Family::kIpv4, "client", {}, &a);
  Socket server(net.b.root(), wg::Family::kIpv4, "server", {}, &b);
  ASSERT_EQ(server.Bind(wg::IpAddress(), 7), wg::Errno::kOk);
  for (size_t i = 0; i < 32; ++i) {
    ASSERT_EQ(client.SendTo(To("192.0.2.2", 7), net.ground.Payload(40 * i, i + 1), 0),
              wg::Errno::kOk);
  }
  net.ground.loop.RunUntil(AtNanos(2'000'000'000));
  const uint64_t allocations = sim::Allocations();
  const uint64_t echoes = a.echoes;
  net.ground.loop.RunUntil(AtNanos(4'000'000'000));
  // A ring that meets a new maximum, or the trace's table of checkpoints, may still double.
  EXPECT_LE(sim::Allocations() - allocations, 4u);
  EXPECT_GT(a.echoes, echoes + 20'000);
}

// Answers each train with its own datagrams, as one.
class TrainEcho : public SocketUser {
 public:
  void OnReadable(Socket* socket) override {
    Received in;
    while (socket->Receive(&in) == wg::Errno::kOk) {
      size_t count = 0;
      payloads_[count++] = std::move(in.payload);
      for (wg::Buffer& segment : in.more.buffers()) payloads_[count++] = std::move(segment);
      echoes += count;
      CHECK(socket->SendTrain(in.from, absl::MakeSpan(payloads_.data(), count), 0) ==
            wg::Errno::kOk);
    }
  }
  uint64_t echoes = 0;

 private:
  std::array<wg::Buffer, kMaxSegments> payloads_;
};

TEST(SteadyState, NothingIsAllocatedPerTrain) {
  LinkOptions options;
  options.transmitter.rate_bps = 10'000'000'000;
  options.delay = std::chrono::milliseconds(1);
  NicOptions nic;
  nic.rx_usecs = std::chrono::microseconds(20);
  nic.tx_ring = 512;
  TwoHosts net(options, {.machine = {.cores = 2}}, nic);
  net.ground.prices.nic_receive.fixed_ps = 700'000;
  net.ground.prices.gro_receive.fixed_ps = 70'000;
  TrainEcho a;
  TrainEcho b;
  Socket client(net.a.root(), wg::Family::kIpv4, "client", {.udp_gro = true}, &a);
  Socket server(net.b.root(), wg::Family::kIpv4, "server", {.udp_gro = true}, &b);
  ASSERT_EQ(server.Bind(wg::IpAddress(), 7), wg::Errno::kOk);
  for (size_t i = 0; i < 4; ++i) {
    std::array<wg::Buffer, 40> train;
    for (wg::Buffer& payload : train) payload = net.ground.Payload(400 + i, i + 1);
    ASSERT_EQ(client.SendTrain(To("192.0.2.2", 7), absl::MakeSpan(train), 0), wg::Errno::kOk);
  }
  net.ground.loop.RunUntil(AtNanos(1'000'000'000));
  const uint64_t allocations = sim::Allocations();
  const uint64_t echoes = a.echoes;
  net.ground.loop.RunUntil(AtNanos(2'000'000'000));
  EXPECT_LE(sim::Allocations() - allocations, 4u);
  EXPECT_GT(a.echoes, echoes + 20'000);
}

}  // namespace
}  // namespace net
