// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Faults: makes go wrong in a world what its plan says, and mends it when the time is over. A link has the sum of the faults
// that are upon it: each field from the one that began last and names it, and it is down while any takes it down.
#ifndef WGSIM_SCENARIOS_FAULTS_H_
#define WGSIM_SCENARIOS_FAULTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "scenarios/plan_faults.h"
#include "scenarios/world.h"
#include "sim/event_loop.h"
#include "sim/net/link.h"
#include "sim/task.h"
#include "sim/time.h"

namespace scenario {

class Faults : private sim::Actor, private sim::Runner {
 public:
  // `world` outlives it.
  explicit Faults(World* world);

 private:
  // A link that faults are about, as it is without them.
  struct Victim {
    int link;
    net::LinkOptions whole[2];
    // Numbers of faults that are upon it, in the order in which they began.
    std::vector<size_t> upon;
  };

  void OnEvent(uint64_t arg) override;
  // What a stalled core goes on with.
  void Act(uint64_t) override {}
  absl::string_view Label(uint64_t) const override { return "stall"; }

  void Begin(size_t fault);
  void End(size_t fault);
  void Stall(const plan::Fault& fault);
  Victim& VictimOf(int link);
  void Apply(const Victim& victim);

  World* const world_;
  std::vector<Victim> victims_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_FAULTS_H_
