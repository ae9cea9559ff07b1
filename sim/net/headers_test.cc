// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/headers.h"

#include <vector>

#include "gtest/gtest.h"
#include "protocol/buffer.h"
#include "sim/net/checksum.h"
#include "sim/rng.h"

namespace net {
namespace {

wg::IpAddress Ip(const char* text) { return *wg::IpAddress::Parse(text); }

// RFC 1071 word by word.
uint16_t NaiveChecksum(const std::vector<uint8_t>& bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i < bytes.size(); i += 2) {
    sum += bytes[i] << 8 | (i + 1 < bytes.size() ? bytes[i + 1] : 0);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<uint16_t>(~sum);
}

TEST(Checksum, AgreesWithTheWordByWordOneForEveryLengthAndForManyRandomBytes) {
  sim::Rng rng(7);
  for (size_t size = 0; size < 300; ++size) {
    std::vector<uint8_t> bytes(size);
    for (uint8_t& b : bytes) b = rng.Uniform(4) == 0 ? 0xff : static_cast<uint8_t>(rng.Next());
    ChecksumAccumulator sum;
    const size_t half = size / 2 & ~size_t{1};
    sum.Add(bytes.data(), half);
    sum.Add(bytes.data() + half, size - half);
    uint8_t stored[2];
    StoreChecksum(stored, sum.Checksum());
    EXPECT_EQ(LoadBe16(stored), NaiveChecksum(bytes)) << size;
  }
}

TEST(Headers, Ipv4HeaderHasTheKnownBytes) {
  wg::BufferPool pool;
  wg::Buffer buffer = pool.Allocate(0x73 - 20);
  IpHeader header;
  header.source = Ip("192.168.0.1");
  header.destination = Ip("192.168.0.199");
  header.protocol = kProtocolUdp;
  header.dont_fragment = true;
  PushIp(header, &buffer);
  const std::vector<uint8_t> wanted = {0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
                                       0xb8, 0x61, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7};
  EXPECT_EQ(std::vector<uint8_t>(buffer.data(), buffer.data() + 20), wanted);
  IpHeader parsed;
  ASSERT_TRUE(ParseIp(buffer.bytes(), &parsed));
  EXPECT_EQ(parsed.source, header.source);
  EXPECT_EQ(parsed.destination, header.destination);
  EXPECT_EQ(parsed.total_size, 0x73u);
  EXPECT_TRUE(parsed.dont_fragment);
  EXPECT_TRUE(Ipv4ChecksumOk(buffer.bytes()));
}

class BothFamilies : public testing::TestWithParam<const char*> {
 protected:
  wg::Buffer Udp(size_t payload, uint8_t fill) {
    wg::Buffer buffer = pool_.Allocate(payload);
    std::memset(buffer.data(), fill, payload);
    PushUdp(1234, 51820, &buffer);
    IpHeader ip;
    ip.source = Ip(GetParam());
    ip.destination = ip.source.is_v4() ? Ip("10.9.8.7") : Ip("fd00::9");
    ip.protocol = kProtocolUdp;
    ip.ds = 0x2e;
    PushIp(ip, &buffer);
    return buffer;
  }
  wg::BufferPool pool_;
};

TEST_P(BothFamilies, EverySingleFlippedBitOfTheTransportIsFound) {
  wg::Buffer packet = Udp(37, 0);
  CompleteChecksum(&packet);
  IpHeader ip;
  ASSERT_TRUE(ParseIp(packet.bytes(), &ip));
  EXPECT_TRUE(TransportChecksumOk(packet.bytes(), ip));
  for (size_t bit = ip.header_size * 8; bit < packet.size() * 8; ++bit) {
    packet.data()[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
    EXPECT_FALSE(TransportChecksumOk(packet.bytes(), ip)) << bit;
    packet.data()[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
  }
}

TEST_P(BothFamilies, TtlAndDsChangeInPlaceAndChecksumsStayRight) {
  wg::Buffer packet = Udp(10, 3);
  for (int ds = 0; ds < 256; ++ds) {
    SetDs(static_cast<uint8_t>(ds), &packet);
    IpHeader ip;
    ASSERT_TRUE(ParseIp(packet.bytes(), &ip));
    EXPECT_EQ(ip.ds, ds);
    if (ip.source.is_v4()) {
      EXPECT_TRUE(Ipv4ChecksumOk(packet.bytes()));
    }
  }
  for (int ttl = kDefaultTtl; ttl > 0; --ttl) {
    IpHeader ip;
    ASSERT_TRUE(ParseIp(packet.bytes(), &ip));
    EXPECT_EQ(ip.ttl, ttl);
    DecrementTtl(&packet);
    if (ip.source.is_v4()) {
      EXPECT_TRUE(Ipv4ChecksumOk(packet.bytes()));
    }
  }
}

TEST_P(BothFamilies, CutShortAnywhereIsNotAPacket) {
  wg::Buffer packet = Udp(5, 1);
  IpHeader ip;
  for (size_t size = 0; size < packet.size(); ++size) {
    EXPECT_FALSE(ParseIp(packet.bytes().subspan(0, size), &ip)) << size;
  }
  EXPECT_TRUE(ParseIp(packet.bytes(), &ip));
  packet.Append(3);
  EXPECT_TRUE(ParseIp(packet.bytes(), &ip)) << "trailing bytes are allowed";
}

TEST_P(BothFamilies, FragmentFieldsSurviveTheWire) {
  wg::Buffer buffer = pool_.Allocate(80);
  IpHeader ip;
  ip.source = Ip(GetParam());
  ip.destination = ip.source;
  ip.protocol = kProtocolUdp;
  ip.id = 0xbeef;
  ip.fragment_offset = 1480;
  ip.more_fragments = true;
  PushIp(ip, &buffer);
  IpHeader parsed;
  ASSERT_TRUE(ParseIp(buffer.bytes(), &parsed));
  EXPECT_EQ(parsed.id, 0xbeefu);
  EXPECT_EQ(parsed.fragment_offset, 1480);
  EXPECT_TRUE(parsed.more_fragments);
  EXPECT_EQ(parsed.protocol, kProtocolUdp);
  EXPECT_EQ(parsed.total_size - parsed.header_size, 80u);
}

TEST_P(BothFamilies, HeadersFitThoughThereIsNoRoomInFront) {
  wg::Buffer buffer = pool_.Allocate(16, /*headroom=*/0);
  buffer.set_tag(99);
  PushUdp(1, 2, &buffer);
  IpHeader ip;
  ip.source = ip.destination = Ip(GetParam());
  ip.protocol = kProtocolUdp;
  PushIp(ip, &buffer);
  EXPECT_EQ(buffer.tag(), 99u);
  IpHeader parsed;
  EXPECT_TRUE(ParseIp(buffer.bytes(), &parsed));
}

INSTANTIATE_TEST_SUITE_P(Headers, BothFamilies, testing::Values("10.0.0.1", "fd00::1"));

TEST(Headers, Ipv4UdpWithoutChecksumIsAcceptedAndIpv6IsNot) {
  wg::BufferPool pool;
  for (const char* text : {"10.0.0.1", "fd00::1"}) {
    wg::Buffer buffer = pool.Allocate(4);
    PushUdp(1, 2, &buffer);
    IpHeader ip;
    ip.source = ip.destination = Ip(text);
    ip.protocol = kProtocolUdp;
    PushIp(ip, &buffer);
    IpHeader parsed;
    ASSERT_TRUE(ParseIp(buffer.bytes(), &parsed));
    EXPECT_EQ(TransportChecksumOk(buffer.bytes(), parsed), ip.source.is_v4());
  }
}

}  // namespace
}  // namespace net
