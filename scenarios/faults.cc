// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/faults.h"

#include <algorithm>

#include "protocol/check.h"
#include "scenarios/plan.h"
#include "sim/core.h"
#include "sim/net/host.h"

namespace scenario {
namespace {

constexpr uint64_t kPpbPerPpm = 1000;
// The lowest bit of an event's argument; the number of the fault is above it.
enum What : uint64_t { kBegin, kEnd };

void Overlay(const plan::LinkChange& change, net::LinkOptions* options) {
  if (change.bits_per_second) {
    options->transmitter.rate_bps = static_cast<uint64_t>(*change.bits_per_second);
  }
  options->delay = change.delay.value_or(options->delay);
  options->jitter = change.jitter.value_or(options->jitter);
  if (change.loss_ppm) options->loss_ppb = *change.loss_ppm * kPpbPerPpm;
  if (change.reorder_ppm) options->reorder_ppb = *change.reorder_ppm * kPpbPerPpm;
  if (change.duplicate_ppm) options->duplicate_ppb = *change.duplicate_ppm * kPpbPerPpm;
  if (change.corrupt_ppm) options->corrupt_ppb = *change.corrupt_ppm * kPpbPerPpm;
}

}  // namespace

Faults::Faults(World* world)
    : Actor(world->trace().RegisterEntity("faults")), world_(world) {
  const Plan& plan = world->plan();
  for (size_t i = 0; i < plan.faults.size(); ++i) {
    const plan::Fault& fault = plan.faults[i];
    for (int time = 0; time < fault.when.times; ++time) {
      const sim::Duration at = fault.when.at + time * fault.when.every;
      if (at >= plan.duration) break;
      world->loop().At(sim::kStart + at, this, i << 1 | kBegin);
    }
  }
}

void Faults::OnEvent(uint64_t arg) {
  const size_t fault = static_cast<size_t>(arg >> 1);
  if ((arg & 1) == kBegin) return Begin(fault);
  End(fault);
}

void Faults::Begin(size_t number) {
  const plan::Fault& fault = world_->plan().faults[number];
  if (fault.core != plan::kNone) return Stall(fault);
  for (const int link : fault.links) {
    Victim& victim = VictimOf(link);
    victim.upon.push_back(number);
    Apply(victim);
  }
  if (fault.lasts > sim::Duration(0)) {
    world_->loop().After(fault.lasts, this, static_cast<uint64_t>(number) << 1 | kEnd);
  }
}

void Faults::End(size_t number) {
  for (const int link : world_->plan().faults[number].links) {
    Victim& victim = VictimOf(link);
    const auto first = std::find(victim.upon.begin(), victim.upon.end(), number);
    CHECK(first != victim.upon.end());
    victim.upon.erase(first);
    Apply(victim);
  }
}

void Faults::Stall(const plan::Fault& fault) {
  sim::Core* const core =
      world_->machine(fault.host).host->core(static_cast<net::Cpu>(fault.core));
  core->Interrupt(fault.lasts);
  // What waits for the core afterwards is looked for as after any interrupt.
  core->RaiseSoftirq({.runner = this, .price = sim::Duration(0)});
}

Faults::Victim& Faults::VictimOf(int link) {
  const auto at = std::find_if(victims_.begin(), victims_.end(),
                               [link](const Victim& victim) { return victim.link == link; });
  if (at != victims_.end()) return *at;
  net::Link& cable = world_->link(link);
  victims_.push_back({.link = link,
                      .whole = {cable.transmit(0)->options(), cable.transmit(1)->options()},
                      .upon = {}});
  return victims_.back();
}

void Faults::Apply(const Victim& victim) {
  net::Link& cable = world_->link(victim.link);
  bool up[2] = {true, true};
  for (int side = 0; side < 2; ++side) {
    net::LinkOptions options = victim.whole[side];
    for (const size_t number : victim.upon) {
      const plan::Fault& fault = world_->plan().faults[number];
      if (fault.side != plan::kNone && fault.side != side) continue;
      Overlay(fault.change, &options);
      up[side] &= !fault.change.down;
    }
    cable.transmit(side)->set_options(options);
  }
  // Cards lose their carrier where both directions are gone.
  const bool any = up[0] || up[1];
  if (any != (cable.transmit(0)->up() || cable.transmit(1)->up())) cable.SetUp(any);
  for (int side = 0; side < 2; ++side) {
    if (cable.transmit(side)->up() != up[side]) cable.transmit(side)->SetUp(up[side]);
  }
}

}  // namespace scenario
