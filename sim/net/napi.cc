// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/napi.h"

#include <string>

#include "protocol/check.h"
#include "sim/net/softnet.h"

namespace net {

Napi::Napi(absl::Span<Softnet* const> softnets, const Prices* prices, const NapiOptions& options)
    : softnets_(softnets), prices_(prices), options_(options) {
  CHECK(!softnets.empty());
  CHECK_GT(options.weight, 0u);
}

Napi::~Napi() = default;

void Napi::MakeThreaded(sim::Machine* machine, absl::string_view name, Cpu cpu) {
  CHECK(state_ == State::kIdle);
  CHECK(thread_ == nullptr);
  thread_ = std::make_unique<sim::Thread>(
      machine, sim::Thread::Options{.name = std::string(name), .core = cpu, .bound = false});
}

bool Napi::Schedule(Cpu cpu) {
  ++counters_.schedules;
  if (disabled_) return false;
  if (state_ != State::kIdle) {
    ++counters_.missed;
    missed_ = true;
    missed_in_window_ = missed_in_window_ || looked_;
    return false;
  }
  state_ = State::kScheduled;
  Wake(cpu);
  return true;
}

void Napi::Wake(Cpu cpu) {
  if (thread_ != nullptr) return SubmitToThread();
  CHECK_LT(cpu, softnets_.size());
  softnets_[cpu]->Add(this);
}

bool Napi::Disable() {
  disabled_ = true;
  if (stalled_) {
    stalled_ = false;
    missed_ = false;
    state_ = State::kIdle;
  }
  return state_ == State::kIdle;
}

void Napi::Enable() {
  CHECK(disabled_ && state_ == State::kIdle);
  disabled_ = false;
}

sim::Duration Napi::BeginTask() {
  int64_t picoseconds = 0;
  if (state_ == State::kScheduled) {
    state_ = State::kPolling;
    done_ = 0;
    looked_ = false;
    missed_in_window_ = false;
    ++counters_.polls;
    picoseconds = prices_->nic_poll.fixed_ps;
  }
  if (!looked_ && done_ < options_.weight) {
    if (HasPacket()) {
      step_ = Step::kPacket;
      return RoundedCharge(picoseconds + PacketPrice());
    }
    looked_ = true;
  }
  if (HasTail()) {
    step_ = Step::kTail;
    return RoundedCharge(picoseconds + TailPrice());
  }
  step_ = Step::kComplete;
  return RoundedCharge(picoseconds + CompletionPrice());
}

Napi::Outcome Napi::EndTask(Cpu cpu) {
  if (step_ == Step::kComplete) return Complete(cpu);
  if (step_ == Step::kPacket) {
    ++done_;
    ++counters_.packets;
    ReceivePacket(cpu);
    if (done_ < options_.weight) {
      if (HasPacket()) return Outcome::kGoesOn;
      looked_ = true;
    }
  } else {
    RunTail(cpu);
  }
  if (HasTail()) return Outcome::kGoesOn;
  if (looked_) return CompletionPrice() > 0 ? Outcome::kGoesOn : Complete(cpu);
  ++counters_.full_rounds;
  // napi_disable_pending: what has more to do completes all the same.
  if (disabled_) return Complete(cpu);
  state_ = State::kScheduled;
  return Outcome::kRepeat;
}

Napi::Outcome Napi::Complete(Cpu cpu) {
  looked_ = false;
  if (missed_ && !disabled_) {
    missed_ = false;
    state_ = State::kScheduled;
    if (options_.loses_wakeups && missed_in_window_ && thread_ != nullptr) {
      ++counters_.lost_wakeups;
      stalled_ = true;
      return Outcome::kDone;
    }
    return Outcome::kAgain;
  }
  missed_ = false;
  state_ = State::kIdle;
  OnCompleted(cpu);
  if (disabled_) OnDisabled();
  return Outcome::kDone;
}

sim::Duration Napi::Price(uint64_t /*arg*/) { return BeginTask(); }

void Napi::Act(uint64_t /*arg*/) {
  if (EndTask(static_cast<Cpu>(thread_->core()->number())) != Outcome::kDone) SubmitToThread();
}

absl::string_view Napi::Label(uint64_t /*arg*/) const { return PollLabel(); }

void Napi::SubmitToThread() {
  const bool last = state_ == State::kPolling && done_ + 1 >= options_.weight;
  thread_->Submit(
      {.runner = this, .boundary = last ? sim::Boundary::kResched : sim::Boundary::kInKernel});
}

}  // namespace net
