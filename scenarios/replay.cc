// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/replay.h"

#include <algorithm>

#include "absl/container/btree_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace scenario {

std::string ReplayCommand(const Result& result, absl::string_view program, const std::vector<std::string>& variants) {
  std::string replay = absl::StrCat(program, " run ", ShellQuoted(result.file()), " --seed=", result.seed());
  if (result.crypto() != "real") absl::StrAppend(&replay, " --crypto=", result.crypto());
  for (const std::string& assignment : result.set()) absl::StrAppend(&replay, " --set=", ShellQuoted(assignment));
  absl::btree_set<std::string> named;
  for (const std::string& name : variants) {
    if (named.insert(name).second) absl::StrAppend(&replay, " --variant=", name);
  }
  return replay;
}

std::string ShellQuoted(absl::string_view text) {
  const auto plain = [](char c) { return absl::ascii_isalnum(c) || absl::StrContains("_-./=:,", c); };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return std::string(text);
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace scenario
