// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/icmp_limits.h"

#include <algorithm>

namespace net {

bool IcmpLimits::AllowGlobal(sim::Time now) {
  constexpr sim::Duration kSecond = std::chrono::seconds(1);
  // The machine has been up for long before the simulation starts: the bucket is full.
  const sim::Duration since = started_ ? std::min(now - stamp_, kSecond) : kSecond;
  if (since >= kRefillStep) {
    const int64_t more = options_.messages_per_second * since.count() / kSecond.count();
    if (more > 0) {
      stamp_ = now;
      started_ = true;
      credit_ = static_cast<uint32_t>(std::min<int64_t>(credit_ + more, options_.burst));
    }
  }
  if (credit_ == 0) return false;
  --credit_;
  return true;
}

bool IcmpLimits::AllowDestination(sim::Time now, const wg::IpAddress& destination) {
  const sim::Duration cost = options_.per_destination;
  if (cost == sim::Duration(0)) return true;
  auto it = destinations_.find(destination);
  if (it == destinations_.end()) {
    if (destinations_.size() >= kMaxDestinations) destinations_.erase(by_age_.Pop());
    by_age_.Push(destination);
    it = destinations_.emplace(destination, Bucket{kDestinationBurst * cost, now}).first;
  }
  Bucket& bucket = it->second;
  bucket.tokens = std::min(bucket.tokens + (now - bucket.last), kDestinationBurst * cost);
  bucket.last = now;
  if (bucket.tokens < cost) return false;
  bucket.tokens -= cost;
  return true;
}

}  // namespace net
