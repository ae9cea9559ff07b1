// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/work_queue.h"

#include <utility>

#include "protocol/check.h"

namespace sim {

WorkQueue::WorkQueue(EventLoop* loop, std::vector<Core*> cores, Runner* runner,
                     const Options& options)
    : cores_(std::move(cores)), runner_(runner), options_(options) {
  CHECK(!cores_.empty());
  CHECK(runner != nullptr);
  CHECK_GT(options.capacity, 0u);
  CHECK_GE(options.empty_price, Duration(0));
  Runner* const self = this;
  for (size_t core = 0; core < cores_.size(); ++core) {
    workers_.push_back(std::make_unique<WorkItem>(loop, options.context, self, core));
  }
  in_work_.assign(cores_.size(), kNoItem);
}

bool WorkQueue::Push(uint64_t item) {
  const size_t core = turn_;
  turn_ = turn_ + 1 == cores_.size() ? 0 : turn_ + 1;
  return PushOn(core, item);
}

bool WorkQueue::PushOn(size_t core, uint64_t item) {
  CHECK_LT(core, cores_.size());
  CHECK_NE(item, kNoItem);
  if (ring_.size() == options_.capacity) return false;
  ring_.Push(item);
  workers_[core]->Queue(cores_[core]);
  return true;
}

Duration WorkQueue::Price(uint64_t worker) {
  if (ring_.empty()) return options_.empty_price;
  in_work_[worker] = ring_.Pop();
  return runner_->Price(in_work_[worker]);
}

void WorkQueue::Act(uint64_t worker) {
  const uint64_t item = std::exchange(in_work_[worker], kNoItem);
  if (item != kNoItem) runner_->Act(item);
  if (!ring_.empty()) workers_[worker]->Queue(cores_[worker]);
}

}  // namespace sim
