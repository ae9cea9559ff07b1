// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The two clocks of WireGuard, as types that cannot be mixed. Nobody here reads a clock: every instant is an
// argument. Both count nanoseconds in 64 bits (292 years), so that arithmetic is exact and cheap.
//
//   BootTime  counts from boot and goes on during suspend: key ages, cookie ages, flood limit
//             (ktime_get_coarse_boottime_ns in the kernel). Timers' deadlines, too, which are jiffies in the kernel and
//             do not count suspend: Device::OnResume moves them.
//   WallTime  time since 1970-01-01 UTC; may be stepped: TAI64N stamps and "latest handshake"
//             (ktime_get_real in the kernel).
//
// A boot clock must not start at 0: kernel fields use 0 for "never" (spec/handshake section 0.3).
#ifndef WGSIM_PROTOCOL_TIME_H_
#define WGSIM_PROTOCOL_TIME_H_

#include <chrono>
#include <cstdint>

namespace wg {

using Duration = std::chrono::nanoseconds;

struct BootClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock, Duration>;
  static constexpr bool is_steady = true;
};

struct WallClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<WallClock, Duration>;
  static constexpr bool is_steady = false;
};

using BootTime = BootClock::time_point;
using WallTime = WallClock::time_point;

inline constexpr BootTime kNever = BootTime::max();

// One instant, as both clocks show it.
struct Now {
  BootTime boot;
  WallTime wall;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_TIME_H_
