// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of a plan (plan.h): what machines do with packets on their way.
#ifndef WGSIM_SCENARIOS_PLAN_ROUTING_H_
#define WGSIM_SCENARIOS_PLAN_ROUTING_H_

#include <optional>
#include <string>
#include <vector>

#include "protocol/ip.h"
#include "scenarios/plan_index.h"
#include "scenarios/plan_moment.h"
#include "sim/net/nat.h"

namespace scenario::plan {

struct Nat {
  net::NatOptions options;
  std::vector<wg::Prefix> inside;
  std::string outside;  // empty: to wherever is not inside
  // Of the host; one of each family that is inside.
  std::vector<wg::IpAddress> addresses;
  std::vector<net::PortForward> forwards;
};

// A host's translation forgets all flows.
struct NatRebind {
  Moment when;
  int host = kNone;
  bool other_ports = false;
  std::optional<wg::IpAddress> address;  // the one that flows have from now on
};

}  // namespace scenario::plan

#endif  // WGSIM_SCENARIOS_PLAN_ROUTING_H_
