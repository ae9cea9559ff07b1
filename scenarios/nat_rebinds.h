// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// NatRebinds: lets the address translations of a world forget their flows when its plan says so.
#ifndef WGSIM_SCENARIOS_NAT_REBINDS_H_
#define WGSIM_SCENARIOS_NAT_REBINDS_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "scenarios/world.h"
#include "sim/event_loop.h"

namespace scenario {

class NatRebinds : private sim::Actor {
 public:
  // nullptr if the plan has none: who is there is part of the trace. `world` outlives its events.
  static std::unique_ptr<NatRebinds> OfPlan(World* world);

 private:
  explicit NatRebinds(World* world);
  void OnEvent(uint64_t number) override;

  World* const world_;
  std::vector<int> done_;  // by number in the plan
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_NAT_REBINDS_H_
