// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What happens to pods: the events of all churn and of all drains of a plan, worked out before the
// run. They depend on the plan and the seed alone, so that every variant sees the same ones.
#ifndef WGSIM_SCENARIOS_CHURN_H_
#define WGSIM_SCENARIOS_CHURN_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "scenarios/plan.h"
#include "sim/rng.h"
#include "sim/time.h"

namespace scenario {

struct ChurnEvent {
  enum class Kind : uint8_t {
    kAdd,
    kDelete,
    kMove,
    kLeave,  // of a drain: the device leaves the mesh
    kJoin,   // ... and is back
  };
  sim::Duration at{};
  Kind kind{};
  int pod = plan::kNone;      // kAdd, kDelete, kMove
  int host = plan::kNone;     // where it appears, disappears or leaves; the drained one
  int to_host = plan::kNone;  // kMove: where it arrives
  int device = plan::kNone;   // kLeave, kJoin
};

// Scheduled events that cannot happen, and are left out.
struct ImpossibleEvents {
  size_t churn;           // index into Plan::churn
  size_t entry;           // of its schedule
  int pod = plan::kNone;  // by name; kNone: `missing` of those that are chosen at random on `host`
  int host = plan::kNone;
  uint32_t missing = 0;
};

struct ChurnPlan {
  // In order of time; events of the same instant in the order of the plan, drains last.
  std::vector<ChurnEvent> events;
  std::vector<ImpossibleEvents> impossible;
};

// `rng` is forked by name, never drawn from.
ChurnPlan PlanChurn(const Plan& plan, const sim::Rng& rng);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_CHURN_H_
