// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Keepalives: those that stand for an answer, and the persistent ones.
#include <algorithm>
#include <chrono>
#include <vector>

#include "absl/strings/str_cat.h"
#include "conformance/session_steps.h"
#include "conformance/timer_assertions.h"
#include "protocol/config.h"

namespace conformance {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using wg::Tester;
using wg::WireBytes;
using wg::WireOut;

constexpr milliseconds kKeepaliveLeast(10000), kKeepaliveMost(10700);

size_t Count(const std::vector<WireOut>& out, uint8_t type) {
  return static_cast<size_t>(std::count_if(
      out.begin(), out.end(), [type](const WireOut& one) { return one.bytes[0] == type; }));
}

void SetInterval(Script& s, const Tester& t, uint16_t interval) {
  s.SetPeer({.public_key = t.public_key, .persistent_keepalive = interval});
}

void KeepalivesAreNotAnswered(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  for (uint64_t i = 1; i <= 12; ++i) {
    s.Exchange(t.Keepalive(*session, i), t);
    s.Check("a keepalive", s.Pass(seconds(1)), "");
  }
}

void FirstPacketCounts(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  const wg::BootTime began = s.now().boot;
  std::vector<WireOut> all;
  for (uint64_t i = 1; i <= 3; ++i) {
    s.Exchange(t.Data(*session, i, t.InnerFrom(1)), t);
    for (WireOut& out : s.Pass(seconds(i < 3 ? 4 : 3))) all.push_back(out);
  }
  if (!s.Check("data at 0, 4 and 8 s, until 11 s", all, "4")) return;
  s.CheckSpan("the keepalive comes after the first by", all[0].at - began, kKeepaliveLeast,
              kKeepaliveMost);
}

void SendingIsAnAnswer(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  s.Exchange(t.Data(*session, 1, t.InnerFrom(1)), t);
  s.Pass(seconds(5));
  s.Check("a packet 5 s after the data", s.SendInner(t), "4");
  s.Check("no keepalive at 10 s", s.Pass(seconds(7)), "");
}

void ResponseIsAnAnswer(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  s.Exchange(t.Data(*session, 1, t.InnerFrom(1)), t);
  s.Pass(seconds(5));
  s.Check("an initiation 5 s after the data", s.Exchange(t.MakeInitiation(s.now()), t), "2");
  s.Check("no keepalive at 10 s", s.Pass(seconds(7)), "");
}

void RefusedSourcesWantAnAnswer(Script& s) {
  Tester& t = s.AddTester();
  Tester& other = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  s.Exchange(t.Data(*session, 1, other.InnerFrom(1)), t);
  s.Check("data whose inner source is another peer's", s.Pass(seconds(12)), "4");
}

void ForgedDataDoesNot(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  const WireBytes used = t.Data(*session, 1, t.InnerFrom(1));
  s.Exchange(used, t);
  s.Check("a packet sends its answer", s.SendInner(t), "4");
  WireBytes forged = t.Data(*session, 2, t.InnerFrom(1));
  forged.back() ^= 1;
  s.Exchange(used, t);
  s.Exchange(forged, t);
  s.Check("a replay and a forged one", s.Pass(seconds(12)), "");
}

void PersistentKeepalives(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  SetInterval(s, t, 2);
  const std::vector<WireOut> out = s.Pass(milliseconds(8600));
  if (!s.Check("one at once, then one every 2 s, in 8.6 s", out, "44444")) return;
  for (size_t i = 1; i < out.size(); ++i) {
    s.CheckNumber("length", out[i].bytes.size(), 32);
    s.CheckSpan("since the one before", out[i].at - out[i - 1].at, seconds(2), milliseconds(2250));
  }
}

void ReceivingPostpones(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  SetInterval(s, t, 3);
  s.Pass(kApart);
  s.Exchange(t.Keepalive(*session, 1), t);
  for (uint64_t i = 2; i <= 5; ++i) {
    s.Check("keepalives of the peer every 2 s, the interval is 3 s", s.Pass(seconds(2)), "");
    s.Exchange(t.Keepalive(*session, i), t);
  }
}

void ZeroDisables(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  SetInterval(s, t, 3);
  s.Check("it is on: the next one", Count(s.Pass(milliseconds(3300)), 4) >= 1);
  SetInterval(s, t, 0);
  s.Check("it is off", s.Pass(milliseconds(6500)), "");
}

void OnSendsAtOnce(Script& s) {
  Tester& t = s.AddTester();
  Tester& fresh = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  s.Pass(kApart);
  s.SetPeer({.public_key = t.public_key, .persistent_keepalive = 25});
  s.Check("on, with a session", s.Pass(kApart), "4");
  s.SetPeer({.public_key = fresh.public_key, .persistent_keepalive = 25});
  s.Check("on, without a session", s.Pass(kApart), "1");
}

void ChangeSendsNothing(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  SetInterval(s, t, 25);
  s.Pass(kApart);
  SetInterval(s, t, 20);
  s.Check("from 25 s to 20 s", s.Pass(seconds(3)), "");
}

void UpWithInterval(Script& s) {
  Tester& t = s.AddTester();
  Tester& quiet = s.AddTester();
  s.target().SetUp(false);
  SetInterval(s, t, 25);
  s.Check("down, with an interval", s.Pass(kApart), "");
  s.target().SetUp(true);
  const std::vector<WireOut> out = s.Pass(kApart);
  if (!s.Check("up", out, "1")) return;
  s.Check("only to the peer with an interval",
          out[0].remote.ToString() == t.address.ToString() &&
              quiet.address.ToString() != t.address.ToString());
}

void IntervalRestartsTheSeries(Script& s) {
  Tester& t = s.AddTester();
  SetInterval(s, t, 25);
  s.Check("more initiations than one series has, in 170 s", Count(s.Pass(seconds(170)), 1) > 20);
}

void SentKeepalivesWantNoAnswer(Script& s) {
  Tester& t = s.AddTester();
  if (!s.SessionByTester(t)) return;
  SetInterval(s, t, 1);
  const std::vector<WireOut> out = s.Pass(seconds(20));
  s.CheckNumber("initiations in 20 s of keepalives every second", Count(out, 1), 0);
  s.Check("and there were keepalives", Count(out, 4) >= 15);
}

}  // namespace

std::vector<Assertion> KeepaliveTimerAssertions() {
  return {
      {"TIMER_016_018_AKeepaliveTenSecondsAfterTheFirstPacketWithoutAnAnswer", &FirstPacketCounts,
       true},
      {"TIMER_017_KeepalivesAreNotAnswered", &KeepalivesAreNotAnswered, true},
      {"TIMER_019_APacketSentIsAnAnswer", &SendingIsAnAnswer, true},
      {"TIMER_020_AResponseIsAnAnswer", &ResponseIsAnAnswer, true},
      {"TIMER_021_DataWithAWrongInnerSourceWantsAnAnswer", &RefusedSourcesWantAnAnswer, true},
      {"TIMER_022_ForgedAndReplayedDataWantsNone", &ForgedDataDoesNot, true},
      {"TIMER_027_KeepalivesSentWantNone", &SentKeepalivesWantNoAnswer, true},
      {"TIMER_037_PersistentKeepalivesComeAtTheirInterval", &PersistentKeepalives},
      {"TIMER_038_WhatIsReceivedPostponesThem", &ReceivingPostpones},
      {"TIMER_039_ZeroEndsThem", &ZeroDisables},
      {"TIMER_040_TheFirstIsSentAtOnce", &OnSendsAtOnce},
      {"TIMER_041_AnotherIntervalSendsNothingAtOnce", &ChangeSendsNothing},
      {"TIMER_042_043_InterfaceUpInitiatesOnlyWhereThereIsAnInterval", &UpWithInterval},
      {"TIMER_044_AnIntervalBeginsAnewAfterGivingUp", &IntervalRestartsTheSeries, true},
  };
}

}  // namespace conformance
