// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Sweep: the matrix of values over which the variants of a scenario are run, and how its points are called. A point has one
// value of each axis: "cores=4,mtu=1280"; the variant "replace" at that point is "replace/cores=4,mtu=1280". Without axes
// there is one point, without a name, at which variants have their own names.
#ifndef WGSIM_SCENARIOS_SWEEP_H_
#define WGSIM_SCENARIOS_SWEEP_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace scenario {

struct Axis {
  std::string name;   // "cores"
  std::string field;  // "hosts.node.cores"
  std::vector<std::string> values;
};
using Axes = std::vector<Axis>;

// For each axis the number of a value.
using Point = std::vector<size_t>;

// All points, the last axis fastest. One, without values, if there are no axes.
std::vector<Point> Points(const Axes& axes);

// "cores=4,mtu=1280"; "" without axes.
std::string PointName(const Axes& axes, const Point& point);

// A variant as an expectation names it: "replace", or "replace[cores=4]" with values of its own for some axes.
struct VariantReference {
  std::string variant;
  std::vector<std::pair<size_t, size_t>> fixed;  // axis, value
};
// The error says what is wrong and what would be right.
absl::StatusOr<VariantReference> ParseVariantReference(absl::string_view text, const Axes& axes);

// The name of the run that is meant at `point`, of which the reference may fix values.
std::string RunName(const VariantReference& reference, const Axes& axes, Point point);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_SWEEP_H_
