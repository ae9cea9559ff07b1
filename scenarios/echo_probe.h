// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// EchoProbe: one run of ping(8) in a script: echo requests, which of them were answered in time, and the ICMP errors that came back.
// They belong to no flow.
#ifndef WGSIM_SCENARIOS_ECHO_PROBE_H_
#define WGSIM_SCENARIOS_ECHO_PROBE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "scenarios/plan.h"
#include "scenarios/script_occasion.h"
#include "scenarios/world.h"
#include "sim/event_loop.h"
#include "sim/net/icmp.h"
#include "sim/net/netns.h"
#include "sim/net/packet.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/time.h"

namespace scenario {

class EchoProbe : private sim::Actor, private sim::Runner, private net::EchoListener {
 public:
  // Begins now, as tasks of `thread` on the action's host. All outlive it; it outlives the run. REQUIRES: the action is a
  // plan::PingCommand.
  EchoProbe(World* world, const Occasion& occasion, sim::Thread* thread, CheckSink* sink);
  ~EchoProbe() override;

  // The run is over; says what came of it unless that was said.
  void Close();

 private:
  struct Request {
    sim::Time sent{};
    bool is_sent = false;
    bool answered = false;
  };
  // Of the loop: what, in the top bits of the argument, and the sequence number.
  enum Event : uint64_t { kDue, kOver };

  void OnEvent(uint64_t event) override;
  void Act(uint64_t sequence) override;  // the send call
  absl::string_view Label(uint64_t) const override { return "send echo"; }
  void OnEchoReply(net::Packet&& packet, const net::IpHeader& ip, uint16_t sequence) override;
  void OnEchoError(const net::IcmpReport& report, uint16_t sequence) override;

  void SendNext();
  void Judge();
  std::string Expected() const;
  std::string Seen() const;

  World* const world_;
  const Occasion occasion_;
  const plan::PingCommand& what_;
  sim::Thread* const thread_;
  CheckSink* const sink_;
  net::Netns* netns_;
  uint16_t id_ = 0;
  std::vector<Request> requests_;  // those begun
  uint32_t answered_ = 0;
  bool judged_ = false;
  bool error_came_ = false;            // from what_.error_from
  std::vector<std::string> errors_;    // each once
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_ECHO_PROBE_H_
