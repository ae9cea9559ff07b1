// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Two results of one scenario beside each other, point by point: a simulation, a measurement on a real kernel, either way
// round. What must be the same, what may be missed by chance, and what is only shown.
#ifndef WGSIM_TOOLS_KERNEL_REFERENCE_COMPARISON_H_
#define WGSIM_TOOLS_KERNEL_REFERENCE_COMPARISON_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scenarios/result.pb.h"

namespace kernel_reference {

struct Point {
  enum class Verdict {
    kAgrees,
    kDiffers,
    kUndecided,  // one side has too few packets to have met what the other one met
    kShown,      // not compared: why says the reason
  };
  std::string variant, figure, a, b;
  Verdict verdict;
  std::string why;
};

struct Comparison {
  std::vector<Point> points;
  bool agrees() const;
};

// Below so many packets to be expected, seeing none says nothing.
inline constexpr double kLeastExpected = 5;

// InvalidArgument: results without a variant in common.
absl::StatusOr<Comparison> Compare(const scenario::Result& a, const scenario::Result& b);

// A table, a line for each point; `a` and `b` are what the two are called.
std::string ComparisonText(const Comparison& comparison, const std::string& a, const std::string& b);

}  // namespace kernel_reference

#endif  // WGSIM_TOOLS_KERNEL_REFERENCE_COMPARISON_H_
