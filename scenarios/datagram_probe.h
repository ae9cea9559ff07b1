// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// DatagramProbe: a listener on a UDP port of one host for a while, and a single datagram for it from another, in a script. It belongs to
// no flow.
#ifndef WGSIM_SCENARIOS_DATAGRAM_PROBE_H_
#define WGSIM_SCENARIOS_DATAGRAM_PROBE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "protocol/errno.h"
#include "scenarios/plan.h"
#include "scenarios/script_occasion.h"
#include "scenarios/world.h"
#include "sim/event_loop.h"
#include "sim/net/socket.h"
#include "sim/task.h"
#include "sim/thread.h"

namespace scenario {

class DatagramProbe : private sim::Actor, private sim::Runner, private net::SocketUser {
 public:
  // Listens from now on; `thread`, on the host that sends, sends; nullptr if nobody does. All outlive it; it outlives the run. REQUIRES:
  // the action is a plan::Datagram.
  DatagramProbe(World* world, const Occasion& occasion, sim::Thread* thread, CheckSink* sink);

  // The run is over; says what came of it unless that was said.
  void Close();

 private:
  void OnEvent(uint64_t) override;  // heard, or waited long enough
  void Act(uint64_t) override;      // the send call
  absl::string_view Label(uint64_t) const override { return "send datagram"; }
  void OnReadable(net::Socket* socket) override;

  void Judge(const std::string& seen, bool held);

  World* const world_;
  const Occasion occasion_;
  const plan::Datagram& what_;
  sim::Thread* const thread_;
  CheckSink* const sink_;
  std::unique_ptr<net::Socket> listener_;
  std::unique_ptr<net::Socket> sender_;
  wg::Errno send_error_ = wg::Errno::kOk;
  bool heard_ = false;
  bool judged_ = false;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_DATAGRAM_PROBE_H_
