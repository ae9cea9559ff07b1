// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The enumerated reading (windows.h) of a scenario's own reconfigurations: each action at its first
// time, in the order of time, on the device as the actions before left it; for churn one event that
// stands for all, a pod that goes.
#ifndef WGSIM_SCENARIOS_PLAN_WINDOWS_H_
#define WGSIM_SCENARIOS_PLAN_WINDOWS_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "scenarios/plan.h"
#include "scenarios/windows.h"

namespace scenario {

// One change, as each of the plans carries it out.
struct ChangeWindows {
  std::string what;  // "take: node0's peer node1 loses 192.168.0.2/32"
  std::vector<Windows> variants;
};

// Addresses are the plan's `watch`, those that the changed peer has before or gets.
// REQUIRES: the plans are variants of one scenario, so that they have the same changes.
std::vector<ChangeWindows> WindowsOfPlans(absl::Span<const Plan* const> plans);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_PLAN_WINDOWS_H_
