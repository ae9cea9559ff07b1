// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/core.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"
#include "sim/machine.h"

namespace sim {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;
// check_cpu_capacity: imbalance_pct is 117.
constexpr int64_t kPressedPercent = 15;

}  // namespace

Core::Core(Machine* machine, int number, EntityId entity)
    : Actor(entity),
      machine_(machine),
      loop_(machine->loop()),
      number_(number),
      softirqd_(machine, {.name = absl::StrCat("ksoftirqd/", number), .core = number}, this) {}

// ---- What comes from outside ----

void Core::Interrupt(Duration price) {
  CHECK_GE(price, Duration(0));
  const Time now = loop_->now();
  ++interrupts_;
  if (!busy_ || (current_.context == Context::kThread && !acting_)) {
    // The softirq that the handler raises comes next, and this before it.
    owed_interrupt_ += price;
    return;
  }
  stats(Context::kHardirq).busy += price;
  ++stats(Context::kHardirq).done;
  if (acting_) {
    owed_ += price;
  } else {
    current_.end += price;
    current_.before -= price;
  }
  if (machine_->observer() != nullptr) machine_->observer()->OnInterrupt(entity(), now, now + price);
}

void Core::RaiseSoftirq(const Task& task) {
  CHECK(task.runner != nullptr);
  CHECK(task.price >= Duration(0) || task.price == kPriceAtStart);
  CHECK_LT(softirqs_.size(), kMaxSoftirqs);
  softirqs_.Push(task);
  const bool in_softirq = busy_ && current_.context == Context::kSoftirq;
  if (!in_softirq) handed_over_ = false;
  if (in_softirq || acting_) return;
  if (busy_) {
    SetAside();
  } else {
    WakeUp();
  }
  TakeNext();
}

void Core::WakeUp() {
  busy_ = true;
  --machine_->idle_cores_;
  owed_ = machine_->options().idle_exit;
}

void Core::Enqueue(Thread* thread) {
  MoveHere(thread);
  thread->virtual_time_ = std::max(thread->virtual_time_, virtual_time_);
  PushWaiting(thread);
  if (!busy_) {
    WakeUp();
    TakeNext();
  } else if (thread_ != nullptr && thread_->since_picked_ >= machine_->options().slice) {
    // The scheduler looks at the clock whenever it puts somebody into the queue.
    turn_is_over_ = true;
  }
}

// ---- Tasks ----

void Core::Start(const Task& task, Context context, Thread* thread) {
  current_ = Progress{.task = task, .thread = thread, .context = context, .name = ++last_name_};
  const Time now = loop_->now();
  const Duration interrupted = std::exchange(owed_interrupt_, Duration(0));
  current_.begin = now + interrupted;
  current_.end = current_.begin + std::exchange(owed_, Duration(0));
  if (interrupted != Duration(0)) {
    stats(Context::kHardirq).busy += interrupted;
    ++stats(Context::kHardirq).done;
    if (machine_->observer() != nullptr) {
      machine_->observer()->OnInterrupt(entity(), now, now + interrupted);
    }
  }
  if (task.price == kPriceAtStart) {
    acting_ = true;
    current_.task.price = task.runner->Price(task.arg);
    acting_ = false;
    CHECK_GE(current_.task.price, Duration(0));
  }
  CHECK_LE(current_.task.price, kEndOfTime - current_.end);
  current_.end += current_.task.price;
  Post();
}

void Core::Post() {
  current_.event = ++last_event_;
  loop_->At(current_.end, this, current_.event);
}

void Core::EndStretch(bool last) {
  const Time now = loop_->now();
  if (machine_->observer() != nullptr) {
    machine_->observer()->OnStretch(entity(), current_.context, current_.thread, current_.task,
                                    std::min(current_.begin, now), now, last);
  }
}

void Core::SetAside() {
  const Time now = loop_->now();
  CHECK_EQ(interrupted_.name, 0u);
  EndStretch(/*last=*/false);
  current_.rest = current_.end - now;
  current_.before += now - current_.begin;
  interrupted_ = current_;
}

void Core::Resume() {
  current_ = interrupted_;
  interrupted_.name = 0;
  current_.begin = loop_->now();
  current_.end = current_.begin + std::exchange(owed_, Duration(0)) + current_.rest;
  Post();
}

void Core::OnEvent(uint64_t arg) {
  if (!busy_ || arg != current_.event) return;
  const Time now = loop_->now();
  if (now < current_.end) return Post();
  EndStretch(/*last=*/true);
  Stats& stats = this->stats(current_.context);
  ++stats.done;
  const Duration took = current_.before + (now - current_.begin);
  stats.busy += took;
  if (current_.thread != nullptr) {
    Thread& thread = *current_.thread;
    thread.run_time_ += took;
    thread.since_picked_ += took;
    thread.virtual_time_ += took;
    virtual_time_ = std::max(virtual_time_, thread.virtual_time_);
  }
  acting_ = true;
  round_ended_ = false;
  current_.task.runner->Act(current_.task.arg);
  acting_ = false;
  if (machine_->observer() != nullptr) machine_->observer()->OnAfterAct(entity());
  if (current_.context == Context::kSoftirq && round_ended_ && !softirqs_.empty()) HandOver();
  current_.name = 0;
  TakeNext();
}

void Core::TakeNext() {
  if (TakeSoftirq()) return;
  if (interrupted_.name != 0) return Resume();
  if (Schedule()) return;
  busy_ = false;
  owed_ = Duration(0);
  ++machine_->idle_cores_;
}

// ---- Softirqs ----

bool Core::TakeSoftirq() {
  if (softirqs_.empty() || handed_over_) {
    in_session_ = false;
    return false;
  }
  if (!in_session_) {
    in_session_ = true;
    rounds_ = 0;
    // jiffies + msecs_to_jiffies(2): looked at in ticks.
    const int hz = machine_->options().hz;
    const int64_t ticks = (kMaxSoftirqTime.count() * hz + kNanosPerSecond - 1) / kNanosPerSecond;
    session_end_tick_ = machine_->Tick(loop_->now()) + ticks;
  }
  // ksoftirqd's own time, if it is the one that has been given the core.
  Start(softirqs_.Pop(), Context::kSoftirq, thread_ == &softirqd_ ? &softirqd_ : nullptr);
  return true;
}

void Core::HandOver() {
  LookAtClock();
  // need_resched(): of the idle thread, too, which leaves for whoever wakes.
  const bool somebodys_turn = turn_is_over_ || (thread_ == nullptr && !waiting_.empty());
  if (++rounds_ < kMaxSoftirqRounds && machine_->Tick(loop_->now()) < session_end_tick_ &&
      !somebodys_turn) {
    return;
  }
  handed_over_ = true;
  ++handovers_;
  if (softirqd_.awake_) return;
  softirqd_.awake_ = true;
  Enqueue(&softirqd_);
}

// ---- Threads ----

void Core::LookAtClock() {
  const Time now = loop_->now();
  if (now < next_tick_) return;
  next_tick_ = machine_->TimeOfTick(machine_->Tick(now) + 1);
  const Duration interrupts = busy_time(Context::kHardirq) + busy_time(Context::kSoftirq);
  pressed_ = (interrupts - interrupts_seen_) * 100 > (now - seen_at_) * kPressedPercent;
  interrupts_seen_ = interrupts;
  seen_at_ = now;
  if (thread_ != nullptr && thread_->since_picked_ >= machine_->options().slice) {
    turn_is_over_ = true;
  }
}

bool Core::MayLeave(Boundary boundary) const {
  switch (machine_->options().preemption) {
    case Preemption::kNone: return boundary == Boundary::kResched;
    case Preemption::kVoluntary: return boundary != Boundary::kInKernel;
    case Preemption::kFull: return true;
  }
  return true;
}

bool Core::HasWork(const Thread& thread) const {
  return &thread == &softirqd_ ? !softirqs_.empty()
                               : !thread.stopped_ && !thread.tasks_.empty();
}

// nohz_balancer, need_active_balance: a thread that interrupts squeeze moves to where nobody is.
void Core::Relieve() {
  if (!pressed_ || thread_ == nullptr || thread_->options_.bound || !HasWork(*thread_) ||
      !MayLeave(boundary_)) {
    return;
  }
  Core* const idle = machine_->IdleCore(number_);
  if (idle == nullptr) return;
  Thread* const thread = std::exchange(thread_, nullptr);
  idle->Enqueue(thread);
}

bool Core::Schedule() {
  LookAtClock();
  Relieve();
  if (thread_ != nullptr && HasWork(*thread_)) {
    if (turn_is_over_ && waiting_.empty()) BeginTurn();
    if (turn_is_over_ && MayLeave(boundary_)) {
      Thread* const leaving = thread_;
      Core* const there = machine_->Place(*leaving);
      // To an idle core only when it is off this one, whose next thread may be nobody else then.
      if (there == this) PushWaiting(leaving);
      Pick(PopWaiting());
      if (there != this) there->Enqueue(leaving);
      if (thread_ == nullptr) return false;  // those that waited have been stopped
    }
  } else {
    if (thread_ != nullptr) thread_->awake_ = false;
    Pick(PopWaiting());
    if (thread_ == nullptr) return false;
  }
  if (thread_ == &softirqd_) {
    handed_over_ = false;
    boundary_ = Boundary::kResched;
    return TakeSoftirq();
  }
  const Task task = thread_->tasks_.Pop();
  boundary_ = task.boundary;
  Start(task, Context::kThread, thread_);
  return true;
}

void Core::Pick(Thread* thread) {
  if (thread != nullptr && thread != thread_) {
    ++context_switches_;
    owed_ += machine_->options().context_switch;
  }
  thread_ = thread;
  if (thread == nullptr) return;
  virtual_time_ = std::max(virtual_time_, thread->virtual_time_);
  BeginTurn();
}

void Core::BeginTurn() {
  thread_->since_picked_ = Duration(0);
  turn_is_over_ = false;
}

void Core::MoveHere(Thread* thread) {
  if (thread->core_ == this) return;
  thread->virtual_time_ += virtual_time_ - thread->core_->virtual_time_;
  thread->core_ = this;
}

// Of a heap whose front is next: true if `a` comes behind `b`.
bool Core::IsBehind(const Thread* a, const Thread* b) {
  if (a->virtual_time_ != b->virtual_time_) return a->virtual_time_ > b->virtual_time_;
  return a->queued_as_ > b->queued_as_;
}

void Core::PushWaiting(Thread* thread) {
  thread->queued_as_ = ++last_queued_;
  waiting_.push_back(thread);
  std::push_heap(waiting_.begin(), waiting_.end(), IsBehind);
  if (!thread->options_.bound) ++machine_->unbound_waiting_;
}

// The next one that has something to do, one of another core's if need be; nullptr if there is none.
Thread* Core::PopWaiting() {
  while (!waiting_.empty()) {
    std::pop_heap(waiting_.begin(), waiting_.end(), IsBehind);
    Thread* const thread = waiting_.back();
    waiting_.pop_back();
    if (!thread->options_.bound) --machine_->unbound_waiting_;
    if (HasWork(*thread)) return thread;
    thread->awake_ = false;  // ksoftirqd, whose work has been done meanwhile; or it was stopped
  }
  Thread* const stolen = machine_->Steal(number_);
  if (stolen != nullptr) MoveHere(stolen);
  return stolen;
}

Thread* Core::TakeUnbound() {
  Thread** first = nullptr;
  for (Thread*& thread : waiting_) {
    if (thread->options_.bound || !HasWork(*thread)) continue;
    if (first == nullptr || IsBehind(*first, thread)) first = &thread;
  }
  if (first == nullptr) return nullptr;
  Thread* const thread = *first;
  *first = waiting_.back();
  waiting_.pop_back();
  std::make_heap(waiting_.begin(), waiting_.end(), IsBehind);
  --machine_->unbound_waiting_;
  return thread;
}

// ---- What others ask ----

Context Core::context() const {
  CHECK(busy_);
  return current_.context;
}

Core::Unfinished Core::unfinished() const {
  return {.current = busy_ && !acting_ ? current_.name : 0, .interrupted = interrupted_.name};
}

bool Core::Finished(uint64_t task) const {
  const Unfinished now = unfinished();
  return task != now.current && task != now.interrupted;
}

Time Core::EndOf(uint64_t task) const {
  CHECK(!Finished(task));
  return task == interrupted_.name ? current_.end + interrupted_.rest : current_.end;
}

Duration Core::busy_time(Context context) const {
  Duration total = stats(context).busy;
  if (busy_ && current_.context == context) {
    total += current_.before + std::max(Duration(0), loop_->now() - current_.begin);
  }
  if (interrupted_.name != 0 && context == Context::kThread) total += interrupted_.before;
  return total;
}

}  // namespace sim
