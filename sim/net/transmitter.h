// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Transmitter: a bounded first-in first-out queue that is emptied at a constant rate, as exact
// integer arithmetic. It holds no packets and needs no events: when the last bit of a packet will
// have left is known when it enters.
//
// Exactness: during one busy period the k-th departure is floor(start + 8e9 * (sum of the first k
// sizes) / rate) ns; the remainder of the division is carried, so rate x time = bytes over any
// stretch, without drift.
#ifndef WGSIM_SIM_NET_TRANSMITTER_H_
#define WGSIM_SIM_NET_TRANSMITTER_H_

#include <cstdint>

#include "sim/ring.h"
#include "sim/time.h"

namespace net {

class Transmitter {
 public:
  struct Options {
    uint64_t rate_bps = 0;  // bits per second; 0: infinite, nothing ever waits
    uint32_t frame_overhead =
        0;  // bytes of framing per packet that take time and count as queued (Ethernet: 38)
    uint32_t queue_packets =
        1000;  // room for packets whose last bit has not left, the one being sent included
    uint64_t queue_bytes = 0;  // the same in bytes with overhead; 0: only packets count
  };

  explicit Transmitter(const Options& options) : options_(options) {}
  const Options& options() const { return options_; }
  // Takes effect with the next packet; what is queued keeps its departure.
  void set_options(const Options& options) {
    if (options.rate_bps != options_.rate_bps) remainder_ = 0;
    options_ = options;
  }

  // True if a packet of `size` bytes would be accepted.
  bool HasRoom(sim::Time now, uint32_t size);
  // Accepts it, whether there is room or not, and returns when its last bit leaves. REQUIRES: `now`
  // never goes back.
  sim::Time Enqueue(sim::Time now, uint32_t size);
  // Forgets what is queued: nothing is being sent any more.
  void Flush(sim::Time now);

  // At `now`, the packet being sent included; without overhead if there is none.
  uint32_t queued_packets(sim::Time now);
  uint64_t queued_bytes(sim::Time now);
  // When the queue will be empty, if nothing is added.
  sim::Time busy_until() const { return busy_until_; }

 private:
  struct Departure {
    sim::Time time;
    uint32_t bytes;
  };

  void Reap(sim::Time now);

  Options options_;
  sim::Time busy_until_ = sim::kStart;
  uint64_t remainder_ = 0;  // numerator left over by the last division, < rate_bps
  uint64_t queued_bytes_ = 0;
  sim::Ring<Departure> departures_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_TRANSMITTER_H_
