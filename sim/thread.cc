// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/thread.h"

#include <utility>

#include "protocol/check.h"
#include "sim/core.h"
#include "sim/machine.h"

namespace sim {

Thread::Thread(Machine* machine, Options options)
    : Thread(machine, options, machine->core(options.core)) {}

Thread::Thread(Machine* machine, Options options, Core* core)
    : machine_(machine), options_(std::move(options)), core_(core) {}

void Thread::Submit(const Task& task) {
  CHECK(task.runner != nullptr);
  CHECK(task.price >= Duration(0) || task.price == kPriceAtStart);
  CHECK_LT(tasks_.size(), kMaxTasks);
  tasks_.Push(task);
  if (!stopped_) Wake();
}

void Thread::Continue() {
  stopped_ = false;
  if (!tasks_.empty()) Wake();
}

void Thread::Wake() {
  if (awake_) return;
  awake_ = true;
  machine_->Place(*this)->Enqueue(this);
}

}  // namespace sim
