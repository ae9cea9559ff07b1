// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Where datagrams leave, from which address, and what replies find.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/config.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "sim/net/fib.h"
#include "sim/net/headers.h"
#include "sim/net/host.h"
#include "sim/net/link.h"
#include "sim/net/nic.h"
#include "sim/net/packet.h"
#include "sim/net/test_network.h"
#include "sim/net/udp_table.h"
#include "sim/wg/cost_model.h"
#include "sim/wg/wg_tunnel.h"
#include "sim/wg/wg_tunnel_fixture.h"

namespace wgnode {
namespace {

using net::Ip;
using net::Net;
using net::To;
using std::chrono::milliseconds;
using std::chrono::seconds;
using wg::Errno;

TEST_F(WgTunnelTest,
       SOCK_001_TX_020_TX_022_TX_025_OnePortForBothFamiliesAndWhatADatagramLooksLike) {
  for (const char* endpoint : {"192.0.2.2", "2001:db8::2"}) {
    a_.Configure({.replace_peers = true});
    b_.Configure({.replace_peers = true});
    tap_b_->Clear();
    Introduce(endpoint);
    ASSERT_TRUE(a_.Reaches(&b_)) << endpoint;
    ASSERT_TRUE(b_.Reaches(&a_)) << endpoint;
    const std::vector<Tap::Seen> initiations = tap_b_->OfType(1), data = tap_b_->OfType(4);
    ASSERT_EQ(initiations.size(), 1u);
    ASSERT_FALSE(data.empty());
    EXPECT_EQ(initiations[0].ip.ds, 0x88);
    EXPECT_EQ(data[0].ip.ds, 0);
    for (const Tap::Seen& seen : {initiations[0], data[0]}) {
      EXPECT_EQ(seen.udp.source_port, kPort);
      EXPECT_EQ(seen.udp.destination_port, kPort);
      EXPECT_EQ(seen.ip.destination, Ip(endpoint));
      EXPECT_TRUE(seen.checksum_good);
      EXPECT_TRUE(seen.ip.destination.is_v6() || !seen.ip.dont_fragment);
    }
  }
}

TEST_F(WgTunnelTest, SOCK_015_AnEndpointMayRoamFromOneFamilyToTheOtherAndBack) {
  Introduce("192.0.2.2");
  ASSERT_TRUE(a_.Reaches(&b_));
  EXPECT_EQ(b_.EndpointOfFirstPeer().address, Ip("192.0.2.1"));
  for (const auto& [own, peers] :
       {std::pair("2001:db8::1", "2001:db8::2"), std::pair("192.0.2.1", "192.0.2.2")}) {
    a_.AddPeer(b_, peers);
    ASSERT_TRUE(a_.Reaches(&b_));
    EXPECT_EQ(b_.EndpointOfFirstPeer().address, Ip(own));
    ASSERT_TRUE(b_.Reaches(&a_));
  }
}

TEST_F(WgTunnelTest, SOCK_002_SOCK_003_RepliesLeaveFromTheAddressTheyWentToUntilItIsGone) {
  net_.b.root()->fib().AddAddress(net_.eth_b, Net("192.0.2.77/32"));
  Introduce("192.0.2.77");
  ASSERT_TRUE(a_.Reaches(&b_));
  ASSERT_TRUE(b_.Reaches(&a_));
  EXPECT_EQ(tap_a_->all().back().ip.source, Ip("192.0.2.77"));
  EXPECT_EQ(a_.EndpointOfFirstPeer().address, Ip("192.0.2.77"));
  net_.b.root()->fib().RemoveAddress(net_.eth_b, Ip("192.0.2.77"));
  ASSERT_TRUE(b_.Reaches(&a_));
  EXPECT_EQ(tap_a_->all().back().ip.source, Ip("192.0.2.2"));
  EXPECT_EQ(a_.EndpointOfFirstPeer().address, Ip("192.0.2.2"));
  ASSERT_TRUE(a_.Reaches(&b_));
}

TEST_F(WgTunnelTest, SOCK_005_ASourceOfAnotherInterfaceStaysIfTheRouteLeavesWhereItCameIn) {
  net_.b.root()->fib().AddAddress(net_.b.root()->FindInterface("lo"), Net("10.50.0.1/32"));
  net_.a.root()->fib().AddRoute({.prefix = Net("10.50.0.1/32"), .out = net_.eth_a});
  Introduce("10.50.0.1");
  ASSERT_TRUE(a_.Reaches(&b_));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(b_.Reaches(&a_));
  EXPECT_EQ(tap_a_->all().back().ip.source, Ip("10.50.0.1"));
  EXPECT_EQ(a_.EndpointOfFirstPeer().address, Ip("10.50.0.1"));
}

TEST_F(WgTunnelTest, SOCK_004_ABetterRouteThroughAnotherInterfaceDropsTheStickySource) {
  net::Link second(&net_.ground.fabric, "a=b", {}, {}, net_.ground.rng);
  net::Nic* ends[2];
  for (int side : {0, 1}) {
    net::Host& host = side == 0 ? net_.a : net_.b;
    ends[side] = host.AddNic(host.root(), "eth1", {});
    ends[side]->Connect(&second, side);
    ASSERT_EQ(ends[side]->SetUp(true), Errno::kOk);
    host.root()->fib().AddAddress(ends[side],
                                  Net(side == 0 ? "198.51.100.1/24" : "198.51.100.2/24"));
  }
  Introduce();
  ASSERT_TRUE(a_.Reaches(&b_));
  ASSERT_TRUE(b_.Reaches(&a_));
  EXPECT_EQ(a_.EndpointOfFirstPeer().address, Ip("192.0.2.2"));
  net_.b.root()->fib().AddRoute({.prefix = Net("192.0.2.1/32"), .out = ends[1]});
  ASSERT_TRUE(b_.Reaches(&a_));
  EXPECT_EQ(a_.EndpointOfFirstPeer().address, Ip("198.51.100.2"));
  net_.link.Attach(0, nullptr);
  second.Attach(0, nullptr);
}

TEST_F(WgTunnelTest, SOCK_006_TheMarkIsOnEveryDatagramAndChoosesItsRoute) {
  // As wg-quick does it: everything without the mark goes into the tunnel.
  net::Fib& fib = net_.a.root()->fib();
  fib.AddRoute({.prefix = Net("0.0.0.0/0"), .out = a_.tunnel->interface()}, 51820);
  fib.AddRule(
      {.priority = 100, .table = 51820, .mark = 51820, .mask = ~uint32_t{0}, .invert = true});
  a_.AddPeer(b_, "192.0.2.2", 0, "0.0.0.0/0");
  b_.AddPeer(a_, "");
  EXPECT_FALSE(a_.Reaches(&b_)) << "its own datagrams go into the tunnel, too";
  EXPECT_TRUE(tap_b_->all().empty());
  wg::SetDevice request;
  request.fwmark = 51820;
  ASSERT_EQ(a_.Configure(request), Errno::kOk);
  Pass(seconds(10));  // until the next initiation
  EXPECT_FALSE(tap_b_->all().empty());
  EXPECT_TRUE(a_.Reaches(&b_));
  EXPECT_TRUE(b_.Reaches(&a_));
}

TEST_F(WgTunnelTest, SOCK_018_ATunnelThatLeadsIntoItselfEndsAndHoldsABoundedNumberOfPackets) {
  net::Fib& fib = net_.a.root()->fib();
  // Work that costs nothing would go round without time passing.
  for (Cost cost : {Cost::kSeal, Cost::kTransmit})
    a_.costs.set_price(cost, {.fixed_ps = 1'000'000});
  Introduce();
  ASSERT_TRUE(a_.Reaches(&b_));  // there is a session, so that packets do go round
  fib.AddRoute({.prefix = Net("192.0.2.2/32"), .out = a_.tunnel->interface()});
  a_.AddPeer(b_, "192.0.2.2", 0, "192.0.2.2/32");
  tap_b_->Clear();
  for (int i = 0; i < 20; ++i) a_.Send(b_);
  Pass(milliseconds(10));
  EXPECT_TRUE(tap_b_->all().empty());
  EXPECT_GE(a_.tunnel->device().census().bundles, 1u);
  EXPECT_LE(a_.tunnel->device().census().bundles, 1024u + 2);
  fib.RemoveRoute(Net("192.0.2.2/32"));
  Pass(milliseconds(100));
  EXPECT_FALSE(tap_b_->all().empty()) << "what went round gets out";
}

TEST_F(WgTunnelTest, SOCK_009_ANewPortBindsAnewKeepsTheEndpointAndThePeerFollows) {
  Introduce();
  ASSERT_TRUE(a_.Reaches(&b_));
  wg::SetDevice request;
  request.listen_port = 4242;
  ASSERT_EQ(a_.Configure(request), Errno::kOk);
  EXPECT_EQ(a_.EndpointOfFirstPeer(), To("192.0.2.2", kPort));
  ASSERT_TRUE(a_.Reaches(&b_));
  EXPECT_EQ(b_.EndpointOfFirstPeer(), To("192.0.2.1", 4242));
  ASSERT_TRUE(b_.Reaches(&a_));
}

TEST_F(WgTunnelTest, SOCK_014_ALinkLocalEndpointKeepsItsScope) {
  net_.a.root()->fib().AddAddress(net_.eth_a, Net("fe80::1/64"));
  net_.b.root()->fib().AddAddress(net_.eth_b, Net("fe80::2/64"));
  Introduce("fe80::2", net_.eth_a->ifindex());
  ASSERT_TRUE(a_.Reaches(&b_));
  EXPECT_EQ(b_.EndpointOfFirstPeer().scope_id, net_.eth_b->ifindex());
  ASSERT_TRUE(b_.Reaches(&a_));
}

TEST_F(WgTunnelTest, SOCK_017_AHundredOtherRandomPortsAreTriedWhenIpv6HasThem) {
  struct Deaf : net::UdpReceiver {
    void OnDatagram(net::Packet&&, const net::IpHeader&, const net::UdpHeader&) override {}
    void OnIcmpError(const net::IcmpReport&) override {}
  } deaf;
  a_.tunnel->interface()->SetUp(false);
  net::UdpTable& udp = net_.a.root()->udp();
  // Ports are given in ascending order: these are the next ones.
  net::UdpBinding probe{.family = wg::Family::kIpv6, .receiver = &deaf};
  ASSERT_EQ(udp.Bind(&probe), Errno::kOk);
  std::vector<net::UdpBinding> taken(2 * WgTunnel::kPortRetries + 2);
  for (size_t i = 0; i < taken.size(); ++i) {
    taken[i] = {.family = wg::Family::kIpv6,
                .port = static_cast<uint16_t>(probe.port + 1 + i),
                .receiver = &deaf};
    ASSERT_EQ(udp.Bind(&taken[i]), Errno::kOk);
  }
  wg::SetDevice request;
  request.listen_port = 0;
  ASSERT_EQ(a_.Configure(request), Errno::kOk);
  EXPECT_EQ(a_.tunnel->interface()->SetUp(true), Errno::kAddrInUse) << "101 tries, all in vain";
  EXPECT_EQ(a_.tunnel->interface()->SetUp(true), Errno::kAddrInUse) << "101 more";
  EXPECT_EQ(a_.tunnel->interface()->SetUp(true), Errno::kOk);
  EXPECT_EQ(a_.tunnel->device().Get().listen_port, taken.back().port + 1);
  for (net::UdpBinding& binding : taken) udp.Unbind(&binding);
  udp.Unbind(&probe);
}

}  // namespace
}  // namespace wgnode
