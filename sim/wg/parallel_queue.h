// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ParallelQueue: one bounded ring of work per device, drained by a worker on every core
// (queueing.h: crypt_queue and multicore_worker; the encrypt, decrypt and incoming-handshake
// queues). A push wakes the next core in turn; that only means "core c, drain the ring": the woken
// worker takes whatever is at the head and goes on until the ring is empty. Workers run in process
// context, one piece of work per task, so others run in between.
//
// The ring is first in, first out; completions are not. Order per peer is the device's business.
//
// Slots that workers have emptied count as taken until there are 16 of them, or the end of the ring
// is reached (ptr_ring.h: the consumer clears slots in batches), so that a ring may refuse work
// with up to 15 slots short of its capacity waiting.
#ifndef WGSIM_SIM_WG_PARALLEL_QUEUE_H_
#define WGSIM_SIM_WG_PARALLEL_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "protocol/effects.h"
#include "sim/machine.h"
#include "sim/ring.h"

namespace wgnode {

class ParallelQueue {
 public:
  // Whose work this is.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual sim::Duration Price(const wg::Work& work) = 0;
    // `work` acts, on core number `core`.
    virtual void Perform(const wg::Work& work, int core) = 0;
  };

  // Both outlive the queue. REQUIRES: capacity > 0.
  ParallelQueue(sim::Machine* machine, size_t capacity, Owner* owner);
  ~ParallelQueue();

  // Takes the work and wakes a core, or returns false because the ring is full (the turn has passed
  // all the same).
  bool Push(const wg::Work& work);

  // Waiting in the ring; not what workers are at.
  size_t size() const { return ring_.size(); }
  size_t capacity() const { return capacity_; }
  size_t size_max() const { return size_max_; }
  uint64_t refused() const { return refused_; }

  // Pushed so far; and whether the first `n` of them have all acted (a flush of the work queue
  // waits for that).
  uint64_t pushed() const { return pushed_; }
  bool AllDone(uint64_t n) const;

 private:
  struct Job {
    wg::Work work;
    uint64_t number;  // 1, 2, 3, ... in order of the pushes
  };
  class Worker;

  bool Take(Job* job);

  // ptr_ring_set_size: two cache lines of pointers; in rings smaller than two batches each slot is
  // free at once.
  static constexpr size_t kReleaseBatch = 16;

  const size_t capacity_;
  const size_t release_batch_;
  Owner* const owner_;
  std::vector<std::unique_ptr<Worker>> workers_;
  sim::Ring<Job> ring_;
  size_t taken_up_to_ = 0;  // slot of the ring that is emptied next
  size_t unreleased_ = 0;   // emptied slots that still count as taken
  size_t last_core_;
  uint64_t pushed_ = 0;
  uint64_t refused_ = 0;
  size_t size_max_ = 0;
};

}  // namespace wgnode

#endif  // WGSIM_SIM_WG_PARALLEL_QUEUE_H_
