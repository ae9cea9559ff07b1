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
  uint32_t burst = 1;     // calls back to back
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

struct Transactions {
  uint32_t request_bytes = 0;
  uint32_t response_bytes = 0;
  sim::Duration think_time{};
  int connections = 1;
  bool connect = false;  // a connection for each transaction
};

struct Bulk {
  uint32_t segment_bytes = 0;
  uint32_t window = 0;    // segments
  uint64_t segments = 0;  // in all; 0: no end
};

struct Ping {
  uint32_t payload_bytes = 0;
  sim::Duration interval{};
  uint32_t count = 0;  // 0: no end
};

enum class FloodMessage : uint8_t { kValidMac1, kInvalidMac1, kRepeated };

struct Flood {
  std::string name;
  int from = kNone;  // host
  int device = kNone;
  wg::Endpoint to;
  Rate rate;
  Spacing spacing = Spacing::kFixed;
  wg::IpAddress first_source;
  uint32_t source_addresses = 1;
  int source_length = 0;  // of the prefixes that they are in, one each
  uint32_t source_ports = 1;
  FloodMessage message = FloodMessage::kValidMac1;
  sim::Duration start{};
  sim::Duration stop{};
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
  std::optional<Transactions> transactions;
  std::optional<Bulk> bulk;
  std::optional<Ping> ping;
  // Whether the far end answers, so that `response_role` means something.
  bool two_way() const { return !stream.has_value(); }
  sim::Duration start{};
  sim::Duration stop{};
  Role role = Role::kBystander;
  // Of the answers: the role that from.address has.
  Role response_role = Role::kBystander;
  bool ip_recverr = false;
  uint32_t send_buffer_bytes = 0;
  uint32_t receive_buffer_bytes = 0;
  sim::Duration late_after{};
};

}  // namespace scenario::plan

#endif  // WGSIM_SCENARIOS_PLAN_TRAFFIC_H_
