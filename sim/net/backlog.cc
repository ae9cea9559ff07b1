// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/backlog.h"

#include <utility>

namespace net {

Backlog::Backlog(Fabric* fabric, absl::Span<Softnet* const> softnets, Cpu cpu, const Prices* prices)
    : Napi(softnets, prices), fabric_(fabric), cpu_(cpu), prices_(prices) {}

bool Backlog::Enqueue(Interface* to, Packet* packet) {
  if (queue_.size() >= kMaxPackets) {
    ++dropped_;
    return false;
  }
  fabric_->Record(PacketAct::kEnqueue, to->entity(), *packet);
  queue_.Push(Waiting{to, std::move(*packet)});
  // enqueue_to_backlog looks at the state itself: it never counts as missed.
  if (state() == State::kIdle) Schedule(cpu_);
  return true;
}

int64_t Backlog::PacketPrice() {
  return prices_->backlog_receive.Picoseconds(queue_.front().packet.total_size());
}

void Backlog::ReceivePacket(Cpu cpu) {
  Waiting waiting = queue_.Pop();
  waiting.packet.cpu = cpu;
  waiting.to->Receive(std::move(waiting.packet));
}

}  // namespace net
