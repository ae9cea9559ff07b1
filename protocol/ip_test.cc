// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/ip.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace wg {
namespace {

IpAddress Ip(absl::string_view text) { return IpAddress::Parse(text).value(); }
Prefix Net(absl::string_view text) { return Prefix::Parse(text).value(); }

TEST(IpAddress, TextOfBothFamiliesRoundTrips) {
  for (const char* text : {"0.0.0.0", "10.0.0.1", "255.255.255.255", "::", "::1", "fd00::1:2",
                           "2001:db8:1:2:3:4:5:6", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) {
    EXPECT_EQ(Ip(text).ToString(), text);
  }
}

TEST(IpAddress, WrongTextIsRefusedWithTheTextInTheMessage) {
  for (const char* text : {"", "10.0.0", "10.0.0.256", "10.0.0.1/8", ":::", "fd00::g", " 10.0.0.1"}) {
    absl::StatusOr<IpAddress> a = IpAddress::Parse(text);
    ASSERT_FALSE(a.ok()) << text;
    EXPECT_NE(a.status().message().find(absl::string_view(text)), absl::string_view::npos);
  }
  EXPECT_FALSE(IpAddress::Parse(absl::string_view("10.0.0.1\0x", 10)).ok());
}

TEST(IpAddress, BytesRoundTripInNetworkOrder) {
  uint8_t bytes[16];
  Ip("1.2.3.4").CopyBytes(bytes);
  EXPECT_EQ(std::vector<uint8_t>(bytes, bytes + 4), (std::vector<uint8_t>{1, 2, 3, 4}));
  EXPECT_EQ(IpAddress::FromBytes(absl::MakeConstSpan(bytes, 4)), Ip("1.2.3.4"));
  Ip("102:304:506:708:90a:b0c:d0e:f10").CopyBytes(bytes);
  for (int i = 0; i < 16; ++i) EXPECT_EQ(bytes[i], i + 1);
  EXPECT_EQ(IpAddress::FromBytes(bytes), Ip("102:304:506:708:90a:b0c:d0e:f10"));
}

TEST(IpAddress, BitZeroIsTheMostSignificant) {
  EXPECT_TRUE(Ip("128.0.0.0").bit(0));
  EXPECT_FALSE(Ip("128.0.0.0").bit(1));
  EXPECT_TRUE(Ip("0.0.0.1").bit(31));
  EXPECT_TRUE(Ip("::1").bit(127));
  EXPECT_TRUE(Ip("0:0:0:1::").bit(63));
  EXPECT_TRUE(Ip("::8000:0:0:0").bit(64));
}

TEST(IpAddress, OrderIsFamilyFirstThenNumeric) {
  EXPECT_LT(Ip("255.0.0.0"), Ip("::"));
  EXPECT_LT(Ip("10.0.0.9"), Ip("10.0.0.10"));
  EXPECT_LT(Ip("fd00::9"), Ip("fd00::10"));
}

TEST(Prefix, ContainsAgreesWithABitByBitOracleAtEveryLength) {
  const std::vector<IpAddress> addresses = {Ip("10.1.2.3"),  Ip("10.1.2.2"), Ip("10.129.0.0"),
                                            Ip("fd00::1"),   Ip("fd00::"),   Ip("fd00:0:0:1::1"),
                                            Ip("0.0.0.0"),   Ip("::")};
  for (const IpAddress& net : addresses) {
    for (int length = 0; length <= net.width(); ++length) {
      for (const IpAddress& a : addresses) {
        bool same = a.family() == net.family();
        for (int i = 0; same && i < length; ++i) same = a.bit(i) == net.bit(i);
        EXPECT_EQ(Prefix(net, length).Contains(a), same)
            << net.ToString() << "/" << length << " " << a.ToString();
      }
    }
  }
}

TEST(Prefix, HostBitsCountNeitherForEqualityNorForText) {
  EXPECT_EQ(Net("192.95.5.93/27"), Net("192.95.5.64/27"));
  EXPECT_EQ(Net("192.95.5.93/27").ToString(), "192.95.5.64/27");
  EXPECT_NE(Net("192.95.5.93/27"), Net("192.95.5.93/28"));
  EXPECT_EQ(Net("2607:5300:6d8a:6bf8:dab1:f1df:c05f:1523/83").ToString(),
            "2607:5300:6d8a:6bf8:dab1:e000::/83");
  EXPECT_EQ(Net("10.0.0.1").ToString(), "10.0.0.1/32");
}

TEST(Prefix, WrongLengthsAreRefused) {
  for (const char* text : {"10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+1",
                           "10.0.0.0/8x", "x/8"}) {
    EXPECT_FALSE(Prefix::Parse(text).ok()) << text;
  }
}

TEST(Prefix, LongerPrefixInsideIsContainedAndNotTheOtherWayRound) {
  EXPECT_TRUE(Net("10.0.0.0/8").Contains(Net("10.1.0.0/16")));
  EXPECT_FALSE(Net("10.1.0.0/16").Contains(Net("10.0.0.0/8")));
  EXPECT_TRUE(Net("0.0.0.0/0").Contains(Net("10.0.0.0/8")));
  EXPECT_FALSE(Net("0.0.0.0/0").Contains(Net("::/0")));
}

TEST(Endpoint, TextRoundTripsAndWrongTextIsRefused) {
  for (const char* text : {"192.0.2.1:51820", "[2001:db8::1]:1", "0.0.0.0:0"}) {
    EXPECT_EQ(Endpoint::Parse(text).value().ToString(), text);
  }
  for (const char* text : {"192.0.2.1", "192.0.2.1:65536", "2001:db8::1:51820", "[192.0.2.1]:1",
                           "[::1]", "192.0.2.1:", ":1"}) {
    EXPECT_FALSE(Endpoint::Parse(text).ok()) << text;
  }
}

}  // namespace
}  // namespace wg
