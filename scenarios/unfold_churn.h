// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of the loader (unfold.h): reads churn, and the actions that drain or reboot a node.
#ifndef WGSIM_SCENARIOS_UNFOLD_CHURN_H_
#define WGSIM_SCENARIOS_UNFOLD_CHURN_H_

#include <string>
#include <vector>

#include "scenarios/churn.h"
#include "scenarios/document.h"
#include "scenarios/plan_changes.h"
#include "scenarios/plan_moment.h"
#include "scenarios/unfold.h"

namespace scenario {

class ChurnReader {
 public:
  // `unfolding` outlives it.
  explicit ChurnReader(Unfolding* unfolding) : in_(*unfolding) {}

  void Read(const Node& node, const file::Churn& churn, int index);
  // False: it is neither. Otherwise it is in the plan afterwards, or what is wrong has been
  // reported. Before the flows.
  bool ReadAction(const Node& node, const file::Action& action, const plan::Moment& when);
  // After all churn and actions: that what is scheduled can happen.
  void CheckSchedules();
  // ... and that a machine that is off is not told to do anything else.
  void CheckReboots();

 private:
  void Rate(const Node& node, const file::Churn& churn, plan::Churn* out);
  void NotWithSchedule(const Node& node, const file::Churn& churn);
  void Hosts(const Node& node, const file::Churn& churn, plan::Churn* out);
  void Schedule(const Node& node, const file::Churn& churn, plan::Churn* out);
  void Entry(const Node& node, const file::ScheduledEvents& entry, const file::Churn& churn,
             plan::Churn* out);
  void NamedPods(const Node& node, const file::ScheduledEvents& entry, const file::Churn& churn,
                 const plan::Churn& out, plan::ScheduledEvents* events);
  std::vector<int> PodsOf(const file::Churn& churn, int host) const;
  void CheckMoves(const Node& node, const char* field, const std::vector<int>& hosts);
  std::string WhyNot(const ImpossibleEvents& events) const;

  bool Drain(const Node& node, const file::DrainNode& drain, const plan::Moment& when);
  void DrainTargets(const Node& node, const file::DrainNode& drain, plan::Drain* out);
  bool Reboot(const Node& node, const file::RebootNode& reboot, const plan::Moment& when);
  // That a repetition does not begin before the one before it is over.
  void CheckDistance(const Node& node, const plan::Moment& when, sim::Duration takes,
                     const std::string& what);

  Unfolding& in_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_UNFOLD_CHURN_H_
