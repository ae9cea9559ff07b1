// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What checks of scripts saw, as text for the terminal and for reports of failures.
#ifndef WGSIM_SCENARIOS_CHECKS_TEXT_H_
#define WGSIM_SCENARIOS_CHECKS_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "scenarios/result.pb.h"

namespace scenario {

// So many checks of a variant are shown, those first that did not hold.
inline constexpr int kMostCheckLines = 60;

// A line for each check, under how many held; empty if there is none.
std::string CheckLines(const Result& result);

// One that did not hold: where it stands, what was wanted and seen, when, and the command, begun by `program`, that runs it again.
std::string CheckFailure(const Result& result, const VariantResult& variant, const CheckResult& check, absl::string_view program);

// Of all that did not hold. Empty if all did.
std::string CheckFailures(const Result& result, absl::string_view program);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_CHECKS_TEXT_H_
