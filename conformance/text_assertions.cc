// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/text_assertions.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"

namespace conformance {
namespace {

constexpr char kPeer[] = "1111111111111111111111111111111111111111111111111111111111111111";
constexpr char kOther[] = "2222222222222222222222222222222222222222222222222222222222222222";

std::string Ask(Script& s, const std::string& lines) { return s.Ask(absl::StrCat(lines, "\n")); }

bool IsError(const std::string& answer) {
  return absl::StrContains(answer, "errno=") && !absl::StrContains(answer, "errno=0\n");
}

// The values of a key of the peer in the answer to get=1, with blanks between them.
std::string ValuesOf(Script& s, absl::string_view public_key, absl::string_view wanted) {
  std::string values;
  bool is_his = false;
  for (const absl::string_view line : absl::StrSplit(Ask(s, "get=1\n"), '\n')) {
    const std::pair<absl::string_view, absl::string_view> word =
        absl::StrSplit(line, absl::MaxSplits('=', 1));
    if (word.first == "public_key") is_his = word.second == public_key;
    if (is_his && word.first == wanted)
      absl::StrAppend(&values, values.empty() ? "" : " ", word.second);
  }
  return values;
}

void SetPeer(Script& s, absl::string_view key, absl::string_view lines) {
  s.Check("a request is taken", Ask(s, absl::StrCat("set=1\npublic_key=", key, "\n", lines)),
          "errno=0\n\n");
}

void Get(Script& s) {
  s.Check("an empty set", Ask(s, "set=1\n"), "errno=0\n\n");
  s.Check("a port and a mark", Ask(s, "set=1\nlisten_port=41007\nfwmark=77\n"), "errno=0\n\n");
  SetPeer(s, kPeer,
          "endpoint=192.0.2.9:9\npersistent_keepalive_interval=0\nallowed_ip=10.0.0.0/"
          "8\nallowed_ip=2001:db8::/32\n");
  const std::string answer = Ask(s, "get=1\n");
  s.Check("the answer ends with errno=0 and an empty line",
          absl::EndsWith(answer, "\nerrno=0\n\n"));
  for (const char* line : {"listen_port=41007", "fwmark=77", "endpoint=192.0.2.9:9",
                           "persistent_keepalive_interval=0", "protocol_version=1",
                           "last_handshake_time_sec=0", "last_handshake_time_nsec=0", "tx_bytes=0",
                           "rx_bytes=0", "allowed_ip=10.0.0.0/8", "allowed_ip=2001:db8::/32"}) {
    s.Check(absl::StrCat("there is the line ", line),
            absl::StrContains(absl::StrCat("\n", answer), absl::StrCat("\n", line, "\n")));
  }
  s.Check("the private key is there", absl::StrContains(answer, "private_key="));
  s.Check("the preshared key is shown, zeros", ValuesOf(s, kPeer, "preshared_key"),
          std::string(64, '0'));
}

void UnknownKeys(Script& s) {
  const std::string answer =
      Ask(s, absl::StrCat("set=1\nfwmark=9\npublic_key=", kPeer,
                          "\nallowed_ip=10.0.0.0/8\ncolour=red\nallowed_ip=10.9.0.0/16\n"));
  s.Check("a key that there is not", IsError(answer));
  s.CheckNumber("the line before it is applied", s.target().Read().fwmark, 9);
  s.Check("of the peer as well, and none after it", ValuesOf(s, kPeer, "allowed_ip"), "10.0.0.0/8");
}

void WrongValues(Script& s) {
  for (const char* line : {"listen_port=65536", "listen_port=x", "fwmark=-1", "replace_peers=yes",
                           "private_key=12", "public_key=xyz"}) {
    s.Check(absl::StrCat("the line ", line), IsError(Ask(s, absl::StrCat("set=1\n", line, "\n"))));
  }
  for (const char* line :
       {"endpoint=192.0.2.9", "persistent_keepalive_interval=65536", "allowed_ip=10.0.0.0/33",
        "allowed_ip=2001:db8::/129", "remove=1", "preshared_key=1", "protocol_version=2"}) {
    s.Check(absl::StrCat("the line ", line, " of a peer"),
            IsError(Ask(s, absl::StrCat("set=1\npublic_key=", kPeer, "\n", line, "\n"))));
  }
  s.Check("a line without =", IsError(Ask(s, "set=1\nfwmark\n")));
}

void SingleRemovals(Script& s) {
  SetPeer(s, kPeer, "allowed_ip=10.0.0.0/8\nallowed_ip=10.1.0.0/16\n");
  SetPeer(s, kOther, "allowed_ip=-10.0.0.0/8\n");
  s.Check("a removal by who does not own it does nothing", ValuesOf(s, kPeer, "allowed_ip"),
          "10.0.0.0/8 10.1.0.0/16");
  SetPeer(s, kPeer, "allowed_ip=-10.0.0.0/8\nallowed_ip=-10.7.0.0/16\n");
  s.Check("by its owner it removes", ValuesOf(s, kPeer, "allowed_ip"), "10.1.0.0/16");
}

void OrderOfLines(Script& s) {
  SetPeer(s, kPeer, "allowed_ip=10.0.0.0/8\nreplace_allowed_ips=true\n");
  s.Check("a replacement after an entry leaves nothing", ValuesOf(s, kPeer, "allowed_ip"), "");
  SetPeer(s, kPeer, "replace_allowed_ips=true\nallowed_ip=10.0.0.0/8\n");
  s.Check("before it, the entry", ValuesOf(s, kPeer, "allowed_ip"), "10.0.0.0/8");
}

void UpdateOnly(Script& s) {
  SetPeer(s, kPeer, "update_only=true\nallowed_ip=10.0.0.0/8\n");
  s.CheckNumber("peers after an update of one that is not there", s.target().Read().peers.size(),
                0);
  SetPeer(s, kPeer, "");
  SetPeer(s, kPeer, "update_only=true\nallowed_ip=10.0.0.0/8\n");
  s.Check("of one that is", ValuesOf(s, kPeer, "allowed_ip"), "10.0.0.0/8");
}

void OwnKey(Script& s) {
  SetPeer(s, kOther, "allowed_ip=10.0.0.0/8\n");
  SetPeer(s, wg::ToHex(s.public_key().bytes),
          "allowed_ip=10.0.0.0/8\npersistent_keepalive_interval=1\n");
  s.CheckNumber("peers after lines for the own key", s.target().Read().peers.size(), 1);
  s.Check("they took nothing from anybody", ValuesOf(s, kOther, "allowed_ip"), "10.0.0.0/8");
}

void TrailingData(Script& s) {
  s.Check("get=1 with another line before the empty one", IsError(s.Ask("get=1\nx\n\n")));
}

}  // namespace

std::vector<Assertion> TextAssertions() {
  return {
      {"WG8_023_GetReturnsEveryKeyAndErrnoZero", &Get, false, kTextProtocol},
      {"WG8_024_UnknownKeysAreErrorsAndLinesBeforeThemApply", &UnknownKeys, false, kTextProtocol},
      {"WG8_024_SoAreWrongValues", &WrongValues, false, kTextProtocol},
      {"WG8_025_AMinusRemovesOnlyWhatThePeerHas", &SingleRemovals, false, kTextProtocol},
      {"WG8_026_LinesTakeEffectInTheirOrder", &OrderOfLines, false, kTextProtocol},
      {"WG8_027_UpdateOnlyMakesNoPeer", &UpdateOnly, false, kTextProtocol},
      {"WG8_028_LinesForTheOwnKeyAreIgnored", &OwnKey, false, kTextProtocol},
      {"WG8_029_GetWithTrailingDataIsAnError", &TrailingData, false, kTextProtocol},
  };
}

}  // namespace conformance
