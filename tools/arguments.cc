// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/arguments.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "scenarios/text_layout.h"
#include "scenarios/values.h"

namespace tools {
namespace {

constexpr Flag kHelp = {"help", "", "shows this and ends"};
constexpr size_t kHelpColumn = 30;

const Flag* Find(const std::vector<Flag>& flags, absl::string_view name) {
  if (name == kHelp.name) return &kHelp;
  const auto it =
      std::find_if(flags.begin(), flags.end(), [&](const Flag& f) { return name == f.name; });
  return it == flags.end() ? nullptr : &*it;
}

absl::Status Unknown(const std::vector<Flag>& flags, absl::string_view name) {
  std::vector<std::string> names = {kHelp.name};
  for (const Flag& flag : flags) names.push_back(flag.name);
  const std::string near = scenario::Nearest(name, names);
  return absl::InvalidArgumentError(absl::StrCat(
      "there is no flag --", name, "; ",
      near.empty() ? "" : absl::StrCat("did you mean --", near, "? "), "--help shows all"));
}

}  // namespace

absl::StatusOr<Arguments> Arguments::Parse(const std::vector<std::string>& words,
                                           const std::vector<Flag>& flags) {
  Arguments arguments;
  bool flags_ended = false;
  for (size_t i = 0; i < words.size(); ++i) {
    const absl::string_view word = words[i];
    if (flags_ended || !absl::StartsWith(word, "-") || word == "-") {
      arguments.positional_.emplace_back(word);
      continue;
    }
    if (word == "--") {
      flags_ended = true;
      continue;
    }
    const size_t equals = word.find('=');
    absl::string_view name = word.substr(0, equals);
    if (name == "-h") name = "--help";
    name.remove_prefix(absl::StartsWith(name, "--") ? 2 : 1);
    const Flag* flag = Find(flags, name);
    if (flag == nullptr) return Unknown(flags, name);
    const bool takes_value = *flag->value != '\0';
    std::string value;
    if (equals != absl::string_view::npos) {
      if (!takes_value)
        return absl::InvalidArgumentError(
            absl::StrCat("--", name, " has no value; write --", name, " alone"));
      value = std::string(word.substr(equals + 1));
    } else if (takes_value) {
      if (i + 1 == words.size()) {
        return absl::InvalidArgumentError(
            absl::StrCat("--", name, " lacks its value; write --", name, "=", flag->value));
      }
      value = words[++i];
    }
    if (*flag->choices != '\0') {
      const std::vector<std::string> choices = absl::StrSplit(flag->choices, '|');
      if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
        return absl::InvalidArgumentError(absl::StrCat("--", name, "=", value,
                                                       ": there is no such choice; write ",
                                                       absl::StrJoin(choices, " or ")));
      }
    }
    std::vector<std::string>& values = arguments.values_[flag->name];
    if (!values.empty() && !flag->repeatable && takes_value) {
      return absl::InvalidArgumentError(absl::StrCat("--", name, " is given twice; keep one"));
    }
    values.push_back(value);
  }
  return arguments;
}

std::string Arguments::Get(absl::string_view name, absl::string_view otherwise) const {
  const auto it = values_.find(std::string(name));
  return it == values_.end() ? std::string(otherwise) : it->second.front();
}

std::vector<std::string> Arguments::GetAll(absl::string_view name) const {
  const auto it = values_.find(std::string(name));
  return it == values_.end() ? std::vector<std::string>() : it->second;
}

std::string FlagsHelp(const std::vector<Flag>& flags) {
  std::string out = "Flags:\n";
  std::vector<Flag> all = flags;
  all.push_back(kHelp);
  for (const Flag& flag : all) {
    std::string head =
        absl::StrCat("  --", flag.name, *flag.value == '\0' ? "" : absl::StrCat("=", flag.value));
    std::string text = scenario::Wrapped(
        absl::StrCat(flag.help, flag.repeatable ? " (may be repeated)" : ""), kHelpColumn);
    if (head.size() + 2 <= kHelpColumn) {
      text.replace(0, head.size(), head);
      absl::StrAppend(&out, text);
    } else {
      absl::StrAppend(&out, head, "\n", text);
    }
  }
  return out;
}

}  // namespace tools
