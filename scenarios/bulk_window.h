// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// BulkWindow: what the sender of a bulk transfer may send next, by the acknowledgements and timeouts so far: slow start from 10
// segments and congestion avoidance (RFC 5681), fast retransmit after three duplicates and recovery (NewReno, RFC 6582), after
// a timeout everything from the gap on again, in slow start. Segments are numbered from 0. Knows no clock and sends nothing.
#ifndef WGSIM_SCENARIOS_BULK_WINDOW_H_
#define WGSIM_SCENARIOS_BULK_WINDOW_H_

#include <cstdint>

namespace scenario {

class BulkWindow {
 public:
  static constexpr uint64_t kFirstWindow = 10;  // TCP_INIT_CWND
  static constexpr int kDuplicates = 3;         // of fast retransmit

  // At most `window` segments under way; `segments` in all, 0: no end.
  BulkWindow(uint64_t window, uint64_t segments);

  // Whether there is something to send now, and which segment.
  bool HasNext() const;
  // REQUIRES: HasNext().
  uint64_t Next() const;
  // Next() was sent. True if it had been sent before.
  bool Sent();

  // The receiver has everything before `upto`. True if that is news.
  bool Acknowledged(uint64_t upto);
  // The retransmission timeout passed.
  void TimedOut();

  // Acknowledged segments, all before this one.
  uint64_t first() const { return first_; }
  bool under_way() const { return next_ > first_; }
  uint64_t congestion_window() const { return congestion_; }

 private:
  void Grow(uint64_t by);
  void Halve();

  const uint64_t window_;
  const uint64_t segments_;
  uint64_t first_ = 0;  // the oldest that is not acknowledged
  uint64_t next_ = 0;   // to be sent next
  uint64_t most_ = 0;   // one after the last that was ever sent
  uint64_t congestion_ = kFirstWindow;
  uint64_t threshold_ = ~uint64_t{0};
  uint64_t grown_ = 0;  // acknowledged since the window grew in congestion avoidance
  int duplicates_ = 0;
  bool recovering_ = false;
  bool again_ = false;    // first_ is to be sent again
  uint64_t recover_ = 0;  // recovery ends, and another begins no sooner than, when this is acknowledged
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_BULK_WINDOW_H_
