// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/flow_receiver.h"

#include <utility>

#include "protocol/check.h"
#include "sim/wg/cost_model.h"

namespace scenario {

using wgnode::Cost;
using wgnode::CostModel;

FlowReceiver::FlowReceiver(World* world, int host, sim::Thread* thread, const wg::Endpoint& local,
                           absl::string_view place, const net::SocketOptions& options,
                           uint32_t bytes, Take take)
    : world_(world),
      host_(host),
      thread_(thread),
      bytes_(bytes),
      take_(std::move(take)),
      socket_(world->machine(host).host->root(), local.address.family(), place, options, this) {
  CHECK(socket_.Bind(local.address, local.port) == wg::Errno::kOk);
}

void FlowReceiver::OnReadable(net::Socket*) { Submit(/*asleep=*/true); }

// A pending error is taken like a datagram, so that it does not fail the next send by surprise: only senders with
// IP_RECVERR want that, and they do not sleep in a receive call.
void FlowReceiver::OnError(net::Socket*) {}

void FlowReceiver::OnWritable(net::Socket*) {
  if (on_writable_) on_writable_();
}

void FlowReceiver::Submit(bool asleep) {
  if (asleep && awake_) return;
  awake_ = true;
  const CostModel& costs = world_->plan().hosts[host_].costs;
  int64_t price = costs.Picoseconds(Cost::kSyscall) + costs.Picoseconds(Cost::kUdpReceive, bytes_);
  if (asleep) price += costs.Picoseconds(Cost::kWakeUp);
  thread_->Submit({.runner = this, .price = CostModel::Rounded(price)});
}

void FlowReceiver::Act(uint64_t) {
  net::Received received;
  if (socket_.Receive(&received) == wg::Errno::kOk) {
    net::WorkObserver* const observer = world_->fabric().work_observer();
    if (observer != nullptr) observer->OnWork(received.payload.tag());
    take_(std::move(received));
  }
  if (socket_.readable()) {
    Submit(/*asleep=*/false);
  } else {
    awake_ = false;
  }
}

}  // namespace scenario
