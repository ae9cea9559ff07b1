// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Actions of a script in words: for describe.cc.
#ifndef WGSIM_SCENARIOS_DESCRIBE_SCRIPT_H_
#define WGSIM_SCENARIOS_DESCRIBE_SCRIPT_H_

#include <string>

#include "scenarios/plan.h"

namespace scenario {

// "NETNS-01: at 1s, node0 pings 10.0.0.1, 10 times as fast as replies come; all are answered".
std::string ScriptWords(const Plan& plan, const plan::ScriptAction& action);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_DESCRIBE_SCRIPT_H_
