// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Reads a price list (cost_models/*.textproto, cost_model.proto) and checks it: every kind of work
// exactly once, nothing unknown, nothing negative, units as the work has them, a source for each
// number.
#ifndef WGSIM_SCENARIOS_COST_MODEL_FILE_H_
#define WGSIM_SCENARIOS_COST_MODEL_FILE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "scenarios/diagnostics.h"
#include "sim/wg/cost_model.h"

namespace scenario {

// Highest price, fixed in nanoseconds or per unit in picoseconds.
inline constexpr int64_t kHighestPrice = 1'000'000'000'000;

// `file` is a name for messages. On errors, which go to `diagnostics`, the model is of no use.
wgnode::CostModel ParseCostModel(absl::string_view text, absl::string_view file,
                                 Diagnostics* diagnostics);

// What the list says of itself; "" if it cannot be read.
std::string CostModelDescription(absl::string_view text);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_COST_MODEL_FILE_H_
