// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of a plan (plan.h): what happens to the configuration, at what times.
#ifndef WGSIM_SCENARIOS_PLAN_CHANGES_H_
#define WGSIM_SCENARIOS_PLAN_CHANGES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/ip.h"
#include "scenarios/plan_index.h"
#include "scenarios/plan_traffic.h"
#include "sim/time.h"

namespace scenario::plan {

struct Churn {
  std::string name;
  std::vector<int> hosts;  // events happen on each; addresses move among them
  // For each of `hosts`: the pods that events may choose, present and spare ones. None of a bystander.
  std::vector<std::vector<int>> pods;
  Rate events;  // on each host
  Spacing spacing = Spacing::kPoisson;
  uint32_t add_weight = 0;
  uint32_t delete_weight = 0;
  uint32_t move_weight = 0;
  sim::Duration start{};
  sim::Duration stop{};
};

// One reconfiguration at a stated time, `times` times with distance `every`.
struct Reconfigure {
  std::string name;
  sim::Duration at{};
  sim::Duration every{};
  int times = 1;
  int device = kNone;
  int peer = kNone;  // index into Device::peers
  std::vector<wg::Prefix> remove;
  std::vector<wg::Prefix> add;
  int line = 0;  // in the scenario file
};

}  // namespace scenario::plan

#endif  // WGSIM_SCENARIOS_PLAN_CHANGES_H_
