// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of a plan (plan.h): what happens to the configuration, at what times.
#ifndef WGSIM_SCENARIOS_PLAN_CHANGES_H_
#define WGSIM_SCENARIOS_PLAN_CHANGES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/ip.h"
#include "scenarios/plan_index.h"
#include "scenarios/plan_moment.h"
#include "scenarios/plan_traffic.h"
#include "sim/time.h"

namespace scenario::plan {

enum class PodChange : uint8_t { kAdd, kDelete, kMove };

// Of a churn: events of one kind in one instant.
struct ScheduledEvents {
  sim::Duration at{};
  PodChange what{};
  std::vector<int> pods;  // these; none: `count` of each host
  uint32_t count = 0;
  int to_host = kNone;  // kMove; kNone: any
};

struct Churn {
  std::string name;
  std::vector<int> hosts;  // events happen on each; addresses move among them
  // For each of `hosts`: the pods that events may choose, present and spare ones. None of a bystander.
  std::vector<std::vector<int>> pods;
  Rate events;  // on each host
  Spacing spacing = Spacing::kPoisson;
  uint32_t add_weight = 0;
  uint32_t delete_weight = 0;
  uint32_t move_weight = 0;
  sim::Duration start{};
  sim::Duration stop{};
  uint32_t burst = 1;  // events in each instant
  // Not empty: this instead of events, weights, start and stop.
  std::vector<ScheduledEvents> schedule;
};

// A node that is emptied and leaves the mesh.
struct Drain {
  Moment when;
  int host = kNone;
  int device = kNone;
  sim::Duration lasts{};
  std::vector<int> to_hosts;  // without itself; empty: pods disappear
  std::optional<sim::Duration> returns_after;
};

// A machine that is off for a while. That nobody reaches it then is a fault of the plan.
struct Reboot {
  enum class Key : uint8_t { kNew, kSame, kFirst };
  enum class Order : uint8_t { kKeyChanged, kDeleteAdd, kAddDelete };
  Moment when;
  int host = kNone;
  sim::Duration downtime{};
  sim::Duration replay{};
  Key key{};
  Order order{};
  sim::Duration overlap{};
};

// One reconfiguration at a stated time, `times` times with distance `every`.
struct Reconfigure {
  std::string name;
  sim::Duration at{};
  sim::Duration every{};
  int times = 1;
  int device = kNone;
  int peer = kNone;  // index into Device::peers
  std::vector<wg::Prefix> remove;
  std::vector<wg::Prefix> add;
  int line = 0;  // in the scenario file
};

}  // namespace scenario::plan

#endif  // WGSIM_SCENARIOS_PLAN_CHANGES_H_
