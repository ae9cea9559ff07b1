// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What a check of a script sees, and whether it is what it should be.
#ifndef WGSIM_SCENARIOS_SCRIPT_CHECK_H_
#define WGSIM_SCENARIOS_SCRIPT_CHECK_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "scenarios/plan.h"
#include "scenarios/world.h"

namespace scenario {

struct Sight {
  std::string text;
  uint64_t number = 0;  // of a figure
};

// Looks. Nothing changes. An error says why there is nothing to see: no such interface any more, no such peer.
absl::StatusOr<Sight> Look(World* world, const plan::Check& check);

// Whether what is seen passes all comparisons; keys in their texts are those of now.
bool Passes(const World& world, const plan::Check& check, const Sight& sight);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_SCRIPT_CHECK_H_
