// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/world_changes.h"

#include "absl/strings/str_cat.h"
#include "protocol/errno.h"
#include "sim/net/fib.h"
#include "sim/net/host.h"
#include "sim/net/route_table.h"

namespace scenario {
namespace {

using Kind = plan::IpChange::Kind;

absl::Status Failed(absl::string_view error, absl::string_view why) { return absl::FailedPreconditionError(absl::StrCat(error, ": ", why)); }

net::RouteType TypeOf(plan::IpChange::Route route) {
  switch (route) {
    case plan::IpChange::Route::kUnicast:
      return net::RouteType::kUnicast;
    case plan::IpChange::Route::kUnreachable:
      return net::RouteType::kUnreachable;
    case plan::IpChange::Route::kProhibit:
      return net::RouteType::kProhibit;
    case plan::IpChange::Route::kBlackhole:
      return net::RouteType::kBlackhole;
  }
  return net::RouteType::kUnicast;
}

absl::Status ChangeAddress(net::Netns* netns, net::Interface* interface, const plan::IpChange& change) {
  net::Fib& fib = netns->fib();
  if (change.kind == Kind::kAddressDel) {
    return fib.RemoveAddress(interface, change.prefix.address()) ? absl::OkStatus() : Failed("EADDRNOTAVAIL", "it has no such address");
  }
  if (change.kind == Kind::kAddressReplace) {
    for (const wg::Prefix& old : fib.addresses(interface)) {
      if (old.family() == change.prefix.family()) fib.RemoveAddress(interface, old.address());
    }
  }
  return fib.AddAddress(interface, change.prefix) ? absl::OkStatus() : Failed("EEXIST", "it has the address already");
}

absl::Status ChangeRoute(net::Netns* netns, net::Interface* interface, const plan::IpChange& change) {
  net::Fib& fib = netns->fib();
  if (change.kind == Kind::kRouteDel) {
    return fib.RemoveRoute(change.prefix, change.metric, interface) ? absl::OkStatus() : Failed("ESRCH", "there is no such route");
  }
  net::Route route{.prefix = change.prefix,
                   .type = TypeOf(change.route),
                   .out = interface,
                   .gateway = change.via,
                   .source = change.source,
                   .metric = change.metric,
                   .mtu = change.mtu};
  if (route.out == nullptr && change.via) {
    const net::RouteResult& next = fib.Lookup({.destination = change.via});
    if (next.out == nullptr) return Failed("ENETUNREACH", "nothing leads to the gateway");
    route.out = next.out;
  }
  return fib.AddRoute(route) ? absl::OkStatus() : Failed("EEXIST", "there is such a route already");
}

// The WireGuard interface; nullptr if it is none.
wgnode::WgTunnel* FindTunnel(World* world, int host, absl::string_view name) {
  const std::vector<plan::Device>& devices = world->plan().devices;
  for (size_t i = 0; i < devices.size(); ++i) {
    if (devices[i].host == host && absl::string_view(devices[i].name) == name) return world->wire(static_cast<int>(i)).tunnel.get();
  }
  return nullptr;
}

absl::Status ChangeLink(World* world, int host, net::Interface* interface, const plan::IpChange& change) {
  switch (change.kind) {
    case Kind::kLinkUp:
    case Kind::kLinkDown: {
      const wg::Errno error = interface->SetUp(change.kind == Kind::kLinkUp);
      return error == wg::Errno::kOk ? absl::OkStatus() : Failed(wg::ErrnoName(error), "the interface does not come up");
    }
    case Kind::kLinkMtu:
      interface->set_mtu(change.mtu);
      return absl::OkStatus();
    case Kind::kLinkDel:
      world->machine(host).host->DeleteInterface(interface);
      return absl::OkStatus();
    default: {
      net::Netns* const to = FindNetns(world, host, change.name);
      wgnode::WgTunnel* const tunnel = FindTunnel(world, host, change.device);
      if (tunnel == nullptr) return Failed("EOPNOTSUPP", "only WireGuard interfaces move");
      if (to == nullptr) return Failed("EINVAL", "there is no such namespace");
      if (to->FindInterface(change.device) != nullptr) return Failed("EEXIST", "it has an interface of this name");
      tunnel->MoveTo(to);
      return absl::OkStatus();
    }
  }
}

}  // namespace

net::Netns* FindNetns(World* world, int host, absl::string_view name) {
  net::Host* const machine = world->machine(host).host.get();
  return name.empty() ? machine->root() : machine->FindNetns(name);
}

net::Interface* FindInterface(World* world, int host, absl::string_view name) {
  if (wgnode::WgTunnel* const tunnel = FindTunnel(world, host, name); tunnel != nullptr) {
    net::Interface* const interface = tunnel->interface();
    return interface->stack() == nullptr ? nullptr : interface;
  }
  return world->machine(host).host->root()->FindInterface(name);
}

absl::Status ApplyIpChange(World* world, int host, const plan::IpChange& change) {
  // Whether an address is one's own is what accounts of traffic remember.
  for (size_t i = 0; i < world->plan().devices.size(); ++i) {
    if (world->plan().devices[i].host == host) ++world->wire(static_cast<int>(i)).epoch;
  }
  net::Netns* const netns = FindNetns(world, host, change.netns);
  if (change.kind == Kind::kNetnsAdd) {
    net::Host* const machine = world->machine(host).host.get();
    if (machine->FindNetns(change.name) != nullptr) return Failed("EEXIST", "there is such a namespace already");
    machine->AddNetns(change.name);
    return absl::OkStatus();
  }
  if (netns == nullptr) return Failed("ENOENT", "there is no such namespace");
  net::Interface* const interface = change.device.empty() ? nullptr : netns->FindInterface(change.device);
  if (interface == nullptr && !change.device.empty()) return Failed("ENODEV", "there is no such interface");
  switch (change.kind) {
    case Kind::kAddressAdd:
    case Kind::kAddressDel:
    case Kind::kAddressReplace:
      return ChangeAddress(netns, interface, change);
    case Kind::kRouteAdd:
    case Kind::kRouteDel:
      return ChangeRoute(netns, interface, change);
    default:
      return ChangeLink(world, host, interface, change);
  }
}

}  // namespace scenario
