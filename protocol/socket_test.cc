// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/socket.h"

#include "gtest/gtest.h"
#include "protocol/effects.h"
#include "protocol/ip.h"

namespace wg {
namespace {

Datagram From(absl::string_view remote, absl::string_view local, uint32_t ifindex,
              uint32_t scope = 0) {
  Datagram datagram;
  datagram.remote = *Endpoint::Parse(remote);
  datagram.remote.scope_id = scope;
  datagram.local = *IpAddress::Parse(local);
  datagram.ifindex = ifindex;
  return datagram;
}

TEST(PeerEndpoint, SOCK_010_AnythingDifferentIsAChangeAndNothingElseIs) {
  PeerEndpoint endpoint;
  EXPECT_FALSE(endpoint);
  EXPECT_TRUE(endpoint.SetFromDatagram(From("1.2.3.4:5", "9.9.9.9", 2)));
  EXPECT_FALSE(endpoint.SetFromDatagram(From("1.2.3.4:5", "9.9.9.9", 2)));
  EXPECT_TRUE(endpoint.SetFromDatagram(From("1.2.3.4:6", "9.9.9.9", 2)));
  EXPECT_TRUE(endpoint.SetFromDatagram(From("1.2.3.5:6", "9.9.9.9", 2)));
  EXPECT_TRUE(endpoint.SetFromDatagram(From("1.2.3.5:6", "9.9.9.8", 2)));
  EXPECT_TRUE(endpoint.SetFromDatagram(From("1.2.3.5:6", "9.9.9.8", 3)));
  EXPECT_TRUE(endpoint.SetFromDatagram(From("[2001:db8::1]:6", "2001:db8::2", 3)));
  EXPECT_EQ(endpoint.source_ifindex(), 0u);
  EXPECT_FALSE(endpoint.SetFromDatagram(From("[2001:db8::1]:6", "2001:db8::2", 4)));
}

TEST(PeerEndpoint, SOCK_014_OnlyLinkLocalAddressesHaveAScope) {
  PeerEndpoint endpoint;
  endpoint.SetFromDatagram(From("[fe80::1]:6", "fe80::2", 4, 4));
  EXPECT_EQ(endpoint.remote().scope_id, 4u);
  EXPECT_TRUE(endpoint.SetFromDatagram(From("[fe80::1]:6", "fe80::2", 4, 5)));
  endpoint.SetFromDatagram(From("[2001:db8::1]:6", "2001:db8::2", 4, 4));
  EXPECT_EQ(endpoint.remote().scope_id, 0u);
}

TEST(PeerEndpoint, SOCK_007_ConfigurationForgetsTheSource) {
  PeerEndpoint endpoint;
  endpoint.SetFromDatagram(From("1.2.3.4:5", "9.9.9.9", 2));
  EXPECT_TRUE(endpoint.SetFromConfig(*Endpoint::Parse("1.2.3.4:5")));
  EXPECT_FALSE(endpoint.source());
  EXPECT_FALSE(endpoint.SetFromConfig(*Endpoint::Parse("1.2.3.4:5")));
  endpoint.SetFromDatagram(From("1.2.3.4:5", "9.9.9.9", 2));
  endpoint.ClearSource();
  EXPECT_EQ(endpoint.remote(), *Endpoint::Parse("1.2.3.4:5"));
  EXPECT_FALSE(endpoint.source());
  EXPECT_EQ(endpoint.source_ifindex(), 0u);
}

}  // namespace
}  // namespace wg
