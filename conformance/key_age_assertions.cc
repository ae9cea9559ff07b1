// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What a session's age brings about, and what is told of it.
#include <algorithm>
#include <chrono>
#include <vector>

#include "absl/types/optional.h"
#include "conformance/session_steps.h"
#include "conformance/timer_assertions.h"
#include "protocol/config.h"

namespace conformance {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using wg::Tester;
using wg::WireOut;
using Session = wg::Tester::Session;

size_t Count(const std::vector<WireOut>& out, uint8_t type) {
  return static_cast<size_t>(std::count_if(
      out.begin(), out.end(), [type](const WireOut& one) { return one.bytes[0] == type; }));
}

// The session stays in use: the tester answers each packet, so that no timer misses one.
std::vector<WireOut> SendAnswered(Script& s, Tester& t, const Session& session, uint64_t counter) {
  std::vector<WireOut> out = s.SendInner(t);
  for (WireOut& more : s.Exchange(t.Keepalive(session, counter), t)) out.push_back(more);
  for (WireOut& more : s.Pass(kApart)) out.push_back(more);
  return out;
}

void InitiatorRenewsWhenItSends(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTarget(t);
  if (!session) return;
  s.Exchange(t.Keepalive(*session, 0), t);
  s.Pass(seconds(118));
  s.Check("a packet when the session is 118 s old", SendAnswered(s, t, *session, 1), "4");
  s.Pass(seconds(3));
  const std::vector<WireOut> out = SendAnswered(s, t, *session, 2);
  s.CheckNumber("initiations at 121 s", Count(out, 1), 1);
  const WireOut* data = FirstOfType(out, 4, t.address);
  s.Check("the packet still goes under the old key",
          data != nullptr && t.Open(*session, data->bytes).has_value());
}

void KeepalivesRenewToo(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTarget(t);
  if (!session) return;
  s.Exchange(t.Keepalive(*session, 0), t);
  s.SetPeer({.public_key = t.public_key, .persistent_keepalive = 25});
  s.CheckNumber("initiations in 115 s of persistent keepalives", Count(s.Pass(seconds(115)), 1), 0);
  s.CheckNumber("initiations in 12 s more", std::min<size_t>(Count(s.Pass(seconds(12)), 1), 1), 1);
}

void ResponderDoesNotRenew(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  s.Pass(seconds(130));
  s.Check("a packet when the session is 130 s old", SendAnswered(s, t, *session, 1), "4");
  s.Pass(seconds(37));
  s.Check("a keepalive of the peer at 167 s", s.Exchange(t.Keepalive(*session, 2), t), "");
}

void InitiatorRenewsWhenItReceives(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTarget(t);
  if (!session) return;
  s.Exchange(t.Keepalive(*session, 0), t);
  s.Pass(seconds(159));
  s.Check("a keepalive at 159 s", s.Exchange(t.Keepalive(*session, 1), t), "");
  s.Pass(seconds(8));
  s.Check("a keepalive at 167 s", s.Exchange(t.Keepalive(*session, 2), t), "1");
}

void DeadKeysAreNotUsed(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  s.Pass(seconds(183));
  s.Check("a packet when the session is 183 s old, of a responder", s.SendInner(t), "1");
}

void LatestHandshake(Script& s) {
  Tester& t = s.AddTester();
  if (!Provoke(s, t)) return;
  s.Check("before the answer it is never", s.PeerOf(t).last_handshake == wg::WallTime());
  s.Pass(seconds(2));
  Session session;
  s.Exchange(t.MakeResponse({}, &session), t);
  const wg::WallTime first = s.PeerOf(t).last_handshake;
  s.CheckSpan("then it is when the response came", s.now().wall - first, seconds(0),
              milliseconds(500));
  s.Pass(seconds(2));
  const auto second = Unconfirmed(s, t);
  if (!second) return;
  s.Pass(seconds(2));
  s.Check("a response of its own does not change it", s.PeerOf(t).last_handshake == first);
  s.Exchange(t.Keepalive(*second, 0), t);
  s.CheckSpan("the confirmation does", s.now().wall - s.PeerOf(t).last_handshake, seconds(0),
              milliseconds(500));
}

}  // namespace

std::vector<Assertion> KeyAgeAssertions() {
  return {
      {"TIMER_029_TheInitiatorRenewsWhenItSendsAfterTwoMinutes", &InitiatorRenewsWhenItSends, true},
      {"TIMER_030_KeepalivesCountAsSending", &KeepalivesRenewToo, true},
      {"TIMER_031_033_TheResponderRenewsNothing", &ResponderDoesNotRenew, true},
      {"TIMER_032_TheInitiatorRenewsWhenItReceivesAfter165Seconds", &InitiatorRenewsWhenItReceives,
       true},
      {"TIMER_034_NobodySendsUnderAKeyOfThreeMinutes", &DeadKeysAreNotUsed, true},
      {"TIMER_046_047_TheLatestHandshakeIsTheResponseOrTheConfirmation", &LatestHandshake},
  };
}

}  // namespace conformance
