// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// MachineFaults: what goes wrong with hosts: cores that stand still, sleep, lost power, clocks, and
// managers that stop or whose messages fail. A host that is away, asleep or without power, has
// cores that do nothing and cards that lose what comes.
#ifndef WGSIM_SCENARIOS_MACHINE_FAULTS_H_
#define WGSIM_SCENARIOS_MACHINE_FAULTS_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "scenarios/control_plane.h"
#include "scenarios/plan_faults.h"
#include "scenarios/traffic.h"
#include "scenarios/world.h"
#include "sim/net/drop.h"
#include "sim/net/nic.h"
#include "sim/task.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace scenario {

class MachineFaults : private sim::Runner {
 public:
  // All outlive it.
  MachineFaults(World* world, ControlPlane* control, const Traffic* traffic);

  // The plan's fault of this number, of another kind than kLinks. False: it does not happen,
  // because the host is away already.
  bool Begin(size_t fault);
  // REQUIRES: it has begun, and has an end.
  void End(size_t fault);

  // The action to which it is due that a packet ends here now; empty: to none.
  absl::string_view CauseOf(sim::EntityId place, net::Drop why) const;

 private:
  struct Absence {
    bool away = false;
    std::vector<net::Nic*> cards;  // that were up
  };

  // What a stalled core goes on with.
  void Act(uint64_t) override {}
  absl::string_view Label(uint64_t) const override { return "stall"; }

  void Stall(int host, int core, sim::Duration lasts);
  bool Leave(size_t fault);
  void Return(size_t fault);
  void Pause(const plan::Fault& fault, bool paused);
  void PauseProcess(const plan::Fault& fault, int change);
  void LoseAddress(size_t fault, bool lost);
  void StepClock(const plan::Fault& fault, sim::Duration by);
  void FailRequest(const plan::Fault& fault);
  // The host's devices, by number.
  void ForDevices(int host, absl::FunctionRef<void(int device)> call) const;
  const plan::Fault& fault(size_t number) const { return world_->plan().faults[number]; }

  World* const world_;
  ControlPlane* const control_;
  const Traffic* const traffic_;
  std::vector<Absence> absences_;                    // by host
  std::vector<int> pauses_;                          // by host: how many are upon it
  std::vector<std::pair<int, int>> process_pauses_;  // by flow: upon its sender, its receiver
  std::vector<std::vector<size_t>> losses_;          // by host: address losses that are upon it
  // Of cards without power: the fault's number. Looked up only.
  absl::flat_hash_map<sim::EntityId, size_t> dark_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_MACHINE_FAULTS_H_
