// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of describe.h: what happens to pods and nodes, a line each.
#ifndef WGSIM_SCENARIOS_DESCRIBE_CHURN_H_
#define WGSIM_SCENARIOS_DESCRIBE_CHURN_H_

#include <string>
#include <vector>

#include "scenarios/plan.h"

namespace scenario {

// Of churn, and of each entry of its schedule.
std::vector<std::string> ChurnWords(const Plan& plan);
// Of drains and reboots.
std::vector<std::string> NodeWords(const Plan& plan);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_DESCRIBE_CHURN_H_
