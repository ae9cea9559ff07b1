// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Backlog: one core's queue of packets that were received without a NIC (struct softnet_data:
// loopback and veth put them there with netif_rx). A softirq task per packet takes them out:
// charged when it begins, received when it ends.
#ifndef WGSIM_SIM_NET_BACKLOG_H_
#define WGSIM_SIM_NET_BACKLOG_H_

#include <cstdint>

#include "sim/core.h"
#include "sim/net/fabric.h"
#include "sim/net/interface.h"
#include "sim/net/move_ring.h"
#include "sim/net/packet.h"
#include "sim/net/prices.h"
#include "sim/time.h"

namespace net {

class Backlog : public sim::Runner {
 public:
  static constexpr size_t kMaxPackets = 1000;  // net.core.netdev_max_backlog

  // All outlive the backlog; `prices` is read anew for every packet.
  Backlog(Fabric* fabric, sim::Core* core, Cpu cpu, const Prices* prices);

  // Queues a packet to be received by `to`. False if the queue is full: the packet stays with the
  // caller.
  bool Enqueue(Interface* to, Packet* packet);

  size_t size() const { return queue_.size(); }
  uint64_t dropped() const { return dropped_; }

  sim::Duration Price(uint64_t arg) override;
  void Act(uint64_t arg) override;

 private:
  struct Waiting {
    Interface* to;
    Packet packet;
  };

  Fabric* const fabric_;
  sim::Core* const core_;
  const Cpu cpu_;
  const Prices* const prices_;
  MoveRing<Waiting> queue_;  // the one being processed is at the head
  uint64_t dropped_ = 0;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_BACKLOG_H_
