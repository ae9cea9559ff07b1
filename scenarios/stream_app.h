// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// StreamApp: UDP in one direction, as netperf's UDP_STREAM: one datagram after the other, as fast as the socket takes them, up
// to a rate. A sender that is late (its core was busy, or the socket was full) sends at once and goes on from there; it does not
// catch up. While its pod is away it offers nothing.
#ifndef WGSIM_SCENARIOS_STREAM_APP_H_
#define WGSIM_SCENARIOS_STREAM_APP_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "scenarios/flow_sender.h"
#include "scenarios/plan.h"
#include "scenarios/world.h"
#include "sim/event_loop.h"
#include "sim/net/socket.h"
#include "sim/rng.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/time.h"

namespace scenario {

class StreamApp : public net::SocketUser, private sim::Actor, private sim::Runner {
 public:
  // `flow` and `world` outlive the app. `port`: the sender's own. The first datagram is due within one period after the flow's
  // start, at a moment that `rng` decides.
  StreamApp(World* world, const plan::Flow& flow, FlowSender sender, uint16_t port, sim::Rng rng);

  void OnWritable(net::Socket* socket) override;

  // The process that sends, or begins.
  sim::Thread* thread() { return &thread_; }

 private:
  void OnEvent(uint64_t arg) override;  // a datagram is due
  void Act(uint64_t arg) override;      // the send call
  absl::string_view Label(uint64_t) const override { return "send"; }
  void SubmitSend();
  bool PodIsHere() const;
  // From one burst of calls to the next, on average.
  sim::Duration Period() const;
  // When the next datagram is due: now at the earliest.
  sim::Time NextDue();

  World* const world_;
  const plan::Flow& flow_;
  const plan::Stream& stream_;
  FlowSender sender_;
  sim::Thread thread_;
  net::Socket socket_;
  sim::Rng rng_;
  // The next datagram is due at base_ + sent_ * period.
  sim::Time base_{};
  int64_t sent_ = 0;
  uint32_t in_burst_ = 0;  // calls of the burst so far
  uint64_t number_ = 0;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_STREAM_APP_H_
