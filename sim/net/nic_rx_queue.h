// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// NicRxQueue: one receive queue of a card: a ring of packets, an interrupt, and the poll that
// empties the ring, putting datagrams together on the way (gro.h). Interrupts are masked from the
// one that schedules the poll until the poll completes; with packets in the ring by then, the next
// one is due as for any others.
#ifndef WGSIM_SIM_NET_NIC_RX_QUEUE_H_
#define WGSIM_SIM_NET_NIC_RX_QUEUE_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/core.h"
#include "sim/event_loop.h"
#include "sim/net/fabric.h"
#include "sim/net/gro.h"
#include "sim/net/interface.h"
#include "sim/net/move_ring.h"
#include "sim/net/napi.h"
#include "sim/net/nic_options.h"
#include "sim/net/packet.h"
#include "sim/net/prices.h"
#include "sim/net/softnet.h"
#include "sim/task.h"
#include "sim/time.h"
#include "sim/timer.h"

namespace net {

class NicRxQueue : public Napi, private sim::Actor {
 public:
  // Packets are received by `card`, interrupts go to core `cpu`. All outlive the queue.
  NicRxQueue(Fabric* fabric, Interface* card, absl::Span<Softnet* const> softnets, Cpu cpu,
             const Prices* prices, const NicOptions* options);

  size_t size() const { return ring_.size(); }
  uint64_t interrupts() const { return interrupts_; }
  // Taken from the ring and handed to the stack, or about to be.
  uint64_t received() const { return received_; }
  Cpu cpu() const { return cpu_; }

  // From the wire. False if the ring is full: the packet stays with the caller.
  bool Put(Packet* packet);

 private:
  // A hard interrupt of a threaded poll raises no softirq; a core asks for one all the same.
  class Nothing : public sim::Runner {
    void Act(uint64_t /*arg*/) override {}
  };

  bool HasPacket() const override { return !ring_.empty(); }
  int64_t PacketPrice() override;
  void ReceivePacket(Cpu cpu) override;
  bool HasTail() const override { return gro_.holds(); }
  int64_t TailPrice() override { return gro_.FlushPrice(); }
  void RunTail(Cpu cpu) override { gro_.Flush(cpu, card_); }
  void OnCompleted(Cpu cpu) override;
  absl::string_view PollLabel() const override { return "nic_poll"; }
  // From the loop: rx_usecs are over.
  void OnEvent(uint64_t arg) override;

  // Packets wait and interrupts are not masked: now, or later?
  void Coalesce();
  void Interrupt();

  Fabric* const fabric_;
  Interface* const card_;
  sim::Core* const core_;
  const Cpu cpu_;
  const Prices* const prices_;
  const NicOptions* const options_;
  MoveRing<Packet> ring_;  // the one being processed is at the head
  Gro gro_;
  bool offloading_ = false;  // the packet being processed goes through gro_
  sim::Time waiting_since_{};
  sim::Timer timer_;
  Nothing nothing_;
  uint64_t interrupts_ = 0;
  uint64_t received_ = 0;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_NIC_RX_QUEUE_H_
