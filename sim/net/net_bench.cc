// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Packets end to end per second of wall time: the UDP echo of ns-3's tutorial (1024 bytes, one link
// of 1 Gbit/s and 1 ms), kept full, with real headers, an account of send buffers, and the trace
// hash on.
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "benchmark/benchmark.h"
#include "protocol/buffer.h"
#include "protocol/errno.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/net/host.h"
#include "sim/net/link.h"
#include "sim/net/segments.h"
#include "sim/net/socket.h"
#include "sim/net/test_network.h"
#include "sim/time.h"

namespace net {
namespace {

constexpr size_t kPayload = 1024;
constexpr uint16_t kPort = 9;

// Answers every datagram with its own bytes, in a process task.
class EchoServer : public SocketUser, public sim::Runner {
 public:
  explicit EchoServer(Host* host)
      : thread_(host->machine(), {.name = "server"}),
        socket_(host->root(), wg::Family::kIpv4, "server", {}, this) {
    CHECK(socket_.Bind(wg::IpAddress(), kPort) == wg::Errno::kOk);
  }
  void OnReadable(Socket* /*socket*/) override {
    thread_.Submit({.runner = this, .price = sim::Duration(500)});
  }
  void Act(uint64_t /*arg*/) override {
    Received in;
    if (socket_.Receive(&in) != wg::Errno::kOk) return;
    CHECK(socket_.SendTo(in.from, std::move(in.payload), 0) == wg::Errno::kOk);
  }

 private:
  sim::Thread thread_;
  Socket socket_;
};

// Keeps `window` datagrams under way.
class EchoClient : public SocketUser, public sim::Runner {
 public:
  EchoClient(Host* host, wg::BufferPool* pool)
      : thread_(host->machine(), {.name = "client"}),
        pool_(pool),
        socket_(host->root(), wg::Family::kIpv4, "client", {}, this) {
    CHECK(socket_.Connect(To("192.0.2.2", kPort)) == wg::Errno::kOk);
  }
  void Send() {
    thread_.Submit({.runner = this, .price = sim::Duration(500)});
  }
  void OnReadable(Socket* /*socket*/) override { Send(); }
  void Act(uint64_t /*arg*/) override {
    Received in;
    if (socket_.Receive(&in) == wg::Errno::kOk) ++echoes;
    wg::Buffer payload = pool_->Allocate(kPayload);
    CHECK(socket_.Send(std::move(payload), 0) == wg::Errno::kOk);
  }
  uint64_t echoes = 0;

 private:
  sim::Thread thread_;
  wg::BufferPool* const pool_;
  Socket socket_;
};

LinkOptions Gigabit() {
  LinkOptions options;
  options.transmitter.rate_bps = 1'000'000'000;
  options.delay = std::chrono::milliseconds(1);
  return options;
}

void BM_UdpEcho(benchmark::State& state) {
  TwoHosts net(Gigabit());
  net.ground.prices.nic_receive.fixed_ps = 1'000'000;
  EchoServer server(&net.b);
  EchoClient client(&net.a, &net.ground.pool);
  for (int64_t i = 0; i < state.range(0); ++i) client.Send();
  net.ground.loop.RunUntil(net.ground.loop.now() + std::chrono::milliseconds(10));
  const uint64_t events = net.ground.loop.events_executed();
  const uint64_t echoes = client.echoes;
  for (auto _ : state) {
    net.ground.loop.RunUntil(net.ground.loop.now() + std::chrono::milliseconds(10));
  }
  const double packets = 2.0 * static_cast<double>(client.echoes - echoes);
  state.counters["packets/s"] = benchmark::Counter(packets, benchmark::Counter::kIsRate);
  state.counters["time/packet"] =
      benchmark::Counter(packets, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["events/packet"] =
      static_cast<double>(net.ground.loop.events_executed() - events) / packets;
}
BENCHMARK(BM_UdpEcho)->Arg(1)->Arg(64);

// Answers each train as one.
class TrainEcho : public SocketUser {
 public:
  void OnReadable(Socket* socket) override {
    Received in;
    while (socket->Receive(&in) == wg::Errno::kOk) {
      size_t count = 0;
      payloads_[count++] = std::move(in.payload);
      for (wg::Buffer& segment : in.more.buffers()) payloads_[count++] = std::move(segment);
      packets += count;
      CHECK(socket->SendTrain(in.from, absl::MakeSpan(payloads_.data(), count), 0) ==
            wg::Errno::kOk);
    }
  }
  uint64_t packets = 0;

 private:
  std::array<wg::Buffer, kMaxSegments> payloads_;
};

// The same with trains of so many datagrams, put together again by the receiving card.
void BM_UdpTrainEcho(benchmark::State& state) {
  LinkOptions options = Gigabit();
  options.transmitter.rate_bps = 10'000'000'000;
  TwoHosts net(options, {}, {.rx_usecs = std::chrono::microseconds(60)});
  net.ground.prices.nic_receive.fixed_ps = 1'000'000;
  TrainEcho ends[2];
  Socket client(net.a.root(), wg::Family::kIpv4, "client", {.udp_gro = true}, &ends[0]);
  Socket server(net.b.root(), wg::Family::kIpv4, "server", {.udp_gro = true}, &ends[1]);
  CHECK(server.Bind(wg::IpAddress(), kPort) == wg::Errno::kOk);
  std::vector<wg::Buffer> train;
  for (int64_t i = 0; i < state.range(0); ++i) {
    train.push_back(net.ground.pool.Allocate(kPayload));
  }
  CHECK(client.SendTrain(To("192.0.2.2", kPort), absl::MakeSpan(train), 0) == wg::Errno::kOk);
  net.ground.loop.RunUntil(net.ground.loop.now() + std::chrono::milliseconds(10));
  const uint64_t before = ends[0].packets + ends[1].packets;
  for (auto _ : state) {
    net.ground.loop.RunUntil(net.ground.loop.now() + std::chrono::milliseconds(10));
  }
  const double packets = static_cast<double>(ends[0].packets + ends[1].packets - before);
  state.counters["packets/s"] = benchmark::Counter(packets, benchmark::Counter::kIsRate);
  state.counters["time/packet"] =
      benchmark::Counter(packets, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_UdpTrainEcho)->Arg(1)->Arg(48);

}  // namespace
}  // namespace net
