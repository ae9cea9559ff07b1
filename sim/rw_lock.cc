// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/rw_lock.h"

#include "protocol/check.h"

namespace sim {

RwLock::RwLock(EventLoop* loop, Duration handover) : loop_(loop), handover_(handover) {
  CHECK(loop != nullptr);
  CHECK_GE(handover, Duration(0));
}

bool RwLock::AcquireRead(Actor* who, uint64_t arg) {
  CHECK(who != nullptr);
  if (writer_ == nullptr && waiting_writers_.empty()) {
    ++readers_;
    return true;
  }
  CHECK_LT(waiting_readers_.size(), kMaxWaiters);
  waiting_readers_.Push(Waiter{who, arg});
  return false;
}

void RwLock::ReleaseRead() {
  CHECK(readers_ != 0);
  CHECK(writer_ == nullptr);
  --readers_;
  if (readers_ == 0) AdmitWriter();
}

bool RwLock::AcquireWrite(Actor* who, uint64_t arg) {
  CHECK(who != nullptr);
  CHECK(who != writer_);
  if (writer_ == nullptr && readers_ == 0) {
    writer_ = who;
    return true;
  }
  CHECK_LT(waiting_writers_.size(), kMaxWaiters);
  waiting_writers_.Push(Waiter{who, arg});
  return false;
}

void RwLock::ReleaseWrite(Actor* who) {
  CHECK(who != nullptr);
  CHECK(who == writer_);
  CHECK(readers_ == 0);
  writer_ = nullptr;
  if (waiting_readers_.empty()) {
    AdmitWriter();
    return;
  }
  while (!waiting_readers_.empty()) {
    const Waiter reader = waiting_readers_.Pop();
    ++readers_;
    loop_->After(handover_, reader.who, reader.arg);
  }
}

void RwLock::AdmitWriter() {
  if (waiting_writers_.empty()) return;
  const Waiter next = waiting_writers_.Pop();
  writer_ = next.who;
  loop_->After(handover_, next.who, next.arg);
}

}  // namespace sim
