// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// SpinLock: a lock that keeps its waiters' cores busy (spinlock_t). Spinning is part of a task's
// price, and prices are known when a task begins; so a section is booked then: Take says how long
// the task spins before its turn and books `hold` behind that. First come, first served, without
// events.
//
//   Duration Price(uint64_t) { return work + lock.Take(loop->now() + work, hold) + hold; }
//
// What is not modelled: a holder that is interrupted in the middle keeps its booking as it is, and a
// task that asks for a later time than one that asks after it is served first.
#ifndef WGSIM_SIM_SPIN_LOCK_H_
#define WGSIM_SIM_SPIN_LOCK_H_

#include <algorithm>
#include <cstdint>

#include "protocol/check.h"
#include "sim/time.h"

namespace sim {

class SpinLock {
 public:
  // Books the lock for `hold` from `at` on, or from when it is free. Returns how long after `at`
  // that is. REQUIRES: hold >= 0.
  Duration Take(Time at, Duration hold) {
    CHECK_GE(hold, Duration(0));
    const Duration wait = std::max(Duration(0), free_at_ - at);
    free_at_ = at + wait + hold;
    ++taken_;
    contended_ += wait > Duration(0);
    spun_ += wait;
    return wait;
  }

  // Held, or booked, until then.
  Time free_at() const { return free_at_; }

  uint64_t taken() const { return taken_; }
  // Of those: had to wait; and for how long altogether.
  uint64_t contended() const { return contended_; }
  Duration spun() const { return spun_; }

 private:
  Time free_at_ = kStart;
  uint64_t taken_ = 0;
  uint64_t contended_ = 0;
  Duration spun_{0};
};

}  // namespace sim

#endif  // WGSIM_SIM_SPIN_LOCK_H_
