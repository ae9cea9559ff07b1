// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/softnet.h"

#include <utility>

#include "protocol/check.h"
#include "sim/core.h"
#include "sim/net/napi.h"
#include "sim/net/prices.h"

namespace net {

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
      while (!scheduled_.empty()) list_.Push(scheduled_.Pop());
      ++counters_.actions;
      budget_ = kBudget;
      deadline_tick_ = machine_->Tick(machine_->loop()->now()) + kTimeLimit;
    }
    if (list_.empty()) std::swap(list_, scheduled_);
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
  const bool waiting = !list_.empty() || !scheduled_.empty() || !repeat_.empty();
  const bool squeezed = budget_ <= 0 || machine_->Tick(machine_->loop()->now()) >= deadline_tick_;
  if (!waiting || squeezed || (list_.empty() && !repeat_.empty())) {
    counters_.time_squeeze += squeezed;
    EndAction();
    if (waiting) core_->EndSoftirqRound();
  }
  return waiting;
}

void Softnet::EndAction() {
  in_action_ = false;
  while (!scheduled_.empty()) list_.Push(scheduled_.Pop());
  while (!repeat_.empty()) list_.Push(repeat_.Pop());
}

absl::string_view Softnet::Label(uint64_t /*arg*/) const {
  return current_ == nullptr ? "net_rx" : current_->PollLabel();
}

}  // namespace net
