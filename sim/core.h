// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Core: one CPU of a simulated machine. It takes tasks from one ready queue per context and runs
// one at a time.
//
// The rules of the model:
//   1. Charge, then act. The core takes a task, is busy for the task's price, and the task acts at
//      the END, all at one instant. Nothing happens "during" a task: an act is the point at which
//      its effects become visible, and concurrency is the interleaving of acts on different cores.
//      (Acting first and charging afterwards gives windows that are wrong by a factor.)
//   2. A task publishes at most one thing that another core can read. A change that readers can
//      see half done is several tasks.
//   3. At every task boundary softirq comes before process, and within a context first come, first
//      served. There is no other preemption: a task that was taken runs to its end.
//   4. The price is known when the task is taken: given at submission, or asked from the runner at
//      that moment (a configuration step describes itself when it starts). What the act finds out
//      cannot change it; work whose price depends on an outcome is split into two tasks.
//   5. A read-side critical section is inside one task. So a grace period is "every core has
//      finished the task it was in" (sim/grace_period.h), and nothing else needs to be counted.
//   6. Waiting (a lock, a grace period, an empty queue) is not a task: whoever waits has no task
//      on any core, and submits one when it is woken.
//
// One event per task, whatever the load: the completion. Order among cores comes from the event
// loop alone.
//
// Contexts are listed in the order in which a core serves them. Hard interrupts, kworkers, time
// slices, ksoftirqd and preemption models are further rows in that list or policies over the same
// queues; callers name a context and nothing else, so they need not change.
#ifndef WGSIM_SIM_CORE_H_
#define WGSIM_SIM_CORE_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/event_loop.h"
#include "sim/ring.h"
#include "sim/time.h"

namespace sim {

// In order of precedence.
enum class Context : uint8_t { kSoftirq, kProcess };
inline constexpr size_t kContexts = 2;

// What a task does. Lives until each task submitted for it has acted.
class Runner {
 public:
  virtual ~Runner() = default;
  // The task's work, at the end of its charge; now() is its instant. May submit tasks to any core,
  // this one included.
  virtual void Act(uint64_t arg) = 0;
  // The price of a task submitted with kPriceAtStart, asked when the core takes it: the moment at
  // which the work begins, so also the place to dequeue what is worked on. Must not change anything
  // another core can read. Returns >= 0. The default CHECK-fails: a runner whose tasks carry their
  // price is never asked.
  virtual Duration Price(uint64_t arg);
};

// Stands for "ask runner->Price(arg) when the task is taken".
inline constexpr Duration kPriceAtStart = Duration(-1);

// Plain data.
struct Task {
  Runner* runner = nullptr;
  uint64_t arg = 0;
  Duration price = kPriceAtStart;
};

class Core : public Actor {
 public:
  // Bound of each ready queue. Reaching it is a modelling error (whoever submits has a bounded
  // queue of its own), so it is CHECKed, not dropped.
  static constexpr size_t kMaxReady = size_t{1} << 20;

  // `loop` outlives the core.
  Core(EventLoop* loop, EntityId entity) : Actor(entity), loop_(loop) {}

  // Puts a task at the end of its context's ready queue; an idle core takes it at once, which
  // schedules exactly one event. REQUIRES: task.runner != nullptr; task.price >= 0 or
  // kPriceAtStart.
  void Submit(Context context, const Task& task);

  // True from the taking of a task until after its act.
  bool busy() const { return busy_; }
  // When the current task acts. REQUIRES: busy().
  Time busy_until() const;
  // The context of the current task. REQUIRES: busy().
  Context current_context() const;
  // Number of tasks taken so far; with busy(), names the current task: it is over when busy() is
  // false or this number has changed.
  uint64_t tasks_taken() const { return tasks_taken_; }

  // Tasks that wait, the current one not included; and the most there ever were.
  size_t queued(Context context) const { return ready(context).size(); }
  size_t queued_max(Context context) const { return stats(context).queued_max; }
  // Tasks that have acted.
  uint64_t tasks_done(Context context) const { return stats(context).done; }
  // Time charged until now(), the elapsed part of the current task included.
  Duration busy_time(Context context) const;

  // From the loop only: the current task acts.
  void OnEvent(uint64_t arg) override;

 private:
  struct Stats {
    uint64_t done = 0;
    Duration busy{0};  // of tasks that have acted
    size_t queued_max = 0;
  };
  const Ring<Task>& ready(Context context) const { return ready_[static_cast<size_t>(context)]; }
  const Stats& stats(Context context) const { return stats_[static_cast<size_t>(context)]; }
  void Take(size_t context, const Task& task);
  void TakeNext();

  EventLoop* const loop_;
  bool busy_ = false;
  size_t current_context_ = 0;
  Task current_;
  Time taken_at_{};
  Time busy_until_{};
  uint64_t tasks_taken_ = 0;
  std::array<Ring<Task>, kContexts> ready_;
  std::array<Stats, kContexts> stats_{};
};

}  // namespace sim

#endif  // WGSIM_SIM_CORE_H_
