// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// wgsim report: a page out of results that wgsim run --json has written.
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "scenarios/baseline.h"
#include "scenarios/result_json.h"
#include "tools/commands.h"
#include "tools/files.h"
#include "tools/report.h"

namespace tools {
namespace {

absl::StatusOr<scenario::Result> ReadResult(const std::string& file) {
  const absl::StatusOr<std::string> text = Files().Read(file);
  if (!text.ok()) return text.status();
  const absl::StatusOr<scenario::Result> result = scenario::ResultFromJson(*text);
  if (!result.ok()) return absl::InvalidArgumentError(absl::StrCat(file, ": ", result.status().message()));
  if (result->variants_size() == 0) return absl::InvalidArgumentError(absl::StrCat(file, ": a result without variants"));
  return result;
}

// A file of --write_baseline, or a whole result.
absl::StatusOr<scenario::Baseline> ReadBaseline(const std::string& file) {
  const absl::StatusOr<std::string> text = Files().Read(file);
  if (!text.ok()) return text.status();
  const absl::StatusOr<scenario::Baseline> baseline = scenario::BaselineFromJson(*text);
  if (baseline.ok()) return baseline;
  const absl::StatusOr<scenario::Result> result = scenario::ResultFromJson(*text);
  if (result.ok()) return scenario::MakeBaseline(*result);
  return absl::InvalidArgumentError(
      absl::StrCat(file, ": neither a baseline (", baseline.status().message(), ") nor a result"));
}

absl::Status Compare(const std::string& file, scenario::Result* result) {
  const absl::StatusOr<scenario::Baseline> baseline = ReadBaseline(file);
  if (!baseline.ok()) return baseline.status();
  std::vector<std::string> variants;
  for (const scenario::VariantResult& variant : result->variants()) variants.push_back(variant.name());
  if (const absl::Status status = CheckComparable(*baseline, result->scenario(), variants); !status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(file, ": ", status.message()));
  }
  *result->mutable_baseline() = scenario::CompareWithBaseline(*result, *baseline, /*all_variants=*/true);
  result->mutable_baseline()->set_file(file);
  return absl::OkStatus();
}

ExitCode Run(const Arguments& arguments, Console& console) {
  const Command command = ReportCommand();
  const std::vector<std::string>& files = arguments.positional();
  if (files.empty()) {
    return BadUsage(command, "which result? write wgsim run FILE.textproto --series --json=RESULT.json, then wgsim report RESULT.json",
                    console);
  }
  if (arguments.Has("baseline") && files.size() > 1) {
    return BadUsage(command, "--baseline: of one result at a time; name one", console);
  }
  std::vector<scenario::Result> results;
  for (const std::string& file : files) {
    const absl::StatusOr<scenario::Result> result = ReadResult(file);
    if (!result.ok()) return BadUsage(command, std::string(result.status().message()), console);
    results.push_back(*result);
  }
  if (arguments.Has("baseline")) {
    if (const absl::Status status = Compare(arguments.Get("baseline"), &results[0]); !status.ok()) {
      return BadUsage(command, absl::StrCat("--baseline: ", status.message()), console);
    }
  }
  const std::string output =
      arguments.Get("output", absl::StrCat(absl::StripSuffix(files[0], ".json"), ".html"));
  if (const absl::Status status = CheckWritable(output); !status.ok()) {
    return BadUsage(command, absl::StrCat("--output: ", status.message(), "; name a file in a folder that can be written"),
                    console);
  }
  Report report;
  absl::Status status = report.Open();
  if (status.ok()) status = report.Write(results, files, output);
  if (!status.ok()) {
    console.err << "wgsim report: " << status.message() << "\n";
    return kEnvironment;
  }
  console.out << output << "\n";
  return kOk;
}

}  // namespace

Command ReportCommand() {
  return {
      "report",
      "RESULT.json... [FLAGS]",
      "makes a page to look at out of results",
      "Makes one page out of the results of wgsim run --json, beside each other: what held and what did not, tables, "
      "outages and exposure against the steps of the configuration, loss, latency, queues, cores (docs/REPORT.md). The page "
      "is one file that needs no network. What goes over time is there if the run was asked for it with --series.\n\n"
      "  wgsim run scenarios/cilium_churn.textproto --series --json=result.json\n"
      "  wgsim report result.json --output=report.html\n\n"
      "or at once: wgsim run scenarios/cilium_churn.textproto --report=report.html",
      {{"baseline", "FILE",
        "also compares with what wgsim run --write_baseline wrote, or with another result of the same scenario"},
       {"output", "FILE", "where the page goes; if left out, beside the first result, as .html"}},
      &Run,
  };
}

}  // namespace tools
