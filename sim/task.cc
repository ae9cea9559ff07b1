// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/task.h"

#include "protocol/check.h"

namespace sim {

absl::string_view ContextName(Context context) {
  switch (context) {
    case Context::kHardirq: return "hardirq";
    case Context::kSoftirq: return "softirq";
    case Context::kThread: return "thread";
  }
  return "";
}

Duration Runner::Price(uint64_t /*arg*/) {
  CHECK(!"a task was submitted with kPriceAtStart for a runner that names no price");
  return Duration(0);
}

absl::string_view Runner::Label(uint64_t /*arg*/) const { return "task"; }

}  // namespace sim
