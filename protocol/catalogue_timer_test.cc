// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The catalogue of spec/handshake section 9.4 where timers_test has no row, and what sleep does to
// timers and keys. Ids are the catalogue's.
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <vector>

#include "protocol/effects.h"
#include "protocol/messages.h"
#include "protocol/send.h"
#include "protocol/timers.h"
#include "protocol/wire_bench.h"
#include "protocol/wire_tester.h"

namespace wg {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

class TimerTest : public testing::Test {
 protected:
  std::vector<WireOut> Send(const WireBytes& bytes) { return bench_.Send(bytes, t_.address); }
  std::vector<WireOut> SendData(const Tester::Session& session, uint64_t counter) {
    return Send(t_.Data(session, counter, bench_.InnerFrom(t_)));
  }
  Peer& peer() { return bench_.PeerOf(t_); }
  PeerTimer& timer(TimerId id) { return peer().timers[static_cast<int>(id)]; }
  bool Pending(TimerId id) { return timer(id).pending(); }
  void SetInterval(uint16_t interval) {
    SetKeepalive(bench_.state(), bench_.now(), peer(), interval, bench_.fx());
  }

  WireBench bench_;
  Tester& t_ = bench_.AddTester();
};

TEST_F(TimerTest, TIMER_020_AResponseCancelsTheKeepaliveToo) {
  const Tester::Session session = bench_.SessionByTester(t_);
  SendData(session, 1);
  EXPECT_TRUE(Pending(TimerId::kSendKeepalive));
  EXPECT_EQ(Types(bench_.Advance(seconds(5))), "");
  EXPECT_EQ(Types(Send(t_.MakeInitiation(bench_.now()))), "2");
  EXPECT_EQ(Types(bench_.Advance(seconds(20))), "");
}

TEST_F(TimerTest, TIMER_022_ForgedOrReplayedDataArmsNothing) {
  const Tester::Session session = bench_.SessionByTester(t_);
  const WireBytes used = t_.Data(session, 1, bench_.InnerFrom(t_));
  Send(used);
  EXPECT_EQ(Types(bench_.Advance(seconds(11))), "4") << "what the packet itself deserves";
  WireBytes forged = t_.Data(session, 2, bench_.InnerFrom(t_));
  forged.back() ^= 1;
  for (int i = 0; i < 12; ++i) {
    Send(used);
    Send(forged);
    EXPECT_EQ(Types(bench_.Advance(seconds(1))), "");
  }
}

TEST_F(TimerTest, TIMER_027_KeepalivesSentAreNotMissedAnAnswer) {
  bench_.SessionByDevice(t_);
  SetInterval(1);
  bench_.Settle();
  for (const WireOut& out : bench_.Advance(seconds(118))) EXPECT_EQ(out.bytes[0], 4);
  EXPECT_FALSE(Pending(TimerId::kNewHandshake));
}

TEST_F(TimerTest, TIMER_030_KeepalivesRenewAnOldKeyLikeData) {
  bench_.SessionByDevice(t_);
  SetInterval(25);
  bench_.Settle();
  EXPECT_EQ(Types(bench_.Advance(seconds(119))), "4444");
  EXPECT_EQ(Types(bench_.Advance(seconds(7))), "41");
}

TEST_F(TimerTest, TIMER_046_047_TheLatestHandshakeIsTheResponseOrTheConfirmation) {
  ASSERT_TRUE(t_.ConsumeInitiation(bench_.SendInner(t_).at(0).bytes));
  bench_.Pass(seconds(3));
  EXPECT_EQ(peer().walltime_last_handshake, WallTime());
  Send(t_.MakeResponse({}, nullptr));
  const WallTime first = bench_.now().wall;
  EXPECT_EQ(peer().walltime_last_handshake, first);
  bench_.Pass(seconds(6));
  const auto session = t_.ConsumeResponse(Send(t_.MakeInitiation(bench_.now())).at(0).bytes);
  bench_.Pass(seconds(2));
  EXPECT_EQ(peer().walltime_last_handshake, first);
  Send(t_.Keepalive(*session, 0));
  EXPECT_EQ(peer().walltime_last_handshake, bench_.now().wall);
}

TEST_F(TimerTest, TIMER_023_TheNewHandshakeIsNotDueAtTheSameInstantEverywhere) {
  const Tester::Session session = bench_.SessionByTester(t_);
  std::set<Duration> delays;
  for (uint64_t i = 1; i <= 16; ++i) {
    bench_.SendInner(t_);
    const Duration delay = timer(TimerId::kNewHandshake).expires - bench_.now().boot;
    EXPECT_GE(delay, seconds(15));
    EXPECT_LT(delay, milliseconds(15334));
    delays.insert(delay);
    SendData(session, i);  // the answer
  }
  EXPECT_GT(delays.size(), 8u);
}

TEST_F(TimerTest, TIMER_036_AResponseThatIsTakenArmsTheWipe) {
  EXPECT_FALSE(Pending(TimerId::kZeroKeyMaterial));
  bench_.SessionByDevice(t_);
  EXPECT_EQ(timer(TimerId::kZeroKeyMaterial).expires, bench_.now().boot + seconds(540));
}

TEST_F(TimerTest, TIMER_048_TheGateOpensAtExactlyFiveSeconds) {
  EXPECT_EQ(Types(bench_.SendInner(t_)), "1");
  bench_.Pass(seconds(5) - Duration(1));
  EXPECT_EQ(Types(bench_.SendInner(t_)), "");
  bench_.Pass(Duration(1));
  EXPECT_EQ(Types(bench_.SendInner(t_)), "1");
}

TEST_F(TimerTest, TIMER_051_TheLastMinuteAttemptIsMadeOnceEvenIfTheGateIsClosed) {
  const Tester::Session session = bench_.SessionByDevice(t_);
  bench_.Pass(seconds(165) - Duration(1));
  Send(t_.Keepalive(session, 0));
  EXPECT_FALSE(peer().sent_lastminute_handshake);
  bench_.Pass(Duration(1));
  peer().last_sent_handshake = bench_.now().boot - seconds(1);
  EXPECT_EQ(Types(Send(t_.Keepalive(session, 1))), "");
  EXPECT_TRUE(peer().sent_lastminute_handshake);
  bench_.Pass(seconds(10));
  EXPECT_EQ(Types(Send(t_.Keepalive(session, 2))), "") << "no second try for this key";
  const Tester::Session next = bench_.SessionByDevice(t_);
  EXPECT_FALSE(peer().sent_lastminute_handshake);
  bench_.Pass(seconds(165));
  EXPECT_EQ(Types(Send(t_.Keepalive(next, 0))), "1");
}

TEST_F(TimerTest, TIMER_053_NothingIsArmedWhileTheInterfaceIsDown) {
  bench_.SessionByDevice(t_);
  peer().persistent_keepalive_interval = 5;
  bench_.device().Down(bench_.now(), bench_.fx());
  TimersDataSent(bench_.state(), bench_.now(), peer());
  TimersDataReceived(bench_.state(), bench_.now(), peer());
  TimersHandshakeInitiated(bench_.state(), bench_.now(), peer());
  TimersSessionDerived(bench_.state(), bench_.now(), peer());
  TimersAnyAuthenticatedPacketTraversal(bench_.state(), bench_.now(), peer());
  for (const PeerTimer& timer : peer().timers) EXPECT_FALSE(timer.pending());
  EXPECT_FALSE(peer().timer_need_another_keepalive);
}

TEST_F(TimerTest, TIMER_035_055_GivingUpArmsTheWipeOnlyIfItIsIdle) {
  std::vector<WireOut> all = bench_.SendInner(t_);
  while (Pending(TimerId::kRetransmitHandshake)) {
    for (const WireOut& out : bench_.Advance(milliseconds(100))) all.push_back(out);
  }
  ASSERT_EQ(all.size(), 20u);
  ASSERT_TRUE(t_.ConsumeInitiation(all.back().bytes));
  const BootTime wipe = timer(TimerId::kZeroKeyMaterial).expires;
  EXPECT_GT(wipe, bench_.now().boot + seconds(539));
  EXPECT_LE(wipe, bench_.now().boot + seconds(540));
  // The last initiation stays answerable until then.
  bench_.Advance(seconds(500));
  EXPECT_EQ(Types(Send(t_.MakeResponse({}, nullptr))), "4");

  // With a session in between the wipe is pending already and is not moved.
  WireBench second;
  Tester& t = second.AddTester();
  second.SessionByDevice(t);
  Peer& peer = second.PeerOf(t);
  const BootTime before = peer.timers[static_cast<int>(TimerId::kZeroKeyMaterial)].expires;
  peer.keypairs.ExpireSending();
  second.Pass(seconds(6));
  second.SendInner(t);
  second.Advance(seconds(110));
  EXPECT_FALSE(peer.timers[static_cast<int>(TimerId::kRetransmitHandshake)].pending());
  EXPECT_EQ(peer.timers[static_cast<int>(TimerId::kZeroKeyMaterial)].expires, before);
}

TEST_F(TimerTest, TIMER_035_AfterTheWipeNoResponseIsTaken) {
  std::vector<WireOut> all = bench_.SendInner(t_);
  for (const WireOut& out : bench_.Advance(seconds(660))) all.push_back(out);
  ASSERT_EQ(all.size(), 20u);
  ASSERT_TRUE(t_.ConsumeInitiation(all.back().bytes));
  EXPECT_EQ(bench_.device().census().indices, 0u);
  EXPECT_EQ(Types(Send(t_.MakeResponse({}, nullptr))), "");
}

TEST_F(TimerTest, TIMER_056_ARetryForgetsTheStickySourceAndTheFirstTryDoesNot) {
  bench_.SessionByTester(t_);
  peer().keypairs.ExpireSending();
  bench_.Pass(seconds(6));
  EXPECT_EQ(Types(bench_.SendInner(t_)), "1");
  EXPECT_TRUE(peer().endpoint.source());
  EXPECT_EQ(Types(bench_.Advance(milliseconds(5400))), "1");
  EXPECT_FALSE(peer().endpoint.source());
}

TEST_F(TimerTest, TIMER_056_GivingUpKeepsTheStickySource) {
  bench_.SessionByTester(t_);
  ASSERT_TRUE(peer().endpoint.source());
  peer().timer_handshake_attempts = kMaxTimerHandshakes + 1;
  TimersHandshakeInitiated(bench_.state(), bench_.now(), peer());
  bench_.Advance(seconds(6));
  EXPECT_FALSE(Pending(TimerId::kRetransmitHandshake));
  EXPECT_TRUE(peer().endpoint.source());
}

TEST_F(TimerTest, TIMER_057_AGatedPersistentKeepaliveWaitsForTheNextPacket) {
  SetInterval(3);
  EXPECT_EQ(Types(bench_.Settle()), "1");
  EXPECT_TRUE(Pending(TimerId::kPersistentKeepalive));
  EXPECT_EQ(Types(bench_.Advance(seconds(3))), "");
  EXPECT_FALSE(Pending(TimerId::kPersistentKeepalive));
  EXPECT_EQ(Types(bench_.Advance(milliseconds(2400))), "1");
  EXPECT_TRUE(Pending(TimerId::kPersistentKeepalive));
}

TEST_F(TimerTest, TIMER_061_OnlyDataThatWasSentArmsTheNewHandshake) {
  bench_.SessionByTester(t_);
  bench_.outcome = SendOutcome::kNoRoute;
  bench_.SendInner(t_);
  EXPECT_FALSE(Pending(TimerId::kNewHandshake));
  bench_.outcome = SendOutcome::kSent;
  bench_.SendInner(t_);
  EXPECT_TRUE(Pending(TimerId::kNewHandshake));
}

TEST_F(TimerTest, TheExtraKeepaliveIsSentOnlyIfTheFirstCouldNotBe) {
  // Section 6.4: sending the first cancels the timer again.
  const Tester::Session session = bench_.SessionByTester(t_);
  SendData(session, 1);
  SendData(session, 2);
  EXPECT_EQ(Types(bench_.Advance(seconds(40))), "4");
}

TEST_F(TimerTest, TIMER_052_AKeepaliveThatCouldNotBeSentIsTriedOnceMore) {
  const Tester::Session session = bench_.SessionByTester(t_);
  SendData(session, 1);
  SendData(session, 2);
  ASSERT_TRUE(peer().timer_need_another_keepalive);
  peer().keypairs.ExpireSending();
  const auto expire = [&] {
    peer().last_sent_handshake = timer(TimerId::kSendKeepalive).expires;  // the gate stays closed
    EXPECT_EQ(Types(bench_.Advance(seconds(10))), "");
    EXPECT_FALSE(peer().timer_need_another_keepalive);
  };
  expire();
  EXPECT_TRUE(Pending(TimerId::kSendKeepalive));
  expire();
  EXPECT_FALSE(Pending(TimerId::kSendKeepalive));
}

TEST_F(TimerTest, TIMER_053_NothingIsArmedOrAskedForByADeadPeer) {
  bench_.SessionByTester(t_);
  Peer& dead = peer();
  dead.persistent_keepalive_interval = 5;
  TimersSessionDerived(bench_.state(), bench_.now(), dead);
  const BootTime wipe = timer(TimerId::kZeroKeyMaterial).expires;
  KillPeer(dead);
  bench_.Pass(seconds(1));
  TimersDataSent(bench_.state(), bench_.now(), dead);
  TimersDataReceived(bench_.state(), bench_.now(), dead);
  TimersHandshakeInitiated(bench_.state(), bench_.now(), dead);
  TimersSessionDerived(bench_.state(), bench_.now(), dead);
  TimersAnyAuthenticatedPacketTraversal(bench_.state(), bench_.now(), dead);
  for (int i = 0; i < kTimers; ++i) {
    EXPECT_EQ(dead.timers[i].expires,
              i == static_cast<int>(TimerId::kZeroKeyMaterial) ? wipe : kNever);
  }
  // The gate has no initiation for it, and the wipe that comes due before the removal does nothing.
  ResetLastSentHandshake(bench_.now(), dead);
  SendQueuedHandshakeInitiation(bench_.state(), bench_.now(), dead, false, bench_.fx());
  EXPECT_TRUE(bench_.fx()->empty());
  bench_.Advance(seconds(541));
  EXPECT_FALSE(Pending(TimerId::kZeroKeyMaterial));
  EXPECT_EQ(bench_.device().census().keypairs, 1u);
}

TEST_F(TimerTest, StoppingTimersFinishesAWipeThatIsOnItsWay) {
  // Section 6.2, stop: waits for a queued key wipe. Here a handshake is pending, too.
  bench_.SessionByTester(t_);
  bench_.Pass(seconds(541));
  bench_.device().OnTimer(bench_.now(), bench_.fx());
  ASSERT_EQ(bench_.fx()->work.size(), 1u);
  ASSERT_EQ(bench_.fx()->work[0].kind, WorkKind::kWipe);
  EXPECT_EQ(bench_.device().census().keypairs, 1u) << "not before the work is done";
  TimersStop(bench_.state(), peer());
  EXPECT_EQ(bench_.device().census().keypairs, 0u);
  bench_.Settle();
  EXPECT_EQ(bench_.device().counters().stale_work, 1u);
}

TEST_F(TimerTest, TheGateIsLookedAtAgainWhenTheInitiationIsMade) {
  // Section 6.3: between the request and the work a response was sent.
  bench_.Queue(t_.MakeInitiation(bench_.now()), t_.address);
  EXPECT_EQ(Types(bench_.SendInner(t_)), "2");
  EXPECT_EQ(peer().staged.count, 1u);
}

TEST_F(TimerTest, TimersDoNotRunDuringSleepAndAgesDo) {
  const Tester::Session session = bench_.SessionByDevice(t_);
  bench_.SendInner(t_);  // arms the new handshake
  SendData(session, 0);  // cancels it and arms the keepalive
  bench_.Advance(seconds(4));
  SetInterval(25);
  bench_.Settle();  // a keepalive, which cancels the keepalive
  bench_.SendInner(t_);
  const BootTime new_handshake = timer(TimerId::kNewHandshake).expires;
  ASSERT_NE(new_handshake, kNever);
  const BootTime persistent = timer(TimerId::kPersistentKeepalive).expires;

  // A kernel that does not prepare for it (auto-sleep): sessions stay.
  bench_.Pass(hours(1));
  bench_.device().OnResume(hours(1));
  EXPECT_EQ(timer(TimerId::kNewHandshake).expires, new_handshake + hours(1));
  EXPECT_EQ(timer(TimerId::kPersistentKeepalive).expires, persistent + hours(1));
  EXPECT_FALSE(Pending(TimerId::kRetransmitHandshake)) << "what is idle stays idle";
  EXPECT_EQ(bench_.device().census().keypairs, 1u) << "540 s have not been lived through";
  EXPECT_EQ(Types(bench_.Advance(seconds(14))), "");
  EXPECT_EQ(Types(bench_.SendInner(t_)), "1") << "the key is an hour old";
  EXPECT_EQ(peer().staged.count, 1u);
}

TEST_F(TimerTest, ASleepThatIsPreparedForEndsWithAHandshakeAtThePersistentInterval) {
  bench_.SessionByDevice(t_);
  SetInterval(25);
  bench_.Settle();
  bench_.Advance(seconds(10));
  bench_.device().PrepareSuspend();
  EXPECT_EQ(bench_.device().census().keypairs, 0u);
  EXPECT_FALSE(Pending(TimerId::kZeroKeyMaterial));
  bench_.Pass(hours(8));
  bench_.device().OnResume(hours(8));
  EXPECT_EQ(Types(bench_.Advance(seconds(14))), "");
  EXPECT_EQ(Types(bench_.Advance(seconds(1))), "1");
}

TEST_F(TimerTest, SleepClosesNoGateAndForgetsTheLoad) {
  EXPECT_EQ(Types(bench_.SendInner(t_)), "1");
  bench_.module().last_under_load = bench_.now().boot;
  bench_.Pass(seconds(60));
  bench_.device().OnResume(seconds(60));
  EXPECT_EQ(Types(Send(t_.MakeInitiation(bench_.now()))), "2");
  bench_.Pass(seconds(5));
  EXPECT_EQ(Types(bench_.SendInner(t_)), "1");
}

}  // namespace
}  // namespace wg
