// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of a plan (plan.h): what goes wrong for a while.
#ifndef WGSIM_SCENARIOS_PLAN_FAULTS_H_
#define WGSIM_SCENARIOS_PLAN_FAULTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/plan_index.h"
#include "scenarios/plan_moment.h"
#include "sim/time.h"

namespace scenario::plan {

// What is different on links meanwhile; nothing: as it is.
struct LinkChange {
  bool down = false;
  std::optional<int64_t> bits_per_second;
  std::optional<sim::Duration> delay;
  std::optional<sim::Duration> jitter;
  std::optional<uint32_t> loss_ppm;
  std::optional<uint32_t> reorder_ppm;
  std::optional<uint32_t> duplicate_ppm;
  std::optional<uint32_t> corrupt_ppm;
};

// Of links, or of a core.
struct Fault {
  Moment when;
  sim::Duration lasts{0};  // 0: to the end of the run
  std::string words;       // "node0-node1 is down"
  std::vector<int> links;
  int side = kNone;  // the only one whose direction is meant
  LinkChange change;
  int host = kNone;  // whose core does nothing
  int core = kNone;
};

}  // namespace scenario::plan

#endif  // WGSIM_SCENARIOS_PLAN_FAULTS_H_
