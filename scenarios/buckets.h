// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Buckets: the time of a run cut into equal parts, so that what is kept of it does not grow with its length (series.proto).
#ifndef WGSIM_SCENARIOS_BUCKETS_H_
#define WGSIM_SCENARIOS_BUCKETS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "protocol/check.h"
#include "sim/time.h"

namespace scenario {

class Buckets {
 public:
  static constexpr int64_t kMost = 300;

  // As few nanoseconds each as kMost allows, of 1, 2, 5, 10, 20, ... REQUIRES: duration > 0.
  explicit Buckets(sim::Duration duration) : end_(sim::kStart + duration) {
    CHECK(duration > sim::Duration(0));
    const int64_t least = (duration.count() + kMost - 1) / kMost;
    for (int64_t decade = 1; width_ == sim::Duration(0); decade *= 10) {
      for (const int64_t step : {1, 2, 5}) {
        if (width_ == sim::Duration(0) && step * decade >= least) width_ = sim::Duration(step * decade);
      }
    }
    size_ = static_cast<size_t>((duration.count() + width_.count() - 1) / width_.count());
  }

  sim::Duration width() const { return width_; }
  size_t size() const { return size_; }
  sim::Time end() const { return end_; }
  // What is after the end belongs to the last one. REQUIRES: time >= kStart.
  size_t IndexOf(sim::Time time) const {
    return std::min(static_cast<size_t>((time - sim::kStart) / width_), size_ - 1);
  }
  sim::Time EndOf(size_t bucket) const {
    return std::min(end_, sim::kStart + static_cast<int64_t>(bucket + 1) * width_);
  }

 private:
  sim::Time end_;
  sim::Duration width_{};
  size_t size_ = 0;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_BUCKETS_H_
