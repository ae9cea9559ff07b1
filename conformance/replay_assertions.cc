// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/replay_assertions.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "conformance/session_steps.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/ip.h"
#include "protocol/messages.h"

namespace conformance {
namespace {

using std::chrono::seconds;
using wg::Tester;
using wg::WireBytes;
using Session = wg::Tester::Session;

// Spec/handshake section 7: so far behind the highest a counter may be.
constexpr uint64_t kWindow = 8128;
WireBytes Data(const Tester& t, const Session& session, uint64_t counter) {
  return t.Data(session, counter, t.InnerFrom(static_cast<uint32_t>(counter)));
}

// Whether a packet comes out of the tunnel because of this datagram.
bool Passes(Script& s, const Tester& t, const WireBytes& bytes) {
  s.Inner();
  s.Exchange(bytes, t);
  return s.Inner().size() == 1;
}

// Which of the counters pass, one after the other: "accepted refused ...".
std::string Passing(Script& s, const Tester& t, const Session& session,
                    const std::vector<uint64_t>& counters) {
  std::string out;
  for (const uint64_t counter : counters) {
    absl::StrAppend(&out, out.empty() ? "" : ", ", counter,
                    Passes(s, t, Data(t, session, counter)) ? " accepted" : " refused");
  }
  return out;
}

void AnyOrder(Script& s) {
  Tester& t = s.AddTester();
  const auto session = Unconfirmed(s, t);
  if (!session) return;
  s.Check("the first, then lower ones", Passing(s, t, *session, {100, 0, 99}),
          "100 accepted, 0 accepted, 99 accepted");
  s.Check("backwards, the last one twice", Passing(s, t, *session, {9, 8, 7, 7}),
          "9 accepted, 8 accepted, 7 accepted, 7 refused");
  s.Check("again what was first", Passing(s, t, *session, {100}), "100 refused");
}

void Edges(Script& s) {
  Tester& t = s.AddTester();
  const auto session = Unconfirmed(s, t);
  if (!session) return;
  s.Check("as far behind as may be", Passing(s, t, *session, {kWindow, 0}),
          absl::StrCat(kWindow, " accepted, 0 accepted"));
  const auto second = Unconfirmed(s, t);
  if (!second) return;
  s.Check("one further behind", Passing(s, t, *second, {kWindow + 1, 0, 1}),
          absl::StrCat(kWindow + 1, " accepted, 0 refused, 1 accepted"));
}

void Jumps(Script& s) {
  Tester& t = s.AddTester();
  const auto session = Unconfirmed(s, t);
  if (!session) return;
  s.Check("a jump within the window", Passing(s, t, *session, {10, 8000, 10}),
          "10 accepted, 8000 accepted, 10 refused");
  s.Check("a jump of more than the window",
          Passing(s, t, *session, {100000, 5, 100000 - kWindow, 100000 - kWindow - 1, 100000}),
          "100000 accepted, 5 refused, 91872 accepted, 91871 refused, 100000 refused");
  s.Check("a jump of a million", Passing(s, t, *session, {1100000, 1099999}),
          "1100000 accepted, 1099999 accepted");
}

void ForgedCounters(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  WireBytes forged = Data(t, *session, uint64_t{1} << 63);
  forged.back() ^= 1;
  s.Check("a forged packet with a huge counter", !Passes(s, t, forged));
  s.Check("counters go on where they were", Passing(s, t, *session, {1, 2}),
          "1 accepted, 2 accepted");
}

void EachSession(Script& s) {
  Tester& t = s.AddTester();
  const auto first = s.SessionByTester(t);
  if (!first) return;
  s.Check("in the first session", Passing(s, t, *first, {1, 2, 3}),
          "1 accepted, 2 accepted, 3 accepted");
  const auto second = Unconfirmed(s, t);
  if (!second) return;
  s.Check("the same counters in the second", Passing(s, t, *second, {0, 1}),
          "0 accepted, 1 accepted");
  s.Check("the first session's own window goes on", Passing(s, t, *first, {2, 4}),
          "2 refused, 4 accepted");
}

void CounterLimit(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  const uint64_t limit = wg::kRejectAfterMessages;
  for (const uint64_t counter : {limit, limit + 1, ~uint64_t{0}}) {
    s.Check(absl::StrCat("counter ", counter, " under a good seal"),
            Passing(s, t, *session, {counter}), absl::StrCat(counter, " refused"));
  }
  s.Check("they do not count", Passing(s, t, *session, {1}), "1 accepted");
}

void LastCounter(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  const uint64_t last = wg::kRejectAfterMessages - 1;
  s.Check("the last counter there is", Passing(s, t, *session, {last}),
          absl::StrCat(last, " accepted"));
  s.Check("after it nothing", Passing(s, t, *session, {last - 1, last - kWindow}),
          absl::StrCat(last - 1, " refused, ", last - kWindow, " refused"));
}

void ReplaysHaveNoEffect(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  const WireBytes used = Data(t, *session, 1);
  if (!s.Check("a packet", Passes(s, t, used))) return;
  const wg::GetPeer before = s.PeerOf(t);
  s.Inner();
  wg::Endpoint elsewhere = t.address;
  elsewhere.port += 1;
  s.Check("its replay from another port is silent", s.Exchange(used, elsewhere), "");
  s.Check("nothing comes out of the tunnel", s.Inner().empty());
  const wg::GetPeer after = s.PeerOf(t);
  s.Check("the endpoint", after.endpoint.ToString(), before.endpoint.ToString());
  s.CheckNumber("bytes received", after.rx_bytes, before.rx_bytes);
}

void KeepalivesAndRefusedPacketsUseCounters(Script& s) {
  Tester& t = s.AddTester();
  Tester& other = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  s.Exchange(t.Keepalive(*session, 5), t);
  s.Check("data with the counter of a keepalive", Passing(s, t, *session, {5, 6}),
          "5 refused, 6 accepted");
  s.Check("a packet from another peer's inner address",
          !Passes(s, t, t.Data(*session, 7, other.InnerFrom(1))));
  s.Check("a good one with its counter", Passing(s, t, *session, {7, 8}), "7 refused, 8 accepted");
}

void ReplayedConfirmation(Script& s) {
  Tester& t = s.AddTester();
  const auto session = Unconfirmed(s, t);
  if (!session) return;
  s.Check("a packet before the confirmation waits", s.SendInner(t), "");
  const WireBytes confirmation = t.Keepalive(*session, 0);
  s.Check("the confirmation sends it", s.Exchange(confirmation, t), "4");
  const wg::GetPeer before = s.PeerOf(t);
  s.Check("its replay does nothing", s.Exchange(confirmation, t), "");
  s.Check("the latest handshake stays", s.PeerOf(t).last_handshake == before.last_handshake);
}

void ExpiredKeys(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  s.Check("a packet of a young key", Passing(s, t, *session, {1}), "1 accepted");
  s.Pass(seconds(181));
  const wg::GetPeer before = s.PeerOf(t);
  s.Check("one after 181 s", Passing(s, t, *session, {2}), "2 refused");
  s.CheckNumber("bytes received", s.PeerOf(t).rx_bytes, before.rx_bytes);
}

}  // namespace

std::vector<Assertion> ReplayAssertions() {
  return {
      {"REPLAY_001_002_003_RX_006_PacketsInAnyOrderAreAcceptedOnce", &AnyOrder},
      {"REPLAY_004_005_RX_007_TheWindowEndsWhereItShould", &Edges},
      {"REPLAY_006_007_RX_008_JumpsForgetAndAcceptNothingTwice", &Jumps},
      {"REPLAY_008_ForgedCountersDoNotMoveTheWindow", &ForgedCounters},
      {"REPLAY_009_010_EachSessionHasItsOwnWindow", &EachSession},
      {"REPLAY_011_RX_009_CountersFromTheLimitOnAreRefused", &CounterLimit},
      {"REPLAY_012_013_TheLastCounterEndsTheKey", &LastCounter},
      {"REPLAY_014_015_RX_010_ReplaysMoveNothing", &ReplaysHaveNoEffect},
      {"REPLAY_016_017_KeepalivesAndRefusedPacketsUseCounters",
       &KeepalivesAndRefusedPacketsUseCounters},
      {"REPLAY_018_AReplayedConfirmationDoesNothing", &ReplayedConfirmation},
      {"REPLAY_024_RX_029_ExpiredKeysAreRefused", &ExpiredKeys, true},
  };
}

}  // namespace conformance
