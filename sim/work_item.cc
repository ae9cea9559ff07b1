// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/work_item.h"

#include "protocol/check.h"

namespace sim {

WorkItem::WorkItem(EventLoop* loop, Context context, Runner* work, uint64_t arg)
    : loop_(loop), context_(context), work_(work), arg_(arg) {
  CHECK(loop != nullptr);
  CHECK(work != nullptr);
}

bool WorkItem::Queue(Core* core) {
  CHECK(core != nullptr);
  switch (state_) {
    case State::kPending:
    case State::kRunningPending:
      return false;
    case State::kIdle:
      state_ = State::kPending;
      core_ = core;
      break;
    case State::kRunning:
      state_ = State::kRunningPending;
      break;
  }
  ++queued_;
  core_->Submit(context_, Task{this, 0, kPriceAtStart});
  return true;
}

Duration WorkItem::Price(uint64_t /*arg*/) {
  CHECK(state_ == State::kPending);
  state_ = State::kRunning;
  return work_->Price(arg_);
}

void WorkItem::Act(uint64_t /*arg*/) {
  work_->Act(arg_);
  ++runs_;
  // Before anyone hears of it: a core never calls Price() during an act, so no transition is lost.
  state_ = state_ == State::kRunningPending ? State::kPending : State::kIdle;
  while (!flushers_.empty() && flushers_.front().run <= runs_) {
    const Flusher flusher = flushers_.Pop();
    loop_->At(loop_->now(), flusher.who, flusher.arg);
  }
}

void WorkItem::Flush(Actor* who, uint64_t arg) {
  CHECK(who != nullptr);
  if (queued_ == runs_) {
    loop_->At(loop_->now(), who, arg);
    return;
  }
  CHECK_LT(flushers_.size(), kMaxFlushers);
  flushers_.Push(Flusher{who, arg, queued_});
}

}  // namespace sim
