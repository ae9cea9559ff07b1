// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A scenario in words: machines, links, interfaces, pods, traffic, changes, variants, expectations.
#ifndef WGSIM_SCENARIOS_DESCRIBE_H_
#define WGSIM_SCENARIOS_DESCRIBE_H_

#include <string>

#include "scenarios/loader.h"

namespace scenario {

// Lines of at most kTextWidth where names allow it. What a variant changes of the first one's world
// is said there.
std::string Describe(const LoadedScenario& scenario);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_DESCRIBE_H_
