// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/backlog.h"

#include <utility>

namespace net {

Backlog::Backlog(Fabric* fabric, sim::Core* core, Cpu cpu, const Prices* prices)
    : fabric_(fabric), core_(core), cpu_(cpu), prices_(prices) {}

bool Backlog::Enqueue(Interface* to, Packet* packet) {
  if (queue_.size() >= kMaxPackets) {
    ++dropped_;
    return false;
  }
  fabric_->Record(PacketAct::kEnqueue, to->entity(), *packet);
  queue_.Push(Waiting{to, std::move(*packet)});
  core_->RaiseSoftirq({.runner = this});
  return true;
}

sim::Duration Backlog::Price(uint64_t /*arg*/) {
  return RoundedCharge(prices_->backlog_receive.Picoseconds(queue_.front().packet.size()));
}

void Backlog::Act(uint64_t /*arg*/) {
  Waiting waiting = queue_.Pop();
  waiting.packet.cpu = cpu_;
  waiting.to->Receive(std::move(waiting.packet));
}

}  // namespace net
