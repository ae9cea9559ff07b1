// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/nic_rx_queue.h"

#include <algorithm>
#include <utility>

#include "protocol/check.h"

namespace net {

NicRxQueue::NicRxQueue(Fabric* fabric, Interface* card, absl::Span<Softnet* const> softnets,
                       Cpu cpu, const Prices* prices, const NicOptions* options)
    : Napi(softnets, prices, {.weight = options->budget}),
      Actor(card->entity()),
      fabric_(fabric),
      card_(card),
      core_(softnets[cpu]->core()),
      cpu_(cpu),
      prices_(prices),
      options_(options),
      gro_(fabric->segments(), &prices->gro_receive, &prices->nic_receive),
      timer_(fabric->loop(), this, 0) {
  CHECK_GE(options->rx_usecs, sim::Duration(0));
  // Without a time limit the last packets would wait for ever.
  CHECK(options->rx_usecs > sim::Duration(0) || options->rx_frames <= 1);
}

bool NicRxQueue::Put(Packet* packet) {
  if (ring_.size() >= options_->rx_ring) return false;
  if (ring_.empty()) waiting_since_ = fabric_->now();
  ring_.Push(std::move(*packet));
  if (state() == State::kIdle) Coalesce();
  return true;
}

void NicRxQueue::Coalesce() {
  if (options_->rx_usecs == sim::Duration(0)) return Interrupt();
  const bool enough = options_->rx_frames != 0 && ring_.size() >= options_->rx_frames;
  const sim::Time due = waiting_since_ + options_->rx_usecs;
  if (enough || due <= fabric_->now()) {
    Interrupt();
  } else if (!timer_.armed()) {
    timer_.ArmAt(due);
  }
}

void NicRxQueue::OnEvent(uint64_t /*arg*/) { Interrupt(); }

void NicRxQueue::Interrupt() {
  if (options_->rx_usecs > sim::Duration(0)) timer_.Cancel();
  ++interrupts_;
  core_->Interrupt(RoundedCharge(prices_->nic_interrupt.fixed_ps));
  if (threaded()) core_->RaiseSoftirq({.runner = &nothing_, .price = sim::Duration(0)});
  Schedule(cpu_);
}

void NicRxQueue::OnCompleted(Cpu /*cpu*/) {
  if (!ring_.empty()) Coalesce();
}

int64_t NicRxQueue::PacketPrice() {
  const Packet& packet = ring_.front();
  offloading_ = options_->gro && !gro_.IsIdle(*card_);
  return offloading_ ? gro_.Price(packet, card_) : prices_->nic_receive.Picoseconds(packet.size());
}

void NicRxQueue::ReceivePacket(Cpu cpu) {
  Packet packet = ring_.Pop();
  packet.cpu = cpu;
  ++received_;
  if (offloading_) {
    gro_.Receive(std::move(packet), card_);
  } else {
    card_->Receive(std::move(packet));
  }
}

}  // namespace net
