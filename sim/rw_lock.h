// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// RwLock: a sleeping reader/writer lock for implementations whose tables are guarded by one
// (wireguard-go's AllowedIPs and peer map, boringtun's device). Semantics are those of Go's
// sync.RWMutex:
//   * any number of readers, or one writer;
//   * writer preference: once a writer waits, new readers wait too, so a writer waits only for the
//   readers inside;
//   * no writer starvation of readers: when a writer leaves, every reader that waited by then goes
//   in, before the
//     next writer;
//   * writers among themselves in order of arrival.
// So with such a lock a reconfiguration shows as latency of the packets that had to wait, never as
// a lookup in a half changed table.
//
// Waiting, telling and `handover` are as in sim/lock.h.
#ifndef WGSIM_SIM_RW_LOCK_H_
#define WGSIM_SIM_RW_LOCK_H_

#include <cstddef>
#include <cstdint>

#include "sim/event_loop.h"
#include "sim/ring.h"
#include "sim/time.h"

namespace sim {

class RwLock {
 public:
  // Readers may be one per queued packet, hence generous. Reaching it is a modelling error.
  static constexpr size_t kMaxWaiters = size_t{1} << 20;

  // `loop` outlives the lock. REQUIRES: handover >= 0.
  explicit RwLock(EventLoop* loop, Duration handover = Duration(0));
  RwLock(const RwLock&) = delete;
  RwLock& operator=(const RwLock&) = delete;

  // True: `who` is inside as a reader. False: who->OnEvent(arg) will be called when it is. Like
  // Go's, not for recursive reading: a second read of one actor may wait behind a writer that waits
  // for its first.
  bool AcquireRead(Actor* who, uint64_t arg);
  // REQUIRES: a reader is inside.
  void ReleaseRead();

  // True: `who` holds the lock alone. False: who->OnEvent(arg) will be called when it does.
  bool AcquireWrite(Actor* who, uint64_t arg);
  // REQUIRES: `who` holds it as a writer.
  void ReleaseWrite(Actor* who);

  size_t readers() const { return readers_; }
  bool write_held() const { return writer_ != nullptr; }
  size_t waiting_readers() const { return waiting_readers_.size(); }
  size_t waiting_writers() const { return waiting_writers_.size(); }

 private:
  struct Waiter {
    Actor* who;
    uint64_t arg;
  };
  void AdmitWriter();

  EventLoop* const loop_;
  const Duration handover_;
  size_t readers_ = 0;  // inside, including those not told yet
  Actor* writer_ = nullptr;
  Ring<Waiter> waiting_readers_;
  Ring<Waiter> waiting_writers_;
};

}  // namespace sim

#endif  // WGSIM_SIM_RW_LOCK_H_
