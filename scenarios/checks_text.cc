// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/checks_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "scenarios/replay.h"

namespace scenario {
namespace {

constexpr size_t kSeenInLine = 60;

std::string InLine(const std::string& text) {
  std::string line = absl::StrReplaceAll(text, {{"\n", " | "}, {"\t", " "}});
  if (line.size() <= kSeenInLine) return line;
  line.resize(kSeenInLine);
  return absl::StrCat(line, "...");
}

std::string VariantLines(const VariantResult& variant) {
  size_t width = 0;
  std::vector<const CheckResult*> shown;
  for (const CheckResult& check : variant.checks()) shown.push_back(&check);
  if (shown.size() > kMostCheckLines) {
    std::stable_partition(shown.begin(), shown.end(), [](const CheckResult* check) { return !check->held(); });
    shown.resize(kMostCheckLines);
  }
  for (const CheckResult* check : shown) width = std::max(width, check->name().size());
  std::string out;
  for (const CheckResult* check : shown) {
    absl::StrAppend(&out, check->held() ? "  held      " : "  NOT HELD  ", check->name(), std::string(width - check->name().size(), ' '), "  ",
                    InLine(check->seen()), "\n");
  }
  const int more = variant.checks_size() - static_cast<int>(shown.size());
  if (more > 0) absl::StrAppend(&out, "  and ", more, " more\n");
  return out;
}

}  // namespace

std::string CheckLines(const Result& result) {
  std::string out;
  for (const VariantResult& variant : result.variants()) {
    if (variant.checks_size() == 0) continue;
    absl::StrAppend(&out, "\nchecks", result.variants_size() > 1 ? absl::StrCat(" of ", variant.name()) : "", ": ", variant.checks_held(),
                    " of ", variant.checks_size(), " held\n", VariantLines(variant));
  }
  return out;
}

std::string CheckFailure(const Result& result, const VariantResult& variant, const CheckResult& check, absl::string_view program) {
  std::string out = absl::StrCat(result.file(), check.line() > 0 ? absl::StrCat(":", check.line()) : "", ": check did not hold: ", check.name(),
                                 check.claim().empty() ? "" : absl::StrCat(": ", check.claim()), "\n");
  absl::StrAppend(&out, "  wanted  ", check.expected(), "\n", "  seen    ", check.seen(), "\n",
                  absl::StrFormat("  when    in %s at %.6f s of virtual time\n", variant.name(), check.at_seconds()), "  seed    ",
                  result.seed(), ", trace ", result.trace_hash(), "\n");
  return absl::StrCat(out, "  replay  ", ReplayCommand(result, program, {variant.name()}), "\n");
}

std::string CheckFailures(const Result& result, absl::string_view program) {
  std::string out;
  for (const VariantResult& variant : result.variants()) {
    for (const CheckResult& check : variant.checks()) {
      if (!check.held()) out += CheckFailure(result, variant, check, program);
    }
  }
  return out;
}

}  // namespace scenario
