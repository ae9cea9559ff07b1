// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Prices: what sim/net's own tasks cost. Given by the owner of the network: nothing in sim/net
// knows a number. The tasks of applications and of tunnels are priced by whoever submits them.
#ifndef WGSIM_SIM_NET_PRICES_H_
#define WGSIM_SIM_NET_PRICES_H_

#include <cstdint>

#include "sim/time.h"

namespace net {

// Picoseconds, because a nanosecond is too coarse for "per byte"; rounded to the nearest nanosecond
// once per task.
struct Price {
  int64_t fixed_ps = 0;
  int64_t per_byte_ps = 0;

  int64_t Picoseconds(uint32_t bytes) const { return fixed_ps + per_byte_ps * bytes; }
};

struct Prices {
  Price nic_interrupt;  // hard interrupt and scheduling of the poll
  Price nic_poll;       // once per round of a poll, whoever is polled
  Price nic_receive;  // one packet from the ring through IP and up to the socket, or on to the next
                      // interface
  Price backlog_receive;  // the same for a packet that came over loopback or veth
  Price gro_receive;      // fixed only: one packet put together with others
  Price gso_segment;      // one packet cut from a train in software; per_byte_ps: its checksum
  Price transmit_lock;    // how long the lock of a transmit queue is held; part of the price of
                          // sending
};

inline sim::Duration RoundedCharge(int64_t picoseconds) {
  return sim::Duration((picoseconds + 500) / 1000);
}

}  // namespace net

#endif  // WGSIM_SIM_NET_PRICES_H_
