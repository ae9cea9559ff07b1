// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The catalogue of spec/handshake section 9.6 where peer_test and config_session_netlink_test have
// no row: ends of peers, keys and secrets. Ids are the catalogue's.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <new>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "protocol/config.h"
#include "protocol/config_session.h"
#include "protocol/cookie.h"
#include "protocol/crypto/keys.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "protocol/keypair.h"
#include "protocol/messages.h"
#include "protocol/noise.h"
#include "protocol/wire_bench.h"
#include "protocol/wire_tester.h"

namespace wg {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class PeerLifeTest : public testing::Test {
 protected:
  Peer& peer() { return bench_.PeerOf(t_); }
  std::vector<WireOut> Send(const WireBytes& bytes) { return bench_.Send(bytes, t_.address); }
  // D1 to D4 of a removal: the peer is dead and still there.
  Peer* Kill() {
    Peer* peer = &this->peer();
    UnlinkPeer(bench_.state(), *peer);
    bench_.state().allowed_ips.RemoveByOwner(peer->slot);
    UnhashPeer(bench_.state(), *peer);
    KillPeer(*peer);
    return peer;
  }
  // D6 to D9.
  void Finish(Peer* peer) {
    DropKeypairs(bench_.state(), *peer);
    StopTimers(bench_.state(), *peer);
    DestroyPeer(bench_.state(), peer, bench_.fx());
    bench_.Settle();
  }

  WireBench bench_;
  Tester& t_ = bench_.AddTester();
};

TEST_F(PeerLifeTest, PEER_040_NOISE_091_APendingHandshakeOutlivesDeathAndIsOfNoUse) {
  ASSERT_TRUE(t_.ConsumeInitiation(bench_.SendInner(t_).at(0).bytes));
  Peer* peer = Kill();
  DropKeypairs(bench_.state(), *peer);
  StopTimers(bench_.state(), *peer);
  EXPECT_EQ(bench_.device().census().indices, 1u) << "found until the last reference goes";
  EXPECT_EQ(Types(Send(t_.MakeResponse({}, nullptr))), "");
  EXPECT_EQ(peer->keypairs.current(), nullptr);
  EXPECT_EQ(bench_.device().census().keypairs, 0u);
  EXPECT_EQ(peer->walltime_last_handshake, WallTime());
  for (const PeerTimer& timer : peer->timers) EXPECT_FALSE(timer.pending());
  EXPECT_EQ(Types(Send(t_.MakeResponse({}, nullptr))), "") << "at most one, and it was zeroed";
  Finish(peer);
  EXPECT_EQ(bench_.device().census().indices, 0u);
}

TEST_F(PeerLifeTest, PEER_006_007_ADeadPeersMessagesAreIgnored) {
  const Tester::Session session = bench_.SessionByTester(t_);
  Peer* peer = Kill();
  bench_.Pass(seconds(1));
  EXPECT_EQ(Types(Send(t_.MakeInitiation(bench_.now()))), "");
  Send(t_.Data(session, 1, bench_.InnerFrom(t_)));
  EXPECT_EQ(bench_.delivered(), 0u);
  Finish(peer);
  Send(t_.Data(session, 2, bench_.InnerFrom(t_)));
  EXPECT_EQ(bench_.delivered(), 0u);
  EXPECT_EQ(Types(bench_.Advance(seconds(600))), "");
}

TEST_F(PeerLifeTest, PEER_024_025_DownForgetsSessionsAndNothingElse) {
  PresharedKey psk;
  psk.bytes.fill(5);
  SetPresharedKey(peer(), psk);
  t_.psk = psk;
  const Tester::Session session = bench_.SessionByTester(t_);
  SetKeepalive(bench_.state(), bench_.now(), peer(), 25, bench_.fx());
  bench_.Settle();
  peer().timer_handshake_attempts = 3;
  const GetPeer before = bench_.device().Get().peers.at(0);
  bench_.device().Down(bench_.now(), bench_.fx());
  const GetPeer after = bench_.device().Get().peers.at(0);
  EXPECT_EQ(after.endpoint, before.endpoint);
  EXPECT_EQ(after.preshared_key, before.preshared_key);
  EXPECT_EQ(after.allowed_ips.size(), before.allowed_ips.size());
  EXPECT_EQ(after.persistent_keepalive, 25);
  EXPECT_EQ(after.last_handshake, before.last_handshake);
  EXPECT_EQ(after.rx_bytes, before.rx_bytes);
  EXPECT_EQ(after.tx_bytes, before.tx_bytes);
  EXPECT_EQ(peer().timer_handshake_attempts, 3u);
  bench_.device().Up(bench_.now(), bench_.fx());
  EXPECT_EQ(Types(bench_.Settle()), "1");  // TIMER-042, and PEER-026: the gate is open
  Send(t_.Data(session, 1, bench_.InnerFrom(t_)));
  EXPECT_EQ(bench_.delivered(), 0u);
}

TEST_F(PeerLifeTest, PEER_042_AfterAForkNextAndCurrentOnlyReceiveAndTheGateIsOpen) {
  const Tester::Session current = bench_.SessionByTester(t_);
  bench_.Pass(milliseconds(50));
  const std::vector<WireOut> out =
      Send(t_.MakeInitiation(Tai64nNow(bench_.now().wall), {.sender_index = 2}));
  const Tester::Session next = *t_.ConsumeResponse(out.at(0).bytes);
  bench_.device().OnVmFork(bench_.now());
  EXPECT_FALSE(peer().keypairs.current()->sending.is_valid);
  EXPECT_FALSE(peer().keypairs.next()->sending.is_valid);
  EXPECT_TRUE(peer().keypairs.next()->receiving.is_valid);
  Send(t_.Data(current, 1, bench_.InnerFrom(t_)));
  EXPECT_EQ(bench_.delivered(), 1u);
  EXPECT_EQ(Types(bench_.SendInner(t_)), "1") << "at once, although it has just responded";
  Send(t_.Data(next, 0, bench_.InnerFrom(t_)));
  EXPECT_EQ(bench_.delivered(), 2u);
  EXPECT_EQ(peer().keypairs.current()->remote_index(), 2u);
  EXPECT_EQ(Types(bench_.SendInner(t_)), "") << "confirmed, and still not for sending";
}

TEST_F(PeerLifeTest, PEER_042_AForkForgetsThePendingHandshake) {
  ASSERT_TRUE(t_.ConsumeInitiation(bench_.SendInner(t_).at(0).bytes));
  bench_.device().OnVmFork(bench_.now());
  EXPECT_EQ(bench_.device().census().indices, 0u);
  EXPECT_EQ(Types(Send(t_.MakeResponse({}, nullptr))), "");
}

TEST_F(PeerLifeTest, PEER_041_SleepForgetsTheHandshakeInProgressOfEveryPeer) {
  Tester& other = bench_.AddTester();
  ASSERT_TRUE(t_.ConsumeInitiation(bench_.SendInner(t_).at(0).bytes));
  const Tester::Session session = bench_.SessionByTester(other);
  bench_.device().PrepareSuspend();
  EXPECT_EQ(bench_.device().census().indices, 0u);
  EXPECT_EQ(Types(Send(t_.MakeResponse({}, nullptr))), "");
  bench_.Send(other.Data(session, 1, bench_.InnerFrom(other)), other.address);
  EXPECT_EQ(bench_.delivered(), 0u);
  EXPECT_EQ(peer().staged.count, 1u);
}

TEST_F(PeerLifeTest, PEER_036_ANewPortKeepsSessionsAndForgetsSources) {
  const Tester::Session session = bench_.SessionByTester(t_);
  ASSERT_TRUE(peer().endpoint.source());
  SetDevice request;
  request.listen_port = 40000;
  ConfigSession change(&bench_.device(), std::move(request));
  while (change.Next().has_value()) {
    change.Step(bench_.now(), bench_.fx(), BindOutcome(Errno::kOk, 40000));
  }
  EXPECT_EQ(bench_.device().Get().listen_port, 40000);
  EXPECT_FALSE(peer().endpoint.source());
  const std::vector<WireOut> out = bench_.SendInner(t_);
  ASSERT_EQ(Types(out), "4");
  EXPECT_TRUE(t_.Open(session, out[0].bytes).has_value());
  Send(t_.Data(session, 1, bench_.InnerFrom(t_)));
  EXPECT_EQ(bench_.delivered(), 1u);
}

TEST_F(PeerLifeTest, PEER_004_SettingAPeersKeyAsTheOwnEndsThatPeerAndLeavesTheOthers) {
  Tester& other = bench_.AddTester();
  const Tester::Session session = bench_.SessionByTester(t_);
  const Tester::Session kept = bench_.SessionByTester(other);
  SetDevice request;
  request.private_key = t_.private_key;
  ConfigSession change(&bench_.device(), std::move(request));
  while (change.Next().has_value()) change.Step(bench_.now(), bench_.fx());
  bench_.Settle();
  EXPECT_EQ(FindPeer(bench_.state(), t_.public_key), nullptr);
  EXPECT_EQ(*bench_.device().Get().public_key, t_.public_key);
  Send(t_.Data(session, 1, bench_.InnerFrom(t_)));
  EXPECT_EQ(bench_.delivered(), 0u);
  bench_.Send(other.Data(kept, 1, bench_.InnerFrom(other)), other.address);
  EXPECT_EQ(bench_.delivered(), 1u) << "old keys of other peers still receive";
  EXPECT_EQ(Types(bench_.SendInner(other)), "1") << "and do not send";
}

TEST_F(PeerLifeTest, PEER_044_TheGateOfANewPeerIsOpenAlsoJustAfterBoot) {
  const Now early{BootTime(seconds(1)), bench_.now().wall};
  Tester stranger(RealCrypto(), 99, bench_.public_key());
  Peer* peer = CreatePeer(bench_.state(), early, stranger.public_key, PresharedKey());
  EXPECT_EQ(peer->last_sent_handshake, BootTime(-seconds(5)));
  SetEndpoint(*peer, stranger.address);
  SetKeepalive(bench_.state(), early, *peer, 25, bench_.fx());
  ASSERT_EQ(bench_.fx()->work.size(), 1u);
  EXPECT_EQ(bench_.fx()->work[0].kind, WorkKind::kHandshakeOut);
}

TEST_F(PeerLifeTest, NOISE_087_WhatOutlivesASession) {
  PresharedKey psk;
  psk.bytes.fill(5);
  SetPresharedKey(peer(), psk);
  t_.psk = psk;
  const Tai64n stamp = Tai64nNow(bench_.now().wall);
  bench_.SessionByTester(t_);
  const NoiseHandshake& handshake = peer().handshake;
  EXPECT_EQ(handshake.state(), NoiseHandshakeState::kZeroed);
  EXPECT_EQ(handshake.latest_timestamp(), stamp);
  EXPECT_EQ(handshake.psk(), psk);
  EXPECT_FALSE(handshake.precomputed_static_static().IsZero());
  EXPECT_FALSE(handshake.index().has_value());
  bench_.StepWall(seconds(1));
  EXPECT_EQ(Types(Send(t_.MakeInitiation(bench_.now()))), "") << "nor is the flood time forgotten";
}

// Whether `secret` is anywhere in the memory that `object` had, after its end.
template <typename T, typename Make>
bool LeavesBehind(const KeyBytes& secret, Make make) {
  alignas(T) static unsigned char memory[sizeof(T)];
  std::fill(std::begin(memory), std::end(memory), 0);
  T* object = make(memory);
  const auto found = [&] {
    return std::search(std::begin(memory), std::end(memory), secret.begin(), secret.end()) !=
           std::end(memory);
  };
  EXPECT_TRUE(found()) << "or this test proves nothing";
  object->~T();
  return found();
}

TEST_F(PeerLifeTest, PEER_043_SecretsAreWipedWithWhatHeldThem) {
  PresharedKey psk;
  psk.bytes.fill(0x6b);
  const NoiseContext context = bench_.state().noise();
  SharedSecret ss;
  ASSERT_TRUE(context.crypto.DeriveSharedSecret(context.identity.private_key(), t_.public_key,
                                                &ss));
  for (const KeyBytes& secret : {psk.bytes, ss.bytes}) {
    EXPECT_FALSE(LeavesBehind<NoiseHandshake>(secret, [&](void* memory) {
      return new (memory) NoiseHandshake(context, PeerId{9}, t_.public_key, psk);
    }));
  }
  PrivateKey key;
  key.bytes.fill(0x48);  // clamped already
  EXPECT_FALSE(LeavesBehind<NoiseStaticIdentity>(key.bytes, [&](void* memory) {
    auto* identity = new (memory) NoiseStaticIdentity;
    identity->SetPrivateKey(context.crypto, key);
    return identity;
  }));
  EXPECT_FALSE(LeavesBehind<NoiseSymmetricKey>(psk.bytes, [&](void* memory) {
    return new (memory) NoiseSymmetricKey{SymmetricKey(psk.bytes), bench_.now().boot, true};
  }));
  ScriptedEntropy entropy;
  entropy.Then(psk.bytes);
  EXPECT_FALSE(LeavesBehind<CookieChecker>(psk.bytes, [&](void* memory) {
    return new (memory) CookieChecker(bench_.now(), entropy);
  }));
}

}  // namespace
}  // namespace wg
