// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/grace_period.h"

#include <algorithm>
#include <utility>

#include "protocol/check.h"

namespace sim {

GracePeriod::GracePeriod(EventLoop* loop, EntityId entity, std::vector<const Core*> cores,
                         Duration latency)
    : Actor(entity), loop_(loop), cores_(std::move(cores)), latency_(latency) {
  CHECK(loop != nullptr);
  CHECK_GE(latency, Duration(0));
}

void GracePeriod::Wait(Actor* who, uint64_t arg) {
  CHECK(who != nullptr);
  CHECK_LT(waits(), kMaxWaits);
  if (free_waits_.empty()) {
    free_waits_.push_back(waits_.size());
    waits_.emplace_back();
  }
  const size_t index = free_waits_.back();
  free_waits_.pop_back();
  PendingWait& wait = waits_[index];
  wait.who = who;
  wait.arg = arg;
  for (const Core* core : cores_) {
    const Core::Unfinished unfinished = core->unfinished();
    if (unfinished.current != 0) wait.readers.push_back(Reader{core, unfinished.current});
    if (unfinished.interrupted != 0) wait.readers.push_back(Reader{core, unfinished.interrupted});
  }
  OnEvent(index);
}

void GracePeriod::OnEvent(uint64_t index) {
  PendingWait& wait = waits_[index];
  const auto done = [](const Reader& reader) {
    return reader.core->Finished(reader.task);
  };
  wait.readers.erase(std::remove_if(wait.readers.begin(), wait.readers.end(), done),
                     wait.readers.end());
  if (wait.readers.empty()) {
    loop_->After(latency_, wait.who, wait.arg);
    wait.who = nullptr;
    free_waits_.push_back(index);
    return;
  }
  // A task's end is known when it is taken. Looking again at the latest end, instead of trusting
  // it, stays right when something prolongs a task. Scheduled after those ends were, so at equal
  // times the acts come first.
  Time latest = loop_->now();
  for (const Reader& reader : wait.readers) latest = std::max(latest, reader.core->EndOf(reader.task));
  loop_->At(latest, this, index);
}

}  // namespace sim
