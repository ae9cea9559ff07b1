// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/assertion.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "conformance/allowed_ips_assertions.h"
#include "conformance/configuration_assertions.h"
#include "conformance/cookie_assertions.h"
#include "conformance/initiation_assertions.h"
#include "conformance/known_handshake_assertions.h"
#include "conformance/limit_assertions.h"
#include "conformance/load_assertions.h"
#include "conformance/peer_assertions.h"
#include "conformance/receive_assertions.h"
#include "conformance/replay_assertions.h"
#include "conformance/response_assertions.h"
#include "conformance/roaming_assertions.h"
#include "conformance/send_assertions.h"
#include "conformance/session_assertions.h"
#include "conformance/text_assertions.h"
#include "conformance/timer_assertions.h"

namespace conformance {
namespace {

bool IsNumber(absl::string_view word) {
  return word.size() == 3 && std::all_of(word.begin(), word.end(), absl::ascii_isdigit);
}

// How many words of the name, split at '_', are ids.
size_t IdWords(const std::vector<absl::string_view>& words) {
  size_t last = 0;
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (IsNumber(words[i])) last = i + 1;
  }
  return last;
}

}  // namespace

std::vector<std::string> IdsOf(absl::string_view name) {
  const std::vector<absl::string_view> words = absl::StrSplit(name, '_');
  std::vector<std::string> ids;
  absl::string_view family;
  for (size_t i = 0; i < IdWords(words); ++i) {
    if (IsNumber(words[i])) {
      ids.push_back(absl::StrCat(family, "-", words[i]));
    } else {
      family = words[i];
    }
  }
  return ids;
}

std::string ClaimOf(absl::string_view name) {
  const std::vector<absl::string_view> words = absl::StrSplit(name, '_');
  std::string claim;
  for (const char c : words[IdWords(words)]) {
    if (!claim.empty() && absl::ascii_isupper(c)) claim += ' ';
    claim += absl::ascii_tolower(c);
  }
  return claim;
}

std::vector<Assertion> AllAssertions() {
  constexpr std::vector<Assertion> (*kFamilies[])() = {
      &AllowedIpsAssertions,
      &ConfigurationAssertions,
      &CookieAssertions,
      &HandshakeTimerAssertions,
      &InitiationAssertions,
      &KeepaliveTimerAssertions,
      &KeyAgeAssertions,
      &KnownHandshakeAssertions,
      &LimitAssertions,
      &LoadAssertions,
      &PeerAssertions,
      &ReceiveAssertions,
      &ReplayAssertions,
      &ResponseAssertions,
      &RoamingAssertions,
      &SendAssertions,
      &SessionAssertions,
      &TextAssertions,
  };
  std::vector<Assertion> all;
  for (const auto family : kFamilies) {
    for (const Assertion& assertion : family()) all.push_back(assertion);
  }
  std::sort(all.begin(), all.end(),
            [](const Assertion& a, const Assertion& b) { return a.name < b.name; });
  return all;
}

}  // namespace conformance
