// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of the loader (unfold.h): routes over several links that nobody wrote down. Where a peer's
// endpoint is more than one link away and one shortest way leads there, the hosts on it get routes,
// and those on the way back, which ends where addresses are translated.
#ifndef WGSIM_SCENARIOS_UNFOLD_ROUTES_H_
#define WGSIM_SCENARIOS_UNFOLD_ROUTES_H_

#include <string>
#include <vector>

#include "protocol/ip.h"
#include "scenarios/unfold.h"

namespace scenario {

class RouteFinder {
 public:
  // `unfolding` outlives it.
  explicit RouteFinder(Unfolding* unfolding) : in_(*unfolding) {}

  // Makes the routes from the host to an underlying address, if it takes any, and from there to the
  // peer's host, if that is another one, which forwards a port to it. Empty, or what is wrong.
  // REQUIRES: somebody has the address.
  std::string WayTo(int host, const wg::IpAddress& address, int peer);

 private:
  std::string OneWayTo(int host, const wg::IpAddress& address);
  // Two hosts that packets can go between; as many as there are.
  std::vector<int> Neighbours(int host) const;
  // The hosts on the only shortest way, both ends included; empty if there is none, or more than
  // one (*ways).
  std::vector<int> ShortestPath(int from, int to, int* ways) const;
  void RouteAlong(const std::vector<int>& path, const wg::IpAddress& address);

  Unfolding& in_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_UNFOLD_ROUTES_H_
