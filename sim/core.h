// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Core: one CPU of a simulated machine: hard interrupts, softirqs, and a scheduler for threads.
//
//   hard interrupt  Interrupt(price). Takes its time at once, whatever the core does: a task in
//                   progress ends later by so much.
//   softirq         RaiseSoftirq(task). Runs at once on an idle core or in the middle of a thread's
//                   task, whose rest waits; behind the act, if a thread's act raised it; one after
//                   the other. A session of softirqs that has gone on for 2 ms, or for 10 rounds
//                   (EndSoftirqRound), or keeps somebody from running whose turn it is, ends: the
//                   rest is for ksoftirqd, a thread among others (__do_softirq). The next one that
//                   is raised begins a session again (Linux 6.5 on).
//   threads         one has the core until it sleeps, or until somebody else's turn has come and its
//                   task's boundary lets it be preempted. It is somebody else's turn when it has had
//                   a slice: noticed at ticks, and when another thread wakes (by what its finished
//                   tasks took; ticks are seen between tasks, and between rounds of softirqs). An
//                   idle core is anybody's. Next is the one with the least virtual time (EEVDF with
//                   equal weights: whoever has a turn keeps it).
//                   A thread that wakes begins with the virtual time of the one that has the core,
//                   or its own if that is later.
//
// Preemption models, by what a Task says of its end:
//                kInKernel   kMaySleep   kResched
//    none           -            -          x
//    voluntary      -            x          x
//    full           x            x          x
//
// The first task after idleness costs Machine's idle_exit more, the first of another thread
// context_switch. Order among cores comes from the event loop alone. One event per task, and one
// more each time it is interrupted.
#ifndef WGSIM_SIM_CORE_H_
#define WGSIM_SIM_CORE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/event_loop.h"
#include "sim/ring.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/time.h"

namespace sim {

class Core : public Actor {
 public:
  // Softirq tasks that can reasonably wait (each source of them has a bounded queue of its own).
  // Reaching it is a modelling error.
  static constexpr size_t kMaxSoftirqs = size_t{1} << 20;
  // MAX_SOFTIRQ_TIME (in jiffies: msecs_to_jiffies(2)) and MAX_SOFTIRQ_RESTART.
  static constexpr Duration kMaxSoftirqTime = std::chrono::milliseconds(2);
  static constexpr int kMaxSoftirqRounds = 10;

  // For Machine.
  Core(Machine* machine, int number, EntityId entity);

  int number() const { return number_; }

  // A hard interrupt's handler runs for `price` from now on. What it raises at this instant follows
  // it. REQUIRES: price >= 0; a softirq is raised at this instant if the core is not in one.
  void Interrupt(Duration price);
  // REQUIRES: task.runner != nullptr; task.price >= 0 or kPriceAtStart.
  void RaiseSoftirq(const Task& task);
  // From the act of a softirq task: it gives others a turn although it has more to do
  // (net_rx_action: budget or time used up).
  void EndSoftirqRound() { round_ended_ = true; }

  // False if it has nothing to do.
  bool busy() const { return busy_; }
  // What it does now. REQUIRES: busy().
  Context context() const;
  // The thread that has the core, in softirq too; nullptr if there is none.
  const Thread* thread() const { return thread_; }

  // For grace periods: names of the tasks that are unfinished, in progress or interrupted, 0 for
  // none; whether one has finished; when it will have, if nothing comes in between. REQUIRES of
  // EndOf: not finished.
  struct Unfinished {
    uint64_t current = 0;
    uint64_t interrupted = 0;
  };
  Unfinished unfinished() const;
  bool Finished(uint64_t task) const;
  Time EndOf(uint64_t task) const;

  // Tasks that have acted; time charged until now(), the elapsed part of the current task included
  // (hard interrupts in kHardirq only).
  uint64_t tasks_done(Context context) const { return stats(context).done; }
  Duration busy_time(Context context) const;
  size_t softirqs_queued() const { return softirqs_.size(); }
  // Threads that wait for this core.
  size_t threads_waiting() const { return waiting_.size(); }
  uint64_t interrupts() const { return interrupts_; }
  uint64_t context_switches() const { return context_switches_; }
  // Sessions that were handed over to ksoftirqd.
  uint64_t handovers() const { return handovers_; }

  // From the loop only: the current task acts.
  void OnEvent(uint64_t arg) override;

 private:
  friend class Machine;
  friend class Thread;

  struct Stats {
    uint64_t done = 0;
    Duration busy{0};
  };
  // A task in progress, or the rest of one.
  struct Progress {
    Task task;
    Thread* thread = nullptr;
    Context context = Context::kThread;
    uint64_t name = 0;   // of the task; 0: there is none
    uint64_t event = 0;  // of the loop's that ends it; others are stale
    Time begin{};        // of this stretch, behind the hard interrupt that led to it
    Time end{};
    Duration rest{0};    // while it is interrupted
    Duration before{0};  // earlier stretches, less hard interrupts within this one
  };

  const Stats& stats(Context context) const { return stats_[static_cast<size_t>(context)]; }
  Stats& stats(Context context) { return stats_[static_cast<size_t>(context)]; }

  void WakeUp();
  // Tasks.
  void Start(const Task& task, Context context, Thread* thread);
  void Post();
  void EndStretch(bool last);
  void SetAside();
  void Resume();
  void TakeNext();
  // Softirqs.
  bool TakeSoftirq();
  void HandOver();
  // Threads. Enqueue: one wakes. TakeUnbound: one leaves for another core; nullptr if none may.
  void Enqueue(Thread* thread);
  Thread* TakeUnbound();
  bool Schedule();
  void Relieve();
  void Pick(Thread* thread);
  void BeginTurn();
  void LookAtClock();
  bool MayLeave(Boundary boundary) const;
  bool HasWork(const Thread& thread) const;
  void MoveHere(Thread* thread);
  void PushWaiting(Thread* thread);
  Thread* PopWaiting();
  static bool IsBehind(const Thread* a, const Thread* b);

  Machine* const machine_;
  EventLoop* const loop_;
  const int number_;

  bool busy_ = false;
  bool acting_ = false;
  Progress current_;
  Progress interrupted_;  // a thread's task; name 0: none
  uint64_t last_name_ = 0;
  uint64_t last_event_ = 0;
  Duration owed_{0};            // added to the next task: switch, idle exit
  Duration owed_interrupt_{0};  // comes before it: hard interrupt

  Ring<Task> softirqs_;
  bool in_session_ = false;
  bool handed_over_ = false;
  bool round_ended_ = false;
  int rounds_ = 0;
  int64_t session_end_tick_ = 0;
  Thread softirqd_;

  Thread* thread_ = nullptr;
  std::vector<Thread*> waiting_;  // a heap: least virtual time, then first queued, at the front
  uint64_t last_queued_ = 0;
  Duration virtual_time_{0};  // of the one that has, or last had, the core; never goes back
  bool turn_is_over_ = false;
  Boundary boundary_ = Boundary::kResched;  // at the end of thread_'s last task
  Time next_tick_ = kStart;  // of those that have not been seen
  // Between the last two looks at the clock, interrupts and softirqs had much of the core.
  bool pressed_ = false;
  Duration interrupts_seen_{0};
  Time seen_at_ = kStart;

  std::array<Stats, kContexts> stats_{};
  uint64_t interrupts_ = 0;
  uint64_t context_switches_ = 0;
  uint64_t handovers_ = 0;
};

}  // namespace sim

#endif  // WGSIM_SIM_CORE_H_
