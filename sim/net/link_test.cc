// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/link.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/buffer.h"
#include "sim/net/drop.h"
#include "sim/net/headers.h"
#include "sim/net/packet.h"
#include "sim/net/port.h"
#include "sim/net/test_network.h"

namespace net {
namespace {

using std::chrono::microseconds;

class Catcher : public Port {
 public:
  explicit Catcher(sim::EventLoop* loop) : loop_(loop) {}
  void OnArrival(Packet&& packet) override {
    tags.push_back(packet.tag());
    times.push_back(loop_->now());
    bytes += packet.size();
    packets.push_back(std::move(packet));
  }
  void OnCarrier(bool up) override { carrier = up; }
  std::vector<uint64_t> tags;
  std::vector<sim::Time> times;
  std::vector<Packet> packets;
  uint64_t bytes = 0;
  bool carrier = true;

 private:
  sim::EventLoop* const loop_;
};

struct Pipe {
  explicit Pipe(const LinkOptions& options)
      : link(&ground.fabric, "x", options, options, ground.rng), far(&ground.loop) {
    link.Attach(1, &far);
  }
  // A UDP packet of exactly `size` bytes.
  Packet Make(uint32_t size, uint64_t tag) {
    Packet packet;
    packet.buffer = ground.Payload(size - kIpv4HeaderSize - kUdpHeaderSize, tag);
    PushUdp(1, 2, &packet.buffer);
    IpHeader ip;
    ip.source = Ip("10.0.0.1");
    ip.destination = Ip("10.0.0.2");
    ip.protocol = kProtocolUdp;
    PushIp(ip, &packet.buffer);
    packet.checksum = ChecksumState::kPartial;
    return packet;
  }
  Drop Send(uint32_t size, uint64_t tag) {
    Packet packet = Make(size, tag);
    return link.transmit(0)->Send(&packet);
  }
  const LinkCounters& counters() { return link.transmit(0)->counters(); }
  void ExpectConservation() {
    const LinkCounters& c = counters();
    EXPECT_EQ(c.offered + c.duplicated,
              c.delivered + c.queue_drops + c.down_drops + c.lost + link.transmit(0)->in_flight());
    EXPECT_EQ(c.delivered, far.tags.size());
    EXPECT_EQ(c.delivered_bytes, far.bytes);
  }

  Ground ground;
  Link link;
  Catcher far;
};

TEST(Link, SaturatedItDeliversRateTimesTimeWithUnequalPackets) {
  LinkOptions options;
  options.transmitter = {.rate_bps = 100'000'003, .queue_packets = 1'000'000};
  options.delay = microseconds(250);
  Pipe pipe(options);
  uint64_t bytes = 0;
  for (int i = 0; i < 20'000; ++i) {
    const uint32_t size = 28 + static_cast<uint32_t>(pipe.ground.rng.Uniform(1473));
    ASSERT_EQ(pipe.Send(size, i + 1), Drop::kNone);
    bytes += size;
  }
  pipe.ground.loop.Run();
  EXPECT_EQ(pipe.far.bytes, bytes);
  const auto expected = static_cast<unsigned __int128>(bytes) * 8'000'000'000 / 100'000'003;
  EXPECT_EQ(pipe.far.times.back(), AtNanos(250'000 + static_cast<int64_t>(expected)));
  pipe.ExpectConservation();
}

TEST(Link, APacketTakesItsTimeOnTheWireAndTheDelay) {
  LinkOptions options;
  options.transmitter.rate_bps = 8'000'000'000;
  options.delay = microseconds(1);
  Pipe pipe(options);
  pipe.Send(100, 1);
  pipe.Send(1500, 2);
  pipe.Send(40, 3);
  EXPECT_EQ(pipe.ground.loop.pending(), 1u) << "one event, however many are in flight";
  pipe.ground.loop.Run();
  EXPECT_EQ(pipe.far.times, (std::vector<sim::Time>{AtNanos(1100), AtNanos(2600), AtNanos(2640)}));
}

TEST(Link, AFullQueueSaysSoAndThePacketStaysWithTheCaller) {
  LinkOptions options;
  options.transmitter = {.rate_bps = 1'000'000, .queue_packets = 2};
  Pipe pipe(options);
  EXPECT_EQ(pipe.Send(100, 1), Drop::kNone);
  EXPECT_EQ(pipe.Send(200, 2), Drop::kNone);
  Packet third = pipe.Make(300, 3);
  EXPECT_EQ(pipe.link.transmit(0)->Send(&third), Drop::kQueueFull);
  EXPECT_TRUE(third.buffer);
  EXPECT_TRUE(pipe.ground.sink.deaths.empty()) << "the caller reports";
  pipe.ExpectConservation();
  third.buffer.Reset();
  pipe.ground.loop.Run();
  EXPECT_EQ(pipe.far.tags, (std::vector<uint64_t>{1, 2}));
}

TEST(Link, DirectionsDoNotDisturbEachOther) {
  LinkOptions options;
  options.transmitter = {.rate_bps = 1'000'000, .queue_packets = 1};
  Pipe pipe(options);
  Catcher near(&pipe.ground.loop);
  pipe.link.Attach(0, &near);
  EXPECT_EQ(pipe.Send(1000, 1), Drop::kNone);
  Packet back = pipe.Make(100, 2);
  EXPECT_EQ(pipe.link.transmit(1)->Send(&back), Drop::kNone);
  pipe.ground.loop.Run();
  EXPECT_EQ(near.tags, (std::vector<uint64_t>{2}));
  EXPECT_LT(near.times[0], pipe.far.times[0]);
}

TEST(Link, JitterNeverChangesTheOrder) {
  LinkOptions options;
  options.transmitter.rate_bps = 10'000'000'000;
  options.delay = microseconds(5);
  options.jitter = microseconds(100);
  options.transmitter.queue_packets = 10'000;
  Pipe pipe(options);
  for (uint64_t i = 1; i <= 5000; ++i) pipe.Send(28 + i % 700, i);
  pipe.ground.loop.Run();
  EXPECT_TRUE(std::is_sorted(pipe.far.tags.begin(), pipe.far.tags.end()));
  EXPECT_EQ(pipe.far.tags.size(), 5000u);
  pipe.ExpectConservation();
}

TEST(Link, ReorderedPacketsAreOvertakenByExactlyThoseOfTheirDelay) {
  LinkOptions options;
  options.transmitter = {.rate_bps = 8'000'000'000, .queue_packets = 10'000};  // 100 B = 100 ns
  options.reorder_ppb = 100'000'000;
  options.reorder_delay = sim::Duration(350);
  Pipe pipe(options);
  for (uint64_t i = 1; i <= 2000; ++i) pipe.Send(100, i);
  pipe.ground.loop.Run();
  EXPECT_EQ(pipe.far.tags.size(), 2000u);
  const uint64_t reordered = pipe.counters().reordered;
  EXPECT_GT(reordered, 120u);
  EXPECT_LT(reordered, 290u);
  // A packet sent at t is at its place t or, late, 350 ns behind: it lies at most 3 places from
  // home.
  for (size_t i = 0; i < pipe.far.tags.size(); ++i) {
    EXPECT_LE(std::abs(static_cast<int64_t>(pipe.far.tags[i]) - static_cast<int64_t>(i + 1)), 4);
  }
  EXPECT_FALSE(std::is_sorted(pipe.far.tags.begin(), pipe.far.tags.end()));
  EXPECT_TRUE(std::is_sorted(pipe.far.times.begin(), pipe.far.times.end()));
}

TEST(Link, EveryPacketIsAccountedForUnderAllImpairmentsAtOnce) {
  LinkOptions options;
  options.transmitter = {.rate_bps = 50'000'000, .queue_packets = 40, .queue_bytes = 20'000};
  options.delay = microseconds(300);
  options.jitter = microseconds(40);
  options.reorder_delay = microseconds(200);
  options.loss_ppb = 50'000'000;
  options.corrupt_ppb = 30'000'000;
  options.duplicate_ppb = 40'000'000;
  options.reorder_ppb = 60'000'000;
  Pipe pipe(options);
  uint64_t refused = 0;
  sim::Rng rng = pipe.ground.rng.Fork("sizes");
  for (uint64_t i = 1; i <= 20'000; ++i) {
    pipe.ground.loop.RunUntil(pipe.ground.loop.now() + sim::Duration(rng.Uniform(220'000)));
    refused += pipe.Send(28 + static_cast<uint32_t>(rng.Uniform(1400)), i) != Drop::kNone;
    if (i % 1000 == 0) pipe.ExpectConservation();
  }
  const LinkCounters& c = pipe.counters();
  EXPECT_GT(c.queue_drops, 100u);
  EXPECT_GT(c.lost, 500u);
  EXPECT_GT(c.duplicated, 400u);
  EXPECT_GT(c.corrupted, 300u);
  pipe.ground.loop.Run();
  pipe.ExpectConservation();
  EXPECT_EQ(refused, c.queue_drops);
  EXPECT_EQ(pipe.ground.sink.Count(Drop::kLinkLoss), c.lost);
  EXPECT_EQ(pipe.ground.sink.copies.size(), c.duplicated);
  // Per tag: sent + copies = arrived + died.
  std::multiset<uint64_t> in(pipe.ground.sink.copies.begin(), pipe.ground.sink.copies.end());
  for (uint64_t i = 1; i <= 20'000; ++i) in.insert(i);
  std::multiset<uint64_t> out(pipe.far.tags.begin(), pipe.far.tags.end());
  for (const auto& death : pipe.ground.sink.deaths) out.insert(death.tag);
  EXPECT_EQ(in.size(), out.size() + refused);
  EXPECT_TRUE(std::includes(in.begin(), in.end(), out.begin(), out.end()));
}

TEST(Link, AFlippedBitIsFoundByRealChecksums) {
  LinkOptions options;
  options.corrupt_ppb = sim::Rng::kCertain;
  Pipe pipe(options);
  for (uint64_t i = 1; i <= 300; ++i) pipe.Send(60, i);
  pipe.ground.loop.Run();
  ASSERT_EQ(pipe.far.packets.size(), 300u);
  for (const Packet& packet : pipe.far.packets) {
    EXPECT_EQ(packet.checksum, ChecksumState::kUnverified);
    IpHeader ip;
    const bool good = ParseIp(packet.buffer.bytes(), &ip) &&
                      Ipv4ChecksumOk(packet.buffer.bytes()) &&
                      TransportChecksumOk(packet.buffer.bytes(), ip);
    EXPECT_FALSE(good);
  }
}

TEST(Link, PullingTheCableLosesWhatIsInFlightAndTellsBothEnds) {
  LinkOptions options;
  options.transmitter.rate_bps = 1'000'000;
  options.delay = microseconds(10);
  Pipe pipe(options);
  for (uint64_t i = 1; i <= 5; ++i) pipe.Send(100 * i, i);
  pipe.ground.loop.RunUntil(AtNanos(900'000));  // the first has arrived (810 us)
  pipe.link.SetUp(false);
  EXPECT_FALSE(pipe.far.carrier);
  EXPECT_EQ(pipe.ground.sink.Count(Drop::kLinkDown), 4u);
  EXPECT_EQ(pipe.Send(100, 6), Drop::kLinkDown);
  pipe.link.SetUp(true);
  EXPECT_EQ(pipe.Send(100, 7), Drop::kNone);
  pipe.ground.loop.Run();
  EXPECT_EQ(pipe.far.tags, (std::vector<uint64_t>{1, 7}));
  EXPECT_EQ(pipe.far.times.back(), AtNanos(900'000 + 800'000 + 10'000));
  pipe.ExpectConservation();
}

TEST(Link, SwitchingOnOneImpairmentDoesNotChangeWhomAnotherHits) {
  std::vector<std::vector<uint64_t>> lost;
  for (const uint64_t duplicate_ppb : {uint64_t{0}, uint64_t{200'000'000}}) {
    LinkOptions options;
    options.loss_ppb = 100'000'000;
    options.duplicate_ppb = duplicate_ppb;
    Pipe pipe(options);
    for (uint64_t i = 1; i <= 1000; ++i) pipe.Send(100, i);
    pipe.ground.loop.Run();
    lost.emplace_back();
    for (const auto& death : pipe.ground.sink.deaths) lost.back().push_back(death.tag);
  }
  EXPECT_EQ(lost[0], lost[1]);
  EXPECT_GT(lost[0].size(), 60u);
}

}  // namespace
}  // namespace net
