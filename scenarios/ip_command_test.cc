// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/ip_command.h"

#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace scenario {
namespace {

using Kind = plan::IpChange::Kind;
using Route = plan::IpChange::Route;

plan::IpChange Parse(const std::string& text) {
  const absl::StatusOr<plan::IpChange> change = ParseIpCommand(text);
  EXPECT_TRUE(change.ok()) << text << ": " << change.status().message();
  return change.ok() ? *change : plan::IpChange{};
}

std::string Wrong(const std::string& text) {
  const absl::StatusOr<plan::IpChange> change = ParseIpCommand(text);
  EXPECT_FALSE(change.ok()) << text;
  return change.ok() ? "" : std::string(change.status().message());
}

TEST(IpCommand, ReadsAddresses) {
  const plan::IpChange add = Parse("ip addr add 10.0.0.10/24 dev eth0");
  EXPECT_EQ(add.kind, Kind::kAddressAdd);
  EXPECT_EQ(add.prefix.address().ToString(), "10.0.0.10");
  EXPECT_EQ(add.prefix.length(), 24);
  EXPECT_EQ(add.device, "eth0");
  EXPECT_EQ(Parse("-n ns0 address del fd00::1/112 dev wg0").netns, "ns0");
  EXPECT_EQ(Parse("-6 a del fd00::1 dev wg0").kind, Kind::kAddressDel);
  EXPECT_EQ(Parse("addr replace 127.212.121.99/8 dev lo").kind, Kind::kAddressReplace);
}

TEST(IpCommand, ReadsRoutes) {
  const plan::IpChange add = Parse("route add 10.0.0.0/24 via 10.1.0.1 dev eth0 src 10.0.0.1 metric 2 mtu 1299");
  EXPECT_EQ(add.kind, Kind::kRouteAdd);
  EXPECT_EQ(add.via.ToString(), "10.1.0.1");
  EXPECT_EQ(add.source.ToString(), "10.0.0.1");
  EXPECT_EQ(add.metric, 2u);
  EXPECT_EQ(add.mtu, 1299u);
  EXPECT_EQ(Parse("r del 10.0.0.0/24").kind, Kind::kRouteDel);
  EXPECT_EQ(Parse("route add unreachable 10.0.0.0/24").route, Route::kUnreachable);
  EXPECT_EQ(Parse("route add blackhole 10.0.0.0/24").route, Route::kBlackhole);
}

TEST(IpCommand, TheDefaultRouteIsOfTheFamilyOfItsGateway) {
  EXPECT_EQ(Parse("route add default via 10.0.0.1").prefix, wg::Prefix(wg::IpAddress::V4(0), 0));
  EXPECT_EQ(Parse("route add default via fd00::1").prefix, wg::Prefix(wg::IpAddress::V6(0, 0), 0));
  EXPECT_EQ(Parse("-6 route add default dev wg0").prefix, wg::Prefix(wg::IpAddress::V6(0, 0), 0));
}

TEST(IpCommand, ReadsLinksAndNamespaces) {
  EXPECT_EQ(Parse("link set wg0 up").kind, Kind::kLinkUp);
  EXPECT_EQ(Parse("link set dev wg0 down").kind, Kind::kLinkDown);
  EXPECT_EQ(Parse("link set wg0 mtu 1300").mtu, 1300u);
  EXPECT_EQ(Parse("link set wg0 netns ns0").name, "ns0");
  EXPECT_EQ(Parse("l del wg0").kind, Kind::kLinkDel);
  EXPECT_EQ(Parse("netns add ns0").kind, Kind::kNetnsAdd);
}

TEST(IpCommand, SaysWhatIsWrongAndWhatWouldBeRight) {
  EXPECT_EQ(Wrong(""), "\"\" is not known; write addr, route, link or \"netns add NAME\"");
  EXPECT_TRUE(absl::StartsWith(Wrong("addr add 10.0.0.1/24"), "the interface is missing"));
  EXPECT_EQ(Wrong("addr add 10.0.0.1/24 dev eth0 scope link"), "\"scope\" is too much; leave it out");
  EXPECT_TRUE(absl::StartsWith(Wrong("addr add ten dev eth0"), "\"ten\" is no address with its length;"));
  EXPECT_TRUE(absl::StartsWith(Wrong("route add 10.0.0.0/8"), "a route without via and dev goes nowhere;"));
  EXPECT_EQ(Wrong("route add 10.0.0.0/8 via fd00::1"), "fd00::1 is of another family than 10.0.0.0/8; write addresses of one family");
  EXPECT_EQ(Wrong("route add 10.0.0.0/8 dev a mtu 10"), "mtu \"10\" is none; write 68 to 65535");
  EXPECT_TRUE(absl::StartsWith(Wrong("link set wg0 sideways"), "\"link set wg0 sideways\" is not known;"));
}

}  // namespace
}  // namespace scenario
