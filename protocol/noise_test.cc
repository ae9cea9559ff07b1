// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The rules around the handshake, with both cipher suites. The bytes are handshake_vectors_test's.
#include "protocol/noise.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/fake_entropy.h"
#include "protocol/index_table.h"
#include "protocol/keypair.h"
#include "protocol/messages.h"
#include "protocol/peer_id.h"
#include "protocol/peer_table.h"
#include "protocol/tai64n.h"
#include "protocol/time.h"

namespace wg {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using State = NoiseHandshakeState;
using Verdict = NoiseVerdict;

// A device reduced to its handshakes.
class Node {
 public:
  struct Peer {
    Peer(const NoiseContext& context, PeerId id, const PublicKey& key, const PresharedKey& psk)
        : handshake(context, id, key, psk) {}
    NoiseHandshake handshake;
    Keypairs keypairs;
  };

  Node(const CryptoSuite& crypto, uint64_t seed) : crypto_(crypto), entropy_(seed) {
    PrivateKey key;
    entropy_.Fill(absl::MakeSpan(key.bytes));
    identity_.SetPrivateKey(crypto, key);
  }
  ~Node() {
    for (auto& [id, peer] : peers_) {
      peer.handshake.Clear(index_table_);
      peer.keypairs.Clear(index_table_);
    }
    EXPECT_EQ(index_table_.size(), 0u);
    EXPECT_EQ(account_.live, 0u);
  }

  NoiseContext context() { return {crypto_, identity_, peer_table_, index_table_, account_}; }

  PeerId Add(const PublicKey& key, const PresharedKey& psk = PresharedKey()) {
    const PeerId id{peers_.size() + 1};
    peer_table_.Add(key, id);
    peers_.try_emplace(id, context(), id, key, psk);
    return id;
  }
  const PublicKey& key() const { return identity_.public_key(); }
  Peer& peer(PeerId id) { return peers_.at(id); }
  NoiseHandshake& handshake(PeerId id = PeerId{1}) { return peer(id).handshake; }
  Keypairs& keypairs(PeerId id = PeerId{1}) { return peer(id).keypairs; }

  Verdict Initiate(Now now, MessageHandshakeInitiation* message, PeerId id = PeerId{1}) {
    return handshake(id).CreateInitiation(context(), now, entropy_, message);
  }
  NoiseConsumed Consume(Now now, const MessageHandshakeInitiation& message) {
    return ConsumeInitiation(context(), now, message, [&](PeerId id) { return &handshake(id); });
  }
  Verdict Respond(MessageHandshakeResponse* message, PeerId id = PeerId{1}) {
    return handshake(id).CreateResponse(context(), entropy_, message);
  }
  NoiseConsumed Consume(const MessageHandshakeResponse& message) {
    return ConsumeResponse(context(), message, [&](PeerId id) { return &handshake(id); });
  }
  bool Begin(Now now, PeerId id = PeerId{1}, bool dead = false) {
    return handshake(id).BeginSession(context(), now, dead, &keypairs(id));
  }

  const CryptoSuite& crypto_;
  SeededEntropy entropy_;
  NoiseStaticIdentity identity_;
  PeerTable peer_table_;
  IndexTable index_table_;
  KeypairAccount account_;
  std::map<PeerId, Peer> peers_;
};

class NoiseTest : public testing::TestWithParam<bool> {
 protected:
  NoiseTest() {
    PresharedKey psk;
    psk.bytes.fill(0x55);
    alice_.Add(bob_.key(), psk);
    bob_.Add(alice_.key(), psk);
  }
  const CryptoSuite& crypto() const { return GetParam() ? RealCrypto() : ModelledCrypto(); }

  void Pass(Duration time) {
    now_.boot += time;
    now_.wall += time;
  }

  // Alice's initiation consumed and answered by Bob.
  MessageHandshakeResponse Answered() {
    MessageHandshakeInitiation message1;
    EXPECT_EQ(alice_.Initiate(now_, &message1), Verdict::kOk);
    EXPECT_EQ(bob_.Consume(now_, message1).verdict, Verdict::kOk);
    MessageHandshakeResponse message2;
    EXPECT_EQ(bob_.Respond(&message2), Verdict::kOk);
    return message2;
  }

  void Establish() {
    const MessageHandshakeResponse message2 = Answered();
    EXPECT_TRUE(bob_.Begin(now_));
    EXPECT_EQ(alice_.Consume(message2).verdict, Verdict::kOk);
    EXPECT_TRUE(alice_.Begin(now_));
    Pass(seconds(1));
  }

  MessageHandshakeInitiation Initiation() {
    MessageHandshakeInitiation message;
    EXPECT_EQ(alice_.Initiate(now_, &message), Verdict::kOk);
    return message;
  }

  Now now_{BootTime(seconds(1000)), WallTime(seconds(1'700'000'000))};
  Node alice_{crypto(), 1};
  Node bob_{crypto(), 2};
};

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

TEST_P(NoiseTest, AReplayedResponseFindsNoHandshake) {
  const MessageHandshakeResponse message2 = Answered();
  ASSERT_TRUE(bob_.Begin(now_));
  ASSERT_EQ(alice_.Consume(message2).verdict, Verdict::kOk);
  ASSERT_TRUE(alice_.Begin(now_));
  EXPECT_EQ(alice_.Consume(message2).verdict, Verdict::kUnknownIndex);
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
