// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Work queues and their workers (kernel/workqueue.c): each core has a pool of kworkers, and the
// machine one more whose kworkers are bound to no core.
//
//   WorkQueues queues(&machine);                                     // one per machine
//   WorkQueue crypt(&queues, WorkQueue::Kind::kCpuIntensive);        // alloc_workqueue
//   WorkItem item(&crypt, this);
//   item.Queue(3);
//
// Concurrency: of a core's pool one worker at a time runs ordinary work; the next item is taken when
// that is done. Work of a CPU-intensive queue does not count: while it runs the next item gets a
// worker of its own, and the scheduler shares the core between them. Unbound work always gets a
// worker. Workers are made when there is none idle, and kept.
#ifndef WGSIM_SIM_WORK_QUEUE_H_
#define WGSIM_SIM_WORK_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/machine.h"
#include "sim/ring.h"
#include "sim/thread.h"
#include "sim/work_item.h"

namespace sim {

// The workers of one core, or the unbound ones.
class WorkerPool {
 public:
  // Items that can reasonably wait, and workers. Reaching either is a modelling error.
  static constexpr size_t kMaxItems = size_t{1} << 20;
  static constexpr size_t kMaxWorkers = size_t{1} << 14;

  // `core`: number, or -1 for the unbound pool.
  WorkerPool(Machine* machine, int core);
  ~WorkerPool();

  size_t waiting() const { return items_.size(); }
  // Made so far, idle ones included.
  size_t workers() const { return workers_.size(); }

 private:
  friend class WorkItem;
  class Worker;

  void Add(WorkItem* item);
  void WakeIfNeeded();
  WorkItem* Take();
  void Done(WorkItem* item);

  Machine* const machine_;
  const int core_;
  Ring<WorkItem*> items_;
  size_t ordinary_running_ = 0;  // nr_running
  size_t starting_ = 0;          // workers that are woken, or go on, and have no item yet
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<Worker*> idle_;
};

class WorkQueues {
 public:
  // `machine` outlives it; it outlives every item's last run.
  explicit WorkQueues(Machine* machine);

  Machine* machine() const { return machine_; }
  WorkerPool* pool(int core) const { return pools_[static_cast<size_t>(core)].get(); }
  WorkerPool* unbound() const { return unbound_.get(); }

 private:
  Machine* const machine_;
  std::vector<std::unique_ptr<WorkerPool>> pools_;
  std::unique_ptr<WorkerPool> unbound_;
};

class WorkQueue {
 public:
  // No flag, WQ_CPU_INTENSIVE, WQ_UNBOUND.
  enum class Kind : uint8_t { kBound, kCpuIntensive, kUnbound };

  // `queues` outlives it.
  WorkQueue(WorkQueues* queues, Kind kind) : queues_(queues), kind_(kind) {}
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  Kind kind() const { return kind_; }
  WorkerPool* PoolOf(int core) const {
    return kind_ == Kind::kUnbound ? queues_->unbound() : queues_->pool(core);
  }

 private:
  WorkQueues* const queues_;
  const Kind kind_;
};

}  // namespace sim

#endif  // WGSIM_SIM_WORK_QUEUE_H_
