// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/timer_wheel.h"

#include <algorithm>
#include <chrono>

#include "protocol/check.h"

namespace wg {
namespace {

constexpr uint32_t kMaxHz = 1000;
constexpr uint64_t kSecond = std::chrono::nanoseconds(std::chrono::seconds(1)).count();

constexpr int kClockShift = 3;       // LVL_CLK_SHIFT: how much coarser each level is, in bits
constexpr uint32_t kLastSlot = 63;   // LVL_SIZE - 1: so many granules ahead is what a level can hold
constexpr uint32_t kSlowHz = 100;    // up to this HZ there is a level less
constexpr int kLevelsSlow = 8;       // LVL_DEPTH
constexpr int kLevels = 9;

// Shift of the granule of a level, and of all that is nearer than the level ends.
constexpr int Shift(int level) { return level * kClockShift; }
// LVL_START(level + 1): ticks to go that are too many for a level.
constexpr uint32_t Limit(int level) { return kLastSlot << Shift(level); }

int LevelsAt(uint32_t hz) { return hz > kSlowHz ? kLevels : kLevelsSlow; }

// The first tick of the bucket after the one that `expires` is in.
uint32_t NextBucket(uint32_t expires, int level) {
  return ((expires >> Shift(level)) + 1) << Shift(level);
}

// Whole seconds apart, so that nothing overflows; parts of a tick are lost.
uint64_t Ticks(uint64_t nanoseconds, uint32_t hz) {
  return nanoseconds / kSecond * hz + nanoseconds % kSecond * hz / kSecond;
}

// Parts of a nanosecond count as one: the first instant at which so many ticks have passed.
Duration TimeOf(uint64_t ticks, uint32_t hz) {
  const uint64_t part = (ticks % hz * kSecond + hz - 1) / hz;
  return Duration(static_cast<int64_t>(ticks / hz * kSecond + part));
}

}  // namespace

TimerWheel::TimerWheel(uint32_t hz, uint32_t first_jiffy) : hz_(hz), first_jiffy_(first_jiffy) {
  CHECK_GE(hz, 1u);
  CHECK_LE(hz, kMaxHz);
}

uint64_t TimerWheel::TicksAt(BootTime at) const {
  CHECK(!exact());
  CHECK(at >= origin_);
  return Ticks(static_cast<uint64_t>((at - origin_).count()), hz_);
}

uint32_t TimerWheel::Jiffies(BootTime at) const {
  return first_jiffy_ + static_cast<uint32_t>(TicksAt(at));
}

uint32_t TimerWheel::BucketExpiry(uint32_t clk, uint32_t expires) const {
  CHECK(!exact());
  const uint32_t to_go = expires - clk;
  if (static_cast<int32_t>(to_go) < 0) return clk;
  const int last = LevelsAt(hz_) - 1;
  if (to_go >= Limit(last)) return NextBucket(clk + Limit(last) - (1u << Shift(last)), last);
  int level = 0;
  while (to_go >= Limit(level)) ++level;
  return NextBucket(expires, level);
}

BootTime TimerWheel::ExpiryOnWheel(BootTime armed_at, Duration delay, uint32_t more) const {
  CHECK_GE(delay.count(), 0);
  const auto nanoseconds = static_cast<uint64_t>(delay.count());
  uint64_t to_go = Ticks(nanoseconds, hz_) + more;
  to_go += nanoseconds % kSecond * hz_ % kSecond != 0;
  // The rest is cut anyway, and this is surely no negative distance.
  to_go = std::min<uint64_t>(to_go, Limit(LevelsAt(hz_) - 1));
  const uint64_t now = TicksAt(armed_at);
  const uint32_t clk = first_jiffy_ + static_cast<uint32_t>(now);
  const uint32_t late = BucketExpiry(clk, clk + static_cast<uint32_t>(to_go)) - clk;
  return origin_ + TimeOf(now + late, hz_);
}

}  // namespace wg
