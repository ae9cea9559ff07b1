// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/nat.h"

#include <chrono>
#include <tuple>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/net/flow_tuple.h"
#include "sim/net/headers.h"
#include "sim/net/packet_filter.h"
#include "sim/net/socket.h"
#include "sim/net/test_network.h"
#include "sim/net/tunnel_interface.h"
#include "sim/rng.h"

namespace net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using wg::Errno;

// pod 10.0.0.2 and .3 -- veth -- a, which translates -- link -- b, which knows no 10.0.0.0/24.
struct Translated : TwoHosts {
  explicit Translated(const NatOptions& options = {})
      : TwoHosts({}, {.machine = {.cores = 1}, .netns = {.forwarding = true}}),
        pod(a.AddNetns("pod")),
        client(pod, wg::Family::kIpv4, "client", {.recverr = true}, &client_reader),
        server(b.root(), wg::Family::kIpv4, "server", {}, &reader),
        other(b.root(), wg::Family::kIpv4, "other", {}, &other_reader) {
    std::tie(outside, inside) = a.AddVethPair(a.root(), "veth0", pod, "eth0");
    CHECK(outside->SetUp(true) == Errno::kOk);
    CHECK(inside->SetUp(true) == Errno::kOk);
    a.root()->fib().AddAddress(outside, Net("10.0.0.1/24"));
    pod->fib().AddAddress(inside, Net("10.0.0.2/24"));
    pod->fib().AddAddress(inside, Net("10.0.0.3/24"));
    pod->fib().AddRoute({.prefix = Net("0.0.0.0/0"), .out = inside, .gateway = Ip("10.0.0.1")});
    nat = a.root()->AddNat(options, ground.rng.Fork("nat"));
    nat->AddSourceNat(
        {.inside = Net("10.0.0.0/24"), .out = eth_a, .address = Ip("192.0.2.1")});
    CHECK(client.Bind(Ip("10.0.0.2"), 5000) == Errno::kOk);
    CHECK(server.Bind(wg::IpAddress(), 7) == Errno::kOk);
    CHECK(other.Bind(wg::IpAddress(), 8) == Errno::kOk);
  }
  void Run(sim::Duration time = milliseconds(1)) {
    ground.loop.RunUntil(ground.loop.now() + time);
  }
  void Send(uint16_t port = 7) {
    EXPECT_EQ(client.SendTo(To("192.0.2.2", port), ground.Payload(100, ++tag), 0), Errno::kOk);
    Run();
  }
  // Sends to where the last one came from; whether the client gets it.
  bool Answer() { return AnswerWith(&server); }
  bool AnswerWith(Socket* socket) {
    const size_t before = client_reader.tags.size();
    EXPECT_EQ(socket->SendTo(reader.last_from, ground.Payload(100, ++tag), 0), Errno::kOk);
    Run();
    return client_reader.tags.size() > before;
  }

  Netns* const pod;
  Veth* outside;
  Veth* inside;
  Nat* nat;
  Reader client_reader, reader, other_reader;
  Socket client, server, other;
  uint64_t tag = 0;
};

TEST(Nat, GivesWhatLeavesItsAddressAndTakesBackTheAnswer) {
  Translated net;
  net.Send();
  ASSERT_EQ(net.reader.tags.size(), 1u);
  EXPECT_EQ(net.reader.last_from, To("192.0.2.1", 5000)) << "the port is free and kept";
  EXPECT_TRUE(net.Answer());
  EXPECT_EQ(net.client_reader.last_from, To("192.0.2.2", 7));
  EXPECT_TRUE(net.reader.intact && net.client_reader.intact);
  EXPECT_EQ(net.nat->flows(), 1u);
  EXPECT_EQ(net.nat->counters().translated, 2u);
  EXPECT_EQ(net.ground.sink.deaths.size(), 0u);
}

TEST(Nat, ForgetsAnUnansweredFlowAfterThirtySeconds) {
  for (const bool late : {false, true}) {
    Translated net;
    net.Send();
    net.Run(late ? milliseconds(30'000) : milliseconds(29'990));
    EXPECT_EQ(net.Answer(), !late);
    EXPECT_EQ(net.ground.sink.Count(Drop::kNoPort), late ? 1u : 0u);
  }
}

TEST(Nat, KeepsAStreamForTwoMinutes) {
  for (const bool stream : {false, true}) {
    Translated net;
    net.Send();
    EXPECT_TRUE(net.Answer());
    // Two directions do not make a stream before it is 2 s old.
    net.Run(stream ? milliseconds(2'100) : milliseconds(1'000));
    net.Send();
    net.Run(seconds(31));
    EXPECT_EQ(net.Answer(), stream);
    if (!stream) continue;
    net.Run(seconds(119));
    EXPECT_TRUE(net.Answer());
    net.Run(seconds(121));
    EXPECT_FALSE(net.Answer());
  }
}

TEST(Nat, TellsSourcesWithTheSamePortApart) {
  Translated net;
  Reader second_reader;
  Socket second(net.pod, wg::Family::kIpv4, "second", {}, &second_reader);
  ASSERT_EQ(second.Bind(Ip("10.0.0.3"), 5000), Errno::kOk);
  net.Send();
  ASSERT_EQ(second.SendTo(To("192.0.2.2", 7), net.ground.Payload(100, 50), 0), Errno::kOk);
  net.Run();
  ASSERT_EQ(net.reader.tags.size(), 2u);
  EXPECT_EQ(net.reader.last_from.address, Ip("192.0.2.1"));
  EXPECT_NE(net.reader.last_from.port, 5000);
  EXPECT_GE(net.reader.last_from.port, 1024);
  EXPECT_EQ(net.nat->counters().changed_port, 1u);
  EXPECT_FALSE(net.Answer());
  EXPECT_EQ(second_reader.tags.size(), 1u);
}

TEST(Nat, GivesASourceOnePortForAllDestinationsUnlessToldOtherwise) {
  for (const bool per_destination : {false, true}) {
    Translated net({.port_per_destination = per_destination});
    net.Send(7);
    net.Send(8);
    EXPECT_EQ(net.nat->flows(), 2u);
    EXPECT_EQ(net.reader.last_from == net.other_reader.last_from, !per_destination);
  }
}

TEST(Nat, LetsInOnlyWhoWasSentToUnlessToldOtherwise) {
  for (const bool open : {false, true}) {
    Translated net({.open_to_all = open});
    net.Send();
    EXPECT_EQ(net.AnswerWith(&net.other), open);
    EXPECT_TRUE(net.Answer());
  }
}

TEST(Nat, ForwardsAPort) {
  Translated net;
  net.nat->AddForward({.at = To("192.0.2.1", 9000), .to = To("10.0.0.2", 5000)});
  ASSERT_EQ(net.server.SendTo(To("192.0.2.1", 9000), net.ground.Payload(10, 1), 0), Errno::kOk);
  net.Run();
  ASSERT_EQ(net.client_reader.tags.size(), 1u);
  EXPECT_EQ(net.client_reader.last_from, To("192.0.2.2", 7));
  net.Send();
  EXPECT_EQ(net.reader.last_from, To("192.0.2.1", 9000)) << "its answer is of the same flow";
  EXPECT_EQ(net.nat->flows(), 1u);
}

TEST(Nat, TranslatesErrorsAboutItsFlows) {
  Translated net;
  ASSERT_EQ(net.client.SendTo(To("192.0.2.2", 99), net.ground.Payload(100, 1), 0), Errno::kOk);
  net.Run();
  EXPECT_EQ(net.client.Send(net.ground.Payload(1, 2), 0), Errno::kDestAddrReq);
  EXPECT_EQ(net.client.pending_error(), Errno::kConnRefused);
}

struct Echoes : EchoListener {
  void OnEchoReply(Packet&& /*packet*/, const IpHeader& /*ip*/, uint16_t sequence) override {
    replies.push_back(sequence);
  }
  void OnEchoError(const IcmpReport& report, uint16_t /*sequence*/) override {
    errors_from.push_back(report.from);
  }
  std::vector<uint16_t> replies;
  std::vector<wg::IpAddress> errors_from;
};

TEST(Nat, TranslatesEchoesByTheirIdentifier) {
  Translated net;
  Echoes first, second;
  ASSERT_TRUE(net.pod->icmp().Listen(77, &first));
  ASSERT_TRUE(net.pod->icmp().Listen(78, &second));
  for (uint16_t id : {77, 78}) {
    EXPECT_EQ(net.pod->icmp().SendEcho(Ip("192.0.2.2"), id, id, net.ground.Payload(56), 0),
              Errno::kOk);
  }
  net.Run();
  EXPECT_EQ(first.replies, (std::vector<uint16_t>{77}));
  EXPECT_EQ(second.replies, (std::vector<uint16_t>{78}));
  // The same identifier from another address becomes another one.
  EXPECT_EQ(net.pod->icmp().SendEcho(Ip("192.0.2.2"), 77, 79, net.ground.Payload(56), 0,
                                     Ip("10.0.0.3")),
            Errno::kOk);
  net.Run();
  EXPECT_EQ(first.replies, (std::vector<uint16_t>{77, 79}));
  EXPECT_EQ(net.nat->counters().changed_port, 1u);
}

class Refusing : public TunnelDevice {
 public:
  Errno Transmit(Packet* packet, uint32_t /*mtu*/) override {
    IpHeader ip;
    CHECK(ParseIp(packet->buffer.bytes(), &ip));
    sources.push_back(ip.source);
    return Errno::kNoKey;
  }
  Errno Open() override { return Errno::kOk; }
  void Stop() override {}
  std::vector<wg::IpAddress> sources;
};

// netns.sh: "ping: From 10.0.0.100 icmp_seq=1 Destination Host Unreachable".
TEST(Nat, TellsTheSourceAsItWasThatATunnelRefuses) {
  Translated net;
  Refusing device;
  TunnelInterface* wg0 = net.a.AddTunnel(net.a.root(), "wg0", 1420, &device);
  ASSERT_EQ(wg0->SetUp(true), Errno::kOk);
  net.a.root()->fib().AddAddress(wg0, Net("192.168.241.2/24"));
  net.nat->AddSourceNat(
      {.inside = Net("10.0.0.0/24"), .out = wg0, .address = Ip("192.168.241.2")});
  Echoes echoes;
  ASSERT_TRUE(net.pod->icmp().Listen(77, &echoes));
  EXPECT_EQ(net.pod->icmp().SendEcho(Ip("192.168.241.1"), 77, 1, net.ground.Payload(56), 0),
            Errno::kOk);
  net.Run();
  EXPECT_EQ(device.sources, (std::vector<wg::IpAddress>{Ip("192.168.241.2")}));
  EXPECT_EQ(echoes.errors_from, (std::vector<wg::IpAddress>{Ip("10.0.0.1")}));
}

TEST(Nat, PutsFragmentsTogetherAndCutsThemUpAgain) {
  Translated net;
  ASSERT_EQ(net.client.SendTo(To("192.0.2.2", 7), net.ground.Payload(4000, 1), 0), Errno::kOk);
  net.Run();
  ASSERT_EQ(net.reader.sizes, (std::vector<size_t>{4000}));
  EXPECT_EQ(net.reader.last_from, To("192.0.2.1", 5000));
  EXPECT_TRUE(net.reader.intact);
  EXPECT_EQ(net.a.root()->counters().fragments, 3u);
  EXPECT_EQ(net.b.root()->counters().fragments, 3u);
}

TEST(Nat, LosesItsFlowsAndMayGiveOtherPortsThen) {
  for (const bool other_ports : {false, true}) {
    Translated net;
    net.Send();
    net.nat->Forget(other_ports);
    EXPECT_FALSE(net.Answer());
    net.Send();
    EXPECT_EQ(net.reader.last_from.port == 5000, !other_ports);
    EXPECT_TRUE(net.Answer());
    EXPECT_EQ(net.nat->counters().forgotten, 1u);
  }
}

TEST(Nat, ChangesItsAddressForFlowsThatBeginThen) {
  Translated net;
  net.a.root()->fib().AddAddress(net.eth_a, Net("192.0.2.9/24"));
  net.Send();
  net.nat->SetAddress(Ip("192.0.2.9"));
  net.Send();
  EXPECT_EQ(net.reader.last_from, To("192.0.2.1", 5000));
  net.nat->Forget(/*other_ports=*/false);
  net.Send();
  EXPECT_EQ(net.reader.last_from, To("192.0.2.9", 5000));
  EXPECT_TRUE(net.Answer());
}

TEST(Nat, RefusesWhatHasNoRoom) {
  Translated net({.max_flows = 1});
  net.Send(7);
  const uint64_t dropped = net.a.root()->counters().dropped;
  net.Send(8);
  EXPECT_EQ(net.ground.sink.Count(Drop::kNatFull), 1u);
  EXPECT_EQ(net.a.root()->counters().dropped, dropped + 1);
  net.Run(seconds(31));
  net.Send(8);
  EXPECT_EQ(net.ground.sink.Count(Drop::kNatFull), 1u) << "what timed out makes room";
}

// Whoever the packet filter turns away knows, or not, as with netfilter.
TEST(Nat, StandsBehindTheFilterOfItsNamespace) {
  Translated net;
  net.a.root()->AddFilterRule({.hook = FilterHook::kForward,
                               .action = FilterAction::kDrop,
                               .destination = Net("192.0.2.2/32"),
                               .out = "eth0",
                               .destination_ports = {8, 8}});
  net.Send(8);
  EXPECT_EQ(net.ground.sink.Count(Drop::kFiltered), 1u);
  net.Send(7);
  EXPECT_EQ(net.reader.tags.size(), 1u);
  net.pod->AddFilterRule({.hook = FilterHook::kOutput, .least_bytes = 500});
  EXPECT_EQ(net.client.SendTo(To("192.0.2.2", 7), net.ground.Payload(472, 1), 0), Errno::kPerm);
  EXPECT_EQ(net.client.SendTo(To("192.0.2.2", 7), net.ground.Payload(471, 1), 0), Errno::kOk);
}

TEST(PacketFilter, MarksAndThenDecidesInOrder) {
  PacketFilter filter;
  filter.Add({.action = FilterAction::kMark, .set_mark = 5, .source = Net("10.0.0.0/8")});
  filter.Add({.action = FilterAction::kAccept, .source = Net("10.1.0.0/16")});
  filter.Add({.action = FilterAction::kDrop, .mark = 5});
  Ground ground;
  const auto accepts = [&](absl::string_view source) {
    Packet packet;
    packet.buffer = ground.Payload(10);
    IpHeader ip{.source = Ip(source), .destination = Ip("10.9.9.9"), .protocol = kProtocolUdp};
    PushIp(ip, &packet.buffer);
    CHECK(ParseIp(packet.buffer.bytes(), &ip));
    return filter.Accepts(FilterHook::kInput, ip, nullptr, &packet);
  };
  EXPECT_FALSE(accepts("10.2.0.1"));
  EXPECT_TRUE(accepts("10.1.0.1"));
  EXPECT_TRUE(accepts("192.0.2.1"));
}

TEST(PacketFilter, RoutesAgainWhatItMarksOnTheWayOut) {
  TwoHosts net;
  const auto [plain, far] = net.a.AddVethPair(net.a.root(), "veth0", net.a.AddNetns("x"), "eth0");
  ASSERT_EQ(plain->SetUp(true), Errno::kOk);
  ASSERT_EQ(far->SetUp(true), Errno::kOk);
  net.a.root()->fib().AddRoute({.prefix = Net("192.0.2.2/32"), .out = plain});
  net.a.root()->fib().AddRoute({.prefix = Net("192.0.2.2/32"), .out = net.eth_a}, 77);
  net.a.root()->fib().AddRule({.priority = 10, .table = 77, .mark = 1, .mask = ~uint32_t{0}});
  Reader reader;
  Socket server(net.b.root(), wg::Family::kIpv4, "server", {}, &reader);
  ASSERT_EQ(server.Bind(wg::IpAddress(), 7), Errno::kOk);
  Socket client(net.a.root(), wg::Family::kIpv4, "client", {}, nullptr);
  ASSERT_EQ(client.Bind(Ip("192.0.2.1"), 5000), Errno::kOk);
  ASSERT_EQ(client.SendTo(To("192.0.2.2", 7), net.ground.Payload(9, 1), 0), Errno::kOk);
  net.a.root()->AddFilterRule(
      {.hook = FilterHook::kOutput, .action = FilterAction::kMark, .set_mark = 1});
  ASSERT_EQ(client.SendTo(To("192.0.2.2", 7), net.ground.Payload(9, 2), 0), Errno::kOk);
  net.ground.loop.Run();
  EXPECT_EQ(reader.tags, (std::vector<uint64_t>{2}));
}

// A right checksum stays right, a wrong one wrong.
TEST(FlowTuple, RewritingKeepsChecksums) {
  Ground ground;
  sim::Rng rng(3);
  for (int i = 0; i < 2000; ++i) {
    const bool v4 = rng.Uniform(2) == 0, udp = rng.Uniform(2) == 0, right = rng.Uniform(4) != 0;
    const bool request = rng.Uniform(2) == 0;
    const auto address = [&] {
      return v4 ? wg::IpAddress::V4(static_cast<uint32_t>(rng.Next()))
                : wg::IpAddress::V6(rng.Next(), rng.Next());
    };
    const auto port = [&] { return static_cast<uint16_t>(rng.Uniform(65536)); };
    Packet packet;
    packet.buffer = ground.Payload(rng.Uniform(200), rng.Next());
    if (udp) {
      PushUdp(port(), port(), &packet.buffer);
    } else {
      const int type = v4 ? (request ? 8 : 0) : (request ? 128 : 129);
      PushIcmp({static_cast<uint8_t>(type), 0, static_cast<uint32_t>(rng.Next())}, &packet.buffer);
    }
    IpHeader ip{.source = address(),
                .destination = address(),
                .protocol = udp ? kProtocolUdp : v4 ? kProtocolIcmp : kProtocolIcmpV6};
    PushIp(ip, &packet.buffer);
    CompleteChecksum(&packet.buffer);
    packet.checksum = ChecksumState::kUnverified;
    if (!right) packet.buffer.data()[packet.size() - 1] ^= 1;
    const FlowSide side = rng.Uniform(2) == 0 ? FlowSide::kSource : FlowSide::kDestination;
    ASSERT_TRUE(ParseIp(packet.buffer.bytes(), &ip));
    FlowTuple before, after;
    ASSERT_EQ(ParseFlow(packet.buffer.bytes(), ip, &before), FlowKind::kFlow);
    const FlowEnd end{address(), port()};
    RewriteFlow(side, end, &packet);
    ASSERT_TRUE(ParseIp(packet.buffer.bytes(), &ip));
    ASSERT_EQ(ParseFlow(packet.buffer.bytes(), ip, &after), FlowKind::kFlow);
    FlowEnd& changed = side == FlowSide::kSource ? before.source : before.destination;
    changed.address = end.address;
    if (udp || request == (side == FlowSide::kSource)) changed.port = end.port;
    EXPECT_EQ(before, after);
    EXPECT_EQ(TransportChecksumOk(packet.buffer.bytes(), ip), right);
    EXPECT_TRUE(!v4 || Ipv4ChecksumOk(packet.buffer.bytes()));
  }
}

}  // namespace
}  // namespace net
