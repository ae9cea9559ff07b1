// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A small plan made by hand, for tests and benchmarks: two machines, one cable, one tunnel, one stream.
#ifndef WGSIM_SCENARIOS_TWO_HOSTS_H_
#define WGSIM_SCENARIOS_TWO_HOSTS_H_

#include <chrono>

#include "absl/strings/str_cat.h"
#include "protocol/ip.h"
#include "scenarios/plan.h"
#include "sim/wg/cost_model.h"

namespace scenario {

// Prices that make the arithmetic easy: a removal 1 us, an insertion 10 us, everything else 1 us or nothing.
inline wgnode::CostModel EasyPrices() {
  wgnode::CostModel costs;
  for (wgnode::Cost cost : {wgnode::Cost::kUdpSend, wgnode::Cost::kUdpReceive,
                            wgnode::Cost::kNicReceive, wgnode::Cost::kSeal, wgnode::Cost::kOpen,
                            wgnode::Cost::kTransmit, wgnode::Cost::kDeliver,
                            wgnode::Cost::kRemoveAllowedIp}) {
    costs.set_price(cost, {.fixed_ps = 1'000'000});
  }
  costs.set_price(wgnode::Cost::kInsertAllowedIp, {.fixed_ps = 10'000'000});
  return costs;
}

// a sends to 10.0.0.2 + n - 1, the last of b's n pods; half-way the first is taken away.
inline Plan TwoHosts(plan::Method method, int pods) {
  using std::chrono::microseconds;
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  Plan plan;
  plan.scenario = "test";
  plan.variant = "v";
  plan.implementation = plan::Implementation::kLinux616;
  plan.method = method;
  plan.seed = 1;
  plan.duration = seconds(1);
  for (int i = 0; i < 2; ++i) {
    plan.hosts.push_back({.name = i == 0 ? "a" : "b",
                          .cores = 2,
                          .addresses = {wg::IpAddress::V4(0xc0000201 + i)},
                          .costs = EasyPrices()});
    plan.devices.push_back({.host = i,
                            .name = "wg0",
                            .listen_port = 51820,
                            .mtu = 1420,
                            .addresses = {wg::IpAddress::V4(0x0a010001 + i)}});
    plan.managers.push_back({.core = 1});
  }
  plan.links.push_back({.name = "a-b",
                        .ends = {{.host = 0, .interface = "eth0"}, {.host = 1, .interface = "eth0"}},
                        .bits_per_second = 10'000'000'000,
                        .delay = microseconds(50),
                        .queue_packets = 1000,
                        .mtu = 1500});
  plan::Peer to_b{.device = 1, .endpoint = wg::Endpoint{wg::IpAddress::V4(0xc0000202), 51820}};
  for (int i = 0; i < pods; ++i) {
    const wg::IpAddress address = wg::IpAddress::V4(0x0a000002 + i);
    plan.pods.push_back({.name = absl::StrCat("b/pod", i), .host = 1, .device = 1, .address = address});
    to_b.allowed_ips.push_back(wg::Prefix::Host(address));
  }
  plan.devices[0].peers.push_back(to_b);
  plan.devices[1].peers.push_back({.device = 0,
                                   .allowed_ips = {wg::Prefix::Host(wg::IpAddress::V4(0x0a010001))},
                                   .endpoint = wg::Endpoint{wg::IpAddress::V4(0xc0000201), 51820}});
  plan.flows.push_back({.name = "f",
                        .from = {.host = 0, .address = wg::IpAddress::V4(0x0a010001), .core = 0},
                        .to = {.host = 1, .pod = pods - 1, .address = plan.pods[pods - 1].address, .core = 0},
                        .stream = plan::Stream{.payload_bytes = 1024, .packets = {20, milliseconds(1)}},
                        .stop = seconds(1),
                        .send_buffer_bytes = 212992,
                        .receive_buffer_bytes = 212992});
  plan.reconfigures.push_back({.name = "take",
                               .at = milliseconds(500),
                               .device = 0,
                               .peer = 0,
                               .remove = {wg::Prefix::Host(wg::IpAddress::V4(0x0a000002))}});
  return plan;
}

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_TWO_HOSTS_H_
