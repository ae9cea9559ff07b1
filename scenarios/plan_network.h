// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of a plan (plan.h): machines and what connects them.
#ifndef WGSIM_SCENARIOS_PLAN_NETWORK_H_
#define WGSIM_SCENARIOS_PLAN_NETWORK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/ip.h"
#include "scenarios/plan_index.h"
#include "scenarios/plan_routing.h"
#include "sim/machine.h"
#include "sim/net/fib.h"
#include "sim/net/packet_filter.h"
#include "sim/time.h"
#include "sim/wg/clock_start.h"
#include "sim/wg/cost_model.h"

namespace scenario::plan {

struct Route {
  wg::Prefix prefix;
  wg::IpAddress via;
  net::TableId table = net::kMainTable;
};

// All network cards of a host.
struct Card {
  int rx_queues = 1;  // 0: one for each core
  int rx_ring = 512;
  sim::Duration rx_usecs{0};
  int rx_frames = 0;
  bool threaded = false;
  int tx_ring = 0;
  int tx_queue_len = 1000;
  bool gro = true;
  bool udp_gro_forwarding = false;
  bool udp_segmentation = true;
  bool tx_checksum = true;
};

// Computes for `run` each time `every` has gone by; `every` of 0: all the time.
struct Program {
  std::string name;
  int core = 0;
  sim::Duration run{0};
  sim::Duration every{0};
  bool steals = false;  // in the middle of whatever the core does
};

// What lies between two places, one way.
struct Path {
  sim::Duration delay{};
  sim::Duration jitter{};
  uint32_t loss_ppm = 0;
};

struct Host {
  std::string name;
  int cores = 0;
  int interrupt_core = 0;
  std::vector<wg::IpAddress> addresses;  // underlying
  wgnode::CostModel costs;
  std::vector<Route> routes;
  int hz = 250;
  bool timer_wheel = false;
  sim::Preemption preemption = sim::Preemption::kVoluntary;
  sim::Duration slice{0};  // 0: the usual one
  Card card;
  std::vector<Program> programs;
  wgnode::ClockStart clocks;
  int region = kNone;
  std::optional<Nat> nat;
  std::vector<net::FilterRule> filters;
  std::vector<net::Rule> rules;
  std::vector<std::string> namespaces;  // beside the first
};

struct LinkEnd {
  int host = kNone;
  std::string interface;
};

// Unnumbered: each end reaches all addresses of the other end's host.
struct Link {
  std::string name;  // "node0-node1"
  LinkEnd ends[2];
  int64_t bits_per_second = 0;
  sim::Duration delay{};
  sim::Duration jitter{};
  sim::Duration reorder_delay{};
  uint32_t loss_ppm = 0;
  uint32_t reorder_ppm = 0;
  uint32_t duplicate_ppm = 0;
  uint32_t corrupt_ppm = 0;
  int queue_packets = 0;
  int mtu = 0;
  // What the other direction has instead of delay, jitter and loss_ppm.
  std::optional<Path> back;
};

// Hosts of the same group are alike to the switch; what lies between groups g and h is paths[g * groups + h].
struct Switch {
  std::string name;  // "switch0"
  struct Port {
    LinkEnd end;
    int group = 0;
  };
  std::vector<Port> ports;
  Link cable;  // what each of them has; without ends and name
  int groups = 1;
  std::vector<Path> paths;
};

}  // namespace scenario::plan

#endif  // WGSIM_SCENARIOS_PLAN_NETWORK_H_
