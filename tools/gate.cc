// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/gate.h"

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "scenarios/baseline_text.h"
#include "scenarios/junit.h"
#include "scenarios/strict.h"
#include "tools/files.h"

namespace tools {
namespace {

constexpr char kProgram[] = "wgsim";

absl::StatusOr<scenario::Baseline> ReadBaseline(const std::string& file) {
  const absl::StatusOr<std::string> text = Files().Read(file);
  if (!text.ok()) return text.status();
  const absl::StatusOr<scenario::Baseline> baseline = scenario::BaselineFromJson(*text);
  if (!baseline.ok()) return absl::InvalidArgumentError(absl::StrCat(file, ": ", baseline.status().message()));
  return baseline;
}

std::string WrongPath(const char* flag, const std::string& file) {
  const absl::Status status = CheckWritable(file);
  if (status.ok()) return "";
  return absl::StrCat("--", flag, ": ", status.message(), "; name a file in a folder that can be written");
}

}  // namespace

std::vector<Flag> Gate::Flags() {
  return {
      {"baseline", "FILE",
       "compares the result with what --write_baseline wrote: of the same scenario, seed and version everything must be the "
       "same; otherwise what got worse by more than the file's tolerance counts. Exit code 1 when it does not hold"},
      {"write_baseline", "FILE", "writes such a file, small and to be checked in, or renews it; its tolerance stays"},
      {"junit", "FILE", "writes expectations and the comparison with the baseline as JUnit XML, with virtual times"},
      {"strict", "",
       "also fails when the run shows nothing: nothing expected, no packet arrived, nothing reconfigured, a request refused"},
  };
}

std::string Gate::Open(const Arguments& arguments, const scenario::LoadedScenario& loaded) {
  loaded_ = &loaded;
  strict_ = arguments.Has("strict");
  chosen_ = arguments.Has("variant");
  if (arguments.Has("baseline")) {
    baseline_file_ = arguments.Get("baseline");
    absl::StatusOr<scenario::Baseline> baseline = ReadBaseline(baseline_file_);
    if (!baseline.ok()) {
      const bool missing = absl::IsNotFound(baseline.status());
      return absl::StrCat("--baseline: ", baseline.status().message(),
                          missing ? absl::StrCat("; write it first: --write_baseline=", baseline_file_) : "");
    }
    std::vector<std::string> variants;
    for (const scenario::LoadedVariant& variant : loaded.variants) variants.push_back(variant.plan.variant);
    if (const absl::Status status = CheckComparable(*baseline, loaded.name, variants); !status.ok()) {
      return absl::StrCat("--baseline: ", baseline_file_, ": ", status.message());
    }
    baseline_ = *std::move(baseline);
  }
  if (arguments.Has("write_baseline")) {
    write_baseline_ = arguments.Get("write_baseline");
    if (chosen_) return "--write_baseline: a baseline keeps all variants; leave --variant out";
    if (std::string wrong = WrongPath("write_baseline", write_baseline_); !wrong.empty()) return wrong;
    if (const auto old = ReadBaseline(write_baseline_); old.ok()) tolerance_percent_ = old->tolerance_percent();
  }
  if (arguments.Has("junit")) {
    junit_ = arguments.Get("junit");
    return WrongPath("junit", junit_);
  }
  return "";
}

void Gate::Judge(scenario::Result* result) {
  if (strict_) scenario::JudgeStrictly(*loaded_, result);
  if (!baseline_.has_value()) return;
  *result->mutable_baseline() = scenario::CompareWithBaseline(*result, *baseline_, !chosen_);
  result->mutable_baseline()->set_file(baseline_file_);
}

std::string Gate::Text(const scenario::Result& result, bool failures) const {
  std::string out;
  for (const std::string& finding : result.strict_findings()) {
    absl::StrAppend(&out, result.file(), ": --strict: ", finding, "\n");
  }
  if (baseline_.has_value() && !(failures && result.baseline().held())) {
    absl::StrAppend(&out, scenario::BaselineText(result, kProgram));
  }
  return out;
}

bool Gate::Held(const scenario::Result& result) const {
  return result.strict_findings_size() == 0 && (!baseline_.has_value() || result.baseline().held());
}

absl::Status Gate::Write(const scenario::Result& result) const {
  if (!write_baseline_.empty()) {
    const std::string json = scenario::BaselineToJson(scenario::MakeBaseline(result, tolerance_percent_));
    if (const absl::Status status = WriteFile(write_baseline_, json); !status.ok()) {
      return absl::UnavailableError(absl::StrCat("--write_baseline: ", status.message()));
    }
  }
  if (!junit_.empty()) {
    if (const absl::Status status = WriteFile(junit_, scenario::JunitXml(result, kProgram)); !status.ok()) {
      return absl::UnavailableError(absl::StrCat("--junit: ", status.message()));
    }
  }
  return absl::OkStatus();
}

}  // namespace tools
