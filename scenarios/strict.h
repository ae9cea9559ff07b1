// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Strictness: a run that shows nothing passes every expectation about what must not happen. This finds such runs.
#ifndef WGSIM_SCENARIOS_STRICT_H_
#define WGSIM_SCENARIOS_STRICT_H_

#include "scenarios/loader.h"
#include "scenarios/result.pb.h"

namespace scenario {

// Sets result->strict and its findings: nothing is expected; there is traffic, and no packet arrived; something should have
// been reconfigured, and nothing was; a configuration request was answered with an error.
void JudgeStrictly(const LoadedScenario& scenario, Result* result);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_STRICT_H_
