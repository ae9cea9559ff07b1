// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/lock.h"

#include "protocol/check.h"

namespace sim {

Lock::Lock(EventLoop* loop, Duration handover) : loop_(loop), handover_(handover) {
  CHECK(loop != nullptr);
  CHECK_GE(handover, Duration(0));
}

bool Lock::Acquire(Actor* who, uint64_t arg) {
  CHECK(who != nullptr);
  CHECK(who != holder_);
  if (holder_ == nullptr) {
    holder_ = who;
    told_at_ = loop_->now();
    return true;
  }
  CHECK_LT(waiters_.size(), kMaxWaiters);
  waiters_.Push(Waiter{who, arg});
  return false;
}

void Lock::Release(Actor* who) {
  CHECK(who != nullptr);
  CHECK(who == holder_);
  CHECK_GE(loop_->now(), told_at_);
  holder_ = nullptr;
  if (waiters_.empty()) return;
  const Waiter next = waiters_.Pop();
  holder_ = next.who;
  told_at_ = loop_->now() + handover_;
  loop_->At(told_at_, next.who, next.arg);
}

}  // namespace sim
