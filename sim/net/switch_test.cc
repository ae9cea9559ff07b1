// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/switch.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "sim/net/host.h"
#include "sim/net/socket.h"
#include "sim/net/test_network.h"

namespace net {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr uint16_t kPort = 4000;

// Hosts 192.0.2.1, .2, ... on one switch, in the groups given, each with a socket and a reader that
// notes when datagrams came.
struct Star {
  Star(const std::vector<int>& groups, int count, std::vector<SwitchPath> paths,
       const LinkOptions& up = {}, const LinkOptions& down = {})
      : fabric_switch(&ground.fabric, "s", count, std::move(paths), ground.rng) {
    for (size_t i = 0; i < groups.size(); ++i) {
      const std::string name = absl::StrCat("h", i);
      hosts.push_back(
          std::make_unique<Host>(&ground.fabric, name, HostOptions{}, &ground.prices));
      Host& host = *hosts.back();
      Nic* nic = host.AddNic(host.root(), "eth0", {});
      EXPECT_EQ(fabric_switch.AddPort(nic, host.root(), name, groups[i], up, down),
                static_cast<int>(i));
      EXPECT_EQ(nic->SetUp(true), wg::Errno::kOk);
      const std::string address = absl::StrCat("192.0.2.", i + 1);
      EXPECT_TRUE(host.root()->fib().AddAddress(nic, Net(absl::StrCat(address, "/24"))));
      fabric_switch.SetAddress(Ip(address), static_cast<int>(i));
      readers.push_back(std::make_unique<Reader>());
      sockets.push_back(std::make_unique<Socket>(host.root(), wg::Family::kIpv4, name,
                                                 SocketOptions{}, readers.back().get()));
      EXPECT_EQ(sockets.back()->Bind(wg::IpAddress(), kPort), wg::Errno::kOk);
    }
  }
  void Send(int from, absl::string_view to, uint64_t tag, size_t size = 100) {
    EXPECT_EQ(sockets[from]->SendTo(To(to, kPort), ground.Payload(size, tag), 0), wg::Errno::kOk);
  }

  Ground ground;
  std::vector<std::unique_ptr<Host>> hosts;
  std::vector<std::unique_ptr<Reader>> readers;
  std::vector<std::unique_ptr<Socket>> sockets;
  Switch fabric_switch;
};

TEST(Switch, APacketTakesBothCablesAndThePathOfItsGroups) {
  // 1 Gbit/s: a datagram of 972 bytes is a packet of 1000 and takes 8 us on each cable.
  const LinkOptions cable{.transmitter = {.rate_bps = 1'000'000'000}};
  Star star({0, 0, 1}, 2,
            {{.delay = microseconds(50)}, {.delay = milliseconds(40)}, {.delay = milliseconds(45)},
             {.delay = microseconds(60)}},
            cable, cable);
  const auto arrival = [&](int from, int to) {
    const sim::Time start = star.ground.loop.now();
    star.Send(from, absl::StrCat("192.0.2.", to + 1), 1, 972);
    star.ground.loop.Run();
    EXPECT_EQ(star.readers[to]->sizes, std::vector<size_t>{972});
    star.readers[to]->sizes.clear();
    return star.ground.loop.now() - start;
  };
  EXPECT_EQ(arrival(0, 1), microseconds(8 + 50 + 8));
  EXPECT_EQ(arrival(0, 2), microseconds(8 + 40'000 + 8));
  EXPECT_EQ(arrival(2, 0), microseconds(8 + 45'000 + 8)) << "the other way is another path";
}

TEST(Switch, SendersShareTheCableOfTheirDestinationAndItsQueue) {
  const LinkOptions up{.transmitter = {.rate_bps = 1'000'000'000}};
  LinkOptions down = up;
  down.transmitter.queue_packets = 3;
  Star star({0, 0, 0, 0, 0, 0}, 1, {{}}, up, down);
  for (int from = 1; from < 6; ++from) star.Send(from, "192.0.2.1", from, 972);
  star.ground.loop.Run();
  EXPECT_EQ(star.readers[0]->tags, (std::vector<uint64_t>{1, 2, 3}));
  EXPECT_EQ(star.ground.sink.Count(Drop::kQueueFull), 2u);
  EXPECT_EQ(star.fabric_switch.cable(0).transmit(1)->counters().queue_drops, 2u);
  EXPECT_EQ(star.ground.loop.now(), AtNanos(8'000 + 3 * 8'000));
}

TEST(Switch, PacketsOfAPortToAGroupKeepTheirOrderUnderJitter) {
  Star star({0, 0}, 1, {{.delay = milliseconds(1), .jitter = milliseconds(5)}});
  std::vector<uint64_t> sent;
  for (uint64_t i = 1; i <= 200; ++i) {
    star.Send(0, "192.0.2.2", i);
    sent.push_back(i);
    star.ground.loop.RunUntil(AtNanos(static_cast<int64_t>(i) * 100'000));
  }
  star.ground.loop.Run();
  EXPECT_EQ(star.readers[1]->tags, sent);
  EXPECT_GT(star.ground.loop.now(), AtNanos(21'000'000));
  EXPECT_EQ(star.ground.pool.live(), 0);
}

TEST(Switch, EveryPacketIsAccountedFor) {
  Star star({0, 0, 1}, 2,
            {{.loss_ppb = 300'000'000}, {.delay = milliseconds(1)}, {.delay = milliseconds(1)}, {}});
  for (uint64_t i = 1; i <= 100; ++i) star.Send(0, "192.0.2.2", i);
  star.Send(0, "192.0.2.3", 101);
  star.Send(0, "192.0.2.77", 102);
  star.ground.loop.RunUntil(AtNanos(500'000));
  const SwitchCounters& counters = star.fabric_switch.counters();
  EXPECT_EQ(counters.arrived, 102u);
  EXPECT_EQ(counters.unknown, 1u);
  EXPECT_EQ(star.fabric_switch.in_flight(), 1u);
  EXPECT_EQ(counters.forwarded, star.readers[1]->tags.size());
  EXPECT_GT(counters.lost, 10u);
  EXPECT_LT(counters.lost, 60u);
  EXPECT_EQ(counters.arrived,
            counters.forwarded + counters.lost + counters.unknown + star.fabric_switch.in_flight());
  star.ground.loop.Run();
  EXPECT_EQ(star.readers[2]->tags, (std::vector<uint64_t>{101}));
  EXPECT_EQ(star.ground.sink.Count(Drop::kNoRoute), 1u);
}

TEST(Switch, WhatIsAtNoPortGoesToTheNextHopOfTheSendersRoutes) {
  Star star({0, 0}, 1, {{}});
  star.hosts[1]->root()->fib().AddAddress(star.hosts[1]->root()->FindInterface("lo"),
                                          Net("10.9.9.9/32"));
  star.Send(0, "192.0.2.2", 1);
  ASSERT_TRUE(star.hosts[0]->root()->fib().AddRoute(
      {.prefix = Net("10.0.0.0/8"),
       .out = star.hosts[0]->root()->FindInterface("eth0"),
       .gateway = Ip("192.0.2.2")}));
  star.Send(0, "10.9.9.9", 2);
  star.ground.loop.Run();
  EXPECT_EQ(star.readers[1]->tags, (std::vector<uint64_t>{1, 2}));
}

TEST(Switch, ACableThatIsDownTakesItsHostAwayAndNobodyElse) {
  Star star({0, 0, 0}, 1, {{}});
  star.fabric_switch.cable(1).SetUp(false);
  star.Send(0, "192.0.2.2", 1);
  star.Send(0, "192.0.2.3", 2);
  star.ground.loop.Run();
  EXPECT_EQ(star.ground.sink.Count(Drop::kLinkDown), 1u);
  EXPECT_EQ(star.readers[2]->tags, (std::vector<uint64_t>{2}));
}

}  // namespace
}  // namespace net
