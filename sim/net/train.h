// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Taking a train apart: where somebody behind cannot take it as one.
#ifndef WGSIM_SIM_NET_TRAIN_H_
#define WGSIM_SIM_NET_TRAIN_H_

#include "absl/functional/function_ref.h"
#include "protocol/errno.h"
#include "sim/net/fabric.h"
#include "sim/net/packet.h"
#include "sim/trace.h"

namespace net {

// Hands each packet of *train to `send` as one by itself, in order, the last one with the charge.
// `send` is as Interface::Transmit: kOk, or the packet stays. If it refuses the first one, the
// train stays whole with the caller; any other that is refused is reported as dropped at `place`,
// and the rest goes on. REQUIRES: train->is_train().
wg::Errno SendApart(Fabric* fabric, sim::EntityId place, Packet* train,
                    absl::FunctionRef<wg::Errno(Packet*)> send);

}  // namespace net

#endif  // WGSIM_SIM_NET_TRAIN_H_
