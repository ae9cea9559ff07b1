// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/wg8/words.h"

#include <algorithm>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace wg::wg8 {
namespace {

absl::Status Wrong(absl::string_view text, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is ", what));
}

// Digits only; nothing for anything else or what does not fit.
absl::StatusOr<uint64_t> Digits(absl::string_view text, uint64_t most, absl::string_view what) {
  uint64_t value = 0;
  if (text.empty() || !std::all_of(text.begin(), text.end(), absl::ascii_isdigit) ||
      !absl::SimpleAtoi(text, &value) || value > most) {
    return Wrong(text, what);
  }
  return value;
}

absl::StatusOr<Prefix> ParsePrefixWord(absl::string_view text) {
  const size_t slash = text.find('/');
  const absl::StatusOr<IpAddress> address = IpAddress::Parse(text.substr(0, slash));
  if (!address.ok()) {
    return Wrong(text, "no address; write one, as 10.0.0.0/24 or fd00::1");
  }
  if (slash == absl::string_view::npos) return Prefix::Host(*address);
  const auto length = Digits(text.substr(slash + 1), static_cast<uint64_t>(address->width()), "");
  if (!length.ok()) {
    return Wrong(text, absl::StrCat("no prefix: its length may be 0 to ", address->width()));
  }
  return Prefix(*address, static_cast<int>(*length));
}

}  // namespace

absl::StatusOr<KeyBytes> ParseKeyWord(absl::string_view text) {
  const absl::optional<KeyBytes> key = KeyFromBase64(text);
  if (!key) return Wrong(text, "no key; write 44 characters of base64, as `wg genkey` prints them");
  return *key;
}

absl::StatusOr<uint16_t> ParsePort(absl::string_view text) {
  const auto port = Digits(text, std::numeric_limits<uint16_t>::max(), "no port; write 0 to 65535");
  if (!port.ok()) return port.status();
  return static_cast<uint16_t>(*port);
}

absl::StatusOr<uint32_t> ParseFwmark(absl::string_view text) {
  if (absl::EqualsIgnoreCase(text, "off")) return 0;
  uint64_t value = 0;
  absl::string_view digits = text;
  if (absl::ConsumePrefix(&digits, "0x")) {
    uint32_t mark = 0;
    if (digits.size() <= 8 && std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit) &&
        absl::SimpleHexAtoi(digits, &mark)) {
      return mark;
    }
  } else if (const auto read = Digits(text, std::numeric_limits<uint32_t>::max(), ""); read.ok()) {
    value = *read;
    return static_cast<uint32_t>(value);
  }
  return Wrong(text, "no fwmark; write off, or a number up to 0xffffffff");
}

absl::StatusOr<uint16_t> ParseKeepalive(absl::string_view text) {
  if (absl::EqualsIgnoreCase(text, "off")) return 0;
  const auto seconds = Digits(text, std::numeric_limits<uint16_t>::max(),
                              "no persistent keepalive; write off, or 0 to 65535 seconds");
  if (!seconds.ok()) return seconds.status();
  return static_cast<uint16_t>(*seconds);
}

absl::StatusOr<Endpoint> ParseEndpoint(absl::string_view text) {
  absl::StatusOr<Endpoint> endpoint = Endpoint::Parse(text);
  if (endpoint.ok()) return endpoint;
  return Wrong(text,
               "no endpoint; write an address and a port, as 192.0.2.1:51820 or "
               "[2001:db8::1]:51820 (names are not looked up)");
}

absl::Status AddAllowedIps(absl::string_view text, SetPeer* peer, size_t* wrong_at) {
  peer->replace_allowed_ips = true;
  std::string list(text);
  list.erase(std::remove_if(list.begin(), list.end(), absl::ascii_isspace), list.end());
  if (list.empty()) return absl::OkStatus();
  for (absl::string_view word : absl::StrSplit(list, ',')) {
    if (wrong_at != nullptr) *wrong_at = static_cast<size_t>(word.data() - list.data());
    AllowedIpChange change;
    change.remove = absl::ConsumePrefix(&word, "-");
    if (change.remove || absl::ConsumePrefix(&word, "+")) peer->replace_allowed_ips = false;
    const absl::StatusOr<Prefix> prefix = ParsePrefixWord(word);
    if (!prefix.ok()) return prefix.status();
    change.prefix = *prefix;
    peer->allowed_ips.push_back(change);
  }
  return absl::OkStatus();
}

}  // namespace wg::wg8
