// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Lock: a sleeping mutex of the simulated machine (the kernel's struct mutex, Go's sync.Mutex).
// Served strictly in order of arrival. Whoever has to wait is off its core meanwhile (rule 6 in
// core.h): it has no task submitted and submits the next one when OnEvent tells it that the lock is
// now its own.
//
//   if (lock->Acquire(this, kLocked)) Proceed();   // else OnEvent(kLocked) calls Proceed() later
//   ...
//   lock->Release(this);
//
// A release with waiters passes the lock on at once (nobody can slip in between); the new holder
// hears of it `handover` later, the price of a wake-up. Not recursive.
#ifndef WGSIM_SIM_LOCK_H_
#define WGSIM_SIM_LOCK_H_

#include <cstddef>
#include <cstdint>

#include "sim/event_loop.h"
#include "sim/ring.h"
#include "sim/time.h"

namespace sim {

class Lock {
 public:
  // Processes that can reasonably wait for one lock. Reaching it is a modelling error.
  static constexpr size_t kMaxWaiters = size_t{1} << 16;

  // `loop` outlives the lock. REQUIRES: handover >= 0.
  explicit Lock(EventLoop* loop, Duration handover = Duration(0));
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  // True: `who` holds the lock now. False: who->OnEvent(arg) will be called when it does.
  // REQUIRES: `who` neither holds it nor waits for it.
  bool Acquire(Actor* who, uint64_t arg);
  // REQUIRES: `who` holds the lock, and if it had to wait, has been told so.
  void Release(Actor* who);

  bool held() const { return holder_ != nullptr; }
  size_t waiters() const { return waiters_.size(); }

 private:
  struct Waiter {
    Actor* who;
    uint64_t arg;
  };

  EventLoop* const loop_;
  const Duration handover_;
  Actor* holder_ = nullptr;
  Time told_at_{};  // when the holder hears (or heard) that it holds
  Ring<Waiter> waiters_;
};

}  // namespace sim

#endif  // WGSIM_SIM_LOCK_H_
