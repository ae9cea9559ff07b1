// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/unfold.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "scenarios/values.h"

namespace scenario {

void Unfolding::Wrong(const Node& node, absl::string_view field, int index,
                      absl::string_view message) {
  diagnostics_.Add(node.WhereIs(field, index), node.PathOf(field, index), message);
}

int64_t Unfolding::Within(const Node& node, absl::string_view field, int64_t value, int64_t min,
                          int64_t max, absl::string_view unit) {
  if (value >= min && value <= max) return value;
  Wrong(
      node, field,
      absl::StrCat(value, unit.empty() ? "" : " ", unit,
                   value < min ? " is too little" : " is too much", "; write ", min, " to ", max));
  return min;
}

sim::Duration Unfolding::Time(const Node& node, absl::string_view field, const std::string& text) {
  const absl::StatusOr<sim::Duration> duration = ParseDuration(text);
  if (duration.ok()) return *duration;
  Wrong(node, field, duration.status().message());
  return sim::Duration(0);
}

std::pair<sim::Duration, sim::Duration> Unfolding::Span(const Node& node, const std::string& start,
                                                        bool has_stop, const std::string& stop) {
  const sim::Duration from = Time(node, "start", start);
  const sim::Duration to = has_stop ? Time(node, "stop", stop) : plan.duration;
  if (plan.duration == sim::Duration(0)) return {from, to};  // reported already
  if (from >= plan.duration) {
    Wrong(node, "start",
          absl::StrCat(DurationText(from), " is after the end of the run; write less than ",
                       DurationText(plan.duration)));
  } else if (to > plan.duration) {
    Wrong(node, "stop",
          absl::StrCat(DurationText(to), " is after the end of the run; write at most ",
                       DurationText(plan.duration), ", or leave it out"));
  } else if (to <= from) {
    Wrong(node, "stop",
          absl::StrCat(DurationText(to), " is not after start; write more than ",
                       DurationText(from)));
  }
  return {from, to};
}

std::optional<std::string> Unfolding::Filled(const Node& node, absl::string_view field, int index,
                                             const std::string& text, int copy) {
  absl::StatusOr<std::string> filled = FillIn(text, copy);
  if (filled.ok()) return *std::move(filled);
  Wrong(node, field, index, filled.status().message());
  return std::nullopt;
}

std::optional<wg::IpAddress> Unfolding::Address(const Node& node, absl::string_view field,
                                                int index, const std::string& text, int copy) {
  const std::optional<std::string> filled = Filled(node, field, index, text, copy);
  if (!filled.has_value()) return std::nullopt;
  const absl::StatusOr<wg::IpAddress> address = wg::IpAddress::Parse(*filled);
  if (address.ok()) return *address;
  Wrong(node, field, index,
        absl::StrCat("\"", *filled,
                     "\" is not an address; write one, as \"10.0.0.1\" or \"fd00::1\""));
  return std::nullopt;
}

std::optional<wg::Prefix> Unfolding::Prefix(const Node& node, absl::string_view field, int index,
                                            const std::string& text, int copy) {
  const std::optional<std::string> filled = Filled(node, field, index, text, copy);
  if (!filled.has_value()) return std::nullopt;
  const absl::StatusOr<wg::Prefix> prefix = wg::Prefix::Parse(*filled);
  if (!prefix.ok()) {
    Wrong(node, field, index,
          absl::StrCat("\"", *filled,
                       "\" is not a prefix; write one, as \"10.0.0.0/24\" or \"10.0.0.1/32\""));
    return std::nullopt;
  }
  if (prefix->network() != prefix->address()) {
    Wrong(node, field, index,
          absl::StrCat("\"", *filled, "\" has bits beyond its length; write \"", prefix->ToString(),
                       "\""));
    return std::nullopt;
  }
  return *prefix;
}

bool Unfolding::Name(const Node& node, absl::string_view field, const std::string& name) {
  if (IsName(name)) return true;
  Wrong(node, field,
        name.empty() ? "is missing; write a name"
                     : absl::StrCat("\"", name,
                                    "\" is no name; write letters, digits, _ and -, at most 63"));
  return false;
}

const Unfolding::HostGroup* Unfolding::FindHosts(const Node& node, absl::string_view field,
                                                 const std::string& name) {
  const auto it = groups_.find(name);
  if (it != groups_.end()) return &it->second;
  if (name.empty()) {
    Wrong(node, field, "is missing; write the name of a host");
    return nullptr;
  }
  if (!hosts_ok_) return nullptr;  // perhaps it is the one whose name is wrong
  std::vector<std::string> names;
  for (const auto& [known, group] : groups_) names.push_back(known);
  const std::string near = Nearest(name, names);
  constexpr size_t kShown = 8;
  if (names.size() > kShown) {
    names.resize(kShown);
    names.push_back("...");
  }
  Wrong(node, field,
        absl::StrCat("there is no host \"", name, "\"; ",
                     near.empty() ? "" : absl::StrCat("did you mean ", near, "? "), "there are ",
                     absl::StrJoin(names, ", ")));
  return nullptr;
}

int Unfolding::FindHost(const Node& node, absl::string_view field, const std::string& name) {
  const HostGroup* group = FindHosts(node, field, name);
  if (group == nullptr || group->members.empty()) return plan::kNone;
  if (!group->is_template) return group->members.front();
  Wrong(node, field,
        absl::StrCat("\"", name, "\" is a template; name one of its hosts, as ", name, "0"));
  return plan::kNone;
}

int Unfolding::FindDevice(const Node& node, absl::string_view field, int host,
                          const std::string& name) {
  const auto it = devices_.find({host, name});
  if (it != devices_.end()) return it->second;
  if (!pods_ok_) return plan::kNone;  // perhaps it is the one that is wrong
  std::vector<std::string> names;
  for (const plan::Device& device : plan.devices) {
    if (device.host == host) names.push_back(device.name);
  }
  Wrong(node, field,
        absl::StrCat(HostName(host), " has no WireGuard interface \"", name, "\"; ",
                     names.empty()
                         ? absl::StrCat("write wireguard { host: \"", HostName(host), "\" ... }")
                         : absl::StrCat("it has ", absl::StrJoin(names, ", "))));
  return plan::kNone;
}

std::string Unfolding::DeviceName(int device) const {
  return absl::StrCat(HostName(plan.devices[device].host), "'s ", plan.devices[device].name);
}

}  // namespace scenario
