// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/crypto/blake2s.h"

#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "protocol/hex.h"

namespace wg {
namespace {

std::vector<uint8_t> Text(absl::string_view text) { return {text.begin(), text.end()}; }

TEST(Blake2s, Rfc7693AppendixB) {
  EXPECT_EQ(Hex(Blake2s({Text("abc")})),
            "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982");
}

TEST(Blake2s, PartsAreHashedAsOneString) {
  const std::vector<uint8_t> input = Counting(3, 200);
  const absl::Span<const uint8_t> all(input);
  for (size_t size : {0, 1, 63, 64, 65, 127, 128, 129, 200}) {
    const auto whole = all.first(size);
    for (size_t cut = 0; cut <= size; ++cut) {
      EXPECT_EQ(Blake2s({whole}), Blake2s({whole.first(cut), whole.subspan(cut)}));
      EXPECT_EQ(Blake2sMac16(all.first(32), {whole}),
                Blake2sMac16(all.first(32), {whole.first(cut), whole.subspan(cut)}));
      EXPECT_EQ(HmacBlake2s(all.first(32), {whole}),
                HmacBlake2s(all.first(32), {whole.first(cut), whole.subspan(cut)}));
    }
  }
}

// Computed with Python's hashlib.blake2s(key=..., digest_size=16).
TEST(Blake2s, MacOfSixteenBytesHasItsOwnParameterBlock) {
  EXPECT_EQ(Hex(Blake2sMac16(Counting(0, 32), {Text("abc")})), "61ba5f165c194692e09d12520cc4c74a");
  EXPECT_EQ(Hex(Blake2sMac16(Counting(0, 16), {Counting(0, 134)})),
            "22790c0452f003d3e890a4b592ebd0de");
  EXPECT_EQ(Hex(Blake2sMac16(Counting(0, 32), {})), "9536f9b267655743dee97b8a670f9f53");
}

// Computed with Python's hmac over hashlib.blake2s.
TEST(Blake2s, HmacOfShortExactAndLongKeys) {
  EXPECT_EQ(Hex(HmacBlake2s({}, {})),
            "eaf4bb25938f4d20e72656bbbc7a9bf63c0c18537333c35bdb67db1402661acd");
  EXPECT_EQ(Hex(HmacBlake2s(Counting(0, 64), {Text("abc")})),
            "3a0ef09eac123871fb79852ec512086d013abff437bd68ca03630932bd6ba81f");
  EXPECT_EQ(Hex(HmacBlake2s(Counting(0, 65), {Text("abc")})),
            "44d87b3939dec16bc76cbd83e3982ac0a4eafab8a5b87c8c2adbd0da7d5c9695");
}

// wireguard-go's known answer (its key and input), and two more by Python's hmac over hashlib.blake2s.
TEST(Kdf, KnownTriples) {
  const struct {
    absl::string_view key, input, t1, t2, t3;
  } kTriples[] = {
      {"test-key", "test-input",
       "6f0e5ad38daba1bea8a0d213688736f19763239305e0f58aba697f9ffc41c633",
       "df1194df20802a4fe594cde27e92991c8cae66c366e8106aaa937a55fa371e8a",
       "fac6e2745a325f5dc5d11a5b165aad08b0ada28e7b4e666b7c077934a4d76c24"},
      {"wireguard", "wireguard",
       "491d43bbfdaa8750aaf535e334ecbfe5129967cd64635101c566d4caefda96e8",
       "1e71a379baefd8a79aa4662212fcafe19a23e2b609a3db7d6bcba8f560e3d25f",
       "31e1ae48bddfbe5de38f295e5452b1909a1b4e38e183926af3780b0c1e1f0160"},
      {"", "",
       "8387b46bf43eccfcf349552a095d8315c4055beb90208fb1be23b894bc2ed5d0",
       "58a0e5f6faefccf4807bff1f05fa8a9217945762040bcec2f4b4a62bdfe0e86e",
       "0ce6ea98ec548f8e281e93e32db65621c45eb18dc6f0a7ad94178610a2f7338e"},
  };
  for (const auto& triple : kTriples) {
    Digest t1, t2, t3;
    Kdf3(Text(triple.key), Text(triple.input), absl::MakeSpan(t1), absl::MakeSpan(t2),
         absl::MakeSpan(t3));
    EXPECT_EQ(Hex(t1), triple.t1);
    EXPECT_EQ(Hex(t2), triple.t2);
    EXPECT_EQ(Hex(t3), triple.t3);
  }
}

TEST(Kdf, ShorterDerivationsArePrefixesOfLonger) {
  const std::vector<uint8_t> key = Counting(0, 32), input = Counting(9, 40);
  Digest a1, b1, b2, c1, c2, c3;
  Kdf1(key, input, absl::MakeSpan(a1));
  Kdf2(key, input, absl::MakeSpan(b1), absl::MakeSpan(b2));
  Kdf3(key, input, absl::MakeSpan(c1), absl::MakeSpan(c2), absl::MakeSpan(c3));
  EXPECT_EQ(a1, b1);
  EXPECT_EQ(a1, c1);
  EXPECT_EQ(b2, c2);
  EXPECT_NE(c2, c3);
}

TEST(Kdf, MayWriteOverItsInputs) {
  const std::vector<uint8_t> key = Counting(0, 32), input = Counting(9, 32);
  Digest t1, t2;
  Kdf2(key, input, absl::MakeSpan(t1), absl::MakeSpan(t2));
  std::vector<uint8_t> key_then_t2 = key, input_then_t1 = input;
  Kdf2(key_then_t2, input_then_t1, absl::MakeSpan(input_then_t1), absl::MakeSpan(key_then_t2));
  EXPECT_EQ(Hex(input_then_t1), Hex(t1));
  EXPECT_EQ(Hex(key_then_t2), Hex(t2));
}

}  // namespace
}  // namespace wg
