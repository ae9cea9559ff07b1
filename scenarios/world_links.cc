// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of the world: cables, switches, and routes to underlying addresses.
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "protocol/check.h"
#include "protocol/errno.h"
#include "scenarios/subnet_cover.h"
#include "scenarios/world.h"

namespace scenario {
namespace {

constexpr uint64_t kPpbPerPpm = 1000;
// Preamble, Ethernet header, checksum and gap: what a frame takes on the wire beside the IP packet.
constexpr uint32_t kEthernetOverhead = 38;

net::LinkOptions OptionsOf(const plan::Link& link) {
  return {.transmitter = {.rate_bps = static_cast<uint64_t>(link.bits_per_second),
                          .frame_overhead = kEthernetOverhead,
                          .queue_packets = static_cast<uint32_t>(link.queue_packets)},
          .delay = link.delay,
          .jitter = link.jitter,
          .reorder_delay = link.reorder_delay,
          .loss_ppb = link.loss_ppm * kPpbPerPpm,
          .corrupt_ppb = link.corrupt_ppm * kPpbPerPpm,
          .duplicate_ppb = link.duplicate_ppm * kPpbPerPpm,
          .reorder_ppb = link.reorder_ppm * kPpbPerPpm};
}

wg::IpAddress FirstOf(const std::vector<wg::IpAddress>& addresses, wg::Family family) {
  for (const wg::IpAddress& address : addresses) {
    if (address.family() == family) return address;
  }
  return {};
}

}  // namespace

net::Nic* World::AddCard(const plan::LinkEnd& end, int mtu) {
  const plan::Host& here = plan_.hosts[end.host];
  net::Host* host = machine(end.host).host.get();
  return host->AddNic(host->root(), end.interface,
                      {.mtu = static_cast<uint32_t>(mtu),
                       .rx_ring = static_cast<uint32_t>(here.card.rx_ring),
                       .rx_queues = static_cast<uint32_t>(here.card.rx_queues),
                       .first_core = static_cast<uint32_t>(here.interrupt_core),
                       .rx_usecs = here.card.rx_usecs,
                       .rx_frames = static_cast<uint32_t>(here.card.rx_frames),
                       .threaded = here.card.threaded,
                       .tx_ring = static_cast<uint32_t>(here.card.tx_ring),
                       .tx_queue_len = static_cast<uint32_t>(here.card.tx_queue_len),
                       .tx_checksum = here.card.tx_checksum,
                       .tx_udp_segmentation = here.card.udp_segmentation,
                       .gro = here.card.gro,
                       .rx_udp_gro_forwarding = here.card.udp_gro_forwarding});
}

void World::BuildLinks() {
  for (const plan::Link& link : plan_.links) {
    const net::LinkOptions options = OptionsOf(link);
    net::LinkOptions back = options;
    if (link.back) {
      back.delay = link.back->delay;
      back.jitter = link.back->jitter;
      back.loss_ppb = link.back->loss_ppm * kPpbPerPpm;
    }
    links_.push_back(std::make_unique<net::Link>(&fabric_, link.name, options, back, rng_));
    for (int side = 0; side < 2; ++side) {
      const plan::LinkEnd& end = link.ends[side];
      const plan::Host& here = plan_.hosts[end.host];
      net::Netns* netns = machine(end.host).host->root();
      net::Nic* nic = AddCard(end, link.mtu);
      nic->Connect(links_.back().get(), side);
      CHECK(nic->SetUp(true) == wg::Errno::kOk);
      for (const wg::IpAddress& far : plan_.hosts[link.ends[1 - side].host].addresses) {
        netns->fib().AddRoute({.prefix = wg::Prefix::Host(far),
                               .out = nic,
                               .source = FirstOf(here.addresses, far.family())});
      }
    }
  }
}

std::vector<wg::IpAddress> World::Strangers(const plan::Switch& one) const {
  std::vector<bool> on_it(plan_.hosts.size());
  for (const plan::Switch::Port& port : one.ports) on_it[port.end.host] = true;
  std::vector<wg::IpAddress> strangers = plan_.watch;
  for (size_t i = 0; i < plan_.hosts.size(); ++i) {
    const std::vector<wg::IpAddress>& addresses = plan_.hosts[i].addresses;
    if (!on_it[i]) strangers.insert(strangers.end(), addresses.begin(), addresses.end());
  }
  for (const plan::Pod& pod : plan_.pods) strangers.push_back(pod.address);
  // In a mesh one list is that of many peers.
  absl::flat_hash_set<const wg::Prefix*> seen;
  for (const plan::Device& device : plan_.devices) {
    strangers.insert(strangers.end(), device.addresses.begin(), device.addresses.end());
    for (const plan::Peer& peer : device.peers) {
      if (!seen.insert(peer.allowed_ips.data()).second) continue;
      for (const wg::Prefix& prefix : peer.allowed_ips) {
        // That all the world is behind a peer does not make its first address special.
        if (prefix.length() > 0) strangers.push_back(prefix.network());
      }
    }
  }
  return strangers;
}

void World::BuildSwitches() {
  for (const plan::Switch& one : plan_.switches) {
    std::vector<net::SwitchPath> paths;
    for (const plan::Path& path : one.paths) {
      paths.push_back({path.delay, path.jitter, path.loss_ppm * kPpbPerPpm});
    }
    switches_.push_back(std::make_unique<net::Switch>(&fabric_, one.name, one.groups,
                                                      std::move(paths), rng_));
    net::Switch& out = *switches_.back();
    net::LinkOptions down = OptionsOf(one.cable);
    down.delay = down.jitter = sim::Duration(0);
    down.loss_ppb = 0;
    const net::LinkOptions up{.transmitter = down.transmitter};
    std::vector<wg::IpAddress> inside;
    for (const plan::Switch::Port& port : one.ports) {
      const std::vector<wg::IpAddress>& addresses = plan_.hosts[port.end.host].addresses;
      net::Nic* nic = AddCard(port.end, one.cable.mtu);
      const int number = out.AddPort(
          nic, machine(port.end.host).host->root(),
          absl::StrCat(plan_.hosts[port.end.host].name, "-", one.name), port.group, up, down);
      CHECK(nic->SetUp(true) == wg::Errno::kOk);
      for (const wg::IpAddress& address : addresses) out.SetAddress(address, number);
      inside.insert(inside.end(), addresses.begin(), addresses.end());
    }
    // An inner address may be an underlying one as well where somebody means to show what comes of it.
    absl::flat_hash_set<wg::IpAddress> known(inside.begin(), inside.end());
    std::vector<wg::IpAddress> outside;
    for (const wg::IpAddress& address : Strangers(one)) {
      if (!known.contains(address)) outside.push_back(address);
    }
    const std::vector<wg::Prefix> cover = SubnetCover(std::move(inside), std::move(outside));
    for (const plan::Switch::Port& port : one.ports) {
      net::Netns* netns = machine(port.end.host).host->root();
      net::Interface* nic = netns->FindInterface(port.end.interface);
      for (const wg::Prefix& prefix : cover) {
        netns->fib().AddRoute(
            {.prefix = prefix,
             .out = nic,
             .source = FirstOf(plan_.hosts[port.end.host].addresses, prefix.network().family())});
      }
    }
  }
}

void World::BuildRoutes() {
  for (size_t i = 0; i < plan_.hosts.size(); ++i) {
    const plan::Host& here = plan_.hosts[i];
    net::Netns* netns = machine(static_cast<int>(i)).host->root();
    for (const plan::Route& route : here.routes) {
      const net::RouteResult& next = netns->fib().Lookup({.destination = route.via});
      CHECK(next.out != nullptr);
      netns->fib().AddRoute({.prefix = route.prefix,
                             .out = next.out,
                             .gateway = route.via,
                             .source = FirstOf(here.addresses, route.prefix.family())},
                            route.table);
      netns->set_forwarding(true);
    }
    // Whoever stands between two cables forwards.
    if (netns->interfaces().size() > 2) netns->set_forwarding(true);
  }
}

}  // namespace scenario
