// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Runs all variants of a loaded scenario and judges its expectations: the whole of `wgsim run`
// without files and screen.
#ifndef WGSIM_SCENARIOS_RUN_SCENARIO_H_
#define WGSIM_SCENARIOS_RUN_SCENARIO_H_

#include "scenarios/loader.h"
#include "scenarios/result.pb.h"
#include "scenarios/runner.h"

namespace scenario {

// wall_seconds is left to the caller, who has a clock.
Result RunScenario(const LoadedScenario& scenario, const RunOptions& options);

// Whether every expectation held.
bool AllHeld(const Result& result);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_RUN_SCENARIO_H_
