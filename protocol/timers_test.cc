// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What the five timers make of hours of traffic and silence, seen from the wire. A is the device
// under test.
#include "protocol/timers.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/messages.h"
#include "protocol/two_devices.h"

namespace wg {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kMaxJitter = milliseconds(333);

bool Pending(const Peer& peer, TimerId id) { return peer.timers[static_cast<int>(id)].pending(); }

// Instants at which A sent a message of a type, since `start`.
std::vector<Duration> Times(const TwoDevices& net, BootTime start, int type) {
  std::vector<Duration> times;
  for (const TwoDevices::Sent& sent : net.Log(kA, type)) times.push_back(sent.at - start);
  return times;
}

TEST(Timers, TIMER_001_TIMER_002_TIMER_003_TwentyInitiationsFiveSecondsAndJitterApart) {
  TwoDevices net;
  net.connected[kB] = false;
  const BootTime start = net.now().boot;
  net.SendNumbered(kA, 1);
  net.Advance(seconds(1000));
  const std::vector<Duration> times = Times(net, start, 1);
  ASSERT_EQ(times.size(), 20u);
  Duration shortest = seconds(100), longest{};
  for (size_t i = 1; i < times.size(); ++i) {
    shortest = std::min(shortest, times[i] - times[i - 1]);
    longest = std::max(longest, times[i] - times[i - 1]);
  }
  EXPECT_GE(shortest, seconds(5));
  EXPECT_LT(longest, seconds(5) + kMaxJitter);
  EXPECT_GT(longest, shortest);
  // TIMER-004, TX-012, TIMER-005: then the packet is given up and there is silence.
  EXPECT_EQ(net.node(kA).dropped[DropReason::kStagedPurged], 1u);
  EXPECT_EQ(net.device(kA).counters().tx_dropped, 1u);
}

TEST(Timers, TX_012_GivesUpAtTheTwentiethExpiry) {
  TwoDevices net;
  net.connected[kA] = false;
  const BootTime start = net.now().boot;
  net.SendNumbered(kA, 1);
  while (net.device(kA).census().staged != 0) net.Advance(milliseconds(1));
  EXPECT_GE(net.now().boot - start, seconds(100));
  EXPECT_LE(net.now().boot - start, milliseconds(106660));
  EXPECT_FALSE(Pending(net.peer(kA), TimerId::kRetransmitHandshake));
  EXPECT_TRUE(Pending(net.peer(kA), TimerId::kZeroKeyMaterial));
  // TIMER-006: new traffic starts a new series at once.
  net.ClearLog();
  net.SendNumbered(kA, 2);
  EXPECT_EQ(net.Log(kA, 1).size(), 1u);
  net.Advance(seconds(200));
  EXPECT_EQ(net.Log(kA, 1).size(), 20u);
}

TEST(Timers, TIMER_007_TIMER_008_TrafficPreventsGivingUpButNeverHastens) {
  TwoDevices net;
  net.connected[kA] = false;
  for (int i = 0; i < 2000; ++i) {
    net.SendNumbered(kA, i);
    net.Advance(milliseconds(100));
  }
  const std::vector<TwoDevices::Sent> initiations = net.Log(kA, 1);
  EXPECT_GT(initiations.size(), 36u);
  for (size_t i = 1; i < initiations.size(); ++i) {
    EXPECT_GE(initiations[i].at - initiations[i - 1].at, seconds(5));
  }
  EXPECT_EQ(net.peer(kA).staged.count, 129u);
}

TEST(Timers, TIMER_009_TIMER_010_TIMER_011_AResponseClosesTheGateForFiveSeconds) {
  TwoDevices net;
  net.tap = [](Side from, Datagram* datagram) {
    return from != kB || datagram->message_type == 1;  // B never confirms
  };
  net.SendNumbered(kB, 1);
  ASSERT_EQ(net.Log(kA, 2).size(), 1u);
  net.connected[kB] = false;
  net.Advance(milliseconds(100));
  net.SendNumbered(kA, 1);
  net.Advance(milliseconds(8900));
  EXPECT_EQ(net.Log(kA, 1).size(), 0u);
  net.SendNumbered(kA, 2);
  EXPECT_EQ(net.Log(kA, 1).size(), 1u);
}

TEST(Timers, TIMER_012_AResponseStopsRetransmission) {
  TwoDevices net;
  net.SendNumbered(kA, 1);
  net.Advance(seconds(12));
  EXPECT_EQ(net.Log(kA, 1).size(), 1u);
}

TEST(Timers, TIMER_013_AnIgnoredResponseDoesNot) {
  TwoDevices net;
  net.tap = [](Side from, Datagram* datagram) {
    if (from == kB) datagram->payload.data()[50] ^= 1;
    return true;
  };
  net.SendNumbered(kA, 1);
  net.Advance(milliseconds(5340));
  EXPECT_EQ(net.Log(kA, 1).size(), 2u);
}

TEST(Timers, TIMER_015_TheConfirmingPacketCancelsAnOwnRetry) {
  TwoDevices net;
  net.connected[kA] = false;
  net.SendNumbered(kA, 1);
  net.connected[kA] = true;
  net.Advance(seconds(1));
  net.SendNumbered(kB, 1);
  net.Advance(seconds(8));
  EXPECT_EQ(net.Log(kA, 1).size(), 1u);
  EXPECT_EQ(net.node(kB).received, std::vector<uint32_t>{1});
}

TEST(Timers, TIMER_016_TIMER_018_RX_030_AKeepaliveTenSecondsAfterTheFirstUnansweredData) {
  TwoDevices net;
  net.Handshake(kA);
  const BootTime start = net.now().boot;
  for (int i = 0; i < 3; ++i) {
    net.SendNumbered(kB, i);
    net.Advance(seconds(4));
  }
  EXPECT_EQ(Times(net, start, 4), (std::vector<Duration>{seconds(10)}));
  EXPECT_EQ(net.Log(kA, 4)[0].bytes, 32u);
}

TEST(Timers, TIMER_017_KeepalivesAreNotAnsweredWithKeepalives) {
  TwoDevices net;
  net.Handshake(kA);
  for (int i = 0; i < 12; ++i) {
    net.Keepalive(kB);
    net.Advance(seconds(1));
  }
  net.Advance(seconds(20));
  EXPECT_TRUE(net.Log(kA, 4).empty());
}

TEST(Timers, TIMER_019_AnySentPacketCancelsTheKeepalive) {
  TwoDevices net;
  net.Handshake(kA);
  net.SendNumbered(kB, 1);
  net.Advance(seconds(5));
  net.SendNumbered(kA, 1);
  net.Advance(seconds(9));
  EXPECT_EQ(net.Log(kA, 4).size(), 1u);
}

TEST(Timers, TIMER_021_DataWithADisallowedSourceArmsTheKeepaliveToo) {
  TwoDevices net;
  net.Handshake(kA);
  const BootTime start = net.now().boot;
  net.Send(kB, MakeInner(&net.node(kB).pool, IpAddress::V4(0x01020304), net.node(kA).inner, 1));
  net.Advance(seconds(11));
  EXPECT_EQ(Times(net, start, 4), (std::vector<Duration>{seconds(10)}));
  EXPECT_EQ(net.node(kA).dropped[DropReason::kUnallowedSource], 1u);
}

TEST(Timers, TIMER_023_TIMER_024_ANewHandshakeFifteenSecondsAfterTheFirstUnansweredData) {
  TwoDevices net;
  net.Handshake(kA);
  net.connected[kB] = false;
  const BootTime start = net.now().boot;
  for (int i = 0; i < 3; ++i) {
    net.SendNumbered(kA, i);
    net.Advance(seconds(5));
  }
  net.Advance(seconds(1));
  const std::vector<Duration> times = Times(net, start, 1);
  ASSERT_EQ(times.size(), 1u);
  EXPECT_GE(times[0], seconds(15));
  EXPECT_LT(times[0], seconds(15) + kMaxJitter);
}

TEST(Timers, TIMER_025_TIMER_028_OnlyAnAuthenticPacketCancelsTheNewHandshake) {
  for (const bool forged : {false, true}) {
    TwoDevices net;
    net.Handshake(kA);
    net.tap = [&](Side from, Datagram* datagram) {
      if (from == kB && forged) datagram->payload.data()[20] ^= 1;
      return from == kB;
    };
    net.SendNumbered(kA, 1);
    net.Advance(seconds(12));
    net.Keepalive(kB);
    net.Advance(seconds(4));
    EXPECT_EQ(net.Log(kA, 1).size(), forged ? 1u : 0u);
  }
}

TEST(Timers, TIMER_026_AnAcceptedInitiationCancelsItAsWell) {
  TwoDevices net;
  net.Handshake(kA);
  net.connected[kA] = false;
  net.SendNumbered(kA, 1);
  net.Advance(seconds(12));
  net.peer(kB).keypairs.ExpireSending();
  net.SendNumbered(kB, 1);
  EXPECT_EQ(net.Log(kA, 2).size(), 1u);
  net.connected[kB] = false;
  net.Advance(seconds(4));
  EXPECT_EQ(net.Log(kA, 1).size(), 0u);
}

TEST(Timers, TIMER_029_TX_029_TheInitiatorRekeysOnTheFirstSendFrom120Seconds) {
  TwoDevices net;
  net.Handshake(kA);
  const auto exchange = [&] {
    net.SendNumbered(kA, 1);
    net.SendNumbered(kB, 1);
  };
  net.Advance(seconds(120) - Duration(1));
  exchange();
  EXPECT_EQ(net.Log(kA, 1).size(), 0u);
  net.Advance(Duration(1));  // TIMER-048: exactly 120 s is old
  exchange();
  EXPECT_EQ(net.Log(kA, 1).size(), 1u);
  EXPECT_EQ(net.Log(kB, 1).size(), 0u);  // TIMER-031, TX-030: not the responder
  EXPECT_EQ(net.node(kB).received.size(), 2u);
}

TEST(Timers, TIMER_031_TheResponderDoesNotRekeyBeforeTheKeyDies) {
  TwoDevices net;
  net.Handshake(kB);
  net.connected[kB] = false;
  net.Advance(seconds(179));
  net.SendNumbered(kA, 1);
  EXPECT_EQ(net.Log(kA, 1).size(), 0u);
  EXPECT_EQ(net.Log(kA, 4).size(), 1u);
  net.Advance(seconds(1));  // TIMER-034, TX-031: at 180 s it stages and initiates
  net.SendNumbered(kA, 2);
  EXPECT_EQ(net.Log(kA, 4).size(), 1u);
  EXPECT_EQ(net.Log(kA, 1).size(), 1u);
  EXPECT_EQ(net.device(kA).census().staged, 1u);
  EXPECT_FALSE(net.peer(kA).keypairs.current()->sending.is_valid);
}

TEST(Timers, RX_029_REPLAY_024_AKeyOf180SecondsOpensNothing) {
  TwoDevices net;
  net.Handshake(kA);
  Buffer late;
  net.tap = [&](Side, Datagram* datagram) {
    late = datagram->payload.Clone();
    return false;
  };
  net.SendNumbered(kA, 1);
  net.tap = nullptr;
  net.connected[kA] = false;
  const uint64_t counter = net.peer(kB).keypairs.current()->receiving_counter.counter();
  net.Advance(seconds(180));
  net.Inject(kB, {.payload = std::move(late),
                  .remote = net.node(kA).address,
                  .local = net.node(kB).address.address});
  EXPECT_TRUE(net.node(kB).received.empty());
  EXPECT_EQ(net.node(kB).dropped[DropReason::kKeyExpired], 1u);
  EXPECT_EQ(net.peer(kB).keypairs.current()->receiving_counter.counter(), counter);
  EXPECT_FALSE(net.peer(kB).keypairs.current()->receiving.is_valid);
}

TEST(Timers, TIMER_032_TIMER_033_RX_028_AReceivingInitiatorRekeysAt165Seconds) {
  for (const Side initiator : {kA, kB}) {
    TwoDevices net;
    net.Handshake(initiator);
    const BootTime start = net.now().boot;
    // Keepalives of the other side, which does not itself renew anything: it is cut off from A's
    // view.
    net.AdvanceTo(start + seconds(165) - Duration(1));
    net.connected[kA] = false;
    net.Keepalive(kB);
    net.ClearLog();
    net.AdvanceTo(start + seconds(165));
    net.Keepalive(kB);
    EXPECT_EQ(net.Log(kA, 1).size(), initiator == kA ? 1u : 0u);
    EXPECT_EQ(net.peer(kA).sent_lastminute_handshake, initiator == kA);
    net.Keepalive(kB);  // once per key
    EXPECT_EQ(net.Log(kA, 1).size(), initiator == kA ? 1u : 0u);
  }
}

TEST(Timers, TIMER_035_TIMER_036_KeysAreWiped540SecondsAfterTheLastSession) {
  TwoDevices net;
  net.Handshake(kA);
  const BootTime start = net.now().boot;
  net.AdvanceTo(start + seconds(300));
  net.SendNumbered(kA, 1);  // a new session
  net.AdvanceTo(start + seconds(840) - Duration(1));
  EXPECT_EQ(net.device(kA).census().keypairs, 2u);
  net.AdvanceTo(start + seconds(840));
  EXPECT_EQ(net.device(kA).census().keypairs, 0u);
  EXPECT_EQ(net.device(kA).census().indices, 0u);
}

TEST(Timers, TIMER_037_TIMER_038_PersistentKeepalivesFollowTheLastPacketEitherWay) {
  TwoDevices net;
  net.Handshake(kA);
  SetKeepalive(net.state(kA), net.now(), net.peer(kA), 2, net.fx(kA));  // TIMER-040
  net.Settle();
  const BootTime start = net.now().boot;
  EXPECT_EQ(Times(net, start, 4), (std::vector<Duration>{seconds(0)}));
  net.ClearLog();
  net.Advance(seconds(7));
  EXPECT_EQ(Times(net, start, 4), (std::vector<Duration>{seconds(2), seconds(4), seconds(6)}));
  net.ClearLog();
  for (int i = 0; i < 20; ++i) {
    net.Keepalive(kB);
    net.Advance(seconds(1));
  }
  EXPECT_TRUE(net.Log(kA, 4).empty());
  // TIMER-041, TIMER-039: another interval does nothing at once; none at all ends it lazily.
  SetKeepalive(net.state(kA), net.now(), net.peer(kA), 30, net.fx(kA));
  EXPECT_TRUE(net.fx(kA)->empty());
  SetKeepalive(net.state(kA), net.now(), net.peer(kA), 0, net.fx(kA));
  net.Advance(seconds(100));
  EXPECT_TRUE(net.Log(kA, 4).empty());
}

TEST(Timers, TIMER_042_TIMER_043_DEV_006_UpInitiatesOnlyWithPersistentKeepalive) {
  for (const uint16_t interval : {0, 25}) {
    TwoDevices net({.up = false});
    SetKeepalive(net.state(kA), net.now(), net.peer(kA), interval, net.fx(kA));
    net.device(kB).Up(net.now(), net.fx(kB));
    net.device(kA).Up(net.now(), net.fx(kA));
    net.Settle();
    EXPECT_EQ(net.Log(kA, 1).size(), interval == 0 ? 0u : 1u);
    EXPECT_EQ(net.Log(kA, 4).size(), interval == 0 ? 0u : 1u);
  }
}

TEST(Timers, TIMER_044_PersistentKeepaliveRestartsTheSeriesAfterGivingUp) {
  TwoDevices net;
  net.connected[kA] = false;
  SetKeepalive(net.state(kA), net.now(), net.peer(kA), 25, net.fx(kA));
  net.Advance(seconds(400));
  EXPECT_GT(net.Log(kA, 1).size(), 40u);
}

TEST(Timers, TIMER_049_TIMER_050_AGatedRetryCountsAndEndsTheChain) {
  TwoDevices net;
  net.connected[kA] = false;
  net.SendNumbered(kA, 1);
  net.Advance(seconds(4));
  net.peer(kA).last_sent_handshake = net.now().boot;  // as if a response had been sent
  net.Advance(seconds(3));
  EXPECT_EQ(net.peer(kA).timer_handshake_attempts, 1u);
  EXPECT_FALSE(Pending(net.peer(kA), TimerId::kRetransmitHandshake));
  EXPECT_EQ(net.Log(kA, 1).size(), 1u);
  net.SendNumbered(kA, 2);  // gated, but not a retry
  EXPECT_EQ(net.peer(kA).timer_handshake_attempts, 0u);
  net.Advance(seconds(100));
  EXPECT_EQ(net.Log(kA, 1).size(), 1u);
}

TEST(Timers, TIMER_052_NeedAnotherKeepaliveSurvivesACancelledTimer) {
  TwoDevices net;
  net.Handshake(kA);
  net.SendNumbered(kB, 1);
  net.SendNumbered(kB, 2);
  EXPECT_TRUE(net.peer(kA).timer_need_another_keepalive);
  net.SendNumbered(kA, 1);
  EXPECT_FALSE(Pending(net.peer(kA), TimerId::kSendKeepalive));
  EXPECT_TRUE(net.peer(kA).timer_need_another_keepalive);
}

TEST(Timers, TIMER_053_NothingIsArmedWhileDownOrDead) {
  TwoDevices net;
  net.Handshake(kA);
  KillPeer(net.peer(kA));
  for (PeerTimer& timer : net.peer(kA).timers) timer.expires = kNever;
  net.SendNumbered(kB, 1);
  for (const PeerTimer& timer : net.peer(kA).timers) EXPECT_FALSE(timer.pending());
}

TEST(Timers, TIMER_054_AWipeKeepsStagedPacketsEndpointAndCookie) {
  TwoDevices net;
  net.Handshake(kA);
  net.connected[kA] = false;
  net.Advance(seconds(535));
  net.SendNumbered(kA, 1);
  net.Advance(seconds(5));
  EXPECT_EQ(net.device(kA).census().keypairs, 0u);
  EXPECT_EQ(net.device(kA).census().staged, 1u);
  EXPECT_TRUE(net.peer(kA).endpoint);
}

TEST(Timers, TIMER_056_RetriesForgetTheStickySource) {
  TwoDevices net;
  net.Handshake(kA);
  ASSERT_TRUE(net.peer(kA).endpoint.source());
  net.connected[kA] = false;
  net.SendNumbered(kA, 1);
  net.Advance(milliseconds(15500));
  EXPECT_FALSE(net.peer(kA).endpoint.source());
}

TEST(Timers, TIMER_058_MoreThanTwoToTheSixtyMessagesAskForAHandshakeInEitherRole) {
  TwoDevices net;
  net.Handshake(kB);
  net.Advance(seconds(10));
  net.peer(kA).keypairs.current()->sending_counter = kRekeyAfterMessages - 1;
  net.connected[kA] = false;
  net.SendNumbered(kA, 1);
  EXPECT_EQ(net.Log(kA, 1).size(), 0u);
  net.SendNumbered(kA, 1);
  EXPECT_EQ(net.Log(kA, 1).size(), 1u);
}

TEST(Timers, TIMER_059_TX_034_TX_035_ACounterAtTheLimitIsNeverSent) {
  TwoDevices net;
  net.Handshake(kA);
  net.Advance(seconds(10));
  net.peer(kA).keypairs.current()->sending_counter = kRejectAfterMessages - 1;
  net.connected[kB] = false;
  net.SendNumbered(kA, 1);
  EXPECT_EQ(net.Log(kA, 4).size(), 1u);
  net.SendNumbered(kA, 2);
  EXPECT_EQ(net.Log(kA, 4).size(), 1u);
  EXPECT_FALSE(net.peer(kA).keypairs.current()->sending.is_valid);
  net.SendNumbered(kA, 3);
  net.connected[kB] = true;
  net.Advance(seconds(6));
  EXPECT_EQ(net.node(kB).received, (std::vector<uint32_t>{1, 2, 3}));
}

TEST(Timers, TIMER_062_ARetryUsesTheNewIdentity) {
  TwoDevices net;
  net.connected[kA] = false;
  net.SendNumbered(kA, 1);
  PrivateKey key;
  key.bytes.fill(0x77);
  SetPrivateKey(net.state(kA), net.now(), key, net.fx(kA));
  net.Settle();
  EXPECT_TRUE(Pending(net.peer(kA), TimerId::kRetransmitHandshake));
  PublicKey public_key;
  ASSERT_TRUE(ModelledCrypto().DerivePublic(key, &public_key));
  Peer* renamed = CreatePeer(net.state(kB), net.now(), public_key, PresharedKey());
  ASSERT_NE(renamed, nullptr);
  net.connected[kA] = true;
  net.Advance(seconds(6));
  EXPECT_NE(renamed->keypairs.current(), nullptr);
}

}  // namespace
}  // namespace wg
