// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/describe_names.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

// Lists longer than this are counted.
constexpr size_t kMostListed = 8;

}  // namespace

std::string Names(const std::vector<std::string>& names) {
  std::vector<std::string> runs;
  for (size_t i = 0; i < names.size();) {
    size_t end = i + 1;
    const auto stem_and_number = [](const std::string& name) {
      size_t digits = name.size();
      while (digits > 0 && absl::ascii_isdigit(name[digits - 1])) --digits;
      return std::make_pair(name.substr(0, digits), name.substr(digits));
    };
    const auto [stem, number] = stem_and_number(names[i]);
    while (end < names.size() && !number.empty() && number.size() < 9 &&
           names[end] == absl::StrCat(stem, std::stoi(number) + static_cast<int>(end - i))) {
      ++end;
    }
    if (end - i >= 3) {
      runs.push_back(absl::StrCat(names[i], " to ", names[end - 1]));
    } else {
      end = i + 1;
      runs.push_back(names[i]);
    }
    i = end;
  }
  if (runs.size() > kMostListed)
    return absl::StrCat(runs.front(), " and ", names.size() - 1, " others");
  if (runs.size() < 2) return absl::StrJoin(runs, "");
  const std::string last = runs.back();
  runs.pop_back();
  return absl::StrCat(absl::StrJoin(runs, ", "), " and ", last);
}

std::string Counted(size_t count, absl::string_view one, absl::string_view many) {
  if (count == 1) return absl::StrCat("1 ", one);
  return absl::StrCat(WithCommas(count), " ",
                      many.empty() ? absl::StrCat(one, "s") : std::string(many));
}

}  // namespace scenario
