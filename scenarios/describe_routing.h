// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For `wgsim describe`: what machines do with packets on their way, in words.
#ifndef WGSIM_SCENARIOS_DESCRIBE_ROUTING_H_
#define WGSIM_SCENARIOS_DESCRIBE_ROUTING_H_

#include <string>

#include "scenarios/plan.h"

namespace scenario {

// ", translates 192.168.1.0/24 to 203.0.113.1, ..."; empty if nothing is unusual.
std::string RoutingWords(const plan::Host& host);
// "rebind: at 10s, r forgets ...".
std::string NatRebindWords(const Plan& plan, const plan::NatRebind& rebind);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_DESCRIBE_ROUTING_H_
