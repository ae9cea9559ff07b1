// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/check_words.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace scenario {
namespace {

const char* FigureWords(plan::Figure figure) {
  switch (figure) {
    case plan::Figure::kRxBytes:
      return "bytes received";
    case plan::Figure::kTxBytes:
      return "bytes sent";
    case plan::Figure::kInterfaceRxBytes:
      return "bytes received by the interface";
    case plan::Figure::kInterfaceTxBytes:
      return "bytes sent by the interface";
    case plan::Figure::kPeers:
      return "peers";
    case plan::Figure::kAllowedIps:
      return "allowed ips";
    case plan::Figure::kPeersWithHandshake:
      return "peers with a handshake";
  }
  return "";
}

}  // namespace

std::string SubjectText(const plan::Check& check) {
  return absl::StrCat(check.figure ? absl::StrCat(FigureWords(*check.figure), " of ", check.device)
                                   : absl::StrCat("wg show ", check.device, " ", check.show),
                      check.peer.empty() ? "" : absl::StrCat(", peer ", check.peer),
                      check.since.empty() ? "" : absl::StrCat(", since ", check.since));
}

std::string ExpectedText(const plan::Check& check) {
  std::vector<std::string> parts;
  const auto quoted = [&](absl::string_view word, const std::vector<std::string>& texts, absl::string_view between) {
    if (texts.empty()) return;
    parts.push_back(absl::StrCat(word, " ", absl::StrJoin(texts, between, [](std::string* out, const std::string& text) {
                                   absl::StrAppend(out, "\"", text, "\"");
                                 })));
  };
  quoted("is", check.is, " or ");
  quoted("is not", check.is_not, " nor ");
  quoted("has", check.contains, " and ");
  quoted("lacks", check.lacks, " and ");
  if (check.lines) parts.push_back(absl::StrCat("has ", *check.lines, " lines"));
  if (check.words) parts.push_back(absl::StrCat("has ", *check.words, " words"));
  if (check.at_least) parts.push_back(absl::StrCat("is at least ", *check.at_least));
  if (check.at_most) parts.push_back(absl::StrCat("is at most ", *check.at_most));
  return absl::StrJoin(parts, ", ");
}

}  // namespace scenario
