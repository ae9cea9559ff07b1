// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// WgShell: an administrator at a host's prompt who types commands of wg(8), one after the other. Each finds its keys, reads what it
// needs to know, and sends its messages by netlink as a process of that host, beside the managers; the next one begins when it has been
// answered.
#ifndef WGSIM_SCENARIOS_WG_SHELL_H_
#define WGSIM_SCENARIOS_WG_SHELL_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "absl/container/btree_map.h"
#include "protocol/config_step.h"
#include "protocol/errno.h"
#include "scenarios/plan.h"
#include "scenarios/script_occasion.h"
#include "scenarios/wg_command.h"
#include "scenarios/world.h"
#include "sim/thread.h"
#include "sim/wg/netlink_agent.h"

namespace scenario {

class WgShell : private wgnode::NetlinkAgent::Observer {
 public:
  // All outlive it. A command that fails without being meant to, or the other way round, is told to `sink`; one that is meant to fail,
  // and does, too.
  WgShell(World* world, int host, CheckSink* sink);

  // All commands of the occasion, behind those that wait. REQUIRES: its action is a plan::WgCommands of this host.
  void Submit(const Occasion& occasion);
  // The run is over: what is not done has failed.
  void Close();

 private:
  struct Waiting {
    Occasion occasion;
    size_t command;
  };

  void OnBegin(uint64_t) override {}
  void OnStep(uint64_t id, const wg::ConfigStep& step) override;
  void OnAnswer(uint64_t id, wg::Errno error) override;
  void OnEnd(uint64_t id) override;

  const plan::WgCommands& commands() const;
  // Begins commands until one has to wait for its answer.
  void Next();
  // Begins the first one. True if it is over at once: then *error says how, empty if well.
  bool Begin(std::string* error);
  void Over(const std::string& error);
  wgnode::NetlinkAgent& AgentOf(int device);

  World* const world_;
  const int host_;
  CheckSink* const sink_;
  sim::Thread thread_;
  absl::btree_map<int, std::unique_ptr<wgnode::NetlinkAgent>> agents_;  // by device
  std::deque<Waiting> waiting_;  // the first one is under way if busy_
  bool busy_ = false;
  int device_ = plan::kNone;  // of the one under way
  wg::Errno answer_ = wg::Errno::kOk;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_WG_SHELL_H_
