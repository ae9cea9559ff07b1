// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// EventLoop: owns virtual time and the pending events, and executes them one at a time in one total
// order:
//
//     (time, sequence number), where the sequence number counts the scheduling calls.
//
// So events of the same time run in the order in which they were scheduled, and an event scheduled
// for now() runs after everything already scheduled for now(). Nothing else decides the order: no
// pointer, no name, no hash map. The order is CHECKed when an event is scheduled (never before
// now()) and again when it is taken.
//
//   class Blinker : public Actor {
//    public:
//     Blinker(EventLoop* loop, EntityId id) : Actor(id), loop_(loop) { OnEvent(0); }
//     void OnEvent(uint64_t count) override { loop_->After(kPeriod, this, count + 1); }
//   };
//
// Two ways to schedule:
//   At, After  fire and forget, cannot be taken back; the cheapest. A packet's next hop, a task's
//              completion.
//   timers     can be armed, moved and cancelled any number of times, each in O(1). Use the owning
//              class in sim/timer.h. Arming gives a sequence number like any scheduling call,
//              moving gives a new one; a cancelled timer leaves no trace in order, time or hash.
//
// Every executed event goes into the Trace as (time, ActKind::kEvent, the actor's entity, arg).
//
// Single-threaded. No allocation per event once the queue has seen its largest size.
#ifndef WGSIM_SIM_EVENT_LOOP_H_
#define WGSIM_SIM_EVENT_LOOP_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocol/check.h"
#include "sim/event_queue.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace sim {

// Something that events happen to. Lifetime rule: an actor outlives every event scheduled for it,
// that is, until the event ran or the loop is no longer run; destroying the loop does not touch
// actors. Timers may die early (timer.h).
class Actor {
 public:
  // `entity` names this actor in the trace (Trace::RegisterEntity); several actors may share one.
  explicit Actor(EntityId entity) : entity_(entity) {}
  virtual ~Actor() = default;
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;

  // The event's time has come; now() is it. May schedule anything from now() on.
  virtual void OnEvent(uint64_t arg) = 0;

  EntityId entity() const { return entity_; }

 private:
  const EntityId entity_;
};

// Names a timer of one loop. Never reused while anything could still mistake it (32-bit generation
// per slot).
struct TimerId {
  uint32_t slot = 0;
  uint32_t generation = 0;
};

class EventLoop {
 public:
  // `trace` outlives the loop.
  explicit EventLoop(Trace* trace) : trace_(trace) { CHECK(trace != nullptr); }
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  Time now() const { return now_; }
  Trace* trace() const { return trace_; }

  // Schedules actor->OnEvent(arg) at `time`. REQUIRES: time >= now(), actor != nullptr.
  void At(Time time, Actor* actor, uint64_t arg) {
    CHECK(actor != nullptr);
    CHECK_GE(time, now_);
    queue_.Push(Event{time, next_seq_++, actor, arg});
  }
  // The same, `delay` after now(). REQUIRES: 0 <= delay <= kEndOfTime - now().
  void After(Duration delay, Actor* actor, uint64_t arg) {
    CHECK_GE(delay, Duration(0));
    CHECK_LE(delay, kEndOfTime - now_);
    At(now_ + delay, actor, arg);
  }

  // Executes events until none is left or a stop was requested. now() ends at the time of the last
  // one executed.
  void Run();
  // Executes events with time <= `limit`; then now() == limit (unless stopped, then the time of the
  // last event). REQUIRES: limit >= now().
  void RunUntil(Time limit);
  // Executes the next event. False if there was none.
  bool Step();
  // Run and RunUntil return after the event being executed. Without effect on a loop that is not
  // running.
  void RequestStop() { stop_requested_ = true; }

  // Events that will be executed: fire-and-forget ones plus armed timers.
  size_t pending() const { return queue_.size() - timer_entries_ + armed_timers_; }
  uint64_t events_executed() const { return events_executed_; }

  // Timers; see sim/timer.h for the owning class. Every call below REQUIRES a timer that exists
  // (CHECKed).
  //
  // Creates a disarmed timer that will call actor->OnEvent(arg).
  TimerId CreateTimer(Actor* actor, uint64_t arg);
  // Arms it, or moves it if armed (to where it already is: nothing happens, it keeps its sequence
  // number). It is disarmed again just before OnEvent is called. REQUIRES: time >= now().
  void ArmTimer(TimerId id, Time time);
  // Disarms it. False if it was not armed.
  bool CancelTimer(TimerId id);
  bool IsArmed(TimerId id) const { return Slot(id).armed; }
  // REQUIRES: armed.
  Time TimerDeadline(TimerId id) const;
  // Ends it, armed or not. From here on the actor may go.
  void DeleteTimer(TimerId id);

 private:
  // A timer has at most one live entry in the queue (entry_time, entry_generation). Moving it
  // later, or cancelling, leaves the entry where it is; when the entry comes up it is put back for
  // the deadline, with the sequence number given when the timer was armed, or dropped. Moving it
  // earlier makes a new entry and the old one stale.
  struct TimerSlot {
    Actor* actor = nullptr;
    uint64_t arg = 0;
    Time deadline{};
    uint64_t seq = 0;
    Time entry_time{};
    uint32_t generation = 0;        // of the timer (slot reuse)
    uint32_t entry_generation = 0;  // of the live entry
    bool armed = false;
    bool has_entry = false;
    bool in_use = false;
  };

  const TimerSlot& Slot(TimerId id) const {
    CHECK_LT(id.slot, timers_.size());
    const TimerSlot& slot = timers_[id.slot];
    CHECK(slot.in_use);
    CHECK_EQ(slot.generation, id.generation);
    return slot;
  }
  TimerSlot& Slot(TimerId id) {
    return const_cast<TimerSlot&>(static_cast<const EventLoop*>(this)->Slot(id));
  }
  void PushTimerEntry(uint32_t index, TimerSlot* slot);
  // Executes the timer that a queue entry is for; false if the entry is stale or the timer was
  // cancelled or moved later.
  bool ExecuteTimer(Event entry);
  void Execute(Time time, Actor* actor, uint64_t arg);
  // Takes and executes the next event with time <= limit. False if there is none.
  bool ExecuteNext(Time limit);

  Trace* const trace_;
  EventQueue queue_;
  Time now_ = kStart;
  uint64_t next_seq_ = 0;
  uint64_t events_executed_ = 0;
  bool stop_requested_ = false;

  std::vector<TimerSlot> timers_;
  std::vector<uint32_t> free_timers_;
  size_t timer_entries_ = 0;  // entries in queue_ that belong to timers, stale ones included
  size_t armed_timers_ = 0;
};

}  // namespace sim

#endif  // WGSIM_SIM_EVENT_LOOP_H_
