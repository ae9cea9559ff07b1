// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Plan: one variant of a scenario, checked and unfolded. Templates, meshes and wildcards are gone, texts are values,
// names are indices into the vectors below; what the file leaves open has its default. The loader makes it, the runner
// builds its world from it. Pure data: no proto, no simulator.
//
// Invariants (the loader's promise): every index is in range; names of a kind are unique; every core number exists on
// its host; flows start before they stop and within the run; links join different hosts; a device's peers are
// different devices of the same or another host; no prefix is at two peers of a device.
#ifndef WGSIM_SCENARIOS_PLAN_H_
#define WGSIM_SCENARIOS_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/ip.h"
#include "scenarios/plan_changes.h"
#include "scenarios/plan_faults.h"
#include "scenarios/plan_index.h"
#include "scenarios/plan_managers.h"
#include "scenarios/plan_network.h"
#include "scenarios/plan_routing.h"
#include "scenarios/plan_script.h"
#include "scenarios/plan_traffic.h"
#include "scenarios/plan_wireguard.h"
#include "sim/time.h"

namespace scenario::plan {

enum class Implementation : uint8_t {
  kLinux612,
  kLinux616,
  kWireguardGo,
  kBoringtun,
  kLinuxTaggedReplace,
  kLinuxTaggedReplaceRootFault,
};
// "LINUX_6_16": the name of the protocol's profile as well.
const char* Name(Implementation implementation);
// Whether single allowed ips can be removed.
bool KnowsRemoveMe(Implementation implementation);

}  // namespace scenario::plan

namespace scenario {

struct Plan {
  std::string scenario;
  std::string variant;
  plan::Implementation implementation{};
  plan::Method method{};  // of hosts without a program of their own
  uint64_t seed = 0;
  sim::Duration duration{};
  std::vector<plan::Host> hosts;
  std::vector<plan::Link> links;
  std::vector<plan::Switch> switches;
  std::vector<std::string> regions;  // by name; hosts say in which they are
  std::vector<plan::Device> devices;
  std::vector<plan::Pod> pods;
  std::vector<plan::Flow> flows;
  std::vector<plan::Flood> floods;
  std::vector<plan::Churn> churn;
  std::vector<plan::Drain> drains;
  std::vector<plan::Reboot> reboots;
  std::vector<plan::Reconfigure> reconfigures;
  std::vector<plan::Fault> faults;
  std::vector<plan::NatRebind> nat_rebinds;
  std::vector<plan::MeshAction> mesh_actions;
  std::vector<plan::ScriptAction> script;
  std::vector<plan::Manager> managers;  // one for each host
  // Inner addresses of interest, in order of address: of flows, of reconfigurations, and those listed.
  std::vector<wg::IpAddress> watch;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_PLAN_H_
