// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/netlink/split.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/config_session_fixture.h"
#include "protocol/netlink/attribute.h"
#include "protocol/netlink/interface.h"
#include "protocol/netlink/message.h"
#include "protocol/netlink/request_fixture.h"

namespace wg::netlink {
namespace {

constexpr Splitting kAll[] = {Splitting::kWgPage, Splitting::kWgctrl, Splitting::kNetworkd,
                              Splitting::kNone};

SetPeer PeerWith(int ips, bool replace, bool v6 = false, bool remove = false) {
  SetPeer peer;
  peer.public_key.bytes[0] = 1;
  peer.replace_allowed_ips = replace;
  for (int i = 0; i < ips; ++i) {
    const IpAddress address =
        v6 ? IpAddress::V6(0xfd00000000000000, i) : IpAddress::V4(0x0a000000 + i);
    peer.allowed_ips.push_back({.prefix = Prefix::Host(address), .remove = remove});
  }
  return peer;
}

std::vector<SplitMessage> Split(const SetPeer& peer, Splitting splitting) {
  SetDevice request;
  request.peers.push_back(peer);
  return SplitRequest(request, splitting, "wg0");
}

std::vector<uint8_t> Encoded(const SplitMessage& message, Splitting splitting) {
  std::vector<uint8_t> datagram;
  EXPECT_EQ(EncodeSetDevice({.flags = kFlagRequest}, Target::Name("wg0"), message.request,
                            StyleOf(splitting), &datagram),
            Errno::kOk);
  return datagram;
}

size_t FirstChunk(const SetPeer& peer) {
  return Split(peer, Splitting::kWgPage)[0].request.peers[0].allowed_ips.size();
}

TEST(NetlinkSplit, APageHoldsTheNumberOfEntriesThatTheSpecificationGives) {
  EXPECT_EQ(FirstChunk(PeerWith(300, true)), 143u);
  EXPECT_EQ(FirstChunk(PeerWith(300, true, /*v6=*/true)), 100u);
  EXPECT_EQ(FirstChunk(PeerWith(300, false, false, /*remove=*/true)), 111u);
  EXPECT_EQ(FirstChunk(PeerWith(300, false, true, /*remove=*/true)), 83u);
}

TEST(NetlinkSplit, SetconfsDeviceAttributesTakeRoomFromTheFirstMessage) {
  SetDevice request;
  request.replace_peers = true;
  request.private_key.emplace();
  request.listen_port = 1;
  request.fwmark = 0;
  request.peers.push_back(PeerWith(300, true));
  std::vector<SplitMessage> messages = SplitRequest(request, Splitting::kWgPage, "wg0");
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

TEST(NetlinkSplit, WG8_017_OnlyTheFirstMessageOfAPeerReplacesAndNothingIsLostOrReordered) {
  for (Splitting splitting : kAll) {
    for (int n : {0, 1, 142, 143, 144, 255, 256, 257, 512, 513, 2000}) {
      SetPeer whole = PeerWith(n, true);
      whole.persistent_keepalive = 25;
      whole.preshared_key.emplace().bytes[0] = 1;
      whole.endpoint = Endpoint::Parse("192.0.2.1:7").value();
      std::vector<Prefix> seen;
      bool first = true;
      for (const SplitMessage& message : Split(whole, splitting)) {
        ASSERT_EQ(message.request.peers.size(), 1u);
        const SetPeer& part = message.request.peers[0];
        EXPECT_EQ(part.replace_allowed_ips, first);
        EXPECT_EQ(part.persistent_keepalive.has_value(), first);
        EXPECT_EQ(part.preshared_key.has_value(), first);
        EXPECT_EQ(part.endpoint.has_value(), first);
        EXPECT_EQ(part.public_key, whole.public_key);
        for (const AllowedIpChange& change : part.allowed_ips) seen.push_back(change.prefix);
        EXPECT_EQ(message.bytes, Encoded(message, splitting).size());
        if (splitting == Splitting::kWgPage || splitting == Splitting::kNetworkd) {
          EXPECT_LE(message.bytes, kPageBytes);
        }
        first = false;
      }
      ASSERT_EQ(seen.size(), static_cast<size_t>(n));
      for (int i = 0; i < n; ++i) EXPECT_EQ(seen[i], whole.allowed_ips[i].prefix);
    }
  }
}

TEST(NetlinkSplit, WgctrlKeepsSmallRequestsWholeAndCutsLargeOnesPerPeer) {
  SetDevice request;
  for (int i = 0; i < 32; ++i) request.peers.push_back(PeerWith(8, true));
  EXPECT_EQ(SplitRequest(request, Splitting::kWgctrl, "wg0").size(), 1u);
  request.peers.push_back(PeerWith(8, true));
  EXPECT_EQ(SplitRequest(request, Splitting::kWgctrl, "wg0").size(), 33u);
  EXPECT_EQ(Split(PeerWith(600, true), Splitting::kWgctrl).size(), 3u);
}

TEST(NetlinkSplit, APeerThatDoesNotFitAnyMoreGoesOnInTheNextMessage) {
  SetDevice request;
  for (int i = 0; i < 60; ++i) request.peers.push_back(PeerWith(2, true));
  std::vector<SplitMessage> messages = SplitRequest(request, Splitting::kWgPage, "wg0");
  size_t begun = 0;
  size_t ips = 0;
  for (const SplitMessage& message : messages) {
    EXPECT_LE(message.bytes, kPageBytes);
    for (const SetPeer& peer : message.request.peers) {
      begun += peer.replace_allowed_ips;
      ips += peer.allowed_ips.size();
    }
  }
  EXPECT_EQ(begun, 60u);
  EXPECT_EQ(ips, 120u);
  EXPECT_EQ(messages.size(), 2u);
}

TEST(NetlinkSplit, EveryMessageHasTheLengthThatTheEncoderGivesIt) {
  SeededEntropy random(1);
  for (int i = 0; i < 200; ++i) {
    const SetDevice request = RandomRequest(40, 100, &random);
    for (const Splitting splitting : kAll) {
      for (const SplitMessage& message : SplitRequest(request, splitting, "wg0")) {
        if (message.bytes > kMaxMessageBytes) {
          EXPECT_EQ(splitting, Splitting::kNone);
          continue;
        }
        ASSERT_EQ(message.bytes, Encoded(message, splitting).size());
      }
    }
  }
}

TEST(NetlinkSplit, AMessageByPageIsAsFullAsItCanBe) {
  for (const Splitting splitting : {Splitting::kWgPage, Splitting::kNetworkd}) {
    for (const bool v6 : {false, true}) {
      const std::vector<SplitMessage> messages = Split(PeerWith(1000, true, v6), splitting);
      for (size_t i = 0; i + 1 < messages.size(); ++i) {
        EXPECT_GT(messages[i].bytes + (v6 ? 40 : 28), kPageBytes);
      }
    }
  }
}

TEST(NetlinkSplit, WgctrlRepeatsTheDevicesAttributesAndTakesAPeerListedTwiceAsKnown) {
  SetDevice request;
  request.replace_peers = true;
  request.listen_port = 5;
  request.fwmark = 7;
  request.private_key.emplace();
  request.peers.push_back(PeerWith(257, true));
  request.peers.push_back(PeerWith(1, true));
  const std::vector<SplitMessage> messages = SplitRequest(request, Splitting::kWgctrl, "wg0");
  ASSERT_EQ(messages.size(), 3u);
  for (const SplitMessage& message : messages) {
    const bool first = &message == &messages[0];
    EXPECT_EQ(message.request.replace_peers, first);
    EXPECT_EQ(message.request.listen_port, 5);
    EXPECT_EQ(message.request.fwmark, 7u);
    EXPECT_TRUE(message.request.private_key.has_value());
    EXPECT_EQ(message.request.peers[0].replace_allowed_ips, first);
  }
}

TEST(NetlinkSplit, NetworkdOpensItsNestsAlways) {
  SetDevice request;
  EXPECT_EQ(SplitRequest(request, Splitting::kNetworkd, "wg0")[0].bytes, 28u + 4);
  request.peers.push_back(PeerWith(0, false));
  EXPECT_EQ(SplitRequest(request, Splitting::kNetworkd, "wg0")[0].bytes, 28u + 4 + 40 + 4);
  EXPECT_EQ(SplitRequest(request, Splitting::kWgPage, "wg0")[0].bytes, 28u + 4 + 40);
}

// A random request on a device with a random configuration.
TEST(NetlinkSplit, MessagesOneAfterTheOtherDoWhatTheWholeRequestDoes) {
  SeededEntropy random(5);
  BufferPool pool;
  for (int i = 0; i < 300; ++i) {
    const SetDevice before = RandomRequest(20, 12, &random);
    const SetDevice request = RandomRequest(60, 60, &random);
    for (const Splitting splitting : kAll) {
      const auto configured = [&](const std::vector<SplitMessage>& messages) {
        SeededEntropy entropy(7);
        Module module;
        Device device({.profile = &wg::kLinux616,
                       .crypto = &ModelledCrypto(),
                       .entropy = &entropy,
                       .pool = &pool,
                       .module = &module,
                       .now = kNow});
        Effects fx;
        EXPECT_EQ(Configure(&device, before, kNow, &fx), Errno::kOk);
        for (const SplitMessage& message : messages) {
          EXPECT_EQ(Configure(&device, message.request, kNow, &fx), Errno::kOk);
        }
        return Describe(device.Get());
      };
      ASSERT_EQ(configured(SplitRequest(request, splitting, "wg0")), configured({{request, 0}}));
    }
  }
}

TEST(NetlinkSplit, WG8_018_AMessageThatFailsLeavesThoseBeforeItApplied) {
  SetPeer peer = PeerWith(300, true);
  peer.allowed_ips[200].error = Errno::kInval;
  const std::vector<SplitMessage> messages = Split(peer, Splitting::kWgPage);
  ASSERT_EQ(messages.size(), 3u);
  SeededEntropy entropy(7);
  BufferPool pool;
  Module module;
  Device device({.profile = &wg::kLinux616,
                 .crypto = &ModelledCrypto(),
                 .entropy = &entropy,
                 .pool = &pool,
                 .module = &module,
                 .now = kNow});
  Effects fx;
  size_t sent = 0;
  Errno error = Errno::kOk;
  while (error == Errno::kOk) error = Configure(&device, messages[sent++].request, kNow, &fx);
  EXPECT_EQ(error, Errno::kInval);
  EXPECT_EQ(sent, 2u) << "the third is not sent";
  ASSERT_EQ(device.Get().peers.size(), 1u);
  EXPECT_EQ(device.Get().peers[0].allowed_ips.size(), 200u) << "the second to its wrong entry, too";
}

TEST(NetlinkSplit, AnEmptyRequestIsOneMessage) {
  EXPECT_EQ(SplitRequest(SetDevice(), Splitting::kWgPage, "wg0").size(), 1u);
  EXPECT_EQ(SplitRequest(SetDevice(), Splitting::kWgPage, "wg0")[0].bytes, 28u);
}

}  // namespace
}  // namespace wg::netlink
