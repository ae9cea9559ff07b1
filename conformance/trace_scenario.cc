// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Runs one variant of a scenario for the determinism test and prints what two runs must agree on.
//
//   trace_scenario SCENARIO VARIANT [SETTING ...]            hash, acts, and the checkpoints of the
//   trace trace_scenario --window=FROM:TO SCENARIO VARIANT [...]   the acts numbered [FROM, TO),
//   one a line trace_scenario --list SCENARIO                           the names of the variants
//
// A SETTING is PATH=VALUE, as wgsim's --set takes it. Ciphers are modelled.
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
#include "scenarios/runner.h"
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
      "usage: trace_scenario [--list | --window=FROM:TO] SCENARIO [VARIANT [PATH=VALUE ...]]\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> args(argv + 1, argv + argc);
  bool list = false;
  sim::ActRange window;
  bool has_window = false;
  if (!args.empty() && args[0] == "--list") {
    list = true;
    args.erase(args.begin());
  } else if (!args.empty() && args[0].rfind("--window=", 0) == 0) {
    const std::pair<std::string, std::string> range =
        absl::StrSplit(absl::StripPrefix(args[0], "--window="), ':');
    has_window =
        absl::SimpleAtoi(range.first, &window.from) && absl::SimpleAtoi(range.second, &window.to);
    if (!has_window) return Usage();
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
  const std::optional<scenario::LoadedScenario> loaded =
      scenario::LoadScenario(*text, args[0], options, &files, &diagnostics);
  if (!loaded) {
    std::fprintf(stderr, "%s", diagnostics.ToString().c_str());
    return 2;
  }
  if (list) {
    for (const auto& variant : loaded->variants) std::printf("%s\n", variant.plan.variant.c_str());
    return 0;
  }
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
