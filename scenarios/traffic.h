// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Traffic: the applications of all flows of a plan, put into a world.
#ifndef WGSIM_SCENARIOS_TRAFFIC_H_
#define WGSIM_SCENARIOS_TRAFFIC_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/flow_book.h"
#include "scenarios/flow_receiver.h"
#include "scenarios/intent.h"
#include "scenarios/plan.h"
#include "scenarios/ports.h"
#include "scenarios/program_app.h"
#include "scenarios/request_app.h"
#include "scenarios/stream_app.h"
#include "scenarios/world.h"
#include "sim/thread.h"
#include "sim/time.h"

namespace scenario {

// One account of the book and what it stands for. A flow of requests has two: the requests, and NAME.response.
struct FlowEntry {
  std::string name;
  const plan::Flow* flow;
  size_t account;
  wg::IpAddress from;
  wg::IpAddress to;
  plan::Role role;
  uint32_t payload_bytes;
  const RequestApp* requests = nullptr;  // of the account of requests: round trips and timeouts
};

class Traffic {
 public:
  // All outlive the traffic. REQUIRES: virtual time 0; the intent has not been told of changes; no host runs out of
  // ports (ports.h; the loader sees to it).
  Traffic(World* world, FlowBook* book, Intent* intent);

  // In the order of the plan.
  const std::vector<FlowEntry>& entries() const { return entries_; }

 private:
  void AddStream(const plan::Flow& flow, const FlowPorts& ports);
  void AddRequests(const plan::Flow& flow, const FlowPorts& ports);
  FlowSender MakeSender(const plan::FlowEnd& from, const plan::FlowEnd& to, uint16_t port, size_t account);

  World* const world_;
  FlowBook* const book_;
  Intent* const intent_;
  std::vector<FlowEntry> entries_;
  std::vector<std::unique_ptr<StreamApp>> streams_;
  std::vector<std::unique_ptr<ProgramApp>> programs_;
  std::vector<std::unique_ptr<sim::Thread>> threads_;  // of receivers_
  std::vector<std::unique_ptr<FlowReceiver>> receivers_;
  std::vector<std::unique_ptr<RequestApp>> requests_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_TRAFFIC_H_
