// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A straight line through measured times, robust against single wild ones (Theil-Sen): its slope is
// the median of the slopes between any two samples. In integers, so that the same samples make the
// same line everywhere.
#ifndef WGSIM_TOOLS_LINE_FIT_H_
#define WGSIM_TOOLS_LINE_FIT_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace tools {

// What so many units took. REQUIRES wherever it is used: neither is negative; `ps` below 10^15.
struct Sample {
  int64_t units;
  int64_t ps;
};

// Never negative, neither of them.
struct Line {
  int64_t fixed_ps = 0;
  int64_t per_unit_fs = 0;  // thousandths of a picosecond
};

// The middle one; of two the smaller. REQUIRES: there is one.
int64_t Median(std::vector<int64_t> values);

// The line through the samples. A falling one becomes level; one that would begin below zero begins
// at zero and has the median of ps / units as its slope. All samples at one place: a level line.
// REQUIRES: there is a sample.
Line FitLine(absl::Span<const Sample> samples);

}  // namespace tools

#endif  // WGSIM_TOOLS_LINE_FIT_H_
