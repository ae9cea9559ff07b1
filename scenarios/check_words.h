// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A check of a script in words.
#ifndef WGSIM_SCENARIOS_CHECK_WORDS_H_
#define WGSIM_SCENARIOS_CHECK_WORDS_H_

#include <string>

#include "scenarios/plan_script.h"

namespace scenario {

// What it looks at: "bytes received of wg0", "wg show wg0 endpoints".
std::string SubjectText(const plan::Check& check);
// What that must be: "is \"1372\" or \"1404\"", "is at most 5", ...
std::string ExpectedText(const plan::Check& check);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_CHECK_WORDS_H_
