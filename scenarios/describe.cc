// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/describe.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "scenarios/describe_churn.h"
#include "scenarios/describe_names.h"
#include "scenarios/describe_routing.h"
#include "scenarios/describe_script.h"
#include "scenarios/text_layout.h"
#include "scenarios/values.h"
#include "sim/machine.h"
#include "sim/wg/clock_start.h"

namespace scenario {
namespace {

constexpr size_t kIndent = 2;

// Things that are said with the same words, and which they are.
class Grouped {
 public:
  void Add(const std::string& words, const std::string& name) {
    for (auto& [known, names] : groups_) {
      if (known == words) return names.push_back(name);
    }
    groups_.push_back({words, {name}});
  }
  std::string Text() const {
    std::string out;
    for (const auto& [words, names] : groups_) {
      absl::StrAppend(
          &out, Wrapped(absl::StrCat(Names(names), ": ", names.size() > 1 ? "each " : "", words),
                        kIndent));
    }
    return out;
  }

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> groups_;
};

std::string Machines(const Plan& plan) {
  Grouped grouped;
  for (size_t h = 0; h < plan.hosts.size(); ++h) {
    const plan::Host& host = plan.hosts[h];
    std::string words = absl::StrCat(Counted(host.cores, "core"), ", interrupts on core ",
                                     host.interrupt_core, ", manager on core ",
                                     plan.managers[h].core, ", prices of ", host.costs.name());
    const wgnode::ClockStart usual;
    absl::StrAppend(&words, ", ", sim::PreemptionName(host.preemption), " preemption, ", host.hz,
                    " ticks per second");
    if (host.slice != sim::Duration(0)) {
      absl::StrAppend(&words, ", turns of ", DurationText(host.slice));
    }
    if (host.card.rx_queues != 1) {
      absl::StrAppend(&words, ", ",
                      Counted(host.card.rx_queues == 0 ? host.cores : host.card.rx_queues,
                              "receive queue"),
                      " a card");
    }
    if (host.card.rx_usecs != sim::Duration(0)) {
      absl::StrAppend(&words, ", interrupts held back for ", DurationText(host.card.rx_usecs));
      if (host.card.rx_frames != 0) {
        absl::StrAppend(&words, " or ", Counted(host.card.rx_frames, "packet"));
      }
    }
    if (host.card.threaded) absl::StrAppend(&words, ", cards polled in threads");
    for (const plan::Program& program : host.programs) {
      absl::StrAppend(&words, ", ", program.name,
                      program.steals ? " taking away core " : " computing on core ", program.core);
      if (program.every != sim::Duration(0)) {
        absl::StrAppend(&words, " for ", DurationText(program.run), " in ",
                        DurationText(program.every));
      }
    }
    if (host.timer_wheel) absl::StrAppend(&words, ", timers of its wheel");
    if (host.clocks.boot != usual.boot) {
      absl::StrAppend(&words, ", up for ", DurationText(host.clocks.boot.time_since_epoch()),
                      " at the start");
    }
    if (host.clocks.wall != usual.wall) {
      absl::StrAppend(&words, ", starts at ", WallTimeText(host.clocks.wall));
    }
    absl::StrAppend(&words, RoutingWords(host));
    grouped.Add(words, host.name);
  }
  return absl::StrCat("\nMachines\n", grouped.Text());
}

std::string Risk(uint32_t ppm, absl::string_view what) {
  return ppm > 0 ? absl::StrCat(", ", ppm, " in a million ", what) : "";
}

std::string PathText(const plan::Path& path) {
  std::string words = absl::StrCat(DurationText(path.delay), " one way");
  if (path.jitter.count() > 0)
    absl::StrAppend(&words, " and up to ", DurationText(path.jitter), " jitter");
  return absl::StrCat(words, Risk(path.loss_ppm, "lost"));
}

std::string CableText(const plan::Link& link) {
  return absl::StrCat(Risk(link.reorder_ppm, "held back"), Risk(link.duplicate_ppm, "doubled"),
                      Risk(link.corrupt_ppm, "corrupted"), ", queue of ", link.queue_packets,
                      ", MTU ", link.mtu);
}

std::string Links(const Plan& plan) {
  if (plan.links.empty() && plan.switches.empty()) return "";
  Grouped grouped;
  for (const plan::Link& link : plan.links) {
    std::string words = absl::StrCat(
        BitRateText(link.bits_per_second), ", ",
        PathText({.delay = link.delay, .jitter = link.jitter, .loss_ppm = link.loss_ppm}));
    const bool apart = link.back && (link.back->delay != link.delay ||
                                     link.back->jitter != link.jitter ||
                                     link.back->loss_ppm != link.loss_ppm);
    if (apart) absl::StrAppend(&words, ", back ", PathText(*link.back));
    absl::StrAppend(&words, CableText(link));
    grouped.Add(words, link.name);
  }
  std::string out = grouped.Text();
  for (const plan::Switch& one : plan.switches) {
    std::string words = absl::StrCat(
        one.name, ": ", Counted(one.ports.size(), "host"), " by a cable of ",
        BitRateText(one.cable.bits_per_second), " each",
        one.groups == 1 ? absl::StrCat(", ", PathText(one.paths[0])) : std::string(),
        CableText(one.cable));
    absl::StrAppend(&out, Wrapped(words, kIndent));
    if (one.groups == 1) continue;
    std::vector<int> regions(one.groups);
    for (const auto& port : one.ports) regions[port.group] = plan.hosts[port.end.host].region;
    Grouped paths;
    for (int from = 0; from < one.groups; ++from) {
      for (int to = 0; to < one.groups; ++to) {
        paths.Add(PathText(one.paths[from * one.groups + to]),
                  from == to ? absl::StrCat("within ", plan.regions[regions[from]])
                             : absl::StrCat(plan.regions[regions[from]], " > ",
                                            plan.regions[regions[to]]));
      }
    }
    absl::StrAppend(&out, paths.Text());
  }
  return absl::StrCat("\nLinks\n", out);
}

std::string Interfaces(const Plan& plan) {
  if (plan.devices.empty()) return "";
  Grouped grouped;
  for (const plan::Device& device : plan.devices) {
    size_t least = ~size_t{0};
    size_t most = 0;
    for (const plan::Peer& peer : device.peers) {
      least = std::min(least, peer.allowed_ips.size());
      most = std::max(most, peer.allowed_ips.size());
    }
    std::string words = absl::StrCat(Counted(device.peers.size(), "peer"));
    if (!device.peers.empty()) {
      absl::StrAppend(&words, device.peers.size() > 1 ? ", each with " : " with ",
                      least == most ? "" : absl::StrCat(least, " to "),
                      Counted(most, "allowed ip"));
    }
    absl::StrAppend(&words, ", port ", device.listen_port, ", MTU ", device.mtu,
                    device.napi_stall ? ", polls lose wake-ups" : "",
                    device.fwmark != 0 ? absl::StrCat(", mark ", device.fwmark) : "",
                    device.netns.empty() ? "" : absl::StrCat(", in namespace ", device.netns),
                    device.table != 254 ? absl::StrCat(", routes in table ", device.table) : "");
    grouped.Add(words, absl::StrCat(plan.hosts[device.host].name, "/", device.name));
  }
  return absl::StrCat("\nWireGuard\n", grouped.Text());
}

std::string Pods(const Plan& plan) {
  if (plan.pods.empty()) return "";
  std::vector<size_t> present(plan.hosts.size()), spare(plan.hosts.size());
  for (const plan::Pod& pod : plan.pods) ++(pod.present ? present : spare)[pod.host];
  Grouped grouped;
  for (size_t h = 0; h < plan.hosts.size(); ++h) {
    if (present[h] + spare[h] == 0) continue;
    grouped.Add(absl::StrCat(Counted(present[h], "pod"),
                             spare[h] > 0 ? absl::StrCat(" and ", Counted(spare[h], "spare address",
                                                                          "spare addresses"))
                                          : ""),
                plan.hosts[h].name);
  }
  return absl::StrCat("\nPods\n", grouped.Text());
}

std::string StreamText(const plan::Stream& stream) {
  return absl::StrCat(
      "UDP stream of ", stream.payload_bytes, " bytes, at most ", RateText(stream.packets),
      stream.spacing == plan::Spacing::kPoisson ? " at random" : "",
      stream.segments == 1 ? "" : absl::StrCat(", ", stream.segments, " in one call"),
      stream.burst == 1 ? "" : absl::StrCat(", in bursts of ", stream.burst, stream.segments == 1 ? "" : " calls"));
}

std::string KindText(const plan::Flow& flow) {
  if (flow.stream.has_value()) return StreamText(*flow.stream);
  if (flow.requests.has_value()) {
    const plan::Requests& r = *flow.requests;
    return absl::StrCat("requests of ", r.request_bytes, " bytes, answers of ", r.response_bytes,
                        ", ", DurationText(r.think_time), " in between, time-out ",
                        DurationText(r.timeout), ", ", r.outstanding, " at a time");
  }
  if (flow.transactions.has_value()) {
    const plan::Transactions& t = *flow.transactions;
    return absl::StrCat("transactions with retransmission, requests of ", t.request_bytes,
                        " bytes, answers of ", t.response_bytes, ", ", DurationText(t.think_time),
                        " in between, ", Counted(t.connections, "connection"),
                        t.connect ? ", a new one for each transaction" : "");
  }
  if (flow.bulk.has_value()) {
    return absl::StrCat("bulk transfer with retransmission, segments of ",
                        flow.bulk->segment_bytes, " bytes, at most ", flow.bulk->window,
                        " under way",
                        flow.bulk->segments == 0 ? "" : absl::StrCat(", ", flow.bulk->segments, " in all"));
  }
  return absl::StrCat("ping with ", flow.ping->payload_bytes, " bytes every ",
                      DurationText(flow.ping->interval),
                      flow.ping->count == 0 ? "" : absl::StrCat(", ", flow.ping->count, " times"));
}

std::string Traffic(const Plan& plan) {
  if (plan.flows.empty()) return "";
  Grouped grouped;
  for (const plan::Flow& flow : plan.flows) {
    grouped.Add(absl::StrCat(KindText(flow),
                             flow.role == plan::Role::kBystander ? "; a bystander" : "; touched",
                             flow.ip_recverr ? "; with IP_RECVERR" : ""),
                flow.name);
  }
  return absl::StrCat("\nTraffic\n", grouped.Text());
}

// Of a host whose manager is not the usual one.
std::string ManagerWords(const Plan& plan, const plan::Manager& manager) {
  const plan::Method method = manager.method.value_or(plan.method);
  const plan::MethodTraits& traits = plan::TraitsOf(method);
  std::string words;
  const auto say = [&](bool unusual, absl::string_view what, const std::string& value) {
    if (unusual) absl::StrAppend(&words, words.empty() ? "" : ", ", what, value);
  };
  const auto time = [&](sim::Duration value, sim::Duration usual, absl::string_view what) {
    say(value != usual, what,
        value == sim::Duration(0) ? std::string("never") : DurationText(value));
  };
  say(manager.method.has_value(), "", absl::StrCat(plan::Name(method), ": ", traits.words));
  say(manager.splitting != traits.splitting, "cuts messages as ",
      manager.splitting == wg::netlink::Splitting::kWgPage     ? "wg(8) does"
      : manager.splitting == wg::netlink::Splitting::kWgctrl   ? "wgctrl-go does"
      : manager.splitting == wg::netlink::Splitting::kNetworkd ? "systemd-networkd does"
                                                               : "one, whole");
  time(manager.resync_every, traits.resync_every, "resyncs every ");
  time(manager.debounce, traits.debounces ? plan::kDebounce : sim::Duration(0), "waits for quiet of ");
  time(manager.debounce_limit, traits.debounces ? plan::kDebounceLimit : sim::Duration(0), "at most ");
  time(manager.idle_after, traits.idle_after, "peers idle after ");
  say(manager.early_update_only, "gives routed prefixes back before the peer is there", "");
  say(manager.never_equal, "never finds device and wish equal", "");
  say(manager.dns_failures != 0, "look-ups fail first, times ", absl::StrCat(manager.dns_failures));
  time(manager.dns_delay, method == plan::Method::kNetworkd ? plan::kDnsDelay : sim::Duration(0),
       "look-ups take ");
  time(manager.psk_skew, sim::Duration(0), "sets preshared keys up to so much later: ");
  return words;
}

std::string Managers(const Plan& plan) {
  Grouped grouped;
  bool any = false;
  for (size_t h = 0; h < plan.managers.size(); ++h) {
    const std::string words = ManagerWords(plan, plan.managers[h]);
    any = any || !words.empty();
    if (!words.empty()) grouped.Add(words, plan.hosts[h].name);
  }
  return any ? absl::StrCat("\nManagers\n", grouped.Text()) : "";
}

std::string MeshWords(const Plan& plan, const plan::MeshAction& action) {
  using Kind = plan::MeshAction::Kind;
  std::string words = absl::StrCat(action.name, ": at ", DurationText(action.at));
  if (action.times > 1) {
    absl::StrAppend(&words, " and every ", DurationText(action.every), ", ", action.times, " times");
  }
  const std::string& host = plan.hosts[action.host].name;
  switch (action.kind) {
    case Kind::kLeave:
      return absl::StrCat(words, ", ", host, " leaves the mesh");
    case Kind::kJoin:
      return absl::StrCat(words, ", ", host, " joins the mesh again");
    case Kind::kChangeKey:
      return absl::StrCat(words, ", ", host, " gets another key");
    case Kind::kChangePort:
      return absl::StrCat(words, ", ", host, " listens on port ", action.listen_port);
    case Kind::kRestart:
      return absl::StrCat(words, ", the manager of ", host, " starts again, ",
                          DurationText(action.downtime), " later, and is told everything within ",
                          DurationText(action.replay));
    case Kind::kResync:
      return absl::StrCat(words, ", the manager of ", host, " compares device and wish");
  }
  return words;
}

absl::string_view FloodMessageText(plan::FloodMessage message) {
  switch (message) {
    case plan::FloodMessage::kValidMac1:
      return "the first mac right";
    case plan::FloodMessage::kInvalidMac1:
      return "the first mac wrong";
    case plan::FloodMessage::kRepeated:
      return "the first mac right, always the same message";
  }
  return "";
}

std::string Floods(const Plan& plan) {
  if (plan.floods.empty()) return "";
  Grouped grouped;
  for (const plan::Flood& flood : plan.floods) {
    const plan::Device& device = plan.devices[flood.device];
    grouped.Add(
        absl::StrCat("handshake initiations from ", plan.hosts[flood.from].name, " to ",
                     device.name, " of ", plan.hosts[device.host].name, ", ", RateText(flood.rate),
                     flood.spacing == plan::Spacing::kPoisson ? " at random" : "", ", ",
                     FloodMessageText(flood.message), "; from ",
                     Counted(flood.source_addresses, "address", "addresses"), " beginning with ",
                     flood.first_source.ToString(), ", one in each /", flood.source_length, ", ",
                     Counted(flood.source_ports, "port")),
        flood.name);
  }
  return absl::StrCat("\nFloods\n", grouped.Text());
}

std::string FaultWords(const plan::Fault& fault) {
  std::string words = absl::StrCat(fault.when.name, ": at ", DurationText(fault.when.at));
  if (fault.when.times > 1) {
    absl::StrAppend(&words, " and every ", DurationText(fault.when.every), ", ", fault.when.times,
                    " times");
  }
  if (fault.lasts > sim::Duration(0)) {
    absl::StrAppend(&words, ", for ", DurationText(fault.lasts));
  } else if (fault.kind != plan::Fault::Kind::kRequest) {
    absl::StrAppend(&words, ", to the end");
  }
  return absl::StrCat(words, ": ", fault.words);
}

std::string Changes(const Plan& plan) {
  std::string out;
  for (const std::string& words : ChurnWords(plan)) absl::StrAppend(&out, Wrapped(words, kIndent));
  for (const plan::Reconfigure& action : plan.reconfigures) {
    const plan::Device& device = plan.devices[action.device];
    const auto list = [](const std::vector<wg::Prefix>& prefixes) {
      std::vector<std::string> texts;
      for (const wg::Prefix& prefix : prefixes) texts.push_back(prefix.ToString());
      return absl::StrJoin(texts, ", ");
    };
    std::string words = absl::StrCat(action.name, ": at ", DurationText(action.at));
    if (action.times > 1)
      absl::StrAppend(&words, " and every ", DurationText(action.every), ", ", action.times,
                      " times");
    absl::StrAppend(&words, ", on ", plan.hosts[device.host].name, ", peer ",
                    plan.hosts[plan.devices[device.peers[action.peer].device].host].name);
    if (!action.remove.empty()) absl::StrAppend(&words, " loses ", list(action.remove));
    if (!action.add.empty())
      absl::StrAppend(&words, action.remove.empty() ? " gets " : " and gets ", list(action.add));
    absl::StrAppend(&out, Wrapped(words, kIndent));
  }
  for (const plan::MeshAction& action : plan.mesh_actions) {
    absl::StrAppend(&out, Wrapped(MeshWords(plan, action), kIndent));
  }
  for (const std::string& words : NodeWords(plan)) absl::StrAppend(&out, Wrapped(words, kIndent));
  for (const plan::Fault& fault : plan.faults) {
    absl::StrAppend(&out, Wrapped(FaultWords(fault), kIndent));
  }
  for (const plan::NatRebind& rebind : plan.nat_rebinds) {
    absl::StrAppend(&out, Wrapped(NatRebindWords(plan, rebind), kIndent));
  }
  for (const plan::ScriptAction& action : plan.script) {
    absl::StrAppend(&out, Wrapped(ScriptWords(plan, action), kIndent));
  }
  return out.empty() ? out : absl::StrCat("\nChanges\n", out);
}

std::string SweepTexts(const LoadedScenario& scenario) {
  if (scenario.sweep.empty()) return "";
  std::string out = "\nSweep\n";
  for (const Axis& axis : scenario.sweep) {
    absl::StrAppend(&out, Wrapped(absl::StrCat(axis.name, ": ", axis.field, " is ",
                                               absl::StrJoin(axis.values, ", ")),
                                  kIndent));
  }
  return out;
}

std::string VariantTexts(const LoadedScenario& scenario) {
  std::string out = "\nVariants\n";
  for (const LoadedVariant& variant : scenario.variants) {
    std::string words =
        absl::StrCat(variant.plan.variant, ": ", plan::Name(variant.plan.method), " on ",
                     plan::Name(variant.plan.implementation), "; ",
                     variant.description.empty()
                         ? absl::string_view(plan::TraitsOf(variant.plan.method).words)
                         : absl::StripSuffix(variant.description, "."));
    if (!variant.set.empty()) absl::StrAppend(&words, "; with ", absl::StrJoin(variant.set, ", "));
    absl::StrAppend(&out, Wrapped(words, kIndent));
  }
  return out;
}

}  // namespace

std::string Describe(const LoadedScenario& scenario) {
  std::string out = absl::StrCat(scenario.name, "\n", Wrapped(scenario.description, kIndent));
  if (scenario.variants.empty()) return out;
  const Plan& plan = scenario.variants.front().plan;
  absl::StrAppend(
      &out, "\n",
      Wrapped(absl::StrCat(DurationText(plan.duration), " of virtual time, seed ", plan.seed),
              kIndent));
  absl::StrAppend(&out, Machines(plan), Links(plan), Interfaces(plan), Pods(plan), Traffic(plan),
                  Floods(plan), Managers(plan), Changes(plan), SweepTexts(scenario), VariantTexts(scenario));
  if (!scenario.expectations.empty()) {
    absl::StrAppend(&out, "\nExpectations\n");
    for (const LoadedExpectation& expectation : scenario.expectations)
      absl::StrAppend(&out, "  ", expectation.text, "\n");
  }
  return out;
}

}  // namespace scenario
