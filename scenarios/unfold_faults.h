// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of the loader (unfold.h): reads an action that is a fault.
#ifndef WGSIM_SCENARIOS_UNFOLD_FAULTS_H_
#define WGSIM_SCENARIOS_UNFOLD_FAULTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/strings/string_view.h"
#include "scenarios/document.h"
#include "scenarios/plan_faults.h"
#include "scenarios/plan_moment.h"
#include "scenarios/unfold.h"
#include "sim/time.h"

namespace scenario {

class FaultReader {
 public:
  // `unfolding` outlives it.
  explicit FaultReader(Unfolding* unfolding) : in_(*unfolding) {}

  // False: it is none. Otherwise it is in the plan afterwards, or what is wrong has been reported.
  bool Read(const Node& node, const file::Action& action, const plan::Moment& when);
  // Of an action of another kind: nobody reaches the host for so long. False: there are too many such actions.
  bool Isolate(int host, const plan::Moment& when, sim::Duration lasts);
  // Finds the flows that faults name, once there are flows.
  void FindFlows();

 private:
  // Each reads what is in `node`. False: there is nothing that could go into the plan.
  bool LinkFault(const Node& node, const file::LinkFault& fault, plan::Fault* out);
  bool Partition(const Node& node, const file::Partition& partition, plan::Fault* out);
  bool CoreStall(const Node& node, const file::CoreStall& stall, plan::Fault* out);

  template <typename Message>
  bool Away(const Node& node, const Message& message, const char* words, plan::Fault* out);
  bool ClockStep(const Node& node, const file::ClockStep& step, plan::Fault* out);
  bool ManagerPause(const Node& node, const file::ManagerPause& pause, plan::Fault* out);
  template <typename Message>
  bool Request(const Node& node, const Message& message, plan::Fault* out);
  bool NoMemory(const Node& node, const file::NoMemory& fault, plan::Fault* out);
  bool NetlinkFault(const Node& node, const file::NetlinkFault& fault, plan::Fault* out);

  bool ProcessPause(const Node& node, const file::ProcessPause& pause, plan::Fault* out);
  bool AddressLoss(const Node& node, const file::AddressLoss& loss, plan::Fault* out);

  // How long, if it is `given`.
  void Lasts(const Node& node, bool given, const std::string& text, plan::Fault* out);
  void LastsRequired(const Node& node, bool given, const std::string& text, plan::Fault* out);
  void FindCable(const Node& node, const file::LinkFault& fault, plan::Fault* out);
  void From(const Node& node, const file::LinkFault& fault, plan::Fault* out);
  std::vector<std::string> ReadChange(const Node& node, const file::LinkFault& fault,
                                      plan::LinkChange* out);
  void Cut(const absl::btree_set<int>& inside, plan::Fault* out);
  // Its own bit, if it cuts switches. False: there are none left.
  bool TakeBit(plan::Fault* out);

  Unfolding& in_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_UNFOLD_FAULTS_H_
