// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// How busy the cores of a world have been so far, and with what.
#ifndef WGSIM_SCENARIOS_CORE_LOADS_H_
#define WGSIM_SCENARIOS_CORE_LOADS_H_

#include <vector>

#include "scenarios/result.pb.h"
#include "scenarios/world.h"

namespace scenario {

// The kMostCoreLoads busiest cores, busiest first, then in order of hosts and numbers; none that
// did nothing. REQUIRES: time has passed.
inline constexpr size_t kMostCoreLoads = 16;
std::vector<CoreLoad> BusiestCores(World* world);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_CORE_LOADS_H_
