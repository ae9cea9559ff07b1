// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// WorkDriver: what the queues of a device need of it: prices, and somebody who carries work out.
//
// Requirements: COOKIE-042; TX-042 044 048; RX-039 042 043; QUEUE-005 010 020.
#ifndef WGSIM_SIM_WG_WORK_DRIVER_H_
#define WGSIM_SIM_WG_WORK_DRIVER_H_

#include "protocol/effects.h"
#include "sim/time.h"

namespace wgnode {

class WorkDriver {
 public:
  virtual ~WorkDriver() = default;
  virtual sim::Duration Price(const wg::Work& work) = 0;
  // How long a lock of a ring is held for one element. Contained in the prices of what is done
  // before and after: only waiting for the lock takes time of its own.
  virtual sim::Duration RingLockHold() = 0;
  // `work` acts, on core number `core`.
  virtual void Perform(const wg::Work& work, int core) = 0;
};

}  // namespace wgnode

#endif  // WGSIM_SIM_WG_WORK_DRIVER_H_
