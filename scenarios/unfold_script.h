// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// From a scenario file to a plan (unfold.h): actions of scripts. Only the loader includes this.
#ifndef WGSIM_SCENARIOS_UNFOLD_SCRIPT_H_
#define WGSIM_SCENARIOS_UNFOLD_SCRIPT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protocol/ip.h"
#include "scenarios/diagnostics.h"
#include "scenarios/document.h"
#include "scenarios/plan.h"
#include "scenarios/scenario.pb.h"
#include "sim/time.h"

namespace scenario {

class ScriptReader {
 public:
  // All outlive it. `complete`: hosts and interfaces of the plan are all that the file has, so that a name that is not there is wrong.
  ScriptReader(bool complete, Plan* plan, Diagnostics* diagnostics)
      : complete_(complete), plan_(*plan), diagnostics_(*diagnostics) {}

  // Adds the action to the plan's script, with name and times from `when`. False if it is of another kind.
  bool Read(const Node& node, const file::Action& action, plan::ScriptAction when);

 private:
  void Wg(const Node& node, const file::WgCommands& in, plan::WgCommands* out);
  void Ip(const Node& node, const file::IpCommands& in, plan::IpCommands* out);
  void Ping(const Node& node, const file::PingCommand& in, const plan::ScriptAction& when, plan::PingCommand* out);
  void Datagram(const Node& node, const file::Datagram& in, const plan::ScriptAction& when, plan::Datagram* out);
  void Check(const Node& node, const file::Check& in, plan::Check* out);
  void CheckSubject(const Node& node, const file::Check& in, plan::Check* out);
  void CheckComparisons(const Node& node, const file::Check& in, plan::Check* out);

  void Wrong(const Node& node, absl::string_view field, absl::string_view message, int index = -1);
  int Host(const Node& node, absl::string_view field, const std::string& name);
  void Interface(const Node& node, absl::string_view field, int index, int host, const std::string& name);
  bool HasDevice(int host, absl::string_view name) const;
  sim::Duration Time(const Node& node, absl::string_view field, const std::string& text, bool may_be_zero);
  wg::IpAddress Address(const Node& node, absl::string_view field, const std::string& text);
  uint32_t Within(const Node& node, absl::string_view field, uint32_t value, uint32_t min, uint32_t max);
  // What begins at `when`, the last time, and takes so long is over before the run is.
  void EndsInTime(const Node& node, absl::string_view field, const plan::ScriptAction& when, sim::Duration length);
  // Some key, if whoever it is of exists.
  absl::StatusOr<std::string> AnyKey(absl::string_view kind, absl::string_view whose) const;
  void Texts(const Node& node, absl::string_view field, const google::protobuf::RepeatedPtrField<std::string>& in,
             std::vector<std::string>* out);

  const bool complete_;
  Plan& plan_;
  Diagnostics& diagnostics_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_UNFOLD_SCRIPT_H_
