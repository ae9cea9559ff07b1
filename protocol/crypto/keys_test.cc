// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/crypto/keys.h"

#include <gtest/gtest.h>

#include <memory>
#include <new>
#include <string>

#include "absl/types/span.h"
#include "protocol/hex.h"

namespace wg {
namespace {

KeyBytes Sample() {
  KeyBytes key;
  for (size_t i = 0; i < key.size(); ++i) key[i] = static_cast<uint8_t>(7 * i + 1);
  return key;
}

TEST(Keys, HexadecimalGoesThereAndBack) {
  const std::string text = ToHex(Sample());
  EXPECT_EQ(text.size(), 64u);
  EXPECT_EQ(text.substr(0, 8), "01080f16");
  EXPECT_EQ(KeyFromHex(text), Sample());
}

TEST(Keys, HexadecimalOfAnyOtherFormIsRefused) {
  const std::string good = ToHex(Sample());
  std::string upper = good;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(KeyFromHex(upper), Sample());
  EXPECT_FALSE(KeyFromHex("").has_value());
  EXPECT_FALSE(KeyFromHex(good.substr(1)).has_value());
  EXPECT_FALSE(KeyFromHex(good + "0").has_value());
  for (char bad : {'g', 'G', ' ', '\n', '/', ':', '@', '`', '\0'}) {
    std::string text = good;
    text[63] = bad;
    EXPECT_FALSE(KeyFromHex(text).has_value()) << bad;
  }
}

TEST(Keys, Base64GoesThereAndBack) {
  EXPECT_EQ(ToBase64(KeyBytes{}), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  EXPECT_EQ(KeyFromBase64(ToBase64(Sample())), Sample());
}

TEST(Keys, Base64OfAnyOtherFormIsRefused) {
  const std::string good = ToBase64(Sample());
  EXPECT_FALSE(KeyFromBase64("").has_value());
  EXPECT_FALSE(KeyFromBase64(good.substr(0, 43)).has_value()) << "no padding";
  EXPECT_FALSE(KeyFromBase64(good + "=").has_value());
  EXPECT_FALSE(KeyFromBase64(" " + good.substr(0, 42) + "=").has_value()) << "white space";
  EXPECT_FALSE(KeyFromBase64(good.substr(0, 42) + "==").has_value()) << "31 bytes";
  std::string web_safe = good;
  web_safe[0] = '-';
  EXPECT_FALSE(KeyFromBase64(web_safe).has_value());
}

TEST(Keys, Base64WithUnusedBitsSetIsRefused) {
  std::string text = ToBase64(KeyBytes{});
  for (char last : {'B', 'C', 'D'}) {
    text[42] = last;
    EXPECT_FALSE(KeyFromBase64(text).has_value()) << last;
  }
  text[42] = 'E';
  EXPECT_TRUE(KeyFromBase64(text).has_value());
}

TEST(Keys, ClampForcesFiveBits) {
  PrivateKey key;
  Clamp(&key);
  EXPECT_EQ(key.bytes[0], 0);
  EXPECT_EQ(key.bytes[31], 64);
  key.bytes.fill(0xff);
  Clamp(&key);
  EXPECT_EQ(key.bytes[0], 0xf8);
  EXPECT_EQ(key.bytes[1], 0xff);
  EXPECT_EQ(key.bytes[31], 0x7f);
}

TEST(Keys, SecretsCompareByContent) {
  PresharedKey a(Sample()), b(Sample());
  EXPECT_TRUE(a == b);
  b.bytes[31] ^= 1;
  EXPECT_FALSE(a == b);
  EXPECT_FALSE(a.IsZero());
  EXPECT_TRUE(PresharedKey().IsZero());
  EXPECT_FALSE(ConstantTimeEqual(a.bytes, absl::MakeConstSpan(a.bytes).first(31)));
}

TEST(Keys, SecretsLeaveNothingBehind) {
  alignas(PrivateKey) uint8_t memory[sizeof(PrivateKey)];
  auto* key = new (memory) PrivateKey(Sample());
  volatile const uint8_t* seen = memory;
  EXPECT_EQ(seen[0], 1);
  key->~PrivateKey();
  for (size_t i = 0; i < sizeof(PrivateKey); ++i) EXPECT_EQ(seen[i], 0) << i;
}

TEST(Keys, PublicKeysAreOrderedByTheirBytes) {
  PublicKey a, b;
  b.bytes[31] = 255;
  EXPECT_LT(a, b);
  a.bytes[0] = 1;
  EXPECT_GT(a, b);
}

}  // namespace
}  // namespace wg
