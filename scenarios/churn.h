// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What happens to pods: the events of all churn of a plan, worked out before the run. They depend on the plan and the
// seed alone, so that every variant sees the same ones.
#ifndef WGSIM_SCENARIOS_CHURN_H_
#define WGSIM_SCENARIOS_CHURN_H_

#include <cstdint>
#include <vector>

#include "scenarios/plan.h"
#include "sim/rng.h"
#include "sim/time.h"

namespace scenario {

struct PodEvent {
  enum class Kind : uint8_t { kAdd, kDelete, kMove };
  sim::Duration at{};
  Kind kind;
  int pod = plan::kNone;
  int host = plan::kNone;     // where it appears, disappears or leaves
  int to_host = plan::kNone;  // kMove: where it arrives
};

// In order of time; events of the same instant in the order of the plan. `rng` is forked by name, never drawn from.
std::vector<PodEvent> PlanChurn(const Plan& plan, const sim::Rng& rng);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_CHURN_H_
