// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/netlink_agent.h"

#include <cstddef>
#include <utility>

#include "protocol/check.h"
#include "sim/core.h"

namespace wgnode {
namespace {

// Arguments of tasks and of wake-ups.
// Tasks, and what the agent hears of.
enum : uint64_t { kSend, kStep, kReturn, kGotRtnl, kGotUpdateLock, kWaitOver };

bool ChangesTable(wg::StepKind kind) {
  switch (kind) {
    case wg::StepKind::kRemoveAllowedIp:
    case wg::StepKind::kInsertAllowedIp:
    case wg::StepKind::kClearTable4:
    case wg::StepKind::kClearTable6:
    case wg::StepKind::kApply:
      return true;
    default:
      return false;
  }
}

}  // namespace

NetlinkAgent::NetlinkAgent(const Options& options, sim::EntityId entity)
    : Actor(entity),
      options_(options),
      step_kind_(options.loop->trace()->RegisterKind("config step")) {}

void NetlinkAgent::Submit(Reconfiguration reconfiguration) {
  CHECK_LT(waiting_.size(), kMaxWaiting);
  waiting_.push_back(std::move(reconfiguration));
  if (!current_) TakeNext();
}

void NetlinkAgent::FailLater(const Failure& failure) {
  CHECK_GT(failure.message, 0);
  CHECK((failure.error != wg::Errno::kOk) != (failure.allocation != 0));
  failures_.push_back(failure);
}

NetlinkAgent::Failure NetlinkAgent::TakeFailure() {
  Failure due{.message = 0};
  for (size_t i = 0; i < failures_.size();) {
    if (--failures_[i].message > 0) {
      ++i;
      continue;
    }
    due = failures_[i];
    failures_.erase(failures_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return due;
}

void NetlinkAgent::Pause(bool paused) {
  paused_ = paused;
  if (paused || !held_) return;
  held_ = false;
  SendMessage();
}

void NetlinkAgent::Abandon() {
  abandoned_ = waiting_.size();
  if (!current_) return;
  Current& current = *current_;
  current.abandoned = true;
  if (current.session) {
    current.session->Abandon();
    if (current.session->Next()) current.step = current.session->Next();
  }
}

void NetlinkAgent::TakeNext() {
  if (waiting_.empty()) return;
  current_.emplace(std::move(waiting_.front()));
  waiting_.pop_front();
  current_->abandoned = abandoned_ > 0;
  abandoned_ -= current_->abandoned;
  if (options_.observer != nullptr) options_.observer->OnBegin(current_->what.id);
  SendMessage();
}

void NetlinkAgent::SendMessage() {
  if (paused_) {
    held_ = true;
    return;
  }
  Current& current = *current_;
  if (current.abandoned) {
    if (options_.observer != nullptr) options_.observer->OnAnswer(current.what.id, Answer());
    return EndReconfiguration();
  }
  if (current.message == current.messages.size()) {
    if (current.request == current.what.requests.size()) return EndReconfiguration();
    current.messages = wg::netlink::SplitRequest(current.what.requests[current.request++],
                                                 options_.splitting, options_.tunnel->name());
    current.message = 0;
  }
  // mutex_lock may sleep.
  Charge(options_.costs->Charge(Cost::kNetlinkMessage, current.messages[current.message].bytes),
         kSend, sim::Boundary::kMaySleep);
}

void NetlinkAgent::Charge(sim::Duration price, uint64_t task, sim::Boundary boundary) {
  options_.thread->Submit(
      {.runner = this, .arg = task, .price = price, .boundary = boundary});
}

void NetlinkAgent::ChargeStep() {
  // Memory is allocated with GFP_KERNEL, which may sleep; what only takes away allocates nothing.
  const bool allocates = current_->step->kind != wg::StepKind::kRemoveAllowedIp;
  const sim::Duration price = options_.costs->Charge(*current_->step);
  const sim::Duration wait =
      ChangesTable(current_->step->kind) ? options_.tunnel->LockTable(price) : sim::Duration(0);
  Charge(wait + price, kStep,
         allocates ? sim::Boundary::kMaySleep : sim::Boundary::kInKernel);
}

void NetlinkAgent::Act(uint64_t task) {
  switch (task) {
    case kStep:
      return PerformStep();
    case kReturn:
      return Returned();
    default:
      return BeginMessage();
  }
}

void NetlinkAgent::BeginMessage() {
  Current& current = *current_;
  current.failure = TakeFailure();
  const bool refused = current.failure.error != wg::Errno::kOk && !current.failure.applied;
  if (refused || current.abandoned) {
    return Charge(options_.costs->Charge(Cost::kSyscall), kReturn, sim::Boundary::kResched);
  }
  if (options_.rtnl->Acquire(this, kGotRtnl)) LockDevice();
}

absl::string_view NetlinkAgent::Label(uint64_t task) const {
  switch (task) {
    case kStep:
      return wg::StepKindName(current_->step->kind);
    case kReturn:
      return "netlink return";
    default:
      return "netlink send";
  }
}

void NetlinkAgent::OnEvent(uint64_t arg) {
  switch (arg) {
    case kGotRtnl:
      return LockDevice();
    case kGotUpdateLock:
      return Locked();
    default:
      ChargeStep();
  }
}

void NetlinkAgent::LockDevice() {
  if (options_.tunnel->update_lock()->Acquire(this, kGotUpdateLock)) Locked();
}

void NetlinkAgent::Locked() {
  Current& current = *current_;
  if (current.abandoned) return EndMessage();
  current.session.emplace(&options_.tunnel->device(),
                          std::move(current.messages[current.message].request));
  if (current.failure.allocation != 0) current.session->FailAllocation(current.failure.allocation);
  PrepareStep();
}

void NetlinkAgent::PrepareStep() {
  Current& current = *current_;
  current.step = current.session->Next();
  if (!current.step) return EndMessage();
  switch (current.step->kind) {
    case wg::StepKind::kGracePeriod:
      return options_.grace->Wait(this, kWaitOver);
    case wg::StepKind::kFlushQueues:
      return options_.tunnel->Flush(current.session->peer(), this, kWaitOver);
    default:
      return ChargeStep();
  }
}

void NetlinkAgent::PerformStep() {
  Current& current = *current_;
  wg::BindOutcome bound;
  if (current.step->kind == wg::StepKind::kSetListenPort) {
    bound = options_.tunnel->Bind(current.step->port);
  }
  const sim::Time now = options_.loop->now();
  options_.loop->trace()->Record(now, step_kind_, entity(),
                                 static_cast<uint64_t>(current.step->kind), current.step->changes);
  current.session->Step(options_.tunnel->Now(), &fx_, bound);
  if (options_.observer != nullptr) options_.observer->OnStep(current.what.id, *current.step);
  options_.tunnel->Apply(&fx_, options_.thread->core()->number());
  PrepareStep();
}

void NetlinkAgent::EndMessage() {
  options_.tunnel->update_lock()->Release(this);
  options_.rtnl->Release(this);
  Charge(options_.costs->Charge(Cost::kSyscall), kReturn, sim::Boundary::kResched);
}

wg::Errno NetlinkAgent::Answer() const {
  const Current& current = *current_;
  if (current.abandoned) return wg::Errno::kNoDev;
  if (current.session && current.session->error() != wg::Errno::kOk) {
    return current.session->error();
  }
  return current.failure.error;
}

void NetlinkAgent::Returned() {
  Current& current = *current_;
  const wg::Errno error = Answer();
  current.session.reset();
  ++current.message;
  if (options_.observer != nullptr) options_.observer->OnAnswer(current.what.id, error);
  if (error != wg::Errno::kOk) return EndReconfiguration();
  SendMessage();
}

void NetlinkAgent::EndReconfiguration() {
  const uint64_t id = current_->what.id;
  current_.reset();
  if (options_.observer != nullptr) options_.observer->OnEnd(id);
  if (!current_) TakeNext();
}

}  // namespace wgnode
