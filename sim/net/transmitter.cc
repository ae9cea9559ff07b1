// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/transmitter.h"


namespace net {
namespace {

constexpr uint64_t kBitNanosPerByte = 8'000'000'000;

}  // namespace

void Transmitter::Reap(sim::Time now) {
  while (!departures_.empty() && departures_.front().time <= now) {
    queued_bytes_ -= departures_.Pop().bytes;
  }
}

bool Transmitter::HasRoom(sim::Time now, uint32_t size) {
  if (options_.rate_bps == 0) return true;
  Reap(now);
  if (departures_.size() >= options_.queue_packets) return false;
  return options_.queue_bytes == 0 ||
         queued_bytes_ + size + options_.frame_overhead <= options_.queue_bytes;
}

sim::Time Transmitter::Enqueue(sim::Time now, uint32_t size) {
  if (options_.rate_bps == 0) return now;
  Reap(now);
  const uint32_t bytes = size + options_.frame_overhead;
  if (busy_until_ < now) {
    // A transmitter that has been idle starts afresh; only within a busy period is time owed.
    busy_until_ = now;
    remainder_ = 0;
  }
  const uint64_t numerator = bytes * kBitNanosPerByte + remainder_;
  busy_until_ += sim::Duration(numerator / options_.rate_bps);
  remainder_ = numerator % options_.rate_bps;
  departures_.Push(Departure{busy_until_, bytes});
  queued_bytes_ += bytes;
  return busy_until_;
}

void Transmitter::Flush(sim::Time now) {
  while (!departures_.empty()) departures_.Pop();
  queued_bytes_ = 0;
  busy_until_ = now;
  remainder_ = 0;
}

uint32_t Transmitter::queued_packets(sim::Time now) {
  Reap(now);
  return static_cast<uint32_t>(departures_.size());
}

uint64_t Transmitter::queued_bytes(sim::Time now) {
  Reap(now);
  return queued_bytes_;
}

}  // namespace net
