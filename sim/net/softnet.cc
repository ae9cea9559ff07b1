// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/softnet.h"

#include <utility>

#include "protocol/check.h"
#include "sim/core.h"
#include "sim/net/napi.h"
#include "sim/net/prices.h"

namespace net {

void NapiList::Push(Napi* napi) {
  napi->next_ = nullptr;
  (size_ == 0 ? first_ : last_->next_) = napi;
  last_ = napi;
  ++size_;
}

Napi* NapiList::Pop() {
  CHECK(size_ != 0);
  Napi* const napi = first_;
  first_ = napi->next_;
  --size_;
  return napi;
}

void NapiList::Splice(NapiList* other) {
  if (other->size_ == 0) return;
  (size_ == 0 ? first_ : last_->next_) = other->first_;
  last_ = other->last_;
  size_ += std::exchange(other->size_, 0);
}

Softnet::Softnet(sim::Machine* machine, Cpu cpu)
    : machine_(machine), core_(machine->core(cpu)), cpu_(cpu) {}

size_t Softnet::napis() const {
  return scheduled_.size() + list_.size() + repeat_.size() + (current_ != nullptr);
}

void Softnet::Add(Napi* napi) {
  CHECK_LT(scheduled_.size(), kMaxNapis);
  scheduled_.Push(napi);
  if (!raised_) Raise();
}

void Softnet::Owe(int64_t picoseconds) {
  owed_ps_ += picoseconds;
  if (!raised_) Raise();
}

void Softnet::Raise() {
  raised_ = true;
  core_->RaiseSoftirq({.runner = this});
}

sim::Duration Softnet::Price(uint64_t /*arg*/) {
  const sim::Duration owed = RoundedCharge(std::exchange(owed_ps_, 0));
  if (current_ == nullptr) {
    if (!in_action_) {
      in_action_ = true;
      list_.Splice(&scheduled_);
      ++counters_.actions;
      budget_ = kBudget;
      action_begin_ = machine_->loop()->now();
    }
    if (list_.empty()) list_.Splice(&scheduled_);
    // Nothing but a debt: the task pays it.
    if (list_.empty()) return owed;
    current_ = list_.Pop();
  }
  return owed + current_->BeginTask();
}

void Softnet::Act(uint64_t /*arg*/) {
  if (current_ != nullptr) {
    const bool packet = current_->step_ == Napi::Step::kPacket;
    counters_.processed += packet;
    budget_ -= packet;
    Napi* const napi = current_;
    switch (napi->EndTask(cpu_)) {
      case Napi::Outcome::kGoesOn:
        return Raise();
      case Napi::Outcome::kRepeat:
        repeat_.Push(napi);
        break;
      case Napi::Outcome::kAgain:
        scheduled_.Push(napi);
        break;
      case Napi::Outcome::kDone:
        break;
    }
    current_ = nullptr;
  }
  raised_ = false;
  if (NextPoll() || owed_ps_ != 0) Raise();
}

bool Softnet::NextPoll() {
  if (list_.empty() && scheduled_.empty() && repeat_.empty()) {
    in_action_ = false;
    return false;
  }
  const bool squeezed = budget_ <= 0 || TimeIsUp();
  if (squeezed || (list_.empty() && !repeat_.empty())) {
    counters_.time_squeeze += squeezed;
    EndAction();
    core_->EndSoftirqRound();
  }
  return true;
}

bool Softnet::TimeIsUp() const {
  const sim::Time now = machine_->loop()->now();
  return now != action_begin_ && machine_->Tick(now) >= machine_->Tick(action_begin_) + kTimeLimit;
}

void Softnet::EndAction() {
  in_action_ = false;
  list_.Splice(&scheduled_);
  list_.Splice(&repeat_);
}

absl::string_view Softnet::Label(uint64_t /*arg*/) const {
  return current_ == nullptr ? "net_rx" : current_->PollLabel();
}

}  // namespace net
