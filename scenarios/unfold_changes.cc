// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What happens to the configuration: actions and churn.
#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "scenarios/unfold.h"
#include "scenarios/unfold_routing.h"
#include "scenarios/values.h"

namespace scenario {

// Before the flows, which have to know what is taken away.
void Unfolding::ActionPrefixes() {
  absl::btree_set<std::string> names;
  for (int i = 0; i < in.actions_size(); ++i) {
    const Node node = root.Child("actions", i);
    const std::string name =
        in.actions(i).has_name() ? in.actions(i).name() : absl::StrCat("action", i);
    if (!Name(node, "name", name)) continue;
    if (!names.insert(name).second) {
      Wrong(node, "name",
            absl::StrCat("there is an action \"", name, "\" already; choose another name"));
    }
    OneAction(node, in.actions(i), i);
  }
  CheckRemovals();
}

void Unfolding::ReadMoment(const Node& node, const file::Action& action, plan::Moment* out) {
  if (action.has_at()) {
    out->at = Time(node, "at", action.at());
    if (out->at >= plan.duration && plan.duration > sim::Duration(0)) {
      Wrong(node, "at",
            absl::StrCat(DurationText(out->at), " is after the end of the run; write less than ",
                         DurationText(plan.duration)));
    }
  } else {
    Wrong(node, "at", "is missing; write when, as at: \"1s\"");
  }
  out->times = static_cast<int>(Within(node, "times", action.times(), 1, 1'000'000, "times"));
  CountChanges(node, "times", out->times);
  if (action.has_every()) {
    out->every = Time(node, "every", action.every());
    if (out->every == sim::Duration(0) && ParseDuration(action.every()).ok()) {
      Wrong(node, "every", "0s is no distance; write more than 0s");
    }
  } else if (out->times > 1) {
    Wrong(node, "every", "is missing; write the distance of the repetitions, as every: \"10ms\"");
  }
}

void Unfolding::OneAction(const Node& node, const file::Action& action, int index) {
  plan::Moment when;
  when.name = action.has_name() ? action.name() : absl::StrCat("action", index);
  ReadMoment(node, action, &when);
  if (OneMeshAction(node, action, when) || OneFault(node, action, when)) return;
  if (RoutingReader(this).Action(node, action, when)) return;
  if (!action.has_reconfigure()) {
    Wrong(node, "reconfigure",
          "is missing; write what happens, as reconfigure { host: \"a\" peer: \"b\" remove: "
          "\"10.0.0.1\" }");
    return;
  }
  plan::Reconfigure out;
  out.name = when.name;
  out.at = when.at;
  out.every = when.every;
  out.times = when.times;
  out.line = node.where().line;
  const Node inner = node.Child("reconfigure");
  const file::Reconfigure& change = action.reconfigure();
  for (const bool remove : {true, false}) {
    const auto& texts = remove ? change.remove() : change.add();
    for (int i = 0; i < texts.size(); ++i) {
      const auto prefix = Prefix(inner, remove ? "remove" : "add", i, texts.Get(i), -1);
      if (prefix.has_value()) (remove ? out.remove : out.add).push_back(*prefix);
    }
  }
  if (change.remove_size() + change.add_size() == 0) {
    Wrong(inner, "remove",
          "nothing is removed and nothing added; write remove: \"PREFIX\" or add: \"PREFIX\"");
  }
  const int host = FindHost(inner, "host", change.host());
  const int far = FindHost(inner, "peer", change.peer());
  if (host == plan::kNone || far == plan::kNone) return;
  out.device = FindDevice(inner, "device", host, change.device());
  if (out.device == plan::kNone) return;
  const std::vector<plan::Peer>& peers = plan.devices[out.device].peers;
  const auto peer = std::find_if(peers.begin(), peers.end(), [&](const plan::Peer& p) {
    return plan.devices[p.device].host == far;
  });
  if (peer == peers.end()) {
    if (!peers_ok_) return;
    Wrong(inner, "peer",
          absl::StrCat(HostName(far), " is no peer of ", DeviceName(out.device), "; its peers are ",
                       absl::StrJoin(peers, ", ", [&](std::string* s, const plan::Peer& p) {
                         *s += HostName(plan.devices[p.device].host);
                       })));
    return;
  }
  out.peer = static_cast<int>(peer - peers.begin());
  plan.reconfigures.push_back(std::move(out));
  action_nodes_.push_back(inner);
}

void Unfolding::CountChanges(const Node& node, absl::string_view field, __int128 count) {
  const bool were_few = changes_ <= kMostChanges;
  changes_ += count;
  if (were_few && changes_ > kMostChanges) {
    Wrong(node, field,
          absl::StrCat("makes more than ", kMostChanges, " changes during the run; write fewer"));
  }
}

void Unfolding::CheckRemovals() {
  if (!peers_ok_) return;
  // What each peer has, as time goes on. Repetitions change nothing about what was there once.
  absl::btree_map<std::pair<int, int>, absl::btree_set<wg::Prefix>> have;
  std::vector<size_t> order(plan.reconfigures.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return plan.reconfigures[a].at < plan.reconfigures[b].at;
  });
  for (const size_t i : order) {
    const plan::Reconfigure& action = plan.reconfigures[i];
    const plan::Peer& peer = plan.devices[action.device].peers[action.peer];
    const auto [it, inserted] = have.try_emplace({action.device, action.peer});
    if (inserted) it->second.insert(peer.allowed_ips.begin(), peer.allowed_ips.end());
    for (size_t r = 0; r < action.remove.size(); ++r) {
      if (it->second.count(action.remove[r]) != 0) continue;
      constexpr size_t kShown = 4;
      std::vector<std::string> has;
      for (const wg::Prefix& prefix : peer.allowed_ips) {
        if (has.size() < kShown) has.push_back(prefix.ToString());
      }
      Wrong(action_nodes_[i], "remove", static_cast<int>(r),
            absl::StrCat("peer ", HostName(plan.devices[peer.device].host), " of ",
                         DeviceName(action.device), " does not have ", action.remove[r].ToString(),
                         "; it has ", has.empty() ? "none" : absl::StrJoin(has, ", "),
                         peer.allowed_ips.size() > kShown ? ", ..." : ""));
    }
    it->second.insert(action.add.begin(), action.add.end());
  }
}

void Unfolding::Changes() {
  absl::btree_set<std::string> names;
  for (int i = 0; i < in.churn_size(); ++i) {
    const Node node = root.Child("churn", i);
    const std::string name = in.churn(i).has_name() ? in.churn(i).name() : absl::StrCat("churn", i);
    if (!Name(node, "name", name)) continue;
    if (!names.insert(name).second) {
      Wrong(node, "name",
            absl::StrCat("there is churn \"", name, "\" already; choose another name"));
    }
    OneChurn(node, in.churn(i), i);
  }
  Managers();
  Watch();
  CheckPorts();
}

std::vector<int> Unfolding::ChurnPods(const file::Churn& churn, int host) const {
  std::vector<int> chosen;
  const auto set = pod_sets_.find({host, churn.pods()});
  if (set == pod_sets_.end()) return chosen;
  for (const int pod : set->second) {
    if (!bystanders_[pod]) chosen.push_back(pod);
  }
  return chosen;
}

void Unfolding::OneChurn(const Node& node, const file::Churn& churn, int index) {
  plan::Churn out;
  out.name = churn.has_name() ? churn.name() : absl::StrCat("churn", index);
  std::tie(out.start, out.stop) = Span(node, churn.start(), churn.has_stop(), churn.stop());
  out.spacing = churn.spacing() == file::POISSON ? plan::Spacing::kPoisson : plan::Spacing::kFixed;
  out.add_weight =
      static_cast<uint32_t>(Within(node, "add_weight", churn.add_weight(), 0, 1'000'000, ""));
  out.delete_weight =
      static_cast<uint32_t>(Within(node, "delete_weight", churn.delete_weight(), 0, 1'000'000, ""));
  out.move_weight =
      static_cast<uint32_t>(Within(node, "move_weight", churn.move_weight(), 0, 1'000'000, ""));
  if (churn.add_weight() == 0 && churn.delete_weight() == 0 && churn.move_weight() == 0) {
    Wrong(node, "add_weight", "all weights are 0, so nothing can happen; give one of them more");
  }
  const sim::Duration per = Time(node, "per", churn.per());
  if (per == sim::Duration(0) && ParseDuration(churn.per()).ok())
    Wrong(node, "per", "0s is no time; write more than 0s");
  if (!churn.has_events()) {
    Wrong(node, "events", "is missing; write how many in `per`, as events: 10");
  } else {
    out.events.count = Within(node, "events", churn.events(), 1, 1'000'000'000, "events");
    out.events.per = per;
    const int64_t divisor = std::gcd(out.events.count, per.count());
    if (divisor > 0)
      out.events = {out.events.count / divisor, sim::Duration(per.count() / divisor)};
  }
  const HostGroup* group = FindHosts(node, "host", churn.host());
  if (group == nullptr) return;
  out.hosts = group->members;
  if (out.events.per > sim::Duration(0)) {
    const sim::Duration span = out.stop - out.start;
    CountChanges(node, "events",
                 static_cast<__int128>(out.events.count) * span.count() / out.events.per.count() *
                     static_cast<int64_t>(out.hosts.size()));
  }
  if (churn.move_weight() > 0 && out.hosts.size() < 2 && hosts_ok_) {
    Wrong(node, "move_weight",
          absl::StrCat(
              "\"", churn.host(),
              "\" is one host, so there is nowhere to move to; name a template, or write 0"));
  }
  for (const int host : out.hosts) {
    out.pods.push_back(ChurnPods(churn, host));
    if (!out.pods.back().empty() || !pods_ok_) continue;
    std::vector<std::string> sets;
    for (auto it = pod_sets_.lower_bound({host, ""});
         it != pod_sets_.end() && it->first.first == host; ++it)
      sets.push_back(it->first.second);
    const bool known = pod_sets_.count({host, churn.pods()}) != 0;
    Wrong(node, "pods",
          known ? absl::StrCat("all pods \"", churn.pods(), "\" of ", HostName(host),
                               " are bystanders', which churn leaves alone; give it more pods, or "
                               "write role: TOUCHED in flows")
                : absl::StrCat(HostName(host), " has no pods \"", churn.pods(), "\"; it has ",
                               sets.empty() ? "none" : absl::StrJoin(sets, ", ")));
  }
  if (churn.move_weight() > 0) CheckMoves(node, out.hosts);
  plan.churn.push_back(std::move(out));
}

// Routes to interfaces stay as they are, so on each host the peers among which addresses move have to be behind one.
void Unfolding::CheckMoves(const Node& node, const std::vector<int>& hosts) {
  const absl::btree_set<int> among(hosts.begin(), hosts.end());
  absl::btree_map<int, int> behind;  // host -> its device that has such a peer
  for (size_t i = 0; i < plan.devices.size(); ++i) {
    for (const plan::Peer& peer : plan.devices[i].peers) {
      if (!among.contains(plan.devices[peer.device].host)) continue;
      const auto [it, is_new] = behind.try_emplace(plan.devices[i].host, static_cast<int>(i));
      if (is_new || it->second == static_cast<int>(i)) continue;
      Wrong(node, "move_weight",
            absl::StrCat(DeviceName(it->second), " and ", DeviceName(static_cast<int>(i)),
                         " both have peers among these hosts, so an address would move from one "
                         "interface to another; put the peers behind one, or write 0"));
      return;
    }
  }
}

void Unfolding::Watch() {
  absl::btree_set<wg::IpAddress> addresses;
  for (int i = 0; i < in.watch_size(); ++i) {
    const auto address = Address(root, "watch", i, in.watch(i), -1);
    if (address.has_value()) addresses.insert(*address);
  }
  for (const plan::Flow& flow : plan.flows) {
    addresses.insert(flow.to.address);
    if (flow.two_way()) addresses.insert(flow.from.address);
  }
  for (const plan::Reconfigure& action : plan.reconfigures) {
    for (const wg::Prefix& prefix : action.remove) addresses.insert(prefix.network());
    for (const wg::Prefix& prefix : action.add) addresses.insert(prefix.network());
  }
  plan.watch.assign(addresses.begin(), addresses.end());
}

}  // namespace scenario
