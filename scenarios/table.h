// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The table that `wgsim run` prints: the variants of a result side by side, then what was expected
// of them.
#ifndef WGSIM_SCENARIOS_TABLE_H_
#define WGSIM_SCENARIOS_TABLE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "scenarios/result.pb.h"

namespace scenario {

// At most kTextWidth columns wide, unless names are very long: more variants than fit beside each
// other go below.
std::string ResultTable(const Result& result);

// Each expectation that did not hold: where it stands, what was wanted and seen, seed and virtual
// time, and the command, begun by `program`, that runs just this again. Empty if all held.
std::string Failures(const Result& result, absl::string_view program);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_TABLE_H_
