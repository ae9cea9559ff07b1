// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Baselines (baseline.proto): made from a result, written, read, and compared with a later one. Pure functions.
//
// Of the same scenario (its digest), seed and version every figure and the trace hash must be the same: what differs, for the
// better too, says that the baseline is to be looked at and renewed. Otherwise figures are compared within the baseline's
// tolerance, and only what got worse counts: seeds differ by chance, versions and scenarios on purpose.
#ifndef WGSIM_SCENARIOS_BASELINE_H_
#define WGSIM_SCENARIOS_BASELINE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "scenarios/baseline.pb.h"
#include "scenarios/result.pb.h"

namespace scenario {

inline constexpr uint32_t kBaselineForm = 1;
inline constexpr double kTolerancePercent = 5;

// `tolerance_percent`: what the baseline that this one replaces says.
Baseline MakeBaseline(const Result& result, double tolerance_percent = kTolerancePercent);

// One figure a line; equal baselines give equal bytes.
std::string BaselineToJson(const Baseline& baseline);

// The error says what is wrong: no baseline, or one of a later form.
absl::StatusOr<Baseline> BaselineFromJson(absl::string_view json);

// Whether a run of this scenario with these variants can be compared with it at all: for before the run.
absl::Status CheckComparable(const Baseline& baseline, absl::string_view scenario,
                             const std::vector<std::string>& variants);

// What got better or worse, variant by variant, worst first. `all_variants`: the result has all that there are; what the
// baseline has beside them is gone. Leaves `file` empty. REQUIRES: CheckComparable was fine.
BaselineComparison CompareWithBaseline(const Result& result, const Baseline& baseline, bool all_variants);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_BASELINE_H_
