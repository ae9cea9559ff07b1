// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/unfold_churn.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "scenarios/unfold_faults.h"
#include "scenarios/values.h"
#include "sim/rng.h"

namespace scenario {
namespace {

constexpr int64_t kMostWeight = 1'000'000;
constexpr int64_t kMostAtOnce = 65'536;

}  // namespace

void ChurnReader::Read(const Node& node, const file::Churn& churn, int index) {
  plan::Churn out;
  out.name = churn.has_name() ? churn.name() : absl::StrCat("churn", index);
  if (churn.schedule_size() > 0) {
    NotWithSchedule(node, churn);
  } else {
    Rate(node, churn, &out);
  }
  Hosts(node, churn, &out);
  if (out.hosts.empty()) return;
  if (out.events.per > sim::Duration(0)) {
    const sim::Duration span = out.stop - out.start;
    in_.CountChanges(node, "events",
                     static_cast<__int128>(out.events.count) * span.count() /
                         out.events.per.count() * static_cast<int64_t>(out.hosts.size()));
  }
  Schedule(node, churn, &out);
  in_.plan.churn.push_back(std::move(out));
}

void ChurnReader::Rate(const Node& node, const file::Churn& churn, plan::Churn* out) {
  std::tie(out->start, out->stop) = in_.Span(node, churn.start(), churn.has_stop(), churn.stop());
  out->spacing = churn.spacing() == file::POISSON ? plan::Spacing::kPoisson : plan::Spacing::kFixed;
  const auto weight = [&](const char* field, uint32_t value) {
    return static_cast<uint32_t>(in_.Within(node, field, value, 0, kMostWeight, ""));
  };
  out->add_weight = weight("add_weight", churn.add_weight());
  out->delete_weight = weight("delete_weight", churn.delete_weight());
  out->move_weight = weight("move_weight", churn.move_weight());
  if (churn.add_weight() == 0 && churn.delete_weight() == 0 && churn.move_weight() == 0) {
    in_.Wrong(node, "add_weight",
              "all weights are 0, so nothing can happen; give one of them more");
  }
  const sim::Duration per = in_.Time(node, "per", churn.per());
  if (per == sim::Duration(0) && ParseDuration(churn.per()).ok())
    in_.Wrong(node, "per", "0s is no time; write more than 0s");
  out->burst =
      static_cast<uint32_t>(in_.Within(node, "burst", churn.burst(), 1, kMostAtOnce, "events"));
  if (!churn.has_events()) {
    return in_.Wrong(node, "events", "is missing; write how many in `per`, as events: 10");
  }
  out->events.count = in_.Within(node, "events", churn.events(), 1, 1'000'000'000, "events");
  out->events.per = per;
  const int64_t divisor = std::gcd(out->events.count, per.count());
  if (divisor > 0)
    out->events = {out->events.count / divisor, sim::Duration(per.count() / divisor)};
}

void ChurnReader::NotWithSchedule(const Node& node, const file::Churn& churn) {
  const std::pair<const char*, bool> fields[] = {
      {"events", churn.has_events()},
      {"per", churn.has_per()},
      {"spacing", churn.has_spacing()},
      {"burst", churn.has_burst()},
      {"add_weight", churn.has_add_weight()},
      {"delete_weight", churn.has_delete_weight()},
      {"move_weight", churn.has_move_weight()},
      {"start", churn.has_start()},
      {"stop", churn.has_stop()},
  };
  for (const auto& [field, given] : fields) {
    if (!given) continue;
    in_.Wrong(node, field, "the schedule says what happens and when; leave this out, or schedule");
  }
}

void ChurnReader::Hosts(const Node& node, const file::Churn& churn, plan::Churn* out) {
  const Unfolding::HostGroup* group = in_.FindHosts(node, "host", churn.host());
  if (group == nullptr) return;
  out->hosts = group->members;
  const bool moves =
      out->move_weight > 0 ||
      std::any_of(churn.schedule().begin(), churn.schedule().end(),
                  [](const file::ScheduledEvents& entry) { return entry.what() == file::MOVE; });
  const char* field = out->move_weight > 0 ? "move_weight" : "schedule";
  if (moves && out->hosts.size() < 2 && in_.hosts_ok_) {
    in_.Wrong(node, field,
              absl::StrCat("\"", churn.host(),
                           "\" is one host, so there is nowhere to move to; name a template, or ",
                           out->move_weight > 0 ? "write 0" : "leave MOVE out"));
  }
  for (const int host : out->hosts) {
    out->pods.push_back(PodsOf(churn, host));
    if (!out->pods.back().empty() || !in_.pods_ok_) continue;
    std::vector<std::string> sets;
    for (auto it = in_.pod_sets_.lower_bound({host, ""});
         it != in_.pod_sets_.end() && it->first.first == host; ++it)
      sets.push_back(it->first.second);
    const bool known = in_.pod_sets_.count({host, churn.pods()}) != 0;
    in_.Wrong(
        node, "pods",
        known ? absl::StrCat("all pods \"", churn.pods(), "\" of ", in_.HostName(host),
                             " are bystanders', which churn leaves alone; give it more pods, or "
                             "write role: TOUCHED in flows")
              : absl::StrCat(in_.HostName(host), " has no pods \"", churn.pods(), "\"; it has ",
                             sets.empty() ? "none" : absl::StrJoin(sets, ", ")));
  }
  if (moves) CheckMoves(node, field, out->hosts);
}

std::vector<int> ChurnReader::PodsOf(const file::Churn& churn, int host) const {
  std::vector<int> chosen;
  const auto set = in_.pod_sets_.find({host, churn.pods()});
  if (set == in_.pod_sets_.end()) return chosen;
  for (const int pod : set->second) {
    if (!in_.bystanders_[pod]) chosen.push_back(pod);
  }
  return chosen;
}

// Routes to interfaces stay as they are, so on each host the peers among which addresses move have
// to be behind one.
void ChurnReader::CheckMoves(const Node& node, const char* field, const std::vector<int>& hosts) {
  const absl::btree_set<int> among(hosts.begin(), hosts.end());
  absl::btree_map<int, int> behind;  // host -> its device that has such a peer
  for (size_t i = 0; i < in_.plan.devices.size(); ++i) {
    for (const plan::Peer& peer : in_.plan.devices[i].peers) {
      if (!among.contains(in_.plan.devices[peer.device].host)) continue;
      const auto [it, is_new] = behind.try_emplace(in_.plan.devices[i].host, static_cast<int>(i));
      if (is_new || it->second == static_cast<int>(i)) continue;
      in_.Wrong(
          node, field,
          absl::StrCat(in_.DeviceName(it->second), " and ", in_.DeviceName(static_cast<int>(i)),
                       " both have peers among these hosts, so an address would move from one "
                       "interface to another; put the peers behind one, or ",
                       field == absl::string_view("move_weight") ? "write 0" : "let nothing move"));
      return;
    }
  }
}

void ChurnReader::Schedule(const Node& node, const file::Churn& churn, plan::Churn* out) {
  for (int i = 0; i < churn.schedule_size(); ++i) {
    Entry(node.Child("schedule", i), churn.schedule(i), churn, out);
  }
}

void ChurnReader::Entry(const Node& node, const file::ScheduledEvents& entry,
                        const file::Churn& churn, plan::Churn* out) {
  plan::ScheduledEvents events;
  if (!entry.has_at()) {
    in_.Wrong(node, "at", "is missing; write when, as at: \"1s\"");
  } else {
    events.at = in_.Time(node, "at", entry.at());
    if (events.at >= in_.plan.duration && in_.plan.duration > sim::Duration(0)) {
      in_.Wrong(
          node, "at",
          absl::StrCat(DurationText(events.at), " is after the end of the run; write less than ",
                       DurationText(in_.plan.duration)));
    }
  }
  if (!entry.has_what()) in_.Wrong(node, "what", "is missing; write ADD, DELETE or MOVE");
  events.what = entry.what() == file::ADD      ? plan::PodChange::kAdd
                : entry.what() == file::DELETE ? plan::PodChange::kDelete
                                               : plan::PodChange::kMove;
  if (entry.has_to()) {
    events.to_host = in_.FindHost(node, "to", entry.to());
    if (entry.what() != file::MOVE) {
      in_.Wrong(node, "to", "is for MOVE; leave it out");
    } else if (events.to_host != plan::kNone && std::find(out->hosts.begin(), out->hosts.end(),
                                                          events.to_host) == out->hosts.end()) {
      in_.Wrong(node, "to",
                absl::StrCat(entry.to(), " is none of the churn's hosts; name one of \"",
                             churn.host(), "\""));
      events.to_host = plan::kNone;
    }
  }
  if (entry.pods_size() > 0 && entry.has_count()) {
    in_.Wrong(node, "count", "the pods are named already; leave this out, or pods");
  }
  NamedPods(node, entry, churn, *out, &events);
  if (entry.pods_size() == 0) {
    const int64_t count = entry.has_count() ? entry.count() : 1;
    events.count =
        static_cast<uint32_t>(in_.Within(node, "count", count, 1, kMostAtOnce, "events"));
  }
  in_.CountChanges(node, entry.pods_size() > 0 ? "pods" : "count",
                   entry.pods_size() > 0 ? static_cast<__int128>(entry.pods_size())
                                         : static_cast<__int128>(events.count) *
                                               static_cast<int64_t>(out->hosts.size()));
  out->schedule.push_back(std::move(events));
}

void ChurnReader::NamedPods(const Node& node, const file::ScheduledEvents& entry,
                            const file::Churn& churn, const plan::Churn& out,
                            plan::ScheduledEvents* events) {
  absl::btree_map<std::string, int> may;
  for (const std::vector<int>& pods : out.pods) {
    for (const int pod : pods) may.emplace(in_.plan.pods[pod].name, pod);
  }
  for (int i = 0; i < entry.pods_size(); ++i) {
    const std::string& name = entry.pods(i);
    if (const auto pod = may.find(name); pod != may.end()) {
      events->pods.push_back(pod->second);
      continue;
    }
    if (!in_.pods_ok_ || may.empty()) continue;
    std::vector<std::string> names;
    for (const auto& [known, pod] : may) names.push_back(known);
    const std::string near = Nearest(name, names);
    const auto pod = in_.pods_.find(name);
    const bool bystander = pod != in_.pods_.end() && in_.bystanders_[pod->second];
    in_.Wrong(node, "pods", i,
              bystander ? absl::StrCat(name,
                                       " is a bystander's, which churn leaves alone; name another "
                                       "pod, or write role: TOUCHED in its flow")
                        : absl::StrCat("\"", name, "\" is none of the pods \"", churn.pods(),
                                       "\" of \"", churn.host(), "\"; ",
                                       near.empty() ? absl::StrCat("there is ", names.front())
                                                    : absl::StrCat("did you mean ", near, "?")));
  }
}

std::string ChurnReader::WhyNot(const ImpossibleEvents& events) const {
  const plan::ScheduledEvents& entry = in_.plan.churn[events.churn].schedule[events.entry];
  const std::string at = absl::StrCat(" at ", DurationText(entry.at));
  const char* drained = in_.plan.drains.empty() ? "" : ", or a drain is in the way";
  if (events.pod == plan::kNone) {
    return absl::StrCat(in_.HostName(events.host), " has ", events.missing, " too few pods ",
                        entry.what == plan::PodChange::kAdd ? "to appear" : "present", at, drained,
                        "; write a lower count");
  }
  const std::string& pod = in_.plan.pods[events.pod].name;
  switch (entry.what) {
    case plan::PodChange::kAdd:
      return absl::StrCat(pod, " is there already", at, drained, "; name another pod");
    case plan::PodChange::kDelete:
      return absl::StrCat(pod, " is not there", at, "; name another pod");
    case plan::PodChange::kMove:
      return absl::StrCat(pod, " is not there or has nowhere to move to", at, drained,
                          "; name another pod or another host");
  }
  return "";
}

void ChurnReader::CheckSchedules() {
  const bool any = std::any_of(in_.plan.churn.begin(), in_.plan.churn.end(),
                               [](const plan::Churn& churn) { return !churn.schedule.empty(); });
  // Of churn that is wrong there is no plan.
  if (!any || !in_.diagnostics_.empty()) return;
  for (const ImpossibleEvents& events : PlanChurn(in_.plan, sim::Rng(in_.plan.seed)).impossible) {
    const Node node = in_.root.Child("churn", static_cast<int>(events.churn))
                          .Child("schedule", static_cast<int>(events.entry));
    const bool named = events.pod != plan::kNone;
    in_.Wrong(node, named ? "pods" : "count", WhyNot(events));
  }
}

void ChurnReader::CheckReboots() {
  struct Span {
    int host;
    std::string name;
    sim::Duration begin, end;
    bool reboots;
  };
  std::vector<Span> spans;
  const auto add = [&](const auto& action, const plan::Moment& when, sim::Duration takes,
                       bool reboots) {
    const sim::Duration last = when.at + (when.times - 1) * when.every;
    spans.push_back({action.host, when.name, when.at, last + takes, reboots});
  };
  for (const plan::Reboot& reboot : in_.plan.reboots) {
    add(reboot, reboot.when, reboot.downtime + std::max(reboot.replay, reboot.overlap), true);
  }
  for (const plan::MeshAction& action : in_.plan.mesh_actions) {
    if (action.kind != plan::MeshAction::Kind::kRestart) continue;
    add(action, {action.name, action.at, action.every, action.times},
        action.downtime + action.replay, false);
  }
  for (const plan::Fault& fault : in_.plan.faults) {
    using Kind = plan::Fault::Kind;
    if (fault.kind != Kind::kSuspend && fault.kind != Kind::kCrash &&
        fault.kind != Kind::kManagerPause) {
      continue;
    }
    add(fault, fault.when, fault.lasts > sim::Duration(0) ? fault.lasts : in_.plan.duration, false);
  }
  for (size_t i = 0; i < spans.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const bool overlap = spans[i].host == spans[j].host && spans[i].begin <= spans[j].end &&
                           spans[j].begin <= spans[i].end;
      if (!overlap || (!spans[i].reboots && !spans[j].reboots)) continue;
      in_.Wrong(in_.root, "actions",
                absl::StrCat(spans[j].name, " and ", spans[i].name, " overlap on ",
                             in_.HostName(spans[i].host), "; let one begin after ",
                             DurationText(std::min(spans[i].end, spans[j].end)),
                             ", when the other is over"));
    }
  }
}

bool ChurnReader::ReadAction(const Node& node, const file::Action& action,
                             const plan::Moment& when) {
  switch (action.what_case()) {
    case file::Action::kDrainNode:
      return Drain(node, action.drain_node(), when);
    case file::Action::kRebootNode:
      return Reboot(node, action.reboot_node(), when);
    default:
      return false;
  }
}

void ChurnReader::CheckDistance(const Node& node, const plan::Moment& when, sim::Duration takes,
                                const std::string& what) {
  if (when.times == 1 || when.every > takes) return;
  in_.Wrong(node, "every",
            absl::StrCat("is not more than ", what, " take together; write more than ",
                         DurationText(takes)));
}

bool ChurnReader::Drain(const Node& action, const file::DrainNode& drain,
                        const plan::Moment& when) {
  const Node node = action.Child("drain_node");
  plan::Drain out;
  out.when = when;
  out.lasts = in_.Time(node, "lasts", drain.lasts());
  if (drain.has_returns_after()) {
    out.returns_after = in_.Time(node, "returns_after", drain.returns_after());
    CheckDistance(action, when, 2 * out.lasts + *out.returns_after,
                  "leaving, being away and coming back");
  } else if (when.times > 1) {
    in_.Wrong(node, "returns_after",
              "is missing: a node that does not come back can be drained once; write it, or "
              "times: 1");
  }
  out.host = in_.FindHost(node, "host", drain.host());
  if (out.host == plan::kNone) return true;
  out.device = in_.FindDevice(node, "device", out.host, drain.device());
  if (drain.has_to()) DrainTargets(node, drain, &out);
  if (out.device == plan::kNone) return true;
  const auto of_it = [&](const plan::Pod& pod) { return pod.host == out.host; };
  const auto pods = std::count_if(in_.plan.pods.begin(), in_.plan.pods.end(), of_it);
  in_.CountChanges(node, "host", static_cast<__int128>(2) * pods * when.times);
  for (const plan::Drain& other : in_.plan.drains) {
    if (other.host != out.host) continue;
    in_.Wrong(node, "host",
              absl::StrCat(other.when.name, " drains ", drain.host(),
                           " already; write every and times there, or name another host"));
  }
  in_.plan.drains.push_back(std::move(out));
  return true;
}

void ChurnReader::DrainTargets(const Node& node, const file::DrainNode& drain, plan::Drain* out) {
  const Unfolding::HostGroup* group = in_.FindHosts(node, "to", drain.to());
  if (group == nullptr) return;
  for (const int host : group->members) {
    if (host != out->host) out->to_hosts.push_back(host);
  }
  if (out->to_hosts.empty()) {
    in_.Wrong(node, "to", "is the drained host itself; name another one, or leave it out");
  }
  for (const int host : out->to_hosts) {
    if (in_.FindDevice(node, "device", host, drain.device()) == plan::kNone) return;
  }
  std::vector<int> among = out->to_hosts;
  among.push_back(out->host);
  CheckMoves(node, "to", among);
}

bool ChurnReader::Reboot(const Node& action, const file::RebootNode& reboot,
                         const plan::Moment& when) {
  const Node node = action.Child("reboot_node");
  plan::Reboot out;
  out.when = when;
  out.downtime = in_.Time(node, "downtime", reboot.downtime());
  if (out.downtime == sim::Duration(0) && ParseDuration(reboot.downtime()).ok()) {
    in_.Wrong(node, "downtime", "0s is no time; write more than 0s");
  }
  out.replay = in_.Time(node, "replay", reboot.replay());
  out.overlap = in_.Time(node, "overlap", reboot.overlap());
  CheckDistance(action, when, out.downtime + std::max(out.replay, out.overlap),
                "downtime and replay or overlap");
  out.key = reboot.key() == file::NEW_KEY    ? plan::Reboot::Key::kNew
            : reboot.key() == file::SAME_KEY ? plan::Reboot::Key::kSame
                                             : plan::Reboot::Key::kFirst;
  out.order = reboot.order() == file::KEY_CHANGED  ? plan::Reboot::Order::kKeyChanged
              : reboot.order() == file::DELETE_ADD ? plan::Reboot::Order::kDeleteAdd
                                                   : plan::Reboot::Order::kAddDelete;
  if (reboot.order() != file::ADD_DELETE && reboot.has_overlap()) {
    in_.Wrong(node, "overlap", "is for ADD_DELETE; leave it out");
  }
  if (reboot.order() == file::ADD_DELETE && reboot.key() == file::SAME_KEY) {
    in_.Wrong(node, "order",
              "with SAME_KEY there is no other key to add; write DELETE_ADD or another key");
  }
  out.host = in_.FindHost(node, "host", reboot.host());
  if (out.host == plan::kNone) return true;
  if (!FaultReader(&in_).Isolate(out.host, when, out.downtime)) {
    in_.Wrong(node, "host",
              absl::StrCat("more than ", plan::kMostShores,
                           " reboots and partitions cut a switch; use every and times for what "
                           "repeats"));
  }
  in_.plan.reboots.push_back(std::move(out));
  return true;
}

}  // namespace scenario
