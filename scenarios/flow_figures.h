// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// FlowMeter: what the application of a flow knows beyond what became of each packet (flow_account.h): round trips, time-outs,
// transactions, retransmissions, stalls. Read once, at the end of a run.
#ifndef WGSIM_SCENARIOS_FLOW_FIGURES_H_
#define WGSIM_SCENARIOS_FLOW_FIGURES_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "sim/time.h"

namespace scenario {

struct FlowFigures {
  std::vector<sim::Duration> round_trips;
  uint64_t timeouts = 0;
  uint64_t transactions = 0;
  uint64_t retransmissions = 0;
  uint64_t acknowledged_bytes = 0;
  // From the first packet to the last progress; what rates refer to.
  sim::Duration active{};
  sim::Duration longest_stall{};
  // ICMP errors that came back, by who sent them.
  absl::btree_map<std::pair<wg::IpAddress, wg::Errno>, uint64_t> icmp_errors;
};

class FlowMeter {
 public:
  virtual ~FlowMeter() = default;
  // As of `end`, when the flow stops: what is under way then has taken until then.
  virtual FlowFigures Figures(sim::Time end) const = 0;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_FLOW_FIGURES_H_
