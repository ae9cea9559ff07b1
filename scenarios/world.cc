// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/world.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "protocol/check.h"
#include "protocol/config_session.h"
#include "protocol/errno.h"
#include "protocol/profile.h"
#include "protocol/timer_wheel.h"
#include "sim/wg/cost_model.h"

namespace scenario {
namespace {

using wgnode::Cost;

net::Price PerByte(const wgnode::CostModel& costs, Cost cost) {
  return {.fixed_ps = costs.price(cost).fixed_ps, .per_byte_ps = costs.price(cost).per_unit_ps};
}

net::Prices NetPrices(const wgnode::CostModel& costs) {
  return {.nic_interrupt = PerByte(costs, Cost::kNicInterrupt),
          .nic_poll = PerByte(costs, Cost::kNapiPoll),
          .nic_receive = PerByte(costs, Cost::kNicReceive),
          .backlog_receive = PerByte(costs, Cost::kLoopbackReceive),
          .gro_receive = PerByte(costs, Cost::kGroReceive),
          .gso_segment = PerByte(costs, Cost::kGsoSegment),
          .transmit_lock = PerByte(costs, Cost::kTransmitLock)};
}

}  // namespace

World::World(const Plan& plan, const wg::CryptoSuite& crypto, FlowBook* book)
    : plan_(plan),
      crypto_(crypto),
      rng_(plan.seed),
      book_(book),
      loop_(&trace_),
      fabric_(&loop_, &pool_, book),
      pod_hosts_(plan.pods.size(), plan::kNone) {
  BuildHosts();
  BuildLinks();
  BuildSwitches();
  BuildRoutes();
  BuildRules();
  BuildDevices();
  RouteToDevices();
  BuildNats();
  NumberPeers();
}

World::~World() {
  // Packets that are still inside tunnels and links name interfaces and charge sockets of hosts.
  for (Wire& wire : wires_) {
    if (wire.tunnel->interface()->up()) wire.tunnel->interface()->SetUp(false);
  }
}

void World::BuildHosts() {
  for (const plan::Host& host : plan_.hosts) {
    auto machine = std::make_unique<Machine>();
    machine->prices = NetPrices(host.costs);
    machine->host = std::make_unique<net::Host>(
        &fabric_, host.name,
        net::HostOptions{.machine = {.cores = host.cores,
                                     .preemption = host.preemption,
                                     .hz = host.hz,
                                     .slice = host.slice,
                                     .context_switch = host.costs.Charge(Cost::kContextSwitch),
                                     .idle_exit = host.costs.Charge(Cost::kIdleExit)}},
        &machine->prices);
    machine->rtnl = std::make_unique<sim::Lock>(&loop_, host.costs.Charge(Cost::kLockHandover));
    const std::vector<const sim::Core*> cores(machine->host->core_list().begin(),
                                              machine->host->core_list().end());
    machine->grace = std::make_unique<sim::GracePeriod>(
        &loop_, trace_.RegisterEntity(absl::StrCat(host.name, "/rcu")), cores,
        host.costs.Charge(Cost::kGracePeriod));
    machine->lo = machine->host->root()->FindInterface("lo");
    for (const std::string& name : host.namespaces) machine->host->AddNetns(name);
    for (const wg::IpAddress& address : host.addresses) {
      machine->host->root()->fib().AddAddress(machine->lo, wg::Prefix::Host(address));
    }
    machines_.push_back(std::move(machine));
  }
  for (size_t pod = 0; pod < plan_.pods.size(); ++pod) {
    if (plan_.pods[pod].present) AddPod(static_cast<int>(pod), plan_.pods[pod].host);
  }
}

void World::BuildDevices() {
  for (const plan::Device& device : plan_.devices) {
    const plan::Host& host = plan_.hosts[device.host];
    const sim::Rng rng = rng_.Fork("wireguard").Fork(host.name).Fork(device.name);
    Wire wire;
    wire.entropy = std::make_unique<wgnode::SimEntropy>(rng.Fork("entropy"));
    wire.tunnel = std::make_unique<wgnode::WgTunnel>(wgnode::WgTunnel::Options{
        .fabric = &fabric_,
        .host = machine(device.host).host.get(),
        .netns = machine(device.host).host->root(),
        .name = device.name,
        .costs = &host.costs,
        .profile = wg::FindProfile(plan::Name(plan_.implementation)),
        .crypto = &crypto_,
        .entropy = wire.entropy.get(),
        .module = &machine(device.host).module,
        .mtu = static_cast<uint32_t>(device.mtu),
        .clocks = host.clocks,
        .wheel = host.timer_wheel ? wg::TimerWheel(static_cast<uint32_t>(host.hz)) : wg::TimerWheel(),
        .observer = book_,
        .napi_stall = device.napi_stall,
        .in_user_space = plan_.implementation == plan::Implementation::kWireguardGo ||
                         plan_.implementation == plan::Implementation::kBoringtun});
    wires_.push_back(std::move(wire));
  }
  std::vector<wg::PrivateKey> keys;
  for (size_t i = 0; i < plan_.devices.size(); ++i) {
    const plan::Device& device = plan_.devices[i];
    const wg::PrivateKey key = FirstPrivateKey(static_cast<int>(i));
    CHECK(crypto_.DerivePublic(key, &wires_[i].public_key));
    wires_[i].listen_port = device.listen_port;
    keys.push_back(key);
  }
  for (size_t i = 0; i < plan_.devices.size(); ++i) {
    wg::SetDevice request;
    request.private_key = keys[i];
    request.listen_port = plan_.devices[i].listen_port;
    if (plan_.devices[i].fwmark != 0) request.fwmark = plan_.devices[i].fwmark;
    for (const plan::Peer& peer : plan_.devices[i].peers) {
      wg::SetPeer set{.public_key = wires_[peer.device].public_key};
      set.endpoint = peer.endpoint;
      set.preshared_key = peer.preshared_key;
      if (peer.persistent_keepalive != 0) set.persistent_keepalive = peer.persistent_keepalive;
      for (const wg::Prefix& prefix : peer.allowed_ips) set.allowed_ips.push_back({.prefix = prefix});
      request.peers.push_back(std::move(set));
    }
    wgnode::WgTunnel& tunnel = *wires_[i].tunnel;
    wg::Effects fx;
    CHECK(wg::Configure(&tunnel.device(), std::move(request), tunnel.Now(), &fx) == wg::Errno::kOk);
    tunnel.Apply(&fx, 0);
    net::Netns* const netns = NetnsOf(static_cast<int>(i));
    if (netns != machine(plan_.devices[i].host).host->root()) tunnel.MoveTo(netns);
    for (const wg::IpAddress& address : plan_.devices[i].addresses) {
      netns->fib().AddAddress(tunnel.interface(), wg::Prefix::Host(address));
    }
    CHECK(tunnel.interface()->SetUp(true) == wg::Errno::kOk);
  }
}

void World::RouteToDevices() {
  absl::flat_hash_map<const net::Netns*, int> count;
  for (size_t i = 0; i < plan_.devices.size(); ++i) ++count[NetnsOf(static_cast<int>(i))];
  for (size_t i = 0; i < plan_.devices.size(); ++i) {
    const plan::Device& device = plan_.devices[i];
    net::Netns* const netns = NetnsOf(static_cast<int>(i));
    net::Fib& fib = netns->fib();
    net::Interface* out = wires_[i].tunnel->interface();
    if (count[netns] == 1) {
      fib.AddRoute({.prefix = wg::Prefix(wg::IpAddress::V4(0), 0), .out = out}, device.table);
      fib.AddRoute({.prefix = wg::Prefix(wg::IpAddress::V6(0, 0), 0), .out = out}, device.table);
      continue;
    }
    for (const plan::Peer& peer : device.peers) {
      for (const wg::Prefix& prefix : peer.allowed_ips) {
        fib.AddRoute({.prefix = prefix, .out = out}, device.table);
      }
      for (const plan::Pod& pod : plan_.pods) {
        if (pod.present || pod.device != peer.device) continue;
        fib.AddRoute({.prefix = wg::Prefix::Host(pod.address), .out = out}, device.table);
      }
    }
  }
}

void World::NumberPeers() {
  for (const plan::Device& device : plan_.devices) {
    std::vector<std::pair<int, int>> numbers;
    numbers.reserve(device.peers.size());
    for (const plan::Peer& peer : device.peers) {
      numbers.emplace_back(peer.device, static_cast<int>(numbers.size()));
    }
    std::sort(numbers.begin(), numbers.end());
    peer_numbers_.push_back(std::move(numbers));
  }
}

void World::SetPublicKey(int device, const wg::PublicKey& key) {
  wires_[device].former_keys.push_back(wires_[device].public_key);
  wires_[device].public_key = key;
  for (Wire& wire : wires_) ++wire.epoch;
}

wg::PrivateKey World::FirstPrivateKey(int device) const {
  const plan::Device& spec = plan_.devices[device];
  wg::PrivateKey key;
  if (spec.private_key) {
    key = *spec.private_key;
  } else {
    wgnode::SimEntropy(rng_.Fork("private key").Fork(plan_.hosts[spec.host].name).Fork(spec.name))
        .Fill(absl::MakeSpan(key.bytes));
  }
  wg::Clamp(&key);
  return key;
}

wg::PrivateKey World::NewPrivateKey(int device) const {
  const plan::Device& spec = plan_.devices[device];
  wg::PrivateKey key;
  wgnode::SimEntropy(rng_.Fork("private key")
                         .Fork(plan_.hosts[spec.host].name)
                         .Fork(spec.name)
                         .Fork("again", wires_[device].former_keys.size()))
      .Fill(absl::MakeSpan(key.bytes));
  wg::Clamp(&key);
  return key;
}

int World::DeviceLike(int device, int host) const {
  for (size_t i = 0; i < plan_.devices.size(); ++i) {
    if (plan_.devices[i].host == host && plan_.devices[i].name == plan_.devices[device].name) {
      return static_cast<int>(i);
    }
  }
  return plan::kNone;
}

int World::PeerNumber(int device, int far) const {
  const std::vector<std::pair<int, int>>& numbers = peer_numbers_[device];
  const auto at = std::lower_bound(numbers.begin(), numbers.end(), std::pair(far, 0));
  return at != numbers.end() && at->first == far ? at->second : plan::kNone;
}

net::Netns* World::NetnsOf(int device) const {
  const plan::Device& spec = plan_.devices[device];
  net::Host* const host = machines_[spec.host]->host.get();
  return spec.netns.empty() ? host->root() : host->FindNetns(spec.netns);
}

net::Netns* World::NetnsWith(int host, const wg::IpAddress& address) const {
  const bool several = !plan_.hosts[host].namespaces.empty();
  for (size_t i = 0; several && i < plan_.devices.size(); ++i) {
    const plan::Device& device = plan_.devices[i];
    if (device.host != host) continue;
    const std::vector<wg::IpAddress>& own = device.addresses;
    if (std::count(own.begin(), own.end(), address) != 0) return NetnsOf(static_cast<int>(i));
  }
  return machines_[host]->host->root();
}

int World::DeviceTowards(int host, const wg::IpAddress& from, const wg::IpAddress& address) const {
  const net::Interface* out =
      NetnsWith(host, from)->fib().Lookup({.destination = address}).out;
  for (size_t i = 0; i < plan_.devices.size(); ++i) {
    if (plan_.devices[i].host == host && wires_[i].tunnel->interface() == out) {
      return static_cast<int>(i);
    }
  }
  return plan::kNone;
}

void World::AddPod(int pod, int host) {
  pod_hosts_[pod] = host;
  CHECK(machine(host).host->root()->fib().AddAddress(machine(host).lo,
                                                     wg::Prefix::Host(plan_.pods[pod].address)));
}

void World::RemovePod(int pod, int host) {
  pod_hosts_[pod] = plan::kNone;
  CHECK(machine(host).host->root()->fib().RemoveAddress(machine(host).lo, plan_.pods[pod].address));
}

}  // namespace scenario
