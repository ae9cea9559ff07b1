// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Thread: what the scheduler of a machine schedules: a user process, a kworker, a NAPI thread,
// ksoftirqd. It has a list of tasks to do, one after the other; with none left it sleeps, and a
// submission wakes it.
//
//   Thread app(&machine, {.name = "netperf", .core = 2});
//   app.Submit({.runner = this, .price = kSyscall});        // runs on core 2 when its turn comes
//
// A loop ("while the ring is not empty") submits its next task in the act of the one before: so the
// thread stays awake, and gives up the core only where Task::boundary and the machine's preemption
// model let it (sim/core.h).
#ifndef WGSIM_SIM_THREAD_H_
#define WGSIM_SIM_THREAD_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/ring.h"
#include "sim/task.h"
#include "sim/time.h"

namespace sim {

class Core;
class Machine;

class Thread {
 public:
  // Tasks that one thread can reasonably have before it. Reaching it is a modelling error.
  static constexpr size_t kMaxTasks = size_t{1} << 20;

  struct Options {
    std::string name;    // "manager", "kworker/3", for people
    int core = 0;        // where it runs first
    bool bound = true;   // stays there; else it goes where there is room when it wakes
  };

  // Asleep. `machine` outlives the thread, and a thread that is awake its machine's last event.
  Thread(Machine* machine, Options options);
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  // Puts a task at the end of what it has to do; wakes it if it sleeps. REQUIRES: task.runner !=
  // nullptr; task.price >= 0 or kPriceAtStart.
  void Submit(const Task& task);

  // SIGSTOP and SIGCONT: a task in progress ends, and no other begins until it goes on. What is
  // submitted meanwhile waits.
  void Stop() { stopped_ = true; }
  void Continue();
  bool stopped() const { return stopped_; }

  const std::string& name() const { return options_.name; }
  // Running, or waiting for a core.
  bool awake() const { return awake_; }
  // Where it runs, waits, or ran last.
  Core* core() const { return core_; }
  // Core time of its tasks that have acted, without what interrupted them.
  Duration run_time() const { return run_time_; }

 private:
  friend class Core;
  friend class Machine;

  void Wake();

  // ksoftirqd is part of its core, whose machine is not complete yet.
  Thread(Machine* machine, Options options, Core* core);

  Machine* const machine_;
  const Options options_;
  Core* core_;
  bool awake_ = false;
  bool stopped_ = false;
  Ring<Task> tasks_;
  // The scheduler's (sim/core.h): core time it has had, in the time of the core it is on; order of
  // queueing, for equal ones; and what it has had since it was given the core.
  Duration virtual_time_{0};
  uint64_t queued_as_ = 0;
  Duration since_picked_{0};
  Duration run_time_{0};
};

}  // namespace sim

#endif  // WGSIM_SIM_THREAD_H_
