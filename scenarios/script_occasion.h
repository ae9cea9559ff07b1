// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// One time that an action of a script happens, and whom to tell what came of it.
#ifndef WGSIM_SCENARIOS_SCRIPT_OCCASION_H_
#define WGSIM_SCENARIOS_SCRIPT_OCCASION_H_

#include <string>

#include "scenarios/plan.h"

namespace scenario {

struct Occasion {
  const plan::ScriptAction* action;  // of the plan
  int repetition = 0;                // from 0
};

class CheckSink {
 public:
  virtual ~CheckSink() = default;
  // What should be, what is, and whether that is the same; now.
  virtual void OnCheck(const Occasion& occasion, std::string expected, std::string seen, bool held) = 0;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_SCRIPT_OCCASION_H_
