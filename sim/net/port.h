// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Port: where a link ends. A NIC, or a test's own receiver.
#ifndef WGSIM_SIM_NET_PORT_H_
#define WGSIM_SIM_NET_PORT_H_

#include "sim/net/packet.h"

namespace net {

class Port {
 public:
  virtual ~Port() = default;
  // The packet's last bit has arrived. At hardware level: no core is involved yet.
  virtual void OnArrival(Packet&& packet) = 0;
  // The cable's state changed.
  virtual void OnCarrier(bool /*up*/) {}
};

}  // namespace net

#endif  // WGSIM_SIM_NET_PORT_H_
