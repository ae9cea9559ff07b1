// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// BulkApp: a bulk transfer with retransmission: a sender with a BulkWindow and one timer, and a receiver that acknowledges each
// segment with how far everything is there. A model of what a TCP stream suffers, not a TCP: sends happen in tasks of the
// application, and nothing is negotiated. A send call that fails ends the round, as tcp_write_xmit does: the segment counts
// as not sent, and the next acknowledgement or the timer tries again.
#ifndef WGSIM_SCENARIOS_BULK_APP_H_
#define WGSIM_SCENARIOS_BULK_APP_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "protocol/buffer.h"
#include "scenarios/bulk_window.h"
#include "scenarios/flow_book.h"
#include "scenarios/flow_figures.h"
#include "scenarios/flow_receiver.h"
#include "scenarios/flow_sender.h"
#include "scenarios/plan.h"
#include "scenarios/retransmission_timeout.h"
#include "scenarios/world.h"
#include "sim/event_loop.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/time.h"
#include "sim/timer.h"

namespace scenario {

class BulkApp : public FlowMeter, private sim::Actor, private sim::Runner {
 public:
  static constexpr uint32_t kAckBytes = 24;

  // The sender. `flow`, `world` and `book` outlive the app; `port` is the sender's own. REQUIRES: flow.bulk.
  BulkApp(World* world, FlowBook* book, const plan::Flow& flow, FlowSender sender, uint16_t port);

  // The receiver, on one of the hosts where its address is or may come to be. What has arrived is remembered once for all of
  // them. REQUIRES: the loop has not run yet.
  void AddReceiver(const plan::FlowEnd& end, FlowSender sender, uint16_t port);

  FlowFigures Figures(sim::Time end) const override;

  // The process that sends, or begins.
  sim::Thread* thread() { return &thread_; }

 private:
  class Receiver : public sim::Runner {
   public:
    Receiver(BulkApp* app, const plan::FlowEnd& end, FlowSender sender, uint16_t port);
    void Act(uint64_t upto) override;
    absl::string_view Label(uint64_t) const override { return "send ack"; }

   private:
    void Take(const wg::Buffer& payload);

    BulkApp* const app_;
    FlowSender sender_;
    sim::Thread thread_;
    FlowReceiver receiver_;
  };

  void OnEvent(uint64_t) override;   // start; the retransmission timeout
  void Act(uint64_t) override;       // one send call
  absl::string_view Label(uint64_t) const override { return "send segment"; }
  void Submit();
  void TakeAck(const wg::Buffer& payload);
  void Account(const wg::Buffer& payload);
  bool Over() const { return world_->loop().now() >= sim::kStart + flow_.stop; }
  bool PodIsHere() const {
    return flow_.from.pod == plan::kNone || world_->PodHost(flow_.from.pod) == flow_.from.host;
  }

  World* const world_;
  FlowBook* const book_;
  const plan::Flow& flow_;
  const plan::Bulk& bulk_;
  FlowSender sender_;
  sim::Thread thread_;  // the sender's
  FlowReceiver acks_;
  std::vector<std::unique_ptr<Receiver>> receivers_;
  sim::Timer timer_;
  BulkWindow window_;
  RetransmissionTimeout timeout_;
  bool submitted_ = false;  // a send call is under way, or waits for room
  // One segment at a time is measured; none if it was sent again.
  bool measuring_ = false;
  uint64_t measured_ = 0;
  sim::Time measured_at_{};
  bool started_ = false;
  sim::Time progress_{};  // the last one; at first, the first send call
  // What the receiver has beyond `expected_`: a ring of as many as may be under way.
  std::vector<bool> early_;
  uint64_t expected_ = 0;
  FlowFigures figures_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_BULK_APP_H_
