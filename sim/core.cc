// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/core.h"

#include <algorithm>

#include "protocol/check.h"

namespace sim {

Duration Runner::Price(uint64_t /*arg*/) {
  CHECK(!"a task was submitted with kPriceAtStart for a runner that names no price");
  return Duration(0);
}

void Core::Submit(Context context, const Task& task) {
  CHECK(task.runner != nullptr);
  CHECK(task.price >= Duration(0) || task.price == kPriceAtStart);
  const size_t row = static_cast<size_t>(context);
  CHECK_LT(row, kContexts);
  if (!busy_) {
    Take(row, task);
    return;
  }
  Ring<Task>& ready = ready_[row];
  CHECK_LT(ready.size(), kMaxReady);
  ready.Push(task);
  stats_[row].queued_max = std::max(stats_[row].queued_max, ready.size());
}

void Core::Take(size_t context, const Task& task) {
  // Busy first: Price() may submit tasks to this core, and they must queue behind.
  busy_ = true;
  current_ = task;
  current_context_ = context;
  taken_at_ = loop_->now();
  busy_until_ = loop_->now();
  ++tasks_taken_;
  if (task.price == kPriceAtStart) {
    current_.price = task.runner->Price(task.arg);
    CHECK_GE(current_.price, Duration(0));
  }
  CHECK_LE(current_.price, kEndOfTime - loop_->now());
  busy_until_ = loop_->now() + current_.price;
  loop_->At(busy_until_, this, tasks_taken_);
}

void Core::OnEvent(uint64_t arg) {
  CHECK(busy_);
  CHECK_EQ(arg, tasks_taken_);
  CHECK(loop_->now() == busy_until_);
  current_.runner->Act(current_.arg);
  Stats& stats = stats_[current_context_];
  ++stats.done;
  stats.busy += current_.price;
  TakeNext();
}

void Core::TakeNext() {
  for (size_t context = 0; context < kContexts; ++context) {
    if (!ready_[context].empty()) {
      Take(context, ready_[context].Pop());
      return;
    }
  }
  busy_ = false;
}

Time Core::busy_until() const {
  CHECK(busy_);
  return busy_until_;
}

Context Core::current_context() const {
  CHECK(busy_);
  return static_cast<Context>(current_context_);
}

Duration Core::busy_time(Context context) const {
  Duration total = stats(context).busy;
  if (busy_ && current_context_ == static_cast<size_t>(context)) total += loop_->now() - taken_at_;
  return total;
}

}  // namespace sim
