// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/junit.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "scenarios/baseline_text.h"
#include "scenarios/checks_text.h"
#include "scenarios/expectation.h"
#include "scenarios/replay.h"
#include "scenarios/table.h"

namespace scenario {
namespace {

struct Case {
  std::string kind;  // "expectation"
  std::string name;
  double seconds = 0;
  bool held = true;
  std::string seen;     // in a line
  std::string failure;  // in full; unless it held
};

// What XML 1.0 cannot hold becomes "?".
std::string Escaped(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 && c != '\t' ? '?' : c;
    }
  }
  return out;
}

void Expectations(const Result& result, absl::string_view program, std::vector<Case>* cases) {
  for (const ExpectationResult& expectation : result.expectations()) {
    Case one{"expectation", expectation.text(), result.virtual_seconds(), expectation.held(), expectation.seen(), ""};
    if (!one.held) {
      Result alone = result;
      alone.clear_expectations();
      *alone.add_expectations() = expectation;
      one.failure = Failures(alone, program);
    }
    cases->push_back(std::move(one));
  }
}

// Those of several variants go by the variant's name as well.
void Checks(const Result& result, absl::string_view program, std::vector<Case>* cases) {
  for (const VariantResult& variant : result.variants()) {
    for (const CheckResult& check : variant.checks()) {
      Case one{"check", result.variants_size() > 1 ? absl::StrCat(variant.name(), ": ", check.name()) : check.name(), check.at_seconds(),
               check.held(), check.seen(), ""};
      if (!one.held) one.failure = CheckFailure(result, variant, check, program);
      cases->push_back(std::move(one));
    }
  }
}

// A case for each variant, and one for what concerns the whole run.
void Comparison(const Result& result, absl::string_view program, std::vector<Case>* cases) {
  const BaselineComparison& comparison = result.baseline();
  if (comparison.file().empty()) return;
  std::vector<std::string> names;
  for (const VariantResult& variant : result.variants()) names.push_back(variant.name());
  for (const BaselineFinding& finding : comparison.findings()) {
    if (std::find(names.begin(), names.end(), finding.variant()) == names.end()) names.push_back(finding.variant());
  }
  for (const std::string& name : names) {
    Case one{"baseline", name.empty() ? "the whole run" : name, result.virtual_seconds(), true, "", ""};
    for (const BaselineFinding& finding : comparison.findings()) {
      if (finding.variant() != name || !finding.fails()) continue;
      if (one.held) one.seen = absl::StrCat(finding.verdict(), ": ", finding.figure(), " ", finding.was(), " -> ", finding.now());
      one.held = false;
    }
    if (!one.held) {
      const std::string again = ReplayCommand(result, program, {});
      one.failure = absl::StrCat(comparison.file(), "\n", BaselineTextOf(comparison, name),  //
                                 "  replay  ", again, " --baseline=", ShellQuoted(comparison.file()), "\n",
                                 "  renew   ", again, " --write_baseline=", ShellQuoted(comparison.file()), "\n");
    }
    cases->push_back(std::move(one));
  }
}

void Strict(const Result& result, absl::string_view program, std::vector<Case>* cases) {
  if (!result.strict()) return;
  Case one{"strict", "the run shows something", result.virtual_seconds(), result.strict_findings_size() == 0, "", ""};
  if (!one.held) {
    one.seen = result.strict_findings(0);
    for (const std::string& finding : result.strict_findings()) absl::StrAppend(&one.failure, finding, "\n");
    absl::StrAppend(&one.failure, "  replay  ", ReplayCommand(result, program, {}), " --strict\n");
  }
  cases->push_back(std::move(one));
}

std::string CaseXml(const Case& one, absl::string_view suite) {
  std::string out = absl::StrFormat("    <testcase classname=\"%s.%s\" name=\"%s\" time=\"%.6f\"", Escaped(suite), one.kind,
                                    Escaped(one.name), one.seconds);
  if (one.held) return absl::StrCat(out, "/>\n");
  return absl::StrCat(out, ">\n      <failure type=\"", one.kind, "\" message=\"", Escaped(one.seen), "\">",
                      Escaped(one.failure), "</failure>\n    </testcase>\n");
}

}  // namespace

std::string JunitXml(const Result& result, absl::string_view program) {
  std::vector<Case> cases;
  Expectations(result, program, &cases);
  Checks(result, program, &cases);
  Comparison(result, program, &cases);
  Strict(result, program, &cases);
  // A run without any claim has shown at least that it ends and balances.
  if (cases.empty()) cases.push_back({"run", "ends", result.virtual_seconds(), true, "", ""});
  const auto failures = std::count_if(cases.begin(), cases.end(), [](const Case& one) { return !one.held; });
  const std::string suite = absl::StrCat(result.scenario(), ".seed", result.seed());
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"wgsim\">\n";
  absl::StrAppendFormat(&out, "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"0\" time=\"%.6f\">\n",
                        Escaped(suite), cases.size(), failures, result.virtual_seconds());
  absl::StrAppend(&out, "    <properties>\n");
  const auto property = [&](absl::string_view name, absl::string_view value) {
    absl::StrAppend(&out, "      <property name=\"", name, "\" value=\"", Escaped(value), "\"/>\n");
  };
  property("file", result.file());
  property("seed", absl::StrCat(result.seed()));
  property("trace_hash", result.trace_hash());
  for (const std::string& assignment : result.set()) property("set", assignment);
  absl::StrAppend(&out, "    </properties>\n");
  for (const Case& one : cases) out += CaseXml(one, suite);
  return absl::StrCat(out, "  </testsuite>\n</testsuites>\n");
}

}  // namespace scenario
