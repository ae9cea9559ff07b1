// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/netns.h"

#include <tuple>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/net/socket.h"
#include "sim/net/test_network.h"

namespace net {
namespace {

using wg::Errno;

// pod -- veth -- a (forwards) -- link -- b. The pod is 10.0.0.2, a's end of the veth 10.0.0.1.
struct Routed : TwoHosts {
  explicit Routed(const LinkOptions& options = {}, const NicOptions& nic = {})
      : TwoHosts(options, {.machine = {.cores = 1}, .netns = {.forwarding = true}}, nic),
        pod(a.AddNetns("pod")) {
    std::tie(outside, inside) = a.AddVethPair(a.root(), "veth0", pod, "eth0");
    CHECK(outside->SetUp(true) == Errno::kOk);
    CHECK(inside->SetUp(true) == Errno::kOk);
    a.root()->fib().AddAddress(outside, Net("10.0.0.1/24"));
    pod->fib().AddAddress(inside, Net("10.0.0.2/24"));
    pod->fib().AddRoute({.prefix = Net("0.0.0.0/0"), .out = inside, .gateway = Ip("10.0.0.1")});
    b.root()->fib().AddRoute(
        {.prefix = Net("10.0.0.0/24"), .out = eth_b, .gateway = Ip("192.0.2.1")});
  }
  void ExpectConservation(Netns* netns) {
    const NetnsCounters& c = netns->counters();
    EXPECT_EQ(c.received - c.fragments + c.reassembled, c.delivered + c.forwarded + c.dropped);
  }
  Netns* const pod;
  Veth* outside;
  Veth* inside;
};

struct RoutedSockets : Routed {
  explicit RoutedSockets(const SocketOptions& options = {}, const NicOptions& nic = {})
      : Routed({}, nic),
        client(pod, wg::Family::kIpv4, "client", options, &client_reader),
        server(b.root(), wg::Family::kIpv4, "server", {}, &reader) {
    CHECK(server.Bind(wg::IpAddress(), 7) == Errno::kOk);
  }
  Errno Send(absl::string_view to, size_t size, uint64_t tag) {
    return client.SendTo(To(to, 7), ground.Payload(size, tag), 0);
  }
  Reader client_reader, reader;
  Socket client, server;
};

TEST(Netns, ForwardsBetweenItsInterfacesAndLowersTheTtl) {
  RoutedSockets net;
  ASSERT_EQ(net.Send("192.0.2.2", 100, 1), Errno::kOk);
  net.ground.loop.Run();
  EXPECT_EQ(net.reader.tags, (std::vector<uint64_t>{1}));
  EXPECT_EQ(net.reader.last_from.address, Ip("10.0.0.2"));
  EXPECT_EQ(net.a.root()->counters().forwarded, 1u);
  // And back.
  ASSERT_EQ(net.server.SendTo(net.reader.last_from, net.ground.Payload(50, 2), 0), Errno::kOk);
  net.ground.loop.Run();
  EXPECT_EQ(net.client_reader.tags, (std::vector<uint64_t>{2}));
  net.ExpectConservation(net.a.root());
}

TEST(Netns, WithoutForwardingOthersPacketsDie) {
  RoutedSockets net;
  net.a.root()->set_forwarding(false);
  ASSERT_EQ(net.Send("192.0.2.2", 100, 1), Errno::kOk);
  net.ground.loop.Run();
  EXPECT_EQ(net.ground.sink.Count(Drop::kNotForwarding), 1u);
  net.ExpectConservation(net.a.root());
}

TEST(Netns, TtlOneIsAnsweredWithTimeExceeded) {
  RoutedSockets net({.recverr = true, .ttl = 1});
  ASSERT_EQ(net.Send("192.0.2.2", 100, 1), Errno::kOk);
  net.ground.loop.Run();
  EXPECT_EQ(net.ground.sink.Count(Drop::kTtlExpired), 1u);
  EXPECT_EQ(net.Send("192.0.2.2", 100, 2), Errno::kHostUnreach);
}

TEST(Netns, NoRouteOnTheWayIsAnsweredWithNetUnreachable) {
  RoutedSockets net({.recverr = true});
  ASSERT_EQ(net.Send("203.0.113.1", 100, 1), Errno::kOk) << "the pod has a default route";
  net.ground.loop.Run();
  EXPECT_EQ(net.ground.sink.Count(Drop::kNoRoute), 1u);
  EXPECT_EQ(net.Send("192.0.2.2", 100, 2), Errno::kNetUnreach)
      << "reported by whatever call is next";
  EXPECT_EQ(net.Send("192.0.2.2", 100, 3), Errno::kOk);
}

TEST(Netns, BlackholesAreSilentAndUnreachableRoutesAreNot) {
  RoutedSockets net({.recverr = true});
  net.a.root()->fib().AddRoute({.prefix = Net("10.1.0.0/16"), .type = RouteType::kBlackhole});
  net.a.root()->fib().AddRoute({.prefix = Net("10.2.0.0/16"), .type = RouteType::kUnreachable});
  ASSERT_EQ(net.Send("10.1.0.1", 1, 1), Errno::kOk);
  net.ground.loop.Run();
  EXPECT_EQ(net.client.pending_error(), Errno::kOk);
  ASSERT_EQ(net.Send("10.2.0.1", 1, 1), Errno::kOk);
  net.ground.loop.Run();
  EXPECT_EQ(net.client.pending_error(), Errno::kHostUnreach);
}

TEST(Netns, ASmallerMtuAheadIsLearnedAndThenRespected) {
  RoutedSockets net({}, {.mtu = 1000});
  ASSERT_EQ(net.Send("192.0.2.2", 1400, 1), Errno::kOk) << "fits the pod's own MTU, so DF is set";
  net.ground.loop.Run();
  EXPECT_EQ(net.ground.sink.Count(Drop::kTooBig), 1u);
  EXPECT_TRUE(net.reader.tags.empty());
  ASSERT_EQ(net.Send("192.0.2.2", 1400, 2), Errno::kOk);
  net.ground.loop.Run();
  EXPECT_EQ(net.reader.tags, (std::vector<uint64_t>{2})) << "now cut up by its source";
  EXPECT_TRUE(net.reader.intact);
  EXPECT_EQ(net.pod->fib().Lookup(RouteQuery{.destination = Ip("192.0.2.2")}).mtu, 1000u);
}

TEST(Netns, WithoutDfTheRouterCutsAndTheReceiverJoins) {
  RoutedSockets net({.path_mtu_discovery = PathMtuDiscovery::kDont}, {.mtu = 577});
  for (size_t size : {1u, 549u, 550u, 1472u, 3000u, 20'000u}) {
    ASSERT_EQ(net.Send("192.0.2.2", size, size), Errno::kOk);
    net.ground.loop.Run();
    ASSERT_EQ(net.reader.tags.back(), size);
    ASSERT_EQ(net.reader.sizes.back(), size);
  }
  EXPECT_TRUE(net.reader.intact);
  EXPECT_EQ(net.b.root()->waiting_for_fragments(), 0u);
  net.ExpectConservation(net.b.root());
  EXPECT_EQ(net.ground.pool.live(), 0);
}

TEST(Netns, EachDatagramInFragmentsOverALossyLinkArrivesOrAPieceOfItIsSeenToDie) {
  LinkOptions lossy;
  lossy.loss_ppb = 150'000'000;
  lossy.reorder_ppb = 100'000'000;
  lossy.reorder_delay = std::chrono::microseconds(50);
  lossy.duplicate_ppb = 50'000'000;
  lossy.transmitter = {.rate_bps = 1'000'000'000, .queue_packets = 10'000};
  for (const char* to : {"192.0.2.2", "2001:db8::2"}) {
    TwoHosts net(lossy);
    Reader reader;
    Socket server(net.b.root(), Ip(to).family(), "server", {}, &reader);
    ASSERT_EQ(server.Bind(wg::IpAddress(), 7), Errno::kOk);
    Socket client(net.a.root(), Ip(to).family(), "client", {}, nullptr);
    constexpr uint64_t kDatagrams = 400;
    for (uint64_t i = 1; i <= kDatagrams; ++i) {
      ASSERT_EQ(client.SendTo(To(to, 7), net.ground.Payload(1000 + 37 * (i % 200), i), 0),
                Errno::kOk);
      net.ground.loop.RunUntil(net.ground.loop.now() + std::chrono::milliseconds(1));
    }
    net.ground.loop.Run();
    EXPECT_TRUE(reader.intact);
    EXPECT_EQ(net.b.root()->waiting_for_fragments(), 0u);
    std::vector<int> arrived(kDatagrams + 1, 0), died(kDatagrams + 1, 0), copies(kDatagrams + 1, 0);
    for (uint64_t tag : reader.tags) ++arrived[tag];
    for (const auto& death : net.ground.sink.deaths) ++died[death.tag];
    for (uint64_t tag : net.ground.sink.copies) ++copies[tag];
    for (uint64_t i = 1; i <= kDatagrams; ++i) {
      if (copies[i] == 0) {
        EXPECT_EQ(arrived[i], died[i] == 0 ? 1 : 0) << i;
      } else {
        EXPECT_GE(arrived[i] + died[i], 1) << i;
      }
    }
    EXPECT_GT(net.ground.sink.Count(Drop::kFragmentTimeout), 50u);
    EXPECT_GT(reader.tags.size(), 50u);
    EXPECT_EQ(net.ground.pool.live(), 0);
  }
}

class Pinger : public EchoListener {
 public:
  void OnEchoReply(Packet&& packet, const IpHeader& ip, uint16_t sequence) override {
    replies.push_back(sequence);
    sizes.push_back(packet.size());
    from = ip.source;
  }
  void OnEchoError(const IcmpReport& report, uint16_t sequence) override {
    errors.push_back(sequence);
    from = report.from;
    error = report.error;
  }
  std::vector<uint16_t> replies, errors;
  std::vector<uint32_t> sizes;
  wg::IpAddress from;
  Errno error = Errno::kOk;
};

TEST(Netns, PingsAreAnsweredInBothFamiliesAndInFragments) {
  TwoHosts net;
  for (const char* to : {"192.0.2.2", "2001:db8::2"}) {
    Pinger pinger;
    ASSERT_TRUE(net.a.root()->icmp().Listen(77, &pinger));
    EXPECT_FALSE(net.a.root()->icmp().Listen(77, &pinger));
    uint16_t sequence = 0;
    for (size_t size : {0u, 56u, 1400u, 5000u}) {
      ASSERT_EQ(net.a.root()->icmp().SendEcho(Ip(to), 77, ++sequence, net.ground.Payload(size), 0),
                Errno::kOk);
      net.ground.loop.Run();
    }
    EXPECT_EQ(pinger.replies, (std::vector<uint16_t>{1, 2, 3, 4}));
    EXPECT_EQ(pinger.from, Ip(to));
    net.a.root()->icmp().Listen(77, nullptr);
  }
}

TEST(Netns, APingThatCannotGoOnIsToldByTheRouterItself) {
  RoutedSockets net;
  Pinger pinger;
  net.a.root()->fib().AddRoute({.prefix = Net("10.2.0.0/16"), .type = RouteType::kUnreachable});
  ASSERT_TRUE(net.pod->icmp().Listen(1, &pinger));
  ASSERT_EQ(net.pod->icmp().SendEcho(Ip("10.2.0.1"), 1, 9, net.ground.Payload(56), 0), Errno::kOk);
  net.ground.loop.Run();
  EXPECT_EQ(pinger.errors, (std::vector<uint16_t>{9}));
  EXPECT_EQ(pinger.from, Ip("10.0.0.1"));
  EXPECT_EQ(pinger.error, Errno::kHostUnreach);
}

TEST(Netns, ErrorsToAnotherHostAreLimitedPerDestination) {
  RoutedSockets net;
  for (uint64_t i = 1; i <= 30; ++i) {
    ASSERT_EQ(net.client.SendTo(To("192.0.2.2", 9), net.ground.Payload(1, i), 0), Errno::kOk);
  }
  net.ground.loop.Run();
  EXPECT_EQ(net.client.counters().icmp_errors, 6u);
  EXPECT_EQ(net.b.root()->icmp().counters().errors_limited, 24u);
  EXPECT_EQ(net.ground.sink.Count(Drop::kNoPort), 30u);
}

TEST(Netns, ErrorsOnLoopbackAreNotLimited) {
  TwoHosts net;
  Socket client(net.a.root(), wg::Family::kIpv4, "c", {}, nullptr);
  for (uint64_t i = 1; i <= 200; ++i) {
    ASSERT_EQ(client.SendTo(To("127.0.0.1", 9), net.ground.Payload(1, i), 0), Errno::kOk);
    net.ground.loop.Run();
  }
  EXPECT_EQ(client.counters().icmp_errors, 200u);
}

TEST(Netns, ABacklogThatIsFullDropsOnLoopbackInSilenceAndOnVethWithAnError) {
  RoutedSockets net({.recverr = true, .send_buffer = 1u << 30});
  net.ground.prices.backlog_receive.fixed_ps = 1000;
  int refused = 0;
  for (uint64_t i = 1; i <= 1100; ++i)
    refused += net.Send("192.0.2.2", 1 + i % 50, i) == Errno::kNoBufs;
  EXPECT_EQ(refused, 100);
  for (uint64_t i = 1; i <= 10; ++i) EXPECT_EQ(net.Send("127.0.0.1", i, i), Errno::kOk);
  EXPECT_EQ(net.ground.sink.Count(Drop::kBacklogFull), 10u);
}

TEST(Netns, ADeletedVethTakesItsPeerAndEverythingAboutItAlong) {
  RoutedSockets net;
  ASSERT_EQ(net.Send("192.0.2.2", 100, 1), Errno::kOk);
  net.a.DeleteInterface(net.inside);
  net.ground.loop.Run();
  EXPECT_EQ(net.ground.sink.Count(Drop::kInterfaceDown), 1u) << "it was in the backlog";
  EXPECT_EQ(net.Send("192.0.2.2", 100, 2), Errno::kNetUnreach);
  EXPECT_EQ(net.a.root()->FindInterface("veth0"), nullptr);
  EXPECT_FALSE(net.a.root()->fib().IsLocal(Ip("10.0.0.1")));
}

TEST(Netns, TheSameRunHasTheSameTraceAndAnotherSeedAnother) {
  uint64_t hashes[3];
  for (int run = 0; run < 3; ++run) {
    LinkOptions lossy;
    lossy.loss_ppb = 100'000'000;
    Routed net;
    net.ground.rng = sim::Rng(run == 2 ? 2 : 1);
    Link other(&net.ground.fabric, "other", lossy, lossy, net.ground.rng);
    Socket s(net.pod, wg::Family::kIpv4, "s", {}, nullptr);
    for (uint64_t i = 1; i <= 100; ++i) {
      ASSERT_EQ(s.SendTo(To("192.0.2.2", 7), net.ground.Payload(i, i), 0), Errno::kOk);
      Packet packet;
      packet.buffer = net.ground.Payload(i, i);
      ASSERT_EQ(other.transmit(0)->Send(&packet), Drop::kNone);
    }
    net.ground.loop.Run();
    hashes[run] = net.ground.trace.hash();
  }
  EXPECT_EQ(hashes[0], hashes[1]);
  EXPECT_NE(hashes[0], hashes[2]);
}

}  // namespace
}  // namespace net
