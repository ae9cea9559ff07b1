// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Initiations: when they are repeated, given up and held back.
#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "conformance/session_steps.h"
#include "conformance/timer_assertions.h"
#include "protocol/messages.h"

namespace conformance {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using wg::Tester;
using wg::WireBytes;
using wg::WireOut;
using Session = wg::Tester::Session;

// Of a repetition: 5 s and a jitter of at most a third of a second, and what a coarse clock of
// timers adds.
constexpr milliseconds kRepeatLeast(5000), kRepeatMost(5700);
// 20 initiations and the silence after the last one.
constexpr seconds kUntilGivenUp(118);
constexpr size_t kAttempts = 20;

void Append(std::vector<WireOut> more, std::vector<WireOut>* all) {
  for (WireOut& out : more) all->push_back(std::move(out));
}

size_t Initiations(const std::vector<WireOut>& out) {
  return static_cast<size_t>(
      std::count_if(out.begin(), out.end(), [](const WireOut& one) { return one.bytes[0] == 1; }));
}

void Gaps(Script& s) {
  Tester& t = s.AddTester();
  std::vector<WireOut> all = s.SendInner(t);
  Append(s.Pass(seconds(28)), &all);
  if (!s.Check("initiations in 28 s without an answer", all, "111111")) return;
  bool all_equal = true;
  for (size_t i = 1; i < all.size(); ++i) {
    s.CheckSpan(absl::StrCat("gap ", i), all[i].at - all[i - 1].at, kRepeatLeast, kRepeatMost);
    all_equal &= all[i].at - all[i - 1].at == all[1].at - all[0].at;
  }
  s.Check("the gaps differ", !all_equal);
}

void GivesUp(Script& s) {
  Tester& t = s.AddTester();
  std::vector<WireOut> all = s.SendInner(t);
  Append(s.Pass(kUntilGivenUp), &all);
  if (!s.CheckNumber("initiations for one packet", all.size(), kAttempts)) return;
  s.CheckSpan("the last one after", all.back().at - all.front().at, seconds(95),
              milliseconds(19 * 5700));
  s.Check("then silence", s.Pass(seconds(60)), "");
  std::vector<WireOut> again = s.SendInner(t, 2);
  if (!s.Check("another packet begins anew at once", again, "1")) return;
  if (!s.Check("the tester opens it", t.ConsumeInitiation(again[0].bytes))) return;
  Session session;
  const std::vector<WireOut> out = s.Exchange(t.MakeResponse({}, &session), t);
  if (!s.Check("the answer is followed by one packet", out, "4")) return;
  const auto plain = t.Open(session, out[0].bytes);
  s.Check("which is not the one that waited when it gave up",
          plain && plain->size() >= 84 &&
              std::equal(plain->begin(), plain->begin() + 84, t.InnerTo(2).begin()));
}

void TrafficPreventsGivingUp(Script& s) {
  Tester& t = s.AddTester();
  size_t count = 0;
  for (uint32_t i = 0; i < 8; ++i) {
    count += Initiations(s.SendInner(t, i));
    count += Initiations(s.Pass(seconds(20)));
  }
  s.Check("more initiations than one series has, for packets during 160 s", count > kAttempts);
}

void Gate(Script& s) {
  Tester& t = s.AddTester();
  std::vector<WireOut> all;
  for (uint32_t i = 0; i < 80; ++i) {
    Append(s.SendInner(t, i), &all);
    Append(s.Pass(milliseconds(50)), &all);
    if (s.elapsed() > milliseconds(4500)) break;
  }
  s.Check("initiations for many packets in 4 s", all, "1");
}

void ResponseClosesTheGate(Script& s) {
  Tester& t = s.AddTester();
  const std::vector<WireOut> out = s.Exchange(t.MakeInitiation(s.now()), t);
  if (!s.Check("a valid initiation", out, "2")) return;
  s.Pass(milliseconds(100));
  s.Check("a packet, without the session confirmed", s.SendInner(t), "");
  s.Check("nor is an initiation sent later", s.Pass(seconds(7)), "");
  s.Check("but with the next packet", s.SendInner(t), "1");
}

void AnswerStopsRepeating(Script& s) {
  Tester& t = s.AddTester();
  if (!Provoke(s, t)) return;
  Session session;
  s.Exchange(t.MakeResponse({}, &session), t);
  s.CheckNumber("initiations in 9 s after the answer", Initiations(s.Pass(seconds(9))), 0);
}

void WrongAnswersDoNot(Script& s) {
  Tester& t = s.AddTester();
  const std::vector<WireOut> first = s.SendInner(t);
  if (!s.Check("a packet for a peer without a session", first, "1")) return;
  if (!s.Check("the tester opens it", t.ConsumeInitiation(first[0].bytes))) return;
  Session session;
  WireBytes response = t.MakeResponse({}, &session);
  response[50] ^= 1;
  t.SetMacs(&response);
  s.Check("a response whose seal is broken", s.Exchange(response, t), "");
  const std::vector<WireOut> again = s.Pass(seconds(6));
  if (!s.Check("the initiation is repeated", again, "1")) return;
  s.CheckSpan("when", again[0].at - first[0].at, kRepeatLeast, kRepeatMost);
}

void CookiesDoNot(Script& s) {
  Tester& t = s.AddTester();
  const std::vector<WireOut> first = s.SendInner(t);
  if (!s.Check("a packet for a peer without a session", first, "1")) return;
  wg::Mac16 cookie;
  cookie.fill(9);
  s.Check("a cookie reply is followed by nothing",
          s.Exchange(t.MakeCookieReply(first[0].bytes, cookie, {}), t), "");
  const std::vector<WireOut> again = s.Pass(seconds(6));
  if (!s.Check("the initiation is repeated", again, "1")) return;
  s.CheckSpan("when", again[0].at - first[0].at, kRepeatLeast, kRepeatMost);
}

void ConfirmationStopsRepeating(Script& s) {
  Tester& t = s.AddTester();
  s.Check("a packet for a peer without a session", s.SendInner(t), "1");
  s.Pass(seconds(1));
  const auto session = Unconfirmed(s, t);
  if (!session) return;
  s.Check("confirmed, the session carries the packet", s.Exchange(t.Keepalive(*session, 0), t),
          "4");
  s.CheckNumber("initiations in 7 s more", Initiations(s.Pass(seconds(7))), 0);
}

void MissedAnswer(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  const wg::BootTime began = s.now().boot;
  std::vector<WireOut> all;
  for (uint32_t i = 0; i < 3; ++i) {
    Append(s.SendInner(t, i), &all);
    Append(s.Pass(seconds(5)), &all);
  }
  Append(s.Pass(seconds(2)), &all);
  if (!s.Check("three packets in 15 s, no answer", all, "4441")) return;
  s.CheckSpan("the initiation is sent after the first of them by", all.back().at - began,
              seconds(15), milliseconds(15800));
}

void AnswersThatCount(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  s.Check("a packet", s.SendInner(t), "4");
  s.Pass(seconds(12));
  s.Exchange(t.Keepalive(*session, 1), t);
  s.CheckNumber("initiations when a keepalive came after 12 s", Initiations(s.Pass(seconds(6))), 0);
  s.Check("another packet", s.SendInner(t), "4");
  // Early enough for the answer not to hold back, by itself, what would be sent after 15 s.
  s.Pass(seconds(9));
  s.Check("an initiation of the peer after 9 s", s.Exchange(t.MakeInitiation(s.now()), t), "2");
  s.CheckNumber("initiations after that", Initiations(s.Pass(seconds(8))), 0);
}

void AnswersThatDoNotCount(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  const wg::BootTime began = s.now().boot;
  std::vector<WireOut> all = s.SendInner(t);
  for (uint64_t i = 1; i <= 4; ++i) {
    Append(s.Pass(seconds(3)), &all);
    WireBytes forged = t.Keepalive(*session, i);
    forged.back() ^= 1;
    Append(s.Exchange(forged, t), &all);
  }
  Append(s.Pass(seconds(5)), &all);
  if (!s.Check("forged keepalives for 12 s, then silence", all, "41")) return;
  s.CheckSpan("the initiation is sent after", all.back().at - began, seconds(15),
              milliseconds(15800));
}

void LateAnswer(Script& s, seconds later, bool still) {
  Tester& t = s.AddTester();
  std::vector<WireOut> all = s.SendInner(t);
  Append(s.Pass(kUntilGivenUp), &all);
  if (!s.CheckNumber("initiations until it gives up", all.size(), kAttempts)) return;
  if (!s.Check("the tester opens the last", t.ConsumeInitiation(all.back().bytes))) return;
  // It gives up one repetition after the last attempt.
  s.Pass(all.back().at + milliseconds(5300) + later - s.now().boot);
  Session session;
  s.Exchange(t.MakeResponse({}, &session), t);
  s.Inner();
  s.Exchange(t.Data(session, 0, t.InnerFrom(1)), t);
  s.Check(absl::StrCat("its answer ", later.count(), " s after that makes a session"),
          s.Inner().size() == 1 ? "yes" : "no", still ? "yes" : "no");
}

void LateAnswerInTime(Script& s) { LateAnswer(s, seconds(500), true); }
void LateAnswerTooLate(Script& s) { LateAnswer(s, seconds(580), false); }

void InterfaceDown(Script& s) {
  Tester& t = s.AddTester();
  Tester& other = s.AddTester();
  s.Check("a packet for a peer without a session", s.SendInner(t), "1");
  const auto session = s.SessionByTester(other);
  if (!session) return;
  s.Exchange(other.Data(*session, 1, other.InnerFrom(1)), other);
  s.target().SetUp(false);
  s.Check("while the interface is down nothing is repeated or kept alive", s.Pass(seconds(12)), "");
}

}  // namespace

std::vector<Assertion> HandshakeTimerAssertions() {
  return {
      {"TIMER_001_002_RepeatsComeAfterFiveSecondsAndAJitter", &Gaps, true},
      {"TIMER_003_004_005_006_TwentyInitiationsThenSilenceUntilMoreTraffic", &GivesUp, true},
      {"TIMER_007_TrafficPreventsGivingUp", &TrafficPreventsGivingUp, true},
      {"TIMER_008_InitiationsAreFiveSecondsApartWhateverTheTraffic", &Gate},
      {"TIMER_009_010_011_AResponseHoldsInitiationsBack", &ResponseClosesTheGate},
      {"TIMER_012_AnAnswerStopsTheRepetition", &AnswerStopsRepeating},
      {"TIMER_013_AWrongAnswerDoesNotStopIt", &WrongAnswersDoNot},
      {"TIMER_014_ACookieDoesNotStopIt", &CookiesDoNot},
      {"TIMER_015_ASessionOfThePeersStopsIt", &ConfirmationStopsRepeating},
      {"TIMER_023_024_ANewHandshakeFifteenSecondsAfterTheFirstPacketWithoutAnswer", &MissedAnswer,
       true},
      {"TIMER_025_026_AuthenticatedPacketsAreAnswers", &AnswersThatCount, true},
      {"TIMER_028_ForgedPacketsAreNoAnswers", &AnswersThatDoNotCount, true},
      {"TIMER_035_TheLastInitiationCanBeAnsweredLongAfterGivingUp", &LateAnswerInTime, true},
      {"TIMER_035_ButNotForEver", &LateAnswerTooLate, true},
      {"TIMER_045_InterfaceDownStopsEverything", &InterfaceDown, true},
  };
}

}  // namespace conformance
