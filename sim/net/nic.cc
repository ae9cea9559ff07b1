// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/nic.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"
#include "sim/net/flow_hash.h"
#include "sim/net/train.h"

namespace net {

Nic::Nic(Fabric* fabric, absl::string_view name, absl::string_view place, sim::Machine* machine,
         absl::Span<Softnet* const> softnets, const Prices* prices, const NicOptions& options)
    : Interface(fabric, name, place, options.mtu),
      options_(options),
      prices_(prices),
      softnets_(softnets),
      plain_transmit_(options.tx_ring == 0 && options.tx_checksum),
      indirection_(options.indirection) {
  set_udp_gro_forwarding(options.rx_udp_gro_forwarding);
  CHECK(!softnets.empty());
  CHECK_GT(options.rx_ring, 0u);
  const size_t cores = softnets.size();
  const size_t rx_queues = options.rx_queues == 0 ? cores : options.rx_queues;
  for (size_t q = 0; q < rx_queues; ++q) {
    const size_t cpu =
        q < options.affinity.size() ? options.affinity[q] : (options.first_core + q) % cores;
    CHECK_LT(cpu, cores);
    rx_.push_back(std::make_unique<NicRxQueue>(fabric, this, softnets, static_cast<Cpu>(cpu),
                                               prices, &options_));
    if (options.threaded) {
      rx_.back()->MakeThreaded(machine, absl::StrCat("napi/", name, "-", q), static_cast<Cpu>(cpu));
    }
  }
  const size_t tx_queues = options.tx_queues == 0 ? cores : options.tx_queues;
  for (size_t q = 0; q < tx_queues; ++q) {
    tx_.push_back(std::make_unique<NicTxQueue>(options.tx_ring, options.tx_queue_len));
  }
  // ethtool_rxfh_indir_default.
  for (size_t i = indirection_.size(); i < NicOptions::kIndirection; ++i) {
    indirection_.push_back(static_cast<uint16_t>(i % rx_queues));
  }
  CHECK_EQ(indirection_.size(), size_t{NicOptions::kIndirection});
  for (const uint16_t queue : indirection_) CHECK_LT(queue, rx_queues);
}

Nic::~Nic() = default;

void Nic::Connect(Link* link, int side) {
  transmit_ = link->transmit(side);
  link->Attach(side, this);
}

NicCounters Nic::nic_counters() const {
  NicCounters sum = nic_counters_;
  for (const auto& queue : rx_) {
    sum.received += queue->received();
    sum.interrupts += queue->interrupts();
    sum.polls += queue->counters().polls;
  }
  for (const auto& queue : tx_) {
    sum.tx_stops += queue->stops();
    sum.tx_wakes += queue->wakes();
    sum.tx_lock_contended += queue->lock().contended();
  }
  return sum;
}

size_t Nic::queued() const {
  size_t sum = 0;
  for (const auto& queue : rx_) sum += queue->size();
  return sum;
}

size_t Nic::tx_queued() {
  size_t sum = 0;
  for (const auto& queue : tx_) sum += queue->size(fabric()->now());
  return sum;
}

NicTxQueue* Nic::TxQueueOf(Packet* packet) {
  if (tx_.size() == 1) return tx_[0].get();
  if (options_.xps) return tx_[packet->cpu % tx_.size()].get();
  if (packet->flow_hash == 0) {
    packet->flow_hash = FlowHash(packet->buffer.bytes(), options_.rss_key);
  }
  return tx_[packet->flow_hash % tx_.size()].get();
}

void Nic::DoInSoftware(Packet* packet) {
  const Price& price = prices_->gso_segment;
  int64_t picoseconds = 0;
  if (packet->is_train() && !options_.tx_udp_segmentation) {
    picoseconds += price.fixed_ps * packet->segments();
  }
  if (!options_.tx_checksum && packet->checksum == ChecksumState::kPartial) {
    packet->ResolveChecksum();
    picoseconds += price.per_byte_ps * packet->total_size();
  }
  if (picoseconds != 0) softnets_[packet->cpu]->Owe(picoseconds);
}

wg::Errno Nic::SendFrame(Packet* packet, NicTxQueue* queue) {
  const sim::Time now = fabric()->now();
  if (queue != nullptr && !queue->HasRoom(now)) return wg::Errno::kNoBufs;
  const bool bounded = options_.tx_ring == 0;
  const Drop drop = transmit_ == nullptr ? Drop::kLinkDown : transmit_->Send(packet, bounded);
  if (drop == Drop::kQueueFull) return wg::Errno::kNoBufs;
  if (drop != Drop::kNone) {
    // Without carrier the queue discipline is the one that drops everything and says success
    // (noop_qdisc).
    fabric()->Kill(packet, entity(), drop);
  } else if (queue != nullptr) {
    queue->Add(now, transmit_->idle_at());
  }
  return wg::Errno::kOk;
}

wg::Errno Nic::DoTransmit(Packet* packet, uint32_t /*mtu*/) {
  if (plain_transmit_ && !packet->is_train() && prices_->transmit_lock.fixed_ps == 0) {
    return SendFrame(packet, nullptr);
  }
  const sim::Time now = fabric()->now();
  NicTxQueue* queue = TxQueueOf(packet);
  if (prices_->transmit_lock.fixed_ps != 0) {
    const sim::Duration spun =
        queue->lock().Take(now, RoundedCharge(prices_->transmit_lock.fixed_ps));
    if (spun > sim::Duration(0)) softnets_[packet->cpu]->Owe(spun.count() * 1000);
  }
  if (options_.tx_ring == 0) queue = nullptr;
  if (packet->is_train() || !options_.tx_checksum) {
    if (queue != nullptr && !queue->HasRoom(now)) return wg::Errno::kNoBufs;
    DoInSoftware(packet);
  }
  if (!packet->is_train()) return SendFrame(packet, queue);
  NicTxQueue* const each = options_.tx_udp_segmentation ? nullptr : queue;
  const wg::Errno error =
      SendApart(fabric(), entity(), packet, [&](Packet* frame) { return SendFrame(frame, each); });
  if (error == wg::Errno::kOk && each != queue && transmit_ != nullptr) {
    queue->Add(now, transmit_->idle_at());
  }
  return error;
}

void Nic::OnCarrier(bool up) {
  if (up) return;
  for (const auto& queue : tx_) queue->Flush();
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
  packet.flow_hash = 0;
  NicRxQueue* queue = rx_[0].get();
  if (rx_.size() > 1) {
    packet.flow_hash = FlowHash(packet.buffer.bytes(), options_.rss_key);
    queue = rx_[RxQueueOf(packet.flow_hash)].get();
  }
  if (!queue->Put(&packet)) {
    ++nic_counters_.ring_drops;
    fabric()->Kill(&packet, entity(), Drop::kRxRingFull);
  }
}

}  // namespace net
