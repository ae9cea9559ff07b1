// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ParallelQueue: one bounded ring of work per device, drained by a work item on every core
// (queueing.h: crypt_queue and multicore_worker; the encrypt, decrypt and incoming-handshake
// queues; spec/data 7.1 and 7.2). A push wakes the next core in turn; that only means "core c,
// drain the ring": its item takes whatever is at the head and goes on until the ring is empty, one
// element per step. If that item is pending already, the wake-up is absorbed; if it is running, it
// runs once more.
//
// The ring is first in, first out; completions are not. Order per peer is the device's business.
//
// Slots that workers have emptied count as taken until there are 16 of them, or the end of the ring
// is reached (ptr_ring.h: the consumer clears slots in batches), so that a ring may refuse work
// with up to 15 slots short of its capacity waiting.
//
// Locks: one of the producers, one of the consumers. What a consumer spins is part of its step.
// What a producer spins is known only in the act that pushes: it is charged with the next step of
// this ring's item on the same core, so late by at most that item's next turn, and the element is
// in the ring too early by the time spun.
//
// Requirements: QUEUE-001 to 005 009 015 016.
#ifndef WGSIM_SIM_WG_PARALLEL_QUEUE_H_
#define WGSIM_SIM_WG_PARALLEL_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "protocol/effects.h"
#include "sim/machine.h"
#include "sim/ring.h"
#include "sim/spin_lock.h"
#include "sim/wg/work_driver.h"
#include "sim/work_queue.h"

namespace wgnode {

class ParallelQueue {
 public:
  static constexpr size_t kNever = std::numeric_limits<size_t>::max();

  struct Options {
    sim::Machine* machine;
    sim::WorkQueue* workers;  // where the items run
    size_t capacity;
    WorkDriver* driver;
    absl::string_view label = "work";  // of a step; static text
    // wg_receive_handshake_packet: with more than this waiting or being worked on, a producer that
    // finds the lock taken by another core gives up instead of spinning. kNever: spins.
    size_t gives_up_above = kNever;
    // wg_cpumask_next_online comes before the ring is asked for room, or only once there was some.
    bool turn_passes_when_full = true;
  };
  // All pointed to outlive the queue. REQUIRES: capacity > 0.
  explicit ParallelQueue(const Options& options);
  ~ParallelQueue();

  // Takes the work and wakes a core; the producer is on core number `core`. False: the ring is
  // full, or the producer has given up.
  bool Push(const wg::Work& work, int core);

  // Waiting in the ring; not what workers are at.
  size_t size() const { return ring_.size(); }
  size_t capacity() const { return options_.capacity; }
  size_t size_max() const { return size_max_; }
  // Refused altogether; of those, because a producer gave up.
  uint64_t refused() const { return refused_; }
  uint64_t given_up() const { return given_up_; }
  const sim::SpinLock& producer_lock() const { return producer_lock_; }
  const sim::SpinLock& consumer_lock() const { return consumer_lock_; }
  // Runs of the items that found nothing to do.
  uint64_t vain_runs() const { return vain_runs_; }

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
  void TakeProducerLock(int core);

  // ptr_ring_set_size: two cache lines of pointers; in rings smaller than two batches each slot is
  // free at once.
  static constexpr size_t kReleaseBatch = 16;

  const Options options_;
  const size_t release_batch_;
  std::vector<std::unique_ptr<Worker>> workers_;
  sim::Ring<Job> ring_;
  sim::SpinLock producer_lock_;
  sim::SpinLock consumer_lock_;
  int last_producer_ = -1;
  size_t taken_up_to_ = 0;  // slot of the ring that is emptied next
  size_t unreleased_ = 0;   // emptied slots that still count as taken
  size_t last_core_;
  uint64_t pushed_ = 0;
  uint64_t done_ = 0;
  uint64_t refused_ = 0;
  uint64_t given_up_ = 0;
  uint64_t vain_runs_ = 0;
  size_t size_max_ = 0;
};

}  // namespace wgnode

#endif  // WGSIM_SIM_WG_PARALLEL_QUEUE_H_
