// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/line_fit.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "protocol/check.h"

namespace tools {
namespace {

constexpr int64_t kFs = 1000;  // in a picosecond

// To the nearest, halves away from zero. REQUIRES: b > 0.
int64_t Divided(int64_t a, int64_t b) { return (a + (a < 0 ? -b / 2 : b / 2)) / b; }

}  // namespace

int64_t Median(std::vector<int64_t> values) {
  CHECK(!values.empty());
  const auto middle = values.begin() + static_cast<ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Line FitLine(absl::Span<const Sample> samples) {
  std::vector<int64_t> slopes;
  for (size_t i = 0; i < samples.size(); ++i) {
    for (size_t j = i + 1; j < samples.size(); ++j) {
      const Sample& low = samples[i].units < samples[j].units ? samples[i] : samples[j];
      const Sample& high = samples[i].units < samples[j].units ? samples[j] : samples[i];
      if (low.units == high.units) continue;
      slopes.push_back(Divided((high.ps - low.ps) * kFs, high.units - low.units));
    }
  }
  Line line;
  if (!slopes.empty()) line.per_unit_fs = std::max<int64_t>(0, Median(std::move(slopes)));
  std::vector<int64_t> beginnings;
  for (const Sample& sample : samples) {
    beginnings.push_back(sample.ps - Divided(line.per_unit_fs * sample.units, kFs));
  }
  line.fixed_ps = Median(std::move(beginnings));
  if (line.fixed_ps >= 0) return line;
  std::vector<int64_t> ratios;
  for (const Sample& sample : samples) {
    if (sample.units > 0) ratios.push_back(Divided(sample.ps * kFs, sample.units));
  }
  // A line below zero has a slope, and a slope needs units.
  return {0, Median(std::move(ratios))};
}

}  // namespace tools
