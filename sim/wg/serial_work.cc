// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/serial_work.h"

#include <utility>

namespace wgnode {

void SerialWork::Add(const wg::Work& work) {
  waiting_ = true;
  work_ = work;
  // The loop that is just under way looks again by itself.
  if (!acting_) Wake();
}

sim::Duration SerialWork::StepPrice() {
  busy_ = std::exchange(waiting_, false);
  busy_with_ = work_;
  return busy_ ? driver_->Price(busy_with_) : sim::Duration(0);
}

bool SerialWork::Step(int core) {
  if (std::exchange(busy_, false)) {
    acting_ = true;
    driver_->Perform(busy_with_, core);
    acting_ = false;
  }
  return waiting_;
}

}  // namespace wgnode
