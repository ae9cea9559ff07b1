// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Expectations: comparisons of figures of a result.
//
//   remove_me.bystanders.refused == 0
//   replace.bystanders.exposure_us.p99 > 2 * dummy_peer.config_latency_us.p99
//   replace.flows["stream.node0-node1"].refused > 0
//
// A figure is VARIANT.FIELD...FIELD with the names of VariantResult in result.proto; if the variant
// has no such field itself, its bystanders are meant. Elements of a list go by their name; an errno
// that never occurred counts 0. Operators, from loose to tight: one comparison (== != < <= > >=), +
// and -, * and /; brackets. Write blanks around "-".
#ifndef WGSIM_SCENARIOS_EXPECTATION_H_
#define WGSIM_SCENARIOS_EXPECTATION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "scenarios/result.pb.h"

namespace scenario {

struct Judgement {
  bool held = false;
  std::string seen;  // the comparison with figures in place of names: "12 == 0"
};

// Whether `text` can be judged once the variants (by name) have run with these flows. The error
// says what is wrong and what would be right. `flows` may be nullptr: any name then goes.
absl::Status CheckExpectation(absl::string_view text, const std::vector<std::string>& variants,
                              const std::vector<std::string>* flows);

// The variants that it speaks of. REQUIRES: CheckExpectation(text) was fine.
std::vector<std::string> VariantsOf(absl::string_view text);

// REQUIRES: CheckExpectation(text) was fine and `result` has these variants.
Judgement Judge(absl::string_view text, const Result& result);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_EXPECTATION_H_
