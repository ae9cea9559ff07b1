// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// How much a scenario may unfold to.
#ifndef WGSIM_SCENARIOS_LIMITS_H_
#define WGSIM_SCENARIOS_LIMITS_H_

#include <cstdint>

namespace scenario {

// Anything larger is a slip of the pen or needs more memory than
// machines have.
inline constexpr int kMostHosts = 10'000;
inline constexpr int kMostLinks = 600'000;
inline constexpr int kMostPeers = 2'000'000;
inline constexpr int64_t kMostAllowedIps = 50'000'000;
inline constexpr int kMostPods = 1'000'000;
inline constexpr int kMostFlows = 200'000;
// Pod events, on average, and actions with their repetitions. Less than wgnode::NetlinkAgent::kMaxWaiting.
inline constexpr int64_t kMostChanges = 10'000'000;

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_LIMITS_H_
