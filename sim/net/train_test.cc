// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Trains through sockets, interfaces and links: what they cost, and that every datagram of them has
// exactly one fate.
#include "sim/net/train.h"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/net/socket.h"
#include "sim/net/test_network.h"
#include "sim/net/tunnel_interface.h"
#include "sim/rng.h"

namespace net {
namespace {

// Reads trains as they come.
class TrainReader : public SocketUser {
 public:
  void OnReadable(Socket* socket) override {
    Received in;
    while (socket->Receive(&in) == wg::Errno::kOk) {
      trains.push_back(1 + in.more.size());
      Take(in.payload);
      for (const wg::Buffer& segment : in.more.buffers()) Take(segment);
    }
  }
  void Take(const wg::Buffer& payload) {
    tags.push_back(payload.tag());
    intact = intact && Reader::Intact(payload);
  }
  std::vector<size_t> trains;
  std::vector<uint64_t> tags;
  bool intact = true;
};

std::vector<uint64_t> Tags(uint64_t from, uint64_t to) {
  std::vector<uint64_t> tags;
  for (uint64_t tag = from; tag <= to; ++tag) tags.push_back(tag);
  return tags;
}

std::vector<wg::Buffer> Train(Ground* ground, size_t count, size_t size, uint64_t first_tag = 1) {
  std::vector<wg::Buffer> payloads;
  for (size_t i = 0; i < count; ++i) payloads.push_back(ground->Payload(size, first_tag + i));
  return payloads;
}

struct Sending : TwoHosts {
  explicit Sending(const LinkOptions& link = {}, const NicOptions& nic = {}, bool gro = true,
                   const HostOptions& host = {})
      : TwoHosts(link, host, nic),
        sender(a.root(), wg::Family::kIpv4, "sender", {.recverr = true, .send_buffer = 1u << 30},
               nullptr),
        receiver(b.root(), wg::Family::kIpv4, "receiver",
                 {.receive_buffer = 1u << 30, .udp_gro = gro}, &reader) {
    CHECK(receiver.Bind(wg::IpAddress(), 7) == wg::Errno::kOk);
  }
  wg::Errno Send(std::vector<wg::Buffer> train) {
    return sender.SendTrain(To("192.0.2.2", 7), absl::MakeSpan(train), 0);
  }
  TrainReader reader;
  Socket sender, receiver;
};

TEST(Train, IsSentAsOneAndReceivedAsOne) {
  Sending net;
  net.ground.prices.nic_receive = {.fixed_ps = 1'000'000, .per_byte_ps = 1000};
  net.ground.prices.gro_receive.fixed_ps = 10'000;
  std::vector<wg::Buffer> train = Train(&net.ground, 40, 972);
  train.push_back(net.ground.Payload(472, 41));
  ASSERT_EQ(net.Send(std::move(train)), wg::Errno::kOk);
  net.ground.loop.Run();
  EXPECT_EQ(net.reader.trains, (std::vector<size_t>{41}));
  EXPECT_EQ(net.reader.tags, Tags(1, 41));
  EXPECT_TRUE(net.reader.intact);
  // One receipt of 40.5 KB instead of 41.
  EXPECT_EQ(net.ground.loop.now(), AtNanos(1000 + 40'500 + 41 * 10));
  EXPECT_EQ(net.eth_b->counters().rx_packets, 41u);
  EXPECT_EQ(net.eth_b->counters().rx_bytes, 40'500u);
  EXPECT_EQ(net.eth_a->counters().tx_packets, 41u);
  EXPECT_EQ(net.receiver.counters().taken, 41u);
  EXPECT_EQ(net.link.transmit(0)->counters().delivered, 41u) << "on the wire there are frames";
}

TEST(Train, ASocketThatDidNotAskGetsDatagramsOneByOne) {
  Sending net({}, {}, /*gro=*/false);
  net.ground.prices.nic_receive.fixed_ps = 1'000'000;
  net.ground.prices.gro_receive.fixed_ps = 10'000;
  ASSERT_EQ(net.Send(Train(&net.ground, 20, 100)), wg::Errno::kOk);
  net.ground.loop.Run();
  EXPECT_EQ(net.reader.trains, std::vector<size_t>(20, 1));
  EXPECT_EQ(net.ground.loop.now(), AtNanos(20'000));
  EXPECT_EQ(net.b.root()->counters().received, 20u);
}

TEST(Train, HasTheLimitsOfUdpSegment) {
  Sending net;
  EXPECT_EQ(net.Send(Train(&net.ground, 65, 100)), wg::Errno::kInval);
  EXPECT_EQ(net.Send(Train(&net.ground, 64, 100)), wg::Errno::kOk);
  EXPECT_EQ(net.Send(Train(&net.ground, 2, 1473)), wg::Errno::kInval) << "does not fit the MTU";
  EXPECT_EQ(net.Send(Train(&net.ground, 2, 1472)), wg::Errno::kOk);
  EXPECT_EQ(net.Send(Train(&net.ground, 45, 1472)), wg::Errno::kMsgSize) << "66,240 bytes";
  std::vector<wg::Buffer> largest = Train(&net.ground, 44, 1472);
  largest.push_back(net.ground.Payload(65'507 - 44 * 1472, 45));
  EXPECT_EQ(net.Send(std::move(largest)), wg::Errno::kOk);
  net.ground.loop.Run();
  EXPECT_EQ(net.receiver.counters().taken, 64u + 2 + 45);
  EXPECT_TRUE(net.ground.sink.deaths.empty());
}

TEST(Train, ACardThatDoesNotSegmentLeavesItToTheSendersCore) {
  for (const bool segments : {true, false}) {
    LinkOptions gigabit;
    gigabit.transmitter.rate_bps = 1'000'000'000;
    Sending net(gigabit, {.tx_udp_segmentation = segments, .gro = false});
    net.ground.prices.gso_segment = {.fixed_ps = 50'000, .per_byte_ps = 1'000'000};
    ASSERT_EQ(net.Send(Train(&net.ground, 10, 97)), wg::Errno::kOk);
    net.ground.loop.Run();
    EXPECT_EQ(net.reader.tags, Tags(1, 10));
    EXPECT_EQ(net.ground.loop.now(), AtNanos(10'000)) << "back to back: 1 us each";
    EXPECT_EQ(net.a.core(0)->busy_time(sim::Context::kSoftirq),
              segments ? sim::Duration(0) : sim::Duration(500));
  }
}

TEST(Train, WithoutChecksumOffloadTheSenderPaysPerByte) {
  Sending net({}, {.tx_checksum = false});
  net.ground.prices.gso_segment = {.fixed_ps = 50'000, .per_byte_ps = 1000};
  ASSERT_EQ(net.Send(Train(&net.ground, 10, 972)), wg::Errno::kOk);
  ASSERT_EQ(net.Send(Train(&net.ground, 1, 972, 11)), wg::Errno::kOk);
  net.ground.loop.Run();
  EXPECT_EQ(net.reader.tags, Tags(1, 11));
  EXPECT_EQ(net.a.core(0)->busy_time(sim::Context::kSoftirq), sim::Duration(11'000));
}

TEST(Train, TakesOneDescriptorOrOneForEachPacket) {
  for (const bool segments : {true, false}) {
    LinkOptions gigabit;
    gigabit.transmitter.rate_bps = 1'000'000'000;
    Sending net(gigabit, {.tx_ring = 8, .tx_queue_len = 0, .tx_udp_segmentation = segments});
    for (uint64_t i = 0; i < 8; ++i) {
      const wg::Errno error = net.Send(Train(&net.ground, 10, 97, 1 + 10 * i));
      EXPECT_EQ(error, segments || i == 0 ? wg::Errno::kOk : wg::Errno::kNoBufs);
    }
    EXPECT_EQ(net.Send(Train(&net.ground, 2, 97, 1000)), wg::Errno::kNoBufs);
    net.ground.loop.Run();
    EXPECT_EQ(net.reader.tags.size(), segments ? 80u : 8u);
    EXPECT_EQ(net.ground.sink.Count(Drop::kQueueFull), segments ? 0u : 2u)
        << "of the first train; the others were refused as a whole";
  }
}

// offered = received + dropped + refused, tag by tag, whatever happens on the way.
TEST(Train, EveryDatagramHasExactlyOneFate) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    sim::Rng rng(seed);
    LinkOptions link;
    link.transmitter = {.rate_bps = 1'000'000'000, .queue_packets = 100};
    link.loss_ppb = 20'000'000;
    link.corrupt_ppb = 20'000'000;
    link.reorder_ppb = 20'000'000;
    link.reorder_delay = std::chrono::microseconds(20);
    NicOptions nic{.rx_ring = 40};
    nic.tx_ring = seed % 2 == 0 ? 30 : 0;
    nic.tx_queue_len = 20;
    nic.tx_udp_segmentation = seed % 3 != 0;
    Sending net(link, nic, seed % 4 != 0);
    net.ground.prices.nic_receive.fixed_ps = 1'500'000;
    net.ground.prices.gro_receive.fixed_ps = 100'000;
    uint64_t tag = 0;
    std::map<uint64_t, int> fates;
    for (int round = 0; round < 400; ++round) {
      const size_t count = 1 + rng.Uniform(64);
      const size_t size = rng.Uniform(1000);
      std::vector<wg::Buffer> train = Train(&net.ground, count, size, tag + 1);
      const wg::Errno error = net.Send(std::move(train));
      ASSERT_TRUE(error == wg::Errno::kOk || error == wg::Errno::kNoBufs);
      for (size_t i = 1; i <= count; ++i) fates[tag + i] += error != wg::Errno::kOk;
      tag += count;
      net.ground.loop.RunUntil(net.ground.loop.now() + sim::Duration(rng.Uniform(400'000)));
    }
    net.ground.loop.Run();
    for (const uint64_t received : net.reader.tags) ++fates[received];
    for (const RecordingSink::Death& death : net.ground.sink.deaths) {
      if (death.tag != 0) ++fates[death.tag];
    }
    for (const auto& [number, count] : fates) ASSERT_EQ(count, 1) << number << " seed " << seed;
    EXPECT_EQ(fates.size(), tag);
    EXPECT_GT(net.reader.tags.size(), tag / 10);
    const NicCounters nic_b = net.eth_b->nic_counters();
    EXPECT_EQ(nic_b.arrived, nic_b.received + nic_b.ring_drops + net.eth_b->queued());
  }
}

TEST(Train, GoesThroughLoopbackAndVethAsOne) {
  Ground ground;
  Host host(&ground.fabric, "h", {}, &ground.prices);
  Netns* pod = host.AddNetns("pod");
  auto [outer, inner] = host.AddVethPair(host.root(), "veth0", pod, "eth0");
  ASSERT_EQ(outer->SetUp(true), wg::Errno::kOk);
  ASSERT_EQ(inner->SetUp(true), wg::Errno::kOk);
  ASSERT_TRUE(host.root()->fib().AddAddress(outer, Net("10.0.0.1/24")));
  ASSERT_TRUE(pod->fib().AddAddress(inner, Net("10.0.0.2/24")));
  ground.prices.backlog_receive = {.fixed_ps = 1'000'000, .per_byte_ps = 1000};
  for (const bool veth : {false, true}) {
    TrainReader reader;
    Socket receiver(veth ? pod : host.root(), wg::Family::kIpv4, "r", {.udp_gro = true}, &reader);
    ASSERT_EQ(receiver.Bind(wg::IpAddress(), 7), wg::Errno::kOk);
    Socket sender(host.root(), wg::Family::kIpv4, "s", {}, nullptr);
    const sim::Time start = ground.loop.now();
    std::vector<wg::Buffer> train = Train(&ground, 30, 972);
    ASSERT_EQ(sender.SendTrain(To(veth ? "10.0.0.2" : "127.0.0.1", 7), absl::MakeSpan(train), 0),
              wg::Errno::kOk);
    ground.loop.Run();
    EXPECT_EQ(reader.trains, (std::vector<size_t>{30}));
    EXPECT_EQ(reader.tags, Tags(1, 30));
    EXPECT_EQ(ground.loop.now() - start, sim::Duration(1000 + 30'000));
  }
}

// a - router - b; the router puts together what it forwards, if it is told to.
TEST(Train, StaysATrainThroughARouterThatIsToldTo) {
  for (const bool forwarding : {false, true}) {
    Ground ground;
    ground.prices.nic_receive.fixed_ps = 1'000'000;
    Host a(&ground.fabric, "a", {}, &ground.prices);
    Host router(&ground.fabric, "r", {.netns = {.forwarding = true}}, &ground.prices);
    Host b(&ground.fabric, "b", {}, &ground.prices);
    Link left(&ground.fabric, "left", {}, {}, ground.rng);
    Link right(&ground.fabric, "right", {}, {}, ground.rng);
    const auto plug = [](Host* host, absl::string_view name, Link* link, int side,
                         absl::string_view address, const NicOptions& options) {
      Nic* nic = host->AddNic(host->root(), name, options);
      nic->Connect(link, side);
      CHECK(nic->SetUp(true) == wg::Errno::kOk);
      CHECK(host->root()->fib().AddAddress(nic, Net(address)));
      return nic;
    };
    Nic* eth_a = plug(&a, "eth0", &left, 0, "192.0.2.1/24", {});
    plug(&router, "eth0", &left, 1, "192.0.2.254/24", {.rx_udp_gro_forwarding = forwarding});
    plug(&router, "eth1", &right, 0, "198.51.100.254/24", {});
    plug(&b, "eth0", &right, 1, "198.51.100.2/24", {});
    a.root()->fib().AddRoute({.prefix = Net("198.51.100.0/24"), .out = eth_a});
    TrainReader reader;
    Socket receiver(b.root(), wg::Family::kIpv4, "r", {.udp_gro = true}, &reader);
    ASSERT_EQ(receiver.Bind(wg::IpAddress(), 7), wg::Errno::kOk);
    Socket sender(a.root(), wg::Family::kIpv4, "s", {}, nullptr);
    std::vector<wg::Buffer> train = Train(&ground, 30, 972);
    ASSERT_EQ(sender.SendTrain(To("198.51.100.2", 7), absl::MakeSpan(train), 0), wg::Errno::kOk);
    ground.loop.Run();
    EXPECT_EQ(reader.tags, Tags(1, 30));
    EXPECT_TRUE(reader.intact);
    EXPECT_EQ(router.root()->counters().forwarded, 30u);
    EXPECT_EQ(router.core(0)->busy_time(sim::Context::kSoftirq),
              sim::Duration(forwarding ? 1000 : 30'000));
  }
}

// A tunnel device that remembers what it was given.
class Recorder : public TunnelDevice {
 public:
  explicit Recorder(bool trains) : trains_(trains) {}
  bool takes_trains() const override { return trains_; }
  wg::Errno Transmit(Packet* packet, uint32_t /*mtu*/) override {
    segments.push_back(packet->segments());
    if (refuse) return wg::Errno::kNoKey;
    packet->buffer.Reset();
    packet->more.Clear();
    return wg::Errno::kOk;
  }
  wg::Errno Open() override { return wg::Errno::kOk; }
  void Stop() override {}

  bool refuse = false;
  std::vector<size_t> segments;

 private:
  const bool trains_;
};

TEST(Train, ATunnelDeviceGetsItWholeOrInPackets) {
  for (const bool trains : {false, true}) {
    Ground ground;
    Host host(&ground.fabric, "h", {}, &ground.prices);
    Recorder device(trains);
    TunnelInterface* wg0 = host.AddTunnel(host.root(), "wg0", 1420, &device);
    ASSERT_EQ(wg0->SetUp(true), wg::Errno::kOk);
    ASSERT_TRUE(host.root()->fib().AddAddress(wg0, Net("10.0.0.1/24")));
    Socket sender(host.root(), wg::Family::kIpv4, "s", {}, nullptr);
    std::vector<wg::Buffer> train = Train(&ground, 3, 1000);
    EXPECT_EQ(sender.SendTrain(To("10.0.0.2", 7), absl::MakeSpan(train), 0), wg::Errno::kOk);
    EXPECT_EQ(device.segments, trains ? std::vector<size_t>{3} : std::vector<size_t>(3, 1));
    device.refuse = true;
    train = Train(&ground, 3, 1000);
    EXPECT_EQ(sender.SendTrain(To("10.0.0.2", 7), absl::MakeSpan(train), 0), wg::Errno::kNoKey)
        << "the verdict about the first is that about all";
    EXPECT_TRUE(ground.sink.deaths.empty());
    ground.loop.Run();
  }
}

}  // namespace
}  // namespace net
