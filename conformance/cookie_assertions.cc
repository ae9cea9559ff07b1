// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/cookie_assertions.h"

#include <algorithm>
#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "conformance/session_steps.h"
#include "protocol/config.h"
#include "protocol/crypto/blake2s.h"
#include "protocol/crypto/keys.h"
#include "protocol/endian.h"
#include "protocol/ip.h"

namespace conformance {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using wg::Mac16;
using wg::Tester;
using wg::WireBytes;
using wg::WireOut;

constexpr Mac16 kA = {1, 2, 3};
constexpr Mac16 kB = {4, 5, 6};

bool HasCookie(const WireBytes& message, const Mac16& cookie) {
  return wg::Mac2Of(message) ==
         wg::Blake2sMac16(cookie, {absl::MakeConstSpan(message).first(message.size() - 16)});
}

bool HasNone(const WireBytes& message) { return wg::Mac2Of(message) == Mac16{}; }

// The next message of the target's to the tester, a response. Empty is a finding.
WireBytes Response(Script& s, Tester& t) {
  s.Pass(kApart);
  const std::vector<WireOut> out = s.Exchange(t.MakeInitiation(s.now()), t);
  return s.Check("a valid initiation", out, "2") ? out[0].bytes : WireBytes();
}

// An initiation to a peer without a session. Empty is a finding.
WireBytes Initiation(Script& s, Tester& t) {
  const std::vector<WireOut> out = s.SendInner(t);
  return s.Check("a packet for a peer without a session", out, "1") ? out[0].bytes : WireBytes();
}

// The target has the cookie A for the tester. False is a finding.
bool GiveCookie(Script& s, Tester& t) {
  const WireBytes message = Response(s, t);
  if (message.empty()) return false;
  return s.Check("a cookie reply to it", s.Exchange(t.MakeCookieReply(message, kA, {}), t), "");
}

void CheckMac1(Script& s, const Tester& t, const WireBytes& message) {
  const auto before = absl::MakeConstSpan(message).first(message.size() - 32);
  const wg::SymmetricKey key = wg::LabelledKey({"mac1----", 8}, t.public_key);
  const Mac16 mac1 = wg::Mac1Of(message);
  s.Check("mac1 is the keyed digest of 16 bytes", mac1 == wg::Blake2sMac16(key.bytes, {before}));
  const wg::Digest hmac = wg::HmacBlake2s(key.bytes, {before});
  s.Check("and no HMAC that is cut", !std::equal(mac1.begin(), mac1.end(), hmac.begin()));
}

void Mac1(Script& s) {
  Tester& t = s.AddTester();
  const WireBytes initiation = Initiation(s, t);
  if (initiation.empty()) return;
  CheckMac1(s, t, initiation);
  const WireBytes response = Response(s, t);
  if (!response.empty()) CheckMac1(s, t, response);
}

void RetryWithCookie(Script& s) {
  Tester& t = s.AddTester();
  const WireBytes first = Initiation(s, t);
  if (first.empty()) return;
  s.Check("a cookie reply to it", s.Exchange(t.MakeCookieReply(first, kA, {}), t), "");
  s.Check("it does not hurry", s.Pass(milliseconds(4500)), "");
  const std::vector<WireOut> retry = s.Pass(milliseconds(1500));
  if (!s.Check("it tries again after 5 s", retry, "1")) return;
  s.Check("mac2 of the retry is under the cookie", HasCookie(retry[0].bytes, kA));
  if (!s.Check("the tester opens the retry", t.ConsumeInitiation(retry[0].bytes))) return;
  s.Check("and answers it", s.Exchange(t.MakeResponse({}, nullptr), t), "4");
  for (int i = 0; i < 2; ++i) {
    const WireBytes response = Response(s, t);
    if (response.empty()) return;
    s.Check("so is that of a response", HasCookie(response, kA));
  }
}

// What stands in a reply that is not for the message that was sent last.
struct BadReply {
  const char* what;
  WireBytes bytes;
};

std::vector<BadReply> BadReplies(const Script& s, Tester& t, const WireBytes& message) {
  const WireBytes good = t.MakeCookieReply(message, kA, {});
  std::vector<BadReply> bad = {
      {"bound to another message", t.MakeCookieReply(message, kA, {.aad = Mac16{9}})},
      {"sealed with another's public key",
       t.MakeCookieReply(message, kA, {.issuer = s.public_key()})},
      {"for an index that is not there",
       t.MakeCookieReply(message, kA, {.receiver_index = wg::LoadLe32(message.data() + 4) ^ 1})}};
  for (const size_t size : {63, 65}) {
    bad.push_back({"of another length", good});
    bad.back().bytes.resize(size);
  }
  for (size_t byte = 1; byte < 4; ++byte) {
    bad.push_back({"with a reserved byte that is not zero", good});
    bad.back().bytes[byte] = 1;
  }
  bad.push_back({"with a bit of the sealed cookie turned", good});
  bad.back().bytes[32] ^= 1;
  return bad;
}

void BadCookieReplies(Script& s) {
  Tester& t = s.AddTester();
  WireBytes last = Initiation(s, t);
  if (last.empty()) return;
  const size_t count = BadReplies(s, t, last).size();
  for (size_t i = 0; i < count; ++i) {
    const BadReply reply = BadReplies(s, t, last)[i];
    s.Check(absl::StrCat("a cookie reply ", reply.what), s.Exchange(reply.bytes, t), "");
    last = Response(s, t);
    if (last.empty()) return;
    s.Check("mac2 of the next message is zero", HasNone(last));
  }
  s.Exchange(t.MakeCookieReply(last, kA, {}), t);
  last = Response(s, t);
  if (!last.empty()) s.Check("a reply as it should be is taken", HasCookie(last, kA));
}

void SecondReply(Script& s) {
  Tester& t = s.AddTester();
  if (!GiveCookie(s, t)) return;
  const WireBytes message = Response(s, t);
  if (message.empty()) return;
  s.Check("the cookie of the first reply", HasCookie(message, kA));
  s.Exchange(t.MakeCookieReply(message, kB, {}), t);
  s.Exchange(t.MakeCookieReply(message, kA, {}), t);
  const WireBytes next = Response(s, t);
  if (next.empty()) return;
  s.Check("of two replies to one message the first counts", HasCookie(next, kB));
}

void RepliesToOtherMessages(Script& s) {
  Tester& t = s.AddTester();
  const WireBytes first = Response(s, t);
  const WireBytes second = Response(s, t);
  if (first.empty() || second.empty()) return;
  s.Exchange(t.MakeCookieReply(first, kA, {.receiver_index = wg::LoadLe32(second.data() + 4)}), t);
  const WireBytes third = Response(s, t);
  if (third.empty()) return;
  s.Check("a reply to an older message is not taken", HasNone(third));
  s.Exchange(t.MakeCookieReply(third, kA, {}), t);
  const WireBytes fourth = Response(s, t);
  if (fourth.empty()) return;
  s.Check("one to the last is", HasCookie(fourth, kA));
  s.Exchange(t.MakeCookieReply(fourth, kB, {}), t);
  const WireBytes fifth = Response(s, t);
  if (!fifth.empty()) s.Check("and so is another one to the next", HasCookie(fifth, kB));
}

void ReplyToResponse(Script& s) {
  Tester& t = s.AddTester();
  if (!GiveCookie(s, t)) return;
  const WireBytes message = Response(s, t);
  if (message.empty()) return;
  s.Check("a reply to a response, whose index is a session's, is taken", HasCookie(message, kA));
}

void RepliesForOthers(Script& s) {
  Tester& mine = s.AddTester();
  Tester& other = s.AddTester();
  const WireBytes one = Initiation(s, mine);
  const WireBytes two = Initiation(s, other);
  if (one.empty() || two.empty()) return;
  s.Exchange(mine.MakeCookieReply(one, kA, {.receiver_index = wg::LoadLe32(two.data() + 4)}), mine);
  s.Exchange(other.MakeCookieReply(two, kB, {.receiver_index = wg::LoadLe32(one.data() + 4)}),
             other);
  for (Tester* tester : {&mine, &other}) {
    const WireBytes next = Response(s, *tester);
    if (next.empty()) return;
    s.Check("a reply that names the other peer's index is not taken", HasNone(next));
  }
}

void CookieAge(Script& s) {
  Tester& t = s.AddTester();
  if (!GiveCookie(s, t)) return;
  s.Pass(seconds(110));
  WireBytes message = Response(s, t);
  if (message.empty()) return;
  s.Check("after 110 s the cookie is used", HasCookie(message, kA));
  s.Pass(seconds(13));
  message = Response(s, t);
  if (!message.empty()) s.Check("after 123 s it is not", HasNone(message));
}

void CookieAgeToTheNanosecond(Script& s) {
  Tester& t = s.AddTester();
  if (!GiveCookie(s, t)) return;
  s.Pass(seconds(115) - nanoseconds(1) - kApart);
  WireBytes message = Response(s, t);
  if (message.empty()) return;
  s.Check("1 ns before 115 s the cookie is used", HasCookie(message, kA));
  Tester& other = s.AddTester();
  if (!GiveCookie(s, other)) return;
  s.Pass(seconds(115) - kApart);
  message = Response(s, other);
  if (!message.empty()) s.Check("at exactly 115 s it is not", HasNone(message));
}

void ReplyFromElsewhere(Script& s) {
  Tester& t = s.AddTester();
  const WireBytes message = Response(s, t);
  if (message.empty()) return;
  const wg::GetPeer before = s.PeerOf(t);
  s.Exchange(t.MakeCookieReply(message, kA, {}), *wg::Endpoint::Parse("[2001:db8::9]:9"));
  const wg::GetPeer after = s.PeerOf(t);
  s.Check("the endpoint", after.endpoint.ToString(), t.address.ToString());
  s.CheckNumber("bytes received", after.rx_bytes, before.rx_bytes);
  s.CheckNumber("bytes sent", after.tx_bytes, before.tx_bytes);
  const WireBytes next = Response(s, t);
  if (!next.empty()) s.Check("the reply is taken from wherever it comes", HasCookie(next, kA));
}

void CookieOutlives(Script& s) {
  Tester& t = s.AddTester();
  if (!GiveCookie(s, t)) return;
  s.target().SetUp(false);
  s.target().SetUp(true);
  const WireBytes again = Response(s, t);
  if (again.empty()) return;
  s.Check("it is used after down and up", HasCookie(again, kA));
  wg::PrivateKey key;
  key.bytes.fill(0x33);
  s.SetPrivateKey(key);
  t.device_key = s.public_key();
  const WireBytes response = Response(s, t);
  if (!response.empty()) s.Check("and under another private key", HasCookie(response, kA));
}

void CookieDies(Script& s) {
  Tester& t = s.AddTester();
  if (!GiveCookie(s, t)) return;
  const WireBytes before = Response(s, t);
  if (before.empty()) return;
  s.Check("the cookie is used", HasCookie(before, kA));
  s.SetPeer({.public_key = t.public_key, .remove = true});
  s.SetPeer({.public_key = t.public_key});
  const WireBytes after = Response(s, t);
  if (!after.empty()) s.Check("a peer that is new knows none", HasNone(after));
}

}  // namespace

std::vector<Assertion> CookieAssertions() {
  return {
      {"COOKIE_001_Mac1IsAKeyedDigestOfSixteenBytesAndNoHmac", &Mac1},
      {"COOKIE_002_003_004_013_TheRetryAndAllAfterItCarryMac2", &RetryWithCookie},
      {"COOKIE_005_006_007_017_BadRepliesAreIgnored", &BadCookieReplies},
      {"COOKIE_008_OnlyTheFirstReplyToAMessageIsTaken", &SecondReply},
      {"COOKIE_009_010_OnlyRepliesToTheLastMessageAreTaken", &RepliesToOtherMessages},
      {"COOKIE_011_AReplyToAResponseNamesASessionAndIsTaken", &ReplyToResponse},
      {"COOKIE_012_AReplyForOnePeerIsNoneForAnother", &RepliesForOthers},
      {"COOKIE_014_ACookieIsUsedForLessThanTwoMinutes", &CookieAge, true},
      {"COOKIE_014_ACookieIsUsedForExactlyOneHundredFifteenSeconds", &CookieAgeToTheNanosecond,
       true, kVirtualTime},
      {"COOKIE_015_016_ARepliesSourceDoesNotMatterAndNothingIsCounted", &ReplyFromElsewhere},
      {"COOKIE_039_TheCookieOutlivesDownAndUpAndTheOwnKey", &CookieOutlives},
      {"COOKIE_040_TheCookieDiesWithThePeer", &CookieDies},
  };
}

}  // namespace conformance
