// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of a plan (plan.h): when an action happens.
#ifndef WGSIM_SCENARIOS_PLAN_MOMENT_H_
#define WGSIM_SCENARIOS_PLAN_MOMENT_H_

#include <string>

#include "sim/time.h"

namespace scenario::plan {

// At a stated time, `times` times with distance `every`.
struct Moment {
  std::string name;  // of the action
  sim::Duration at{};
  sim::Duration every{};
  int times = 1;
};

}  // namespace scenario::plan

#endif  // WGSIM_SCENARIOS_PLAN_MOMENT_H_
