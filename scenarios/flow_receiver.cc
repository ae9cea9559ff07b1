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
                           Take take)
    : world_(world),
      host_(host),
      thread_(thread),
      take_(std::move(take)),
      socket_(world->NetnsWith(host, local.address), local.address.family(), place, options, this) {
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
  slept_ = asleep;
  thread_->Submit({.runner = this});
}

sim::Duration FlowReceiver::Price(uint64_t) {
  const CostModel& costs = world_->plan().hosts[host_].costs;
  int64_t price = costs.Picoseconds(Cost::kSyscall) +
                  costs.Picoseconds(Cost::kUdpReceive, socket_.next_bytes());
  if (slept_) price += costs.Picoseconds(Cost::kWakeUp);
  return socket_.LockQueue() + CostModel::Rounded(price);
}

void FlowReceiver::Act(uint64_t) {
  net::Received received;
  if (socket_.Receive(&received) == wg::Errno::kOk) {
    net::WorkObserver* const observer = world_->fabric().work_observer();
    if (observer != nullptr) observer->OnWork(received.payload.tag());
    net::Segments more = std::move(received.more);
    take_(received.payload);
    for (const wg::Buffer& segment : more.buffers()) take_(segment);
  }
  if (socket_.readable()) {
    Submit(/*asleep=*/false);
  } else {
    awake_ = false;
  }
}

}  // namespace scenario
