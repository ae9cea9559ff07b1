// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/work_item.h"

#include "sim/work_queue.h"

namespace sim {

bool WorkItem::Queue(int core) {
  switch (state_) {
    case State::kPending:
    case State::kRunningPending:
      return false;
    case State::kRunning:
      state_ = State::kRunningPending;
      return true;
    case State::kIdle:
      break;
  }
  state_ = State::kPending;
  pool_ = queue_->PoolOf(core);
  pool_->Add(this);
  return true;
}

}  // namespace sim
