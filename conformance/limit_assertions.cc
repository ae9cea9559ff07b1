// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// In real time every message takes a while, and the limiter gives back one message in 50 ms: what
// is checked is that not more than this comes through. In virtual time nothing takes any time, and
// the numbers are exact.
#include "conformance/limit_assertions.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/types/optional.h"
#include "conformance/session_steps.h"
#include "protocol/crypto/blake2s.h"
#include "protocol/ip.h"

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

constexpr uint64_t kBurst = 5;
constexpr milliseconds kPerMessage(50);

Endpoint At(const char* text) { return *Endpoint::Parse(text); }
const char kHere[] = "203.0.113.4:444";

// Peers of the target, and what they have of cookies.
class Crowd {
 public:
  Crowd(Script& s, size_t count) : s_(s) {
    for (size_t i = 0; i < count; ++i) testers_.push_back(&s.AddTester());
  }

  // What the next peer sends. REQUIRES: there is one.
  WireBytes Next(absl::optional<Mac16> cookie) {
    Tester& t = *testers_[next_++];
    WireBytes message = t.MakeInitiation(s_.now());
    t.SetMacs(&message, cookie);
    return message;
  }
  // What they are given at `from`. Not given is a finding, or there can be no load.
  absl::optional<Mac16> CookieAt(const Endpoint& from) {
    if (!s_.Load()) return absl::nullopt;
    Tester& t = *testers_.front();
    const WireBytes message = t.MakeInitiation(s_.now());
    const std::vector<WireOut> out = s_.Exchange(message, from);
    if (!s_.Check("an initiation without cookie under load", out, "3")) return absl::nullopt;
    return t.OpenCookieReply(out[0].bytes, message);
  }

 private:
  Script& s_;
  std::vector<Tester*> testers_;
  size_t next_ = 0;
};

// Messages, one behind the other, a millisecond apart, and what has come of them.
struct Burst {
  std::vector<std::pair<WireBytes, Endpoint>> messages;
  std::vector<std::string> answers;
  uint64_t answered = 0;
  // What a source may send from the beginning of the burst to its end.
  uint64_t most = 0;

  void Add(const WireBytes& message, const Endpoint& from) { messages.push_back({message, from}); }
  // False: there can be no load.
  bool Fire(Script& s) {
    if (!s.Load()) return false;
    const wg::Duration began = s.elapsed();
    for (const auto& [message, from] : messages) {
      answers.push_back(wg::Types(s.Exchange(message, from)));
      s.Pass(milliseconds(1));
      answered += answers.back().empty() ? 0 : 1;
    }
    most = kBurst + static_cast<uint64_t>((s.elapsed() - began) / kPerMessage);
    return true;
  }
};

// Sends `count` initiations with a cookie from one place. False: there can be no load, or no
// cookie.
bool FireFrom(Script& s, Crowd& crowd, size_t count, const Endpoint& from, Burst* burst) {
  const absl::optional<Mac16> cookie = crowd.CookieAt(from);
  if (!cookie) return false;
  for (size_t i = 0; i < count; ++i) burst->Add(crowd.Next(cookie), from);
  return burst->Fire(s);
}

void CheckLimited(Script& s, const Burst& burst) {
  for (size_t i = 0; i < kBurst; ++i) {
    s.Check("the first five of a source are served", burst.answers[i], "2");
  }
  s.Check("five, and one more for each 50 ms", burst.answered <= burst.most);
  s.Check("some are refused", burst.answered < burst.messages.size());
  s.Check("without a cookie reply",
          std::count(burst.answers.begin(), burst.answers.end(), "3") == 0);
}

void FiveAtOnce(Script& s) {
  Crowd crowd(s, 30);
  const Endpoint here = At(kHere);
  Burst first, second;
  absl::optional<Mac16> cookie = crowd.CookieAt(here);
  if (!cookie) return;
  s.Check("one alone", s.Exchange(crowd.Next(cookie), here), "2");
  s.Pass(seconds(2));  // saves up no more than there was
  if (!FireFrom(s, crowd, 12, here, &first)) return;
  CheckLimited(s, first);
  cookie = crowd.CookieAt(here);
  if (!cookie) return;
  s.Pass(milliseconds(60));
  const WireBytes message = crowd.Next(cookie);
  if (!s.Load()) return;
  s.Check("one more 60 ms later", s.Exchange(message, here), "2");
  s.Pass(seconds(2));
  if (!FireFrom(s, crowd, 12, here, &second)) return;
  CheckLimited(s, second);
}

void FiftyMilliseconds(Script& s) {
  Crowd crowd(s, 13);
  const Endpoint here = At(kHere);
  const absl::optional<Mac16> cookie = crowd.CookieAt(here);
  if (!cookie) return;
  for (int i = 0; i < 5; ++i) s.Check("one of five", s.Exchange(crowd.Next(cookie), here), "2");
  s.Check("the sixth", s.Exchange(crowd.Next(cookie), here), "");
  s.Pass(kPerMessage - nanoseconds(1));
  s.Check("another 1 ns before 50 ms", s.Exchange(crowd.Next(cookie), here), "");
  s.Pass(nanoseconds(1));
  s.Check("at exactly 50 ms", s.Exchange(crowd.Next(cookie), here), "2");
  s.Check("and no more", s.Exchange(crowd.Next(cookie), here), "");
  s.Pass(2 * kPerMessage);
  s.Check("100 ms later one", s.Exchange(crowd.Next(cookie), here), "2");
  s.Check("and another", s.Exchange(crowd.Next(cookie), here), "2");
  s.Check("and not a third", s.Exchange(crowd.Next(cookie), here), "");
}

void RefusedKeepTokens(Script& s) {
  Crowd crowd(s, 25);
  const Endpoint here = At(kHere);
  const absl::optional<Mac16> cookie = crowd.CookieAt(here);
  if (!cookie) return;
  for (int i = 0; i < 5; ++i) {
    s.Check("one of five", s.Exchange(crowd.Next(cookie), here), "2");
    s.Pass(milliseconds(1));
  }
  for (int i = 1; i <= 20; ++i) {
    s.Pass(milliseconds(10));
    s.Check("every fifth of those 10 ms apart", s.Exchange(crowd.Next(cookie), here),
            i % 5 == 0 ? "2" : "");
  }
}

void EveryMillisecond(Script& s) {
  constexpr size_t kPeers = 30;  // each is heard every 30 ms, which is no flood
  std::vector<Tester*> testers;
  for (size_t i = 0; i < kPeers; ++i) testers.push_back(&s.AddTester());
  Crowd crowd(s, 1);
  const Endpoint here = At(kHere);
  const absl::optional<Mac16> cookie = crowd.CookieAt(here);
  if (!cookie) return;
  uint64_t answered = 0;
  for (size_t i = 0; i < 1000; ++i) {
    if (i % 400 == 0 && !s.Load()) return;
    Tester& t = *testers[i % kPeers];
    WireBytes message = t.MakeInitiation(s.now());
    t.SetMacs(&message, cookie);
    answered += wg::Types(s.Exchange(message, here)) == "2" ? 1 : 0;
    s.Pass(milliseconds(1));
  }
  s.CheckNumber("of 1,000 in a second five are served, and one in each 50 ms", answered, 24);
}

// A source uses up its limit from two places.
void TwoPlaces(Script& s, const Endpoint& one, const Endpoint& two, const Endpoint& third) {
  Crowd crowd(s, 13);
  const auto cookie_of_one = crowd.CookieAt(one);
  const auto cookie_of_two = crowd.CookieAt(two);
  const auto cookie_of_third = crowd.CookieAt(third);
  if (!cookie_of_one || !cookie_of_two || !cookie_of_third) return;
  Burst burst;
  for (int i = 0; i < 6; ++i) {
    burst.Add(crowd.Next(cookie_of_one), one);
    burst.Add(crowd.Next(cookie_of_two), two);
  }
  if (!burst.Fire(s)) return;
  CheckLimited(s, burst);
  const WireBytes message = crowd.Next(cookie_of_third);
  if (s.Load()) s.Check("from another source", s.Exchange(message, third), "2");
}

void Ports(Script& s) { TwoPlaces(s, At(kHere), At("203.0.113.4:445"), At("203.0.113.5:444")); }

void Networks(Script& s) {
  TwoPlaces(s, At("[2001:db8::1]:1"), At("[2001:db8::ffff:0:0:2]:2"), At("[2001:db8:0:1::1]:1"));
}

void WithoutLoad(Script& s) {
  Crowd crowd(s, 50);
  uint64_t answered = 0;
  for (int i = 0; i < 50; ++i) {
    answered += wg::Types(s.Exchange(crowd.Next(absl::nullopt), At(kHere))) == "2" ? 1 : 0;
  }
  s.CheckNumber("responses to 50 peers behind one address", answered, 50);
}

void WithoutCookie(Script& s) {
  Crowd crowd(s, 25);
  const absl::optional<Mac16> cookie = crowd.CookieAt(At(kHere));
  if (!cookie) return;
  Burst burst;
  for (int i = 0; i < 20; ++i) burst.Add(crowd.Next(absl::nullopt), At(kHere));
  for (int i = 0; i < 5; ++i) burst.Add(crowd.Next(cookie), At(kHere));
  if (!burst.Fire(s)) return;
  for (size_t i = 0; i < burst.answers.size(); ++i) {
    s.Check(i < 20 ? "an initiation without cookie" : "five with cookie after 20 without",
            burst.answers[i], i < 20 ? "3" : "2");
  }
}

void ResponsesToo(Script& s) {
  Crowd crowd(s, 12);
  Tester& t = s.AddTester();
  if (!Provoke(s, t)) return;
  const Endpoint here = At(kHere);
  const absl::optional<Mac16> cookie = crowd.CookieAt(here);
  if (!cookie) return;
  WireBytes response = t.MakeResponse({}, nullptr);
  t.SetMacs(&response, cookie);
  Burst burst;
  for (int i = 0; i < 4; ++i) burst.Add(crowd.Next(cookie), here);
  burst.Add(response, here);
  for (int i = 0; i < 8; ++i) burst.Add(crowd.Next(cookie), here);
  if (!burst.Fire(s)) return;
  s.Check("a response after four initiations", burst.answers[4], "4");
  s.Check("five of both, and one more for each 50 ms", burst.answered <= burst.most);
}

}  // namespace

std::vector<Assertion> LimitAssertions() {
  return {
      {"RATE_001_002_005_006_011_FiveAtOnceAndOneMoreAfterFiftyMilliseconds", &FiveAtOnce},
      {"RATE_001_002_003_014_FiveAtAnInstantAndExactlyFiftyMillisecondsGiveOneMore",
       &FiftyMilliseconds, false, kVirtualTime},
      {"RATE_004_RefusedMessagesLoseNoTokens", &RefusedKeepTokens, false, kVirtualTime},
      {"RATE_013_OfAThousandInASecondTwentyFourAreServed", &EveryMillisecond, false, kVirtualTime},
      {"RATE_007_PortsShareALimitAndAddressesDoNot", &Ports},
      {"RATE_008_AnIpv6NetworkOfSixtyFourBitsIsOneSource", &Networks},
      {"RATE_009_WithoutLoadNobodyIsLimited", &WithoutLoad},
      {"RATE_010_MessagesWithoutCookieAreFree", &WithoutCookie},
      {"RATE_012_ResponsesDrawFromTheSameLimit", &ResponsesToo},
  };
}

}  // namespace conformance
