// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/crypto/suite.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/text_hash.h"
#include "protocol/hex.h"

namespace wg {
namespace {

using Bytes = std::vector<uint8_t>;

PrivateKey Private(absl::string_view hex) { return PrivateKey(UnhexArray<32>(hex)); }
PublicKey Public(absl::string_view hex) { return PublicKey{UnhexArray<32>(hex)}; }
SymmetricKey Symmetric(absl::string_view hex) { return SymmetricKey(UnhexArray<32>(hex)); }
Bytes Text(absl::string_view text) { return {text.begin(), text.end()}; }

// ---- The real suite against published answers.

TEST(RealCrypto, Rfc7748Section5ScalarMultiplication) {
  struct {
    const char *scalar, *u, *out;
  } const kCases[] = {
      {"a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
       "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
       "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"},
      {"4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
       "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
       "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"},
  };
  for (const auto& c : kCases) {
    SharedSecret secret;
    ASSERT_TRUE(RealCrypto().DeriveSharedSecret(Private(c.scalar), Public(c.u), &secret));
    EXPECT_EQ(Hex(secret.bytes), c.out);
  }
}

TEST(RealCrypto, Rfc7748Section5OneThousandTimes) {
  PrivateKey k;
  PublicKey u;
  k.bytes[0] = u.bytes[0] = 9;
  for (int i = 1; i <= 1000; ++i) {
    SharedSecret secret;
    ASSERT_TRUE(RealCrypto().DeriveSharedSecret(k, u, &secret));
    u.bytes = k.bytes;
    k.bytes = secret.bytes;
    if (i == 1) {
      EXPECT_EQ(Hex(k.bytes), "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
    }
  }
  EXPECT_EQ(Hex(k.bytes), "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
}

TEST(RealCrypto, Rfc7748Section6DiffieHellman) {
  const auto a = Private("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
  const auto b = Private("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
  PublicKey a_public, b_public;
  ASSERT_TRUE(RealCrypto().DerivePublic(a, &a_public));
  ASSERT_TRUE(RealCrypto().DerivePublic(b, &b_public));
  EXPECT_EQ(Hex(a_public.bytes),
            "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  EXPECT_EQ(Hex(b_public.bytes),
            "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  SharedSecret secret;
  ASSERT_TRUE(RealCrypto().DeriveSharedSecret(a, b_public, &secret));
  EXPECT_EQ(Hex(secret.bytes), "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
}

// RFC 7539 appendix A.5: the one published packet whose nonce begins with four zero bytes, as all
// of WireGuard's.
TEST(RealCrypto, Rfc7539AppendixA5) {
  const SymmetricKey key =
      Symmetric("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0");
  const Bytes aad = Unhex("f33388860000000000004e91");
  const Bytes plain = Text(
      "Internet-Drafts are draft documents valid for a maximum of six months and may be updated, "
      "replaced, or obsoleted by other documents at any time. It is inappropriate to use "
      "Internet-Drafts as reference material or to cite them other than as /\xe2\x80\x9cwork in "
      "progress./\xe2\x80\x9d");
  constexpr uint64_t kCounter = 0x0807060504030201;
  Bytes text = plain;
  uint8_t tag[16];
  RealCrypto().Seal(key, kCounter, aad, absl::MakeSpan(text), tag);
  EXPECT_EQ(Hex(text),
            "64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09e"
            "e94e382d26b0bdb7b73c321b0100d4f03b7f355894cf332f830e710b97ce98c8a84abd0b948114ad176e"
            "008d33bd60f982b1ff37c8559797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c8"
            "67e4b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523eaf4534d7f83fa115"
            "5b0047718cbc546a0d072b04b3564eea1b422273f548271a0bb2316053fa76991955ebd63159434ecebb"
            "4e466dae5a1073a6727627097a1049e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d"
            "6c6f2c29a6ad5cb4022b02709b");
  EXPECT_EQ(Hex(tag), "eead9d67890cbb22392336fea1851f38");
  ASSERT_TRUE(RealCrypto().Open(key, kCounter, aad, absl::MakeSpan(text), tag));
  EXPECT_EQ(text, plain);
}

// draft-irtf-cfrg-xchacha-03 appendix A.3.1.
TEST(RealCrypto, XChaChaDraftAppendixA3) {
  const Bytes plain = Text(
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
      "sunscreen would be it.");
  const Bytes aad = Unhex("50515253c0c1c2c3c4c5c6c7");
  SymmetricKey key;
  const Bytes key_bytes = Counting(0x80, 32);
  std::copy(key_bytes.begin(), key_bytes.end(), key.bytes.begin());
  XNonce nonce;
  const Bytes nonce_bytes = Counting(0x40, 24);
  std::copy(nonce_bytes.begin(), nonce_bytes.end(), nonce.begin());
  Bytes text = plain;
  uint8_t tag[16];
  RealCrypto().XSeal(key, nonce, aad, absl::MakeSpan(text), tag);
  EXPECT_EQ(
      Hex(text),
      "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f"
      "4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f"
      "76b2383565d3fff921f9664c97637da9768812f615c68b13b52e");
  EXPECT_EQ(Hex(tag), "c0875924c1c7987947deafd8780acf49");
  ASSERT_TRUE(RealCrypto().XOpen(key, nonce, aad, absl::MakeSpan(text), tag));
  EXPECT_EQ(text, plain);
}

// ---- What both suites promise.

class EverySuite : public testing::TestWithParam<bool> {
 protected:
  const CryptoSuite& crypto() const { return GetParam() ? RealCrypto() : ModelledCrypto(); }

  PrivateKey Key(uint8_t fill) const {
    PrivateKey key;
    key.bytes.fill(fill);
    return key;
  }
  PublicKey PublicOf(const PrivateKey& key) const {
    PublicKey point;
    EXPECT_TRUE(crypto().DerivePublic(key, &point));
    return point;
  }
};

INSTANTIATE_TEST_SUITE_P(, EverySuite, testing::Bool(),
                         [](const auto& info) { return info.param ? "Real" : "Modelled"; });

TEST_P(EverySuite, BothSidesDeriveOneSecretAndNobodyElse) {
  const PrivateKey a = Key(1), b = Key(2), c = Key(4);
  SharedSecret ab, ba, cb, aa;
  ASSERT_TRUE(crypto().DeriveSharedSecret(a, PublicOf(b), &ab));
  ASSERT_TRUE(crypto().DeriveSharedSecret(b, PublicOf(a), &ba));
  ASSERT_TRUE(crypto().DeriveSharedSecret(c, PublicOf(b), &cb));
  ASSERT_TRUE(crypto().DeriveSharedSecret(a, PublicOf(a), &aa));
  EXPECT_TRUE(ab == ba);
  EXPECT_FALSE(ab == cb);
  EXPECT_FALSE(ab == aa);
  EXPECT_NE(PublicOf(a), PublicOf(b));
}

TEST_P(EverySuite, PublicKeysLeaveTheTopBitClear) {
  for (uint8_t i = 1; i < 200; ++i) EXPECT_LT(PublicOf(Key(i)).bytes[31], 128) << int{i};
}

TEST_P(EverySuite, UnclampedKeysAreThoseTheyClampTo) {
  PrivateKey raw = Key(0xff), clamped = Key(0xff);
  Clamp(&clamped);
  EXPECT_EQ(PublicOf(raw), PublicOf(clamped));
  SharedSecret from_raw, from_clamped;
  ASSERT_TRUE(crypto().DeriveSharedSecret(raw, PublicOf(Key(2)), &from_raw));
  ASSERT_TRUE(crypto().DeriveSharedSecret(clamped, PublicOf(Key(2)), &from_clamped));
  EXPECT_TRUE(from_raw == from_clamped);
}

TEST_P(EverySuite, TheTopBitOfAPointIsIgnored) {
  PublicKey high = PublicOf(Key(2));
  high.bytes[31] |= 128;
  SharedSecret plain, masked;
  ASSERT_TRUE(crypto().DeriveSharedSecret(Key(1), PublicOf(Key(2)), &plain));
  ASSERT_TRUE(crypto().DeriveSharedSecret(Key(1), high, &masked));
  EXPECT_TRUE(plain == masked);
}

TEST_P(EverySuite, PointsBeyondThePrimeWrapAround) {
  PublicKey nine, nine_and_p;
  nine.bytes[0] = 9;
  nine_and_p.bytes.fill(0xff);
  nine_and_p.bytes[0] = 0xed + 9;
  nine_and_p.bytes[31] = 0x7f;
  SharedSecret a, b;
  ASSERT_TRUE(crypto().DeriveSharedSecret(Key(1), nine, &a));
  ASSERT_TRUE(crypto().DeriveSharedSecret(Key(1), nine_and_p, &b));
  EXPECT_TRUE(a == b);
}

TEST_P(EverySuite, PointsOfLowOrderGiveNothing) {
  const std::string ff(60, 'f');
  const std::string kPoints[] = {
      std::string(64, '0'),
      "01" + std::string(62, '0'),
      "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
      "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
      "ec" + ff + "7f",
      "ed" + ff + "7f",
      "ee" + ff + "7f",
  };
  for (const std::string& point : kPoints) {
    for (uint8_t top_bit : {0, 128}) {
      for (uint8_t scalar : {0, 1, 77, 255}) {
        PublicKey key = Public(point);
        key.bytes[31] |= top_bit;
        SharedSecret secret(KeyBytes{1, 2, 3});
        EXPECT_FALSE(crypto().DeriveSharedSecret(Key(scalar), key, &secret)) << point;
        EXPECT_TRUE(secret.IsZero());
      }
    }
  }
}

TEST_P(EverySuite, AnAllZeroPrivateKeyHasNoPublicKey) {
  PublicKey point = PublicOf(Key(1));
  EXPECT_FALSE(crypto().DerivePublic(PrivateKey(), &point));
  EXPECT_TRUE(point.IsZero());
}

TEST_P(EverySuite, AnAllZeroPrivateKeyMultipliesAsClamped) {
  PrivateKey clamped;
  Clamp(&clamped);
  SharedSecret from_zero, from_clamped;
  EXPECT_TRUE(crypto().DeriveSharedSecret(PrivateKey(), PublicOf(Key(2)), &from_zero));
  EXPECT_TRUE(crypto().DeriveSharedSecret(clamped, PublicOf(Key(2)), &from_clamped));
  EXPECT_TRUE(from_zero == from_clamped);
}

// Every bit of everything that goes into a tag, and of the tag, for empty, short and long texts.
TEST_P(EverySuite, AnyChangedBitOfASealedPacketIsNoticed) {
  for (size_t size : {0, 1, 15, 16, 17, 64, 129, 240, 241, 300}) {
    SymmetricKey key;
    key.bytes.fill(3);
    const Bytes aad = Counting(1, 32);
    const Bytes plain = Counting(5, size);
    constexpr uint64_t kCounter = 0x0102030405060708;
    Bytes text = plain;
    uint8_t tag[16];
    crypto().Seal(key, kCounter, aad, absl::MakeSpan(text), tag);

    auto opens = [&](const SymmetricKey& k, uint64_t counter, Bytes a, Bytes t, Bytes g) {
      return crypto().Open(k, counter, a, absl::MakeSpan(t), g.data());
    };
    const Bytes good_tag(tag, tag + 16);
    ASSERT_TRUE(opens(key, kCounter, aad, text, good_tag));
    for (size_t bit = 0; bit < 8 * size; ++bit) {
      Bytes bad = text;
      bad[bit / 8] ^= 1 << bit % 8;
      EXPECT_FALSE(opens(key, kCounter, aad, bad, good_tag)) << "text bit " << bit;
    }
    for (size_t bit = 0; bit < 128; ++bit) {
      Bytes bad = good_tag;
      bad[bit / 8] ^= 1 << bit % 8;
      EXPECT_FALSE(opens(key, kCounter, aad, text, bad)) << "tag bit " << bit;
    }
    for (size_t bit = 0; bit < 256; ++bit) {
      SymmetricKey bad_key = key;
      bad_key.bytes[bit / 8] ^= 1 << bit % 8;
      EXPECT_FALSE(opens(bad_key, kCounter, aad, text, good_tag)) << "key bit " << bit;
      Bytes bad_aad = aad;
      bad_aad[bit / 8] ^= 1 << bit % 8;
      EXPECT_FALSE(opens(key, kCounter, bad_aad, text, good_tag)) << "aad bit " << bit;
    }
    for (size_t bit = 0; bit < 64; ++bit) {
      EXPECT_FALSE(opens(key, kCounter ^ uint64_t{1} << bit, aad, text, good_tag)) << bit;
    }
    Bytes longer = text;
    longer.push_back(0);
    EXPECT_FALSE(opens(key, kCounter, aad, longer, good_tag));
    EXPECT_FALSE(opens(key, kCounter, {}, text, good_tag));
    if (size > 0) {
      Bytes shorter(text.begin(), text.end() - 1);
      EXPECT_FALSE(opens(key, kCounter, aad, shorter, good_tag));
    }
  }
}

TEST_P(EverySuite, ASealedTextOpensToItself) {
  for (size_t size = 0; size < 300; ++size) {
    SymmetricKey key;
    key.bytes.fill(9);
    const Bytes plain = Counting(5, size);
    Bytes packet(16 + size + 16);
    std::copy(plain.begin(), plain.end(), packet.begin() + 16);
    const absl::Span<uint8_t> text = absl::MakeSpan(packet).subspan(16, size);
    crypto().Seal(key, size, {}, text, text.data() + size);
    ASSERT_TRUE(crypto().Open(key, size, {}, text, text.data() + size));
    EXPECT_TRUE(std::equal(plain.begin(), plain.end(), text.begin()));
    EXPECT_TRUE(std::all_of(packet.begin(), packet.begin() + 16, [](auto b) { return b == 0; }));
  }
}

TEST_P(EverySuite, TheLongNonceCountsInFull) {
  SymmetricKey key;
  key.bytes.fill(1);
  XNonce nonce{};
  const Bytes aad = Counting(0, 16), plain = Counting(0, 16);
  Bytes text = plain;
  uint8_t tag[16];
  crypto().XSeal(key, nonce, aad, absl::MakeSpan(text), tag);
  for (size_t bit = 0; bit < 8 * nonce.size(); ++bit) {
    XNonce bad = nonce;
    bad[bit / 8] ^= 1 << bit % 8;
    Bytes copy = text;
    EXPECT_FALSE(crypto().XOpen(key, bad, aad, absl::MakeSpan(copy), tag)) << bit;
  }
  Bytes copy = text;
  EXPECT_FALSE(crypto().XOpen(key, nonce, Bytes(15), absl::MakeSpan(copy), tag));
  copy = text;
  EXPECT_FALSE(crypto().Open(key, 0, aad, absl::MakeSpan(copy), tag)) << "not the same cipher";
  copy = text;
  ASSERT_TRUE(crypto().XOpen(key, nonce, aad, absl::MakeSpan(copy), tag));
  EXPECT_EQ(copy, plain);
}

// ---- The modelled suite alone.

TEST(ModelledCrypto, LeavesTheTextAlone) {
  const Bytes plain = Counting(0, 100);
  Bytes text = plain;
  uint8_t tag[16];
  ModelledCrypto().Seal(SymmetricKey(), 1, {}, absl::MakeSpan(text), tag);
  EXPECT_EQ(text, plain);
}

// Frozen: a trace made on one machine must be made on every other.
TEST(ModelledCrypto, IsTheSameOnEveryMachine) {
  PrivateKey key;
  key.bytes.fill(1);
  PublicKey point;
  ASSERT_TRUE(ModelledCrypto().DerivePublic(key, &point));
  EXPECT_EQ(Hex(point.bytes), "cbd6200ac0e3fdfb9aff3cb3639f50ba7216ceffa37f1636b31e05184e921b44");
  SharedSecret secret;
  ASSERT_TRUE(ModelledCrypto().DeriveSharedSecret(key, PublicKey{{9}}, &secret));
  EXPECT_EQ(Hex(secret.bytes), "417ed3d33c4f7d8b8a09bb8aa1eb14c9e6c9c5a4ca3edc4f9f3dd457521ee88f");
  Bytes text = Counting(0, 1056);
  uint8_t tag[16];
  ModelledCrypto().Seal(SymmetricKey(key.bytes), 7, Counting(0, 3), absl::MakeSpan(text), tag);
  EXPECT_EQ(Hex(tag), "2e4fbdf13af3e556c7c62d3c2c42c1a2");
}

TEST(TextHash, BothBuildsGiveTheSameNumber) {
  if (!internal::HasAvx2()) GTEST_SKIP() << "no AVX2 here";
  const Bytes text = Counting(1, 3000);
  for (size_t size = 0; size <= text.size(); ++size) {
    ASSERT_EQ(internal::TextHash(text.data(), size), internal::TextHashAvx2(text.data(), size));
  }
}

}  // namespace
}  // namespace wg
