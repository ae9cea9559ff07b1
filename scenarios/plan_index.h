// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Parts of a plan name each other by number.
#ifndef WGSIM_SCENARIOS_PLAN_INDEX_H_
#define WGSIM_SCENARIOS_PLAN_INDEX_H_

namespace scenario::plan {

// No such thing.
inline constexpr int kNone = -1;

}  // namespace scenario::plan

#endif  // WGSIM_SCENARIOS_PLAN_INDEX_H_
