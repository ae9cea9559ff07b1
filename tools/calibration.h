// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What measured primitives make of a price list: the prices that follow from them, as a file
// (scenarios/cost_model.proto) on top of a base that has all others. A pure function.
#ifndef WGSIM_TOOLS_CALIBRATION_H_
#define WGSIM_TOOLS_CALIBRATION_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/wg/cost_model.h"
#include "tools/primitives.h"

namespace tools {

// Rounded as the file has it: nothing that was measured comes to nothing.
struct CalibratedPrice {
  wgnode::Cost cost;
  wgnode::Price price;  // fixed_ps in whole nanoseconds
  std::string source;
};

// In the order of Cost. Prices of which only a part could be measured take the rest from `base`.
std::vector<CalibratedPrice> CalibratedPrices(const Primitives& measured,
                                              const wgnode::CostModel& base,
                                              absl::string_view machine);

// The file. REQUIRES: `name` and `base` are names that the loader accepts.
std::string CalibratedFile(absl::string_view name, absl::string_view base,
                           absl::string_view machine, absl::Span<const CalibratedPrice> prices);

// The table for people: what was measured beside what the base says.
std::string CalibrationTable(absl::Span<const CalibratedPrice> prices,
                             const wgnode::CostModel& base);

}  // namespace tools

#endif  // WGSIM_TOOLS_CALIBRATION_H_
