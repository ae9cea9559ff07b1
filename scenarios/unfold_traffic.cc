// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Flows: stars become pairs of hosts, texts become addresses, and each flow finds out what it
// stands for.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "scenarios/ports.h"
#include "scenarios/unfold.h"
#include "scenarios/values.h"

namespace scenario {
void Unfolding::Traffic() {
  ActionPrefixes();
  for (int i = 0; i < in.flows_size(); ++i) OneFlow(root.Child("flows", i), in.flows(i));
  for (int i = 0; i < in.floods_size(); ++i) OneFlood(root.Child("floods", i), in.floods(i), i);
}

void Unfolding::OneFlow(const Node& node, const file::Flow& flow) {
  plan::Flow values;
  bool usable = Name(node, "name", flow.name());
  usable &= FlowKind(node, flow, &values);
  std::tie(values.start, values.stop) = Span(node, flow.start(), flow.has_stop(), flow.stop());
  values.late_after = Time(node, "late_after", flow.late_after());
  values.ip_recverr = flow.ip_recverr();
  values.send_buffer_bytes = static_cast<uint32_t>(
      Within(node, "send_buffer_bytes", flow.send_buffer_bytes(), 4608, 1 << 30, "bytes"));
  values.receive_buffer_bytes = static_cast<uint32_t>(
      Within(node, "receive_buffer_bytes", flow.receive_buffer_bytes(), 4608, 1 << 30, "bytes"));
  const std::vector<FlowEndMatch> from = FlowEnds(node, "from", flow.from());
  const std::vector<FlowEndMatch> to = FlowEnds(node, "to", flow.to());
  if (!usable || from.empty() || to.empty()) return;
  const bool from_star = from.front().copy >= 0;
  const bool to_star = to.front().copy >= 0;
  if (flow.both_directions() && from_star && to_star) {
    Wrong(node, "both_directions", "stars on both sides mean both directions anyhow; leave it out");
    return;
  }
  bool any = false;
  for (const FlowEndMatch& a : from) {
    for (const FlowEndMatch& b : to) {
      if ((from_star || to_star) && a.end.host == b.end.host) continue;
      any = true;
      std::string name = flow.name();
      if (from_star || to_star)
        absl::StrAppend(&name, ".", HostName(a.end.host), "-", HostName(b.end.host));
      AddFlow(node, flow, values, a, b, name);
      if (flow.both_directions()) AddFlow(node, flow, values, b, a, absl::StrCat(name, ".back"));
    }
  }
  if (!any && hosts_ok_) Wrong(node, "to", "no pair of different hosts matches; name another host");
}

std::optional<plan::FlowEnd> Unfolding::EndOfHost(const Node& node, absl::string_view field,
                                                  int host) {
  for (const plan::Device& device : plan.devices) {
    if (device.host == host && !device.addresses.empty()) {
      return plan::FlowEnd{host, plan::kNone, device.addresses.front(), plan::kNone};
    }
  }
  if (pods_ok_)
    Wrong(node, field,
          absl::StrCat(HostName(host),
                       " has no inner address; name one of its pods, or give its WireGuard "
                       "interface an address"));
  return std::nullopt;
}

std::vector<Unfolding::FlowEndMatch> Unfolding::FlowEnds(const Node& node, absl::string_view field,
                                                         const std::string& text) {
  if (text.empty()) {
    Wrong(node, field, "is missing; write a pod, as \"node0/pod3\", a host, or an inner address");
    return {};
  }
  if (const auto address = wg::IpAddress::Parse(text); address.ok()) {
    const auto owner = inner_.find(*address);
    if (owner != inner_.end())
      return {{-1, {owner->second.host, owner->second.pod, *address, plan::kNone}}};
    if (pods_ok_)
      Wrong(node, field,
            absl::StrCat("nobody owns ", text,
                         "; name an address of a pod or of a WireGuard interface"));
    return {};
  }
  const size_t slash = text.find('/');
  std::string host_text = text.substr(0, slash);
  const bool star = absl::EndsWith(host_text, "*");
  if (star) host_text.pop_back();
  const HostGroup* group = FindHosts(node, field, host_text);
  if (group == nullptr) return {};
  if (group->is_template != star) {
    Wrong(node, field,
          star ? absl::StrCat("\"", host_text, "\" is no template; leave the star out")
               : absl::StrCat("\"", host_text, "\" is a template; write \"", host_text,
                              "*\" for all of its hosts, or \"", host_text, "0\" for one"));
    return {};
  }
  std::vector<FlowEndMatch> ends;
  for (const int host : group->members) {
    const int copy = star ? CopyOf(host) : -1;
    if (slash == std::string::npos) {
      const std::optional<plan::FlowEnd> end = EndOfHost(node, field, host);
      if (!end.has_value()) return {};
      ends.push_back({copy, *end});
      continue;
    }
    const std::string name = absl::StrCat(HostName(host), "/", text.substr(slash + 1));
    const auto pod = pods_.find(name);
    if (pod == pods_.end()) {
      if (!pods_ok_) return {};
      std::vector<std::string> names;
      for (auto it = pods_.lower_bound(absl::StrCat(HostName(host), "/"));
           it != pods_.end() && absl::StartsWith(it->first, absl::StrCat(HostName(host), "/"));
           ++it) {
        names.push_back(it->first);
      }
      const std::string near = Nearest(name, names);
      Wrong(node, field,
            absl::StrCat("there is no pod \"", name, "\"; ",
                         names.empty() ? absl::StrCat(HostName(host), " has no pods")
                         : near.empty()
                             ? absl::StrCat("there is \"", names.front(), "\", for example")
                             : absl::StrCat("did you mean \"", near, "\"?")));
      return {};
    }
    ends.push_back({copy, {host, pod->second, plan.pods[pod->second].address, plan::kNone}});
  }
  return ends;
}

void Unfolding::Core(const Node& node, absl::string_view field, bool given, uint32_t core,
                     plan::FlowEnd* end) {
  const int cores = plan.hosts[end->host].cores;
  if (!given) {
    end->core = next_core_[end->host]++ % cores;
  } else if (core >= static_cast<uint32_t>(cores)) {
    Wrong(node, field,
          absl::StrCat(HostName(end->host), " has no core ", core, "; write 0 to ", cores - 1));
    end->core = 0;
  } else {
    end->core = static_cast<int>(core);
  }
}

plan::Role Unfolding::RoleOf(const Node& node, const file::Flow& flow,
                             const wg::IpAddress& address) {
  const plan::Reconfigure* by = nullptr;
  for (const plan::Reconfigure& action : plan.reconfigures) {
    for (const wg::Prefix& prefix : action.remove) {
      if (prefix.Contains(address)) by = &action;
    }
  }
  if (flow.role() == file::TOUCHED) return plan::Role::kTouched;
  if (by == nullptr) return plan::Role::kBystander;
  if (flow.role() == file::BYSTANDER) {
    Wrong(node, "role",
          absl::StrCat("a bystander's address is never taken away, but ", by->name, " takes ",
                       address.ToString(), " away; write TOUCHED, or choose another address"));
  }
  return plan::Role::kTouched;
}

bool Unfolding::Leaves(int host) const {
  const auto is_it = [&](const auto& action) { return action.host == host; };
  return std::any_of(plan.mesh_actions.begin(), plan.mesh_actions.end(),
                     [&](const auto& action) {
                       return action.kind == plan::MeshAction::Kind::kLeave && is_it(action);
                     }) ||
         std::any_of(plan.drains.begin(), plan.drains.end(), is_it) ||
         std::any_of(plan.reboots.begin(), plan.reboots.end(), is_it);
}

void Unfolding::AddFlow(const Node& node, const file::Flow& flow, plan::Flow values,
                        const FlowEndMatch& from, const FlowEndMatch& to, const std::string& name) {
  if (static_cast<int>(plan.flows.size()) >= kMostFlows) {
    Wrong(node, "name",
          absl::StrCat("there are more than ", kMostFlows, " flows; use fewer hosts"));
    return;
  }
  if (!flow_names_.insert(name).second) {
    Wrong(node, "name",
          absl::StrCat("there is a flow \"", name, "\" already; choose another name"));
    return;
  }
  values.name = name;
  values.from = from.end;
  values.to = to.end;
  // Addresses of an inner end that are in namespaces of their own.
  const auto netns = [&](const plan::FlowEnd& end) {
    const auto owner = inner_.find(end.address);
    return owner == inner_.end() || owner->second.device == plan::kNone
               ? std::string()
               : plan.devices[owner->second.device].netns;
  };
  if (from.end.host == to.end.host && netns(from.end) == netns(to.end)) {
    Wrong(node, "to",
          absl::StrCat("both ends are on ", HostName(to.end.host),
                       ", so nothing crosses the tunnel; name a pod of another host"));
    return;
  }
  const bool back = absl::EndsWith(name, ".back");
  Core(node, "from_core", back ? flow.has_to_core() : flow.has_from_core(),
       back ? flow.to_core() : flow.from_core(), &values.from);
  Core(node, "to_core", back ? flow.has_from_core() : flow.has_to_core(),
       back ? flow.from_core() : flow.to_core(), &values.to);
  values.role = RoleOf(node, flow, values.to.address);
  values.response_role =
      values.two_way() ? RoleOf(node, flow, values.from.address) : plan::Role::kBystander;
  // One account for both ways.
  if (values.ping.has_value() && values.response_role == plan::Role::kTouched) {
    values.role = plan::Role::kTouched;
  }
  if (flow.role() == file::DERIVED && (Leaves(from.end.host) || Leaves(to.end.host))) {
    values.role = plan::Role::kTouched;
    values.response_role = plan::Role::kTouched;
  }
  const bool touched =
      values.role == plan::Role::kTouched ||
      (values.two_way() && values.response_role == plan::Role::kTouched);
  if (!touched) {
    bool there = true;
    for (const plan::FlowEnd* end : {&values.from, &values.to}) {
      if (end->pod == plan::kNone) continue;
      bystanders_[end->pod] = true;
      if (plan.pods[end->pod].present) continue;
      there = false;
      if (!pods_ok_) continue;
      Wrong(node, (end == &values.to) == back ? "from" : "to",
            absl::StrCat(plan.pods[end->pod].name,
                         " is a spare address and not there at the start; name another, or write "
                         "role: TOUCHED"));
    }
    if (there) {
      CheckOwner(node, back ? "from" : "to", values.from, values.to);
      // The receiver takes only what the sender's allowed ips cover, so the way back has to be
      // right as well.
      CheckOwner(node, back ? "to" : "from", values.to, values.from);
    }
  }
  plan.flows.push_back(std::move(values));
  flow_nodes_.push_back(node);
}

// After the churn: where an address may come to be, its port is taken as well.
void Unfolding::CheckPorts() {
  const size_t found = PlanPorts(plan).size();
  if (found == plan.flows.size()) return;
  Wrong(flow_nodes_[found], "name",
        absl::StrCat(HostName(plan.flows[found].from.host), " or ",
                     HostName(plan.flows[found].to.host), " has no UDP port left for \"",
                     plan.flows[found].name, "\": a host has ", kLastFlowPort - kFirstFlowPort + 1,
                     " of them, and each flow needs one at either end, or on every host where "
                     "churn may move its pod; use fewer flows"));
}

Unfolding::Match Unfolding::LongestMatch(int host, const wg::IpAddress& address) const {
  Match best;
  int length = -1;
  for (auto it = devices_.lower_bound({host, ""}); it != devices_.end() && it->first.first == host;
       ++it) {
    const plan::Device& device = plan.devices[it->second];
    for (size_t p = 0; p < device.peers.size(); ++p) {
      for (const wg::Prefix& prefix : device.peers[p].allowed_ips) {
        if (prefix.length() > length && prefix.Contains(address)) {
          length = prefix.length();
          best.emplace(it->second, static_cast<int>(p));
        }
      }
    }
  }
  return best;
}

void Unfolding::CheckOwner(const Node& node, absl::string_view field, const plan::FlowEnd& from,
                           const plan::FlowEnd& to) {
  if (!peers_ok_) return;
  const Match match = LongestMatch(from.host, to.address);
  if (!match.has_value()) {
    Wrong(node, field,
          absl::StrCat("no WireGuard peer of ", HostName(from.host), " has an allowed ip for ",
                       to.address.ToString(), " on ", HostName(to.host),
                       "; add it to the peer's allowed_ips, or write mesh: true"));
    return;
  }
  const plan::Device& device = plan.devices[match->first];
  const int far = plan.devices[device.peers[match->second].device].host;
  if (far == to.host) return;
  Wrong(node, field,
        absl::StrCat(to.address.ToString(), " is on ", HostName(to.host), ", but on ",
                     HostName(from.host), " its longest match leads to ", HostName(far),
                     "; give it to the right peer"));
}

}  // namespace scenario
