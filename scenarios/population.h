// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Population: where the addresses of one churn are, and what may happen to them next. For the
// planning of churn (churn.h).
#ifndef WGSIM_SCENARIOS_POPULATION_H_
#define WGSIM_SCENARIOS_POPULATION_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scenarios/churn.h"
#include "scenarios/plan.h"
#include "sim/rng.h"

namespace scenario {

class Population {
 public:
  // How many drains each host of the plan is subject to: while it is any, nothing comes to it.
  using Cordons = std::vector<int>;

  // All outlive it.
  Population(const Plan& plan, const plan::Churn& churn, sim::Rng rng, const Cordons* cordons);

  // An event of a kind that the weights choose, on that host (an index into Churn::hosts); of
  // another kind if there is nothing to choose from; nothing if nothing can happen. It has happened
  // here, with its time left open.
  std::optional<ChurnEvent> Draw(size_t host);
  // ... of this kind.
  std::optional<ChurnEvent> DrawKind(plan::PodChange kind, size_t host, int to_host);
  // A host of this churn to which an address may move from `host` of the plan; nothing if there is
  // none.
  std::optional<int> DrawTarget(int host);

  // What has happened elsewhere, perhaps to an address that this one may choose, too.
  void Follow(const ChurnEvent& event);

 private:
  struct Address {
    int pod;
    size_t home;  // the host whose set it belongs to, where it may appear again
  };

  // nullptr: none of the hosts of this churn.
  std::vector<Address>* AddressesAt(int host);

  const plan::Churn& churn_;
  sim::Rng rng_;
  const Cordons& cordons_;
  // By host of the churn.
  std::vector<std::vector<Address>> at_;
  std::vector<std::vector<Address>> absent_;
  absl::flat_hash_map<int, size_t> homes_;  // by pod; for look-up only
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_POPULATION_H_
