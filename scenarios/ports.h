// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Which UDP ports the flows of a plan use, and on which hosts their applications listen. A port is given out once per
// host, whatever the address, and never one that WireGuard listens on there.
#ifndef WGSIM_SCENARIOS_PORTS_H_
#define WGSIM_SCENARIOS_PORTS_H_

#include <cstdint>
#include <vector>

#include "scenarios/plan.h"

namespace scenario {

inline constexpr int kFirstFlowPort = 1024;
inline constexpr int kLastFlowPort = 65535;

struct FlowPorts {
  uint16_t from;
  uint16_t to;
};

// The ports of each flow, in the order of the plan. Fewer than there are flows if a host ran out of them: at the first flow
// that is missing.
std::vector<FlowPorts> PlanPorts(const Plan& plan);

// Where the address of this end may come to be: its host, or every host if churn may move its pod.
std::vector<int> HostsOf(const Plan& plan, const plan::FlowEnd& end);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_PORTS_H_
