// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/baseline_text.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "scenarios/replay.h"

namespace scenario {
namespace {

// Lines for each variant; the rest is counted and is in the JSON.
constexpr size_t kMostLines = 16;

// Findings of one variant, as they are ordered, without figures of which a mightier one says the same.
std::vector<const BaselineFinding*> Of(const BaselineComparison& comparison, absl::string_view variant) {
  std::vector<const BaselineFinding*> findings;
  for (const BaselineFinding& finding : comparison.findings()) {
    if (absl::string_view(finding.variant()) == variant) findings.push_back(&finding);
  }
  return findings;
}

int Count(const std::vector<const BaselineFinding*>& findings, absl::string_view verdict) {
  return static_cast<int>(std::count_if(findings.begin(), findings.end(), [&](const BaselineFinding* f) {
    return absl::string_view(f->verdict()) == verdict;
  }));
}

std::string ChangeText(const BaselineFinding& finding) {
  const double change = finding.change_percent();
  if (change == 0) return "";
  if (std::abs(change) < 0.01) return "by less than 0.01 %";
  if (change >= 900) return absl::StrFormat("%.3g times", 1 + change / 100);
  return absl::StrFormat("%+.3g %%", change);
}

std::string Line(const BaselineFinding& f) {
  const std::string change = ChangeText(f);
  return absl::StrFormat("  %-7s  %-36s  %s -> %s%s\n           %s\n", f.verdict(), f.figure(), f.was(), f.now(),
                         change.empty() ? "" : absl::StrCat(", ", change), f.meaning());
}

std::string Sums(const std::vector<const BaselineFinding*>& findings) {
  std::vector<std::string> parts;
  for (const char* verdict : {"worse", "better", "changed"}) {
    if (const int n = Count(findings, verdict); n > 0) parts.push_back(absl::StrCat(n, " ", verdict));
  }
  return absl::StrJoin(parts, ", ");
}

std::string Manner(const BaselineComparison& comparison) {
  if (comparison.held() && comparison.exact()) return "";
  if (comparison.exact()) {
    return "  Scenario, seed and version are the baseline's: what differs comes from wgsim itself or from its prices.\n";
  }
  return absl::StrFormat(
      "  Compared within %g %%, without the trace hash, since %s.\n  Only what got worse counts.\n",
      comparison.tolerance_percent(), absl::StrJoin(comparison.differs(), "; "));
}

std::string Verdict(const BaselineComparison& comparison) {
  if (!comparison.held()) {
    const bool worse = std::any_of(comparison.findings().begin(), comparison.findings().end(),
                                   [](const BaselineFinding& f) { return f.fails() && f.verdict() != "better"; });
    return worse ? "baseline did not hold" : "baseline is out of date: what differs got better";
  }
  if (comparison.findings_size() == 0) {
    return comparison.exact() ? "baseline held: every figure and the trace hash are the same" : "baseline held";
  }
  return "baseline held: nothing got worse";
}

}  // namespace

std::string BaselineTextOf(const BaselineComparison& comparison, absl::string_view variant) {
  const std::vector<const BaselineFinding*> findings = Of(comparison, variant);
  if (findings.empty()) return "";
  std::string out = absl::StrCat(variant.empty() ? "the whole run" : variant, ": ", Sums(findings), "\n");
  for (size_t i = 0; i < std::min(kMostLines, findings.size()); ++i) out += Line(*findings[i]);
  if (findings.size() > kMostLines) {
    absl::StrAppend(&out, "  and ", findings.size() - kMostLines, " more (--json=FILE has all)\n");
  }
  return out;
}

std::string BaselineText(const Result& result, absl::string_view program) {
  const BaselineComparison& comparison = result.baseline();
  std::string out = absl::StrCat(comparison.file(), ": ", Verdict(comparison), "\n", Manner(comparison));
  std::vector<std::string> variants;
  for (const BaselineFinding& finding : comparison.findings()) {
    if (std::find(variants.begin(), variants.end(), finding.variant()) == variants.end()) {
      variants.push_back(finding.variant());
    }
  }
  // What concerns the whole run is a consequence of what differs in a variant.
  std::stable_partition(variants.begin(), variants.end(), [](const std::string& v) { return !v.empty(); });
  for (const std::string& variant : variants) {
    if (variant.empty() && variants.size() > 1) continue;
    out += BaselineTextOf(comparison, variant);
  }
  if (comparison.held()) return out;
  const std::string again = ReplayCommand(result, program, {});
  absl::StrAppend(&out, "  seed    ", result.seed(), ", trace ", result.trace_hash(), "\n",  //
                  "  replay  ", again, " --baseline=", ShellQuoted(comparison.file()), "\n",
                  "  renew   ", again, " --write_baseline=", ShellQuoted(comparison.file()), "\n",
                  "          if this is meant; then check it in, and the change can be read there\n");
  return out;
}

}  // namespace scenario
