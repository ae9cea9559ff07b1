// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/unfold_routes.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"

namespace scenario {
namespace {

// Nothing if there is none.
std::optional<wg::IpAddress> AddressOf(const plan::Host& host, wg::Family family) {
  for (const wg::IpAddress& address : host.addresses) {
    if (address.family() == family) return address;
  }
  return std::nullopt;
}

bool Translates(const plan::Host& host, const wg::IpAddress& address) {
  return host.nat.has_value() &&
         std::any_of(host.nat->inside.begin(), host.nat->inside.end(),
                     [&](const wg::Prefix& prefix) { return prefix.Contains(address); });
}

}  // namespace

std::vector<int> RouteFinder::Neighbours(int host) const {
  std::vector<int> found;
  for (const plan::Link& link : in_.plan.links) {
    for (int end = 0; end < 2; ++end) {
      if (link.ends[end].host == host) found.push_back(link.ends[1 - end].host);
    }
  }
  for (const int number : in_.switches_of_[host]) {
    for (const plan::Switch::Port& port : in_.plan.switches[number].ports) {
      if (port.end.host != host) found.push_back(port.end.host);
    }
  }
  return found;
}

std::vector<int> RouteFinder::ShortestPath(int from, int to, int* ways) const {
  constexpr int kUnseen = -1;
  const size_t hosts = in_.plan.hosts.size();
  std::vector<int> distance(hosts, kUnseen), before(hosts, plan::kNone), count(hosts);
  std::vector<int> queue = {from};
  distance[from] = 0;
  count[from] = 1;
  for (size_t next = 0; next < queue.size() && queue[next] != to; ++next) {
    const int here = queue[next];
    for (const int there : Neighbours(here)) {
      if (distance[there] == kUnseen) {
        distance[there] = distance[here] + 1;
        before[there] = here;
        queue.push_back(there);
      }
      // Two are as good as many.
      if (distance[there] == distance[here] + 1) {
        count[there] = std::min(2, count[there] + count[here]);
      }
    }
  }
  *ways = count[to];
  std::vector<int> path;
  for (int host = to; count[to] == 1 && host != plan::kNone; host = before[host]) {
    path.push_back(host);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

void RouteFinder::RouteAlong(const std::vector<int>& path, const wg::IpAddress& address) {
  // Not whoever has the address: it may be among those that its own host translates.
  size_t first = 0;
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    if (Translates(in_.plan.hosts[path[i]], address)) first = i;
  }
  for (size_t i = first; i + 2 < path.size(); ++i) {
    std::vector<plan::Route>& routes = in_.plan.hosts[path[i]].routes;
    // Who wrote a route knows better.
    const auto leads = [&](const plan::Route& route) { return route.prefix.Contains(address); };
    if (std::any_of(routes.begin(), routes.end(), leads)) continue;
    const auto via = AddressOf(in_.plan.hosts[path[i + 1]], address.family());
    if (via.has_value()) {
      routes.push_back({.prefix = wg::Prefix::Host(address), .via = *via});
    }
  }
}

std::string RouteFinder::WayTo(int host, const wg::IpAddress& address, int peer) {
  std::string wrong = OneWayTo(host, address);
  const int gate = in_.underlay_.at(address);
  if (gate == peer || !wrong.empty()) return wrong;
  const auto inside = AddressOf(in_.plan.hosts[peer], address.family());
  if (inside.has_value()) wrong = OneWayTo(gate, *inside);
  // Answers go to the host itself.
  const auto own = AddressOf(in_.plan.hosts[host], address.family());
  if (wrong.empty() && own.has_value()) wrong = OneWayTo(peer, *own);
  return wrong;
}

std::string RouteFinder::OneWayTo(int host, const wg::IpAddress& address) {
  const int far = in_.underlay_.at(address);
  const std::string what = absl::StrCat(" leads from ", in_.HostName(host), " to ",
                                        address.ToString(), " of ", in_.HostName(far));
  int ways = 0;
  if (!in_.Reaches(host, address)) {
    const std::vector<int> path = ShortestPath(host, far, &ways);
    if (ways > 1) {
      return absl::StrCat("more than one shortest way", what,
                          "; write routes at the hosts between which it is to be chosen");
    }
    RouteAlong(path, address);
    const auto own = AddressOf(in_.plan.hosts[host], address.family());
    if (own.has_value()) RouteAlong(std::vector<int>(path.rbegin(), path.rend()), *own);
  }
  return in_.Reaches(host, address) ? "" : absl::StrCat("no link or route", what, "; add a link");
}

}  // namespace scenario
