// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// SerialWork: a work item of one peer (transmit_packet_work, transmit_handshake_work,
// clear_peer_work of struct wg_peer): never runs twice at once, absorbs wake-ups while it is
// pending, and goes on as long as the device has more for it: wg_packet_tx_worker stops at the
// first bundle that is not finished, and whoever finishes that one wakes it again.
//
// Requirements: QUEUE-006 007 017.
#ifndef WGSIM_SIM_WG_SERIAL_WORK_H_
#define WGSIM_SIM_WG_SERIAL_WORK_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "protocol/effects.h"
#include "sim/time.h"
#include "sim/wg/work_driver.h"
#include "sim/work_item.h"
#include "sim/work_queue.h"

namespace wgnode {

class SerialWork : private sim::Work {
 public:
  // Runs on core number `core`, if `queue` is not unbound. `label`: static text. All outlive it,
  // and it outlives its last run.
  SerialWork(sim::WorkQueue* queue, int core, WorkDriver* driver, absl::string_view label)
      : driver_(driver), label_(label), core_(core), item_(queue, this) {}

  // What the next step is to do; wakes the item. Takes the place of what waits for a step: the
  // device has forgotten about that (TimersStop).
  void Add(const wg::Work& work);
  // queue_work_on: there may be something to do.
  void Wake() { item_.Queue(core_); }

  int core() const { return core_; }
  bool idle() const { return item_.state() == sim::WorkItem::State::kIdle; }

 private:
  sim::Duration StepPrice() override;
  bool Step(int core) override;
  absl::string_view StepLabel() const override { return label_; }

  WorkDriver* const driver_;
  const absl::string_view label_;
  const int core_;
  bool waiting_ = false;  // work_ is set and no step has begun with it
  bool busy_ = false;     // a step has begun, with busy_with_
  bool acting_ = false;
  wg::Work work_{};
  wg::Work busy_with_{};
  sim::WorkItem item_;
};

}  // namespace wgnode

#endif  // WGSIM_SIM_WG_SERIAL_WORK_H_
