// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Counts the allocations of the process, for tests and benchmarks that promise there are none.
// Linking this replaces operator new and delete; never link it into a program.
#ifndef WGSIM_SIM_ALLOCATION_COUNTER_H_
#define WGSIM_SIM_ALLOCATION_COUNTER_H_

#include <cstdint>

namespace sim {

// Calls of operator new (the unaligned forms) since the program began.
uint64_t Allocations();

}  // namespace sim

#endif  // WGSIM_SIM_ALLOCATION_COUNTER_H_
