// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Faults: makes go wrong in a world what its plan says, and mends it when the time is over. It
// knows when; how is the business of those that it has, one for each kind of thing that breaks.
#ifndef WGSIM_SCENARIOS_FAULTS_H_
#define WGSIM_SCENARIOS_FAULTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "scenarios/control_plane.h"
#include "scenarios/link_faults.h"
#include "scenarios/machine_faults.h"
#include "scenarios/plan_faults.h"
#include "scenarios/series.pb.h"
#include "scenarios/traffic.h"
#include "scenarios/world.h"
#include "sim/event_loop.h"
#include "sim/net/drop.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace scenario {

class Faults : private sim::Actor {
 public:
  // Of those that began, so many are kept one by one.
  static constexpr size_t kMostSpans = 1000;

  // All outlive it.
  Faults(World* world, ControlPlane* control, const Traffic* traffic);

  // The action to which it is due that a packet ends here now; empty: to none. Lives as long as the
  // plan.
  absl::string_view CauseOf(sim::EntityId place, net::Drop why) const;

  // What has happened so far.
  struct Span {
    size_t fault;  // number in the plan
    sim::Time begin{};
    sim::Time end{};  // at the latest that of the run
  };
  // In order of their begins; the first ones.
  const std::vector<Span>& spans() const { return spans_; }
  const plan::Fault& fault(size_t number) const { return world_->plan().faults[number]; }
  // How often the fault began.
  int begun(size_t fault) const { return begun_[fault]; }
  uint64_t begun() const;

 private:
  void OnEvent(uint64_t arg) override;
  void Begin(size_t fault);
  void End(size_t fault);

  World* const world_;
  LinkFaults links_;
  MachineFaults machines_;
  std::vector<int> begun_;  // by fault
  std::vector<Span> spans_;
};

// Fills faults and faults_left_out.
void FillFaults(const Faults& faults, Series* series);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_FAULTS_H_
