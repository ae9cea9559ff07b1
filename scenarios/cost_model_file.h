// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Reads a price list (cost_models/*.textproto, cost_model.proto) with the lists it is based on, and
// checks them: every kind of work once, nothing unknown, nothing negative, units as the work has
// them, a source for each number, and what an instruction takes where prices are instructions.
#ifndef WGSIM_SCENARIOS_COST_MODEL_FILE_H_
#define WGSIM_SCENARIOS_COST_MODEL_FILE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "scenarios/diagnostics.h"
#include "scenarios/file_reader.h"
#include "sim/wg/cost_model.h"

namespace scenario {

// Highest price: fixed in nanoseconds or instructions, per unit in picoseconds or thousandths of an
// instruction.
inline constexpr int64_t kHighestPrice = 1'000'000'000'000;
// A microsecond for an instruction.
inline constexpr int64_t kHighestInstructionPs = 1'000'000;
// A price list, its base, the base of that, ...
inline constexpr int kMostBases = 8;

struct CostModelText {
  std::string path;
  std::string text;
};

// Finds the list that the file `from` calls `reference`: a name is one that comes with wgsim,
// everything else a path relative to `from`. The error's message is for a user: what is wrong, and
// what there is.
absl::StatusOr<CostModelText> ReadCostModel(const std::string& reference, absl::string_view from,
                                            FileReader* files);

// `file` is a name for messages and the place from which a path to a base is relative. On errors,
// which go to `diagnostics`, the model is of no use.
wgnode::CostModel ParseCostModel(absl::string_view text, absl::string_view file, FileReader* files,
                                 Diagnostics* diagnostics);

// What the list says of itself; "" if it cannot be read.
std::string CostModelDescription(absl::string_view text);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_COST_MODEL_FILE_H_
