// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// States, indices and sessions of handshakes, with both cipher suites (spec/handshake sections 3.2
// and 3.9 to 3.12).
#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "absl/types/span.h"
#include "protocol/crypto/blake2s.h"
#include "protocol/crypto/suite.h"
#include "protocol/index_table.h"
#include "protocol/keypair.h"
#include "protocol/messages.h"
#include "protocol/noise.h"
#include "protocol/noise_fixture.h"
#include "protocol/peer_id.h"

namespace wg {
namespace {

using std::chrono::seconds;
using State = NoiseHandshakeState;
using Verdict = NoiseVerdict;

INSTANTIATE_TEST_SUITE_P(, NoiseTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "Real" : "Modelled"; });

TEST_P(NoiseTest, BothEndsGetTheSameKeysCrossed) {
  Establish();
  const Keypair& a = *alice_.keypairs().current();
  const Keypair& b = *bob_.keypairs().next();
  EXPECT_EQ(bob_.keypairs().current(), nullptr) << "not before it is confirmed";
  EXPECT_TRUE(a.sending.key == b.receiving.key);
  EXPECT_TRUE(a.receiving.key == b.sending.key);
  EXPECT_FALSE(a.sending.key == a.receiving.key);
  EXPECT_EQ(a.remote_index(), b.index());
  EXPECT_EQ(b.remote_index(), a.index());
  EXPECT_TRUE(a.i_am_the_initiator());
  EXPECT_FALSE(b.i_am_the_initiator());
  EXPECT_EQ(a.sending.birthdate, now_.boot - seconds(1));
}

TEST_P(NoiseTest, StatesAndIndicesFollowTheTable) {
  EXPECT_EQ(alice_.handshake().state(), State::kZeroed);
  MessageHandshakeInitiation message1 = Initiation();
  EXPECT_EQ(alice_.handshake().state(), State::kCreatedInitiation);
  EXPECT_EQ(alice_.handshake().index(), message1.sender_index);
  EXPECT_EQ(alice_.index_table_.size(), 1u);

  EXPECT_EQ(bob_.Consume(now_, message1).handshake, &bob_.handshake());
  EXPECT_EQ(bob_.handshake().state(), State::kConsumedInitiation);
  EXPECT_EQ(bob_.handshake().remote_index(), message1.sender_index);
  EXPECT_EQ(bob_.index_table_.size(), 0u);

  MessageHandshakeResponse message2;
  EXPECT_EQ(bob_.Respond(&message2), Verdict::kOk);
  EXPECT_EQ(message2.receiver_index, message1.sender_index);
  EXPECT_EQ(bob_.handshake().state(), State::kCreatedResponse);
  EXPECT_EQ(bob_.index_table_.Lookup(message2.sender_index, IndexType::kHandshake)->peer,
            PeerId{1});

  EXPECT_TRUE(bob_.Begin(now_));
  EXPECT_EQ(bob_.handshake().state(), State::kZeroed);
  EXPECT_FALSE(bob_.handshake().index().has_value());
  EXPECT_EQ(bob_.index_table_.Lookup(message2.sender_index, IndexType::kKeypair)->keypair,
            bob_.keypairs().next());

  EXPECT_EQ(alice_.Consume(message2).handshake, &alice_.handshake());
  EXPECT_EQ(alice_.handshake().state(), State::kConsumedResponse);
  EXPECT_TRUE(alice_.Begin(now_));
  EXPECT_EQ(alice_.handshake().state(), State::kZeroed);
  EXPECT_EQ(alice_.index_table_.Lookup(message1.sender_index, IndexType::kKeypair)->keypair,
            alice_.keypairs().current());
  EXPECT_EQ(alice_.index_table_.size(), 1u);
}

TEST_P(NoiseTest, StepsOutOfOrderAreRefused) {
  MessageHandshakeResponse message2;
  EXPECT_EQ(bob_.Respond(&message2), Verdict::kWrongState);
  EXPECT_FALSE(bob_.Begin(now_));
  Initiation();
  EXPECT_FALSE(alice_.Begin(now_));
  EXPECT_EQ(alice_.handshake().state(), State::kCreatedInitiation);
  Answered();
  EXPECT_EQ(bob_.Respond(&message2), Verdict::kWrongState) << "answered already";
  EXPECT_TRUE(bob_.Begin(now_));
  EXPECT_FALSE(bob_.Begin(now_));
}

TEST_P(NoiseTest, AReplayedResponseFindsNoHandshake) {
  const MessageHandshakeResponse message2 = Answered();
  ASSERT_TRUE(bob_.Begin(now_));
  ASSERT_EQ(alice_.Consume(message2).verdict, Verdict::kOk);
  ASSERT_TRUE(alice_.Begin(now_));
  EXPECT_EQ(alice_.Consume(message2).verdict, Verdict::kUnknownIndex);
}

TEST_P(NoiseTest, AFailedInitiationKeepsStateAndIndexButRuinsThePendingOne) {
  const MessageHandshakeResponse message2 = Answered();
  const auto index = alice_.handshake().index();
  NoiseStaticIdentity none;
  NoiseContext without{crypto(), none, alice_.peer_table_, alice_.index_table_, alice_.account_};
  alice_.handshake().PrecomputeStaticStatic(without);
  MessageHandshakeInitiation message;
  EXPECT_EQ(alice_.Initiate(now_, &message), Verdict::kZeroSharedSecret);
  EXPECT_EQ(alice_.handshake().state(), State::kCreatedInitiation);
  EXPECT_EQ(alice_.handshake().index(), index);
  EXPECT_EQ(alice_.Consume(message2).verdict, Verdict::kBadTag);
}

TEST_P(NoiseTest, ANewInitiationSupersedesTheOld) {
  const MessageHandshakeResponse old = Answered();
  const auto old_index = alice_.handshake().index();
  Pass(seconds(5));
  Initiation();
  EXPECT_NE(alice_.handshake().index(), old_index);
  EXPECT_EQ(alice_.index_table_.size(), 1u);
  EXPECT_EQ(alice_.Consume(old).verdict, Verdict::kUnknownIndex);
  EXPECT_EQ(alice_.Consume(Answered()).verdict, Verdict::kOk);
}

TEST_P(NoiseTest, EveryMessageHasItsOwnEphemeralAndIndex) {
  const MessageHandshakeInitiation a = Initiation(), b = Initiation();
  EXPECT_NE(a.unencrypted_ephemeral, b.unencrypted_ephemeral);
  EXPECT_NE(a.sender_index, b.sender_index);
}

TEST_P(NoiseTest, CrossingInitiationsKillBothPendingOnes) {
  MessageHandshakeInitiation from_alice, from_bob;
  ASSERT_EQ(alice_.Initiate(now_, &from_alice), Verdict::kOk);
  ASSERT_EQ(bob_.Initiate(now_, &from_bob), Verdict::kOk);
  MessageHandshakeResponse to_alice, to_bob;
  ASSERT_EQ(alice_.Consume(now_, from_bob).verdict, Verdict::kOk);
  ASSERT_EQ(bob_.Consume(now_, from_alice).verdict, Verdict::kOk);
  ASSERT_EQ(alice_.Respond(&to_bob), Verdict::kOk);
  ASSERT_EQ(bob_.Respond(&to_alice), Verdict::kOk);
  ASSERT_TRUE(alice_.Begin(now_));
  ASSERT_TRUE(bob_.Begin(now_));
  EXPECT_EQ(alice_.Consume(to_alice).verdict, Verdict::kUnknownIndex);
  EXPECT_EQ(bob_.Consume(to_bob).verdict, Verdict::kUnknownIndex);
  for (Node* node : {&alice_, &bob_}) {
    EXPECT_EQ(node->keypairs().current(), nullptr);
    EXPECT_NE(node->keypairs().next(), nullptr);
    EXPECT_EQ(node->index_table_.size(), 1u);
  }
}

TEST_P(NoiseTest, ConsumingAnInitiationEndsTheOwnButKeepsItsIndexUntilTheResponse) {
  Pass(seconds(1));
  MessageHandshakeInitiation from_bob;
  ASSERT_EQ(bob_.Initiate(now_, &from_bob), Verdict::kOk);
  const MessageHandshakeInitiation own = Initiation();
  ASSERT_EQ(alice_.Consume(now_, from_bob).verdict, Verdict::kOk);
  EXPECT_EQ(alice_.handshake().index(), own.sender_index);
  ASSERT_EQ(bob_.Consume(now_, own).verdict, Verdict::kOk);
  MessageHandshakeResponse answer;
  ASSERT_EQ(bob_.Respond(&answer), Verdict::kOk);
  EXPECT_EQ(alice_.Consume(answer).verdict, Verdict::kWrongState);
}

TEST_P(NoiseTest, ADeadPeerGetsNoSession) {
  const MessageHandshakeResponse message2 = Answered();
  ASSERT_EQ(alice_.Consume(message2).verdict, Verdict::kOk);
  EXPECT_FALSE(alice_.Begin(now_, PeerId{1}, /*dead=*/true));
  EXPECT_EQ(alice_.handshake().state(), State::kZeroed);
  EXPECT_EQ(alice_.keypairs().current(), nullptr);
  EXPECT_EQ(alice_.account_.live, 0u);
  EXPECT_EQ(alice_.index_table_.size(), 1u) << "the handshake's entry goes with Clear";
}

TEST_P(NoiseTest, ClearLeavesTheIndexTableAndKeepsWhatOutlivesIt) {
  Initiation();
  const PresharedKey psk = alice_.handshake().psk();
  alice_.handshake().Clear(alice_.index_table_);
  EXPECT_EQ(alice_.handshake().state(), State::kZeroed);
  EXPECT_EQ(alice_.index_table_.size(), 0u);
  EXPECT_TRUE(alice_.handshake().ephemeral_private().IsZero());
  EXPECT_TRUE(alice_.handshake().symmetric().chaining_key().IsZero());
  EXPECT_EQ(alice_.handshake().symmetric().hash(), Digest{});
  EXPECT_TRUE(alice_.handshake().psk() == psk);
  EXPECT_FALSE(alice_.handshake().precomputed_static_static().IsZero());
}

TEST_P(NoiseTest, ASessionLeavesNothingOfItsHandshake) {
  Establish();
  for (Node* node : {&alice_, &bob_}) {
    EXPECT_TRUE(node->handshake().ephemeral_private().IsZero());
    EXPECT_TRUE(node->handshake().symmetric().chaining_key().IsZero());
    EXPECT_EQ(node->handshake().remote_index(), 0u);
  }
}

TEST_P(NoiseTest, DataFlowsBothWaysAndConfirms) {
  for (int session = 0; session < 4; ++session) {
    Establish();
    Keypair& a = *alice_.keypairs().current();
    Keypair& b = *bob_.keypairs().next();
    std::vector<uint8_t> packet(16 + 40 + 16, 7);
    const absl::Span<uint8_t> text = absl::MakeSpan(packet).subspan(16, 40);
    crypto().Seal(a.sending.key, a.sending_counter++, {}, text, text.data() + 40);
    EXPECT_FALSE(crypto().Open(b.receiving.key, 1, {}, text, text.data() + 40));
    std::vector<uint8_t> again(16 + 40 + 16, 7);
    const absl::Span<uint8_t> fresh = absl::MakeSpan(again).subspan(16, 40);
    crypto().Seal(a.sending.key, 0, {}, fresh, fresh.data() + 40);
    ASSERT_TRUE(crypto().Open(b.receiving.key, 0, {}, fresh, fresh.data() + 40));
    EXPECT_TRUE(b.receiving_counter.Validate(0));
    EXPECT_TRUE(bob_.keypairs().ReceivedWithKeypair(&b, bob_.index_table_));
    EXPECT_EQ(bob_.keypairs().current(), &b);

    std::vector<uint8_t> reply(16 + 16);
    crypto().Seal(b.sending.key, 0, {}, absl::MakeSpan(reply).subspan(16, 0), &reply[16]);
    EXPECT_TRUE(
        crypto().Open(a.receiving.key, 0, {}, absl::MakeSpan(reply).subspan(16, 0), &reply[16]));
    EXPECT_FALSE(
        crypto().Open(a.sending.key, 0, {}, absl::MakeSpan(reply).subspan(16, 0), &reply[16]));
  }
  EXPECT_EQ(alice_.account_.created, 4u);
  EXPECT_EQ(alice_.account_.live, 2u);
}

}  // namespace
}  // namespace wg
