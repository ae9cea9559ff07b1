// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// IcmpLimits: how many ICMP errors a namespace may send (net/ipv4/icmp.c: icmp_global_allow;
// net/ipv4/route.c: inet_peer_xrlim_allow). Two token buckets: one for all destinations together,
// one for each.
//
// The kernel takes a random 0..2 credits per message from the global bucket, on average one; here
// it is one.
#ifndef WGSIM_SIM_NET_ICMP_LIMITS_H_
#define WGSIM_SIM_NET_ICMP_LIMITS_H_

#include <chrono>
#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "protocol/ip.h"
#include "sim/ring.h"
#include "sim/time.h"

namespace net {

class IcmpLimits {
 public:
  struct Options {
    uint32_t messages_per_second = 1000;  // net.ipv4.icmp_msgs_per_sec; 0: none at all
    uint32_t burst = 50;                  // net.ipv4.icmp_msgs_burst
    sim::Duration per_destination =
        std::chrono::seconds(1);  // net.ipv4.icmp_ratelimit; 0: no limit
  };
  static constexpr int kDestinationBurst = 6;                                  // XRLIM_BURST_FACTOR
  static constexpr sim::Duration kRefillStep = std::chrono::milliseconds(20);  // HZ / 50
  static constexpr size_t kMaxDestinations = 65664;  // inet_peer_threshold

  explicit IcmpLimits(const Options& options) : options_(options), credit_(0) {}

  // True takes one credit.
  bool AllowGlobal(sim::Time now);
  bool AllowDestination(sim::Time now, const wg::IpAddress& destination);

 private:
  struct Bucket {
    sim::Duration tokens;
    sim::Time last;
  };

  const Options options_;
  uint32_t credit_;
  bool started_ = false;
  sim::Time stamp_ = sim::kStart;
  absl::flat_hash_map<wg::IpAddress, Bucket> destinations_;
  sim::Ring<wg::IpAddress> by_age_;  // the oldest makes room
};

}  // namespace net

#endif  // WGSIM_SIM_NET_ICMP_LIMITS_H_
