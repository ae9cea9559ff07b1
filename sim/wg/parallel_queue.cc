// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/parallel_queue.h"

#include <algorithm>
#include <utility>

#include "protocol/check.h"
#include "sim/event_loop.h"
#include "sim/work_item.h"

namespace wgnode {

// multicore_worker of one core.
class ParallelQueue::Worker : public sim::Work {
 public:
  Worker(ParallelQueue* queue, int core)
      : queue_(queue), core_(core), item_(queue->options_.workers, this) {}

  void Wake() { item_.Queue(core_); }
  void Owe(sim::Duration spun) { owed_ += spun; }

  sim::Duration StepPrice() override {
    const sim::Time now = queue_->options_.machine->loop()->now();
    const sim::Duration hold = queue_->options_.driver->RingLockHold();
    const sim::Duration before = std::exchange(owed_, sim::Duration(0));
    const sim::Duration spun = queue_->consumer_lock_.Take(now + before, hold);
    busy_ = queue_->Take(&job_);
    return before + spun + (busy_ ? queue_->options_.driver->Price(job_.work) : hold);
  }

  bool Step(int core) override {
    if (busy_) {
      // No longer "being worked on" when its effects appear: a flush may be waiting for just this.
      busy_ = false;
      ++queue_->done_;
      queue_->options_.driver->Perform(job_.work, core);
    } else {
      ++queue_->vain_runs_;
    }
    return !queue_->ring_.empty();
  }

  absl::string_view StepLabel() const override { return queue_->options_.label; }

  bool BusyWithOneUpTo(uint64_t number) const { return busy_ && job_.number <= number; }

 private:
  ParallelQueue* const queue_;
  const int core_;
  sim::WorkItem item_;
  bool busy_ = false;
  Job job_{};
  sim::Duration owed_{0};  // spun by producers on this core
};

ParallelQueue::ParallelQueue(const Options& options)
    : options_(options),
      release_batch_(kReleaseBatch > options.capacity / 2 ? 1 : kReleaseBatch),
      last_core_(static_cast<size_t>(options.machine->cores()) - 1) {
  CHECK_GT(options.capacity, 0u);
  for (int core = 0; core < options.machine->cores(); ++core) {
    workers_.push_back(std::make_unique<Worker>(this, core));
  }
}

ParallelQueue::~ParallelQueue() = default;

bool ParallelQueue::Push(const wg::Work& work, int core) {
  const size_t next_core = (last_core_ + 1) % workers_.size();
  if (options_.turn_passes_when_full) last_core_ = next_core;
  const bool held = producer_lock_.free_at() > options_.machine->loop()->now();
  if (pushed_ - done_ > options_.gives_up_above && held && core != last_producer_) {
    ++given_up_;
    ++refused_;
    return false;
  }
  TakeProducerLock(core);
  if (ring_.size() + unreleased_ == options_.capacity) {
    ++refused_;
    return false;
  }
  last_core_ = next_core;
  ring_.Push({work, ++pushed_});
  size_max_ = std::max(size_max_, ring_.size());
  workers_[last_core_]->Wake();
  return true;
}

void ParallelQueue::TakeProducerLock(int core) {
  sim::Time at = options_.machine->loop()->now();
  // Several elements of one act go in one after the other, and nobody waits for himself.
  if (core == last_producer_) at = std::max(at, producer_lock_.free_at());
  last_producer_ = core;
  workers_[static_cast<size_t>(core)]->Owe(
      producer_lock_.Take(at, options_.driver->RingLockHold()));
}

bool ParallelQueue::Take(Job* job) {
  if (ring_.empty()) return false;
  *job = ring_.Pop();
  ++unreleased_;
  if (++taken_up_to_ == options_.capacity) taken_up_to_ = 0;
  if (unreleased_ == release_batch_ || taken_up_to_ == 0) unreleased_ = 0;
  return true;
}

bool ParallelQueue::AllDone(uint64_t n) const {
  if (!ring_.empty() && ring_.front().number <= n) return false;
  return std::none_of(workers_.begin(), workers_.end(),
                      [n](const auto& worker) { return worker->BusyWithOneUpTo(n); });
}

}  // namespace wgnode
