// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What both clocks of a host show when the simulation starts.
#ifndef WGSIM_SIM_WG_CLOCK_START_H_
#define WGSIM_SIM_WG_CLOCK_START_H_

#include <chrono>

#include "protocol/time.h"

namespace wgnode {

// The boot clock must not start at 0 (protocol/time.h).
struct ClockStart {
  wg::BootTime boot{std::chrono::seconds(1000)};
  wg::WallTime wall{std::chrono::seconds(1704067200)};  // 2024-01-01 00:00:00 UTC
};

}  // namespace wgnode

#endif  // WGSIM_SIM_WG_CLOCK_START_H_
