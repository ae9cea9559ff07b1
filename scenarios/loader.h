// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// LoadScenario: the text of a scenario file becomes plans that the runner can run, or a list of
// everything that is wrong with it. A pure function of its arguments; reading other files goes
// through FileReader.
#ifndef WGSIM_SCENARIOS_LOADER_H_
#define WGSIM_SCENARIOS_LOADER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "scenarios/diagnostics.h"
#include "scenarios/file_reader.h"
#include "scenarios/plan.h"
#include "scenarios/sweep.h"

namespace scenario {

// What the command line adds.
struct LoadOptions {
  std::optional<uint64_t> seed;
  std::vector<std::string> set;       // PATH=VALUE, in order
  std::vector<std::string> variants;  // only these, at all points or at one ("replace/cores=4"); empty: all
};

// One run: a variant at one point of the sweep.
struct LoadedVariant {
  std::string description;
  std::vector<std::string> set;  // what it changes, as written
  Plan plan;
};

struct LoadedExpectation {
  std::string text;
  Location where;
};

struct LoadedScenario {
  std::string file;
  std::string name;
  std::string description;
  uint64_t seed = 0;
  std::vector<std::string> set;  // as given
  // Of the scenario with what `set` changes, without names, words, seed and expectations: equal digests mean that the same
  // is simulated, as long as prices are the same too. 16 hex digits.
  std::string digest;
  // What is swept; plan.variant of a run ends with its point.
  Axes sweep;
  std::vector<LoadedVariant> variants;
  // Those that speak of the chosen variants only.
  std::vector<LoadedExpectation> expectations;
};

// Nothing if, and only if, something went to `diagnostics`. REQUIRES: `diagnostics` is empty.
// `file` is a name for messages and the place from which paths in the scenario are relative.
std::optional<LoadedScenario> LoadScenario(absl::string_view text, absl::string_view file,
                                           const LoadOptions& options, FileReader* files,
                                           Diagnostics* diagnostics);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_LOADER_H_
