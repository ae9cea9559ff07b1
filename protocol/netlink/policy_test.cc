// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Every rule at its borders, with the errnos of lib/nlattr.c.
#include "protocol/netlink/policy.h"

#include <cstdint>

#include "gtest/gtest.h"
#include "protocol/netlink/bytes_fixture.h"

namespace wg::netlink {
namespace {

constexpr Version kAll[] = {Version::kLinux612, Version::kLinux616, Version::kLinux619};

Errno Device(Version version, const Bytes& attributes) {
  AttributeTable table;
  return ParseLevel(attributes, PoliciesOf(version).set_device, &table);
}
Errno Peer(Version version, const Bytes& attributes) {
  AttributeTable table;
  return ParseLevel(attributes, PoliciesOf(version).peer, &table);
}
Errno AllowedIpLevel(Version version, const Bytes& attributes) {
  AttributeTable table;
  return ParseLevel(attributes, PoliciesOf(version).allowed_ip, &table);
}

TEST(NetlinkPolicy, IntegersHaveExactlyTheirSize) {
  for (const Version v : kAll) {
    for (size_t size = 0; size <= 12; ++size) {
      const auto expect = [&](size_t right) { return size == right ? Errno::kOk : Errno::kInval; };
      EXPECT_EQ(Device(v, Attr(kDeviceIfIndex, Fill(0, size))), expect(4));
      EXPECT_EQ(Device(v, Attr(kDeviceFlags, Fill(0, size))), expect(4));
      EXPECT_EQ(Device(v, Attr(kDeviceListenPort, Fill(0, size))), expect(2));
      EXPECT_EQ(Peer(v, Attr(kPeerRxBytes, Fill(0, size))), expect(8));
      EXPECT_EQ(Peer(v, Attr(kPeerProtocolVersion, Fill(0, size))), expect(4));
      EXPECT_EQ(AllowedIpLevel(v, Attr(kAllowedIpMask, Fill(0, size))), expect(1));
    }
  }
}

TEST(NetlinkPolicy, KeysAndTimesHaveExactlyTheirLengthSockaddrsAndAddressesAtLeast) {
  for (const Version v : kAll) {
    for (size_t size = 0; size <= 40; ++size) {
      const auto expect = [&](bool good) { return good ? Errno::kOk : Errno::kRange; };
      EXPECT_EQ(Device(v, Attr(kDevicePrivateKey, Fill(0, size))), expect(size == 32));
      EXPECT_EQ(Device(v, Attr(kDevicePublicKey, Fill(0, size))), expect(size == 32));
      EXPECT_EQ(Peer(v, Attr(kPeerPublicKey, Fill(0, size))), expect(size == 32));
      EXPECT_EQ(Peer(v, Attr(kPeerPresharedKey, Fill(0, size))), expect(size == 32));
      EXPECT_EQ(Peer(v, Attr(kPeerLastHandshake, Fill(0, size))), expect(size == 16));
      EXPECT_EQ(Peer(v, Attr(kPeerEndpoint, Fill(0, size))), expect(size >= 16));
      EXPECT_EQ(AllowedIpLevel(v, Attr(kAllowedIpAddress, Fill(0, size))), expect(size >= 4));
    }
  }
}

TEST(NetlinkPolicy, ANameHasItsNulWithinSixteenBytesAndFifteenCharacters) {
  const auto name = [](const Bytes& payload) {
    return Device(Version::kLinux616, Attr(kDeviceIfName, payload));
  };
  EXPECT_EQ(name(Text("")), Errno::kOk);
  EXPECT_EQ(name(Text("wg0")), Errno::kOk);
  EXPECT_EQ(name(Text("123456789012345")), Errno::kOk);
  EXPECT_EQ(name(Text("1234567890123456")), Errno::kInval);  // the NUL comes too late
  EXPECT_EQ(name({}), Errno::kInval);
  EXPECT_EQ(name({'w', 'g', '0'}), Errno::kInval);
  EXPECT_EQ(name(Cat({Text("wg0"), Text("rest")})), Errno::kOk);
  EXPECT_EQ(name(Cat({Text("wg0"), Fill('x', 11)})), Errno::kOk);     // 15 bytes, no NUL at the end
  EXPECT_EQ(name(Cat({Text("wg0"), Fill('x', 12)})), Errno::kRange);  // 16
  EXPECT_EQ(name(Cat({Text("wg0"), Fill(0, 12)})), Errno::kOk);  // 16, of which one is taken off
  EXPECT_EQ(name(Cat({Text("wg0"), Fill(0, 13)})), Errno::kRange);
}

TEST(NetlinkPolicy, NL055_TheNestedMarkerIsThereExactlyOnNests) {
  for (const Version v : kAll) {
    EXPECT_EQ(Device(v, Nest(kDevicePeers, {})), Errno::kOk);
    EXPECT_EQ(Device(v, Attr(kDevicePeers, {})), Errno::kInval);
    EXPECT_EQ(Peer(v, Attr(kPeerAllowedIps, {})), Errno::kInval);
    EXPECT_EQ(Device(v, Attr(kDeviceFwmark | kNested, U32(1))), Errno::kInval);
    EXPECT_EQ(Device(v, Attr(kDevicePrivateKey | kNested, Fill(0, 31))), Errno::kInval);
  }
  AttributeTable table;
  Attribute entry;
  const Bytes unmarked = Attr(0, Attr(kPeerPublicKey, Fill('A')));
  ASSERT_TRUE(AttributeReader(unmarked).Next(&entry));
  EXPECT_EQ(ParseEntry(entry, PoliciesOf(Version::kLinux619).peer, &table), Errno::kInval);
}

TEST(NetlinkPolicy, NL056_UnknownNumbersAreRefusedAtEveryLevel) {
  for (const Version v : kAll) {
    EXPECT_EQ(Device(v, Attr(9, U32(0))), Errno::kInval);
    EXPECT_EQ(Device(v, Attr(0, U32(0))), Errno::kInval);
    EXPECT_EQ(Device(v, Attr(kTypeMask, U32(0))), Errno::kInval);
    EXPECT_EQ(Peer(v, Attr(11, U32(0))), Errno::kInval);
    EXPECT_EQ(Peer(v, Attr(0, U32(0))), Errno::kInval);
    EXPECT_EQ(AllowedIpLevel(v, Attr(5, U32(0))), Errno::kInval);
  }
  EXPECT_EQ(AllowedIpLevel(Version::kLinux612, Attr(kAllowedIpFlags, U32(1))), Errno::kInval);
  EXPECT_EQ(AllowedIpLevel(Version::kLinux616, Attr(kAllowedIpFlags, U32(1))), Errno::kOk);
}

TEST(NetlinkPolicy, FlagMasksBelongToThePolicySince616) {
  for (uint32_t flags = 0; flags < 32; ++flags) {
    const auto within = [&](uint32_t mask) {
      return (flags & ~mask) == 0 ? Errno::kOk : Errno::kInval;
    };
    EXPECT_EQ(Device(Version::kLinux612, Attr(kDeviceFlags, U32(flags))), Errno::kOk);
    EXPECT_EQ(Peer(Version::kLinux612, Attr(kPeerFlags, U32(flags))), Errno::kOk);
    for (const Version v : {Version::kLinux616, Version::kLinux619}) {
      EXPECT_EQ(Device(v, Attr(kDeviceFlags, U32(flags))), within(1));
      EXPECT_EQ(Peer(v, Attr(kPeerFlags, U32(flags))), within(7));
      EXPECT_EQ(AllowedIpLevel(v, Attr(kAllowedIpFlags, U32(flags))), within(1));
    }
  }
}

TEST(NetlinkPolicy, WhatIsLeftOverIsRefused) {
  for (const Version v : kAll) {
    for (size_t size = 1; size < 4; ++size) {
      EXPECT_EQ(Device(v, Cat({Attr(kDeviceFwmark, U32(1)), Fill(0, size)})), Errno::kInval);
      EXPECT_EQ(Device(v, Attr(kDevicePeers | kNested, Fill(0, size))), Errno::kRange);
    }
    EXPECT_EQ(Device(v, {3, 0, 6, 0}), Errno::kInval);
    EXPECT_EQ(Device(v, {7, 0, 6, 0, 1, 2}), Errno::kInval);
  }
}

TEST(NetlinkPolicy, OnlyTheNewestLooksIntoTheNestsBeforeTheHandlerDoes) {
  const Bytes bad_peer = Nest(kDevicePeers, {Nest(0, {Attr(kPeerPublicKey, Fill(1, 31))})});
  const Bytes bad_ip = Nest(kDevicePeers, {PeerEntry('A', Ips({Nest(0, {Attr(9, {})})}))});
  const Bytes short_entry = Nest(kDevicePeers, {Attr(kNested, {1, 2})});
  const Bytes empty_entry = Nest(kDevicePeers, {Nest(0, {})});
  const Bytes leftover = Attr(kDevicePeers | kNested, Cat({PeerEntry('A'), {1, 2}}));
  for (const Version v : {Version::kLinux612, Version::kLinux616}) {
    for (const Bytes& bytes : {bad_peer, bad_ip, short_entry, empty_entry, leftover}) {
      EXPECT_EQ(Device(v, bytes), Errno::kOk);
    }
  }
  EXPECT_EQ(Device(Version::kLinux619, bad_peer), Errno::kRange);
  EXPECT_EQ(Device(Version::kLinux619, bad_ip), Errno::kInval);
  EXPECT_EQ(Device(Version::kLinux619, short_entry), Errno::kRange);
  EXPECT_EQ(Device(Version::kLinux619, empty_entry), Errno::kOk);  // is the handler's to refuse
  EXPECT_EQ(Device(Version::kLinux619, leftover), Errno::kOk);  // nobody looks behind the entries
}

TEST(NetlinkPolicy, TheFirstWrongAttributeDecides) {
  const Bytes range = Attr(kDevicePrivateKey, Fill(0, 31));
  const Bytes inval = Attr(kDeviceFwmark, U16(0));
  EXPECT_EQ(Device(Version::kLinux616, Cat({range, inval})), Errno::kRange);
  EXPECT_EQ(Device(Version::kLinux616, Cat({inval, range})), Errno::kInval);
}

TEST(NetlinkPolicy, OfARepeatedAttributeTheLastCountsButAllAreChecked) {
  AttributeTable table;
  const Policy& policy = PoliciesOf(Version::kLinux616).set_device;
  const Bytes twice = Cat({Attr(kDeviceFwmark, U32(1)), Attr(kDeviceFwmark, U32(2))});
  ASSERT_EQ(ParseLevel(twice, policy, &table), Errno::kOk);
  EXPECT_EQ(table.Find(kDeviceFwmark)->u32(), 2u);
  EXPECT_FALSE(table.has(kDeviceListenPort));
  EXPECT_EQ(
      Device(Version::kLinux616, Cat({Attr(kDeviceFwmark, U8(1)), Attr(kDeviceFwmark, U32(2))})),
      Errno::kInval);
}

TEST(NetlinkPolicy, TheNewestAcceptsOnlyTheInterfaceInADumpRequest) {
  AttributeTable table;
  for (const Version v : kAll) {
    const Policy& policy = PoliciesOf(v).get_device;
    EXPECT_EQ(ParseLevel(Attr(kDeviceIfName, Text("wg0")), policy, &table), Errno::kOk);
    EXPECT_EQ(ParseLevel(Attr(kDeviceIfIndex, U32(1)), policy, &table), Errno::kOk);
    EXPECT_EQ(ParseLevel(Attr(kDeviceFwmark, U32(1)), policy, &table),
              v == Version::kLinux619 ? Errno::kInval : Errno::kOk);
  }
}

TEST(NetlinkPolicy, AProfileHasTheVersionThatKnowsAsMuch) {
  EXPECT_EQ(VersionOf(wg::kLinux612), Version::kLinux612);
  EXPECT_EQ(VersionOf(wg::kLinux616), Version::kLinux616);
}

}  // namespace
}  // namespace wg::netlink
