// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/event_loop.h"

#include <limits>

namespace sim {

inline void EventLoop::Execute(Time time, Actor* actor, uint64_t arg) {
  CHECK_GE(time, now_);
  now_ = time;
  ++events_executed_;
  trace_->Record(time, ActKind::kEvent, actor->entity(), arg);
  actor->OnEvent(arg);
}

inline bool EventLoop::ExecuteNext(Time limit) {
  Event event;
  while (queue_.PopNotAfter(limit, &event)) {
    if (event.actor != nullptr) {
      Execute(event.time, event.actor, event.arg);
      return true;
    }
    if (ExecuteTimer(event)) return true;
  }
  // Entries of cancelled timers may have taken the queue past now(); nobody may notice.
  if (queue_.empty()) queue_.Rewind(now_);
  return false;
}

void EventLoop::Run() {
  stop_requested_ = false;
  while (!stop_requested_ && ExecuteNext(kEndOfTime)) {
  }
}

void EventLoop::RunUntil(Time limit) {
  CHECK_GE(limit, now_);
  stop_requested_ = false;
  while (!stop_requested_) {
    if (!ExecuteNext(limit)) {
      now_ = limit;
      return;
    }
  }
}

bool EventLoop::Step() { return ExecuteNext(kEndOfTime); }

TimerId EventLoop::CreateTimer(Actor* actor, uint64_t arg) {
  CHECK(actor != nullptr);
  uint32_t index;
  if (!free_timers_.empty()) {
    index = free_timers_.back();
    free_timers_.pop_back();
  } else {
    CHECK_LT(timers_.size(), std::numeric_limits<uint32_t>::max());
    index = static_cast<uint32_t>(timers_.size());
    timers_.emplace_back();
    free_timers_.reserve(timers_.capacity());
  }
  TimerSlot& slot = timers_[index];
  slot.actor = actor;
  slot.arg = arg;
  slot.in_use = true;
  return TimerId{index, slot.generation};
}

void EventLoop::ArmTimer(TimerId id, Time time) {
  TimerSlot& slot = Slot(id);
  CHECK_GE(time, now_);
  if (slot.armed && slot.deadline == time) return;
  if (!slot.armed) ++armed_timers_;
  slot.armed = true;
  slot.deadline = time;
  slot.seq = next_seq_++;
  // Not for equal times: an entry that comes up too early among its equals could not be put back
  // behind them.
  if (slot.has_entry && slot.entry_time < time) return;
  PushTimerEntry(id.slot, &slot);
}

void EventLoop::PushTimerEntry(uint32_t index, TimerSlot* slot) {
  ++timer_entries_;
  slot->has_entry = true;
  slot->entry_time = slot->deadline;
  ++slot->entry_generation;
  const uint64_t tag = (static_cast<uint64_t>(slot->entry_generation) << 32) | index;
  queue_.Push(Event{slot->deadline, slot->seq, nullptr, tag});
}

bool EventLoop::ExecuteTimer(Event entry) {
  --timer_entries_;
  const uint32_t index = static_cast<uint32_t>(entry.arg);
  TimerSlot& slot = timers_[index];
  if (slot.entry_generation != entry.arg >> 32) return false;
  slot.has_entry = false;
  if (!slot.armed) return false;
  if (slot.deadline != entry.time) {
    CHECK_GT(slot.deadline, entry.time);
    PushTimerEntry(index, &slot);
    return false;
  }
  slot.armed = false;
  --armed_timers_;
  // Copies: creating a timer in OnEvent may move the slots.
  Actor* const actor = slot.actor;
  const uint64_t arg = slot.arg;
  Execute(entry.time, actor, arg);
  return true;
}

bool EventLoop::CancelTimer(TimerId id) {
  TimerSlot& slot = Slot(id);
  if (!slot.armed) return false;
  slot.armed = false;
  --armed_timers_;
  return true;
}

Time EventLoop::TimerDeadline(TimerId id) const {
  const TimerSlot& slot = Slot(id);
  CHECK(slot.armed);
  return slot.deadline;
}

void EventLoop::DeleteTimer(TimerId id) {
  CancelTimer(id);
  TimerSlot& slot = Slot(id);
  slot.in_use = false;
  ++slot.generation;
  free_timers_.push_back(id.slot);
}

}  // namespace sim
