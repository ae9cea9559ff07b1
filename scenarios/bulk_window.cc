// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/bulk_window.h"

#include <algorithm>

#include "protocol/check.h"

namespace scenario {

BulkWindow::BulkWindow(uint64_t window, uint64_t segments) : window_(window), segments_(segments) {}

bool BulkWindow::HasNext() const {
  if (again_) return true;
  if (segments_ != 0 && next_ >= segments_) return false;
  // Each duplicate is a segment that has left the network.
  const uint64_t left = recovering_ ? static_cast<uint64_t>(duplicates_) : 0;
  return next_ < first_ + std::min(window_, congestion_ + left);
}

uint64_t BulkWindow::Next() const {
  CHECK(HasNext());
  return again_ ? first_ : next_;
}

bool BulkWindow::Sent() {
  if (again_) {
    again_ = false;
    return true;
  }
  ++next_;
  const bool before = next_ <= most_;
  most_ = std::max(most_, next_);
  return before;
}

void BulkWindow::Halve() {
  threshold_ = std::max<uint64_t>(2, (next_ - first_) / 2);
}

void BulkWindow::Grow(uint64_t by) {
  if (congestion_ < threshold_) {
    congestion_ += by;
  } else {
    grown_ += by;
    if (grown_ >= congestion_) {
      grown_ -= congestion_;
      ++congestion_;
    }
  }
  congestion_ = std::min(congestion_, window_);
}

bool BulkWindow::Acknowledged(uint64_t upto) {
  if (upto > most_ || upto < first_) return false;
  if (upto == first_) {
    if (!under_way()) return false;
    ++duplicates_;
    if (duplicates_ == kDuplicates && !recovering_ && first_ >= recover_) {
      Halve();
      congestion_ = threshold_;
      recover_ = most_;
      recovering_ = true;
      again_ = true;
    }
    return false;
  }
  const uint64_t news = upto - first_;
  first_ = upto;
  next_ = std::max(next_, first_);
  again_ = false;
  if (!recovering_) {
    duplicates_ = 0;
    Grow(news);
  } else if (upto >= recover_) {
    duplicates_ = 0;
    recovering_ = false;
  } else {
    // The next gap of the same loss.
    duplicates_ = static_cast<int>(std::max<int64_t>(0, duplicates_ - static_cast<int64_t>(news)));
    again_ = true;
  }
  return true;
}

void BulkWindow::TimedOut() {
  if (under_way()) Halve();
  congestion_ = 1;
  grown_ = 0;
  next_ = first_;
  recover_ = most_;
  duplicates_ = 0;
  recovering_ = false;
  again_ = false;
}

}  // namespace scenario
