// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// WorkQueue: a bounded ring of work shared by one worker per core, the shape of WireGuard's
// crypt_queue (a ptr_ring plus a per-CPU work_struct). An item is not tied to a core: pushing it
// wakes the worker of one core (the next in turn, or a given one), and any worker that runs takes
// the oldest item. So items are started in order and may finish out of order.
//
// A worker takes its item off the ring when its task begins, is charged runner->Price(item), and
// runs runner->Act(item) at the end; then it goes on while the ring is not empty. A worker that
// finds the ring empty (others were faster) costs `empty_price`.
#ifndef WGSIM_SIM_WORK_QUEUE_H_
#define WGSIM_SIM_WORK_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/core.h"
#include "sim/event_loop.h"
#include "sim/ring.h"
#include "sim/time.h"
#include "sim/work_item.h"

namespace sim {

class WorkQueue : private Runner {
 public:
  struct Options {
    Context context = Context::kProcess;
    size_t capacity = 1024;  // WireGuard's MAX_QUEUED_PACKETS
    Duration empty_price{0};
  };

  // `loop`, `cores` and `runner` outlive this. REQUIRES: at least one core, capacity > 0.
  WorkQueue(EventLoop* loop, std::vector<Core*> cores, Runner* runner, const Options& options);

  // At the end of the ring; wakes the worker of the next core in turn (0, 1, 2, ...). False if the
  // ring is full; the turn moves even then, as in wg_queue_enqueue_per_device_and_peer.
  bool Push(uint64_t item);
  // The same, waking the worker of core number `core`; the turn does not move.
  bool PushOn(size_t core, uint64_t item);

  // Items on the ring, those in work not included.
  size_t size() const { return ring_.size(); }
  size_t capacity() const { return options_.capacity; }
  const WorkItem& worker(size_t core) const { return *workers_[core]; }

 private:
  static constexpr uint64_t kNoItem = ~uint64_t{0};

  Duration Price(uint64_t worker) override;
  void Act(uint64_t worker) override;

  const std::vector<Core*> cores_;
  Runner* const runner_;
  const Options options_;
  Ring<uint64_t> ring_;
  std::vector<std::unique_ptr<WorkItem>> workers_;  // by core
  std::vector<uint64_t> in_work_;                   // by core; kNoItem if none
  size_t turn_ = 0;                                 // the core to wake next
};

}  // namespace sim

#endif  // WGSIM_SIM_WORK_QUEUE_H_
