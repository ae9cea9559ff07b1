// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// GracePeriod: the wait of RCU (synchronize_net, synchronize_rcu). In this model a read-side
// critical section is inside one task (rule 4 in task.h), so a grace period is: every core has
// finished the tasks it was in when the wait began, interrupted ones too, and then a priced latency
// (the machinery of the real thing, from measurement).
//
// Idle cores are quiescent. The task that calls Wait() in its act is finished by that: the updater
// is not a reader. Tasks taken after the wait began are not waited for, however long they are.
// Waits are independent of each other.
#ifndef WGSIM_SIM_GRACE_PERIOD_H_
#define WGSIM_SIM_GRACE_PERIOD_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/core.h"
#include "sim/event_loop.h"
#include "sim/time.h"

namespace sim {

class GracePeriod : public Actor {
 public:
  // Waits that can be under way at once; in the kernel writers hold a mutex, so it is one per
  // device.
  static constexpr size_t kMaxWaits = size_t{1} << 12;

  // All of a host's cores. They and `loop` outlive this. REQUIRES: latency >= 0.
  GracePeriod(EventLoop* loop, EntityId entity, std::vector<const Core*> cores, Duration latency);

  // Calls who->OnEvent(arg) when the grace period that begins now is over.
  void Wait(Actor* who, uint64_t arg);

  size_t waits() const { return waits_.size() - free_waits_.size(); }

  // From the loop only: looks whether the readers of a wait are done.
  void OnEvent(uint64_t index) override;

 private:
  struct Reader {
    const Core* core;
    uint64_t task;
  };
  struct PendingWait {
    Actor* who = nullptr;
    uint64_t arg = 0;
    std::vector<Reader> readers;
  };

  EventLoop* const loop_;
  const std::vector<const Core*> cores_;
  const Duration latency_;
  std::vector<PendingWait> waits_;
  std::vector<size_t> free_waits_;
};

}  // namespace sim

#endif  // WGSIM_SIM_GRACE_PERIOD_H_
