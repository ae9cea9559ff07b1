// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/inet_checksum.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "tools/live/packet_maker.h"

namespace live {
namespace {

TEST(InetChecksum, TheExampleOfRfc1071) {
  const Bytes bytes = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  EXPECT_EQ(SumOf(bytes), 0xddf2);
  EXPECT_EQ(ChecksumOf(SumOf(bytes)), 0x220d);
}

TEST(InetChecksum, IsThatOfTheSlowOneForAllSizesAndPlaces) {
  const Bytes bytes = Payload(400);
  for (size_t from = 0; from < 9; ++from) {
    for (size_t size = 0; from + size <= bytes.size(); ++size) {
      const Bytes some(bytes.begin() + static_cast<ptrdiff_t>(from),
                       bytes.begin() + static_cast<ptrdiff_t>(from + size));
      ASSERT_EQ(SumOf(absl::MakeConstSpan(bytes).subspan(from, size)), SlowSum(some)) << from << " " << size;
    }
  }
}

TEST(InetChecksum, CarriesAreNotLost) {
  for (const size_t size : {1u, 2u, 8u, 31u, 32u, 33u, 64u, 1500u, 65535u}) {
    for (const uint8_t fill : {0x00, 0x01, 0x80, 0xfe, 0xff}) {
      const Bytes bytes(size, fill);
      ASSERT_EQ(SumOf(bytes), SlowSum(bytes)) << size << " of " << int{fill};
    }
  }
}

TEST(InetChecksum, OnlyNothingIsZero) {
  EXPECT_EQ(FoldSum(0), 0);
  EXPECT_EQ(FoldSum(0xffff), 0xffff);
  EXPECT_EQ(FoldSum(0xffffull * 0xffffffff), 0xffff);
  EXPECT_EQ(FoldSum(~uint64_t{0}), 0xffff);
  for (uint64_t sum = 1; sum < 300000; ++sum) ASSERT_EQ(FoldSum(sum), (sum - 1) % 0xffff + 1);
}

}  // namespace
}  // namespace live
