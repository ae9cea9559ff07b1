// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Task: a piece of work that a core charges for and then carries out. The rules of the model, for
// everything that runs on a simulated machine:
//
//   1. Charge, then act. A core takes a task, is busy for the task's price, and the task acts at
//      the END, all at one instant. Nothing happens "during" a task: an act is the point at which
//      its effects become visible, and concurrency is the interleaving of acts on different cores.
//      (Acting first and charging afterwards gives windows that are wrong by a factor.)
//   2. A task publishes at most one thing that another core can read. A change that readers can
//      see half done is several tasks.
//   3. The price is known when the task is taken: given at submission, or asked from the runner at
//      that moment (a configuration step describes itself when it starts). What the act finds out
//      cannot change it; work whose price depends on an outcome is split into two tasks. Hard
//      interrupts and softirqs may push the end of a task back; they do not change what it does.
//   4. A read-side critical section is inside one task, and a thread is not taken off its core in
//      the middle of one. So a grace period is "every core has finished the tasks it was in"
//      (sim/grace_period.h), and nothing else needs to be counted.
//   5. Waiting (a lock, a grace period, an empty queue) is not a task: whoever waits has no task
//      and submits one when it is woken. Spinning is the exception: it takes a core's time, so it
//      is part of the price (sim/spin_lock.h).
#ifndef WGSIM_SIM_TASK_H_
#define WGSIM_SIM_TASK_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "sim/time.h"

namespace sim {

// What a core is doing. Earlier ones interrupt later ones.
enum class Context : uint8_t { kHardirq, kSoftirq, kThread };
inline constexpr size_t kContexts = 3;
// "hardirq".
absl::string_view ContextName(Context context);

// What a task does. Lives until each task submitted for it has acted.
class Runner {
 public:
  virtual ~Runner() = default;
  // The task's work, at the end of its charge; now() is its instant. May submit tasks and raise
  // softirqs on any core, this one included.
  virtual void Act(uint64_t arg) = 0;
  // The price of a task submitted with kPriceAtStart, asked when the core takes it: the moment at
  // which the work begins, so also the place to dequeue what is worked on. Must not change anything
  // another core can read. Returns >= 0. The default CHECK-fails: a runner whose tasks carry their
  // price is never asked.
  virtual Duration Price(uint64_t arg);
  // What people call this work: "seal". Static text.
  virtual absl::string_view Label(uint64_t arg) const;
};

// Stands for "ask runner->Price(arg) when the task is taken".
inline constexpr Duration kPriceAtStart = Duration(-1);

// Where a thread stands when its task has acted: who else may have the core there.
enum class Boundary : uint8_t {
  kInKernel,  // in the middle of kernel code: given up only where the kernel preempts fully
  kMaySleep,  // might_sleep(), cond_resched() of voluntary preemption: also there
  kResched,   // cond_resched(), or back in user mode: under every model
};

// Plain data.
struct Task {
  Runner* runner = nullptr;
  uint64_t arg = 0;
  Duration price = kPriceAtStart;
  Boundary boundary = Boundary::kResched;  // of a thread's task
};

}  // namespace sim

#endif  // WGSIM_SIM_TASK_H_
