// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The keys that texts of scripts name (script_text.h), in a world that runs.
#ifndef WGSIM_SCENARIOS_SCRIPT_KEYS_H_
#define WGSIM_SCENARIOS_SCRIPT_KEYS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "scenarios/world.h"

namespace scenario {

// The number of the WireGuard interface of this name on the host; kNone if there is none.
int FindWire(const Plan& plan, int host, absl::string_view name);

// "node1/wg0": of that interface, now; another name: derived from the plan's seed and that name, private keys clamped. NotFound: the
// interface has none.
absl::StatusOr<std::string> ScriptKey(const World& world, absl::string_view kind, absl::string_view whose);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_SCRIPT_KEYS_H_
