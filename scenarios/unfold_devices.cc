// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// WireGuard interfaces, pods, and who is whose peer.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "scenarios/unfold.h"
#include "scenarios/unfold_routes.h"
#include "scenarios/unfold_routing.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

// Number `offset` of the addresses of `prefix`; nothing if it has not got so many.
std::optional<wg::IpAddress> AddressIn(const wg::Prefix& prefix, uint64_t offset) {
  const int host_bits = prefix.network().width() - prefix.length();
  if (host_bits < 64 && offset >> host_bits != 0) return std::nullopt;
  const wg::IpAddress base = prefix.network();
  if (base.is_v4()) return wg::IpAddress::V4(base.v4() + static_cast<uint32_t>(offset));
  // Host bits are 0: nothing carries beyond the lower half as long as the offset fits into it.
  return wg::IpAddress::V6(base.hi(), base.lo() + offset);
}

}  // namespace

void Unfolding::Devices() {
  const int before = diagnostics_.count();
  for (int i = 0; i < in.wireguard_size(); ++i) {
    const Node node = root.Child("wireguard", i);
    const file::WireguardDevice& device = in.wireguard(i);
    const HostGroup* group = FindHosts(node, "host", device.host());
    Within(node, "listen_port", device.listen_port(), 1, 65535, "");
    Within(node, "mtu", device.mtu(), 576, 65535, "bytes");
    Within(node, "persistent_keepalive", device.persistent_keepalive(), 0, 65535, "seconds");
    if (device.name().size() > 15) {
      Wrong(node, "name",
            absl::StrCat("\"", device.name(),
                         "\" is too long for an interface; write at most 15 characters"));
    }
    if (group == nullptr || !Name(node, "name", device.name())) continue;
    if (device.has_private_key() && group->is_template) {
      Wrong(node, "private_key",
            absl::StrCat("all copies of ", device.host(), " would have one key; leave it out"));
    }
    for (const int host : group->members) OneDevice(node, device, host);
  }
  pods_ok_ = hosts_ok_ && diagnostics_.count() == before;
  Pods();
  pods_ok_ = hosts_ok_ && diagnostics_.count() == before;
  Peers();
  peers_ok_ = underlay_ok_ && pods_ok_ && diagnostics_.count() == before;
}

void Unfolding::OneDevice(const Node& node, const file::WireguardDevice& device, int host) {
  const int index = static_cast<int>(plan.devices.size());
  if (interfaces_[host].count(device.name()) != 0 ||
      !devices_.emplace(std::make_pair(host, device.name()), index).second) {
    Wrong(node, "name",
          absl::StrCat(HostName(host), " has an interface ", device.name(),
                       " already; choose another name"));
    return;
  }
  plan::Device out;
  out.host = host;
  out.name = device.name();
  out.listen_port = static_cast<uint16_t>(device.listen_port());
  out.mtu = static_cast<int>(device.mtu());
  out.napi_stall = device.fault() == file::NAPI_STALL;
  out.fwmark = device.fwmark();
  out.table = RoutingReader(this).Table(node, device.table());
  out.netns = RoutingReader(this).Netns(node, device, host);
  for (const plan::Device& other : plan.devices) {
    if (other.host == host && other.listen_port == out.listen_port) {
      Wrong(node, "listen_port",
            absl::StrCat(other.name, " of ", HostName(host), " listens on ", out.listen_port,
                         " already; choose another port"));
    }
  }
  if (device.has_private_key()) {
    const absl::optional<wg::KeyBytes> key = wg::KeyFromBase64(device.private_key());
    if (!key.has_value()) {
      Wrong(node, "private_key",
            "is no key; write 44 characters of base64, as `wg genkey` prints them");
    } else if (const auto [it, inserted] = keys_.emplace(
                   device.private_key(), absl::StrCat(HostName(host), "'s ", device.name()));
               !inserted) {
      Wrong(node, "private_key",
            absl::StrCat("is the key of ", it->second, " already; each interface needs its own"));
    } else {
      out.private_key.emplace(*key);
    }
  }
  plan.devices.push_back(std::move(out));
  for (int i = 0; i < device.addresses_size(); ++i) {
    const auto address = Address(node, "addresses", i, device.addresses(i), CopyOf(host));
    if (!address.has_value()) continue;
    Own(node, "addresses", i, *address, {host, index, plan::kNone, DeviceName(index)});
    plan.devices[index].addresses.push_back(*address);
  }
}

void Unfolding::Own(const Node& node, absl::string_view field, int index,
                    const wg::IpAddress& address, Owner owner) {
  if (const auto it = underlay_.find(address); it != underlay_.end()) {
    Wrong(node, field, index,
          absl::StrCat(address.ToString(), " is an underlying address of ", HostName(it->second),
                       "; choose another"));
    return;
  }
  const bool copied = CopyOf(owner.host) >= 0;
  const auto [it, inserted] = inner_.emplace(address, std::move(owner));
  if (inserted) return;
  Wrong(node, field, index,
        absl::StrCat(address.ToString(), " belongs to ", it->second.what, " already; ",
                     copied && it->second.host != plan::kNone
                         ? "use {node} to keep hosts apart, or choose another"
                         : "choose another"));
}

void Unfolding::Pods() {
  for (int i = 0; i < in.pods_size(); ++i) {
    const Node node = root.Child("pods", i);
    const file::PodSet& set = in.pods(i);
    const HostGroup* group = FindHosts(node, "host", set.host());
    if (!Name(node, "name", set.name())) continue;
    if (set.has_prefix() == (set.addresses_size() > 0)) {
      Wrong(node, set.has_prefix() ? "prefix" : "addresses",
            "a set has either prefix and count, or addresses; write one of them");
      continue;
    }
    if (set.has_prefix() && !set.has_count())
      Wrong(node, "count", "is missing; write how many pods each host has");
    if (set.has_prefix() && set.has_count()) Within(node, "count", set.count(), 1, 65536, "pods");
    if (set.has_count() && !set.has_prefix())
      Wrong(node, "count", "goes with prefix; leave it out");
    Within(node, "spare", set.spare(), 0, 65536, "addresses");
    if (group == nullptr) continue;
    for (const int host : group->members) OnePodSet(node, set, host);
  }
  bystanders_.resize(plan.pods.size());
}

void Unfolding::OnePodSet(const Node& node, const file::PodSet& set, int host) {
  std::vector<int>& members = pod_sets_[{host, set.name()}];
  if (!members.empty()) {
    Wrong(node, "name",
          absl::StrCat(HostName(host), " has pods \"", set.name(),
                       "\" already; choose another name"));
    return;
  }
  const int device = FindDevice(node, "device", host, set.device());
  if (device == plan::kNone) return;
  if (!plan.devices[device].netns.empty()) {
    Wrong(node, "device",
          absl::StrCat(DeviceName(device), " is in the namespace ", plan.devices[device].netns,
                       ", where no pods are; name an interface without netns"));
  }
  const auto add = [&](absl::string_view field, int index, int number, const wg::IpAddress& address,
                       bool present) {
    members.push_back(static_cast<int>(plan.pods.size()));
    OnePod(node, field, index,
           {absl::StrCat(HostName(host), "/", set.name(), number), host, device, address, present});
  };
  if (!set.has_prefix()) {
    for (int i = 0; i < set.addresses_size(); ++i) {
      const auto address = Address(node, "addresses", i, set.addresses(i), CopyOf(host));
      if (address.has_value()) add("addresses", i, i, *address, true);
    }
    return;
  }
  const auto prefix = Prefix(node, "prefix", -1, set.prefix(), CopyOf(host));
  if (!prefix.has_value()) return;
  const uint64_t total =
      std::min<uint64_t>(set.count(), 65536) + std::min<uint64_t>(set.spare(), 65536);
  for (uint64_t i = 0; i < total; ++i) {
    const auto address = AddressIn(*prefix, set.first() + i);
    if (!address.has_value()) {
      Wrong(node, i < set.count() ? "count" : "spare",
            absl::StrCat(prefix->ToString(), " has no room for ", total, " addresses from number ",
                         set.first(), " on; write fewer, or a shorter prefix"));
      return;
    }
    if (static_cast<int>(plan.pods.size()) >= kMostPods) {
      Wrong(node, "count", absl::StrCat("makes more than ", kMostPods, " pods; write fewer"));
      return;
    }
    add("prefix", -1, static_cast<int>(i), *address, i < set.count());
  }
}

void Unfolding::OnePod(const Node& node, absl::string_view field, int index, plan::Pod pod) {
  const int number = static_cast<int>(plan.pods.size());
  Own(node, field, index, pod.address, {pod.host, pod.device, number, pod.name});
  pods_.emplace(pod.name, number);
  plan.pods.push_back(std::move(pod));
}

void Unfolding::Peers() {
  std::vector<std::vector<wg::Prefix>> behind(plan.devices.size());
  for (size_t d = 0; d < plan.devices.size(); ++d) {
    for (const wg::IpAddress& address : plan.devices[d].addresses)
      behind[d].push_back(wg::Prefix::Host(address));
  }
  for (const plan::Pod& pod : plan.pods) {
    if (pod.present) behind[pod.device].push_back(wg::Prefix::Host(pod.address));
  }
  // All interfaces of one name that want to be in a mesh.
  absl::btree_map<std::string, std::vector<std::pair<int, int>>>
      meshes;  // device, index in the file
  for (int i = 0; i < in.wireguard_size(); ++i) {
    const auto group = groups_.find(in.wireguard(i).host());
    if (!in.wireguard(i).mesh() || group == groups_.end()) continue;
    for (const int host : group->second.members) {
      const auto it = devices_.find({host, in.wireguard(i).name()});
      if (it != devices_.end()) meshes[in.wireguard(i).name()].push_back({it->second, i});
    }
  }
  const std::vector<PrefixList> lists(behind.begin(), behind.end());
  int64_t peers = 0;
  int64_t allowed_ips = 0;
  for (const auto& [name, members] : meshes) {
    const Node first = root.Child("wireguard", members.front().second);
    if (members.size() < 2 && pods_ok_)
      Wrong(first, "mesh",
            "there is no other interface of this name with mesh; write it for two hosts or more");
    peers += static_cast<int64_t>(members.size()) * (members.size() - 1);
    for (const auto& [device, unused] : members) {
      allowed_ips += static_cast<int64_t>(behind[device].size() * (members.size() - 1));
    }
    if (peers > kMostPeers || allowed_ips > kMostAllowedIps) {
      Wrong(first, "mesh",
            absl::StrCat("makes more than ", kMostPeers, " peers or ", kMostAllowedIps,
                         " allowed ips; use fewer hosts or pods"));
      return;
    }
    for (const auto& [device, i] : members) {
      const Node node = root.Child("wireguard", i);
      for (const auto& [other, unused] : members) {
        if (other != device) MeshPeer(node, in.wireguard(i), device, other, lists[other]);
      }
    }
  }
  for (int i = 0; i < in.wireguard_size(); ++i) {
    const file::WireguardDevice& device = in.wireguard(i);
    const auto group = groups_.find(device.host());
    if (device.peers_size() == 0 || group == groups_.end()) continue;
    for (const int host : group->second.members) {
      const auto it = devices_.find({host, device.name()});
      if (it == devices_.end()) continue;
      Listed listed;
      for (int p = 0; p < device.peers_size(); ++p) {
        OnePeer(root.Child("wireguard", i).Child("peers", p), device.peers(p), it->second, &listed);
      }
      Overlaps(it->second, listed);
    }
  }
}

void Unfolding::MeshPeer(const Node& node, const file::WireguardDevice& device, int self, int other,
                         const PrefixList& allowed_ips) {
  const plan::Device& far = plan.devices[other];
  plan::Peer peer;
  peer.device = other;
  peer.allowed_ips = allowed_ips;
  peer.persistent_keepalive = static_cast<uint16_t>(device.persistent_keepalive());
  const plan::Host& host = plan.hosts[far.host];
  if (host.addresses.empty()) {
    if (underlay_ok_)
      Wrong(node, "mesh", absl::StrCat(host.name, " has no address to be reached at; give it one"));
    return;
  }
  peer.endpoint = wg::Endpoint{host.addresses.front(), far.listen_port};
  if (underlay_ok_) {
    const std::string wrong =
        RouteFinder(this).WayTo(plan.devices[self].host, host.addresses.front(), far.host);
    if (!wrong.empty()) Wrong(node, "mesh", wrong);
  }
  plan.devices[self].peers.push_back(std::move(peer));
}

void Unfolding::OnePeer(const Node& node, const file::Peer& peer, int device, Listed* listed) {
  const int host = plan.devices[device].host;
  const std::optional<std::string> name = Filled(node, "host", -1, peer.host(), CopyOf(host));
  if (!name.has_value()) return;
  const size_t colon = name->find(':');
  const std::string interface =
      colon == std::string::npos ? plan.devices[device].name : name->substr(colon + 1);
  const auto group = groups_.find(name->substr(0, colon));
  if (group != groups_.end() && group->second.is_template && CopyOf(host) < 0) {
    for (const int far : group->second.members) {
      const int found = FindDevice(node, "host", far, interface);
      if (found == plan::kNone) return;
      AddPeer(node, peer, device, found, CopyOf(far), listed);
    }
    return;
  }
  const int far = FindHost(node, "host", name->substr(0, colon));
  if (far == plan::kNone) return;
  const int found = FindDevice(node, "host", far, interface);
  if (found != plan::kNone) AddPeer(node, peer, device, found, CopyOf(host), listed);
}

void Unfolding::AddPeer(const Node& node, const file::Peer& peer, int device, int far_device,
                        int copy, Listed* listed) {
  plan::Peer out;
  out.device = far_device;
  if (out.device == device) {
    Wrong(node, "host",
          absl::StrCat(DeviceName(device), " cannot be its own peer; name another host"));
    return;
  }
  const auto same = [&](const plan::Peer& other) { return other.device == out.device; };
  if (std::any_of(plan.devices[device].peers.begin(), plan.devices[device].peers.end(), same)) {
    Wrong(node, "host",
          absl::StrCat(DeviceName(out.device), " is a peer of ", DeviceName(device),
                       " already; keep one"));
    return;
  }
  out.persistent_keepalive = static_cast<uint16_t>(
      Within(node, "persistent_keepalive", peer.persistent_keepalive(), 0, 65535, "seconds"));
  if (peer.has_preshared_key()) {
    const absl::optional<wg::KeyBytes> key = wg::KeyFromBase64(peer.preshared_key());
    if (key.has_value()) {
      out.preshared_key.emplace(*key);
    } else {
      Wrong(node, "preshared_key",
            "is no key; write 44 characters of base64, as `wg genpsk` prints them");
    }
  }
  const int index = static_cast<int>(plan.devices[device].peers.size());
  for (int i = 0; i < peer.allowed_ips_size(); ++i) {
    const auto prefix = Prefix(node, "allowed_ips", i, peer.allowed_ips(i), copy);
    if (!prefix.has_value()) continue;
    listed->push_back({*prefix, index, peer.allow_overlap(), node, i});
    out.allowed_ips.push_back(*prefix);
  }
  PeerEndpoint(node, peer, device, copy, &out);
  plan.devices[device].peers.push_back(std::move(out));
}

void Unfolding::PeerEndpoint(const Node& node, const file::Peer& peer, int device, int copy,
                             plan::Peer* out) {
  if (peer.has_endpoint() && peer.endpoint() == "none") return;
  const plan::Device& far = plan.devices[out->device];
  const plan::Host& far_host = plan.hosts[far.host];
  const int host = plan.devices[device].host;
  wg::Endpoint endpoint;
  if (peer.has_endpoint()) {
    const auto filled = Filled(node, "endpoint", -1, peer.endpoint(), copy);
    if (!filled.has_value()) return;
    const absl::StatusOr<wg::Endpoint> parsed = wg::Endpoint::Parse(*filled);
    if (!parsed.ok()) {
      Wrong(node, "endpoint",
            absl::StrCat("\"", *filled,
                         "\" is no endpoint; write one, as \"192.0.2.1:51820\", or \"none\""));
      return;
    }
    endpoint = *parsed;
  } else if (far_host.addresses.empty()) {
    if (underlay_ok_)
      Wrong(node, "host",
            absl::StrCat(
                far_host.name,
                " has no address to be reached at; give it one, or write endpoint: \"none\""));
    return;
  } else {
    endpoint = {far_host.addresses.front(), far.listen_port};
  }
  const absl::string_view field = peer.has_endpoint() ? "endpoint" : "host";
  out->endpoint = endpoint;
  if (!underlay_ok_) return;
  const auto owner = underlay_.find(endpoint.address);
  if (owner == underlay_.end()) {
    Wrong(node, field,
          absl::StrCat(
              "nobody has the address ", endpoint.address.ToString(), "; ", far_host.name, " has ",
              absl::StrJoin(far_host.addresses, ", ",
                            [](std::string* s, const wg::IpAddress& a) { *s += a.ToString(); })));
  } else if (!LeadsTo(endpoint, far)) {
    Wrong(
        node, field,
        absl::StrCat(
            endpoint.ToString(), " is not where ", DeviceName(out->device), " listens; write \"",
            wg::Endpoint{far_host.addresses.empty() ? endpoint.address : far_host.addresses.front(),
                         far.listen_port}
                .ToString(),
            "\""));
  } else if (const std::string wrong = RouteFinder(this).WayTo(host, endpoint.address, far.host);
             !wrong.empty()) {
    Wrong(node, field, wrong);
  }
}

bool Unfolding::LeadsTo(wg::Endpoint endpoint, const plan::Device& far) const {
  const std::optional<plan::Nat>& nat = plan.hosts[underlay_.at(endpoint.address)].nat;
  if (nat.has_value()) {
    for (const net::PortForward& forward : nat->forwards) {
      if (forward.at == endpoint) endpoint = forward.to;
    }
  }
  const auto owner = underlay_.find(endpoint.address);
  return owner != underlay_.end() && owner->second == far.host &&
         endpoint.port == far.listen_port;
}

void Unfolding::Overlaps(int device, const Listed& listed) {
  std::vector<Entry> all = listed;
  const plan::Device& self = plan.devices[device];
  // What a mesh made has no place of its own in the file; what is listed is compared with it.
  for (size_t p = 0; p < self.peers.size(); ++p) {
    const int index = static_cast<int>(p);
    if (std::any_of(listed.begin(), listed.end(), [&](const Entry& e) { return e.peer == index; }))
      continue;
    for (const wg::Prefix& prefix : self.peers[p].allowed_ips)
      all.push_back({prefix, index, false, std::nullopt, 0});
  }
  // Sorted, a prefix stands before everything that it covers; the stack holds what covers the
  // current one.
  std::stable_sort(all.begin(), all.end(),
                   [](const Entry& a, const Entry& b) { return a.prefix < b.prefix; });
  std::vector<const Entry*> covers;
  for (const Entry& entry : all) {
    while (!covers.empty() && !covers.back()->prefix.Contains(entry.prefix)) covers.pop_back();
    for (const Entry* outer : covers) {
      const bool same = outer->prefix == entry.prefix;
      if (outer->peer == entry.peer && !same) continue;
      if (!same && (outer->allow_overlap || entry.allow_overlap)) continue;
      const Entry& later =
          !entry.node.has_value() || (outer->node.has_value() && outer->peer > entry.peer) ? *outer
                                                                                           : entry;
      const Entry& earlier = &later == &entry ? *outer : entry;
      if (!later.node.has_value()) continue;
      const std::string whose =
          later.peer == earlier.peer
              ? "this peer"
              : absl::StrCat("peer ", DeviceName(self.peers[earlier.peer].device));
      Wrong(
          *later.node, "allowed_ips", later.index,
          same ? absl::StrCat(later.prefix.ToString(), " is an allowed ip of ", whose,
                              " already; an address has one owner")
               : absl::StrCat(later.prefix.ToString(), " overlaps with ", earlier.prefix.ToString(),
                              " of ", whose, "; write allow_overlap: true if this is meant"));
    }
    covers.push_back(&entry);
  }
}

}  // namespace scenario
