// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/nat_rebinds.h"

#include "scenarios/plan.h"
#include "scenarios/plan_routing.h"
#include "sim/net/host.h"
#include "sim/net/nat.h"
#include "sim/net/netns.h"
#include "sim/time.h"

namespace scenario {

std::unique_ptr<NatRebinds> NatRebinds::OfPlan(World* world) {
  if (world->plan().nat_rebinds.empty()) return nullptr;
  return std::unique_ptr<NatRebinds>(new NatRebinds(world));
}

NatRebinds::NatRebinds(World* world)
    : Actor(world->trace().RegisterEntity("nat rebinds")),
      world_(world),
      done_(world->plan().nat_rebinds.size()) {
  for (size_t i = 0; i < done_.size(); ++i) {
    world->loop().At(sim::kStart + world->plan().nat_rebinds[i].when.at, this, i);
  }
}

void NatRebinds::OnEvent(uint64_t number) {
  const plan::NatRebind& rebind = world_->plan().nat_rebinds[number];
  if (++done_[number] < rebind.when.times) {
    const sim::Time next = world_->loop().now() + rebind.when.every;
    if (next < sim::kStart + world_->plan().duration) world_->loop().At(next, this, number);
  }
  net::Nat* nat = world_->machine(rebind.host).host->root()->nat();
  if (rebind.address.has_value()) nat->SetAddress(*rebind.address);
  nat->Forget(rebind.other_ports);
}

}  // namespace scenario
