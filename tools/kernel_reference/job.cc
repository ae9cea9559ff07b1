// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/kernel_reference/job.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "protocol/ip.h"
#include "sim/time.h"
#include "tools/kernel_reference/requests.h"

namespace kernel_reference {
namespace {

namespace plan = scenario::plan;

constexpr int kPort = 9000;
// From the guest's programs being started to the scenario's begin, and from its end to the receiver's.
constexpr absl::string_view kLeadNs = "1000000000";
constexpr int64_t kTailNs = 200'000'000;

// The first reason why a guest cannot do a part of a scenario; empty: it can.
std::string WrongHosts(const scenario::Plan& plan) {
  if (plan.hosts.size() != 2) return "not two hosts";
  if (plan.links.size() != 1 || !plan.switches.empty()) return "not one link";
  const plan::Link& link = plan.links[0];
  if (link.loss_ppm != 0 || link.reorder_ppm != 0 || link.duplicate_ppm != 0 || link.corrupt_ppm != 0 ||
      link.jitter.count() != 0 || link.back.has_value()) {
    return "a link that loses, reorders, duplicates, corrupts or jitters";
  }
  for (const plan::Host& host : plan.hosts) {
    if (host.addresses.size() != 1 || host.addresses[0].is_v6()) return "a host without exactly one IPv4 address";
    if (host.nat.has_value() || !host.filters.empty() || !host.rules.empty() || !host.routes.empty() ||
        !host.namespaces.empty() || !host.programs.empty()) {
      return "NAT, filters, rules, routes, namespaces or programs of a host";
    }
  }
  return "";
}

std::string WrongDevices(const scenario::Plan& plan) {
  if (plan.devices.size() != 2 || plan.devices[0].host == plan.devices[1].host) return "not one interface for each host";
  for (const plan::Device& device : plan.devices) {
    if (device.fwmark != 0 || device.table != 254 || !device.netns.empty()) {
      return "an interface with a mark, a table or a network namespace of its own";
    }
    if (device.napi_stall) return "an interface with a fault";
    for (const plan::Peer& peer : device.peers) {
      if (peer.preshared_key.has_value()) return "a preshared key";
      if (peer.endpoint.has_value() && peer.endpoint->address.is_v6()) return "an IPv6 endpoint";
    }
  }
  return "";
}

std::string WrongFlows(const scenario::Plan& plan) {
  if (!plan.floods.empty()) return "floods";
  if (plan.flows.size() > 256) return "more than 256 flows";
  for (const plan::Flow& flow : plan.flows) {
    if (!flow.stream.has_value()) return absl::StrCat("flow ", flow.name, ": not a stream");
    if (flow.stream->segments != 1 || flow.stream->burst != 1) {
      return absl::StrCat("flow ", flow.name, ": segments or bursts");
    }
    if (flow.ip_recverr) return absl::StrCat("flow ", flow.name, ": socket options");
    if (flow.stream->payload_bytes < 8) return absl::StrCat("flow ", flow.name, ": less than 8 bytes");
  }
  return "";
}

std::string Wrong(const scenario::Plan& plan) {
  if (plan.implementation != plan::Implementation::kLinux612 &&
      plan.implementation != plan::Implementation::kLinux616) {
    return absl::StrCat("implementation ", plan::Name(plan.implementation));
  }
  if (!plan.churn.empty() || !plan.drains.empty() || !plan.reboots.empty()) return "churn; single actions do";
  if (!plan.faults.empty() || !plan.nat_rebinds.empty() || !plan.mesh_actions.empty() || !plan.script.empty()) {
    return "faults, events of a mesh and scripts";
  }
  for (const auto& wrong : {WrongHosts(plan), WrongDevices(plan), WrongFlows(plan)}) {
    if (!wrong.empty()) return wrong;
  }
  return "";
}

std::string Length(const wg::IpAddress& address) { return address.is_v6() ? "/128" : "/32"; }

// One host's half. `enter`: what a command begins with so that it is done there.
std::string HostSetup(const scenario::Plan& plan, int index, absl::string_view enter, absl::string_view card) {
  const plan::Device& device = plan.devices[index];
  std::string text;
  const auto ip = [&](absl::string_view rest) { absl::StrAppend(&text, enter, "ip ", rest, "\n"); };
  const auto family = [](bool v6) { return v6 ? "-6 " : ""; };
  ip("link set lo up");
  ip(absl::StrCat("addr add ", plan.hosts[device.host].addresses[0].ToString(), "/24 dev ", card));
  ip(absl::StrCat("link set ", card, " up"));
  ip(absl::StrCat("link add ", device.name, " type wireguard"));
  ip(absl::StrCat("link set ", device.name, " mtu ", device.mtu));
  for (const wg::IpAddress& address : device.addresses) {
    ip(absl::StrCat(family(address.is_v6()), "addr add ", address.ToString(), Length(address), " dev ", device.name));
  }
  for (const plan::Pod& pod : plan.pods) {
    if (pod.host != device.host) continue;
    ip(absl::StrCat(family(pod.address.is_v6()), "addr add ", pod.address.ToString(), Length(pod.address), " dev ",
                    device.name));
  }
  ip(absl::StrCat("link set ", device.name, " up"));
  std::set<std::string> routed;
  const auto route = [&](const wg::Prefix& prefix) {
    if (!routed.insert(prefix.ToString()).second) return;
    ip(absl::StrCat(family(prefix.address().is_v6()), "route add ", prefix.ToString(), " dev ", device.name));
  };
  for (const plan::Peer& peer : device.peers) {
    for (const wg::Prefix& prefix : peer.allowed_ips) route(prefix);
  }
  for (const plan::Reconfigure& change : plan.reconfigures) {
    if (change.device != index) continue;
    for (const wg::Prefix& prefix : change.add) route(prefix);
  }
  return text;
}

// What sends a flow's packets, and where it is told.
std::string Sender(const scenario::Plan& plan, int number, absl::string_view within, const Scale& scale) {
  const plan::Flow& flow = plan.flows[number];
  const plan::Stream& stream = *flow.stream;
  const int64_t gap = stream.packets.per.count() / stream.packets.count * scale.stretch * scale.thin;
  return absl::StrCat("guest ", within, "send ", number, " ", flow.from.address.ToString(), " ",
                      flow.to.address.ToString(), " ", kPort, " ", stream.payload_bytes, " ", gap,
                      stream.spacing == plan::Spacing::kPoisson ? " poisson " : " fixed ", plan.seed + number, " $START ",
                      flow.start.count() * scale.stretch, " ", flow.stop.count() * scale.stretch, " > /tmp/send",
                      number, " &\n");
}

}  // namespace

absl::StatusOr<absl::btree_map<std::string, std::string>> MakeJob(const scenario::Plan& plan, const Scale& scale) {
  if (const std::string wrong = Wrong(plan); !wrong.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("the guest cannot do this: ", wrong));
  }
  const absl::StatusOr<std::vector<TimedRequest>> requests = RequestsOf(plan);
  if (!requests.ok()) return requests.status();
  absl::btree_map<std::string, std::string> files;
  for (const TimedRequest& request : *requests) {
    absl::StrAppend(&files[absl::StrCat("configure", request.device)], request.at.count() * scale.stretch, " ",
                    request.reconfiguration, " ", request.text, "\n");
  }
  constexpr absl::string_view kEnter[] = {"", "nsenter -t $B -n "};
  constexpr absl::string_view kWithin[] = {"", "within $B "};
  constexpr absl::string_view kCards[] = {"left", "veth0"};
  // A shell that sleeps keeps the second namespace. The other end of a veth pair is called veth0 there.
  std::string job = "unshare -n sleep 1000000 & B=$!\nsleep 1\nip link add left type veth\nip link set veth0 netns $B\n";
  for (int i = 0; i < 2; ++i) {
    files[absl::StrCat("set", i)] = InitialRequest(plan, i) + "\n";
    absl::StrAppend(&job, HostSetup(plan, i, kEnter[i], kCards[i]), "guest ", kWithin[i], "set < /set", i, " >/dev/null\n");
  }
  // IPv6 addresses are looked for among neighbours before they are used.
  absl::StrAppend(&job, "sleep 5\nSTART=$(guest now ", kLeadNs, ")\n");
  const int64_t end = plan.duration.count() * scale.stretch + kTailNs;
  for (int i = 0; i < 2; ++i) {
    absl::StrAppend(&job, "guest ", kWithin[i], "receive ", kPort, " $START ", end, " > /tmp/receive", i, " &\n");
    if (files.contains(absl::StrCat("configure", i))) {
      absl::StrAppend(&job, "guest ", kWithin[i], "configure /configure", i, " $START > /tmp/configure", i, " &\n");
    }
  }
  const auto on_second = [&](const plan::Flow& flow) { return flow.from.host == plan.devices[1].host; };
  for (size_t i = 0; i < plan.flows.size(); ++i) {
    job += Sender(plan, static_cast<int>(i), kWithin[on_second(plan.flows[i])], scale);
  }
  // Until the receivers have ended, whoever that takes; then all that was told.
  absl::StrAppend(&job, "sleep ", end / 1'000'000'000 + 3, "\nfor file in /tmp/*; do echo \"file $file\"; cat $file; done\n");
  files["job.sh"] = std::move(job);
  return files;
}

}  // namespace kernel_reference
