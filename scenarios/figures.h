// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Figures: the numbers of a variant's result by the names that expectations use, and what each of them means: whether less of
// it is better, and in words.
//
// Not among them: single flows, records and whatever else is a list, but for errnos and reasons of drops.
#ifndef WGSIM_SCENARIOS_FIGURES_H_
#define WGSIM_SCENARIOS_FIGURES_H_

#include <cstdint>
#include <string>

#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"
#include "scenarios/result.pb.h"

namespace scenario {

// Sorted by name. Of a group without flows only `flows` is there, of a distribution without values only `count`:
//   bystanders.refused, bystanders.errnos["ENOKEY"], bystanders.drops["unallowed_source"], config_latency_us.p99
// What has a name in brackets is there only if it is not 0.
absl::btree_map<std::string, double> FiguresOf(const VariantResult& variant);

enum class Better : uint8_t { kLess, kMore, kNeither };

struct FigureMeaning {
  Better better = Better::kNeither;
  // How bad a change for the worse is beside others: larger is worse.
  int weight = 0;
  // "packets whose send call failed, to addresses that nobody meant to touch".
  std::string words;
};

// Of a name from FiguresOf.
FigureMeaning MeaningOf(absl::string_view figure);

// "89.0 us", "1,234", "0.053 %": as the figure's unit wants it.
std::string FigureText(absl::string_view figure, double value);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_FIGURES_H_
