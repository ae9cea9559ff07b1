// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/link_faults.h"

#include <algorithm>
#include <cstdint>

#include "protocol/check.h"
#include "scenarios/plan.h"
#include "sim/net/host.h"
#include "sim/net/interface.h"
#include "sim/net/netns.h"
#include "sim/net/switch.h"

namespace scenario {
namespace {

constexpr uint64_t kPpbPerPpm = 1000;

void Overlay(const plan::LinkChange& change, net::LinkOptions* options) {
  if (change.bits_per_second) {
    options->transmitter.rate_bps = static_cast<uint64_t>(*change.bits_per_second);
  }
  options->delay = change.delay.value_or(options->delay);
  options->jitter = change.jitter.value_or(options->jitter);
  options->reorder_delay = change.reorder_delay.value_or(options->reorder_delay);
  if (change.loss_ppm) options->loss_ppb = *change.loss_ppm * kPpbPerPpm;
  if (change.reorder_ppm) options->reorder_ppb = *change.reorder_ppm * kPpbPerPpm;
  if (change.duplicate_ppm) options->duplicate_ppb = *change.duplicate_ppm * kPpbPerPpm;
  if (change.corrupt_ppm) options->corrupt_ppb = *change.corrupt_ppm * kPpbPerPpm;
}

bool Means(const plan::Fault& fault, int side) {
  return fault.side == plan::kNone || fault.side == side;
}

void TakeAway(size_t number, std::vector<size_t>* upon) {
  const auto first = std::find(upon->begin(), upon->end(), number);
  CHECK(first != upon->end());
  upon->erase(first);
}

}  // namespace

LinkFaults::LinkFaults(World* world) : world_(world), apart_(world->plan().switches.size()) {
  size_t cables = world->plan().links.size();
  for (const plan::Switch& one : world->plan().switches) {
    first_port_.push_back(cables);
    cables += one.ports.size();
  }
  victims_.resize(cables);
}

void LinkFaults::Begin(size_t number) {
  for (const plan::Cable& cable : fault(number).cables) {
    Victim& victim = VictimOf(cable);
    victim.upon.push_back(number);
    Apply(victim);
  }
  for (const plan::Shore& shore : fault(number).shores) {
    apart_[shore.of_switch].push_back(number);
    places_[world_->switch_of(shore.of_switch).entity()] = {static_cast<size_t>(shore.of_switch),
                                                            plan::kNone};
  }
  SetShores(fault(number), true);
}

void LinkFaults::End(size_t number) {
  for (const plan::Cable& cable : fault(number).cables) {
    Victim& victim = VictimOf(cable);
    TakeAway(number, &victim.upon);
    Apply(victim);
  }
  bool over = true;
  for (const plan::Shore& shore : fault(number).shores) {
    std::vector<size_t>& upon = apart_[shore.of_switch];
    TakeAway(number, &upon);
    over &= std::find(upon.begin(), upon.end(), number) == upon.end();
  }
  if (over) SetShores(fault(number), false);
}

void LinkFaults::SetShores(const plan::Fault& fault, bool apart) {
  const uint64_t bit = uint64_t{1} << fault.bit;
  for (const plan::Shore& shore : fault.shores) {
    net::Switch& joined = world_->switch_of(shore.of_switch);
    for (const int port : shore.ports) {
      const uint64_t others = joined.island(port) & ~bit;
      joined.set_island(port, apart ? others | bit : others);
    }
  }
}

size_t LinkFaults::NumberOf(const plan::Cable& cable) const {
  return static_cast<size_t>(cable.of_switch == plan::kNone
                                 ? cable.link
                                 : static_cast<int>(first_port_[cable.of_switch]) + cable.port);
}

LinkFaults::Victim& LinkFaults::VictimOf(const plan::Cable& cable) {
  const size_t number = NumberOf(cable);
  Victim& victim = victims_[number];
  if (victim.cable != nullptr) return victim;
  victim.cable = cable.of_switch == plan::kNone
                     ? &world_->link(cable.link)
                     : &world_->switch_of(cable.of_switch).cable(cable.port);
  for (int side = 0; side < 2; ++side) {
    victim.whole[side] = victim.cable->transmit(side)->options();
  }
  Watch(cable, number);
  return victim;
}

void LinkFaults::Watch(const plan::Cable& cable, size_t number) {
  const Plan& plan = world_->plan();
  const auto end = [&](const plan::LinkEnd& at, int side) {
    // Without carrier it is the card that drops.
    const net::Interface* const nic =
        world_->machine(at.host).host->root()->FindInterface(at.interface);
    if (nic != nullptr) places_[nic->entity()] = {number, side};
  };
  for (int side = 0; side < 2; ++side) {
    places_[victims_[number].cable->transmit(side)->entity()] = {number, side};
    if (cable.of_switch == plan::kNone) end(plan.links[cable.link].ends[side], side);
  }
  if (cable.of_switch != plan::kNone) {
    end(plan.switches[cable.of_switch].ports[cable.port].end, 0);
  }
}

void LinkFaults::Apply(const Victim& victim) {
  bool up[2] = {true, true};
  for (int side = 0; side < 2; ++side) {
    net::LinkOptions options = victim.whole[side];
    for (const size_t number : victim.upon) {
      if (!Means(fault(number), side)) continue;
      Overlay(fault(number).change, &options);
      up[side] &= !fault(number).change.down;
    }
    victim.cable->transmit(side)->set_options(options);
  }
  // Cards lose their carrier where both directions are gone.
  const bool any = up[0] || up[1];
  if (any != victim.cable->up()) victim.cable->SetUp(any);
  for (int side = 0; side < 2; ++side) victim.cable->transmit(side)->SetUp(up[side]);
}

absl::string_view LinkFaults::CauseOf(sim::EntityId place, net::Drop why) const {
  if (why != net::Drop::kLinkDown && why != net::Drop::kLinkLoss) return {};
  const auto at = places_.find(place);
  if (at == places_.end()) return {};
  const int side = at->second.side;
  if (side == plan::kNone) {
    const std::vector<size_t>& upon = apart_[at->second.victim];
    const bool apart = why == net::Drop::kLinkDown && !upon.empty();
    return apart ? absl::string_view(fault(upon.back()).when.name) : absl::string_view();
  }
  const std::vector<size_t>& upon = victims_[at->second.victim].upon;
  for (auto number = upon.rbegin(); number != upon.rend(); ++number) {
    const plan::Fault& one = fault(*number);
    if (!Means(one, side)) continue;
    if (why == net::Drop::kLinkDown ? one.change.down : one.change.loss_ppm.has_value()) {
      return one.when.name;
    }
  }
  return {};
}

}  // namespace scenario
