// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// RwLock: a reader/writer lock of a program (Go's sync.RWMutex) on something that is read for every
// packet. Like a SpinLock (sim/spin_lock.h) it is booked when a task's price is asked: Read and
// Write say how long the task waits before its section, and book the section behind that.
//
//   * any number of readers, or one writer;
//   * a writer waits for the readers and writers before it, a reader for the writers before it,
//     those that only wait included: so readers that come while a writer waits are behind it;
//   * whoever waits is parked, and pays `handover` to be woken.
//
// What is not modelled: a waiter's core is busy meanwhile, though in Go it would do something else.
#ifndef WGSIM_SIM_RW_LOCK_H_
#define WGSIM_SIM_RW_LOCK_H_

#include <algorithm>
#include <cstdint>

#include "protocol/check.h"
#include "sim/time.h"

namespace sim {

class RwLock {
 public:
  // REQUIRES: handover >= 0.
  explicit RwLock(Duration handover) : handover_(handover) { CHECK_GE(handover, Duration(0)); }

  // Books a section of `hold` from `at` on, or from when it may begin. Returns how long after `at`
  // that is. REQUIRES: hold >= 0.
  Duration Read(Time at, Duration hold) {
    CHECK_GE(hold, Duration(0));
    const Duration wait = WaitFor(at, written_until_);
    read_until_ = std::max(read_until_, at + wait + hold);
    return wait;
  }
  Duration Write(Time at, Duration hold) {
    CHECK_GE(hold, Duration(0));
    const Duration wait = WaitFor(at, std::max(written_until_, read_until_));
    written_until_ = at + wait + hold;
    return wait;
  }

  // Sections that had to wait.
  uint64_t contended() const { return contended_; }

 private:
  Duration WaitFor(Time at, Time free_at) {
    if (at >= free_at) return Duration(0);
    ++contended_;
    return free_at - at + handover_;
  }

  const Duration handover_;
  Time written_until_ = kStart;
  Time read_until_ = kStart;
  uint64_t contended_ = 0;
};

}  // namespace sim

#endif  // WGSIM_SIM_RW_LOCK_H_
