// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/sweep.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

std::string Choice(absl::string_view word, const std::vector<std::string>& names) {
  const std::string near = Nearest(word, names);
  return absl::StrCat(near.empty() ? "" : absl::StrCat("did you mean ", near, "? "), "there are ",
                      absl::StrJoin(names, ", "));
}

}  // namespace

std::vector<Point> Points(const Axes& axes) {
  std::vector<Point> points = {{}};
  for (const Axis& axis : axes) {
    std::vector<Point> longer;
    for (const Point& point : points) {
      for (size_t value = 0; value < axis.values.size(); ++value) {
        longer.push_back(point);
        longer.back().push_back(value);
      }
    }
    points = std::move(longer);
  }
  return points;
}

std::string PointName(const Axes& axes, const Point& point) {
  std::string name;
  for (size_t i = 0; i < axes.size(); ++i) {
    absl::StrAppend(&name, i > 0 ? "," : "", axes[i].name, "=", axes[i].values[point[i]]);
  }
  return name;
}

absl::StatusOr<VariantReference> ParseVariantReference(absl::string_view text, const Axes& axes) {
  VariantReference reference;
  const size_t bracket = text.find('[');
  reference.variant = std::string(text.substr(0, bracket));
  if (bracket == absl::string_view::npos) return reference;
  if (axes.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" names a point, but nothing is swept; write ",
                     reference.variant));
  }
  std::vector<std::string> names;
  for (const Axis& axis : axes) names.push_back(axis.name);
  const absl::string_view inside = text.substr(bracket + 1, text.size() - bracket - 2);
  for (const absl::string_view part : absl::StrSplit(inside, ',')) {
    const std::pair<std::string, std::string> pair = absl::StrSplit(part, absl::MaxSplits('=', 1));
    const auto axis = std::find(names.begin(), names.end(), pair.first);
    if (axis == names.end()) {
      return absl::InvalidArgumentError(absl::StrCat("\"", pair.first, "\" is not swept; ",
                                                     Choice(pair.first, names)));
    }
    const size_t number = static_cast<size_t>(axis - names.begin());
    const std::vector<std::string>& values = axes[number].values;
    const auto value = std::find(values.begin(), values.end(), pair.second);
    if (value == values.end()) {
      return absl::InvalidArgumentError(absl::StrCat(pair.first, " is never \"", pair.second,
                                                     "\"; ", Choice(pair.second, values)));
    }
    reference.fixed.emplace_back(number, static_cast<size_t>(value - values.begin()));
  }
  return reference;
}

std::string RunName(const VariantReference& reference, const Axes& axes, Point point) {
  if (axes.empty()) return reference.variant;
  for (const auto& [axis, value] : reference.fixed) point[axis] = value;
  return absl::StrCat(reference.variant, "/", PointName(axes, point));
}

}  // namespace scenario
