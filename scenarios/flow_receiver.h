// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// FlowReceiver: an application's socket that datagrams of one flow come to, and the task that takes them out: woken for
// the first, charged for each (system call, copy), one datagram at the end of each task.
#ifndef WGSIM_SCENARIOS_FLOW_RECEIVER_H_
#define WGSIM_SCENARIOS_FLOW_RECEIVER_H_

#include <cstdint>
#include <functional>

#include "absl/strings/string_view.h"
#include "protocol/buffer.h"
#include "protocol/ip.h"
#include "scenarios/plan.h"
#include "scenarios/world.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/time.h"
#include "sim/net/socket.h"

namespace scenario {

class FlowReceiver : public net::SocketUser, private sim::Runner {
 public:
  // Takes one datagram, in a task of the application.
  using Take = std::function<void(const wg::Buffer& payload)>;

  // A socket on `host`, bound to `local` (whose address may be unspecified: every address of that family); tasks are
  // `thread`'s. REQUIRES: the address is the host's, or options.freebind; the port is free.
  FlowReceiver(World* world, int host, sim::Thread* thread, const wg::Endpoint& local, absl::string_view place,
               const net::SocketOptions& options, Take take);

  net::Socket& socket() { return socket_; }

  void OnReadable(net::Socket* socket) override;
  void OnError(net::Socket* socket) override;
  void OnWritable(net::Socket* socket) override;
  // Called once when there is room to send again (net::Socket::WaitForRoom).
  void set_on_writable(std::function<void()> call) { on_writable_ = std::move(call); }

 private:
  void Submit(bool asleep);
  sim::Duration Price(uint64_t arg) override;
  void Act(uint64_t arg) override;
  absl::string_view Label(uint64_t) const override { return "receive"; }

  World* const world_;
  const int host_;
  sim::Thread* const thread_;
  const Take take_;
  std::function<void()> on_writable_;
  bool awake_ = false;
  bool slept_ = false;  // before the task that comes
  net::Socket socket_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_FLOW_RECEIVER_H_
