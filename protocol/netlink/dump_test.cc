// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// GET_DEVICE: both sides, and the assertions NL-* of spec/data section 10.2 that a dump shows.
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/netlink/kernel_fixture.h"
#include "protocol/netlink/request_fixture.h"

namespace wg::netlink {
namespace {

constexpr Version kAll[] = {Version::kLinux612, Version::kLinux616, Version::kLinux619};

class NetlinkDump : public KernelTest {
 protected:
  // 10.n.0.0/32, 10.n.0.1/32, ...
  static std::vector<AllowedIpChange> Addresses(uint8_t n, uint32_t count) {
    std::vector<AllowedIpChange> changes;
    for (uint32_t i = 0; i < count; ++i) {
      changes.push_back({.prefix = Prefix::Host(IpAddress::V4(uint32_t{10} << 24 | n << 16 | i))});
    }
    return changes;
  }
  void AddPeer(char name, uint32_t count) {
    SetPeer peer = Add(name);
    peer.allowed_ips = Addresses(static_cast<uint8_t>(name), count);
    ASSERT_EQ(Send(Peers({peer})), Errno::kOk);
  }
  // The attributes of the one message in a datagram that is not NLMSG_DONE.
  static absl::Span<const uint8_t> AttributesOf(const Bytes& datagram) {
    Message message;
    EXPECT_TRUE(MessageReader(datagram).Next(&message));
    return message.payload.subspan(kGenericHeaderBytes);
  }
  static bool Interrupted(const Bytes& datagram) {
    Message message;
    EXPECT_TRUE(MessageReader(datagram).Next(&message));
    return (message.header.flags & kFlagDumpInterrupted) != 0;
  }
  // Numbers of a level, or of the n-th entry of PEERS: "2 6 7", in their order.
  static std::string Numbers(absl::Span<const uint8_t> level) {
    std::string text;
    AttributeReader reader(level);
    for (Attribute a; reader.Next(&a);) absl::StrAppend(&text, text.empty() ? "" : " ", a.type);
    return text;
  }
  static std::vector<Attribute> Entries(absl::Span<const uint8_t> device, uint16_t type) {
    std::vector<Attribute> entries;
    AttributeReader reader(device);
    for (Attribute a; reader.Next(&a);) {
      if (a.type != type) continue;
      AttributeReader list(a.payload);
      for (Attribute entry; list.Next(&entry);) entries.push_back(entry);
    }
    return entries;
  }
};

TEST_F(NetlinkDump, AMessageByHandIsWhatTheCursorMakes) {
  Send(SetMessage(
      {Attr(kDeviceIfName, Text("wg0")), Attr(kDeviceFwmark, U32(6)),
       Attr(kDeviceListenPort, U16(51820)),
       Nest(kDevicePeers, {PeerEntry('A', Cat({Attr(kPeerEndpoint, SockaddrIn()),
                                               Attr(kPeerPersistentKeepalive, U16(25)),
                                               Ips({AllowedIp(2, {10, 9, 9, 9}, 8)})}))})}));
  Peer& peer = *device_->state().first_peer;
  peer.rx_bytes = 5;
  peer.tx_bytes = uint64_t{1} << 40;
  peer.walltime_last_handshake = WallTime(std::chrono::milliseconds(1500));
  const Bytes attributes = Cat({
      Attr(kDeviceListenPort, U16(51820)),
      Attr(kDeviceFwmark, U32(6)),
      Attr(kDeviceIfIndex, U32(3)),
      Attr(kDeviceIfName, Text("wg0")),
      Nest(kDevicePeers,
           {Nest(0, {Attr(kPeerPublicKey, Fill('A')), Attr(kPeerPresharedKey, Fill(0)),
                     Attr(kPeerLastHandshake, Cat({U64(1), U64(500'000'000)})),
                     Attr(kPeerPersistentKeepalive, U16(25)),
                     Attr(kPeerTxBytes, U64(uint64_t{1} << 40)), Attr(kPeerRxBytes, U64(5)),
                     Attr(kPeerProtocolVersion, U32(1)), Attr(kPeerEndpoint, SockaddrIn()),
                     Ips({Nest(0, {Attr(kAllowedIpMask, U8(8)), Attr(kAllowedIpFamily, U16(2)),
                                   Attr(kAllowedIpAddress, {10, 0, 0, 0})})})})}),
  });
  const Bytes answer = Cat({
      U32(static_cast<uint32_t>(20 + attributes.size())),
      U16(kFamily),
      U16(kFlagMulti),
      U32(7),
      U32(1),
      U8(0),
      U8(1),
      U16(0),
      attributes,  //
      U32(20),
      U16(kTypeDone),
      U16(kFlagMulti),
      U32(7),
      U32(1),
      U32(0),
  });
  DumpCursor cursor = Cursor();
  EXPECT_EQ(cursor.Next(*device_, kDumpBytes), answer);
  EXPECT_TRUE(cursor.done());
}

TEST_F(NetlinkDump, NL001_NL002_NL004_TheRequestIsCheckedAsThatOfSetDevice) {
  const uint16_t dump = kFlagRequest | kFlagDump;
  const auto start = [&](const Bytes& attributes) {
    return Start(GenericMessage(dump, Command::kGetDevice, attributes));
  };
  for (const Version version : kAll) {
    Use(version);
    EXPECT_EQ(start({}), Errno::kBadR);
    EXPECT_EQ(start(Cat({Attr(kDeviceIfName, Text("wg0")), Attr(kDeviceIfIndex, U32(3))})),
              Errno::kBadR);
    EXPECT_EQ(start(Attr(kDeviceIfName, Text("wg7"))), Errno::kNoDev);
    EXPECT_EQ(start(Attr(kDeviceIfName, Text("eth0"))), Errno::kOpNotSupp);
    EXPECT_EQ(start(Attr(kDeviceIfIndex, U32(3))), Errno::kOk);
    EXPECT_EQ(Start(EncodeGetDevice(Target::Name("wg0"), 7, 0)), Errno::kOk);
    EXPECT_EQ(start(Cat({Attr(kDeviceIfIndex, U32(3)), Attr(kDeviceFwmark, U32(0))})),
              version == Version::kLinux619 ? Errno::kInval : Errno::kOk);
  }
  has_net_admin_ = false;
  EXPECT_EQ(start(Attr(kDeviceIfIndex, U32(3))), Errno::kPerm);
}

TEST_F(NetlinkDump, NL019_NL020_ThePrivateKeyIsClampedAndAZeroOneRemovesBothKeys) {
  SetDevice request;
  request.private_key = Private(0xff);
  Send(request);
  PrivateKey clamped = Private(0xff);
  Clamp(&clamped);
  EXPECT_TRUE(Dump().device().private_key == clamped);
  EXPECT_TRUE(Dump().device().public_key == device_->Get().public_key);
  request.private_key = PrivateKey();
  Send(request);
  EXPECT_EQ(Numbers(AttributesOf(Cursor().Next(*device_, kDumpBytes))), "6 7 1 2");
}

TEST_F(NetlinkDump, NL043_NL044_AnUnsetPresharedKeyIsZerosAndAnUnknownEndpointAbsent) {
  AddPeer('A', 0);
  const Bytes datagram = Cursor().Next(*device_, kDumpBytes);
  const std::vector<Attribute> peers = Entries(AttributesOf(datagram), kDevicePeers);
  ASSERT_EQ(peers.size(), 1u);
  EXPECT_EQ(Numbers(peers[0].payload), "1 2 6 5 8 7 10");
}

TEST_F(NetlinkDump, NL045_PeersAreListedInTheOrderOfCreation) {
  for (const char name : {'C', 'A', 'B'}) AddPeer(name, 1);
  const GetDevice device = Dump().device();
  ASSERT_EQ(device.peers.size(), 3u);
  EXPECT_EQ(device.peers[0].public_key, Key('C'));
  EXPECT_EQ(device.peers[1].public_key, Key('A'));
  EXPECT_EQ(device.peers[2].public_key, Key('B'));
}

TEST_F(NetlinkDump, NL046_NL047_SplitPeersRepeatTheirKeyAndTheDeviceUntilTheFirstIsComplete) {
  AddPeer('A', 40);
  AddPeer('B', 40);
  DumpCursor cursor = Cursor();
  std::vector<std::string> seen;
  while (!cursor.done()) {
    const Bytes datagram = cursor.Next(*device_, 600);
    std::string text = Numbers(AttributesOf(datagram));
    for (const Attribute& peer : Entries(AttributesOf(datagram), kDevicePeers)) {
      absl::StrAppend(&text, " | ", Numbers(peer.payload));
    }
    seen.push_back(text);
  }
  EXPECT_EQ(seen, (std::vector<std::string>{
                      "6 7 1 2 8 | 1 2 6 5 8 7 10 9",        // A: 14 entries
                      "6 7 1 2 8 | 1 9",                     // A: 17
                      "6 7 1 2 8 | 1 9 | 1 2 6 5 8 7 10 9",  // A: 9; B: 3
                      "8 | 1 9",                             // B: 19
                      "8 | 1 9",                             // B: 18
                  }));
  EXPECT_EQ(Describe(Dump(600).device()), Describe(device_->Get()));
}

TEST_F(NetlinkDump, APeerWhoseFixedPartDoesNotFitMovesToTheNextMessageAsAWhole) {
  for (char name = 'A'; name < 'A' + 20; ++name) AddPeer(name, 1);
  for (size_t bytes = kMinDumpBytes; bytes < 1000; ++bytes) {
    ASSERT_EQ(Describe(Dump(bytes).device()), Describe(device_->Get())) << bytes;
  }
}

TEST_F(NetlinkDump, NL048_WG8_019_ASetBetweenTwoPartsInterruptsTheDumpAndItIsReadAgain) {
  AddPeer('A', 100);
  DumpCursor cursor = Cursor();
  DumpReader reader(7);
  const Bytes first = cursor.Next(*device_, 600);
  EXPECT_FALSE(Interrupted(first));
  EXPECT_EQ(reader.Feed(first), DumpReader::State::kMore);
  Send(SetDevice());  // changes nothing, and counts
  const Bytes second = cursor.Next(*device_, 600);
  EXPECT_TRUE(Interrupted(second));
  EXPECT_EQ(reader.Feed(second), DumpReader::State::kInterrupted);
  EXPECT_FALSE(Interrupted(cursor.Next(*device_, 600)));  // only the change is marked
  // And again, undisturbed.
  EXPECT_EQ(Describe(Dump(600).device()), Describe(device_->Get()));
}

TEST_F(NetlinkDump, NL049_CountersAndRoamingDoNotInterruptIt) {
  AddPeer('A', 100);
  DumpCursor cursor = Cursor();
  cursor.Next(*device_, 600);
  device_->state().first_peer->rx_bytes = 5;
  SetEndpoint(*device_->state().first_peer, Endpoint{A("192.0.2.1"), 1});
  EXPECT_FALSE(Interrupted(cursor.Next(*device_, 600)));
}

TEST_F(NetlinkDump, NL050_TheDumpEndsWhenThePeerOfTheCursorIsRemoved) {
  for (const char name : {'A', 'B', 'C', 'D', 'E', 'F'}) AddPeer(name, 1);
  DumpCursor cursor = Cursor();
  const Bytes first = cursor.Next(*device_, 600);
  EXPECT_EQ(Entries(AttributesOf(first), kDevicePeers).size(), 3u);
  Send(Peers({Remove('C')}));  // the last one that was complete
  const Bytes second = cursor.Next(*device_, 600);
  EXPECT_TRUE(Interrupted(second));
  EXPECT_EQ(Numbers(AttributesOf(second)), "");
  EXPECT_TRUE(cursor.done());
}

TEST_F(NetlinkDump, AnotherPeersRemovalDoesNotEndIt) {
  for (const char name : {'A', 'B', 'C', 'D', 'E', 'F'}) AddPeer(name, 1);
  DumpCursor cursor = Cursor();
  cursor.Next(*device_, 600);
  Send(Peers({Remove('A'), Remove('D')}));
  std::string keys;
  while (!cursor.done()) {
    const Bytes datagram = cursor.Next(*device_, 600);
    for (const Attribute& peer : Entries(AttributesOf(datagram), kDevicePeers)) {
      keys += static_cast<char>(peer.payload[4]);
    }
  }
  EXPECT_EQ(keys, "EF");
}

TEST_F(NetlinkDump, AChangedTableLeavesOutTheRestOfASplitListAndNothingElse) {
  AddPeer('A', 100);
  AddPeer('B', 3);
  DumpCursor cursor = Cursor();
  cursor.Next(*device_, 600);
  Send(Peers({Add('B', {"10.9.9.9/32"})}));
  const Bytes second = cursor.Next(*device_, 600);
  const std::vector<Attribute> peers = Entries(AttributesOf(second), kDevicePeers);
  ASSERT_EQ(peers.size(), 2u);
  EXPECT_EQ(Numbers(peers[0].payload), "1");  // A: the rest is left out
  EXPECT_EQ(peers[1].payload[4], 'B');
  EXPECT_EQ(Entries(peers[1].payload, kPeerAllowedIps).size(), 4u);
  EXPECT_TRUE(Interrupted(second));
}

TEST_F(NetlinkDump, ThePeerInThePlaceOfARemovedSplitOneIsTakenForItsContinuation) {
  AddPeer('A', 100);
  AddPeer('B', 3);
  DumpCursor cursor = Cursor();
  cursor.Next(*device_, 600);
  Send(Peers({Remove('A')}));
  const Bytes second = cursor.Next(*device_, 600);
  EXPECT_TRUE(Interrupted(second));
  const std::vector<Attribute> peers = Entries(AttributesOf(second), kDevicePeers);
  ASSERT_EQ(peers.size(), 1u);
  EXPECT_EQ(Numbers(peers[0].payload), "1");
  EXPECT_EQ(peers[0].payload[4], 'B');
}

TEST_F(NetlinkDump, AnEmptiedDeviceEndsTheDump) {
  AddPeer('A', 100);
  DumpCursor cursor = Cursor();
  cursor.Next(*device_, 600);
  SetDevice empty;
  empty.replace_peers = true;
  Send(empty);
  EXPECT_EQ(Numbers(AttributesOf(cursor.Next(*device_, 600))), "6 7 1 2");
  EXPECT_TRUE(cursor.done());
}

TEST_F(NetlinkDump, NL051_255Times256Times2PrefixesInOnePeerComeBackComplete) {
  SetPeer peer = Add('A');
  for (uint32_t i = 0; i < 255 * 256; ++i) {
    peer.allowed_ips.push_back({.prefix = Prefix::Host(IpAddress::V4(uint32_t{10} << 24 | i))});
    peer.allowed_ips.push_back({.prefix = Prefix::Host(IpAddress::V6(uint64_t{0xfd} << 56, i))});
  }
  ASSERT_EQ(Configure(device_.get(), Peers({peer}), kNow, &fx_), Errno::kOk);
  const DumpReader reader = Dump();
  ASSERT_EQ(reader.state(), DumpReader::State::kDone);
  ASSERT_EQ(reader.device().peers.size(), 1u);
  EXPECT_EQ(reader.device().peers[0].allowed_ips.size(), 130'560u);
  EXPECT_EQ(reader.device().peers[0].allowed_ips, Get('A').allowed_ips);
  EXPECT_GT(dump_datagrams_, 1000);
}

TEST_F(NetlinkDump, WhateverTheDeviceAndTheSizeADumpReadsBackAsTheDevice) {
  SeededEntropy random(3);
  for (int i = 0; i < 100; ++i) {
    Send(RandomRequest(10, 40, &random));
    for (const size_t bytes :
         {kMinDumpBytes, size_t{700}, size_t{1500}, kDumpBytes, size_t{32768}}) {
      const DumpReader reader = Dump(bytes);
      ASSERT_EQ(reader.state(), DumpReader::State::kDone);
      ASSERT_EQ(Describe(reader.device()), Describe(device_->Get()));
      EXPECT_EQ(reader.ifname(), "wg0");
      EXPECT_EQ(reader.ifindex(), 3u);
    }
  }
}

TEST_F(NetlinkDump, TheReaderTellsErrorsStrangersAndNonsenseApart) {
  const Bytes request = EncodeGetDevice(Target::Name("wg7"), 7, 0);
  DumpReader refused(7);
  EXPECT_EQ(refused.Feed(EncodeAnswer(request, Errno::kNoDev)), DumpReader::State::kFailed);
  EXPECT_EQ(refused.error(), Errno::kNoDev);
  DumpReader other(8);
  EXPECT_EQ(other.Feed(EncodeAnswer(request, Errno::kNoDev)), DumpReader::State::kMore);
  // Messages for others in one datagram with one for the reader.
  Bytes both = EncodeAnswer(EncodeGetDevice(Target::Name("wg7"), 9, 0), Errno::kNoDev);
  const Bytes own = EncodeAnswer(EncodeGetDevice(Target::Name("wg7"), 8, 0), Errno::kPerm);
  both.insert(both.end(), own.begin(), own.end());
  DumpReader mixed(8);
  EXPECT_EQ(mixed.Feed(both), DumpReader::State::kFailed);
  EXPECT_EQ(mixed.error(), Errno::kPerm);
  EXPECT_EQ(other.Feed({1, 2, 3}), DumpReader::State::kFailed);
  EXPECT_EQ(other.error(), Errno::kInval);
}

TEST_F(NetlinkDump, EveryTruncationOfAnAnswerFailsOrWantsMore) {
  AddPeer('A', 3);
  AddPeer('B', 1);
  const Bytes whole = Cursor().Next(*device_, kDumpBytes);
  const size_t message = whole.size() - 20;  // NLMSG_DONE is behind it
  for (size_t size = 1; size < whole.size(); ++size) {
    DumpReader reader(7);
    const Bytes cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    EXPECT_EQ(reader.Feed(cut),
              size == message ? DumpReader::State::kMore : DumpReader::State::kFailed);
    if (size < 20 || size > message) continue;
    Bytes shorter = cut;
    shorter[0] = static_cast<uint8_t>(size);
    shorter[1] = static_cast<uint8_t>(size >> 8);
    DumpReader(7).Feed(shorter);  // a sanitizer would complain
  }
}

}  // namespace
}  // namespace wg::netlink
