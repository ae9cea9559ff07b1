// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/run_scenario.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "scenarios/expectation.h"
#include "scenarios/model_version.h"
#include "scenarios/replay.h"

namespace scenario {
namespace {

constexpr char kProgram[] = "wgsim";

// FNV-1a over the variants' hashes as texts: of no cryptographic value, like those hashes
// themselves.
std::string Combined(const Result& result) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const VariantResult& variant : result.variants()) {
    for (const char c : variant.trace_hash())
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return absl::StrFormat("%016x", hash);
}

}  // namespace

Result RunScenario(const LoadedScenario& scenario, const RunOptions& options) {
  Result result;
  result.set_scenario(scenario.name);
  result.set_file(scenario.file);
  result.set_seed(scenario.seed);
  result.set_model_version(kModelVersion);
  result.set_scenario_digest(scenario.digest);
  result.set_crypto(options.crypto == Crypto::kReal ? "real" : "modelled");
  for (const std::string& assignment : scenario.set) result.add_set(assignment);
  for (const Axis& axis : scenario.sweep) {
    SweepAxis* out = result.add_sweep();
    out->set_name(axis.name);
    out->set_field(axis.field);
    for (const std::string& value : axis.values) out->add_values(value);
  }
  result.set_replay(ReplayCommand(result, kProgram, {}));
  uint64_t events = 0;
  for (const LoadedVariant& variant : scenario.variants) {
    *result.add_variants() = RunPlan(variant.plan, options);
    events += result.variants().rbegin()->events();
    for (CheckResult& check : *result.mutable_variants()->rbegin()->mutable_checks()) {
      check.set_replay(ReplayCommand(result, kProgram, {variant.plan.variant}));
    }
    result.set_virtual_seconds(static_cast<double>(variant.plan.duration.count()) / 1e9);
  }
  result.set_events(events);
  result.set_trace_hash(Combined(result));
  for (const LoadedExpectation& expectation : scenario.expectations) {
    Judgement judgement = Judge(expectation.text, result);
    ExpectationResult* out = result.add_expectations();
    out->set_text(expectation.text);
    out->set_line(static_cast<uint32_t>(expectation.where.line));
    out->set_held(judgement.held);
    out->set_seen(std::move(judgement.seen));
    out->set_replay(ReplayCommand(result, kProgram, VariantsOf(expectation.text)));
  }
  return result;
}

bool AllHeld(const Result& result) {
  return std::all_of(result.expectations().begin(), result.expectations().end(),
                     [](const ExpectationResult& e) { return e.held(); }) &&
         std::all_of(result.variants().begin(), result.variants().end(),
                     [](const VariantResult& v) { return v.checks_failed() == 0; });
}

}  // namespace scenario
