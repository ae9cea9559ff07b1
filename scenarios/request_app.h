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

#include "scenarios/flow_receiver.h"
#include "scenarios/flow_sender.h"
#include "scenarios/plan.h"
#include "scenarios/world.h"
#include "sim/core.h"
#include "sim/event_loop.h"
#include "sim/rng.h"
#include "sim/time.h"
#include "sim/timer.h"

namespace scenario {

class RequestApp : private sim::Actor {
 public:
  // `flow`, `world` and `book` outlive the app. Ports: the client's and the server's own.
  RequestApp(World* world, FlowBook* book, const plan::Flow& flow, FlowSender request_sender,
             FlowSender response_sender, uint16_t client_port, uint16_t server_port, sim::Rng rng);

  uint64_t timeouts() const { return timeouts_; }
  // From the send call of the request to the answer, of those answered in time.
  const std::vector<sim::Duration>& round_trips() const { return round_trips_; }

 private:
  // One request at a time.
  struct Slot {
    uint64_t number = 0;  // of the request under way; 0: none
    sim::Time sent{};
    std::unique_ptr<sim::Timer> timer;  // timeout, or end of thinking
  };
  // Tasks of one side that send, in order.
  class Side : public sim::Runner {
   public:
    Side(RequestApp* app, bool client) : app_(app), client_(client) {}
    void Act(uint64_t arg) override {
      client_ ? app_->SendRequest(static_cast<uint32_t>(arg)) : app_->SendResponse(arg);
    }

   private:
    RequestApp* const app_;
    const bool client_;
  };

  void OnEvent(uint64_t slot) override;
  void SubmitRequest(uint32_t slot);
  void SendRequest(uint32_t slot);
  void SendResponse(uint64_t number);
  void TakeRequest(net::Received received);
  void TakeResponse(net::Received received);
  void Think(Slot* slot);
  sim::Core* core(const plan::FlowEnd& end);

  World* const world_;
  FlowBook* const book_;
  const plan::Flow& flow_;
  const plan::Requests& requests_;
  FlowSender request_sender_;
  FlowSender response_sender_;
  FlowReceiver client_;
  FlowReceiver server_;
  Side client_side_;
  Side server_side_;
  std::vector<Slot> slots_;
  std::deque<uint32_t> waiting_;  // slots that wait for room in the client's send buffer
  uint64_t last_number_ = 0;
  uint64_t timeouts_ = 0;
  std::vector<sim::Duration> round_trips_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_REQUEST_APP_H_
