// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// WorkItem: the kernel's work_struct (kernel/workqueue.c): a piece of work that can be queued many
// times and runs once for all the times it was queued before it began.
//
//               Queue                taken by a worker
//    kIdle ------------> kPending -------------------> kRunning ------> kIdle
//                        ^ Queue: coalesced            | Queue    done
//                        |                             v
//                        +-------------------- kRunningPending    (Queue: coalesced)
//                                   done
//
// Never runs twice at once: queued while it runs, it goes to the pool that runs it, whatever core
// was asked for (the kernel's non-reentrance rule). It stops being pending when a worker takes it:
// something queued during the run leads to another run.
#ifndef WGSIM_SIM_WORK_ITEM_H_
#define WGSIM_SIM_WORK_ITEM_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "sim/time.h"

namespace sim {

class WorkQueue;
class WorkerPool;

// What a work item does: a loop of steps. Lives until no run is pending or under way.
class Work {
 public:
  virtual ~Work() = default;
  // The price of the next step, asked when a core begins with it: the place to dequeue what is
  // worked on (Runner::Price).
  virtual Duration StepPrice() = 0;
  // The step's act, on core number `core`. True: the loop goes on with another step, behind a
  // cond_resched(); false: this run is over.
  virtual bool Step(int core) = 0;
  // "encrypt". Static text.
  virtual absl::string_view StepLabel() const { return "work"; }
};

class WorkItem {
 public:
  enum class State : uint8_t { kIdle, kPending, kRunning, kRunningPending };

  // Idle. Both outlive the item.
  WorkItem(WorkQueue* queue, Work* work) : queue_(queue), work_(work) {}
  WorkItem(const WorkItem&) = delete;
  WorkItem& operator=(const WorkItem&) = delete;

  // Makes it pending on this core (queue_work_on; of an unbound queue: on any). False if it was
  // pending already.
  bool Queue(int core);

  State state() const { return state_; }

 private:
  friend class WorkerPool;

  WorkQueue* const queue_;
  Work* const work_;
  State state_ = State::kIdle;
  WorkerPool* pool_ = nullptr;  // where it is pending or running
};

}  // namespace sim

#endif  // WGSIM_SIM_WORK_ITEM_H_
