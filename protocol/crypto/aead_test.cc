// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The suite's ChaCha20-Poly1305, which is BoringSSL's, against libsodium's.
#include <sodium.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"

namespace wg {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes Chance(std::mt19937* gen, size_t size) {
  Bytes bytes(size);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>((*gen)());
  return bytes;
}

void Compare(std::mt19937* gen, uint64_t counter, const Bytes& aad, const Bytes& text) {
  const CryptoSuite& suite = RealCrypto();
  SymmetricKey key;
  const Bytes chosen = Chance(gen, key.bytes.size());
  std::copy(chosen.begin(), chosen.end(), key.bytes.begin());
  uint8_t nonce[12] = {};
  for (int i = 0; i < 8; ++i) nonce[4 + i] = static_cast<uint8_t>(counter >> 8 * i);
  Bytes wanted(text.size() + 16);
  crypto_aead_chacha20poly1305_ietf_encrypt(wanted.data(), nullptr, text.data(), text.size(), aad.data(),
                                            aad.size(), nullptr, nonce, key.bytes.data());
  Bytes got = text;
  uint8_t tag[16];
  suite.Seal(key, counter, aad, absl::MakeSpan(got), tag);
  const Bytes sealed = got;
  got.insert(got.end(), tag, tag + 16);
  ASSERT_EQ(got, wanted) << text.size() << " " << aad.size();
  for (size_t bit = (*gen)() % 37; bit < 128; bit += 37) {
    tag[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
    got = sealed;
    ASSERT_FALSE(suite.Open(key, counter, aad, absl::MakeSpan(got), tag));
    tag[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
  }
  got = sealed;
  ASSERT_TRUE(suite.Open(key, counter, aad, absl::MakeSpan(got), tag));
  ASSERT_EQ(got, text);
}

TEST(Aead, IsLibsodiumsForEverySizeUpToTwoThousand) {
  std::mt19937 gen(1);
  for (size_t size = 0; size <= 2200; ++size) {
    Compare(&gen, (uint64_t{gen()} << 32) + gen(), {}, Chance(&gen, size));
  }
}

TEST(Aead, IsLibsodiumsForEveryAad) {
  std::mt19937 gen(2);
  for (size_t aad = 0; aad <= 80; ++aad) {
    for (const size_t size : {0u, 1u, 16u, 333u, 1420u}) Compare(&gen, gen(), Chance(&gen, aad), Chance(&gen, size));
  }
  Compare(&gen, 7, Chance(&gen, 3000), Chance(&gen, 10));
}

TEST(Aead, IsLibsodiumsForLongOnesAndTheLastCounter) {
  std::mt19937 gen(3);
  for (const size_t size : {4095u, 8192u, 65535u, 100001u}) Compare(&gen, ~uint64_t{0}, {}, Chance(&gen, size));
}

}  // namespace
}  // namespace wg
