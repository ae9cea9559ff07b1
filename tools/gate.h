// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Gate: the flags of `wgsim run` for CI: --baseline, --write_baseline, --junit, --strict. Opened before the run, which is not
// to be lost to a slip of the pen; then it judges the result, says what it found, and writes.
#ifndef WGSIM_TOOLS_GATE_H_
#define WGSIM_TOOLS_GATE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "scenarios/baseline.h"
#include "scenarios/loader.h"
#include "scenarios/result.pb.h"
#include "tools/arguments.h"

namespace tools {

class Gate {
 public:
  static std::vector<Flag> Flags();

  // Reads the baseline and looks at the paths. Empty: all is well; otherwise what is wrong. REQUIRES: both outlive it.
  std::string Open(const Arguments& arguments, const scenario::LoadedScenario& loaded);

  // Adds to the result what it finds.
  void Judge(scenario::Result* result);

  // What was found: for people; empty without a baseline and --strict. `failures`: only what does not hold.
  std::string Text(const scenario::Result& result, bool failures) const;
  bool Held(const scenario::Result& result) const;

  absl::Status Write(const scenario::Result& result) const;

 private:
  bool strict_ = false;
  bool chosen_ = false;  // not all variants run
  const scenario::LoadedScenario* loaded_ = nullptr;
  std::string baseline_file_;
  std::optional<scenario::Baseline> baseline_;
  std::string write_baseline_;
  double tolerance_percent_ = scenario::kTolerancePercent;
  std::string junit_;
};

}  // namespace tools

#endif  // WGSIM_TOOLS_GATE_H_
