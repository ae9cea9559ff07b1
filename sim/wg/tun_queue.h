// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// TunQueue: where packets wait for an implementation in user space (drivers/net/tun.c): the stack
// puts them into the queue of a TUN device and goes on; a thread of the program reads them one by
// one, and only then looks up whose they are (wireguard-go: RoutineReadFromTUN). So nobody who
// sends learns that a packet had no owner.
#ifndef WGSIM_SIM_WG_TUN_QUEUE_H_
#define WGSIM_SIM_WG_TUN_QUEUE_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "protocol/buffer.h"
#include "sim/machine.h"
#include "sim/net/move_ring.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/time.h"

namespace wgnode {

class TunQueue : private sim::Runner {
 public:
  static constexpr size_t kMaxPackets = 500;  // txqueuelen, TUN_READQ_SIZE

  struct Packet {
    wg::Buffer buffer;
    uint32_t mtu = 0;  // of its route
  };
  class Reader {
   public:
    virtual ~Reader() = default;
    // Of reading this packet and of what the program then does with it.
    virtual sim::Duration ReadPrice(const Packet& packet) = 0;
    // The program has it, on core number `core`.
    virtual void OnRead(Packet packet, int core) = 0;
  };

  // `thread`: its name. All pointed to outlive the queue; it outlives its last task.
  TunQueue(sim::Machine* machine, absl::string_view thread, Reader* reader);

  // False if it is full: the packet stays with the caller (tun_net_xmit: dropped, and the sender is
  // none the wiser).
  bool Push(Packet* packet);

  size_t size() const { return queue_.size(); }
  uint64_t refused() const { return refused_; }
  const sim::Thread& thread() const { return thread_; }

 private:
  sim::Duration Price(uint64_t arg) override;
  void Act(uint64_t arg) override;
  absl::string_view Label(uint64_t arg) const override;

  Reader* const reader_;
  sim::Thread thread_;
  net::MoveRing<Packet> queue_;  // what is being read is at the head
  bool reading_ = false;
  uint64_t refused_ = 0;
};

}  // namespace wgnode

#endif  // WGSIM_SIM_WG_TUN_QUEUE_H_
