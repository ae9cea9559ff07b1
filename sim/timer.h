// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Timer: one cancellable, movable deadline, owned by whoever needs it. Arming, moving and
// cancelling are O(1); a timer that is moved later for every packet costs two stores per move and
// nothing in the queue.
//
//   Timer keepalive_{loop, this, kKeepalive};
//   keepalive_.ArmAfter(std::chrono::seconds(10));   // OnEvent(kKeepalive) unless moved or
//   cancelled before
//
// Destroying it cancels it, so an actor whose timers are its members may be destroyed at any time
// (as long as no fire-and-forget event is pending for it).
#ifndef WGSIM_SIM_TIMER_H_
#define WGSIM_SIM_TIMER_H_

#include <cstdint>

#include "sim/event_loop.h"
#include "sim/time.h"

namespace sim {

class Timer {
 public:
  // Disarmed; will call actor->OnEvent(arg). `loop` outlives the timer.
  Timer(EventLoop* loop, Actor* actor, uint64_t arg)
      : loop_(loop), id_(loop->CreateTimer(actor, arg)) {}
  ~Timer() { loop_->DeleteTimer(id_); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Arms or moves. REQUIRES: time >= loop's now().
  void ArmAt(Time time) { loop_->ArmTimer(id_, time); }
  // REQUIRES: 0 <= delay <= kEndOfTime - now().
  void ArmAfter(Duration delay) {
    CHECK_GE(delay, Duration(0));
    CHECK_LE(delay, kEndOfTime - loop_->now());
    loop_->ArmTimer(id_, loop_->now() + delay);
  }
  // False if it was not armed.
  bool Cancel() { return loop_->CancelTimer(id_); }

  bool armed() const { return loop_->IsArmed(id_); }
  // REQUIRES: armed().
  Time deadline() const { return loop_->TimerDeadline(id_); }

 private:
  EventLoop* const loop_;
  const TimerId id_;
};

}  // namespace sim

#endif  // WGSIM_SIM_TIMER_H_
