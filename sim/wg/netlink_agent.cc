// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/netlink_agent.h"

#include <utility>

#include "protocol/check.h"

namespace wgnode {
namespace {

// Arguments of tasks and of wake-ups.
enum : uint64_t { kSend, kStep, kGotLock, kWaitOver };

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

void NetlinkAgent::TakeNext() {
  if (waiting_.empty()) return;
  current_.emplace(std::move(waiting_.front()));
  waiting_.pop_front();
  if (options_.observer != nullptr) options_.observer->OnBegin(current_->what.id);
  SendMessage();
}

void NetlinkAgent::SendMessage() {
  Current& current = *current_;
  if (current.message == current.messages.size()) {
    if (current.request == current.what.requests.size()) return EndReconfiguration();
    current.messages = wg::netlink::SplitRequest(current.what.requests[current.request++],
                                                 options_.splitting, options_.tunnel->name());
    current.message = 0;
  }
  const CostModel& costs = *options_.costs;
  Charge(CostModel::Rounded(
             costs.Picoseconds(Cost::kSyscall) +
             costs.Picoseconds(Cost::kNetlinkMessage, current.messages[current.message].bytes)),
         kSend);
}

void NetlinkAgent::Charge(sim::Duration price, uint64_t task) {
  options_.core->Submit(sim::Context::kProcess, {.runner = this, .arg = task, .price = price});
}

void NetlinkAgent::Act(uint64_t task) {
  if (task == kStep) return PerformStep();
  if (options_.rtnl->Acquire(this, kGotLock)) Locked();
}

void NetlinkAgent::OnEvent(uint64_t arg) {
  if (arg == kGotLock) return Locked();
  Charge(options_.costs->Charge(*current_->step), kStep);
}

void NetlinkAgent::Locked() {
  Current& current = *current_;
  current.session.emplace(&options_.tunnel->device(),
                          std::move(current.messages[current.message].request));
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
      return Charge(options_.costs->Charge(*current.step), kStep);
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
  options_.tunnel->Apply(&fx_, options_.core_number);
  PrepareStep();
}

void NetlinkAgent::EndMessage() {
  Current& current = *current_;
  const wg::Errno error = current.session->error();
  current.session.reset();
  options_.rtnl->Release(this);
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
