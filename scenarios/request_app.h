// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// RequestApp: requests over UDP and their answers. A client with a number of requests under way; each slot sends, waits for the
// answer or a timeout, thinks, and sends again. An answer that comes after its timeout is delivered but answers nothing. The
// server answers each request at once. Requests and answers are two flows with an account each.
#ifndef WGSIM_SCENARIOS_REQUEST_APP_H_
#define WGSIM_SCENARIOS_REQUEST_APP_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "protocol/buffer.h"
#include "scenarios/flow_figures.h"
#include "scenarios/flow_receiver.h"
#include "scenarios/flow_sender.h"
#include "scenarios/plan.h"
#include "scenarios/world.h"
#include "sim/event_loop.h"
#include "sim/rng.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/time.h"
#include "sim/timer.h"

namespace scenario {

class RequestApp : public FlowMeter, private sim::Actor {
 public:
  // The client. `flow`, `world` and `book` outlive the app; `port` is the client's own.
  RequestApp(World* world, FlowBook* book, const plan::Flow& flow, FlowSender sender, uint16_t port,
             sim::Rng rng);

  // The server, on one of the hosts where its address is or may come to be. REQUIRES: the loop has not run yet.
  void AddServer(const plan::FlowEnd& end, FlowSender sender, uint16_t port);

  // Round trips are from the send call of the request to the answer, of those answered in time.
  FlowFigures Figures(sim::Time) const override { return figures_; }

  // The process that sends, or begins.
  sim::Thread* thread() { return &thread_; }

 private:
  // One request at a time.
  struct Slot {
    uint64_t number = 0;  // of the request under way; 0: none
    sim::Time sent{};
    std::unique_ptr<sim::Timer> timer;  // timeout, or end of thinking
  };
  // The client's tasks, in order.
  class Client : public sim::Runner {
   public:
    explicit Client(RequestApp* app) : app_(app) {}
    void Act(uint64_t slot) override { app_->SendRequest(static_cast<uint32_t>(slot)); }
    absl::string_view Label(uint64_t) const override { return "send request"; }

   private:
    RequestApp* const app_;
  };
  // The server on one host: answers each request at once.
  class Server : public sim::Runner {
   public:
    Server(RequestApp* app, const plan::FlowEnd& end, FlowSender sender, uint16_t port);
    void Act(uint64_t number) override;
    absl::string_view Label(uint64_t) const override { return "send response"; }

   private:
    void Take(const wg::Buffer& payload);

    RequestApp* const app_;
    FlowSender sender_;
    sim::Thread thread_;
    FlowReceiver receiver_;
  };

  void OnEvent(uint64_t slot) override;
  void SubmitRequest(uint32_t slot);
  void SendRequest(uint32_t slot);
  void TakeResponse(const wg::Buffer& payload);
  // Tells the account of the flow that this arrived.
  void Account(const wg::Buffer& payload);
  void Think(Slot* slot);

  World* const world_;
  FlowBook* const book_;
  const plan::Flow& flow_;
  const plan::Requests& requests_;
  FlowSender sender_;
  sim::Thread thread_;  // the client's
  FlowReceiver receiver_;
  Client client_;
  std::vector<std::unique_ptr<Server>> servers_;
  std::vector<Slot> slots_;
  std::deque<uint32_t> waiting_;  // slots that wait for room in the client's send buffer
  uint64_t last_number_ = 0;
  FlowFigures figures_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_REQUEST_APP_H_
