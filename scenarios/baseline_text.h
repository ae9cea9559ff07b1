// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A comparison with a baseline in words and figures.
#ifndef WGSIM_SCENARIOS_BASELINE_TEXT_H_
#define WGSIM_SCENARIOS_BASELINE_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "scenarios/result.pb.h"

namespace scenario {

// The verdict first, then what differs, variant by variant, worst first, at last the commands, begun by `program`, that run
// it again and that renew the baseline. One line if nothing differs. REQUIRES: result.baseline() is there.
std::string BaselineText(const Result& result, absl::string_view program);

// The part of it that is about this variant; "" for what concerns the whole run. Empty if nothing differs.
std::string BaselineTextOf(const BaselineComparison& comparison, absl::string_view variant);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_BASELINE_TEXT_H_
