// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Nic: a network card with one cable. Transmit: packets go to the link, whose bounded queue stands
// for queue discipline and TX ring together; a full one is kNoBufs. Receive: the flow hash chooses
// a queue, each queue has a ring and a core; an interrupt starts that core's poll (NAPI), which
// takes packets out until the ring is empty.
//
// A poll is a chain of softirq tasks, one per packet: charged when it begins, received when it
// ends, so that every packet has its own instant. Price of a task: the packet, plus the interrupt
// if the poll was asleep, plus nic_poll whenever `budget` packets have been done in a row.
// Interrupt coalescing and GRO belong between OnArrival and Poll.
#ifndef WGSIM_SIM_NET_NIC_H_
#define WGSIM_SIM_NET_NIC_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/core.h"
#include "sim/net/interface.h"
#include "sim/net/link.h"
#include "sim/net/move_ring.h"
#include "sim/net/port.h"
#include "sim/net/prices.h"

namespace net {

struct NicOptions {
  uint32_t mtu = 1500;
  uint32_t rx_ring = 512;   // packets per queue
  uint32_t rx_queues = 0;   // 0: one per core
  uint32_t first_core = 0;  // queue q interrupts core (first_core + q) mod cores
  uint32_t budget = 64;     // NAPI weight
  uint64_t rss_key = 0;     // key of the flow hash
};

// arrived = received + ring_drops + down_drops + queued, per card.
struct NicCounters {
  uint64_t arrived = 0;
  uint64_t received = 0;
  uint64_t ring_drops = 0;
  uint64_t down_drops = 0;
  uint64_t interrupts = 0;
  uint64_t polls = 0;  // rounds of at most `budget` packets
};

class Nic : public Interface, public Port {
 public:
  // `cores` and `prices` outlive the card. REQUIRES: at least one core, rx_ring > 0, budget > 0.
  Nic(Fabric* fabric, absl::string_view name, absl::string_view place,
      absl::Span<sim::Core* const> cores, const Prices* prices, const NicOptions& options);
  ~Nic() override;

  // Plugs the card into one side of a link, which outlives the card's use.
  void Connect(Link* link, int side);

  const NicCounters& nic_counters() const { return nic_counters_; }
  // Packets in all receive rings.
  size_t queued() const;
  uint32_t rx_queues() const { return static_cast<uint32_t>(queues_.size()); }

  // A full ring drops.
  void OnArrival(Packet&& packet) override;

 protected:
  // kNoBufs: no room. Without a cable or carrier: dropped, and the sender is not told.
  wg::Errno DoTransmit(Packet* packet, uint32_t mtu) override;

 private:
  class RxQueue;

  const NicOptions options_;
  const Prices* const prices_;
  LinkDirection* transmit_ = nullptr;
  std::vector<std::unique_ptr<RxQueue>> queues_;
  NicCounters nic_counters_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_NIC_H_
