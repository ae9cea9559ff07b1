// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The assertions NL-* of spec/data section 10.2 that a SET_DEVICE shows, from the bytes of the
// request to the state of the device.
#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/netlink/kernel_fixture.h"

namespace wg::netlink {
namespace {

constexpr Version kAll[] = {Version::kLinux612, Version::kLinux616, Version::kLinux619};

using NetlinkSetDevice = KernelTest;

Bytes Named(const Bytes& attributes) {
  return SetMessage({Attr(kDeviceIfName, Text("wg0")), attributes});
}

TEST_F(NetlinkSetDevice, NL001_NeitherOrBothOfNameAndIndexAreEbadr) {
  const Bytes name = Attr(kDeviceIfName, Text("wg0"));
  const Bytes index = Attr(kDeviceIfIndex, U32(3));
  EXPECT_EQ(Send(SetMessage({})), Errno::kBadR);
  EXPECT_EQ(Send(SetMessage({name, index})), Errno::kBadR);
  EXPECT_EQ(Send(SetMessage({name})), Errno::kOk);
  EXPECT_EQ(Send(SetMessage({index})), Errno::kOk);
}

TEST_F(NetlinkSetDevice, NL002_UnknownDevicesAreEnodevAndOthersEopnotsupp) {
  EXPECT_EQ(Send(SetMessage({Attr(kDeviceIfName, Text("wg7"))})), Errno::kNoDev);
  EXPECT_EQ(Send(SetMessage({Attr(kDeviceIfIndex, U32(7))})), Errno::kNoDev);
  EXPECT_EQ(Send(SetMessage({Attr(kDeviceIfName, Text("eth0"))})), Errno::kOpNotSupp);
  EXPECT_EQ(Send(SetMessage({Attr(kDeviceIfIndex, U32(2))})), Errno::kOpNotSupp);
}

TEST_F(NetlinkSetDevice, NL003_ADeviceOfAnotherNamespaceIsNotThere) {
  interfaces_ = {{.index = 2, .name = "eth0", .is_wireguard = false}};
  EXPECT_EQ(Send(SetMessage({Attr(kDeviceIfName, Text("wg0"))})), Errno::kNoDev);
}

TEST_F(NetlinkSetDevice, NL004_WithoutTheCapabilityNothingIsEvenParsed) {
  has_net_admin_ = false;
  EXPECT_EQ(Send(SetMessage({Attr(9, {})})), Errno::kPerm);
}

TEST_F(NetlinkSetDevice, NL005_UnknownDeviceFlagsAreRefusedBeforeAnythingChanges) {
  for (const Version version : kAll) {
    Use(version);
    const uint32_t generation = device_->state().update_gen;
    const Bytes message = Named(Cat({Attr(kDeviceFlags, U32(2)), Attr(kDeviceFwmark, U32(5))}));
    EXPECT_EQ(Send(message), version == Version::kLinux612 ? Errno::kOpNotSupp : Errno::kInval);
    EXPECT_EQ(device_->Get().fwmark, 0u);
    EXPECT_EQ(device_->state().update_gen, generation);
  }
  // The handler of 6.12 looks for the device first, the policy of 6.16 has spoken by then.
  const Bytes nowhere = SetMessage({Attr(kDeviceIfName, Text("wg7")), Attr(kDeviceFlags, U32(2))});
  Use(Version::kLinux612);
  EXPECT_EQ(Send(nowhere), Errno::kNoDev);
  Use(Version::kLinux616);
  EXPECT_EQ(Send(nowhere), Errno::kInval);
}

TEST_F(NetlinkSetDevice, NL006_UnknownPeerFlagsAreRefused) {
  for (const Version version : kAll) {
    Use(version);
    const Errno error = version == Version::kLinux612 ? Errno::kOpNotSupp : Errno::kInval;
    EXPECT_EQ(Send(SetPeers({PeerEntry('A'), PeerEntry('B', Flags(8))})), error);
    EXPECT_EQ(Config(), version == Version::kLinux619 ? "" : "A[]");
  }
}

TEST_F(NetlinkSetDevice, NL007_UnknownAllowedIpFlagsAreRefused) {
  for (const Version version : kAll) {
    Use(version);
    EXPECT_EQ(Send(SetPeers({PeerEntry('A', Ips({Ip(1), RemoveIp(2, 2)}))})), Errno::kInval);
    EXPECT_EQ(Config(), version == Version::kLinux619 ? "" : "A[10.0.0.1/32]");
  }
}

TEST_F(NetlinkSetDevice, RemoveMeOfAnAllowedIpIsUnknownTo612AndFailsWhereItStands) {
  const Bytes message = SetPeers({PeerEntry('A', Ips({Ip(1), RemoveIp(1), Ip(3)}))});
  Use(Version::kLinux612);
  EXPECT_EQ(Send(message), Errno::kInval);
  EXPECT_EQ(Config(), "A[10.0.0.1/32]");
  Use(Version::kLinux616);
  EXPECT_EQ(Send(message), Errno::kOk);
  EXPECT_EQ(Config(), "A[10.0.0.3/32]");
}

TEST_F(NetlinkSetDevice, NL008_AKeyOf31BytesIsErange) {
  EXPECT_EQ(Send(Named(Attr(kDevicePrivateKey, Fill(1, 31)))), Errno::kRange);
  EXPECT_EQ(Send(SetPeers({Nest(0, {Attr(kPeerPublicKey, Fill('A', 31))})})), Errno::kRange);
  EXPECT_EQ(Send(SetPeers({PeerEntry('A', Attr(kPeerPresharedKey, Fill(1, 33)))})), Errno::kRange);
  EXPECT_EQ(Config(), "");
}

TEST_F(NetlinkSetDevice, NL009_APeerWithoutPublicKeyIsEinval) {
  for (const Version version : kAll) {
    Use(version);
    EXPECT_EQ(Send(SetPeers({PeerEntry('A'), Nest(0, {Flags(1)}), PeerEntry('B')})), Errno::kInval);
    EXPECT_EQ(Config(), "A[]");
    EXPECT_EQ(Send(SetPeers({Nest(0, {})})), Errno::kInval);
  }
}

TEST_F(NetlinkSetDevice, NL010_NL011_OnlyProtocolVersionOneIsKnown) {
  EXPECT_EQ(Send(SetPeers({PeerEntry('A', Attr(kPeerProtocolVersion, U32(2)))})),
            Errno::kPfNoSupport);
  EXPECT_EQ(Send(SetPeers({PeerEntry('A', Attr(kPeerProtocolVersion, U32(0)))})),
            Errno::kPfNoSupport);
  EXPECT_EQ(Config(), "");
  EXPECT_EQ(Send(SetPeers({PeerEntry('A', Attr(kPeerProtocolVersion, U32(1)))})), Errno::kOk);
  EXPECT_EQ(Config(), "A[]");
}

TEST_F(NetlinkSetDevice, NL012_NL013_UpdateOnlyAndRemoveMeOnAnUnknownPeerAreSilentNoOps) {
  EXPECT_EQ(
      Send(SetPeers({PeerEntry('A', Flags(kUpdateOnly)), PeerEntry('B', Flags(kRemovePeer))})),
      Errno::kOk);
  EXPECT_EQ(Config(), "");
}

TEST_F(NetlinkSetDevice, NL014_RemoveMeIgnoresTheRestOfTheEntryEvenIfItMeansNothing) {
  const Bytes removal =
      SetPeers({PeerEntry('A', Cat({Flags(kRemovePeer), Attr(kPeerPresharedKey, Fill(1)),
                                    Ips({AllowedIp(7, {10, 0, 0, 1}, 99)})})),
                PeerEntry('B')});
  for (const Version version : kAll) {
    Use(version);
    Send(SetPeers({PeerEntry('A', Ips({Ip(1)}))}));
    EXPECT_EQ(Send(removal), Errno::kOk);
    EXPECT_EQ(Config(), "B[]");
  }
}

TEST_F(NetlinkSetDevice, NL015_TheOwnPublicKeyIsSilentlyIgnored) {
  Send(Named(Attr(kDevicePrivateKey, Fill(1))));
  const PublicKey own = *device_->Get().public_key;
  const Bytes key(own.bytes.begin(), own.bytes.end());
  EXPECT_EQ(Send(SetPeers({Nest(0, {Attr(kPeerPublicKey, key), Ips({Ip(1)})})})), Errno::kOk);
  EXPECT_EQ(Config(), "");
}

TEST_F(NetlinkSetDevice, NL016_APrivateKeyRemovesThePeerWithItsPublicKey) {
  PublicKey own;
  ASSERT_TRUE(ModelledCrypto().DerivePublic(Private(1), &own));
  const Bytes key(own.bytes.begin(), own.bytes.end());
  Send(SetPeers({Nest(0, {Attr(kPeerPublicKey, key)}), PeerEntry('B')}));
  EXPECT_EQ(Send(Named(Attr(kDevicePrivateKey, Fill(1)))), Errno::kOk);
  EXPECT_EQ(Config(), "B[]");
}

TEST_F(NetlinkSetDevice, NL022_PortAndMarkNeedRightsOverTheCreatingNamespace) {
  interfaces_[1].may_change_sockets = false;
  const uint32_t generation = device_->state().update_gen;
  const Bytes peer = Nest(kDevicePeers, {PeerEntry('A')});
  EXPECT_EQ(Send(Named(Cat({Attr(kDeviceFwmark, U32(1)), peer}))), Errno::kPerm);
  EXPECT_EQ(Send(Named(Cat({Attr(kDeviceListenPort, U16(0)), peer}))), Errno::kPerm);
  EXPECT_EQ(Config(), "");
  EXPECT_EQ(device_->state().update_gen, generation);
  EXPECT_EQ(Send(Named(peer)), Errno::kOk);
}

TEST_F(NetlinkSetDevice, NL026_ABusyPortEndsTheMessageWithTheOldPortAndNoPeer) {
  bind_ = Errno::kAddrInUse;
  EXPECT_EQ(Send(Named(Cat({Attr(kDevicePeers | kNested, PeerEntry('A')),
                            Attr(kDeviceListenPort, U16(51820)), Attr(kDeviceFwmark, U32(5))}))),
            Errno::kAddrInUse);
  EXPECT_EQ(device_->Get().listen_port, 0u);
  EXPECT_EQ(device_->Get().fwmark, 5u);
  EXPECT_EQ(Config(), "");
}

TEST_F(NetlinkSetDevice, NL028_TheOrderOfAttributesInTheMessageDoesNotMatter) {
  Send(SetPeers({PeerEntry('A'), PeerEntry('B')}));
  EXPECT_EQ(Send(Named(Cat({Nest(kDevicePeers, {PeerEntry('C'), PeerEntry('A')}),
                            Attr(kDeviceFlags, U32(kReplacePeers))}))),
            Errno::kOk);
  EXPECT_EQ(Config(), "C[] A[]");
}

TEST_F(NetlinkSetDevice, NL029_FirstFailingPeerStopsTheMessageEarlierOnesStay) {
  for (const Version version : kAll) {
    Use(version);
    EXPECT_EQ(Send(SetPeers({PeerEntry('A'), PeerEntry('B', Attr(kPeerProtocolVersion, U32(2))),
                             PeerEntry('C')})),
              Errno::kPfNoSupport);
    EXPECT_EQ(Config(), "A[]");
  }
}

TEST_F(NetlinkSetDevice, NL030_NL031_FirstFailingAllowedIpStopsThePeerAndItsKeepaliveIsNotSet) {
  Send(SetPeers({PeerEntry('A', Ips({Ip(8), Ip(9)}))}));
  EXPECT_EQ(
      Send(SetPeers(
          {PeerEntry('A', Cat({Attr(kPeerPersistentKeepalive, U16(25)), Flags(kReplaceAllowedIps),
                               Ips({Ip(1), AllowedIp(kAfInet, {10, 0, 0, 2}, 33), Ip(3)})})),
           PeerEntry('B')})),
      Errno::kInval);
  EXPECT_EQ(Config(), "A[10.0.0.1/32]");
  EXPECT_EQ(Get('A').persistent_keepalive, 0u);
}

TEST_F(NetlinkSetDevice, NL032_AnAllowedIpMissingAnAttributeIsEinval) {
  const Bytes family = Attr(kAllowedIpFamily, U16(kAfInet));
  const Bytes address = Attr(kAllowedIpAddress, {10, 0, 0, 1});
  const Bytes mask = Attr(kAllowedIpMask, U8(32));
  for (const Version version : kAll) {
    Use(version);
    for (const Bytes& entry : {Nest(0, {address, mask}), Nest(0, {family, mask}),
                               Nest(0, {family, address}), Nest(0, {})}) {
      EXPECT_EQ(Send(SetPeers({PeerEntry('A', Ips({entry}))})), Errno::kInval);
    }
    EXPECT_EQ(Config(), "A[]");
  }
}

TEST_F(NetlinkSetDevice, NL033_FamilyLengthAndMaskMustFitTogether) {
  const auto answer = [&](uint16_t family, size_t bytes, uint8_t mask) {
    return Send(SetPeers({PeerEntry('A', Ips({AllowedIp(family, Fill(1, bytes), mask)}))}));
  };
  EXPECT_EQ(answer(kAfInet, 16, 32), Errno::kInval);
  EXPECT_EQ(answer(kAfInet6, 4, 32), Errno::kInval);
  EXPECT_EQ(answer(kAfInet, 4, 33), Errno::kInval);
  EXPECT_EQ(answer(kAfInet6, 16, 129), Errno::kInval);
  EXPECT_EQ(answer(7, 4, 32), Errno::kInval);
  EXPECT_EQ(answer(0, 4, 0), Errno::kInval);
  EXPECT_EQ(answer(kAfInet, 3, 24), Errno::kRange);
  EXPECT_EQ(Config(), "A[]");
  EXPECT_EQ(answer(kAfInet, 4, 32), Errno::kOk);
  EXPECT_EQ(answer(kAfInet6, 16, 128), Errno::kOk);
  EXPECT_EQ(answer(kAfInet, 4, 0), Errno::kOk);
  EXPECT_EQ(answer(kAfInet6, 16, 0), Errno::kOk);
}

TEST_F(NetlinkSetDevice, NL034_NL035_AnEndpointOfWrongLengthIsIgnoredUnlessItIsTooShort) {
  const auto answer = [&](const Bytes& sockaddr) {
    return Send(SetPeers({PeerEntry('A', Attr(kPeerEndpoint, sockaddr))}));
  };
  EXPECT_EQ(answer(SockaddrIn()), Errno::kOk);
  EXPECT_EQ(Get('A').endpoint.ToString(), "192.0.2.1:51820");
  Bytes other = SockaddrIn();
  other[7] = 2;
  EXPECT_EQ(answer(Cat({other, Bytes(4)})), Errno::kOk);   // 20 bytes
  EXPECT_EQ(answer(Cat({other, Bytes(12)})), Errno::kOk);  // as long as IPv6's
  EXPECT_EQ(answer(Cat({U16(kAfInet6), Bytes(14)})), Errno::kOk);
  EXPECT_EQ(answer(Bytes(28)), Errno::kOk);  // no family
  EXPECT_EQ(Get('A').endpoint.ToString(), "192.0.2.1:51820");
  other.pop_back();
  EXPECT_EQ(answer(other), Errno::kRange);
  const Bytes in6 =
      Cat({U16(kAfInet6), {0xca, 0x6c}, U32(0), {0xfe, 0x80}, Bytes(13), {1}, U32(4)});
  EXPECT_EQ(answer(in6), Errno::kOk);
  EXPECT_EQ(Get('A').endpoint.ToString(), "[fe80::1]:51820");
  EXPECT_EQ(Get('A').endpoint.scope_id, 4u);
}

TEST_F(NetlinkSetDevice, NL036_RemoveMeOfAnAbsentOrForeignPrefixSucceeds) {
  Send(SetPeers({PeerEntry('A', Ips({Ip(1)}))}));
  EXPECT_EQ(Send(SetPeers({PeerEntry('B', Ips({RemoveIp(1), RemoveIp(2)}))})), Errno::kOk);
  EXPECT_EQ(Config(), "A[10.0.0.1/32] B[]");
}

TEST_F(NetlinkSetDevice, NL037_ReplaceOnANewPeerIsHarmless) {
  EXPECT_EQ(Send(SetPeers({PeerEntry('A', Cat({Flags(kReplaceAllowedIps), Ips({Ip(1)})}))})),
            Errno::kOk);
  EXPECT_EQ(Config(), "A[10.0.0.1/32]");
}

TEST_F(NetlinkSetDevice, NL054_BetweenTheMessagesOfASplitUpdateAnotherWriterCanRun) {
  Send(SetPeers({PeerEntry('A', Cat({Flags(kReplaceAllowedIps), Ips({Ip(1)})}))}));
  Send(SetPeers({PeerEntry('B', Ips({Ip(1), Ip(2)}))}));
  Send(SetPeers({PeerEntry('A', Ips({Ip(2)}))}));
  EXPECT_EQ(Config(), "A[10.0.0.2/32] B[10.0.0.1/32]");
}

TEST_F(NetlinkSetDevice, NL055_NL056_MissingMarkersAndUnknownAttributesAreRefused) {
  EXPECT_EQ(Send(Named(Attr(kDevicePeers, PeerEntry('A')))), Errno::kInval);
  EXPECT_EQ(Send(SetPeers({PeerEntry('A', Attr(kPeerAllowedIps, Ip(1)))})), Errno::kInval);
  EXPECT_EQ(Send(Named(Attr(9, U32(0)))), Errno::kInval);
  EXPECT_EQ(Send(Named(Attr(0, U32(0)))), Errno::kInval);
  EXPECT_EQ(Config(), "");
}

TEST_F(NetlinkSetDevice, NL057_APublicKeyOfTheDeviceIsIgnored) {
  EXPECT_EQ(Send(Named(Attr(kDevicePublicKey, Fill(1)))), Errno::kOk);
  EXPECT_FALSE(device_->Get().public_key.has_value());
}

TEST_F(NetlinkSetDevice, NL058_ReplacePeersAloneEmptiesTheDevice) {
  Send(SetPeers({PeerEntry('A', Ips({Ip(1)})), PeerEntry('B')}));
  EXPECT_EQ(Send(Named(Attr(kDeviceFlags, U32(1)))), Errno::kOk);
  EXPECT_EQ(Config(), "");
}

TEST_F(NetlinkSetDevice, NL061_TheGenerationGrowsPerAcceptedRequestOnly) {
  const auto grows = [&](const Bytes& message, Errno error) {
    const uint32_t before = device_->state().update_gen;
    EXPECT_EQ(Send(message), error);
    return device_->state().update_gen - before;
  };
  EXPECT_EQ(grows(Named({}), Errno::kOk), 1u);
  EXPECT_EQ(grows(SetPeers({Nest(0, {})}), Errno::kInval), 1u);  // mid-way
  EXPECT_EQ(grows(SetMessage({}), Errno::kBadR), 0u);
  EXPECT_EQ(grows(Named(Attr(9, {})), Errno::kInval), 0u);
}

TEST_F(NetlinkSetDevice, NL065_NL066_NL067_EntriesAreAppliedInTheirOrder) {
  Send(SetPeers({PeerEntry('A', Ips({Ip(1), Ip(1)}))}));
  EXPECT_EQ(Config(), "A[10.0.0.1/32]");
  Send(SetPeers({PeerEntry('A', Ips({Ip(2), RemoveIp(2), RemoveIp(3), Ip(3)}))}));
  EXPECT_EQ(Config(), "A[10.0.0.1/32 10.0.0.3/32]");
  Send(SetPeers({PeerEntry('B', Ips({Ip(4)})), PeerEntry('C', Ips({Ip(4)}))}));
  EXPECT_EQ(Config(), "A[10.0.0.1/32 10.0.0.3/32] B[] C[10.0.0.4/32]");
}

TEST_F(NetlinkSetDevice, NL068_AContinuationWithoutReplaceAppends) {
  Send(SetPeers({PeerEntry('A', Cat({Flags(kReplaceAllowedIps), Ips({Ip(1)})}))}));
  Send(SetPeers({PeerEntry('A', Ips({Ip(2)}))}));
  EXPECT_EQ(Config(), "A[10.0.0.1/32 10.0.0.2/32]");
}

}  // namespace
}  // namespace wg::netlink
