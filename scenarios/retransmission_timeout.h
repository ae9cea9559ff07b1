// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// RetransmissionTimeout: how long a connection waits for an acknowledgement (RFC 6298), with the bounds of Linux
// (TCP_TIMEOUT_INIT, TCP_RTO_MIN, TCP_RTO_MAX): 1 s before the first round trip was measured; then the smoothed round trip
// and four times its variation, of which Linux counts at least 200 ms (tcp_rtt_estimator, __tcp_set_rto); doubled each time
// it passes (section 5.5), up to 120 s. Whoever measures leaves out what was sent more than once (Karn).
#ifndef WGSIM_SCENARIOS_RETRANSMISSION_TIMEOUT_H_
#define WGSIM_SCENARIOS_RETRANSMISSION_TIMEOUT_H_

#include <algorithm>
#include <chrono>

#include "sim/time.h"

namespace scenario {

class RetransmissionTimeout {
 public:
  static constexpr sim::Duration kInitial = std::chrono::seconds(1);
  static constexpr sim::Duration kLeastVariation = std::chrono::milliseconds(200);
  static constexpr sim::Duration kMost = std::chrono::seconds(120);

  sim::Duration value() const { return value_; }

  // A round trip; ends the doubling.
  void Sample(sim::Duration rtt) {
    if (!measured_) {
      smoothed_ = rtt;
      variation_ = rtt / 2;
      measured_ = true;
    } else {
      const sim::Duration error = smoothed_ > rtt ? smoothed_ - rtt : rtt - smoothed_;
      variation_ = (3 * variation_ + error) / 4;
      smoothed_ = (7 * smoothed_ + rtt) / 8;
    }
    value_ = std::min(kMost, smoothed_ + std::max(kLeastVariation, 4 * variation_));
  }

  // It passed without an acknowledgement.
  void BackOff() { value_ = std::min(kMost, 2 * value_); }

 private:
  bool measured_ = false;
  sim::Duration smoothed_{};
  sim::Duration variation_{};
  sim::Duration value_ = kInitial;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_RETRANSMISSION_TIMEOUT_H_
