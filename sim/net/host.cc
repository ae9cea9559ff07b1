// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/host.h"

#include "absl/strings/str_cat.h"
#include "protocol/check.h"

namespace net {

Host::Host(Fabric* fabric, absl::string_view name, const HostOptions& options, const Prices* prices)
    : fabric_(fabric),
      name_(name),
      prices_(prices),
      machine_(fabric->loop(), name, options.machine),
      work_queues_(&machine_) {
  for (Cpu cpu = 0; cpu < cores(); ++cpu) {
    softnets_.push_back(std::make_unique<Softnet>(&machine_, cpu));
    softnet_list_.push_back(softnets_.back().get());
  }
  for (Cpu cpu = 0; cpu < cores(); ++cpu) {
    backlogs_.push_back(std::make_unique<Backlog>(fabric, softnets(), cpu, prices));
    backlog_list_.push_back(backlogs_.back().get());
  }
  AddNetns("", options.netns);
}

Host::~Host() = default;

std::string Host::Place(const Netns* netns, absl::string_view name) const {
  return netns->name().empty() ? absl::StrCat(name_, "/", name)
                               : absl::StrCat(name_, "/", netns->name(), "/", name);
}

Netns* Host::AddNetns(absl::string_view name, const NetnsOptions& options) {
  CHECK(FindNetns(name) == nullptr);
  const std::string place = name.empty() ? name_ : absl::StrCat(name_, "/", name);
  namespaces_.push_back(std::make_unique<Netns>(fabric_, name, place, options));
  Netns* netns = namespaces_.back().get();
  interfaces_.push_back(std::make_unique<Loopback>(fabric_, Place(netns, "lo"), backlog_list_));
  Interface* lo = interfaces_.back().get();
  netns->AddInterface(lo);
  lo->SetUp(true);
  netns->fib().AddAddress(lo, wg::Prefix(wg::IpAddress::V4(0x7f000001), 8));
  netns->fib().AddAddress(lo, wg::Prefix::Host(wg::IpAddress::V6(0, 1)));
  return netns;
}

Netns* Host::FindNetns(absl::string_view name) const {
  for (const auto& netns : namespaces_) {
    if (netns->name() == name) return netns.get();
  }
  return nullptr;
}

Nic* Host::AddNic(Netns* netns, absl::string_view name, const NicOptions& options) {
  auto nic = std::make_unique<Nic>(fabric_, name, Place(netns, name), &machine_, softnets(),
                                   prices_, options);
  Nic* result = nic.get();
  interfaces_.push_back(std::move(nic));
  netns->AddInterface(result);
  return result;
}

TunnelInterface* Host::AddTunnel(Netns* netns, absl::string_view name, uint32_t mtu,
                                 TunnelDevice* device) {
  auto tunnel = std::make_unique<TunnelInterface>(fabric_, name, Place(netns, name), mtu, device);
  TunnelInterface* result = tunnel.get();
  interfaces_.push_back(std::move(tunnel));
  netns->AddInterface(result);
  return result;
}

std::pair<Veth*, Veth*> Host::AddVethPair(Netns* a, absl::string_view name_a, Netns* b,
                                          absl::string_view name_b, uint32_t mtu) {
  auto one = std::make_unique<Veth>(fabric_, name_a, Place(a, name_a), backlog_list_, mtu);
  auto two = std::make_unique<Veth>(fabric_, name_b, Place(b, name_b), backlog_list_, mtu);
  Veth::Connect(one.get(), two.get());
  a->AddInterface(one.get());
  b->AddInterface(two.get());
  const std::pair<Veth*, Veth*> result(one.get(), two.get());
  interfaces_.push_back(std::move(one));
  interfaces_.push_back(std::move(two));
  return result;
}

void Host::DeleteInterface(Interface* interface) {
  Veth* const veth = dynamic_cast<Veth*>(interface);
  for (Interface* end :
       {interface, veth == nullptr ? nullptr : static_cast<Interface*>(veth->peer())}) {
    if (end == nullptr) continue;
    for (const auto& netns : namespaces_) {
      if (end->stack() == netns.get()) netns->RemoveInterface(end);
    }
  }
}

}  // namespace net
