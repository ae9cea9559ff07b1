// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/work_queue.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"
#include "sim/core.h"

namespace sim {

// A kworker: idle, woken and on its way to the list of items, or in the loop of one.
class WorkerPool::Worker : public Runner {
 public:
  explicit Worker(WorkerPool* pool)
      : pool_(pool),
        thread_(pool->machine_, {.name = pool->core_ < 0 ? std::string("kworker/u")
                                                         : absl::StrCat("kworker/", pool->core_),
                                 .core = pool->core_ < 0 ? 0 : pool->core_,
                                 .bound = pool->core_ >= 0}) {}

  void Run() { thread_.Submit({.runner = this}); }

  Duration Price(uint64_t) override {
    if (item_ != nullptr) return item_->work_->StepPrice();
    item_ = pool_->Take();
    if (item_ == nullptr) return Duration(0);
    const Duration price = item_->work_->StepPrice();
    // Only now: the next one may begin at this instant on another core.
    pool_->WakeIfNeeded();
    return price;
  }

  void Act(uint64_t) override {
    if (item_ != nullptr) {
      if (item_->work_->Step(thread_.core()->number())) return Run();
      WorkItem* const done = item_;
      item_ = nullptr;
      pool_->Done(done);
    }
    // keep_working
    if (!pool_->items_.empty() && pool_->ordinary_running_ == 0) {
      ++pool_->starting_;
      return Run();
    }
    pool_->idle_.push_back(this);
  }

  absl::string_view Label(uint64_t) const override {
    return item_ == nullptr ? "worker" : item_->work_->StepLabel();
  }

 private:
  WorkerPool* const pool_;
  Thread thread_;
  WorkItem* item_ = nullptr;  // being run
};

WorkerPool::WorkerPool(Machine* machine, int core) : machine_(machine), core_(core) {}

WorkerPool::~WorkerPool() = default;

void WorkerPool::Add(WorkItem* item) {
  CHECK_LT(items_.size(), kMaxItems);
  items_.Push(item);
  WakeIfNeeded();
}

// kick_pool: one worker at a time; it wakes the next when it has taken its item.
void WorkerPool::WakeIfNeeded() {
  if (items_.empty() || ordinary_running_ != 0 || starting_ != 0) return;
  ++starting_;
  if (idle_.empty()) {
    CHECK_LT(workers_.size(), kMaxWorkers);
    workers_.push_back(std::make_unique<Worker>(this));
    idle_.push_back(workers_.back().get());
    idle_.reserve(workers_.size());
  }
  Worker* const worker = idle_.back();
  idle_.pop_back();
  worker->Run();
}

// process_one_work, up to the call of the work's function.
WorkItem* WorkerPool::Take() {
  --starting_;
  if (items_.empty() || ordinary_running_ != 0) return nullptr;
  WorkItem* const item = items_.Pop();
  item->state_ = WorkItem::State::kRunning;
  if (item->queue_->kind() == WorkQueue::Kind::kBound) ++ordinary_running_;
  return item;
}

void WorkerPool::Done(WorkItem* item) {
  if (item->queue_->kind() == WorkQueue::Kind::kBound) --ordinary_running_;
  if (item->state_ == WorkItem::State::kRunningPending) {
    // Nobody needs to be woken: the worker that ran it looks at the list next.
    item->state_ = WorkItem::State::kPending;
    items_.Push(item);
  } else {
    item->state_ = WorkItem::State::kIdle;
  }
}

WorkQueues::WorkQueues(Machine* machine)
    : machine_(machine), unbound_(std::make_unique<WorkerPool>(machine, -1)) {
  for (int core = 0; core < machine->cores(); ++core) {
    pools_.push_back(std::make_unique<WorkerPool>(machine, core));
  }
}

}  // namespace sim
