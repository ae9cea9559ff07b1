// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// WorkItem: the kernel's work_struct (kernel/workqueue.c): a piece of work that can be queued many
// times and runs once for all the times it was queued before it began.
//
//               Queue                 taken by core
//    kIdle ------------> kPending -------------------> kRunning ------> kIdle
//                        ^ Queue: coalesced            | Queue    acts
//                        |                             v
//                        +-------------------- kRunningPending    (Queue: coalesced)
//                                   acts
//
// Never runs on two cores at once: queued while it runs, it goes to the core that runs it, whatever
// core was asked for (the kernel's non-reentrance rule). It stops being pending when a core takes
// it, not when it acts: something queued during the run is seen by the next one.
//
// A loop over many items ("while the ring is not empty") is one task per item: the runner's Act()
// queues the item again at its end. Other tasks of the core get their turn in between, as with
// cond_resched().
#ifndef WGSIM_SIM_WORK_ITEM_H_
#define WGSIM_SIM_WORK_ITEM_H_

#include <cstddef>
#include <cstdint>

#include "sim/core.h"
#include "sim/event_loop.h"
#include "sim/ring.h"
#include "sim/time.h"

namespace sim {

class WorkItem : private Runner {
 public:
  enum class State : uint8_t { kIdle, kPending, kRunning, kRunningPending };

  // Actors that wait in Flush. Reaching it is a modelling error.
  static constexpr size_t kMaxFlushers = size_t{1} << 10;

  // Runs work->Price(arg) when taken and work->Act(arg) at the end, in `context`. `loop` and `work`
  // outlive the item; the item outlives its last run.
  WorkItem(EventLoop* loop, Context context, Runner* work, uint64_t arg);
  WorkItem(const WorkItem&) = delete;
  WorkItem& operator=(const WorkItem&) = delete;

  // Makes it pending, on `core` unless it is running. False if it was pending already.
  // (queue_work_on)
  bool Queue(Core* core);

  // Calls who->OnEvent(arg) once every run queued so far has acted; at once (as an event of now) if
  // there is none. (flush_work)
  void Flush(Actor* who, uint64_t arg);

  State state() const { return state_; }
  // Runs that have acted.
  uint64_t runs() const { return runs_; }

 private:
  struct Flusher {
    Actor* who;
    uint64_t arg;
    uint64_t run;  // waits until runs_ is this
  };
  Duration Price(uint64_t arg) override;
  void Act(uint64_t arg) override;

  EventLoop* const loop_;
  const Context context_;
  Runner* const work_;
  const uint64_t arg_;
  State state_ = State::kIdle;
  Core* core_ = nullptr;  // where it is pending or running
  uint64_t queued_ = 0;   // runs queued so far
  uint64_t runs_ = 0;
  Ring<Flusher> flushers_;
};

}  // namespace sim

#endif  // WGSIM_SIM_WORK_ITEM_H_
