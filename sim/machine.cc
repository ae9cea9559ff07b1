// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/machine.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"

namespace sim {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;
// kernel/sched/fair.c: sysctl_sched_base_slice, scaled by the logarithm of at most 8 cores.
constexpr Duration kBaseSlice = std::chrono::microseconds(700);
constexpr int kMostCoresThatScale = 8;

Duration SliceOf(int cores) {
  int log2 = 0;
  for (int n = std::min(cores, kMostCoresThatScale); n > 1; n /= 2) ++log2;
  return kBaseSlice * (1 + log2);
}

}  // namespace

absl::string_view PreemptionName(Preemption preemption) {
  switch (preemption) {
    case Preemption::kNone: return "none";
    case Preemption::kVoluntary: return "voluntary";
    case Preemption::kFull: return "full";
  }
  return "";
}

Machine::Machine(EventLoop* loop, absl::string_view name, const MachineOptions& options)
    : loop_(loop), options_(options), idle_cores_(static_cast<size_t>(options.cores)) {
  CHECK_GE(options.cores, 1);
  CHECK_LE(options.cores, kMaxCores);
  CHECK_GT(options.hz, 0);
  CHECK_GE(options.slice, Duration(0));
  CHECK_GE(options.context_switch, Duration(0));
  CHECK_GE(options.idle_exit, Duration(0));
  if (options_.slice == Duration(0)) options_.slice = SliceOf(options.cores);
  cores_.resize(static_cast<size_t>(options.cores));
  core_list_.resize(cores_.size());
  for (size_t i = 0; i < cores_.size(); ++i) {
    cores_[i] = std::make_unique<Core>(
        this, static_cast<int>(i), loop->trace()->RegisterEntity(absl::StrCat(name, "/cpu", i)));
    core_list_[i] = cores_[i].get();
  }
}

Machine::~Machine() = default;

int64_t Machine::Tick(Time time) const {
  const int64_t nanos = (time - kStart).count();
  // In two parts: nanos * hz would not fit after a few weeks.
  return nanos / kNanosPerSecond * options_.hz +
         nanos % kNanosPerSecond * options_.hz / kNanosPerSecond;
}

Time Machine::TimeOfTick(int64_t tick) const {
  const int64_t hz = options_.hz;
  return kStart + std::chrono::seconds(tick / hz) +
         Duration((tick % hz * kNanosPerSecond + hz - 1) / hz);
}

Core* Machine::Place(const Thread& thread) const {
  Core* const last = thread.core_;
  if (thread.options_.bound || !last->busy()) return last;
  Core* const idle = IdleCore(last->number());
  return idle == nullptr ? last : idle;
}

Core* Machine::IdleCore(int number) const {
  if (idle_cores_ == 0) return nullptr;
  for (int i = 1; i < cores(); ++i) {
    Core* const other = core((number + i) % cores());
    if (!other->busy()) return other;
  }
  return nullptr;
}

Thread* Machine::Steal(int number) {
  if (unbound_waiting_ == 0) return nullptr;
  for (int i = 1; i < cores(); ++i) {
    if (Thread* thread = core((number + i) % cores())->TakeUnbound()) return thread;
  }
  return nullptr;
}

}  // namespace sim
