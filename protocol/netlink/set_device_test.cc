// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// SET_DEVICE as a codec: known messages, where errors are placed, truncation.
#include "protocol/netlink/set_device.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "protocol/netlink/bytes_fixture.h"
#include "protocol/netlink/request_fixture.h"

namespace wg::netlink {
namespace {

constexpr Version kAll[] = {Version::kLinux612, Version::kLinux616, Version::kLinux619};

Errno Decode(const Bytes& datagram, Version version, SetDeviceMessage* message) {
  Request request;
  const Errno error = ReadRequest(datagram, true, &request);
  return error != Errno::kOk ? error : DecodeSetDevice(request.attributes, version, message);
}
// The request as text; or the errno.
std::string Decoded(const Bytes& datagram, Version version = Version::kLinux616) {
  SetDeviceMessage message;
  const Errno error = Decode(datagram, version, &message);
  if (error != Errno::kOk) return std::string(ErrnoName(error));
  return (message.refused == Errno::kOk ? "" : std::string(ErrnoName(message.refused))) +
         Describe(message.request);
}

// What `wg set wg0 listen-port 51820 fwmark 1 peer <AA..> preshared-key <pp..> endpoint
// 192.0.2.1:51820 persistent-keepalive 25 allowed-ips 10.0.0.1/32,fd00::/64` sends.
Bytes KnownMessage() {
  return {
      // nlmsghdr: length 232, family, REQUEST, sequence 7, port 0
      232, 0, 0, 0, 31, 0, 1, 0, 7, 0, 0, 0, 0, 0, 0, 0,  //
      // genlmsghdr: SET_DEVICE, version 1
      1, 1, 0, 0,  //
      // IFNAME "wg0", LISTEN_PORT 51820, FWMARK 1
      8, 0, 2, 0, 'w', 'g', '0', 0,  //
      6, 0, 6, 0, 0x6c, 0xca, 0, 0,  //
      8, 0, 7, 0, 1, 0, 0, 0,        //
      // PEERS, one entry
      188, 0, 8, 0x80,  //
      184, 0, 0, 0x80,  //
      // PUBLIC_KEY, PRESHARED_KEY
      36, 0, 1, 0,                                                                     //
      'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A',  //
      'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A', 'A',  //
      36, 0, 2, 0,                                                                     //
      'p', 'p', 'p', 'p', 'p', 'p', 'p', 'p', 'p', 'p', 'p', 'p', 'p', 'p', 'p', 'p',  //
      'p', 'p', 'p', 'p', 'p', 'p', 'p', 'p', 'p', 'p', 'p', 'p', 'p', 'p', 'p', 'p',  //
      // ENDPOINT: sockaddr_in
      20, 0, 4, 0, 2, 0, 0xca, 0x6c, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0,  //
      // PERSISTENT_KEEPALIVE_INTERVAL 25, FLAGS REPLACE_ALLOWEDIPS
      6, 0, 5, 0, 25, 0, 0, 0,  //
      8, 0, 3, 0, 2, 0, 0, 0,   //
      // ALLOWEDIPS: FAMILY, IPADDR, CIDR_MASK each
      72, 0, 9, 0x80,                                                  //
      28, 0, 0, 0x80,                                                  //
      6, 0, 1, 0, 2, 0, 0, 0,                                          //
      8, 0, 2, 0, 10, 0, 0, 1,                                         //
      5, 0, 3, 0, 32, 0, 0, 0,                                         //
      40, 0, 0, 0x80,                                                  //
      6, 0, 1, 0, 10, 0, 0, 0,                                         //
      20, 0, 2, 0, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  //
      5, 0, 3, 0, 64, 0, 0, 0,                                         //
      0xee,                                                            // behind the message
  };
}

SetDevice KnownRequest() {
  SetDevice request;
  request.listen_port = 51820;
  request.fwmark = 1;
  SetPeer& peer = request.peers.emplace_back();
  peer.public_key.bytes.fill('A');
  peer.preshared_key.emplace().bytes.fill('p');
  peer.endpoint = Endpoint{IpAddress::V4(0xc0000201), 51820};
  peer.persistent_keepalive = 25;
  peer.replace_allowed_ips = true;
  peer.allowed_ips.push_back({.prefix = Prefix(IpAddress::V4(0x0a000001), 32)});
  peer.allowed_ips.push_back({.prefix = Prefix(IpAddress::V6(uint64_t{0xfd} << 56, 0), 64)});
  return request;
}

TEST(SetDeviceCodec, AMessageByHandIsWhatTheEncoderMakesAndTheDecoderReads) {
  Bytes known = KnownMessage();
  for (const Version version : kAll) {
    EXPECT_EQ(Decoded(known, version), Describe(KnownRequest()));
  }
  known.pop_back();
  Bytes encoded;
  ASSERT_EQ(EncodeSetDevice({.flags = kFlagRequest, .sequence = 7}, Target::Name("wg0"),
                            KnownRequest(), EncodeStyle(), &encoded),
            Errno::kOk);
  ASSERT_EQ(encoded.size(), known.size());
  EXPECT_EQ(encoded, known);
}

TEST(SetDeviceCodec, AllFlagsAndRemovalsHaveTheirBits) {
  SetDevice request;
  request.replace_peers = true;
  SetPeer& peer = request.peers.emplace_back();
  peer.public_key.bytes.fill('A');
  peer.remove = peer.replace_allowed_ips = peer.update_only = true;
  peer.allowed_ips.push_back({.prefix = Prefix(IpAddress::V4(0x0a000001), 32), .remove = true});
  Bytes encoded;
  ASSERT_EQ(EncodeSetDevice({.flags = kFlagRequest | kFlagAck, .sequence = 7}, Target::Index(3),
                            request, EncodeStyle(), &encoded),
            Errno::kOk);
  EXPECT_EQ(
      encoded,
      SetMessage({Attr(kDeviceIfIndex, U32(3)), Attr(kDeviceFlags, U32(1)),
                  Nest(kDevicePeers, {PeerEntry('A', Cat({Flags(7), Ips({RemoveIp(1)})}))})}));
  EXPECT_EQ(Decoded(encoded), Describe(request));
}

TEST(SetDeviceCodec, OrderOfAttributesAndNumbersOfEntriesMeanNothing) {
  const Bytes message = SetMessage({
      Nest(kDevicePeers,
           {Nest(77, {Nest(kPeerAllowedIps,
                           {Nest(5, {Attr(kAllowedIpMask, U8(8)), Attr(kAllowedIpFamily, U16(2)),
                                     Attr(kAllowedIpAddress, {10, 9, 9, 9})})}),
                      Attr(kPeerPersistentKeepalive, U16(5)), Attr(kPeerPublicKey, Fill('A'))})}),
      Attr(kDeviceFwmark, U32(9)),
      Attr(kDeviceIfName, Text("wg0")),
  });
  SetDevice request;
  request.fwmark = 9;
  SetPeer& peer = request.peers.emplace_back();
  peer.public_key.bytes.fill('A');
  peer.persistent_keepalive = 5;
  peer.allowed_ips.push_back({.prefix = Prefix(IpAddress::V4(0x0a090909), 8)});
  for (const Version version : kAll) EXPECT_EQ(Decoded(message, version), Describe(request));
}

TEST(SetDeviceCodec, WhatOnlyADumpEmitsIsCheckedAndIgnored) {
  const Bytes message =
      SetMessage({Attr(kDeviceIfName, Text("wg0")), Attr(kDevicePublicKey, Fill(1)),
                  Nest(kDevicePeers,
                       {PeerEntry('A', Cat({Attr(kPeerLastHandshake, Fill(1, 16)),
                                            Attr(kPeerRxBytes, U64(5)), Attr(kPeerTxBytes, U64(5)),
                                            Attr(kPeerProtocolVersion, U32(1))}))})});
  SetDevice request;
  request.peers.emplace_back().public_key.bytes.fill('A');
  EXPECT_EQ(Decoded(message), Describe(request));
}

TEST(SetDeviceCodec, AnErrorOfAPeerStandsAtThePeerUpTo618AndAtTheMessageSince) {
  const Bytes message =
      SetPeers({PeerEntry('A'), PeerEntry('B', Attr(kPeerEndpoint, Fill(0, 15))), PeerEntry('C')});
  for (const Version version : {Version::kLinux612, Version::kLinux616}) {
    SetDeviceMessage decoded;
    ASSERT_EQ(Decode(message, version, &decoded), Errno::kOk);
    ASSERT_EQ(decoded.request.peers.size(), 2u);
    EXPECT_EQ(decoded.request.peers[0].error, Errno::kOk);
    EXPECT_EQ(decoded.request.peers[1].error, Errno::kRange);
  }
  EXPECT_EQ(Decoded(message, Version::kLinux619), "ERANGE");
}

TEST(SetDeviceCodec, AnErrorOfAnAllowedIpStandsAtTheEntryAndLaterPeersAreRead) {
  const Bytes message =
      SetPeers({PeerEntry('A', Ips({Ip(1), AllowedIp(kAfInet, {10, 0, 0, 2}, 33), Ip(3)})),
                PeerEntry('B', Ips({Ip(4)}))});
  for (const Version version : kAll) {
    SetDeviceMessage decoded;
    ASSERT_EQ(Decode(message, version, &decoded), Errno::kOk);
    ASSERT_EQ(decoded.request.peers.size(), 2u);
    ASSERT_EQ(decoded.request.peers[0].allowed_ips.size(), 2u);
    EXPECT_EQ(decoded.request.peers[0].allowed_ips[0].error, Errno::kOk);
    EXPECT_EQ(decoded.request.peers[0].allowed_ips[1].error, Errno::kInval);
    EXPECT_EQ(decoded.request.peers[1].allowed_ips.size(), 1u);
  }
}

TEST(SetDeviceCodec, TheHandlerOf612FindsFlagsBeforeTheProtocolVersionAndAfterTheKey) {
  const auto error = [](const Bytes& entry) {
    SetDeviceMessage decoded;
    EXPECT_EQ(Decode(SetPeers({entry}), Version::kLinux612, &decoded), Errno::kOk);
    return decoded.request.peers[0].error;
  };
  const Bytes version = Attr(kPeerProtocolVersion, U32(2));
  EXPECT_EQ(error(Nest(0, {Flags(8), version})), Errno::kInval);
  EXPECT_EQ(error(PeerEntry('A', Cat({Flags(8), version}))), Errno::kOpNotSupp);
  EXPECT_EQ(error(PeerEntry('A', Cat({Flags(7), version}))), Errno::kPfNoSupport);
}

TEST(SetDeviceCodec, EntriesWithoutTheirMarkerAreRefusedWhenTheyAreReached) {
  for (const Version version : kAll) {
    SetDeviceMessage decoded;
    ASSERT_EQ(Decode(SetPeers({PeerEntry('A'), Attr(0, Attr(kPeerPublicKey, Fill('B')))}), version,
                     &decoded),
              Errno::kOk);
    ASSERT_EQ(decoded.request.peers.size(), 2u);
    EXPECT_EQ(decoded.request.peers[1].error, Errno::kInval);
  }
}

TEST(SetDeviceCodec, EveryTruncationIsAnErrnoOrAShorterRequestAndNeverMore) {
  Bytes whole = KnownMessage();
  whole.pop_back();
  for (const Version version : kAll) {
    for (size_t size = 0; size < whole.size(); ++size) {
      // Cut off by the datagram: no whole message.
      const Bytes cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
      EXPECT_EQ(Decoded(cut, version), "EINVAL") << size;
      // Cut off by the message's own length: the device's attributes, at least, do not end there.
      if (size < 16) continue;
      Bytes shorter = cut;
      shorter[0] = static_cast<uint8_t>(size);
      const bool at_an_attribute =
          size == 20 || size == 28 || (size >= 34 && size <= 36) || size == 44;
      EXPECT_EQ(Decoded(shorter, version) == "EINVAL", !at_an_attribute) << size;
    }
  }
}

TEST(SetDeviceCodec, EveryLengthOfEveryAttributeIsTakenOrRefusedWithoutReadingFurther) {
  const Bytes whole = KnownMessage();
  for (size_t at : {20u, 28u, 36u, 44u, 48u, 52u, 88u, 124u, 144u, 152u, 160u, 164u, 168u, 192u}) {
    for (uint32_t length = 0; length < 512; ++length) {
      Bytes bytes(whole.begin(), whole.begin() + 232);
      bytes[at] = static_cast<uint8_t>(length);
      bytes[at + 1] = static_cast<uint8_t>(length >> 8);
      for (const Version version : kAll) Decoded(bytes, version);  // a sanitizer would complain
    }
  }
}

TEST(SetDeviceCodec, ARequestThatIsTooLongForAMessageIsNotEncoded) {
  SetDevice request;
  SetPeer& peer = request.peers.emplace_back();
  const AllowedIpChange entry = {.prefix = Prefix(IpAddress::V4(0x0a000001), 32)};
  const size_t fixed = EncodedSize(Target::Name("wg0"), request, EncodeStyle()) + 4;
  peer.allowed_ips.assign((kMaxMessageBytes - fixed) / 28, entry);
  Bytes datagram;
  EXPECT_EQ(EncodeSetDevice({}, Target::Name("wg0"), request, EncodeStyle(), &datagram),
            Errno::kOk);
  EXPECT_GT(datagram.size() + 28, kMaxMessageBytes);
  peer.allowed_ips.push_back(entry);
  datagram.clear();
  EXPECT_EQ(EncodeSetDevice({}, Target::Name("wg0"), request, EncodeStyle(), &datagram),
            Errno::kMsgSize);
  EXPECT_TRUE(datagram.empty());
}

TEST(SetDeviceCodec, KeysAreZeroedInTheRequestAndNothingElseIs) {
  const auto message = [](uint8_t secret) {
    return SetMessage(
        {Attr(kDevicePrivateKey, Fill(secret)), Attr(kDevicePublicKey, Fill(9)),
         Nest(kDevicePeers, {PeerEntry('A', Attr(kPeerPresharedKey, Fill(secret))),
                             PeerEntry('B', Attr(kPeerPresharedKey, Fill(secret)))})});
  };
  Bytes datagram = message(0x55);
  WipeKeys(absl::MakeSpan(datagram));
  EXPECT_EQ(datagram, message(0));
  Bytes no_request = message(0x55);
  no_request.pop_back();
  WipeKeys(absl::MakeSpan(no_request));
  EXPECT_EQ(no_request[24], 0x55u);
}

TEST(SetDeviceCodec, WhatIsDecodedFromWhatWasEncodedIsTheSame) {
  SeededEntropy random(1);
  for (int i = 0; i < 5000; ++i) {
    const SetDevice request = RandomRequest(6, 6, &random);
    const Target target = random.Below(2) == 0 ? Target::Name("a-long-name-123")
                                               : Target::Index(static_cast<uint32_t>(i));
    const EncodeStyle style = {.empty_nests = random.Below(2) == 0};
    Bytes datagram;
    ASSERT_EQ(EncodeSetDevice({.flags = kFlagRequest}, target, request, style, &datagram),
              Errno::kOk);
    ASSERT_EQ(datagram.size(), EncodedSize(target, request, style));
    for (const Version version : {Version::kLinux616, Version::kLinux619}) {
      SetDeviceMessage decoded;
      ASSERT_EQ(Decode(datagram, version, &decoded), Errno::kOk);
      EXPECT_EQ(decoded.target, target);
      EXPECT_EQ(decoded.refused, Errno::kOk);
      ASSERT_EQ(Describe(decoded.request), Describe(request));
      Bytes again;
      ASSERT_EQ(EncodeSetDevice({.flags = kFlagRequest}, target, decoded.request, style, &again),
                Errno::kOk);
      ASSERT_EQ(again, datagram);
    }
  }
}

}  // namespace
}  // namespace wg::netlink
