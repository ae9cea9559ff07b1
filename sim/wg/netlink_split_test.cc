// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/netlink_split.h"

#include <vector>

#include "gtest/gtest.h"

namespace wgnode {
namespace {

wg::SetPeer PeerWith(int ips, bool replace, bool v6 = false, bool remove = false) {
  wg::SetPeer peer;
  peer.public_key.bytes[0] = 1;
  peer.replace_allowed_ips = replace;
  for (int i = 0; i < ips; ++i) {
    const wg::IpAddress address =
        v6 ? wg::IpAddress::V6(0xfd00000000000000, i) : wg::IpAddress::V4(0x0a000000 + i);
    peer.allowed_ips.push_back({.prefix = wg::Prefix::Host(address), .remove = remove});
  }
  return peer;
}

std::vector<NetlinkMessage> Split(const wg::SetPeer& peer, Splitting splitting) {
  wg::SetDevice request;
  request.peers.push_back(peer);
  return SplitRequest(request, splitting, "wg0");
}

size_t FirstChunk(const wg::SetPeer& peer) {
  return Split(peer, Splitting::kWgPage)[0].request.peers[0].allowed_ips.size();
}

TEST(NetlinkSplit, APageHoldsTheNumberOfEntriesThatTheSpecificationGives) {
  EXPECT_EQ(FirstChunk(PeerWith(300, true)), 143u);
  EXPECT_EQ(FirstChunk(PeerWith(300, true, /*v6=*/true)), 100u);
  EXPECT_EQ(FirstChunk(PeerWith(300, false, false, /*remove=*/true)), 111u);
  EXPECT_EQ(FirstChunk(PeerWith(300, false, true, /*remove=*/true)), 83u);
}

TEST(NetlinkSplit, SetconfsDeviceAttributesTakeRoomFromTheFirstMessage) {
  wg::SetDevice request;
  request.replace_peers = true;
  request.private_key.emplace();
  request.listen_port = 1;
  request.fwmark = 0;
  request.peers.push_back(PeerWith(300, true));
  std::vector<NetlinkMessage> messages = SplitRequest(request, Splitting::kWgPage, "wg0");
  EXPECT_EQ(messages[0].request.peers[0].allowed_ips.size(), 141u);
  EXPECT_TRUE(messages[0].request.replace_peers);
  EXPECT_FALSE(messages[1].request.replace_peers);
  EXPECT_FALSE(messages[1].request.private_key.has_value());
  request.peers[0] = PeerWith(300, true, /*v6=*/true);
  EXPECT_EQ(SplitRequest(request, Splitting::kWgPage, "wg0")[0].request.peers[0].allowed_ips.size(),
            98u);
}

TEST(NetlinkSplit, MessagesPerListLengthAreThoseMeasuredOnTheKernel) {
  EXPECT_EQ(Split(PeerWith(2, true), Splitting::kWgPage).size(), 1u);
  EXPECT_EQ(Split(PeerWith(16, true), Splitting::kWgPage).size(), 1u);
  EXPECT_EQ(Split(PeerWith(256, true), Splitting::kWgPage).size(), 2u);
}

TEST(NetlinkSplit, OnlyTheFirstMessageOfAPeerReplacesAndNothingIsLostOrReordered) {
  for (Splitting splitting : {Splitting::kWgPage, Splitting::kWgctrl, Splitting::kNone}) {
    for (int n : {0, 1, 142, 143, 144, 255, 256, 257, 512, 513, 2000}) {
      wg::SetPeer whole = PeerWith(n, true);
      whole.persistent_keepalive = 25;
      std::vector<wg::Prefix> seen;
      bool first = true;
      for (const NetlinkMessage& message : Split(whole, splitting)) {
        ASSERT_EQ(message.request.peers.size(), 1u);
        const wg::SetPeer& part = message.request.peers[0];
        EXPECT_EQ(part.replace_allowed_ips, first);
        EXPECT_EQ(part.persistent_keepalive.has_value(), first);
        EXPECT_EQ(part.public_key, whole.public_key);
        for (const wg::AllowedIpChange& change : part.allowed_ips) seen.push_back(change.prefix);
        EXPECT_EQ(message.bytes, EncodedSize(message.request, "wg0"));
        if (splitting == Splitting::kWgPage) {
          EXPECT_LE(message.bytes, kNetlinkPage);
        }
        first = false;
      }
      ASSERT_EQ(seen.size(), static_cast<size_t>(n));
      for (int i = 0; i < n; ++i) EXPECT_EQ(seen[i], whole.allowed_ips[i].prefix);
    }
  }
}

TEST(NetlinkSplit, WgctrlKeepsSmallRequestsWholeAndCutsLargeOnesPerPeer) {
  wg::SetDevice request;
  for (int i = 0; i < 32; ++i) request.peers.push_back(PeerWith(8, true));
  EXPECT_EQ(SplitRequest(request, Splitting::kWgctrl, "wg0").size(), 1u);
  request.peers.push_back(PeerWith(8, true));
  EXPECT_EQ(SplitRequest(request, Splitting::kWgctrl, "wg0").size(), 33u);
  EXPECT_EQ(Split(PeerWith(600, true), Splitting::kWgctrl).size(), 3u);
}

TEST(NetlinkSplit, APeerThatDoesNotFitAnyMoreGoesOnInTheNextMessage) {
  wg::SetDevice request;
  for (int i = 0; i < 60; ++i) request.peers.push_back(PeerWith(2, true));
  std::vector<NetlinkMessage> messages = SplitRequest(request, Splitting::kWgPage, "wg0");
  size_t begun = 0;
  size_t ips = 0;
  for (const NetlinkMessage& message : messages) {
    EXPECT_LE(message.bytes, kNetlinkPage);
    for (const wg::SetPeer& peer : message.request.peers) {
      begun += peer.replace_allowed_ips;
      ips += peer.allowed_ips.size();
    }
  }
  EXPECT_EQ(begun, 60u);
  EXPECT_EQ(ips, 120u);
  EXPECT_EQ(messages.size(), 2u);
}

TEST(NetlinkSplit, AnEmptyRequestIsOneMessage) {
  EXPECT_EQ(SplitRequest(wg::SetDevice(), Splitting::kWgPage, "wg0").size(), 1u);
  EXPECT_EQ(SplitRequest(wg::SetDevice(), Splitting::kWgPage, "wg0")[0].bytes, 28u);
}

}  // namespace
}  // namespace wgnode
