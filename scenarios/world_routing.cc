// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of the world: what machines do with packets on their way.
#include <string>

#include "protocol/check.h"
#include "scenarios/world.h"

namespace scenario {

void World::BuildRules() {
  for (size_t i = 0; i < plan_.hosts.size(); ++i) {
    net::Netns* netns = machine(static_cast<int>(i)).host->root();
    for (const net::Rule& rule : plan_.hosts[i].rules) netns->fib().AddRule(rule);
    for (const net::FilterRule& rule : plan_.hosts[i].filters) netns->AddFilterRule(rule);
  }
}

// Behind the devices: an interface of WireGuard may be the one outside.
void World::BuildNats() {
  for (size_t i = 0; i < plan_.hosts.size(); ++i) {
    const plan::Host& host = plan_.hosts[i];
    if (!host.nat.has_value()) continue;
    net::Netns* netns = machine(static_cast<int>(i)).host->root();
    net::Nat* nat = netns->AddNat(host.nat->options, rng_.Fork("nat").Fork(host.name));
    netns->set_forwarding(true);
    const net::Interface* out = nullptr;
    if (!host.nat->outside.empty()) {
      out = netns->FindInterface(host.nat->outside);
      CHECK(out != nullptr);
    }
    for (const wg::Prefix& inside : host.nat->inside) {
      for (const wg::IpAddress& address : host.nat->addresses) {
        if (address.family() != inside.family()) continue;
        nat->AddSourceNat({.inside = inside, .out = out, .address = address});
        break;
      }
    }
    for (const net::PortForward& forward : host.nat->forwards) nat->AddForward(forward);
  }
}

}  // namespace scenario
