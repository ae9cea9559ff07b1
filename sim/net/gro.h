// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Gro: generic receive offload of one poll (napi_gro_receive, udp_gro_receive): datagrams of a flow
// that come one behind the other are put together to a train, which goes up the stack as one.
//
//   price   gro.Price(packet, in)      when a packet's task begins
//   act     gro.Receive(packet, in)    the same packet
//   tail    while (gro.holds()) task: FlushPrice, Flush     at the end of a round
//
// A datagram is put together with others only if whoever gets it takes trains
// (IpStack::TakesTrains), and if it is known to be whole. It joins the train of its flow if it is
// as long as the first one, or shorter: then it is the last. A train that is complete (a shorter
// one, kMaxSegments, or no room for another in kMaxTrainBytes) goes up at once, in the task of the
// packet that completed it. What does not fit, and whatever else comes of the same flow, first
// pushes out the train, so that no flow changes its order.
#ifndef WGSIM_SIM_NET_GRO_H_
#define WGSIM_SIM_NET_GRO_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/net/headers.h"
#include "sim/net/interface.h"
#include "sim/net/packet.h"
#include "sim/net/prices.h"
#include "sim/net/segments.h"

namespace net {

class Gro {
 public:
  // Trains that can be under construction at a time (MAX_GRO_SKBS; the kernel has 8 such lists, by
  // hash: with more than 8 flows between two ends of rounds ours merges less).
  static constexpr size_t kMaxHeld = 8;

  // `offload`: price of one packet here; `receive`: of whatever goes up. All outlive it.
  Gro(SegmentPool* pool, const Price* offload, const Price* receive);

  // What Receive will cost for this packet, in picoseconds.
  int64_t Price(const Packet& packet, Interface* in);
  // REQUIRES: Price was asked last for this packet.
  void Receive(Packet&& packet, Interface* in);

  // True if a packet that comes now needs no more than a look at this: it goes up as it is, for the
  // price of that.
  bool IsIdle(const Interface& in) const {
    return held_.empty() && !in.udp_gro_forwarding() &&
           (in.stack() == nullptr || !in.stack()->may_take_trains());
  }
  bool holds() const { return !held_.empty(); }
  // Packets in trains under construction.
  size_t packets() const;
  // Of the oldest train. REQUIRES: holds().
  int64_t FlushPrice() const { return PriceOf(held_.front()); }
  void Flush(Cpu cpu, Interface* in) { PushOut(0, cpu, in); }

 private:
  // What packets of a train have in common.
  struct Flow {
    wg::IpAddress source;
    wg::IpAddress destination;
    uint16_t source_port = 0;
    uint16_t destination_port = 0;
    uint8_t ttl = 0;
    uint8_t ds = 0;
  };
  struct Held {
    Flow flow;
    Packet train;
    uint32_t bytes = 0;
  };
  // What is to be done with a packet: first push out a train, then hand it up, or put it in.
  struct Plan {
    bool pass = true;
    bool complete = false;
    int push_out = -1;
    int join = -1;
    Flow flow;
  };

  static bool FlowOf(const Packet& packet, Flow* flow);
  int Find(const Flow& flow) const;
  bool Fits(const Held& held, const Flow& flow, const Packet& packet) const;
  int64_t PriceOf(const Held& held) const { return receive_->Picoseconds(held.bytes); }
  void PushOut(size_t index, Cpu cpu, Interface* in);

  SegmentPool* const pool_;
  const net::Price* const offload_;
  const net::Price* const receive_;
  std::vector<Held> held_;  // oldest first
  Plan plan_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_GRO_H_
