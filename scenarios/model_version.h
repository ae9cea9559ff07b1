// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The version of what is simulated. Results of the same version, scenario and seed are the same to the last packet; a
// baseline of another version is compared with a tolerance (baseline.h). Counted up by a release that is meant to give other
// figures, so that those who update wgsim see what changed for them instead of a wall of different hashes.
#ifndef WGSIM_SCENARIOS_MODEL_VERSION_H_
#define WGSIM_SCENARIOS_MODEL_VERSION_H_

#include <cstdint>

namespace scenario {

inline constexpr uint32_t kModelVersion = 1;

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_MODEL_VERSION_H_
