// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What happens to the configuration: actions and churn.
#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "scenarios/unfold.h"
#include "scenarios/unfold_churn.h"
#include "scenarios/unfold_routing.h"
#include "scenarios/unfold_script.h"
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
  if (ChurnReader(this).ReadAction(node, action, when)) return;
  plan::ScriptAction script{.name = when.name, .at = when.at, .every = when.every, .times = when.times};
  if (ScriptReader(hosts_ok_ && pods_ok_, &plan, &diagnostics_).Read(node, action, std::move(script))) return;
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
    ChurnReader(this).Read(node, in.churn(i), i);
  }
  ChurnReader(this).CheckSchedules();
  ChurnReader(this).CheckReboots();
  Managers();
  FlowsOfFaults();
  Watch();
  CheckPorts();
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
