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

#include "absl/strings/string_view.h"
#include "scenarios/bulk_app.h"
#include "scenarios/flood_app.h"
#include "scenarios/flow_book.h"
#include "scenarios/flow_figures.h"
#include "scenarios/flow_receiver.h"
#include "scenarios/intent.h"
#include "scenarios/ping_app.h"
#include "scenarios/plan.h"
#include "scenarios/ports.h"
#include "scenarios/program_app.h"
#include "scenarios/request_app.h"
#include "scenarios/stream_app.h"
#include "scenarios/transaction_app.h"
#include "scenarios/world.h"
#include "sim/thread.h"
#include "sim/time.h"

namespace scenario {

// One account of the book and what it stands for. Flows of requests and transactions have two: the requests, and
// NAME.response; bulk transfers NAME.ack.
struct FlowEntry {
  std::string name;
  const plan::Flow* flow;
  size_t account;
  wg::IpAddress from;
  wg::IpAddress to;
  plan::Role role;
  uint32_t payload_bytes;
  const FlowMeter* meter = nullptr;  // what else the application knows; of a flow's first account
};

// Of a flood: its account.
struct FloodEntry {
  const plan::Flood* flood;
  size_t account;
};

class Traffic {
 public:
  // All outlive the traffic. REQUIRES: virtual time 0; the intent has not been told of changes; no host runs out of
  // ports (ports.h; the loader sees to it).
  Traffic(World* world, FlowBook* book, Intent* intent);

  // In the order of the plan.
  const std::vector<FlowEntry>& entries() const { return entries_; }
  // The processes of one of the plan's flows: what sends it (of two-way flows, the one that begins); what receives it, of
  // streams, wherever its address may come to be.
  struct Processes {
    sim::Thread* sender = nullptr;
    std::vector<sim::Thread*> receivers;
  };
  const Processes& processes(size_t flow) const { return processes_[flow]; }
  const std::vector<FloodEntry>& floods() const { return flood_entries_; }

 private:
  void AddStream(const plan::Flow& flow, const FlowPorts& ports);
  void AddRequests(const plan::Flow& flow, const FlowPorts& ports);
  void AddTransactions(const plan::Flow& flow, const FlowPorts& ports);
  void AddBulk(const plan::Flow& flow, const FlowPorts& ports);
  void AddPing(const plan::Flow& flow, const FlowPorts& ports);
  void AddFlood(const plan::Flood& flood);
  void AddEntry(const plan::Flow& flow, size_t account, uint32_t payload_bytes, const FlowMeter* meter);
  // Of what the far end answers: NAME.`what`.
  void AddAnswers(const plan::Flow& flow, absl::string_view what, size_t account, uint32_t payload_bytes);
  // Where the far end's application runs: wherever its address may come to be.
  std::vector<plan::FlowEnd> FarEnds(const plan::Flow& flow) const;
  FlowSender MakeSender(const plan::FlowEnd& from, const plan::FlowEnd& to, uint16_t port, size_t account);

  World* const world_;
  FlowBook* const book_;
  Intent* const intent_;
  std::vector<FlowEntry> entries_;
  std::vector<Processes> processes_;  // by flow
  std::vector<std::unique_ptr<StreamApp>> streams_;
  std::vector<std::unique_ptr<ProgramApp>> programs_;
  std::vector<std::unique_ptr<sim::Thread>> threads_;  // of receivers_
  std::vector<std::unique_ptr<FlowReceiver>> receivers_;
  std::vector<std::unique_ptr<RequestApp>> requests_;
  std::vector<std::unique_ptr<TransactionApp>> transactions_;
  std::vector<std::unique_ptr<BulkApp>> bulks_;
  std::vector<std::unique_ptr<PingApp>> pings_;
  std::vector<FloodEntry> flood_entries_;
  std::vector<std::unique_ptr<FloodApp>> floods_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_TRAFFIC_H_
