// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Script: the administrators of a run: types commands, sends pings and datagrams and looks at devices at the times that the plan says,
// and keeps what came of it. Actions of the same time happen in the order of the file.
#ifndef WGSIM_SCENARIOS_SCRIPT_H_
#define WGSIM_SCENARIOS_SCRIPT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "scenarios/datagram_probe.h"
#include "scenarios/echo_probe.h"
#include "scenarios/plan.h"
#include "scenarios/result.pb.h"
#include "scenarios/script_occasion.h"
#include "scenarios/wg_shell.h"
#include "scenarios/world.h"
#include "sim/event_loop.h"
#include "sim/thread.h"

namespace scenario {

class Script : private sim::Actor, private CheckSink {
 public:
  // What is shown of what was seen.
  static constexpr size_t kMostShown = 400;

  // `world` outlives it; it outlives the run.
  explicit Script(World* world);
  // nullptr if the plan has none: who is there is part of the trace.
  static std::unique_ptr<Script> OfPlan(World* world);

  // The run is over. What has not been judged is judged as it is, and all of it goes into the result.
  void Close(VariantResult* result);

 private:
  void OnEvent(uint64_t which) override;
  void OnCheck(const Occasion& occasion, std::string expected, std::string seen, bool held) override;

  void ChangeIp(const Occasion& occasion, const plan::IpCommands& what);
  void LookAt(const Occasion& occasion, const plan::Check& check);
  sim::Thread* ThreadOn(int host);

  World* const world_;
  std::vector<int> repetitions_;  // so far, of each action
  absl::btree_map<int, std::unique_ptr<sim::Thread>> threads_;  // by host
  absl::btree_map<int, std::unique_ptr<WgShell>> shells_;       // by host
  std::vector<std::unique_ptr<EchoProbe>> pings_;
  std::vector<std::unique_ptr<DatagramProbe>> datagrams_;
  absl::btree_map<std::string, uint64_t> numbers_;  // what checks of figures saw, by action
  std::vector<CheckResult> results_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_SCRIPT_H_
