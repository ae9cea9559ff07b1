// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Virtual time: nanoseconds since the start of the simulation, 64 bits, exact. Never read from anywhere but
// EventLoop::now(); never converted to floating point before a report prints it.
#ifndef WGSIM_SIM_TIME_H_
#define WGSIM_SIM_TIME_H_

#include <chrono>
#include <cstdint>

namespace sim {

using Duration = std::chrono::nanoseconds;

struct VirtualClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<VirtualClock, Duration>;
  static constexpr bool is_steady = true;
};

using Time = VirtualClock::time_point;

inline constexpr Time kStart = Time(Duration(0));
inline constexpr Time kEndOfTime = Time::max();

}  // namespace sim

#endif  // WGSIM_SIM_TIME_H_
