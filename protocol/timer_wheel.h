// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// TimerWheel: when a timer of the machine really goes off. Linux keeps its timers in a wheel of 8 or 9 levels of 64
// buckets; each level is 8 times as coarse as the one before, and a timer stays in the bucket that it was put into. So
// it is never early and late by up to one granule of its level, and how late is settled when it is armed
// (kernel/time/timer.c: calc_wheel_index). With HZ = 0 there is no wheel: timers go off exactly.
//
//   ticks to go      granule       HZ=100    HZ=250     HZ=300         HZ=1000
//   below 63         1 tick        10 ms     4 ms       3.333 ms       1 ms
//   below 504        8             80 ms     32 ms      26.667 ms      8 ms
//   below 4032       64            640 ms    256 ms     213.333 ms     64 ms
//   below 32256      512           5.12 s    2.048 s    1.707 s        512 ms
//   below 258048     4096          40.96 s   16.384 s   13.653 s       4.096 s    and so on
//
// A value: pure arithmetic, integers only. Not in it, because no other timers of the machine are known here: a timer
// armed in a tick in which its CPU ran timers already counts the ticks to go from the next tick (forward_timer_base).
// That can only matter where the ticks to go are a limit of the table: with HZ = 100 one in 33 retries, 5.04 s.
#ifndef WGSIM_PROTOCOL_TIMER_WHEEL_H_
#define WGSIM_PROTOCOL_TIMER_WHEEL_H_

#include <chrono>
#include <cstdint>

#include "protocol/time.h"

namespace wg {

class TimerWheel {
 public:
  // jiffies when the boot clock shows 0 (INITIAL_JIFFIES): 32 bits wrap around five minutes later.
  static constexpr uint32_t InitialJiffies(uint32_t hz) { return 0u - 300u * hz; }

  // No wheel.
  constexpr TimerWheel() = default;
  // REQUIRES: hz is 1 to 1000. Linux is built with 100, 250, 300 or 1000.
  explicit TimerWheel(uint32_t hz) : TimerWheel(hz, InitialJiffies(hz)) {}
  // `first_jiffy`: of jiffies when the boot clock shows 0.
  TimerWheel(uint32_t hz, uint32_t first_jiffy);

  bool exact() const { return hz_ == 0; }
  // Ticks per second; 0 without a wheel.
  uint32_t hz() const { return hz_; }

  // When a timer goes off that is armed at `armed_at` for `delay` and `more` ticks from the current value of jiffies
  // (mod_timer(jiffies + ...)): at the beginning of a tick, later than asked for. Parts of a tick in `delay` count as
  // one (msecs_to_jiffies). Without a wheel: exactly then, ticks being milliseconds. Waits longer than the wheel are
  // cut, to 12 days and more (WHEEL_TIMEOUT_MAX). REQUIRES: armed_at not before the boot clock's 0; delay >= 0.
  BootTime Expiry(BootTime armed_at, Duration delay, uint32_t more = 0) const {
    if (exact()) return armed_at + delay + more * kTickWithoutWheel;
    return ExpiryOnWheel(armed_at, delay, more);
  }

  // jiffies at an instant: 32 bits, which wrap. The tick belongs to the instant at which it happens. REQUIRES: a wheel.
  uint32_t Jiffies(BootTime at) const;

  // The tick in which a timer goes off that is armed in tick `clk` for tick `expires`: the first tick of the next
  // bucket of its level, never `expires` itself. What is not after `clk` (as signed distance) goes off in `clk`.
  // REQUIRES: a wheel.
  uint32_t BucketExpiry(uint32_t clk, uint32_t expires) const;

  // The boot clock went on by `slept` and jiffies did not (suspend).
  void Sleep(Duration slept) { origin_ += slept; }

 private:
  static constexpr Duration kTickWithoutWheel = std::chrono::milliseconds(1);

  BootTime ExpiryOnWheel(BootTime armed_at, Duration delay, uint32_t more) const;
  uint64_t TicksAt(BootTime at) const;  // since origin_

  uint32_t hz_ = 0;
  uint32_t first_jiffy_ = 0;
  BootTime origin_{};  // where jiffies are first_jiffy_: the boot clock's 0, and later by all sleep
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_TIMER_WHEEL_H_
