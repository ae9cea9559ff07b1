// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/tunnel_interface.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/net/socket.h"
#include "sim/net/test_network.h"
#include "sim/net/tunnel_socket.h"

namespace net {
namespace {

using wg::Errno;

// Gives the verdict it is told to; keeps what it takes.
class FakeTunnel : public TunnelDevice {
 public:
  Errno Transmit(Packet* packet, uint32_t mtu) override {
    ++lookups;
    last_mtu = mtu;
    if (verdict == Errno::kOk) taken.push_back(std::move(*packet));
    return verdict;
  }
  Errno Open() override { return open; }
  void Stop() override { ++stopped; }

  Errno verdict = Errno::kNoKey;
  Errno open = Errno::kOk;
  int lookups = 0;
  int stopped = 0;
  uint32_t last_mtu = 0;
  std::vector<Packet> taken;
};

// The matrix of errnos measured on a real kernel: a local sender and one behind a veth, through a
// tunnel device that finds no peer for the address.
class Matrix : public testing::Test {
 protected:
  Matrix() : net_({}, {.machine = {.cores = 1}, .netns = {.forwarding = true}}) {
    tunnel_ = net_.a.AddTunnel(net_.a.root(), "wg0", 1420, &device_);
    CHECK(tunnel_->SetUp(true) == Errno::kOk);
    net_.a.root()->fib().AddAddress(tunnel_, Net("10.7.0.1/16"));
    pod_ = net_.a.AddNetns("pod");
    auto [outside, inside] = net_.a.AddVethPair(net_.a.root(), "veth0", pod_, "eth0");
    outside->SetUp(true);
    inside->SetUp(true);
    net_.a.root()->fib().AddAddress(outside, Net("10.0.0.1/24"));
    pod_->fib().AddAddress(inside, Net("10.0.0.2/24"));
    pod_->fib().AddRoute({.prefix = Net("0.0.0.0/0"), .out = inside, .gateway = Ip("10.0.0.1")});
  }
  // `calls` sends, one after the other, each after the last one's consequences.
  std::vector<Errno> Send(Netns* from, bool recverr, bool connected, int calls) {
    Socket socket(from, wg::Family::kIpv4, "s", {.recverr = recverr}, nullptr);
    const wg::Endpoint to = To("10.7.5.5", 7);
    if (connected) CHECK(socket.Connect(to) == Errno::kOk);
    std::vector<Errno> result;
    for (int i = 1; i <= calls; ++i) {
      result.push_back(socket.SendTo(to, net_.ground.Payload(100, i), 0));
      net_.ground.loop.RunUntil(net_.ground.loop.now() + std::chrono::milliseconds(20));
    }
    return result;
  }

  TwoHosts net_;
  FakeTunnel device_;
  TunnelInterface* tunnel_;
  Netns* pod_;
};

using Errnos = std::vector<Errno>;

TEST_F(Matrix, LocalWithoutRecverrEverySendIsEnokeyConnectedOrNot) {
  const Errnos wanted(4, Errno::kNoKey);
  EXPECT_EQ(Send(net_.a.root(), false, false, 4), wanted);
  EXPECT_EQ(Send(net_.a.root(), false, true, 4), wanted);
  EXPECT_EQ(device_.lookups, 8);
  EXPECT_EQ(net_.a.root()->icmp().counters().errors_received, 8u) << "generated, but ignored";
  EXPECT_EQ(net_.ground.sink.Tagged(), 0u);
}

TEST_F(Matrix, LocalWithRecverrEnokeyAndThenEhostunreachWithoutALookup) {
  const Errnos wanted = {Errno::kNoKey, Errno::kHostUnreach, Errno::kNoKey, Errno::kHostUnreach};
  EXPECT_EQ(Send(net_.a.root(), true, false, 4), wanted);
  EXPECT_EQ(device_.lookups, 2) << "lookups = calls - n113";
}

TEST_F(Matrix, LocalBehindAQdiscNothingIsSaid) {
  tunnel_->set_qdisc(true);
  EXPECT_EQ(Send(net_.a.root(), false, false, 4), Errnos(4, Errno::kOk));
  EXPECT_EQ(net_.ground.sink.Count(Drop::kRefusedByDevice), 4u);
  EXPECT_EQ(net_.ground.sink.Tagged(), 4u);
}

TEST_F(Matrix, LocalBehindAQdiscWithRecverrOnlyEhostunreach) {
  tunnel_->set_qdisc(true);
  const Errnos wanted = {Errno::kOk, Errno::kHostUnreach, Errno::kOk, Errno::kHostUnreach};
  EXPECT_EQ(Send(net_.a.root(), true, false, 4), wanted);
  EXPECT_EQ(net_.ground.sink.Tagged(), 2u);
}

TEST_F(Matrix, ForwardedWithoutRecverrNothingIsSaid) {
  EXPECT_EQ(Send(pod_, false, false, 20), Errnos(20, Errno::kOk));
  EXPECT_EQ(net_.ground.sink.Count(Drop::kRefusedByDevice), 20u);
}

TEST_F(Matrix, ForwardedWithRecverrEhostunreachUntilTheDestinationsLimit) {
  const Errnos errors = Send(pod_, true, false, 40);
  EXPECT_EQ(std::count(errors.begin(), errors.end(), Errno::kHostUnreach), 6);
  EXPECT_EQ(std::count(errors.begin(), errors.end(), Errno::kNoKey), 0);
  EXPECT_EQ(net_.ground.sink.Count(Drop::kRefusedByDevice), 34u);
}

TEST_F(Matrix, NoEndpointIsEdestaddrreqWithIcmpAndAMalformedPacketGetsNone) {
  device_.verdict = Errno::kDestAddrReq;
  EXPECT_EQ(Send(net_.a.root(), false, false, 1), Errnos{Errno::kDestAddrReq});
  EXPECT_EQ(net_.a.root()->icmp().counters().errors_sent, 1u);
  device_.verdict = Errno::kProtoNoSupport;
  EXPECT_EQ(Send(net_.a.root(), false, false, 1), Errnos{Errno::kProtoNoSupport});
  EXPECT_EQ(net_.a.root()->icmp().counters().errors_sent, 1u);
}

TEST_F(Matrix, TheGlobalLimitHoldsForLocalSendersToo) {
  Socket socket(net_.a.root(), wg::Family::kIpv4, "s", {}, nullptr);
  for (int i = 0; i < 80; ++i) socket.SendTo(To("10.7.5.5", 7), net_.ground.Payload(1), 0);
  net_.ground.loop.Run();
  EXPECT_EQ(socket.counters().icmp_errors, 50u);
}

TEST_F(Matrix, WhatTheDeviceTakesKeepsChargingTheSocketAndHasAnUnresolvedChecksum) {
  device_.verdict = Errno::kOk;
  net_.a.root()->fib().AddRoute({.prefix = Net("10.7.9.0/24"), .out = tunnel_, .mtu = 1299});
  Socket socket(net_.a.root(), wg::Family::kIpv4, "s", {.send_buffer = 2304}, nullptr);
  ASSERT_EQ(socket.SendTo(To("10.7.9.9", 7), net_.ground.Payload(1024, 3), 0), Errno::kOk);
  EXPECT_EQ(device_.last_mtu, 1299u);
  ASSERT_EQ(device_.taken.size(), 1u);
  Packet& packet = device_.taken[0];
  EXPECT_EQ(packet.tag(), 3u);
  EXPECT_EQ(packet.checksum, ChecksumState::kPartial);
  packet.ResolveChecksum();
  IpHeader ip;
  ASSERT_TRUE(ParseIp(packet.buffer.bytes(), &ip));
  EXPECT_TRUE(TransportChecksumOk(packet.buffer.bytes(), ip));
  EXPECT_EQ(socket.SendTo(To("10.7.9.9", 7), net_.ground.Payload(1024, 4), 0), Errno::kAgain);
  packet.charge.Release();
  EXPECT_EQ(socket.SendTo(To("10.7.9.9", 7), net_.ground.Payload(1024, 5), 0), Errno::kOk);
}

TEST_F(Matrix, WhatTheDeviceDeliversReachesTheSocketBehindIt) {
  device_.verdict = Errno::kOk;
  Reader reader;
  Socket server(net_.a.root(), wg::Family::kIpv4, "server", {}, &reader);
  ASSERT_EQ(server.Bind(Ip("10.7.0.1"), 7), Errno::kOk);
  Packet packet;
  packet.buffer = net_.ground.Payload(33, 8);
  PushUdp(7, 7, &packet.buffer);
  IpHeader ip;
  ip.source = Ip("10.7.5.5");
  ip.destination = Ip("10.7.0.1");
  ip.protocol = kProtocolUdp;
  PushIp(ip, &packet.buffer);
  packet.checksum = ChecksumState::kVerified;
  tunnel_->Receive(std::move(packet));
  EXPECT_EQ(reader.tags, (std::vector<uint64_t>{8}));
}

TEST_F(Matrix, ADeviceThatCannotOpenStaysDown) {
  tunnel_->SetUp(false);
  EXPECT_EQ(device_.stopped, 1);
  device_.open = Errno::kAddrInUse;
  EXPECT_EQ(tunnel_->SetUp(true), Errno::kAddrInUse);
  EXPECT_FALSE(tunnel_->up());
  EXPECT_EQ(Send(net_.a.root(), false, false, 1), Errnos{Errno::kNetUnreach});
}

class TunnelEnd : public TunnelReceiver {
 public:
  void OnTunnelDatagram(TunnelDatagram&& datagram) override { got.push_back(std::move(datagram)); }
  std::vector<TunnelDatagram> got;
};

struct TunnelPair : TwoHosts {
  TunnelPair()
      : a4(a.root(), wg::Family::kIpv4, "a4", &end_a),
        b4(b.root(), wg::Family::kIpv4, "b4", &end_b) {
    CHECK(a4.Bind(51820) == Errno::kOk);
    CHECK(b4.Bind(51820) == Errno::kOk);
  }
  TunnelSend To(absl::string_view to, size_t size) {
    TunnelSend send;
    send.payload = ground.Payload(size, size);
    send.remote = net::To(to, 51820);
    return send;
  }
  TunnelEnd end_a, end_b;
  TunnelSocket a4, b4;
};

TEST(TunnelSocket, DatagramsCarrySourceDsAndInterface) {
  TunnelPair net;
  net.a.root()->fib().AddAddress(net.eth_a, Net("192.0.2.77/32"));
  TunnelSend send = net.To("192.0.2.2", 148);
  send.ds = 0x88;
  send.source = Ip("192.0.2.77");
  const TunnelSendResult result = net.a4.Send(std::move(send));
  EXPECT_EQ(result.error, Errno::kOk);
  EXPECT_EQ(result.source, Ip("192.0.2.77"));
  EXPECT_FALSE(result.source_forgotten);
  net.ground.loop.Run();
  ASSERT_EQ(net.end_b.got.size(), 1u);
  const TunnelDatagram& datagram = net.end_b.got[0];
  EXPECT_EQ(datagram.payload.size(), 148u);
  EXPECT_EQ(datagram.remote, net::To("192.0.2.77", 51820));
  EXPECT_EQ(datagram.local, Ip("192.0.2.2"));
  EXPECT_EQ(datagram.ds, 0x88);
  EXPECT_EQ(datagram.ifindex, net.eth_b->ifindex());
}

TEST(TunnelSocket, ASourceThatIsGoneOrOnAnotherPathIsForgotten) {
  TunnelPair net;
  TunnelSend gone = net.To("192.0.2.2", 32);
  gone.source = Ip("192.0.2.55");
  TunnelSendResult result = net.a4.Send(std::move(gone));
  EXPECT_TRUE(result.source_forgotten);
  EXPECT_EQ(result.source, Ip("192.0.2.1"));
  net.a.root()->fib().AddAddress(net.eth_a, Net("192.0.2.77/32"));
  TunnelSend other = net.To("192.0.2.2", 32);
  other.source = Ip("192.0.2.77");
  other.ifindex = net.eth_a->ifindex() + 1;
  result = net.a4.Send(std::move(other));
  EXPECT_TRUE(result.source_forgotten);
  EXPECT_EQ(result.source, Ip("192.0.2.1"));
}

TEST(TunnelSocket, WithoutARouteTheDatagramIsReportedAsDropped) {
  TunnelPair net;
  EXPECT_EQ(net.a4.Send(net.To("8.8.8.8", 32)).error, Errno::kNetUnreach);
  EXPECT_EQ(net.ground.sink.Count(Drop::kNoRoute), 1u);
}

TEST(TunnelSocket, LargerThanTheLinkItTravelsInFragments) {
  TunnelPair net;
  EXPECT_EQ(net.a4.Send(net.To("192.0.2.2", 34'000)).error, Errno::kOk);
  net.ground.loop.Run();
  ASSERT_EQ(net.end_b.got.size(), 1u);
  EXPECT_EQ(net.end_b.got[0].payload.size(), 34'000u);
  EXPECT_TRUE(Reader::Intact(net.end_b.got[0].payload));
}

TEST(TunnelSocket, ItsPortIsTaken) {
  TunnelPair net;
  TunnelSocket second(net.a.root(), wg::Family::kIpv4, "second", &net.end_a);
  EXPECT_EQ(second.Bind(51820), Errno::kAddrInUse);
  EXPECT_EQ(second.Bind(0), Errno::kOk);
  TunnelSocket v6(net.a.root(), wg::Family::kIpv6, "v6", &net.end_a);
  EXPECT_EQ(v6.Bind(51820), Errno::kOk);
}

}  // namespace
}  // namespace net
