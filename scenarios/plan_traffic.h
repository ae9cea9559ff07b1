// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of a plan (plan.h): flows.
#ifndef WGSIM_SCENARIOS_PLAN_TRAFFIC_H_
#define WGSIM_SCENARIOS_PLAN_TRAFFIC_H_

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/ip.h"
#include "scenarios/plan_index.h"
#include "sim/time.h"

namespace scenario::plan {

enum class Role : uint8_t { kBystander, kTouched };
enum class Spacing : uint8_t { kFixed, kPoisson };

// At most `count` per `per`, exactly: a rational, reduced.
struct Rate {
  int64_t count = 0;
  sim::Duration per{};
};

struct Stream {
  uint32_t payload_bytes = 0;
  uint32_t segments = 1;  // datagrams in one call
  Rate packets;  // of datagrams; a rate in bits of payload is turned into packets
  Spacing spacing = Spacing::kFixed;
};

struct Requests {
  uint32_t request_bytes = 0;
  uint32_t response_bytes = 0;
  sim::Duration think_time{};
  sim::Duration timeout{};
  int outstanding = 0;
};

struct FlowEnd {
  int host = kNone;
  int pod = kNone;  // kNone: an address of the host's device itself
  wg::IpAddress address;
  int core = kNone;  // of the application
};

struct Flow {
  std::string name;
  FlowEnd from;
  FlowEnd to;
  // Exactly one of these.
  std::optional<Stream> stream;
  std::optional<Requests> requests;
  sim::Duration start{};
  sim::Duration stop{};
  Role role = Role::kBystander;
  // Of the answers to requests: the role that from.address has.
  Role response_role = Role::kBystander;
  bool ip_recverr = false;
  uint32_t send_buffer_bytes = 0;
  uint32_t receive_buffer_bytes = 0;
  sim::Duration late_after{};
};

}  // namespace scenario::plan

#endif  // WGSIM_SCENARIOS_PLAN_TRAFFIC_H_
