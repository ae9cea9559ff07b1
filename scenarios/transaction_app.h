// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// TransactionApp: requests and answers that are repeated until they arrive, as netperf's TCP_RR and TCP_CRR. A client with a
// number of connections, each with one transaction at a time; what is not answered before the retransmission timeout is sent
// again. A refused send call is a packet lost. The server answers whatever comes, the same request twice if it must. Not a
// TCP: no sequence numbers, and the server never repeats by itself.
#ifndef WGSIM_SCENARIOS_TRANSACTION_APP_H_
#define WGSIM_SCENARIOS_TRANSACTION_APP_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "protocol/buffer.h"
#include "scenarios/flow_book.h"
#include "scenarios/flow_figures.h"
#include "scenarios/flow_receiver.h"
#include "scenarios/flow_sender.h"
#include "scenarios/plan.h"
#include "scenarios/retransmission_timeout.h"
#include "scenarios/world.h"
#include "sim/event_loop.h"
#include "sim/rng.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/time.h"
#include "sim/timer.h"

namespace scenario {

class TransactionApp : public FlowMeter, private sim::Actor {
 public:
  // UDP payload of the packets of a connection's first round trip: SYN and SYN-ACK with options.
  static constexpr uint32_t kConnectBytes = 32;

  // The client. `flow`, `world` and `book` outlive the app; `port` is the client's own. REQUIRES: flow.transactions.
  TransactionApp(World* world, FlowBook* book, const plan::Flow& flow, FlowSender sender, uint16_t port,
                 sim::Rng rng);

  // The server, on one of the hosts where its address is or may come to be. REQUIRES: the loop has not run yet.
  void AddServer(const plan::FlowEnd& end, FlowSender sender, uint16_t port);

  FlowFigures Figures(sim::Time end) const override;

  // The process that sends, or begins.
  sim::Thread* thread() { return &thread_; }

 private:
  struct Connection {
    uint64_t number = 0;  // of the packet that waits for its answer; 0: none
    sim::Time began{};    // the transaction, its connecting included
    sim::Time sent{};     // the packet, for the first time
    bool repeated = false;
    RetransmissionTimeout timeout;
    std::unique_ptr<sim::Timer> timer;  // the timeout, or the end of thinking
  };
  class Client : public sim::Runner {
   public:
    explicit Client(TransactionApp* app) : app_(app) {}
    void Act(uint64_t number) override { app_->Send(number); }
    absl::string_view Label(uint64_t) const override { return "send request"; }

   private:
    TransactionApp* const app_;
  };
  class Server : public sim::Runner {
   public:
    Server(TransactionApp* app, const plan::FlowEnd& end, FlowSender sender, uint16_t port);
    void Act(uint64_t number) override;
    absl::string_view Label(uint64_t) const override { return "send response"; }

   private:
    void Take(const wg::Buffer& payload);

    TransactionApp* const app_;
    FlowSender sender_;
    sim::Thread thread_;
    FlowReceiver receiver_;
  };

  void OnEvent(uint64_t index) override;
  // The next packet of the connection: the number says what it is and whose.
  void Begin(uint32_t index, bool connect);
  void Submit(uint64_t number);
  void Send(uint64_t number);
  void TakeAnswer(const wg::Buffer& payload);
  void Account(const wg::Buffer& payload);
  uint32_t RequestBytes(uint64_t number) const;
  uint32_t ResponseBytes(uint64_t number) const;
  bool Over() const { return world_->loop().now() >= sim::kStart + flow_.stop; }
  bool PodIsHere() const {
    return flow_.from.pod == plan::kNone || world_->PodHost(flow_.from.pod) == flow_.from.host;
  }

  World* const world_;
  FlowBook* const book_;
  const plan::Flow& flow_;
  const plan::Transactions& transactions_;
  FlowSender sender_;
  sim::Thread thread_;  // the client's
  FlowReceiver receiver_;
  Client client_;
  std::vector<std::unique_ptr<Server>> servers_;
  std::vector<Connection> connections_;
  uint64_t last_number_ = 0;
  FlowFigures figures_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_TRANSACTION_APP_H_
