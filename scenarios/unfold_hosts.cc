// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Hosts, links and routes.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "scenarios/unfold.h"
#include "scenarios/unfold_routing.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

constexpr int kMostCores = 1024;
constexpr int kMillion = 1'000'000;
constexpr int kMostHops = 64;

}  // namespace

void Unfolding::Hosts() {
  if (!in.has_duration()) {
    Wrong(root, "duration",
          "is missing; write how much virtual time to simulate, as duration: \"10s\"");
  } else {
    plan.duration = Time(root, "duration", in.duration());
    if (ParseDuration(in.duration()).ok() && plan.duration == sim::Duration(0)) {
      Wrong(root, "duration", "0s is no time at all; write more than 0s");
    }
    if (plan.duration > std::chrono::hours(1000)) {
      Wrong(root, "duration",
            absl::StrCat(DurationText(plan.duration), " is too long; write at most 1000h"));
    }
  }
  if (in.hosts_size() == 0)
    Wrong(root, "hosts", "there are none; write hosts { name: \"a\" addresses: \"192.0.2.1\" }");
  Regions();
  for (int i = 0; i < in.hosts_size(); ++i) HostOrTemplate(root.Child("hosts", i), in.hosts(i));
  next_core_.resize(plan.hosts.size());
  interfaces_.resize(plan.hosts.size());
  switches_of_.resize(plan.hosts.size());
  for (int i = 0; i < in.links_size(); ++i) {
    LinkValues(root.Child("links", i), in.links(i));
    const int before = diagnostics_.count();
    LinkOrMesh(root.Child("links", i), in.links(i));
    underlay_ok_ &= diagnostics_.count() == before;
  }
  underlay_ok_ &= hosts_ok_;
  Routes();
  RoutingReader(this).Hosts();
}

void Unfolding::HostOrTemplate(const Node& node, const file::Host& host) {
  const int before = diagnostics_.count();
  if (!Name(node, "name", host.name())) {
    hosts_ok_ = false;
    return;
  }
  if (groups_.count(host.name()) != 0) {
    Wrong(node, "name",
          absl::StrCat("there is a host \"", host.name(), "\" already; choose another name"));
    hosts_ok_ = false;
    return;
  }
  if (!host.has_count()) {
    OneHost(node, host, host.name(), -1);
    return;
  }
  const int room = kMostHosts - static_cast<int>(plan.hosts.size());
  const int64_t count = Within(node, "count", host.count(), 1, room, "hosts");
  HostGroup group;
  group.is_template = true;
  groups_[host.name()] = group;  // so that no copy takes its name
  hosts_ok_ &= diagnostics_.count() == before;
  for (int copy = 0; copy < count; ++copy) {
    group.members.push_back(static_cast<int>(plan.hosts.size()));
    const std::string name = absl::StrCat(host.name(), copy);
    if (groups_.count(name) != 0) {
      Wrong(node, "name",
            absl::StrCat("the template makes a host \"", name,
                         "\", and there is one already; choose another name"));
      hosts_ok_ = false;
    }
    OneHost(node, host, name, copy);
  }
  groups_[host.name()] = group;
}

void Unfolding::LinkOrMesh(const Node& node, const file::Link& link) {
  if (link.switched_size() > 0) {
    OneSwitch(node, link);
    return;
  }
  if (!link.has_mesh()) {
    // A template on the left: a link from each of its hosts.
    if (const auto group = groups_.find(link.a()); group != groups_.end() && group->second.is_template) {
      const auto [b, b_interface] = LinkEnd(node, "b", link.b());
      for (const int a : group->second.members) {
        if (b != plan::kNone) OneLink(node, link, a, "", b, b_interface, "b");
      }
      return;
    }
    const auto [a, a_interface] = LinkEnd(node, "a", link.a());
    const auto [b, b_interface] = LinkEnd(node, "b", link.b());
    if (a != plan::kNone && b != plan::kNone)
      OneLink(node, link, a, a_interface, b, b_interface, "b");
    return;
  }
  if (link.has_a() || link.has_b()) {
    Wrong(node, "mesh", "a link has either mesh or a and b; leave out one or the other");
    return;
  }
  const HostGroup* group = FindHosts(node, "mesh", link.mesh());
  if (group == nullptr) return;
  if (group->members.size() < 2 && hosts_ok_) {
    Wrong(
        node, "mesh",
        absl::StrCat("\"", link.mesh(), "\" is one host alone; name a template with at least two"));
  }
  for (size_t a = 0; a < group->members.size(); ++a) {
    for (size_t b = a + 1; b < group->members.size(); ++b) {
      OneLink(node, link, group->members[a], "", group->members[b], "", "mesh");
    }
  }
}

void Unfolding::OneHost(const Node& node, const file::Host& host, const std::string& name,
                        int copy) {
  const int index = static_cast<int>(plan.hosts.size());
  plan::Host out;
  out.name = name;
  HostGroup& self = groups_[name];
  self.members = {index};
  copies_.push_back(copy);
  out.cores = static_cast<int>(Within(node, "cores", host.cores(), 1, kMostCores, "cores"));
  out.interrupt_core = static_cast<int>(host.interrupt_core());
  if (host.interrupt_core() >= host.cores() && host.cores() > 0) {
    Wrong(node, "interrupt_core",
          absl::StrCat(name, " has no core ", host.interrupt_core(), "; write 0 to ",
                       host.cores() - 1));
    out.interrupt_core = 0;
  }
  Clocks(node, host, &out);
  Scheduler(node, host, &out);
  if (host.has_card()) NetworkCard(node.Child("card"), host.card(), &out.card);
  for (int i = 0; i < host.programs_size(); ++i) {
    Program(node.Child("programs", i), host.programs(i), &out);
  }
  const int before = diagnostics_.count();
  HostRegion(node, host, copy, &out);
  for (int i = 0; i < host.addresses_size(); ++i) {
    const std::optional<wg::IpAddress> address =
        Address(node, "addresses", i, host.addresses(i), copy);
    if (!address.has_value()) continue;
    const auto [it, inserted] = underlay_.emplace(*address, index);
    if (!inserted) {
      const bool same = it->second == index;
      Wrong(node, "addresses", i,
            absl::StrCat(address->ToString(), " is an address of ",
                         same ? "this host" : plan.hosts[it->second].name, " already; ",
                         copy >= 0 && !same ? "use {node} in it" : "choose another"));
      continue;
    }
    out.addresses.push_back(*address);
  }
  underlay_ok_ &= diagnostics_.count() == before;
  const bool own = host.has_cost_model();
  const wgnode::CostModel* costs =
      find_cost_model(own ? node : root, own ? host.cost_model() : in.cost_model());
  if (costs != nullptr) out.costs = *costs;
  plan.hosts.push_back(std::move(out));
}

void Unfolding::LinkValues(const Node& node, const file::Link& link) {
  if (const auto rate = ParseBitRate(link.rate()); !rate.ok())
    Wrong(node, "rate", rate.status().message());
  Time(node, "delay", link.delay());
  Time(node, "jitter", link.jitter());
  Time(node, "reorder_delay", link.reorder_delay());
  Within(node, "loss_ppm", link.loss_ppm(), 0, kMillion, "of a million");
  Within(node, "reorder_ppm", link.reorder_ppm(), 0, kMillion, "of a million");
  Within(node, "duplicate_ppm", link.duplicate_ppm(), 0, kMillion, "of a million");
  Within(node, "corrupt_ppm", link.corrupt_ppm(), 0, kMillion, "of a million");
  Within(node, "queue_packets", link.queue_packets(), 1, kMillion, "packets");
  Within(node, "mtu", link.mtu(), 576, 65535, "bytes");
  if (!link.latencies()) return;
  const char* const field = link.has_delay() ? "delay" : link.has_jitter() ? "jitter" : "loss_ppm";
  if (link.has_delay() || link.has_jitter() || link.has_loss_ppm()) {
    Wrong(node, field, "comes from the regions, as latencies says; leave out one or the other");
  }
}

bool Unfolding::TakeInterface(int host, std::string* name) {
  absl::btree_set<std::string>& taken = interfaces_[host];
  for (size_t i = name->empty() ? taken.size() : 0; name->empty(); ++i) {
    *name = absl::StrCat("eth", i);
    if (taken.count(*name) != 0) name->clear();
  }
  return taken.insert(*name).second;
}

plan::Link Unfolding::CableOf(const file::Link& link) const {
  plan::Link out;
  out.bits_per_second = ParseBitRate(link.rate()).value_or(1);
  out.delay = ParseDuration(link.delay()).value_or(sim::Duration(0));
  out.jitter = ParseDuration(link.jitter()).value_or(sim::Duration(0));
  out.reorder_delay = ParseDuration(link.reorder_delay()).value_or(sim::Duration(0));
  out.loss_ppm = link.loss_ppm();
  out.reorder_ppm = link.reorder_ppm();
  out.duplicate_ppm = link.duplicate_ppm();
  out.corrupt_ppm = link.corrupt_ppm();
  out.queue_packets = static_cast<int>(link.queue_packets());
  out.mtu = static_cast<int>(link.mtu());
  return out;
}

std::pair<int, std::string> Unfolding::LinkEnd(const Node& node, absl::string_view field,
                                               const std::string& text) {
  const size_t colon = text.find(':');
  const std::string interface = colon == std::string::npos ? "" : text.substr(colon + 1);
  const int host = FindHost(node, field, text.substr(0, colon));
  if (colon != std::string::npos && (!IsName(interface) || interface.size() > 15)) {
    Wrong(node, field,
          absl::StrCat(
              "\"", interface,
              "\" is no interface name; write at most 15 letters and digits, as node0:eth1"));
    return {plan::kNone, ""};
  }
  return {host, interface};
}

void Unfolding::OneLink(const Node& node, const file::Link& link, int a,
                        const std::string& a_interface, int b, const std::string& b_interface,
                        absl::string_view field) {
  if (a == b) {
    Wrong(node, field,
          absl::StrCat("both ends are at ", HostName(a), "; name two different hosts"));
    return;
  }
  if (static_cast<int>(plan.links.size()) >= kMostLinks) {
    Wrong(node, field, absl::StrCat("makes more than ", kMostLinks, " links; use fewer hosts"));
    return;
  }
  if (!neighbours_.emplace(std::minmax(a, b), static_cast<int>(plan.links.size())).second) {
    Wrong(node, field,
          absl::StrCat("there is a link between ", HostName(a), " and ", HostName(b),
                       " already; keep one"));
    return;
  }
  plan::Link out = CableOf(link);
  const int hosts[2] = {a, b};
  const std::string* names[2] = {&a_interface, &b_interface};
  for (int end = 0; end < 2; ++end) {
    std::string name = *names[end];
    if (!TakeInterface(hosts[end], &name)) {
      Wrong(node, field,
            absl::StrCat(HostName(hosts[end]), " has an interface ", name,
                         " already; choose another name"));
    }
    out.ends[end] = {hosts[end], name};
  }
  out.name = absl::StrCat(HostName(a), "-", HostName(b));
  if (link.latencies()) {
    const plan::Path* const there = PathBetween(node, a, b);
    const plan::Path* const back = PathBetween(node, b, a);
    if (there == nullptr || back == nullptr) return;
    out.delay = there->delay;
    out.jitter = there->jitter;
    out.loss_ppm = there->loss_ppm;
    out.back = *back;
  }
  plan.links.push_back(std::move(out));
}

void Unfolding::Routes() {
  for (int i = 0; i < in.hosts_size(); ++i) {
    const auto group = groups_.find(in.hosts(i).name());
    if (group == groups_.end()) continue;
    for (int r = 0; r < in.hosts(i).routes_size(); ++r) {
      const Node node = root.Child("hosts", i).Child("routes", r);
      const file::Route& route = in.hosts(i).routes(r);
      const uint32_t table = RoutingReader(this).Table(node, route.table());
      for (const int host : group->second.members) {
        const auto prefix = Prefix(node, "prefix", -1, route.prefix(), CopyOf(host));
        const auto via = Address(node, "via", -1, route.via(), CopyOf(host));
        if (!prefix.has_value() || !via.has_value()) continue;
        const auto owner = underlay_.find(*via);
        if (!underlay_ok_) continue;
        if (owner == underlay_.end() || !Adjacent(host, owner->second)) {
          Wrong(node, "via",
                absl::StrCat("no link leads from ", HostName(host), " to ", via->ToString(),
                             "; name an address of a directly linked host"));
          continue;
        }
        plan.hosts[host].routes.push_back({*prefix, *via, table});
      }
    }
  }
}

bool Unfolding::Reaches(int host, const wg::IpAddress& address) const {
  const auto owner = underlay_.find(address);
  if (owner == underlay_.end()) return false;
  for (int hop = 0; hop < kMostHops; ++hop) {
    if (host == owner->second || Adjacent(host, owner->second)) return true;
    const plan::Route* best = nullptr;
    for (const plan::Route& route : plan.hosts[host].routes) {
      if (!route.prefix.Contains(address)) continue;
      if (best == nullptr || route.prefix.length() > best->prefix.length()) best = &route;
    }
    if (best == nullptr) return false;
    host = underlay_.at(best->via);
  }
  return false;
}

}  // namespace scenario
