// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What can be set on a network card, by the names that ethtool, ip and sysfs have for it, and what
// it counts.
#ifndef WGSIM_SIM_NET_NIC_OPTIONS_H_
#define WGSIM_SIM_NET_NIC_OPTIONS_H_

#include <cstdint>
#include <vector>

#include "sim/net/packet.h"
#include "sim/time.h"

namespace net {

struct NicOptions {
  uint32_t mtu = 1500;
  uint32_t rx_ring = 512;   // packets per queue (ethtool -G rx)
  uint32_t rx_queues = 0;   // 0: one per core (ethtool -L)
  uint32_t first_core = 0;  // queue q interrupts core (first_core + q) mod cores
  uint32_t budget = 64;     // NAPI weight
  uint64_t rss_key = 0;     // key of the flow hash (ethtool -X hkey)

  // Core that queue q interrupts (/proc/irq/N/smp_affinity_list), for queues that have an entry.
  std::vector<Cpu> affinity{};
  // Receive queue by the low bits of the flow hash (ethtool -X): empty for q = i mod rx_queues,
  // else kIndirection entries < rx_queues.
  static constexpr uint32_t kIndirection = 128;
  std::vector<uint16_t> indirection{};

  // Interrupt coalescing (ethtool -C): an interrupt comes when rx_frames packets wait, or rx_usecs
  // after the first of them, whatever is earlier. rx_usecs 0: at the first one. rx_frames 0: only
  // time counts.
  sim::Duration rx_usecs{0};
  uint32_t rx_frames = 0;
  // Polls run in threads (/sys/class/net/eth0/threaded).
  bool threaded = false;

  // Descriptors per transmit queue (ethtool -G tx), with a pfifo of tx_queue_len packets before
  // each (ip link set txqueuelen). 0: the queue of the link stands for both, for all queues
  // together.
  uint32_t tx_ring = 0;
  uint32_t tx_queue_len = 1000;
  uint32_t tx_queues = 0;  // 0: one per core
  // Which of them: that of the sending core, modulo (XPS), or by the flow hash.
  bool xps = true;

  // ethtool -K. What the card cannot do the sending core does, and pays right behind
  // (Prices::gso_segment).
  bool tx_checksum = true;             // tx-checksumming
  bool tx_udp_segmentation = true;     // tx-udp-segmentation: a train needs one descriptor
  bool gro = true;                     // generic-receive-offload, for those who ask for it
  bool rx_udp_gro_forwarding = false;  // rx-udp-gro-forwarding
};

// arrived = received + ring_drops + down_drops + queued, per card.
struct NicCounters {
  uint64_t arrived = 0;
  uint64_t received = 0;
  uint64_t ring_drops = 0;
  uint64_t down_drops = 0;
  uint64_t interrupts = 0;
  uint64_t polls = 0;     // rounds of at most `budget` packets
  uint64_t tx_stops = 0;  // a transmit ring became full (netif_tx_stop_queue),
  uint64_t tx_wakes = 0;  // and had room again
  uint64_t tx_lock_contended = 0;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_NIC_OPTIONS_H_
