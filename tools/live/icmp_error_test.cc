// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/icmp_error.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "protocol/buffer.h"

namespace live {
namespace {

// One's complement sum, which is 0xffff over anything with a right checksum in it.
uint32_t Sum(absl::Span<const uint8_t> bytes, uint32_t sum = 0) {
  for (size_t i = 0; i < bytes.size(); ++i) sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

std::vector<uint8_t> Ipv4(size_t size, uint8_t protocol = 17) {
  std::vector<uint8_t> packet(size, 0xab);
  const uint8_t header[] = {0x45, 0, uint8_t(size >> 8), uint8_t(size), 1,  2, 0, 0, 64, protocol,
                            0,    0, 10, 0, 0, 1, 10, 0, 0, 9};
  std::copy(std::begin(header), std::end(header), packet.begin());
  return packet;
}

std::vector<uint8_t> Ipv6(size_t size, uint8_t next = 17) {
  std::vector<uint8_t> packet(size, 0xcd);
  std::fill(packet.begin(), packet.begin() + 40, 0);
  packet[0] = 0x60;
  packet[6] = next;
  packet[8] = packet[24] = 0xfd;
  packet[23] = 1;
  packet[39] = 9;
  return packet;
}

class HostUnreachableTest : public testing::Test {
 protected:
  wg::BufferPool pool_;
};

TEST_F(HostUnreachableTest, ComesFromWhereThePacketWentAndQuotesIt) {
  const std::vector<uint8_t> packet = Ipv4(100);
  const wg::Buffer error = HostUnreachable(packet, &pool_);
  ASSERT_TRUE(error);
  const absl::Span<const uint8_t> bytes = error.bytes();
  ASSERT_EQ(bytes.size(), 128u);
  EXPECT_EQ(bytes[3], 128);
  EXPECT_EQ(bytes[9], 1);
  EXPECT_EQ(bytes[15], 9);
  EXPECT_EQ(bytes[19], 1);
  EXPECT_EQ(bytes[20], 3);
  EXPECT_EQ(bytes[21], 1);
  EXPECT_EQ(Sum(bytes.subspan(0, 20)), 0xffffu);
  EXPECT_EQ(Sum(bytes.subspan(20)), 0xffffu);
  EXPECT_EQ(bytes.subspan(28), absl::MakeConstSpan(packet));
}

TEST_F(HostUnreachableTest, ChecksumsOverOddLengthsToo) {
  const wg::Buffer error = HostUnreachable(Ipv4(101), &pool_);
  ASSERT_TRUE(error);
  EXPECT_EQ(Sum(error.bytes().subspan(20)), 0xffffu);
}

TEST_F(HostUnreachableTest, QuotesWhatFitsInto576BytesOr1280) {
  EXPECT_EQ(HostUnreachable(Ipv4(1400), &pool_).size(), 576u);
  EXPECT_EQ(HostUnreachable(Ipv6(1400), &pool_).size(), 1280u);
}

TEST_F(HostUnreachableTest, OfIpv6HasTheChecksumOverItsPseudoHeader) {
  const wg::Buffer error = HostUnreachable(Ipv6(80), &pool_);
  ASSERT_TRUE(error);
  const absl::Span<const uint8_t> bytes = error.bytes();
  ASSERT_EQ(bytes.size(), 128u);
  EXPECT_EQ(bytes[40], 1);
  EXPECT_EQ(bytes[41], 3);
  EXPECT_EQ(bytes[23], 9);
  EXPECT_EQ(bytes[39], 1);
  const uint8_t rest[] = {0, 0, 0, 88, 0, 0, 0, 58};
  EXPECT_EQ(Sum(bytes.subspan(40), Sum(bytes.subspan(8, 32)) + Sum(rest)), 0xffffu);
}

TEST_F(HostUnreachableTest, IsNotSentAboutErrorsFragmentsGroupsAndWhatIsNoIp) {
  std::vector<uint8_t> error = Ipv4(60, 1);
  error[20] = 3;
  EXPECT_FALSE(HostUnreachable(error, &pool_));
  error[20] = 8;  // an echo request
  EXPECT_TRUE(HostUnreachable(error, &pool_));
  std::vector<uint8_t> error6 = Ipv6(80, 58);
  error6[40] = 1;
  EXPECT_FALSE(HostUnreachable(error6, &pool_));
  error6[40] = 128;
  EXPECT_TRUE(HostUnreachable(error6, &pool_));
  std::vector<uint8_t> fragment = Ipv4(60);
  fragment[7] = 1;
  EXPECT_FALSE(HostUnreachable(fragment, &pool_));
  std::vector<uint8_t> group = Ipv4(60);
  group[16] = 224;
  EXPECT_FALSE(HostUnreachable(group, &pool_));
  std::vector<uint8_t> group6 = Ipv6(60);
  group6[24] = 0xff;
  EXPECT_FALSE(HostUnreachable(group6, &pool_));
  EXPECT_FALSE(HostUnreachable(std::vector<uint8_t>(40, 0x11), &pool_));
  EXPECT_FALSE(HostUnreachable({}, &pool_));
}

// Whatever the bytes: no read beyond them (the sanitizers look).
TEST_F(HostUnreachableTest, SurvivesEveryPrefix) {
  for (const std::vector<uint8_t>& packet : {Ipv4(60, 1), Ipv6(80, 58)}) {
    for (size_t size = 0; size <= packet.size(); ++size) {
      const std::vector<uint8_t> prefix(packet.begin(), packet.begin() + static_cast<int>(size));
      HostUnreachable(prefix, &pool_);
    }
  }
  std::vector<uint8_t> long_header = Ipv4(60);
  long_header[0] = 0x4f;
  long_header.resize(30);
  EXPECT_FALSE(HostUnreachable(long_header, &pool_));
}

}  // namespace
}  // namespace live
