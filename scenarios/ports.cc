// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/ports.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "absl/container/btree_set.h"

namespace scenario {
namespace {

absl::btree_set<int> PodsThatMayMove(const Plan& plan) {
  absl::btree_set<int> moving;
  for (const plan::Churn& churn : plan.churn) {
    for (const std::vector<int>& pods : churn.pods) moving.insert(pods.begin(), pods.end());
  }
  for (const plan::Drain& drain : plan.drains) {
    if (drain.to_hosts.empty()) continue;
    for (size_t pod = 0; pod < plan.pods.size(); ++pod) {
      if (plan.pods[pod].host == drain.host) moving.insert(static_cast<int>(pod));
    }
  }
  return moving;
}

std::vector<int> HostsOf(const Plan& plan, const absl::btree_set<int>& moving,
                         const plan::FlowEnd& end) {
  if (end.pod == plan::kNone || !moving.contains(end.pod)) return {end.host};
  std::vector<int> all(plan.hosts.size());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

class FreePorts {
 public:
  explicit FreePorts(const Plan& plan) : last_(plan.hosts.size(), kFirstFlowPort - 1) {
    for (const plan::Device& device : plan.devices) {
      listening_.insert({device.host, device.listen_port});
    }
  }

  // The next port that is free on all of these hosts.
  std::optional<uint16_t> Take(const std::vector<int>& hosts) {
    int port = kFirstFlowPort - 1;
    for (int host : hosts) port = std::max(port, last_[host]);
    const auto taken = [&](int host) { return listening_.contains({host, port}); };
    do {
      ++port;
    } while (std::any_of(hosts.begin(), hosts.end(), taken));
    if (port > kLastFlowPort) return std::nullopt;
    for (int host : hosts) last_[host] = port;
    return static_cast<uint16_t>(port);
  }

 private:
  std::vector<int> last_;                           // by host
  absl::btree_set<std::pair<int, int>> listening_;  // host and port of WireGuard
};

}  // namespace

std::vector<FlowPorts> PlanPorts(const Plan& plan) {
  const absl::btree_set<int> moving = PodsThatMayMove(plan);
  FreePorts free(plan);
  std::vector<FlowPorts> ports;
  for (const plan::Flow& flow : plan.flows) {
    const std::optional<uint16_t> from = free.Take({flow.from.host});
    const std::optional<uint16_t> to = free.Take(HostsOf(plan, moving, flow.to));
    if (!from || !to) break;
    ports.push_back({*from, *to});
  }
  return ports;
}

std::vector<int> HostsOf(const Plan& plan, const plan::FlowEnd& end) {
  return HostsOf(plan, PodsThatMayMove(plan), end);
}

}  // namespace scenario
