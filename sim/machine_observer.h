// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// MachineObserver: hears what the cores of a machine spend their time on. It only looks: with or
// without one every figure and the trace are the same.
#ifndef WGSIM_SIM_MACHINE_OBSERVER_H_
#define WGSIM_SIM_MACHINE_OBSERVER_H_

#include "sim/task.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace sim {

class Thread;

class MachineObserver {
 public:
  virtual ~MachineObserver() = default;
  // [begin, end) of this core went to `task`, for `thread` (nullptr in softirq outside of
  // ksoftirqd). A task that was interrupted has several stretches; at the end of the `last` one it
  // acts. Called at `end`, before the act.
  virtual void OnStretch(EntityId core, Context context, const Thread* thread, const Task& task,
                         Time begin, Time end, bool last) = 0;
  // The act of the last stretch has been carried out.
  virtual void OnAfterAct(EntityId core) = 0;
  // A hard interrupt takes [begin, end) of this core, away from whatever stretch it falls into.
  virtual void OnInterrupt(EntityId core, Time begin, Time end) = 0;
};

}  // namespace sim

#endif  // WGSIM_SIM_MACHINE_OBSERVER_H_
