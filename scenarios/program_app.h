// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ProgramApp: a program in user mode that computes and does nothing else: in the way of others on
// its core, and of what is bound to it. Or what runs beneath the machine and steals a core's time.
#ifndef WGSIM_SCENARIOS_PROGRAM_APP_H_
#define WGSIM_SCENARIOS_PROGRAM_APP_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "scenarios/plan.h"
#include "scenarios/world.h"
#include "sim/event_loop.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/time.h"

namespace scenario {

class ProgramApp : private sim::Actor, private sim::Runner {
 public:
  // How finely it can be preempted by other threads: user mode can be anywhere.
  static constexpr sim::Duration kGrain = std::chrono::microseconds(10);

  // `world` and `program` outlive the app. Begins at the start of the run.
  ProgramApp(World* world, int host, const plan::Program& program);

 private:
  void OnEvent(uint64_t arg) override;  // time to compute again
  void Act(uint64_t arg) override;      // a piece is done
  absl::string_view Label(uint64_t) const override { return "compute"; }
  void Compute();
  void Steal();

  World* const world_;
  const plan::Program& program_;
  sim::Thread thread_;
  sim::Duration left_{0};
  sim::Duration piece_{0};  // of it, being computed
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_PROGRAM_APP_H_
