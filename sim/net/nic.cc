// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/nic.h"

#include <utility>

#include "protocol/check.h"
#include "sim/net/flow_hash.h"

namespace net {

// One receive ring, its core and its poll.
class Nic::RxQueue : public sim::Runner {
 public:
  RxQueue(Nic* nic, sim::Core* core, Cpu cpu) : nic_(nic), core_(core), cpu_(cpu) {}

  size_t size() const { return ring_.size(); }

  // False if the ring is full: the packet stays with the caller.
  bool Put(Packet* packet) {
    if (ring_.size() >= nic_->options_.rx_ring) return false;
    ring_.Push(std::move(*packet));
    if (!polling_) {
      polling_ = true;
      ++nic_->nic_counters_.interrupts;
      core_->Interrupt(RoundedCharge(nic_->prices_->nic_interrupt.fixed_ps));
      BeginRound();
      Poll();
    }
    return true;
  }

  sim::Duration Price(uint64_t /*arg*/) override {
    const int64_t packet_ps = nic_->prices_->nic_receive.Picoseconds(ring_.front().size());
    return RoundedCharge(std::exchange(owed_ps_, 0) + packet_ps);
  }

  void Act(uint64_t /*arg*/) override {
    Packet packet = ring_.Pop();
    packet.cpu = cpu_;
    ++nic_->nic_counters_.received;
    nic_->Receive(std::move(packet));
    if (ring_.empty()) {
      polling_ = false;
      return;
    }
    if (++done_ >= nic_->options_.budget) BeginRound();
    Poll();
  }

 private:
  void BeginRound() {
    done_ = 0;
    ++nic_->nic_counters_.polls;
    owed_ps_ += nic_->prices_->nic_poll.fixed_ps;
  }
  void Poll() { core_->RaiseSoftirq({.runner = this}); }

  Nic* const nic_;
  sim::Core* const core_;
  const Cpu cpu_;
  MoveRing<Packet> ring_;  // the one being processed is at the head
  bool polling_ = false;
  uint32_t done_ = 0;    // packets in this round
  int64_t owed_ps_ = 0;  // to be charged with the next packet
};

Nic::Nic(Fabric* fabric, absl::string_view name, absl::string_view place,
         absl::Span<sim::Core* const> cores, const Prices* prices, const NicOptions& options)
    : Interface(fabric, name, place, options.mtu), options_(options), prices_(prices) {
  CHECK(!cores.empty());
  CHECK_GT(options.rx_ring, 0u);
  CHECK_GT(options.budget, 0u);
  const size_t count = options.rx_queues == 0 ? cores.size() : options.rx_queues;
  for (size_t q = 0; q < count; ++q) {
    const size_t cpu = (options.first_core + q) % cores.size();
    queues_.push_back(std::make_unique<RxQueue>(this, cores[cpu], static_cast<Cpu>(cpu)));
  }
}

Nic::~Nic() = default;

void Nic::Connect(Link* link, int side) {
  transmit_ = link->transmit(side);
  link->Attach(side, this);
}

size_t Nic::queued() const {
  size_t sum = 0;
  for (const auto& queue : queues_) sum += queue->size();
  return sum;
}

wg::Errno Nic::DoTransmit(Packet* packet, uint32_t /*mtu*/) {
  const Drop drop = transmit_ == nullptr ? Drop::kLinkDown : transmit_->Send(packet);
  if (drop == Drop::kQueueFull) return wg::Errno::kNoBufs;
  // Without carrier the queue discipline is the one that drops everything and says success
  // (noop_qdisc).
  if (drop != Drop::kNone) fabric()->Kill(packet, entity(), drop);
  return wg::Errno::kOk;
}

void Nic::OnArrival(Packet&& packet) {
  ++nic_counters_.arrived;
  if (!up()) {
    ++nic_counters_.down_drops;
    fabric()->Kill(&packet, entity(), Drop::kInterfaceDown);
    return;
  }
  // Of what the sender kept beside the bytes only the state of the checksum is on the wire.
  packet.mark = 0;
  packet.ignore_df = false;
  RxQueue* queue = queues_[0].get();
  if (queues_.size() > 1) {
    packet.flow_hash = FlowHash(packet.buffer.bytes(), options_.rss_key);
    // Multiply-shift instead of modulo: every queue gets an equal share of the hash's range.
    queue = queues_[(uint64_t{packet.flow_hash} * queues_.size()) >> 32].get();
  }
  if (!queue->Put(&packet)) {
    ++nic_counters_.ring_drops;
    fabric()->Kill(&packet, entity(), Drop::kRxRingFull);
  }
}

}  // namespace net
