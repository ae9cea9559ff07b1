// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Faults: actions that make links and cores worse for a while.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "scenarios/unfold.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

constexpr int64_t kMillion = 1'000'000;

}  // namespace

bool Unfolding::OneFault(const Node& node, const file::Action& action, const plan::Moment& when) {
  plan::Fault out;
  out.when = when;
  const auto lasts = [&](const Node& inner, bool given, const std::string& text) {
    if (!given) return;
    out.lasts = Time(inner, "lasts", text);
    if (out.lasts == sim::Duration(0) && ParseDuration(text).ok()) {
      Wrong(inner, "lasts", "0s is no time; write more than 0s");
    }
  };
  if (action.has_link_fault()) {
    const Node inner = node.Child("link_fault");
    lasts(inner, action.link_fault().has_lasts(), action.link_fault().lasts());
    LinkFault(inner, action.link_fault(), &out);
  } else if (action.has_partition()) {
    const Node inner = node.Child("partition");
    lasts(inner, action.partition().has_lasts(), action.partition().lasts());
    Partition(inner, action.partition(), &out);
  } else if (action.has_core_stall()) {
    const file::CoreStall& stall = action.core_stall();
    const Node inner = node.Child("core_stall");
    if (!stall.has_lasts()) Wrong(inner, "lasts", "is missing; write how long, as lasts: \"50ms\"");
    lasts(inner, stall.has_lasts(), stall.lasts());
    out.host = FindHost(inner, "host", stall.host());
    if (out.host == plan::kNone) return true;
    out.core = static_cast<int>(
        Within(inner, "core", stall.core(), 0, plan.hosts[out.host].cores - 1, ""));
    out.words = absl::StrCat("core ", out.core, " of ", HostName(out.host), " does nothing");
  } else {
    return false;
  }
  plan.faults.push_back(std::move(out));
  return true;
}

void Unfolding::LinkFault(const Node& node, const file::LinkFault& fault, plan::Fault* out) {
  std::vector<std::string> names;
  for (const plan::Link& link : plan.links) names.push_back(link.name);
  const auto at = std::find(names.begin(), names.end(), fault.link());
  if (at != names.end()) {
    out->links = {static_cast<int>(at - names.begin())};
  } else if (underlay_ok_) {
    const std::string near = Nearest(fault.link(), names);
    Wrong(node, "link",
          fault.has_link()
              ? absl::StrCat("there is no link \"", fault.link(), "\"",
                             near.empty() ? "; write the names of its ends, as \"node0-node1\""
                                          : absl::StrCat("; did you mean ", near, "?"))
              : std::string("is missing; write the names of its ends, as link: \"node0-node1\""));
  }
  if (fault.has_from() && !out->links.empty()) {
    const plan::Link& link = plan.links[out->links[0]];
    for (int side = 0; side < 2; ++side) {
      if (HostName(link.ends[side].host) == fault.from()) out->side = side;
    }
    if (out->side == plan::kNone) {
      Wrong(node, "from",
            absl::StrCat("\"", fault.from(), "\" is no end of ", link.name, "; write ",
                         HostName(link.ends[0].host), " or ", HostName(link.ends[1].host)));
    }
  }
  plan::LinkChange& change = out->change;
  std::vector<std::string> words;
  change.down = fault.down();
  if (change.down) words.push_back("is down");
  if (fault.has_rate()) {
    const absl::StatusOr<int64_t> rate = ParseBitRate(fault.rate());
    if (!rate.ok()) Wrong(node, "rate", rate.status().message());
    change.bits_per_second = rate.value_or(1);
    words.push_back(absl::StrCat("carries ", fault.rate()));
  }
  if (fault.has_delay()) {
    change.delay = Time(node, "delay", fault.delay());
    words.push_back(absl::StrCat("takes ", fault.delay()));
  }
  if (fault.has_jitter()) {
    change.jitter = Time(node, "jitter", fault.jitter());
    words.push_back(absl::StrCat("varies by ", fault.jitter()));
  }
  const auto share = [&](const char* field, bool given, uint32_t ppm, const char* what) {
    if (!given) return std::optional<uint32_t>();
    words.push_back(absl::StrCat(what, " ", ppm, " of a million packets"));
    return std::optional<uint32_t>(
        static_cast<uint32_t>(Within(node, field, ppm, 0, kMillion, "of a million")));
  };
  change.loss_ppm = share("loss_ppm", fault.has_loss_ppm(), fault.loss_ppm(), "loses");
  change.reorder_ppm = share("reorder_ppm", fault.has_reorder_ppm(), fault.reorder_ppm(), "delays");
  change.duplicate_ppm =
      share("duplicate_ppm", fault.has_duplicate_ppm(), fault.duplicate_ppm(), "doubles");
  change.corrupt_ppm = share("corrupt_ppm", fault.has_corrupt_ppm(), fault.corrupt_ppm(), "damages");
  if (words.empty()) {
    Wrong(node, "down", "nothing goes wrong; write down: true, or loss_ppm, delay, rate, ...");
  }
  out->words = absl::StrCat(fault.link(), out->side == plan::kNone ? "" : absl::StrCat(" from ", fault.from()),
                            " ", absl::StrJoin(words, ", "));
}

void Unfolding::Partition(const Node& node, const file::Partition& partition, plan::Fault* out) {
  absl::btree_set<int> inside;
  bool known = underlay_ok_;
  for (int i = 0; i < partition.hosts_size(); ++i) {
    const HostGroup* group = FindHosts(node, "hosts", partition.hosts(i));
    known &= group != nullptr;
    if (group != nullptr) inside.insert(group->members.begin(), group->members.end());
  }
  for (size_t i = 0; i < plan.links.size(); ++i) {
    const bool a = inside.contains(plan.links[i].ends[0].host);
    const bool b = inside.contains(plan.links[i].ends[1].host);
    if (a != b) out->links.push_back(static_cast<int>(i));
  }
  out->change.down = true;
  out->words = absl::StrCat(absl::StrJoin(partition.hosts(), ", "), " reach nobody else");
  if (out->links.empty() && known) {
    Wrong(node, "hosts",
          partition.hosts_size() == 0
              ? "is missing; write who is cut off, as hosts: \"node0\""
              : "no link leads from these hosts to others (cables to a switch are not taken down); "
                "name hosts that have links to others");
  }
}

}  // namespace scenario
