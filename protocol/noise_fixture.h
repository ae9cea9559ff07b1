// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests: two devices reduced to their handshakes, and the fixture that runs every test of them
// with both cipher suites.
#ifndef WGSIM_PROTOCOL_NOISE_FIXTURE_H_
#define WGSIM_PROTOCOL_NOISE_FIXTURE_H_

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <map>

#include "absl/types/span.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/fake_entropy.h"
#include "protocol/index_table.h"
#include "protocol/keypair.h"
#include "protocol/messages.h"
#include "protocol/noise.h"
#include "protocol/peer_id.h"
#include "protocol/peer_table.h"
#include "protocol/time.h"

namespace wg {

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

  NoiseVerdict Initiate(Now now, MessageHandshakeInitiation* message, PeerId id = PeerId{1}) {
    return handshake(id).CreateInitiation(context(), now, entropy_, message);
  }
  NoiseConsumed Consume(Now now, const MessageHandshakeInitiation& message) {
    return ConsumeInitiation(context(), now, message, [&](PeerId id) { return &handshake(id); });
  }
  NoiseVerdict Respond(MessageHandshakeResponse* message, PeerId id = PeerId{1}) {
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
    EXPECT_EQ(alice_.Initiate(now_, &message1), NoiseVerdict::kOk);
    EXPECT_EQ(bob_.Consume(now_, message1).verdict, NoiseVerdict::kOk);
    MessageHandshakeResponse message2;
    EXPECT_EQ(bob_.Respond(&message2), NoiseVerdict::kOk);
    return message2;
  }

  void Establish() {
    const MessageHandshakeResponse message2 = Answered();
    EXPECT_TRUE(bob_.Begin(now_));
    EXPECT_EQ(alice_.Consume(message2).verdict, NoiseVerdict::kOk);
    EXPECT_TRUE(alice_.Begin(now_));
    Pass(std::chrono::seconds(1));
  }

  MessageHandshakeInitiation Initiation() {
    MessageHandshakeInitiation message;
    EXPECT_EQ(alice_.Initiate(now_, &message), NoiseVerdict::kOk);
    return message;
  }

  Now now_{BootTime(std::chrono::seconds(1000)), WallTime(std::chrono::seconds(1'700'000'000))};
  Node alice_{crypto(), 1};
  Node bob_{crypto(), 2};
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_NOISE_FIXTURE_H_
