// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// NicTxQueue: one transmit queue of a card: a ring of descriptors, a queue discipline (pfifo)
// before it that holds what the ring has no room for, and the lock of whoever transmits. It holds
// no packets and needs no events: when a packet's last bit will have left is known when it enters,
// and that is when its descriptor is free again.
//
// What is not modelled: all queues share the wire in the order in which packets entered any of them
// (a card takes turns); descriptors are freed at once (a driver does so in batches, from an
// interrupt, and its queue stays stopped until some part of the ring is free); byte queue limits.
#ifndef WGSIM_SIM_NET_NIC_TX_QUEUE_H_
#define WGSIM_SIM_NET_NIC_TX_QUEUE_H_

#include <cstddef>
#include <cstdint>

#include "sim/ring.h"
#include "sim/spin_lock.h"
#include "sim/time.h"

namespace net {

class NicTxQueue {
 public:
  // Room for `ring` packets and `limit` more before them.
  NicTxQueue(uint32_t ring, uint32_t limit) : ring_(ring), limit_(limit) {}

  bool HasRoom(sim::Time now) {
    Reap(now);
    return departures_.size() < size_t{ring_} + limit_;
  }
  // REQUIRES: HasRoom; neither time is earlier than in the call before.
  void Add(sim::Time now, sim::Time departure) {
    if (departure <= now) return;
    departures_.Push(departure);
    stops_ += departures_.size() == ring_;
  }
  // What was queued is gone: the cable is out.
  void Flush() {
    while (!departures_.empty()) Free();
  }

  // In the queue discipline and in the ring.
  size_t size(sim::Time now) {
    Reap(now);
    return departures_.size();
  }
  // How often the ring became full, and how often it had room again.
  uint64_t stops() const { return stops_; }
  uint64_t wakes() const { return wakes_; }
  // HARD_TX_LOCK.
  sim::SpinLock& lock() { return lock_; }
  const sim::SpinLock& lock() const { return lock_; }

 private:
  void Free() {
    wakes_ += departures_.size() == ring_;
    departures_.Pop();
  }
  void Reap(sim::Time now) {
    while (!departures_.empty() && departures_.front() <= now) Free();
  }

  const uint32_t ring_;
  const uint32_t limit_;
  sim::Ring<sim::Time> departures_;
  sim::SpinLock lock_;
  uint64_t stops_ = 0;
  uint64_t wakes_ = 0;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_NIC_TX_QUEUE_H_
