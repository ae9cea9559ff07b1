// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Expectations: comparisons of figures of a result.
//
//   remove_me.bystanders.refused == 0
//   replace.bystanders.exposure_us.p99 > 2 * dummy_peer.config_latency_us.p99
//   replace.flows["stream.node0-node1"].refused > 0
//
// A figure is VARIANT.FIELD...FIELD with the names of VariantResult in result.proto; if the variant
// has no such field itself, its bystanders are meant. Elements of a list go by their name, as
// replace.flows.probe.delivered or, where a name has other characters, flows["a.b"]; an errno that never occurred counts 0.
// Drops go by their reason: replace.drops["queue full"]. There are min(a, b), max(a, b) and abs(a). Where fields are swept (sweep.h), the comparison is made at every point; VARIANT[AXIS=VALUE]
// is the variant at one of them. A number with a unit of time stands for its microseconds: 200us, 1.5s. Operators, from loose to tight: one comparison (== != < <= > >=), +
// and -, * and /; brackets. Write blanks around "-".
#ifndef WGSIM_SCENARIOS_EXPECTATION_H_
#define WGSIM_SCENARIOS_EXPECTATION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "scenarios/result.pb.h"
#include "scenarios/sweep.h"

namespace scenario {

struct Judgement {
  bool held = false;
  std::string seen;  // the comparison with figures in place of names: "12 == 0"
};

// Whether `text` can be judged once the variants (by name) have run with these flows. The error
// says what is wrong and what would be right. `flows` may be nullptr: any name then goes.
absl::Status CheckExpectation(absl::string_view text, const std::vector<std::string>& variants,
                              const std::vector<std::string>* flows, const Axes& axes = {});

// The variants that it speaks of, without points. REQUIRES: CheckExpectation(text) was fine.
std::vector<std::string> VariantsOf(absl::string_view text);

// Whether all it speaks of, at one point or more, is among `runs`, by name. REQUIRES: CheckExpectation(text) was fine.
bool CanJudge(absl::string_view text, const Axes& axes, const std::vector<std::string>& runs);

// Held if it did at every point that `result` has; `seen` tells of one at which it did not, or of the first. REQUIRES:
// CanJudge(text) of the result's runs.
Judgement Judge(absl::string_view text, const Result& result);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_EXPECTATION_H_
