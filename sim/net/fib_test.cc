// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/fib.h"

#include <memory>
#include <vector>

#include "gtest/gtest.h"
#include "sim/net/interface.h"
#include "sim/net/loopback.h"
#include "sim/net/netns.h"
#include "sim/net/route_table.h"
#include "sim/net/test_network.h"

namespace net {
namespace {

class Wire : public Interface {
 public:
  Wire(Fabric* fabric, absl::string_view name) : Interface(fabric, name, name, 1500) {}

 protected:
  wg::Errno DoTransmit(Packet* packet, uint32_t /*mtu*/) override {
    packet->buffer.Reset();
    return wg::Errno::kOk;
  }
};

class FibTest : public testing::Test {
 protected:
  FibTest() : host_(&ground_.fabric, "h", {}, &ground_.prices), fib_(host_.root()->fib()) {
    for (const char* name : {"eth0", "eth1"}) {
      wires_.push_back(std::make_unique<Wire>(&ground_.fabric, name));
      host_.root()->AddInterface(wires_.back().get());
      wires_.back()->SetUp(true);
    }
    eth0_ = wires_[0].get();
    eth1_ = wires_[1].get();
  }
  RouteResult Look(const char* to, uint32_t mark = 0) {
    return fib_.Lookup(RouteQuery{.destination = Ip(to), .mark = mark});
  }

  Ground ground_;
  std::vector<std::unique_ptr<Wire>> wires_;
  Host host_;
  Fib& fib_;
  Interface* eth0_;
  Interface* eth1_;
};

TEST(RouteTable, AgreesWithAListOnRandomTables) {
  Ground ground;
  std::vector<std::unique_ptr<Wire>> wires;
  Host host(&ground.fabric, "h", {}, &ground.prices);
  for (int i = 0; i < 4; ++i) {
    wires.push_back(
        std::make_unique<Wire>(&ground.fabric, std::string(1, static_cast<char>('a' + i))));
    host.root()->AddInterface(wires.back().get());
    wires.back()->SetUp(i != 3);
  }
  sim::Rng rng(3);
  RouteTable table;
  std::vector<Route> list;
  for (int step = 0; step < 4000; ++step) {
    const int length = static_cast<int>(rng.Uniform(33));
    const wg::IpAddress address = wg::IpAddress::V4(static_cast<uint32_t>(rng.Uniform(16)) << 28 |
                                                    static_cast<uint32_t>(rng.Uniform(16)));
    Route route{.prefix = wg::Prefix(address, length), .out = wires[rng.Uniform(4)].get()};
    route.metric = static_cast<uint32_t>(rng.Uniform(3));
    auto same = std::find_if(list.begin(), list.end(), [&](const Route& r) {
      return r.prefix == route.prefix && r.metric == route.metric && r.out == route.out;
    });
    if (rng.Uniform(3) != 0) {
      ASSERT_EQ(table.Add(route), same == list.end());
      if (same == list.end()) list.push_back(route);
    } else {
      ASSERT_EQ(table.Remove(route.prefix, route.metric, route.out), same != list.end());
      if (same != list.end()) list.erase(same);
    }
    ASSERT_EQ(table.size(), list.size());
    const wg::IpAddress probe = wg::IpAddress::V4(static_cast<uint32_t>(rng.Uniform(16)) << 28 |
                                                  static_cast<uint32_t>(rng.Uniform(16)));
    const Route* best = nullptr;
    for (const Route& r : list) {
      if (!r.prefix.Contains(probe) || !r.out->up()) continue;
      if (best == nullptr || r.prefix.length() > best->prefix.length() ||
          (r.prefix.length() == best->prefix.length() && r.metric < best->metric)) {
        best = &r;
      }
    }
    const Route* found = table.Lookup(probe);
    ASSERT_EQ(found == nullptr, best == nullptr);
    if (best != nullptr) {
      ASSERT_EQ(found->prefix, best->prefix);
      ASSERT_EQ(found->metric, best->metric);
    }
  }
  size_t left = 0;
  for (const auto& wire : wires) left += table.RemoveAll(wire.get());
  EXPECT_EQ(left, list.size());
  EXPECT_EQ(table.Lookup(Ip("0.0.0.1")), nullptr);
}

TEST_F(FibTest, AnAddressMakesItselfLocalAndItsSubnetReachable) {
  fib_.AddAddress(eth0_, Net("10.1.2.3/24"));
  EXPECT_TRUE(fib_.IsLocal(Ip("10.1.2.3")));
  EXPECT_FALSE(fib_.IsLocal(Ip("10.1.2.4")));
  const RouteResult route = Look("10.1.2.4");
  EXPECT_EQ(route.out, eth0_);
  EXPECT_EQ(route.source, Ip("10.1.2.3"));
  EXPECT_EQ(route.mtu, 1500u);
  EXPECT_TRUE(Look("10.1.2.3").out->is_loopback());
  EXPECT_EQ(Look("10.1.3.1").error, wg::Errno::kNetUnreach);
}

TEST_F(FibTest, AllOf127IsLocal) {
  EXPECT_TRUE(fib_.IsLocal(Ip("127.212.121.99")));
  EXPECT_EQ(Look("127.9.9.9").source, Ip("127.0.0.1"));
  EXPECT_TRUE(fib_.IsLocal(Ip("::1")));
}

TEST_F(FibTest, AnotherAddressOfTheSubnetTakesOverWhenThePrimaryGoes) {
  fib_.AddAddress(eth0_, Net("10.0.0.1/24"));
  fib_.AddAddress(eth0_, Net("10.0.0.10/24"));
  EXPECT_EQ(Look("10.0.0.2").source, Ip("10.0.0.1"));
  EXPECT_TRUE(fib_.RemoveAddress(eth0_, Ip("10.0.0.1")));
  EXPECT_FALSE(fib_.IsLocal(Ip("10.0.0.1")));
  EXPECT_EQ(Look("10.0.0.2").source, Ip("10.0.0.10"));
  EXPECT_TRUE(fib_.RemoveAddress(eth0_, Ip("10.0.0.10")));
  EXPECT_EQ(Look("10.0.0.2").error, wg::Errno::kNetUnreach);
  EXPECT_FALSE(fib_.RemoveAddress(eth0_, Ip("10.0.0.10")));
}

TEST_F(FibTest, TheLowestMetricWinsAndADownInterfaceDoesNotCount) {
  fib_.AddAddress(eth0_, Net("10.0.0.1/32"));
  fib_.AddAddress(eth1_, Net("10.0.0.3/32"));
  fib_.AddRoute({.prefix = Net("10.0.0.0/24"), .out = eth0_, .metric = 2});
  EXPECT_EQ(Look("10.0.0.2").source, Ip("10.0.0.1"));
  fib_.AddRoute({.prefix = Net("10.0.0.0/24"), .out = eth1_, .metric = 1});
  EXPECT_EQ(Look("10.0.0.2").source, Ip("10.0.0.3"));
  eth1_->SetUp(false);
  EXPECT_EQ(Look("10.0.0.2").out, eth0_);
  EXPECT_FALSE(fib_.IsLocal(Ip("10.0.0.3")));
}

TEST_F(FibTest, SourceComesFromTheSubnetOfTheNextHopElseFirstElseElsewhere) {
  fib_.AddAddress(eth0_, Net("192.0.2.1/24"));
  fib_.AddAddress(eth0_, Net("198.51.100.1/24"));
  fib_.AddRoute({.prefix = Net("0.0.0.0/0"), .out = eth0_, .gateway = Ip("198.51.100.9")});
  EXPECT_EQ(Look("8.8.8.8").source, Ip("198.51.100.1"));
  fib_.AddRoute({.prefix = Net("9.0.0.0/8"), .out = eth0_});
  EXPECT_EQ(Look("9.9.9.9").source, Ip("192.0.2.1"));
  fib_.AddRoute({.prefix = Net("11.0.0.0/8"), .out = eth1_});
  EXPECT_EQ(Look("11.1.1.1").source, Ip("192.0.2.1"));
  fib_.AddRoute({.prefix = Net("12.0.0.0/8"), .out = eth1_, .source = Ip("198.51.100.1")});
  EXPECT_EQ(Look("12.1.1.1").source, Ip("198.51.100.1"));
}

TEST_F(FibTest, Ipv6SourceHasTheScopeAndTheLongestCommonPrefix) {
  fib_.AddAddress(eth0_, Net("fe80::1/64"));
  fib_.AddAddress(eth0_, Net("2001:db8:1::1/64"));
  fib_.AddAddress(eth0_, Net("fd00:aa::1/64"));
  fib_.AddRoute({.prefix = Net("::/0"), .out = eth0_});
  EXPECT_EQ(Look("2001:db8:9::1").source, Ip("2001:db8:1::1"));
  EXPECT_EQ(Look("fd00:bb::2").source, Ip("fd00:aa::1"));
  EXPECT_EQ(Look("fe80::2").source, Ip("fe80::1"));
}

TEST_F(FibTest, UnreachableProhibitAndBlackholeSayWhichErrno) {
  fib_.AddRoute({.prefix = Net("10.1.0.0/16"), .type = RouteType::kUnreachable});
  fib_.AddRoute({.prefix = Net("10.2.0.0/16"), .type = RouteType::kBlackhole});
  EXPECT_EQ(Look("10.1.1.1").error, wg::Errno::kHostUnreach);
  EXPECT_EQ(Look("10.2.1.1").error, wg::Errno::kInval);
}

// wg-quick's rules: everything without the mark goes to table 51820, but routes of main longer than
// /0 come first.
TEST_F(FibTest, MarkedPacketsEscapeTheTunnelAsWithWgQuick) {
  fib_.AddAddress(eth0_, Net("192.168.1.100/24"));
  fib_.AddAddress(eth1_, Net("10.9.9.1/32"));
  fib_.AddRoute({.prefix = Net("0.0.0.0/0"), .out = eth0_, .gateway = Ip("192.168.1.1")});
  fib_.AddRoute({.prefix = Net("0.0.0.0/0"), .out = eth1_}, 51820);
  fib_.AddRule({.priority = 32764, .table = kMainTable, .suppress_prefix_length = 0});
  fib_.AddRule({.priority = 32765, .table = 51820, .mark = 51820, .mask = ~0u, .invert = true});
  EXPECT_EQ(Look("8.8.8.8").out, eth1_);
  EXPECT_EQ(Look("8.8.8.8", 51820).out, eth0_);
  EXPECT_EQ(Look("192.168.1.7").out, eth0_);
  EXPECT_TRUE(Look("192.168.1.100").out->is_loopback());
  fib_.RemoveRule(32765);
  EXPECT_EQ(Look("8.8.8.8").out, eth0_);
}

TEST_F(FibTest, ALearnedMtuHoldsForItsDestinationUntilItExpires) {
  fib_.AddAddress(eth0_, Net("10.0.0.1/24"));
  fib_.LearnPathMtu(Ip("10.0.0.2"), 1400);
  fib_.LearnPathMtu(Ip("10.0.0.3"), 20);
  EXPECT_EQ(Look("10.0.0.2").mtu, 1400u);
  EXPECT_EQ(Look("10.0.0.3").mtu, Fib::kMinPathMtu);
  EXPECT_EQ(Look("10.0.0.4").mtu, 1500u);
  ground_.loop.RunUntil(sim::kStart + Fib::kPathMtuExpires);
  EXPECT_EQ(Look("10.0.0.2").mtu, 1500u);
}

TEST_F(FibTest, ARoutesOwnMtuBeatsTheInterfaces) {
  fib_.AddAddress(eth0_, Net("10.0.0.1/32"));
  fib_.AddRoute({.prefix = Net("10.0.0.2/32"), .out = eth0_, .mtu = 1299});
  EXPECT_EQ(Look("10.0.0.2").mtu, 1299u);
}

TEST_F(FibTest, WhatAnInterfaceLeavesBehindIsGone) {
  fib_.AddAddress(eth1_, Net("10.0.0.1/24"));
  fib_.AddRoute({.prefix = Net("0.0.0.0/0"), .out = eth1_}, 7);
  host_.root()->RemoveInterface(eth1_);
  EXPECT_FALSE(fib_.IsLocal(Ip("10.0.0.1")));
  EXPECT_EQ(Look("10.0.0.2").error, wg::Errno::kNetUnreach);
  EXPECT_EQ(eth1_->stack(), nullptr);
  EXPECT_EQ(eth1_->SetUp(true), wg::Errno::kNoDev);
}

}  // namespace
}  // namespace net
