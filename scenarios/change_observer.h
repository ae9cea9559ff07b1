// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ChangeObserver: hears how the configuration of a run's devices changes. It only looks.
#ifndef WGSIM_SCENARIOS_CHANGE_OBSERVER_H_
#define WGSIM_SCENARIOS_CHANGE_OBSERVER_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "protocol/config_step.h"
#include "scenarios/exposure_meter.h"

namespace scenario {

class ChangeObserver {
 public:
  virtual ~ChangeObserver() = default;
  // A reconfiguration of this device of the plan begins. "remove 10.1.0.7/32". One per device at a time.
  virtual void OnChangeBegin(int device, absl::string_view what) = 0;
  // A step of it has acted just now.
  virtual void OnChangeStep(int device, const wg::ConfigStep& step) = 0;
  // It is over, or the run is. The addresses that were exposed in its course.
  virtual void OnChangeEnd(int device, const std::vector<Exposure>& exposures) = 0;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_CHANGE_OBSERVER_H_
