// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// PingApp: ICMP echo requests at an interval, as ping(8). One account: what is answered is delivered; the answer carries the
// request's tag, so that either may die and the account knows where. ICMP errors that come back are counted by who sent them.
// While its pod is away it offers nothing.
#ifndef WGSIM_SCENARIOS_PING_APP_H_
#define WGSIM_SCENARIOS_PING_APP_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "scenarios/flow_book.h"
#include "scenarios/flow_figures.h"
#include "scenarios/flow_sender.h"
#include "scenarios/plan.h"
#include "scenarios/world.h"
#include "sim/event_loop.h"
#include "sim/net/icmp.h"
#include "sim/net/packet.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/time.h"

namespace scenario {

class PingApp : public FlowMeter, private sim::Actor, private sim::Runner, private net::EchoListener {
 public:
  // `flow`, `world` and `book` outlive the app. `id`: of the requests; nobody else's on that host. REQUIRES: flow.ping.
  PingApp(World* world, FlowBook* book, const plan::Flow& flow, FlowSender sender, uint16_t id);
  ~PingApp() override;

  FlowFigures Figures(sim::Time end) const override;

  // The process that sends, or begins.
  sim::Thread* thread() { return &thread_; }

 private:
  void OnEvent(uint64_t) override;      // a request is due
  void Act(uint64_t tag) override;      // the send call; with a tag: its answer is read
  absl::string_view Label(uint64_t tag) const override { return tag == 0 ? "send echo" : "read echo"; }
  void OnEchoReply(net::Packet&& packet, const net::IpHeader& ip, uint16_t sequence) override;
  void OnEchoError(const net::IcmpReport& report, uint16_t sequence) override;

  World* const world_;
  FlowBook* const book_;
  const plan::Flow& flow_;
  const plan::Ping& ping_;
  FlowSender sender_;
  const uint16_t id_;
  sim::Thread thread_;
  uint32_t due_ = 0;  // requests that were due so far
  uint16_t sequence_ = 0;
  FlowFigures figures_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_PING_APP_H_
