// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// World: the machines, cables and WireGuard interfaces of one plan, built, configured and up, at virtual time 0. Traffic
// and changes are put into it by others (traffic.h, control_plane.h).
//
// Addressing: a host has its underlying addresses and its pods' addresses on "lo"; for each cable a host route to every address
// of the far end, for each switch routes to the prefixes that hold its hosts' addresses and no others. What is not underlying goes to WireGuard: by a default route where a host has one interface, by the
// prefixes of its peers, and the addresses that may come to be behind them, where it has several.
#ifndef WGSIM_SCENARIOS_WORLD_H_
#define WGSIM_SCENARIOS_WORLD_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "protocol/buffer.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "scenarios/flow_book.h"
#include "scenarios/plan.h"
#include "sim/event_loop.h"
#include "sim/grace_period.h"
#include "sim/lock.h"
#include "sim/net/fabric.h"
#include "sim/net/host.h"
#include "sim/net/link.h"
#include "sim/net/nic.h"
#include "sim/net/prices.h"
#include "sim/net/switch.h"
#include "sim/rng.h"
#include "sim/trace.h"
#include "sim/wg/sim_entropy.h"
#include "sim/wg/wg_tunnel.h"

namespace scenario {

class World {
 public:
  // `plan`, `crypto` and `book` outlive the world; `book` hears of every packet that dies.
  World(const Plan& plan, const wg::CryptoSuite& crypto, FlowBook* book);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  const Plan& plan() const { return plan_; }
  sim::Trace& trace() { return trace_; }
  sim::EventLoop& loop() { return loop_; }
  net::Fabric& fabric() { return fabric_; }
  const sim::Rng& rng() const { return rng_; }

  // One of the plan's hosts.
  struct Machine {
    std::unique_ptr<net::Host> host;
    net::Prices prices;
    std::unique_ptr<sim::Lock> rtnl;
    std::unique_ptr<sim::GracePeriod> grace;
    wg::Module module;
    net::Interface* lo = nullptr;
  };
  Machine& machine(int host) { return *machines_[host]; }

  // One of the plan's links.
  net::Link& link(int number) { return *links_[number]; }
  // One of the plan's switches; its ports are in the plan's order.
  net::Switch& switch_of(int number) { return *switches_[number]; }

  // One of the plan's devices.
  struct Wire {
    std::unique_ptr<wgnode::SimEntropy> entropy;
    std::unique_ptr<wgnode::WgTunnel> tunnel;
    wg::PublicKey public_key;
    std::vector<wg::PublicKey> former_keys;  // who still seals to one of them means this device
    uint16_t listen_port = 0;
    // Called with the destination before each packet is offered, if there is one: for managers that take idle peers out.
    std::function<void(const wg::IpAddress&)> on_offer;
    // Changes whenever the owner of an address may have changed, in the device or by intent: what was found out about
    // owners under the same number still holds.
    uint64_t epoch = 0;
  };
  Wire& wire(int device) { return wires_[device]; }
  const Wire& wire(int device) const { return wires_[device]; }
  // It has got another private key: this is its public key from now on. Owners may have changed everywhere.
  void SetPublicKey(int device, const wg::PublicKey& key);
  // The private key with which it began.
  wg::PrivateKey FirstPrivateKey(int device) const;
  // Another private key for it, which derives from the plan's seed, host, name and how many it had.
  wg::PrivateKey NewPrivateKey(int device) const;
  const wg::CryptoSuite& crypto() const { return crypto_; }
  // The device of this host with the same name as `device`; kNone if there is none.
  int DeviceLike(int device, int host) const;
  // The number among `device`'s peers of the one that is `far`; kNone if it is no peer.
  int PeerNumber(int device, int far) const;
  // Through which device of the host packets to this address leave, by its routes as they are now; kNone if through none.
  // From the namespace in which `from` is.
  int DeviceTowards(int host, const wg::IpAddress& from, const wg::IpAddress& address) const;

  // The namespace of a device's interface.
  net::Netns* NetnsOf(int device) const;
  // That of programs on a host which have this inner address.
  net::Netns* NetnsWith(int host, const wg::IpAddress& address) const;

  // The pod's address appears on a host, or disappears from it.
  void AddPod(int pod, int host);
  void RemovePod(int pod, int host);
  // Where it is now; kNone if it is nowhere.
  int PodHost(int pod) const { return pod_hosts_[pod]; }

  // Buffers that are out.
  int64_t live_buffers() const { return pool_.live(); }

 private:
  void BuildHosts();
  // world_links.cc
  void BuildLinks();
  void BuildSwitches();
  void BuildRoutes();
  // world_routing.cc
  void BuildRules();
  void BuildNats();
  net::Nic* AddCard(const plan::LinkEnd& end, int mtu);
  // Addresses that are not reached through the switch.
  std::vector<wg::IpAddress> Strangers(const plan::Switch& one) const;
  void BuildDevices();
  void RouteToDevices();
  void NumberPeers();

  const Plan& plan_;
  const wg::CryptoSuite& crypto_;
  const sim::Rng rng_;
  FlowBook* const book_;
  wg::BufferPool pool_;
  sim::Trace trace_;
  sim::EventLoop loop_;
  net::Fabric fabric_;
  std::vector<std::unique_ptr<Machine>> machines_;
  std::vector<std::unique_ptr<net::Link>> links_;
  std::vector<std::unique_ptr<net::Switch>> switches_;
  std::vector<Wire> wires_;
  std::vector<int> pod_hosts_;
  // For each device, in order: a far device that is a peer, and its number among the peers.
  std::vector<std::vector<std::pair<int, int>>> peer_numbers_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_WORLD_H_
