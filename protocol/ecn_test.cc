// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/ecn.h"

#include <array>
#include <cstdint>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "protocol/endian.h"

namespace wg {
namespace {

// RFC 1071 over the 20 bytes of an IPv4 header.
uint16_t Checksum(const std::array<uint8_t, 40>& header) {
  uint32_t sum = 0;
  for (int i = 0; i < 20; i += 2) sum += LoadBe16(&header[i]);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

constexpr uint8_t kNot = kEcnNotEct, k1 = kEcnEct1, k0 = kEcnEct0, kCe = kEcnCe;

// [outer][inner] -> inner
constexpr uint8_t kDecapsulated[4][4] = {
    {kNot, k1, k0, kCe},
    {kNot, k1, k1, kCe},
    {kNot, k1, k0, kCe},
    {kNot, kCe, kCe, kCe},
};

TEST(Ecn, EveryCombinationOfMarksAndEveryOtherBitOfTheHeaderByte) {
  for (int outer = 0; outer < 256; ++outer) {
    for (int tos = 0; tos < 256; ++tos) {
      std::array<uint8_t, 40> v4{};
      for (int i = 0; i < 20; ++i) v4[i] = static_cast<uint8_t>(37 * i + outer);
      v4[0] = 0x45;
      v4[1] = static_cast<uint8_t>(tos);
      StoreBe16(&v4[10], 0);
      StoreBe16(&v4[10], Checksum(v4));
      EcnDecapsulate(static_cast<uint8_t>(outer), absl::MakeSpan(v4));
      EXPECT_EQ(v4[1], (tos & ~3) | kDecapsulated[outer & 3][tos & 3]);
      EXPECT_EQ(Checksum(v4), 0);

      std::array<uint8_t, 40> v6{};
      v6[0] = static_cast<uint8_t>(0x60 | tos >> 4);
      v6[1] = static_cast<uint8_t>(tos << 4 | 0xa);
      EcnDecapsulate(static_cast<uint8_t>(outer), absl::MakeSpan(v6));
      const int after = (v6[0] & 0xf) << 4 | v6[1] >> 4;
      EXPECT_EQ(after, (tos & ~3) | kDecapsulated[outer & 3][tos & 3]);
      EXPECT_EQ(v6[1] & 0xf, 0xa);
    }
  }
}

TEST(Ecn, TX_021_EncapsulationCopiesTheMarkButNotCe) {
  constexpr uint8_t kOuter[4] = {kNot, k1, k0, k0};
  for (int tos = 0; tos < 256; ++tos) {
    const uint8_t v4[2] = {0x45, static_cast<uint8_t>(tos)};
    const uint8_t v6[2] = {static_cast<uint8_t>(0x60 | tos >> 4), static_cast<uint8_t>(tos << 4)};
    EXPECT_EQ(EcnEncapsulate(v4), kOuter[tos & 3]);
    EXPECT_EQ(EcnEncapsulate(v6), kOuter[tos & 3]);
  }
  EXPECT_EQ(EcnEncapsulate({}), 0);
}

}  // namespace
}  // namespace wg
