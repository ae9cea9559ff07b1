// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/parallel_queue.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"
#include "sim/thread.h"

namespace wgnode {

// The worker of one core. It has at most one task on its core: waiting, or being charged for job_.
class ParallelQueue::Worker : public sim::Runner {
 public:
  Worker(ParallelQueue* queue, sim::Machine* machine, int number)
      : queue_(queue),
        thread_(machine, {.name = absl::StrCat("kworker/", number), .core = number}),
        number_(number) {}

  // A wake-up while the worker is up is absorbed: it looks at the ring again before it sleeps.
  void Wake() {
    if (awake_) return;
    awake_ = true;
    thread_.Submit({.runner = this});
  }

  sim::Duration Price(uint64_t) override {
    busy_ = queue_->Take(&job_);
    return busy_ ? queue_->owner_->Price(job_.work) : sim::Duration(0);
  }

  void Act(uint64_t) override {
    if (busy_) {
      // No longer "being worked on" when its effects appear: a flush may be waiting for just this.
      busy_ = false;
      queue_->owner_->Perform(job_.work, number_);
    }
    if (queue_->ring_.empty()) {
      awake_ = false;
    } else {
      thread_.Submit({.runner = this});
    }
  }

  bool BusyWithOneUpTo(uint64_t number) const { return busy_ && job_.number <= number; }

 private:
  ParallelQueue* const queue_;
  sim::Thread thread_;
  const int number_;
  bool awake_ = false;
  bool busy_ = false;
  Job job_{};
};

ParallelQueue::ParallelQueue(sim::Machine* machine, size_t capacity, Owner* owner)
    : capacity_(capacity),
      release_batch_(kReleaseBatch > capacity / 2 ? 1 : kReleaseBatch),
      owner_(owner),
      last_core_(static_cast<size_t>(machine->cores()) - 1) {
  CHECK_GT(capacity, 0u);
  for (int i = 0; i < machine->cores(); ++i) {
    workers_.push_back(std::make_unique<Worker>(this, machine, i));
  }
}

ParallelQueue::~ParallelQueue() = default;

bool ParallelQueue::Push(const wg::Work& work) {
  last_core_ = (last_core_ + 1) % workers_.size();
  if (ring_.size() + unreleased_ == capacity_) {
    ++refused_;
    return false;
  }
  ring_.Push({work, ++pushed_});
  size_max_ = std::max(size_max_, ring_.size());
  workers_[last_core_]->Wake();
  return true;
}

bool ParallelQueue::Take(Job* job) {
  if (ring_.empty()) return false;
  *job = ring_.Pop();
  ++unreleased_;
  if (++taken_up_to_ == capacity_) taken_up_to_ = 0;
  if (unreleased_ == release_batch_ || taken_up_to_ == 0) unreleased_ = 0;
  return true;
}

bool ParallelQueue::AllDone(uint64_t n) const {
  if (!ring_.empty() && ring_.front().number <= n) return false;
  return std::none_of(workers_.begin(), workers_.end(),
                      [n](const auto& worker) { return worker->BusyWithOneUpTo(n); });
}

}  // namespace wgnode
