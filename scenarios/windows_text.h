// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The enumerated reading as text. A cell is the name of the peer that answers, "-" for nobody, and
// "name!" for a wrong peer: the address is kept and not his.
#ifndef WGSIM_SCENARIOS_WINDOWS_TEXT_H_
#define WGSIM_SCENARIOS_WINDOWS_TEXT_H_

#include <string>
#include <vector>

#include "scenarios/windows.h"

namespace scenario {

// More addresses than this, and the table counts answers instead of naming them.
inline constexpr size_t kMostAddressColumns = 8;

// One method: the table of cuts (steps after which nothing looks different share a row; in a
// counting table so do runs of one kind of step), the transition of every list, and what became of
// the addresses. Ends with a newline.
std::string WindowsTable(const Windows& windows);

// Several methods for the same change, one line each. REQUIRES: the same addresses in all.
std::string WindowsSummary(const std::vector<Windows>& methods);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_WINDOWS_TEXT_H_
