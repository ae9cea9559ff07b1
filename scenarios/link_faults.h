// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// LinkFaults: makes cables and switches of a world worse, and mends them. Of the faults that are
// upon a cable, the one that began last and names a field decides it; a direction is down while any
// of them takes it down. Ports of a switch reach each other while they are on the same side of
// every partition that is upon it.
#ifndef WGSIM_SCENARIOS_LINK_FAULTS_H_
#define WGSIM_SCENARIOS_LINK_FAULTS_H_

#include <cstddef>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "scenarios/plan_faults.h"
#include "scenarios/world.h"
#include "sim/net/drop.h"
#include "sim/net/link.h"
#include "sim/trace.h"

namespace scenario {

class LinkFaults {
 public:
  // `world` outlives it.
  explicit LinkFaults(World* world);

  // The plan's fault of this number, of Kind::kLinks, begins or ends; as often as it began.
  void Begin(size_t fault);
  void End(size_t fault);

  // The action to which it is due that a packet ends here now; empty: to none.
  absl::string_view CauseOf(sim::EntityId place, net::Drop why) const;

 private:
  // A cable that faults are about, as it is without them.
  struct Victim {
    net::Link* cable = nullptr;  // nullptr: none was about it so far
    net::LinkOptions whole[2];
    // Numbers of faults that are upon it, in the order in which they began.
    std::vector<size_t> upon;
  };
  // Whose packets end there: the direction of a cable, or what a switch joins.
  struct Place {
    size_t victim;  // or switch
    int side;       // kNone: a switch
  };

  size_t NumberOf(const plan::Cable& cable) const;
  Victim& VictimOf(const plan::Cable& cable);
  void Watch(const plan::Cable& cable, size_t number);
  void Apply(const Victim& victim);
  void SetShores(const plan::Fault& fault, bool apart);
  const plan::Fault& fault(size_t number) const { return world_->plan().faults[number]; }

  World* const world_;
  // Links by number, then the ports of the switches.
  std::vector<Victim> victims_;
  std::vector<size_t> first_port_;  // by switch: number of its first victim
  // By switch: faults with shores that are upon it, in the order in which they began.
  std::vector<std::vector<size_t>> apart_;
  absl::flat_hash_map<sim::EntityId, Place> places_;  // looked up only
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_LINK_FAULTS_H_
