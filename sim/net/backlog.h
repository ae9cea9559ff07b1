// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Backlog: one core's queue of packets that were received without a NIC (the input_pkt_queue of
// struct softnet_data: loopback and veth put them there with netif_rx), polled like a NIC's
// (process_backlog). Never threaded. Of Linux's two queues, the one that is filled and the one that
// is being emptied, each with a bound, this is both: kMaxPackets is the bound of their sum.
#ifndef WGSIM_SIM_NET_BACKLOG_H_
#define WGSIM_SIM_NET_BACKLOG_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/net/fabric.h"
#include "sim/net/interface.h"
#include "sim/net/move_ring.h"
#include "sim/net/napi.h"
#include "sim/net/packet.h"
#include "sim/net/prices.h"
#include "sim/net/softnet.h"

namespace net {

class Backlog : public Napi {
 public:
  static constexpr size_t kMaxPackets = 1000;  // net.core.netdev_max_backlog

  // All outlive the backlog; `prices` is read anew for every packet. `softnets`: the host's, by
  // core.
  Backlog(Fabric* fabric, absl::Span<Softnet* const> softnets, Cpu cpu, const Prices* prices);

  // Queues a packet, or a train, which counts as one, to be received by `to`. False if the queue is full: the packet stays with the
  // caller.
  bool Enqueue(Interface* to, Packet* packet);

  size_t size() const { return queue_.size(); }
  uint64_t dropped() const { return dropped_; }

 private:
  struct Waiting {
    Interface* to;
    Packet packet;
  };

  bool HasPacket() const override { return !queue_.empty(); }
  int64_t PacketPrice() override;
  void ReceivePacket(Cpu cpu) override;
  absl::string_view PollLabel() const override { return "backlog"; }

  Fabric* const fabric_;
  const Cpu cpu_;
  const Prices* const prices_;
  MoveRing<Waiting> queue_;  // the one being processed is at the head
  uint64_t dropped_ = 0;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_BACKLOG_H_
