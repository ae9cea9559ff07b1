// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The socket options that the applications of a flow share.
#ifndef WGSIM_SCENARIOS_FLOW_SOCKET_H_
#define WGSIM_SCENARIOS_FLOW_SOCKET_H_

#include "scenarios/plan.h"
#include "sim/net/socket.h"
#include "sim/wg/cost_model.h"

namespace scenario {

// For a socket of `flow` on `host`, at either end.
inline net::SocketOptions FlowSocketOptions(const plan::Flow& flow, const plan::Host& host) {
  // A pod that comes later brings its applications with it.
  return {.recverr = flow.ip_recverr,
          .freebind = true,
          .send_buffer = flow.send_buffer_bytes,
          .receive_buffer = flow.receive_buffer_bytes,
          .queue_lock = host.costs.Charge(wgnode::Cost::kSocketLock)};
}

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_FLOW_SOCKET_H_
