// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/cookie.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "protocol/crypto/blake2s.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/endian.h"
#include "protocol/fake_entropy.h"
#include "protocol/hex.h"
#include "protocol/index_table.h"
#include "protocol/ip.h"
#include "protocol/keypair.h"
#include "protocol/messages.h"
#include "protocol/noise.h"
#include "protocol/peer_id.h"
#include "protocol/ratelimiter.h"
#include "protocol/time.h"

namespace wg {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;
using Bytes = std::vector<uint8_t>;
using State = CookieMacState;

constexpr uint32_t kSenderIndex = 0x01020304;

// A sender with a jar for a receiver with a checker.
class CookieTest : public testing::TestWithParam<bool> {
 protected:
  CookieTest() {
    PrivateKey key;
    key.bytes.fill(1);
    identity_.SetPrivateKey(crypto(), key);
    checker_.PrecomputeDeviceKeys(identity_);
    ratelimiter_.Init();
  }
  const CryptoSuite& crypto() const { return GetParam() ? RealCrypto() : ModelledCrypto(); }

  // A message of type 1 or 2 as the sender would send it now: its content is nothing to a cookie.
  Bytes Message(size_t size = MessageHandshakeInitiation::kLen) {
    Bytes message(size, ++content_);
    StoreLe32(message.data(), size == MessageHandshakeInitiation::kLen ? 1 : 2);
    StoreLe32(message.data() + 4, kSenderIndex);
    Jar().AddMacToPacket(now_, absl::MakeSpan(message));
    return message;
  }
  // Made late: the checker's key must be there.
  CookieJar& Jar() {
    if (!jar_.has_value()) jar_.emplace(identity_.public_key());
    return *jar_;
  }
  State Validate(const Bytes& message, bool under_load) {
    return Validate(message, under_load, source_);
  }
  State Validate(const Bytes& message, bool under_load, const Endpoint& source) {
    return checker_.ValidatePacket(now_, entropy_, ratelimiter_, 0, message, source, under_load);
  }
  MessageHandshakeCookie Reply(const Bytes& message) {
    MessageHandshakeCookie reply;
    checker_.CreateMessage(crypto(), now_, entropy_, message, source_, &reply);
    return reply;
  }
  static Bytes Mac2(const Bytes& message) { return {message.end() - 16, message.end()}; }
  void Pass(Duration time) { now_.boot += time; }

  Now now_{BootTime(seconds(1000)), WallTime(seconds(0))};
  SeededEntropy entropy_{1};
  NoiseStaticIdentity identity_;
  CookieChecker checker_{now_, entropy_};
  absl::optional<CookieJar> jar_;
  RateLimiter ratelimiter_;
  const Endpoint source_ = Endpoint::Parse("192.0.2.1:51820").value();
  const Bytes zeros_ = Bytes(16);
  uint8_t content_ = 0;
};

INSTANTIATE_TEST_SUITE_P(, CookieTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "Real" : "Modelled"; });

TEST_P(CookieTest, WithoutLoadMac1IsEnoughAndMac2IsNotLookedAt) {
  for (size_t size : {MessageHandshakeInitiation::kLen, MessageHandshakeResponse::kLen}) {
    Bytes message = Message(size);
    EXPECT_EQ(Mac2(message), zeros_);
    EXPECT_EQ(Validate(message, false), State::kValidMacButNoCookie);
    message.back() ^= 1;
    EXPECT_EQ(Validate(message, false), State::kValidMacButNoCookie);
  }
  EXPECT_EQ(ratelimiter_.entries(), 0u);
}

TEST_P(CookieTest, Mac1CoversEverythingBeforeIt) {
  const Bytes good = Message();
  for (size_t bit = 0; bit < 8 * (good.size() - 16); ++bit) {
    Bytes bad = good;
    bad[bit / 8] ^= 1 << bit % 8;
    ASSERT_EQ(Validate(bad, false), State::kInvalidMac) << bit;
    ASSERT_EQ(Validate(bad, true), State::kInvalidMac) << bit;
  }
}

TEST_P(CookieTest, Mac1IsMadeForOnePublicKey) {
  CookieJar other(PublicKey{{7}});
  Bytes message = Message();
  other.AddMacToPacket(now_, absl::MakeSpan(message));
  EXPECT_EQ(Validate(message, false), State::kInvalidMac);
}

TEST_P(CookieTest, UnderLoadACookieIsAskedForAndThenAccepted) {
  Bytes message = Message();
  EXPECT_EQ(Validate(message, true), State::kValidMacButNoCookie);
  const MessageHandshakeCookie reply = Reply(message);
  EXPECT_EQ(reply.receiver_index, kSenderIndex);
  EXPECT_TRUE(Jar().Consume(crypto(), now_, reply));
  EXPECT_TRUE(Jar().is_valid());
  EXPECT_EQ(Jar().cookie(), checker_.MakeCookie(now_, entropy_, source_));

  message = Message();
  EXPECT_NE(Mac2(message), zeros_);
  EXPECT_EQ(Validate(message, true), State::kValidMacWithCookie);
  for (size_t bit = 0; bit < 128; ++bit) {
    Bytes bad = message;
    bad[132 + bit / 8] ^= 1 << bit % 8;
    EXPECT_EQ(Validate(bad, true), State::kValidMacButNoCookie) << bit;
  }
  EXPECT_EQ(Validate(Message(MessageHandshakeResponse::kLen), true), State::kValidMacWithCookie)
      << "one cookie serves both kinds of message";
}

TEST_P(CookieTest, ACookieBelongsToAddressAndPort) {
  ASSERT_TRUE(Jar().Consume(crypto(), now_, Reply(Message())));
  const Bytes message = Message();
  EXPECT_EQ(Validate(message, true, Endpoint::Parse("192.0.2.1:51821").value()),
            State::kValidMacButNoCookie);
  EXPECT_EQ(Validate(message, true, Endpoint::Parse("192.0.2.2:51820").value()),
            State::kValidMacButNoCookie);
  EXPECT_EQ(Validate(message, true), State::kValidMacWithCookie);
}

TEST_P(CookieTest, Ipv6CookiesUseAllSixteenBytes) {
  const auto cookie = [&](const char* text) {
    return checker_.MakeCookie(now_, entropy_, Endpoint::Parse(text).value());
  };
  EXPECT_NE(cookie("[2001:db8::1]:1"), cookie("[2001:db8::2]:1"));
  EXPECT_NE(cookie("[2001:db8::1]:1"), cookie("[2001:db9::1]:1"));
  EXPECT_EQ(cookie("[2001:db8::1]:1"), cookie("[2001:db8::1]:1"));
}

TEST_P(CookieTest, TheSixthMessageOfOneInstantIsRatelimited) {
  ASSERT_TRUE(Jar().Consume(crypto(), now_, Reply(Message())));
  for (int i = 0; i < 20; ++i) {
    Bytes without = Message();
    std::fill(without.end() - 16, without.end(), uint8_t{0});
    EXPECT_EQ(Validate(without, true), State::kValidMacButNoCookie) << "spends nothing";
  }
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Validate(Message(), true), State::kValidMacWithCookie);
  EXPECT_EQ(Validate(Message(), true), State::kValidMacWithCookieButRatelimited);
  EXPECT_EQ(Validate(Message(), false), State::kValidMacButNoCookie) << "only under load";
  Pass(nanoseconds(50'000'000));
  EXPECT_EQ(Validate(Message(), true), State::kValidMacWithCookie);
}

TEST_P(CookieTest, OneSourceGetsOneCookieUnderManyNonces) {
  const Bytes message = Message();
  const MessageHandshakeCookie a = Reply(message), b = Reply(message);
  EXPECT_NE(a.nonce, b.nonce);
  EXPECT_NE(a.encrypted_cookie, b.encrypted_cookie);
  ASSERT_TRUE(Jar().Consume(crypto(), now_, a));
  const Mac16 first = Jar().cookie();
  Bytes again = message;
  Jar().AddMacToPacket(now_, absl::MakeSpan(again));  // the same mac1: the reply fits again
  ASSERT_TRUE(Jar().Consume(crypto(), now_, b));
  EXPECT_EQ(Jar().cookie(), first);
}

TEST_P(CookieTest, TheSecretIsRenewedWhenUsedAtOneHundredTwentySeconds) {
  ASSERT_TRUE(Jar().Consume(crypto(), now_, Reply(Message())));
  const Bytes message = Message();
  Pass(kCookieSecretMaxAge - nanoseconds(1));
  EXPECT_EQ(Validate(message, true), State::kValidMacWithCookie);
  Pass(nanoseconds(1));
  ScriptedEntropy secret;
  secret.Then(Bytes(32, 9));
  EXPECT_EQ(checker_.ValidatePacket(now_, secret, ratelimiter_, 0, message, source_, true),
            State::kValidMacButNoCookie)
      << "no grace for the old secret";
  EXPECT_EQ(secret.left(), 0u);
  ScriptedEntropy none;
  EXPECT_EQ(checker_.MakeCookie(now_, none, source_),
            Blake2sMac16(Bytes(32, 9), {Unhex("c0000201ca6c")}));
}

TEST_P(CookieTest, AReplyDrawsTheNonceBeforeANewSecret) {
  const Bytes message = Message();
  Pass(kCookieSecretMaxAge);
  ScriptedEntropy entropy;
  entropy.Then(Bytes(24, 1)).Then(Bytes(32, 2));
  MessageHandshakeCookie reply;
  checker_.CreateMessage(crypto(), now_, entropy, message, source_, &reply);
  EXPECT_EQ(Hex(reply.nonce), Hex(Bytes(24, 1)));
  ASSERT_TRUE(Jar().Consume(crypto(), now_, reply));
  EXPECT_EQ(Jar().cookie(), Blake2sMac16(Bytes(32, 2), {Unhex("c0000201ca6c")}));
}

TEST_P(CookieTest, ACookieIsUsedForLessThanOneHundredFifteenSeconds) {
  ASSERT_TRUE(Jar().Consume(crypto(), now_, Reply(Message())));
  Pass(seconds(115) - nanoseconds(1));
  EXPECT_NE(Mac2(Message()), zeros_);
  Pass(nanoseconds(1));
  EXPECT_EQ(Mac2(Message()), zeros_);
  EXPECT_TRUE(Jar().is_valid()) << "age alone decides";
}

TEST_P(CookieTest, OnlyOneReplyPerMessageSentIsTaken) {
  const MessageHandshakeCookie early = Reply(Bytes(148));
  EXPECT_FALSE(Jar().Consume(crypto(), now_, early)) << "nothing was sent yet";
  const Bytes message = Message();
  EXPECT_TRUE(Jar().have_sent_mac1());
  EXPECT_TRUE(Jar().Consume(crypto(), now_, Reply(message)));
  EXPECT_FALSE(Jar().have_sent_mac1());
  const Mac16 cookie = Jar().cookie();
  Pass(kCookieSecretMaxAge);
  EXPECT_FALSE(Jar().Consume(crypto(), now_, Reply(message)));
  EXPECT_EQ(Jar().cookie(), cookie);
  EXPECT_TRUE(Jar().Consume(crypto(), now_, Reply(Message()))) << "a new message opens it again";
  EXPECT_NE(Jar().cookie(), cookie);
}

TEST_P(CookieTest, AReplyToAnOlderMessageIsRefused) {
  const Bytes old = Message();
  const Bytes latest = Message();
  EXPECT_FALSE(Jar().Consume(crypto(), now_, Reply(old)));
  EXPECT_TRUE(Jar().have_sent_mac1());
  EXPECT_TRUE(Jar().Consume(crypto(), now_, Reply(latest)));
}

TEST_P(CookieTest, AnyChangedBitOfAReplyIsRefused) {
  const MessageHandshakeCookie good = Reply(Message());
  for (size_t bit = 0; bit < 8 * 32; ++bit) {
    MessageHandshakeCookie bad = good;
    bad.encrypted_cookie[bit / 8] ^= 1 << bit % 8;
    EXPECT_FALSE(Jar().Consume(crypto(), now_, bad)) << bit;
  }
  for (size_t bit = 0; bit < 8 * 24; ++bit) {
    MessageHandshakeCookie bad = good;
    bad.nonce[bit / 8] ^= 1 << bit % 8;
    EXPECT_FALSE(Jar().Consume(crypto(), now_, bad)) << bit;
  }
  EXPECT_FALSE(Jar().is_valid());
  EXPECT_TRUE(Jar().Consume(crypto(), now_, good));
}

TEST_P(CookieTest, AReplyOfSomebodyElseIsRefused) {
  const Bytes message = Message();
  CookieChecker other(now_, entropy_);
  NoiseStaticIdentity identity;
  PrivateKey key;
  key.bytes.fill(2);
  identity.SetPrivateKey(crypto(), key);
  other.PrecomputeDeviceKeys(identity);
  MessageHandshakeCookie reply;
  other.CreateMessage(crypto(), now_, entropy_, message, source_, &reply);
  EXPECT_FALSE(Jar().Consume(crypto(), now_, reply));
}

TEST_P(CookieTest, ANewIdentityChangesTheDeviceKeysAtOnce) {
  const Bytes message = Message();
  PrivateKey key;
  key.bytes.fill(2);
  identity_.SetPrivateKey(crypto(), key);
  checker_.PrecomputeDeviceKeys(identity_);
  EXPECT_EQ(Validate(message, false), State::kInvalidMac);
  identity_.SetPrivateKey(crypto(), PrivateKey());
  checker_.PrecomputeDeviceKeys(identity_);
  EXPECT_TRUE(checker_.message_mac1_key().IsZero());
  EXPECT_TRUE(checker_.cookie_encryption_key().IsZero());
  Bytes zero_keyed = message;
  const Mac16 mac1 = Blake2sMac16(Bytes(32), {absl::MakeConstSpan(message).first(116)});
  std::copy(mac1.begin(), mac1.end(), zero_keyed.begin() + 116);
  EXPECT_EQ(Validate(zero_keyed, false), State::kValidMacButNoCookie);
}

TEST_P(CookieTest, ARepliesPeerIsFoundAmongHandshakesAndKeypairs) {
  const MessageHandshakeCookie reply = Reply(Message());
  IndexTable table;
  auto jar_of = [&](PeerId id) {
    EXPECT_EQ(id, PeerId{5});
    return &Jar();
  };
  EXPECT_EQ(ConsumeCookieMessage(crypto(), now_, reply, table, jar_of), PeerId::kNone);
  ScriptedEntropy entropy;
  entropy.ThenUint32(kSenderIndex);
  table.Insert({IndexType::kHandshake, PeerId{5}, nullptr}, entropy);
  EXPECT_EQ(ConsumeCookieMessage(crypto(), now_, reply, table, jar_of), PeerId{5});
  EXPECT_EQ(ConsumeCookieMessage(crypto(), now_, reply, table, jar_of), PeerId::kNone);

  const MessageHandshakeCookie second = Reply(Message());
  KeypairAccount account;
  {
    const KeypairRef keypair = KeypairRef::Create(Keypair::Session(), now_.boot, &account);
    table.Replace(kSenderIndex, {IndexType::kKeypair, PeerId{5}, keypair.get()});
    EXPECT_EQ(ConsumeCookieMessage(crypto(), now_, second, table, jar_of), PeerId{5});
  }
}

}  // namespace
}  // namespace wg
