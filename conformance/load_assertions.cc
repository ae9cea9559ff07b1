// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/load_assertions.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "absl/types/optional.h"
#include "conformance/session_steps.h"
#include "protocol/config.h"
#include "protocol/crypto/blake2s.h"
#include "protocol/crypto/keys.h"
#include "protocol/endian.h"
#include "protocol/ip.h"
#include "protocol/messages.h"
#include "protocol/tai64n.h"

namespace conformance {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using wg::Endpoint;
using wg::Mac16;
using wg::Tester;
using wg::WireBytes;
using wg::WireOut;

Endpoint At(const char* text) { return *Endpoint::Parse(text); }

// The cookie that the tester is given at `from`; it is the same for all testers there. Not given is
// a finding, or the target cannot be put under load.
absl::optional<Mac16> CookieAt(Script& s, Tester& t, const Endpoint& from) {
  if (!s.Load()) return absl::nullopt;
  const WireBytes message = t.MakeInitiation(s.now());
  const std::vector<WireOut> out = s.Exchange(message, from);
  if (!s.Check("an initiation without cookie under load", out, "3")) return absl::nullopt;
  const absl::optional<Mac16> cookie = t.OpenCookieReply(out[0].bytes, message);
  s.Check("the tester opens the cookie reply", cookie.has_value());
  return cookie;
}

void Challenge(Script& s) {
  Tester& t = s.AddTester();
  const Endpoint elsewhere = At("203.0.113.4:444");
  WireBytes message = t.MakeInitiation(wg::Tai64nNow(s.now().wall), {.sender_index = 0xfeedbeef});
  if (!s.Load()) return;
  const std::vector<WireOut> out = s.Exchange(message, elsewhere);
  if (!s.Check("an initiation without cookie under load", out, "3")) return;
  const WireBytes& reply = out[0].bytes;
  s.CheckNumber("length of the cookie reply", reply.size(), wg::MessageHandshakeCookie::kLen);
  s.CheckNumber("its first four bytes, little endian", wg::LoadLe32(reply.data()), 3);
  s.CheckNumber("its receiver index is the sender's", wg::LoadLe32(reply.data() + 4), 0xfeedbeef);
  s.CheckNumber("its type of service", out[0].ds, 0);
  s.Check("where it goes", out[0].remote.ToString(), elsewhere.ToString());
  const absl::optional<Mac16> cookie = t.OpenCookieReply(reply, message);
  if (!s.Check("the tester opens it", cookie.has_value())) return;
  const wg::GetPeer peer = s.PeerOf(t);
  s.Check("the endpoint", peer.endpoint.ToString(), t.address.ToString());
  s.CheckNumber("bytes received and sent", peer.rx_bytes + peer.tx_bytes, 0);
  t.SetMacs(&message, cookie);
  if (!s.Load()) return;
  s.Check("the same initiation with the cookie", s.Exchange(message, elsewhere), "2");
}

void WhoIsChallenged(Script& s) {
  Tester& t = s.AddTester();
  if (!s.Load()) return;
  WireBytes message = t.MakeInitiation(s.now());
  message[116] ^= 1;
  s.Check("a wrong mac1 under load", s.Exchange(message, t), "");
  Tester stranger = s.MakeStranger(99);
  if (!s.Load()) return;
  s.Check("an initiation of an unknown key", s.Exchange(stranger.MakeInitiation(s.now()), t), "3");
}

// Whether the tester's initiation with this cookie is answered by a message of the type there.
void CheckAnswer(Script& s, absl::string_view what, Tester& t, const Mac16& cookie,
                 const Endpoint& from, absl::string_view expected) {
  WireBytes message = t.MakeInitiation(s.now());
  t.SetMacs(&message, cookie);
  if (s.Load()) s.Check(what, s.Exchange(message, from), expected);
}

// What an attacker would make of this source if there were no secret.
bool IsWithoutSecret(const Mac16& cookie, const Endpoint& source) {
  const uint8_t high = static_cast<uint8_t>(source.port >> 8),
                low = static_cast<uint8_t>(source.port);
  for (const auto& port : {std::array<uint8_t, 2>{high, low}, std::array<uint8_t, 2>{low, high}}) {
    std::array<uint8_t, 4> address;
    source.address.CopyBytes(address.data());
    if (wg::Blake2sMac16(wg::SymmetricKey().bytes, {address, port}) == cookie) return true;
  }
  return false;
}

void CookieOfAddress(Script& s) {
  Tester& t = s.AddTester();
  const auto cookie = CookieAt(s, t, At("203.0.113.4:444"));
  const auto again = CookieAt(s, t, At("203.0.113.4:444"));
  const auto address = CookieAt(s, t, At("203.0.113.5:444"));
  const auto one = CookieAt(s, t, At("[2001:db8::1]:444"));
  const auto two = CookieAt(s, t, At("[2001:db8::2]:444"));
  if (!cookie || !again || !address || !one || !two) return;
  s.Check("the same source has the same cookie", *again == *cookie);
  s.Check("which is made with a secret", !IsWithoutSecret(*cookie, At("203.0.113.4:444")));
  s.Check("another address another one", *address != *cookie);
  s.Check("also within a network of 64 bits", *one != *two);
  CheckAnswer(s, "the cookie at another address", t, *cookie, At("203.0.113.5:444"), "3");
  CheckAnswer(s, "the cookie where it is from", t, *cookie, At("203.0.113.4:444"), "2");
}

void CookieOfPort(Script& s) {
  Tester& t = s.AddTester();
  const auto cookie = CookieAt(s, t, At("203.0.113.4:444"));
  const auto port = CookieAt(s, t, At("203.0.113.4:445"));
  if (!cookie || !port) return;
  s.Check("another port has another cookie", *port != *cookie);
  CheckAnswer(s, "the cookie at another port", t, *cookie, At("203.0.113.4:445"), "3");
  CheckAnswer(s, "the cookie where it is from", t, *cookie, At("203.0.113.4:444"), "2");
}

void Nonces(Script& s) {
  Tester& t = s.AddTester();
  if (!s.Load()) return;
  const WireBytes message = t.MakeInitiation(s.now());
  const std::vector<WireOut> one = s.Exchange(message, t);
  const std::vector<WireOut> two = s.Exchange(message, t);
  if (!s.Check("an initiation without cookie", one, "3")) return;
  if (!s.Check("the same again", two, "3")) return;
  s.Check(
      "the replies have different nonces",
      !std::equal(one[0].bytes.begin() + 8, one[0].bytes.begin() + 32, two[0].bytes.begin() + 8));
  const auto cookie = t.OpenCookieReply(one[0].bytes, message);
  s.Check("and the same cookie",
          cookie.has_value() && t.OpenCookieReply(two[0].bytes, message) == cookie);
}

void SecretAge(Script& s) {
  Tester& t = s.AddTester();
  const auto old = CookieAt(s, t, t.address);
  if (!old) return;
  s.Pass(seconds(130));
  CheckAnswer(s, "a cookie of 130 s ago", t, *old, t.address, "3");
  const auto young = CookieAt(s, t, t.address);
  if (!young) return;
  s.Check("the cookie is another one now", *young != *old);
  CheckAnswer(s, "the new one", t, *young, t.address, "2");
}

void SecretAgeToTheNanosecond(Script& s) {
  Tester& t = s.AddTester();
  const auto old = CookieAt(s, t, t.address);
  if (!old) return;
  s.Pass(seconds(120) - nanoseconds(1));
  s.Check("1 ns before 120 s the cookie is the same", CookieAt(s, t, t.address) == old);
  s.Pass(nanoseconds(1));
  s.Check("at exactly 120 s it is not", CookieAt(s, t, t.address) != old);
  // The age counts from the use that made the secret, not from the moment the one before ran out.
  s.Pass(seconds(200));
  const auto third = CookieAt(s, t, t.address);
  s.Pass(seconds(119));
  s.Check("the secret is as old as its first use", CookieAt(s, t, t.address) == third);
}

void ResponseUnderLoad(Script& s) {
  Tester& t = s.AddTester();
  if (!Provoke(s, t)) return;
  WireBytes response = t.MakeResponse({.sender_index = 0x77}, nullptr);
  if (!s.Load()) return;
  const std::vector<WireOut> out = s.Exchange(response, t);
  if (!s.Check("a response without cookie under load", out, "3")) return;
  s.CheckNumber("receiver index of the cookie reply", wg::LoadLe32(out[0].bytes.data() + 4), 0x77);
  const auto cookie = t.OpenCookieReply(out[0].bytes, response);
  if (!s.Check("the tester opens it", cookie.has_value())) return;
  t.SetMacs(&response, cookie);
  if (!s.Load()) return;
  s.Check("the response with the cookie", s.Exchange(response, t), "4");
}

void UnlimitedReplies(Script& s) {
  Tester& t = s.AddTester();
  const WireBytes message = t.MakeInitiation(s.now());
  size_t replies = 0;
  for (int i = 0; i < 100; ++i) {
    if (i % 20 == 0 && !s.Load()) return;
    replies += wg::Types(s.Exchange(message, t)) == "3" ? 1 : 0;
  }
  s.CheckNumber("cookie replies to 100 initiations of one source", replies, 100);
}

void LoadEnds(Script& s) {
  Tester& t = s.AddTester();
  const WireBytes message = t.MakeInitiation(s.now());
  if (!s.Load()) return;
  s.Pass(milliseconds(400));
  s.Check("an initiation 0.4 s after the load", s.Exchange(message, t), "3");
  s.Pass(seconds(2));
  s.Check("2 s later", s.Exchange(message, t), "2");
}

void LoadEndsToTheNanosecond(Script& s) {
  Tester& t = s.AddTester();
  const WireBytes message = t.MakeInitiation(s.now());
  if (!s.Load()) return;
  for (int i = 0; i < 10; ++i) {
    s.Check("an initiation within 1 s after the load", s.Exchange(message, t), "3");
    s.Pass(milliseconds(100) - nanoseconds(i == 9));
  }
  s.Check("1 ns before 1 s", s.Exchange(message, t), "3");
  s.Pass(nanoseconds(1));
  s.Check("at exactly 1 s", s.Exchange(message, t), "2");
}

void OtherKeyUnderLoad(Script& s) {
  Tester& t = s.AddTester();
  const WireBytes old = t.MakeInitiation(s.now());
  wg::PrivateKey key;
  key.bytes.fill(0x33);
  s.SetPrivateKey(key);
  if (!s.Load()) return;
  s.Check("mac1 for the key it had, under load", s.Exchange(old, t), "");
  t.device_key = s.public_key();
  CookieAt(s, t, t.address);
  s.Pass(seconds(2));
  s.Check("mac1 for the key it had, without load", s.Exchange(old, t), "");
  s.Check("mac1 for the new one", s.Exchange(t.MakeInitiation(s.now()), t), "2");
}

}  // namespace

std::vector<Assertion> LoadAssertions() {
  return {
      {"COOKIE_018_019_020_022_031_032_041_SOCK_016_TheChallengeAndItsAnswer", &Challenge},
      {"COOKIE_021_030_OnlyMac1DecidesWhoIsChallenged", &WhoIsChallenged},
      {"COOKIE_024_025_027_ACookieIsOfOneAddress", &CookieOfAddress},
      {"COOKIE_023_ACookieIsOfOnePort", &CookieOfPort},
      {"COOKIE_025_EveryReplyHasItsOwnNonce", &Nonces},
      {"COOKIE_026_OldCookiesFail", &SecretAge, true},
      {"COOKIE_026_TheSecretChangesAtItsFirstUseFromTwoMinutes", &SecretAgeToTheNanosecond, true,
       kVirtualTime},
      {"COOKIE_028_AResponseIsChallengedTooAndCanStillComplete", &ResponseUnderLoad},
      {"COOKIE_029_RepliesAreNotRateLimited", &UnlimitedReplies},
      {"COOKIE_033_LoadLastsAndEnds", &LoadEnds},
      {"COOKIE_033_LoadLastsExactlyASecondMoreAndProbesDoNotProlongIt", &LoadEndsToTheNanosecond,
       false, kVirtualTime},
      {"COOKIE_038_ANewPrivateKeyChangesBothKeysAtOnce", &OtherKeyUnderLoad},
  };
}

}  // namespace conformance
