// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/messages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "absl/types/span.h"
#include "protocol/hex.h"

namespace wg {
namespace {

using Bytes = std::vector<uint8_t>;

TEST(ValidateHeaderLen, TakesExactLengthsAndAnyDataFromThirtyTwoBytes) {
  for (int type = 0; type < 256; ++type) {
    for (size_t size = 0; size <= 300; ++size) {
      Bytes datagram(size);
      if (size > 0) datagram[0] = static_cast<uint8_t>(type);
      const bool good = (type == 1 && size == 148) || (type == 2 && size == 92) ||
                        (type == 3 && size == 64) || (type == 4 && size >= 32);
      EXPECT_EQ(ValidateHeaderLen(datagram), static_cast<MessageType>(good ? type : 0))
          << type << " " << size;
    }
  }
}

TEST(ValidateHeaderLen, ReservedBytesMustBeZero) {
  const struct {
    uint8_t type;
    size_t size;
  } kMessages[] = {{1, 148}, {2, 92}, {3, 64}, {4, 32}};
  for (const auto& m : kMessages) {
    for (size_t at = 1; at < 4; ++at) {
      for (int bit = 0; bit < 8; ++bit) {
        Bytes datagram(m.size);
        datagram[0] = m.type;
        datagram[at] = static_cast<uint8_t>(1 << bit);
        EXPECT_EQ(ValidateHeaderLen(datagram), MessageType::kInvalid);
      }
    }
  }
}

// Decoding counting bytes shows where each field lies; encoding puts them back.
template <typename Message>
Message DecodeCounting(uint8_t type) {
  Bytes wire = Counting(0, Message::kLen);
  std::fill(wire.begin(), wire.begin() + 4, uint8_t{0});
  wire[0] = type;
  Message message;
  Decode(wire, &message);
  Bytes again(Message::kLen, 0xee);
  Encode(message, absl::MakeSpan(again));
  EXPECT_EQ(again, wire);
  return message;
}

template <size_t kSize>
void ExpectCountsFrom(const std::array<uint8_t, kSize>& field, uint8_t first) {
  EXPECT_EQ(Hex(field), Hex(Counting(first, kSize)));
}

TEST(Messages, InitiationLayout) {
  const auto m = DecodeCounting<MessageHandshakeInitiation>(1);
  EXPECT_EQ(m.sender_index, 0x07060504u);
  ExpectCountsFrom(m.unencrypted_ephemeral.bytes, 8);
  ExpectCountsFrom(m.encrypted_static, 40);
  ExpectCountsFrom(m.encrypted_timestamp, 88);
  ExpectCountsFrom(m.macs.mac1, 116);
  ExpectCountsFrom(m.macs.mac2, 132);
}

TEST(Messages, ResponseLayout) {
  const auto m = DecodeCounting<MessageHandshakeResponse>(2);
  EXPECT_EQ(m.sender_index, 0x07060504u);
  EXPECT_EQ(m.receiver_index, 0x0b0a0908u);
  ExpectCountsFrom(m.unencrypted_ephemeral.bytes, 12);
  ExpectCountsFrom(m.encrypted_nothing, 44);
  ExpectCountsFrom(m.macs.mac1, 60);
  ExpectCountsFrom(m.macs.mac2, 76);
}

TEST(Messages, CookieLayout) {
  const auto m = DecodeCounting<MessageHandshakeCookie>(3);
  EXPECT_EQ(m.receiver_index, 0x07060504u);
  ExpectCountsFrom(m.nonce, 8);
  ExpectCountsFrom(m.encrypted_cookie, 32);
}

TEST(Messages, DataHeaderLayout) {
  const auto m = DecodeCounting<MessageDataHeader>(4);
  EXPECT_EQ(m.key_idx, 0x07060504u);
  EXPECT_EQ(m.counter, 0x0f0e0d0c0b0a0908u);
}

TEST(Messages, ConstantsAreThoseOfTheKernel) {
  EXPECT_EQ(kCounterWindowSize, 8128u);
  EXPECT_EQ(kRekeyAfterMessages, 1152921504606846976u);
  EXPECT_EQ(kRejectAfterMessages, 18446744073709543486u);
  EXPECT_EQ(kMaxTimerHandshakes, 18u);
  EXPECT_EQ(RekeyTimeoutJitterMaxJiffies(1000), 333u);
  EXPECT_EQ(RekeyTimeoutJitterMaxJiffies(250), 83u);
  EXPECT_EQ(MessageDataLen(0), 32u);
  EXPECT_EQ(MessageDataLen(1420), 1452u);
}

TEST(CalculateSkbPadding, EveryLengthAgainstEveryMtuByTheRule) {
  for (size_t mtu : {0, 1, 15, 16, 17, 31, 64, 100, 1280, 1299, 1300, 1420, 1500}) {
    for (size_t len = 0; len < 4600; ++len) {
      const size_t padding = CalculateSkbPadding(len, mtu);
      const size_t unit = mtu != 0 && len > mtu ? len % mtu : len;
      size_t expected = 0;
      while ((unit + expected) % 16 != 0 && (mtu == 0 || unit + expected < mtu)) ++expected;
      ASSERT_EQ(padding, expected) << len << " " << mtu;
    }
  }
}

TEST(CalculateSkbPadding, CasesOfTheSpecification) {
  EXPECT_EQ(CalculateSkbPadding(0, 1420), 0u) << "a keepalive has none";
  EXPECT_EQ(CalculateSkbPadding(1, 1420), 15u);
  EXPECT_EQ(CalculateSkbPadding(1420, 1420), 0u) << "not beyond the MTU";
  EXPECT_EQ(CalculateSkbPadding(1410, 1420), 10u);
  EXPECT_EQ(CalculateSkbPadding(1417, 1420), 3u);
  EXPECT_EQ(CalculateSkbPadding(1297, 1299), 2u) << "the route's MTU limits";
  EXPECT_EQ(CalculateSkbPadding(1310, 1300), 6u) << "length modulo MTU";
  EXPECT_EQ(CalculateSkbPadding(2840, 1420), 0u) << "a multiple of the MTU";
  EXPECT_EQ(CalculateSkbPadding(1419, 0), 5u) << "no MTU, no limit";
}

}  // namespace
}  // namespace wg
