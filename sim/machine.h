// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Machine: the cores of one simulated computer and what they share: how the kernel preempts, its
// clock tick, the workers of its work queues (sim/work_queue.h), and where threads go that are not
// bound to a core.
//
// An unbound thread that wakes goes to the core it was on if that is idle, else to the next idle
// one counted upwards, else waits where it was. So does one whose turn is over while others wait. A
// core that would fall idle takes the unbound thread that waits first on the nearest core counted
// upwards. And one that runs where interrupts and softirqs have had more than 15 % of the time since
// the last tick moves to an idle core.
#ifndef WGSIM_SIM_MACHINE_H_
#define WGSIM_SIM_MACHINE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/core.h"
#include "sim/event_loop.h"
#include "sim/machine_observer.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/time.h"

namespace sim {

// CONFIG_PREEMPT_NONE, _VOLUNTARY, (full) PREEMPT.
enum class Preemption : uint8_t { kNone, kVoluntary, kFull };
// "none".
absl::string_view PreemptionName(Preemption preemption);

struct MachineOptions {
  int cores = 1;
  Preemption preemption = Preemption::kVoluntary;
  int hz = 250;  // ticks a second
  // A thread's turn. 0: as Linux 6.12 chooses it by the number of cores: 700 us * (1 +
  // floor(log2(min(cores, 8)))).
  Duration slice{0};
  Duration context_switch{0};
  Duration idle_exit{0};
};

class Machine {
 public:
  static constexpr int kMaxCores = 65535;

  // Cores are named "NAME/cpu0", ... in the trace. `loop` outlives the machine. REQUIRES: 1 <=
  // cores <= kMaxCores, hz > 0, no duration negative.
  Machine(EventLoop* loop, absl::string_view name, const MachineOptions& options);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  EventLoop* loop() const { return loop_; }
  // Slice filled in.
  const MachineOptions& options() const { return options_; }
  int cores() const { return static_cast<int>(cores_.size()); }
  Core* core(int number) const { return cores_[static_cast<size_t>(number)].get(); }
  absl::Span<Core* const> core_list() const { return core_list_; }

  // Number of the tick that was last at this time; ticks are at multiples of 1/hz.
  int64_t Tick(Time time) const;
  // The first nanosecond in which Tick() is this. REQUIRES: tick >= 0.
  Time TimeOfTick(int64_t tick) const;

  // Sees everything from now on; nullptr: nobody does. Outlives its use.
  void set_observer(MachineObserver* observer) { observer_ = observer; }
  MachineObserver* observer() const { return observer_; }

 private:
  friend class Core;
  friend class Thread;

  // The next idle core counted upwards from this one; nullptr if there is none.
  Core* IdleCore(int core) const;
  // Where a thread that wakes is to wait.
  Core* Place(const Thread& thread) const;
  // An unbound thread that waits on another core than this one; nullptr if there is none.
  Thread* Steal(int core);

  EventLoop* const loop_;
  MachineOptions options_;
  std::vector<std::unique_ptr<Core>> cores_;
  std::vector<Core*> core_list_;
  MachineObserver* observer_ = nullptr;
  size_t unbound_waiting_ = 0;
  size_t idle_cores_ = 0;
};

}  // namespace sim

#endif  // WGSIM_SIM_MACHINE_H_
