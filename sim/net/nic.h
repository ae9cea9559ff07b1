// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Nic: a network card with one cable.
//
//   receive   flow hash -> indirection table -> ring of a queue -> interrupt, now or a little later
//             -> its core's poll (nic_rx_queue.h) -> Interface::Receive
//   transmit  queue by core or flow hash -> its lock -> queue discipline and ring (nic_tx_queue.h)
//             -> link; no room is kNoBufs. A train (sim/net/packet.h) takes one descriptor, or one
//             for each packet if the card does not segment; on the wire its packets follow each
//             other without a gap.
//
// The lock of a transmit queue is held for Prices::transmit_lock, which is part of what a sender
// pays for sending. Whoever finds it taken spins, which is found out too late for its own price:
// the core pays for it right behind (Softnet::Owe), while the packet goes at once.
#ifndef WGSIM_SIM_NET_NIC_H_
#define WGSIM_SIM_NET_NIC_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/machine.h"
#include "sim/net/interface.h"
#include "sim/net/link.h"
#include "sim/net/nic_options.h"
#include "sim/net/nic_rx_queue.h"
#include "sim/net/nic_tx_queue.h"
#include "sim/net/port.h"
#include "sim/net/prices.h"
#include "sim/net/softnet.h"

namespace net {

class Nic : public Interface, public Port {
 public:
  // `softnets` (one per core of the machine) and `prices` outlive the card. REQUIRES of options:
  // rx_ring > 0, budget > 0; rx_usecs > 0 or rx_frames <= 1; affinity and indirection name what is
  // there.
  Nic(Fabric* fabric, absl::string_view name, absl::string_view place, sim::Machine* machine,
      absl::Span<Softnet* const> softnets, const Prices* prices, const NicOptions& options);
  ~Nic() override;

  // Plugs the card into one side of a link, which outlives the card's use.
  void Connect(Link* link, int side);

  NicCounters nic_counters() const;
  // Packets in all receive rings.
  size_t queued() const;
  // Packets in all transmit rings and queue disciplines; 0 without rings.
  size_t tx_queued();
  uint32_t rx_queues() const { return static_cast<uint32_t>(rx_.size()); }
  uint32_t tx_queues() const { return static_cast<uint32_t>(tx_.size()); }
  const NicRxQueue& rx_queue(uint32_t queue) const { return *rx_[queue]; }
  // That a packet with this hash goes to.
  uint32_t RxQueueOf(uint32_t flow_hash) const {
    return indirection_[flow_hash % NicOptions::kIndirection];
  }

  // A full ring drops.
  void OnArrival(Packet&& packet) override;
  void OnCarrier(bool up) override;

 protected:
  // kNoBufs: no room. Without a cable or carrier: dropped, and the sender is not told.
  wg::Errno DoTransmit(Packet* packet, uint32_t mtu) override;

 private:
  NicTxQueue* TxQueueOf(Packet* packet);
  // Work of the sending core that the card does not do itself.
  void DoInSoftware(Packet* packet);
  // One frame to the wire, and a descriptor of `queue` for it if that is not nullptr.
  wg::Errno SendFrame(Packet* packet, NicTxQueue* queue);

  const NicOptions options_;
  const Prices* const prices_;
  const absl::Span<Softnet* const> softnets_;
  const bool plain_transmit_;  // no rings of its own, nothing done in software
  LinkDirection* transmit_ = nullptr;
  std::vector<std::unique_ptr<NicRxQueue>> rx_;
  std::vector<std::unique_ptr<NicTxQueue>> tx_;
  std::vector<uint16_t> indirection_;
  NicCounters nic_counters_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_NIC_H_
