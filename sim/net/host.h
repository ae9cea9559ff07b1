// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Host: one machine: cores, what they poll, their backlogs, network namespaces, interfaces. The
// first namespace
// ("") is the one it boots with; every namespace has "lo", up, with 127.0.0.1/8 and ::1/128.
//
//   Host node(&fabric, "node1", {.machine = {.cores = 4}}, &prices);
//   Nic* eth0 = node.AddNic(node.root(), "eth0", {});
//   eth0->Connect(&link, 0);
//   eth0->SetUp(true);
//   node.root()->fib().AddAddress(eth0, Prefix 192.0.2.1/24);
#ifndef WGSIM_SIM_NET_HOST_H_
#define WGSIM_SIM_NET_HOST_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/core.h"
#include "sim/machine.h"
#include "sim/net/backlog.h"
#include "sim/net/fabric.h"
#include "sim/net/interface.h"
#include "sim/net/loopback.h"
#include "sim/net/netns.h"
#include "sim/net/nic.h"
#include "sim/net/prices.h"
#include "sim/net/softnet.h"
#include "sim/net/tunnel_interface.h"
#include "sim/net/veth.h"
#include "sim/work_queue.h"

namespace net {

struct HostOptions {
  sim::MachineOptions machine{};
  NetnsOptions netns{};  // of the root namespace
};

class Host {
 public:
  // `fabric` and `prices` outlive the host. REQUIRES: 1 <= cores <= 65535.
  Host(Fabric* fabric, absl::string_view name, const HostOptions& options, const Prices* prices);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  const std::string& name() const { return name_; }
  Fabric* fabric() const { return fabric_; }
  sim::Machine* machine() { return &machine_; }
  sim::WorkQueues* work_queues() { return &work_queues_; }
  Cpu cores() const { return static_cast<Cpu>(machine_.cores()); }
  sim::Core* core(Cpu cpu) const { return machine_.core(cpu); }
  absl::Span<sim::Core* const> core_list() const { return machine_.core_list(); }
  // By core: for everything that is polled (sim/net/napi.h).
  absl::Span<Softnet* const> softnets() const { return softnet_list_; }
  const Prices* prices() const { return prices_; }

  const Backlog& backlog(Cpu cpu) const { return *backlogs_[cpu]; }

  Netns* root() const { return namespaces_[0].get(); }
  // A new namespace with its loopback. It lives as long as the host; to be rid of it, remove its
  // interfaces.
  Netns* AddNetns(absl::string_view name, const NetnsOptions& options = {});
  // nullptr if there is none.
  Netns* FindNetns(absl::string_view name) const;

  // New interfaces, down, in a namespace of this host.
  Nic* AddNic(Netns* netns, absl::string_view name, const NicOptions& options);
  TunnelInterface* AddTunnel(Netns* netns, absl::string_view name, uint32_t mtu,
                             TunnelDevice* device);
  std::pair<Veth*, Veth*> AddVethPair(Netns* a, absl::string_view name_a, Netns* b,
                                      absl::string_view name_b, uint32_t mtu = Veth::kMtu);
  // ip link delete: leaves its namespace; with a veth its peer goes too.
  void DeleteInterface(Interface* interface);

 private:
  std::string Place(const Netns* netns, absl::string_view name) const;

  Fabric* const fabric_;
  const std::string name_;
  const Prices* const prices_;
  sim::Machine machine_;
  sim::WorkQueues work_queues_;
  std::vector<std::unique_ptr<Softnet>> softnets_;
  std::vector<Softnet*> softnet_list_;
  std::vector<std::unique_ptr<Backlog>> backlogs_;
  std::vector<Backlog*> backlog_list_;
  // Interfaces may be named by packets that namespaces hold: they are destroyed after these.
  std::vector<std::unique_ptr<Interface>> interfaces_;
  std::vector<std::unique_ptr<Netns>> namespaces_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_HOST_H_
