// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What the handshake refuses, with both cipher suites. The bytes are handshake_vectors_test's.
#include "protocol/noise.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>

#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/keypair.h"
#include "protocol/messages.h"
#include "protocol/noise_fixture.h"
#include "protocol/peer_id.h"
#include "protocol/tai64n.h"
#include "protocol/time.h"

namespace wg {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;
using State = NoiseHandshakeState;
using Verdict = NoiseVerdict;

INSTANTIATE_TEST_SUITE_P(, NoiseTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "Real" : "Modelled"; });

TEST_P(NoiseTest, WithoutIdentityNothingGoesOutOrIn) {
  const MessageHandshakeInitiation message1 = Initiation();
  const MessageHandshakeResponse message2 = [&] {
    EXPECT_EQ(bob_.Consume(now_, message1).verdict, Verdict::kOk);
    MessageHandshakeResponse m;
    EXPECT_EQ(bob_.Respond(&m), Verdict::kOk);
    return m;
  }();
  alice_.identity_.SetPrivateKey(crypto(), PrivateKey());
  bob_.identity_.SetPrivateKey(crypto(), PrivateKey());
  MessageHandshakeInitiation another;
  EXPECT_EQ(alice_.Initiate(now_, &another), Verdict::kNoIdentity);
  EXPECT_EQ(alice_.handshake().state(), State::kCreatedInitiation);
  EXPECT_EQ(alice_.Consume(message2).verdict, Verdict::kNoIdentity);
  Pass(seconds(1));
  EXPECT_EQ(bob_.Consume(now_, message1).verdict, Verdict::kNoIdentity);
}

TEST_P(NoiseTest, AStrangerIsUnknown) {
  Node carol(crypto(), 3);
  carol.Add(bob_.key());
  MessageHandshakeInitiation message;
  ASSERT_EQ(carol.Initiate(now_, &message), Verdict::kOk);
  EXPECT_EQ(bob_.Consume(now_, message).verdict, Verdict::kUnknownPeer);
  EXPECT_EQ(bob_.Consume(now_, message).handshake, nullptr);
}

TEST_P(NoiseTest, AMessageForSomebodyElseDoesNotOpen) {
  Node carol(crypto(), 3);
  carol.Add(alice_.key());
  EXPECT_EQ(carol.Consume(now_, Initiation()).verdict, Verdict::kBadStatic);
}

TEST_P(NoiseTest, AnyChangedBitOfAnInitiationIsRefusedAndLeavesNoTrace) {
  const MessageHandshakeInitiation good = Initiation();
  auto refuse = [&](auto field, size_t size) {
    for (size_t bit = 0; bit < 8 * size; ++bit) {
      MessageHandshakeInitiation bad = good;
      field(bad)[bit / 8] ^= 1 << bit % 8;
      EXPECT_NE(bob_.Consume(now_, bad).verdict, Verdict::kOk) << bit;
    }
  };
  refuse([](auto& m) { return m.unencrypted_ephemeral.bytes.data(); }, 32);
  refuse([](auto& m) { return m.encrypted_static.data(); }, 48);
  refuse([](auto& m) { return m.encrypted_timestamp.data(); }, 28);
  EXPECT_EQ(bob_.handshake().state(), State::kZeroed);
  EXPECT_EQ(bob_.handshake().latest_timestamp(), Tai64n());
  EXPECT_EQ(bob_.Consume(now_, good).verdict, Verdict::kOk);
}

TEST_P(NoiseTest, AnyChangedBitOfAResponseIsRefusedAndAGoodOneStillWorks) {
  const MessageHandshakeResponse good = Answered();
  for (size_t bit = 0; bit < 256; ++bit) {
    MessageHandshakeResponse bad = good;
    bad.unencrypted_ephemeral.bytes[bit / 8] ^= 1 << bit % 8;
    EXPECT_EQ(alice_.Consume(bad).verdict, Verdict::kBadTag) << bit;
  }
  for (size_t bit = 0; bit < 128; ++bit) {
    MessageHandshakeResponse bad = good;
    bad.encrypted_nothing[bit / 8] ^= 1 << bit % 8;
    EXPECT_EQ(alice_.Consume(bad).verdict, Verdict::kBadTag) << bit;
  }
  MessageHandshakeResponse elsewhere = good;
  elsewhere.receiver_index ^= 1;
  EXPECT_EQ(alice_.Consume(elsewhere).verdict, Verdict::kUnknownIndex);
  EXPECT_EQ(alice_.handshake().state(), State::kCreatedInitiation);
  EXPECT_EQ(alice_.Consume(good).verdict, Verdict::kOk);
  EXPECT_EQ(alice_.Consume(good).verdict, Verdict::kWrongState) << "once";
}

TEST_P(NoiseTest, ThePskInForceWhenTheResponseArrivesIsUsed) {
  PresharedKey other;
  other.bytes.fill(0x66);
  MessageHandshakeInitiation message1 = Initiation();
  bob_.handshake().SetPresharedKey(other);
  EXPECT_EQ(bob_.Consume(now_, message1).verdict, Verdict::kOk) << "message 1 has no psk in it";
  MessageHandshakeResponse message2;
  ASSERT_EQ(bob_.Respond(&message2), Verdict::kOk);
  EXPECT_EQ(alice_.Consume(message2).verdict, Verdict::kBadTag);
  alice_.handshake().SetPresharedKey(other);
  EXPECT_EQ(alice_.Consume(message2).verdict, Verdict::kOk);
}

TEST_P(NoiseTest, EqualOrLowerTimestampsAreReplays) {
  const Now start = now_;
  const MessageHandshakeInitiation first = Initiation();
  EXPECT_EQ(bob_.Consume(now_, first).verdict, Verdict::kOk);
  Pass(seconds(1));
  EXPECT_EQ(bob_.Consume(now_, first).verdict, Verdict::kReplay) << "verbatim";

  MessageHandshakeInitiation message;
  now_.wall = start.wall;
  ASSERT_EQ(alice_.Initiate(now_, &message), Verdict::kOk);
  EXPECT_EQ(bob_.Consume(now_, message).verdict, Verdict::kReplay) << "equal, other ephemeral";
  now_.wall = start.wall - nanoseconds(1);
  ASSERT_EQ(alice_.Initiate(now_, &message), Verdict::kOk);
  EXPECT_EQ(bob_.Consume(now_, message).verdict, Verdict::kReplay) << "a clock stepped back";
  now_.wall = start.wall + nanoseconds(kTai64nGranule);
  ASSERT_EQ(alice_.Initiate(now_, &message), Verdict::kOk);
  EXPECT_EQ(bob_.Consume(now_, message).verdict, Verdict::kOk) << "the next granule";
}

TEST_P(NoiseTest, ReplayProtectionOutlivesTheHandshake) {
  const MessageHandshakeInitiation first = Initiation();
  EXPECT_EQ(bob_.Consume(now_, first).verdict, Verdict::kOk);
  bob_.handshake().Clear(bob_.index_table_);
  bob_.handshake().PrecomputeStaticStatic(bob_.context());
  Pass(seconds(1));
  EXPECT_EQ(bob_.Consume(now_, first).verdict, Verdict::kReplay);
}

TEST_P(NoiseTest, FloodsAreRefusedBelowTwentyMillisecondsAndLeaveNoTrace) {
  EXPECT_EQ(bob_.Consume(now_, Initiation()).verdict, Verdict::kOk);
  const Tai64n before = bob_.handshake().latest_timestamp();
  Pass(nanoseconds(19'999'999));
  now_.wall += seconds(1);
  const MessageHandshakeInitiation message = Initiation();
  EXPECT_EQ(bob_.Consume(now_, message).verdict, Verdict::kFlood);
  EXPECT_EQ(bob_.handshake().latest_timestamp(), before);
  EXPECT_EQ(bob_.handshake().state(), State::kConsumedInitiation);
  Pass(nanoseconds(1));
  EXPECT_EQ(bob_.Consume(now_, message).verdict, Verdict::kOk) << "at exactly 20 ms";
}

TEST_P(NoiseTest, TheFirstTwentyMillisecondsOfAClockAreAFlood) {
  now_.boot = BootTime(nanoseconds(19'999'999));
  const MessageHandshakeInitiation message = Initiation();
  EXPECT_EQ(bob_.Consume(now_, message).verdict, Verdict::kFlood);
  now_.boot = BootTime(nanoseconds(20'000'000));
  EXPECT_EQ(bob_.Consume(now_, message).verdict, Verdict::kOk);
}

TEST_P(NoiseTest, TheFloodLimitIsPerPeer) {
  Node carol(crypto(), 3);
  carol.Add(bob_.key());
  bob_.Add(carol.key());
  MessageHandshakeInitiation message;
  ASSERT_EQ(carol.Initiate(now_, &message), Verdict::kOk);
  EXPECT_EQ(bob_.Consume(now_, Initiation()).verdict, Verdict::kOk);
  const NoiseConsumed consumed = bob_.Consume(now_, message);
  EXPECT_EQ(consumed.verdict, Verdict::kOk);
  EXPECT_EQ(consumed.handshake->peer(), PeerId{2});
}

TEST_P(NoiseTest, EphemeralsOfLowOrderAreRefused) {
  MessageHandshakeInitiation message1 = Initiation();
  message1.unencrypted_ephemeral = PublicKey();
  EXPECT_EQ(bob_.Consume(now_, message1).verdict, Verdict::kZeroSharedSecret);
  const MessageHandshakeResponse good = Answered();
  MessageHandshakeResponse bad = good;
  bad.unencrypted_ephemeral = PublicKey{{1}};
  EXPECT_EQ(alice_.Consume(bad).verdict, Verdict::kZeroSharedSecret);
  EXPECT_EQ(alice_.Consume(good).verdict, Verdict::kOk);
}

TEST_P(NoiseTest, APeerWithAKeyOfLowOrderIsNeverInitiatedTo) {
  for (const PublicKey& key : {PublicKey(), PublicKey{{1}}}) {
    const PeerId id = alice_.Add(key);
    EXPECT_TRUE(alice_.handshake(id).precomputed_static_static().IsZero());
    MessageHandshakeInitiation message;
    EXPECT_EQ(alice_.Initiate(now_, &message, id), Verdict::kZeroSharedSecret);
    EXPECT_EQ(alice_.handshake(id).state(), State::kZeroed);
    EXPECT_FALSE(alice_.handshake(id).index().has_value());
  }
}

TEST_P(NoiseTest, WithoutPrecomputedSecretBothSidesStopAtSs) {
  const MessageHandshakeInitiation message = Initiation();
  NoiseStaticIdentity none;
  NoiseContext without{crypto(), none, bob_.peer_table_, bob_.index_table_, bob_.account_};
  bob_.handshake().PrecomputeStaticStatic(without);
  EXPECT_TRUE(bob_.handshake().precomputed_static_static().IsZero());
  EXPECT_EQ(bob_.Consume(now_, message).verdict, Verdict::kZeroSharedSecret);
  bob_.handshake().PrecomputeStaticStatic(bob_.context());
  EXPECT_EQ(bob_.Consume(now_, message).verdict, Verdict::kOk);
}

TEST_P(NoiseTest, ANewPrivateKeyNeedsNewPrecomputedSecrets) {
  Node carol(crypto(), 3);
  alice_.identity_.SetPrivateKey(crypto(), carol.identity_.private_key());
  bob_.peer_table_.Add(carol.key(), PeerId{9});
  MessageHandshakeInitiation message;
  ASSERT_EQ(alice_.Initiate(now_, &message), Verdict::kOk);
  auto new_peer =
      std::make_unique<NoiseHandshake>(bob_.context(), PeerId{9}, carol.key(), PresharedKey());
  auto handshake_of = [&](PeerId) { return new_peer.get(); };
  EXPECT_EQ(ConsumeInitiation(bob_.context(), now_, message, handshake_of).verdict,
            Verdict::kBadTimestamp)
      << "still the secret of the old key";
  alice_.handshake().PrecomputeStaticStatic(alice_.context());
  ASSERT_EQ(alice_.Initiate(now_, &message), Verdict::kOk);
  EXPECT_EQ(ConsumeInitiation(bob_.context(), now_, message, handshake_of).verdict, Verdict::kOk);
}

TEST_P(NoiseTest, TheIdentityIsKeptClampedAndZeroMeansNone) {
  NoiseStaticIdentity identity;
  EXPECT_FALSE(identity.has_identity());
  PrivateKey raw;
  raw.bytes.fill(0xff);
  identity.SetPrivateKey(crypto(), raw);
  EXPECT_TRUE(identity.has_identity());
  EXPECT_FALSE(identity.private_key() == raw);
  Clamp(&raw);
  EXPECT_TRUE(identity.private_key() == raw);
  identity.SetPrivateKey(crypto(), PrivateKey());
  EXPECT_FALSE(identity.has_identity());
  EXPECT_TRUE(identity.public_key().IsZero());
  EXPECT_FALSE(identity.private_key().IsZero()) << "clamped zeros are not zero";
}

TEST(Noise, AnIdlePeerHasRoomToSpare) {
  // Together with cookie, timers and the rest a peer without session stays below 2 KiB.
  EXPECT_LE(sizeof(NoiseHandshake) + sizeof(Keypairs), 400u);
}

}  // namespace
}  // namespace wg
