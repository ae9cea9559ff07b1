// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Changes of a world's machines while it runs, as ip(8) makes them: addresses, routes, interfaces. All at one instant and for no price.
#ifndef WGSIM_SCENARIOS_WORLD_CHANGES_H_
#define WGSIM_SCENARIOS_WORLD_CHANGES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "scenarios/plan.h"
#include "scenarios/world.h"
#include "sim/net/interface.h"
#include "sim/net/netns.h"

namespace scenario {

// The namespace of this name on a host, "" for the one it boots with; nullptr if there is none.
net::Netns* FindNetns(World* world, int host, absl::string_view name);
// A WireGuard interface wherever on the host it is, or another one of the namespace it boots with; nullptr if there is none.
net::Interface* FindInterface(World* world, int host, absl::string_view name);

// Carries it out on the host. An error begins with the errno that ip(8) would show ("EEXIST: ..."), and nothing has changed then, but
// for kAddressReplace, whose old addresses are gone.
absl::Status ApplyIpChange(World* world, int host, const plan::IpChange& change);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_WORLD_CHANGES_H_
