// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/session_assertions.h"

#include <algorithm>
#include <chrono>

#include "absl/types/optional.h"
#include "conformance/session_steps.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/endian.h"
#include "protocol/ip.h"

namespace conformance {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;
using wg::Tester;
using wg::WireBytes;
using wg::WireOut;
using Session = absl::optional<wg::Tester::Session>;

bool HasNoData(const std::vector<WireOut>& out) {
  return std::none_of(out.begin(), out.end(), [](const WireOut& one) { return one.bytes[0] == 4; });
}

void NothingBeforeConfirmation(Script& s) {
  Tester& t = s.AddTester();
  const Session session = Unconfirmed(s, t);
  if (!session) return;
  s.Check("nothing is sent under a key that is not confirmed", HasNoData(s.SendInner(t, 1)));
  WireBytes forged = t.Keepalive(*session, 0);
  forged.back() ^= 1;
  s.Check("a forged packet confirms nothing", HasNoData(ExchangeAndWait(s, forged, t)));
  s.Check("and still nothing is sent", HasNoData(s.SendInner(t, 2)));
  const WireBytes confirmation = t.Keepalive(*session, 0);
  const std::vector<WireOut> out = ExchangeAndWait(s, confirmation, t);
  if (!s.Check("a keepalive releases what waited", out, "44")) return;
  for (uint32_t i = 0; i < 2; ++i) {
    s.CheckNumber("counter", wg::LoadLe64(out[i].bytes.data() + 8), i);
    s.Check("the tester opens it", t.Open(*session, out[i].bytes).has_value());
  }
}

void QuietConfirmation(Script& s) {
  Tester& t = s.AddTester();
  if (!s.SessionByTester(t)) return;
  s.Check("no answer to a confirmation within 9 s", s.Pass(seconds(9)), "");
  s.Check("a packet is sent under the session", s.SendInner(t), "4");
}

void Rotation(Script& s) {
  Tester& t = s.AddTester();
  const Session a = s.SessionByTester(t);
  const Session b = Unconfirmed(s, t, 2);
  if (!a || !b) return;
  s.Check("an unconfirmed second session does not disturb the first", SendsUnder(s, t, *a, 0));
  s.Exchange(t.Keepalive(*b, 0), t);
  s.Check("confirmed, it is used, from counter 0", SendsUnder(s, t, *b, 0));
  s.Check("the first still receives", Arrives(s, t, *a, 1));
  s.Check("but does not send again", SendsUnder(s, t, *b, 1));
  const Session c = Unconfirmed(s, t, 3);
  if (!c) return;
  s.Check("answering a third initiation ends the first session", !Arrives(s, t, *a, 2));
  s.Check("and leaves the second", Arrives(s, t, *b, 1));
  s.Exchange(t.Keepalive(*c, 0), t);
  s.Check("the third is used when it is confirmed", SendsUnder(s, t, *c, 0));
  s.Check("the second still receives", Arrives(s, t, *b, 2));
  s.Check("the first does not", !Arrives(s, t, *a, 3));
}

void UnconfirmedTwice(Script& s) {
  Tester& t = s.AddTester();
  const Session first = Unconfirmed(s, t, 1);
  const Session second = Unconfirmed(s, t, 2);
  if (!first || !second) return;
  s.Check("what was answered first and not confirmed is gone", !Arrives(s, t, *first, 0));
  s.Check("the second receives", Arrives(s, t, *second, 0));
  s.Check("and sends", SendsUnder(s, t, *second, 0));
}

void InitiatorWithNext(Script& s) {
  Tester& t = s.AddTester();
  const Session a = s.SessionByTester(t);
  const Session n = Unconfirmed(s, t, 2);
  if (!a || !n) return;
  s.Check("an unanswered packet under the first session", SendsUnder(s, t, *a));
  const std::vector<WireOut> out = s.Pass(seconds(17));
  if (!s.Check("it initiates after 15 s", out, "1")) return;
  if (!s.Check("the tester opens the initiation", t.ConsumeInitiation(out[0].bytes))) return;
  Tester::Session k;
  s.Check("the response", s.Exchange(t.MakeResponse({}, &k), t), "4");
  s.Check("what was not confirmed still receives", Arrives(s, t, *n, 0));
  s.Check("the first does not", !Arrives(s, t, *a, 1));
  s.Check("the new one sends", SendsUnder(s, t, k, 1));
}

void Indices(Script& s) {
  Tester& t = s.AddTester();
  if (!Provoke(s, t)) return;
  Tester::Session session;
  const WireBytes response = t.MakeResponse({}, &session);
  s.Check("data to the index of a pending handshake is dropped", !Arrives(s, t, session, 0));
  s.Check("the response", s.Exchange(response, t), "4");
  s.Check("another response to what is a session by now",
          s.Exchange(t.MakeResponse({}, nullptr), t), "");
  Tester::Session unknown = session;
  unknown.remote_index ^= 1;
  s.Check("data to an unknown index", s.Exchange(t.Data(unknown, 0, t.InnerFrom(1)), t), "");
  s.Check("does not arrive", s.Inner().empty());
  s.Check("data to the right one does, which was the handshake's", Arrives(s, t, session, 0));
}

void ShortData(Script& s) {
  Tester& t = s.AddTester();
  const Session session = s.SessionByTester(t);
  if (!session) return;
  const uint64_t received = s.PeerOf(t).rx_bytes;
  for (size_t size = 16; size < 32; ++size) {
    WireBytes bytes = t.Keepalive(*session, 1);
    bytes.resize(size);
    s.Exchange(bytes, *wg::Endpoint::Parse("203.0.113.7:4500"));
  }
  const wg::GetPeer peer = s.PeerOf(t);
  s.CheckNumber("bytes received after data of 16 to 31 bytes", peer.rx_bytes, received);
  s.Check("the endpoint", peer.endpoint.ToString(), t.address.ToString());
  s.Check("data as it should be arrives", Arrives(s, t, *session, 1));
}

void NewPrivateKey(Script& s) {
  Tester& t = s.AddTester();
  const Session session = s.SessionByTester(t);
  if (!session) return;
  wg::PrivateKey key;
  key.bytes.fill(0x33);
  s.SetPrivateKey(key);
  const std::vector<WireOut> out = s.SendInner(t);
  if (!s.Check("a packet under another private key", out, "1")) return;
  s.Check("the initiation is not of the old identity", !t.ConsumeInitiation(out[0].bytes));
  t.device_key = s.public_key();
  s.Check("but of the new one", t.ConsumeInitiation(out[0].bytes));
  const uint64_t received = s.PeerOf(t).rx_bytes;
  s.Check("the old session still receives", Arrives(s, t, *session, 1));
  s.Check("and counts", s.PeerOf(t).rx_bytes > received);
}

void Padding(Script& s) {
  Tester& t = s.AddTester();
  const Session session = s.SessionByTester(t);
  if (!session) return;
  WireBytes plain = t.InnerFrom(1);
  plain.resize(96, 0xff);
  s.Exchange(t.Data(*session, 1, plain), t);
  const std::vector<WireBytes> inner = s.Inner();
  s.Check("a packet arrives whose padding is not zero",
          std::find(inner.begin(), inner.end(), t.InnerFrom(1)) != inner.end());
}

void DeadPeer(Script& s) {
  Tester& t = s.AddTester();
  if (!Provoke(s, t)) return;
  Tester::Session session;
  const WireBytes response = t.MakeResponse({}, &session);
  s.SetPeer({.public_key = t.public_key, .remove = true});
  s.Check("a response to a peer that is removed", s.Exchange(response, t), "");
  wg::SetPeer peer{.public_key = t.public_key, .endpoint = t.address};
  peer.allowed_ips.push_back({.prefix = wg::Prefix::Host(t.inner)});
  s.SetPeer(peer);
  s.Check("and when it is there again", s.Exchange(response, t), "");
  s.Check("there is no session to receive", !Arrives(s, t, session, 0));
  s.Check("and none to send", s.SendInner(t), "1");
}

// A session used both ways at 170 s. The keepalive leaves nothing to be answered.
Session Old(Script& s, Tester& t) {
  const Session session = s.SessionByTester(t);
  if (!session) return session;
  s.Pass(seconds(170));
  s.Check("at 170 s the session receives", Arrives(s, t, *session, 1));
  s.Check("and sends", SendsUnder(s, t, *session));
  s.Exchange(t.Keepalive(*session, 2), t);
  return session;
}

void Age(Script& s) {
  Tester& t = s.AddTester();
  const Session session = Old(s, t);
  if (!session) return;
  s.Pass(seconds(12));
  s.Check("at 182 s the session does not receive", !Arrives(s, t, *session, 3));
  s.Check("and does not send", s.SendInner(t), "1");
}

void AgeToTheNanosecond(Script& s) {
  Tester& t = s.AddTester();
  const Session session = Old(s, t);
  if (!session) return;
  s.Pass(seconds(10) - nanoseconds(1));
  s.Check("1 ns before 180 s the session receives", Arrives(s, t, *session, 3));
  s.Check("and sends", SendsUnder(s, t, *session));
  s.Pass(nanoseconds(1));
  s.Check("at exactly 180 s it does not receive", !Arrives(s, t, *session, 4));
  s.Check("and does not send", s.SendInner(t), "1");
}

}  // namespace

std::vector<Assertion> SessionAssertions() {
  return {
      {"NOISE_054_055_057_NothingIsSentUnderAKeyBeforeAnAuthenticPacketConfirmsIt",
       &NothingBeforeConfirmation},
      {"NOISE_056_AConfirmationIsNotAnswered", &QuietConfirmation},
      {"NOISE_058_059_060_061_062_063_RotationAsAResponder", &Rotation},
      {"NOISE_064_AnUnconfirmedKeyIsDiscardedByTheNextAnswer", &UnconfirmedTwice},
      {"NOISE_065_AnInitiatorKeepsAnUnconfirmedNextAsPreviousAndDropsCurrent", &InitiatorWithNext,
       true},
      {"NOISE_070_071_072_090_AnIndexIsForOneKindOfMessage", &Indices},
      {"NOISE_008_ShortDataIsDroppedAlsoUnderALiveIndex", &ShortData},
      {"NOISE_074_075_AfterANewPrivateKeyOldKeysOnlyReceive", &NewPrivateKey},
      {"NOISE_091_APeerThatIsRemovedGetsNoSession", &DeadPeer},
      {"NOISE_092_PaddingIsNotLookedAt", &Padding},
      {"NOISE_081_082_AKeyIsDeadBothWaysAfterOneHundredEightySeconds", &Age, true},
      {"NOISE_081_082_AtExactlyOneHundredEightySecondsAKeyIsDead", &AgeToTheNanosecond, true,
       kVirtualTime},
  };
}

}  // namespace conformance
