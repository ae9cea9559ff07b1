// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Regions, what lies between them, and switches.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "scenarios/unfold.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

constexpr int kMostRegions = 1000;
constexpr int kMillion = 1'000'000;

}  // namespace

plan::Path Unfolding::PathValues(const Node& node, const std::string& delay,
                                 const std::string& jitter, uint32_t loss_ppm) {
  return {.delay = Time(node, "delay", delay),
          .jitter = Time(node, "jitter", jitter),
          .loss_ppm = static_cast<uint32_t>(
              Within(node, "loss_ppm", loss_ppm, 0, kMillion, "of a million"))};
}

void Unfolding::Regions() {
  if (in.regions_size() > kMostRegions) {
    Wrong(root, "regions", kMostRegions,
          absl::StrCat("there are more than ", kMostRegions, "; write fewer"));
    return;
  }
  const int count = in.regions_size();
  paths_.resize(static_cast<size_t>(count) * count);
  for (int i = 0; i < count; ++i) {
    const Node node = root.Child("regions", i);
    const file::Region& region = in.regions(i);
    plan.regions.push_back(region.name());
    paths_[i * count + i] =
        PathValues(node, region.delay(), region.jitter(), region.loss_ppm());
    if (!Name(node, "name", region.name())) continue;
    if (!regions_.emplace(region.name(), i).second) {
      Wrong(node, "name",
            absl::StrCat("there is a region \"", region.name(), "\" already; choose another name"));
    }
  }
  for (int i = 0; i < in.latencies_size(); ++i) {
    const Node node = root.Child("latencies", i);
    const file::Latency& latency = in.latencies(i);
    if (!latency.has_delay()) {
      Wrong(node, "delay", "is missing; write how long it takes one way, as delay: \"10ms\"");
    }
    const plan::Path path =
        PathValues(node, latency.has_delay() ? latency.delay() : "0s", latency.jitter(),
                   latency.loss_ppm());
    const auto find = [&](absl::string_view field, const std::string& name) {
      const auto at = regions_.find(name);
      if (at != regions_.end()) return at->second;
      Wrong(node, field,
            absl::StrCat("there is no region \"", name, "\"; write regions { name: \"", name,
                         "\" } or name another"));
      return plan::kNone;
    };
    const int from = find("from", latency.from());
    const int to = find("to", latency.to());
    if (from == plan::kNone || to == plan::kNone) continue;
    if (from == to) {
      Wrong(node, "to", "is the same region; write what lies within it as regions { delay }");
    } else if (paths_[from * count + to].has_value()) {
      Wrong(node, "to",
            absl::StrCat("there is an entry from ", latency.from(), " to ", latency.to(),
                         " already; keep one"));
    } else {
      paths_[from * count + to] = path;
    }
  }
  for (int a = 0; a < count; ++a) {
    for (int b = a + 1; b < count; ++b) {
      auto& there = paths_[a * count + b];
      auto& back = paths_[b * count + a];
      if (!there.has_value()) there = back;
      if (!back.has_value()) back = there;
    }
  }
}

void Unfolding::HostRegion(const Node& node, const file::Host& host, int copy, plan::Host* out) {
  if (host.region_size() == 0) return;
  if (copy < 0 && host.region_size() > 1) {
    Wrong(node, "region", 1, "one machine stands in one region; only a template has several");
    return;
  }
  const int index = copy < 0 ? 0 : copy % host.region_size();
  const auto name = Filled(node, "region", index, host.region(index), copy);
  if (!name.has_value()) return;
  const auto at = regions_.find(*name);
  if (at == regions_.end()) {
    Wrong(node, "region", index,
          absl::StrCat("there is no region \"", *name, "\"; write regions { name: \"", *name,
                       "\" } or name another"));
    return;
  }
  out->region = at->second;
}

const plan::Path* Unfolding::PathBetween(const Node& node, int from, int to) {
  for (const int host : {from, to}) {
    if (plan.hosts[host].region != plan::kNone) continue;
    if (underlay_ok_ && pathless_.emplace(host, host).second) {
      Wrong(node, "latencies",
            absl::StrCat(HostName(host), " is in no region; write region: at the host"));
    }
    return nullptr;
  }
  const int a = plan.hosts[from].region;
  const int b = plan.hosts[to].region;
  const auto& path = paths_[static_cast<size_t>(a) * plan.regions.size() + b];
  if (path.has_value()) return &*path;
  // Pairs of regions come behind all hosts.
  const int base = kMostHosts;
  if (pathless_.emplace(base + std::min(a, b), base + std::max(a, b)).second) {
    Wrong(node, "latencies",
          absl::StrCat("it is not said how far ", plan.regions[a], " is from ", plan.regions[b],
                       "; write latencies { from: \"", plan.regions[a], "\" to: \"",
                       plan.regions[b], "\" delay: \"10ms\" }"));
  }
  return nullptr;
}

void Unfolding::OneSwitch(const Node& node, const file::Link& link) {
  if (link.has_a() || link.has_b() || link.has_mesh()) {
    Wrong(node, "switched", 0,
          "a link has either switched, or mesh, or a and b; leave out the others");
    return;
  }
  const int number = static_cast<int>(plan.switches.size());
  plan::Switch out;
  out.name = absl::StrCat("switch", number);
  out.cable = CableOf(link);
  bool known = hosts_ok_;
  for (int i = 0; i < link.switched_size(); ++i) {
    const auto group = groups_.find(link.switched(i));
    if (group == groups_.end()) {
      known = false;
      if (hosts_ok_) {
        Wrong(node, "switched", i,
              absl::StrCat("there is no host \"", link.switched(i), "\"; name a host or a template"));
      }
      continue;
    }
    for (const int host : group->second.members) {
      std::vector<int>& on = switches_of_[host];
      if (!on.empty() && on.back() == number) {
        Wrong(node, "switched", i,
              absl::StrCat(HostName(host), " is on this switch already; name it once"));
        continue;
      }
      on.push_back(number);
      std::string interface;
      TakeInterface(host, &interface);
      out.ports.push_back({{host, interface}, 0});
    }
  }
  if (out.ports.size() < 2 && known) {
    Wrong(node, "switched", 0, "a switch with one host joins nobody; name two hosts or more");
  }
  AloneTogether(node, out, number);
  SwitchPaths(node, link, &out);
  plan.switches.push_back(std::move(out));
}

void Unfolding::AloneTogether(const Node& node, const plan::Switch& out, int number) {
  std::vector<int> common(number);
  for (const plan::Switch::Port& port : out.ports) {
    for (const int other : switches_of_[port.end.host]) {
      if (other == number || ++common[other] < 2) continue;
      Wrong(node, "switched", 0,
            absl::StrCat(HostName(port.end.host), " and another host are on ",
                         plan.switches[other].name, " together already; keep one switch"));
      return;
    }
  }
  for (const auto& [pair, unused] : neighbours_) {
    const auto here = [&](int host) {
      return !switches_of_[host].empty() && switches_of_[host].back() == number;
    };
    if (!here(pair.first) || !here(pair.second)) continue;
    Wrong(node, "switched", 0,
          absl::StrCat("there is a link between ", HostName(pair.first), " and ",
                       HostName(pair.second), " already; keep one"));
    return;
  }
}

void Unfolding::SwitchPaths(const Node& node, const file::Link& link, plan::Switch* out) {
  if (!link.latencies()) {
    out->paths = {
        {.delay = out->cable.delay, .jitter = out->cable.jitter, .loss_ppm = out->cable.loss_ppm}};
    return;
  }
  // A group for each region that is there, with a host to stand for it.
  absl::btree_map<int, int> groups;
  std::vector<int> hosts;
  for (plan::Switch::Port& port : out->ports) {
    const auto [at, added] =
        groups.emplace(plan.hosts[port.end.host].region, static_cast<int>(hosts.size()));
    if (added) hosts.push_back(port.end.host);
    port.group = at->second;
  }
  out->groups = static_cast<int>(hosts.size());
  for (const int from : hosts) {
    for (const int to : hosts) {
      const plan::Path* const path = PathBetween(node, from, to);
      out->paths.push_back(path == nullptr ? plan::Path() : *path);
    }
  }
}

bool Unfolding::Adjacent(int a, int b) const {
  if (neighbours_.count(std::minmax(a, b)) != 0) return true;
  for (const int one : switches_of_[a]) {
    for (const int other : switches_of_[b]) {
      if (one == other) return true;
    }
  }
  return false;
}

}  // namespace scenario
