// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/program_app.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "sim/core.h"

namespace scenario {

ProgramApp::ProgramApp(World* world, int host, const plan::Program& program)
    : Actor(world->trace().RegisterEntity(
          absl::StrCat("program ", world->plan().hosts[host].name, "/", program.name))),
      world_(world),
      program_(program),
      thread_(world->machine(host).host->machine(), {.name = program.name, .core = program.core}) {
  world->loop().At(sim::kStart, this, 0);
}

void ProgramApp::OnEvent(uint64_t) {
  if (program_.steals) return Steal();
  const bool computing = left_ > sim::Duration(0);
  if (program_.every == sim::Duration(0)) {
    left_ = kGrain;
  } else {
    // What it had no time for it still does.
    left_ += program_.run;
    world_->loop().After(program_.every, this, 0);
  }
  if (!computing) Compute();
}

void ProgramApp::Compute() {
  piece_ = std::min(left_, kGrain);
  thread_.Submit({.runner = this, .price = piece_});
}

void ProgramApp::Steal() {
  world_->loop().After(program_.every, this, 0);
  sim::Core* const core = thread_.core();
  core->Interrupt(program_.run);
  core->RaiseSoftirq({.runner = this, .price = sim::Duration(0)});
}

void ProgramApp::Act(uint64_t) {
  if (program_.steals) return;
  if (program_.every != sim::Duration(0)) left_ -= piece_;
  // At the end of the run it stops: nobody would see what it computes.
  if (left_ > sim::Duration(0) && world_->loop().now() < sim::kStart + world_->plan().duration) {
    Compute();
  }
}

}  // namespace scenario
