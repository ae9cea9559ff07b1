// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Runs one variant of a scenario for the determinism test and prints what two runs must agree on.
//
//   trace_scenario SCENARIO VARIANT [SETTING ...]                  hash, acts, and the checkpoints of the trace
//   trace_scenario --window=FROM:TO SCENARIO VARIANT [SETTING ...] the acts numbered [FROM, TO), one a line
//   trace_scenario --for=MS ...                                    the same of so many milliseconds at most
//   trace_scenario --list SCENARIO                                 the names of the variants
//
// A SETTING is PATH=VALUE, as wgsim's --set takes it. Ciphers are modelled.
#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "scenarios/diagnostics.h"
#include "scenarios/disk_files.h"
#include "scenarios/loader.h"
#include "scenarios/plan.h"
#include "scenarios/runner.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace {

class PrintLines : public sim::TraceSink {
 public:
  void OnLine(absl::string_view line) override {
    std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
  }
};

int Usage() {
  std::fprintf(
      stderr,
      "usage: trace_scenario [--list | [--for=MS] [--window=FROM:TO]] SCENARIO [VARIANT [PATH=VALUE ...]]\n");
  return 2;
}

// What has a start and a stop ends with the run, or never begins.
template <typename Spans>
void CutSpans(sim::Duration end, Spans* spans) {
  spans->erase(std::remove_if(spans->begin(), spans->end(),
                              [end](const auto& span) { return span.start >= end; }),
               spans->end());
  for (auto& span : *spans) span.stop = std::min(span.stop, end);
}

// The same for a shorter time: actions after its end do not happen anyhow.
void CutShort(sim::Duration end, scenario::Plan* plan) {
  if (plan->duration <= end) return;
  plan->duration = end;
  CutSpans(end, &plan->flows);
  CutSpans(end, &plan->floods);
  CutSpans(end, &plan->churn);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> args(argv + 1, argv + argc);
  bool list = false;
  sim::ActRange window;
  bool has_window = false;
  int64_t most_ms = 0;
  while (!args.empty() && args[0].rfind("--", 0) == 0) {
    if (args[0] == "--list") {
      list = true;
    } else if (args[0].rfind("--for=", 0) == 0) {
      if (!absl::SimpleAtoi(absl::StripPrefix(args[0], "--for="), &most_ms)) return Usage();
    } else if (args[0].rfind("--window=", 0) == 0) {
      const std::pair<std::string, std::string> range =
          absl::StrSplit(absl::StripPrefix(args[0], "--window="), ':');
      has_window =
          absl::SimpleAtoi(range.first, &window.from) && absl::SimpleAtoi(range.second, &window.to);
      if (!has_window) return Usage();
    } else {
      return Usage();
    }
    args.erase(args.begin());
  }
  if (args.size() < (list ? 1u : 2u)) return Usage();

  scenario::DiskFiles files;
  const absl::StatusOr<std::string> text = files.Read(args[0]);
  if (!text.ok()) {
    std::fprintf(stderr, "%s\n", std::string(text.status().message()).c_str());
    return 2;
  }
  scenario::LoadOptions options;
  if (!list) options.variants = {args[1]};
  for (size_t i = 2; i < args.size(); ++i) options.set.push_back(args[i]);
  scenario::Diagnostics diagnostics;
  std::optional<scenario::LoadedScenario> loaded =
      scenario::LoadScenario(*text, args[0], options, &files, &diagnostics);
  if (!loaded) {
    std::fprintf(stderr, "%s", diagnostics.ToString().c_str());
    return 2;
  }
  if (list) {
    for (const auto& variant : loaded->variants) std::printf("%s\n", variant.plan.variant.c_str());
    return 0;
  }
  if (most_ms > 0) CutShort(std::chrono::milliseconds(most_ms), &loaded->variants[0].plan);
  PrintLines lines;
  sim::Checkpoints checkpoints;
  scenario::RunPlan(loaded->variants[0].plan, {.crypto = scenario::Crypto::kModelled,
                                               .trace_sink = has_window ? &lines : nullptr,
                                               .trace_window = window,
                                               .checkpoints = &checkpoints});
  if (has_window) return 0;
  std::printf("hash %016" PRIx64 "\nacts %" PRIu64 "\nstride %" PRIu64 "\n", checkpoints.hash,
              checkpoints.acts, checkpoints.stride);
  for (uint64_t hash : checkpoints.hashes) std::printf("%016" PRIx64 "\n", hash);
  return 0;
}
