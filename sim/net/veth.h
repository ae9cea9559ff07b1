// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Veth: one end of a pair. What is sent into it comes out of its peer, in the peer's namespace, on
// the same core through its backlog (drivers/net/veth.c). Both ends are on one host.
#ifndef WGSIM_SIM_NET_VETH_H_
#define WGSIM_SIM_NET_VETH_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/net/backlog.h"
#include "sim/net/interface.h"

namespace net {

class Veth : public Interface {
 public:
  static constexpr uint32_t kMtu = 1500;

  // `backlogs`: the host's, by core; outlive the interface.
  Veth(Fabric* fabric, absl::string_view name, absl::string_view place,
       absl::Span<Backlog* const> backlogs, uint32_t mtu = kMtu);
  // Makes two ends a pair. REQUIRES: neither has a peer; same host.
  static void Connect(Veth* a, Veth* b);

  Veth* peer() const { return peer_; }

 protected:
  // kNetDown: the peer is down (no carrier). kNoBufs: the backlog has no room, which the sender
  // sees (veth has no queue of its own).
  wg::Errno DoTransmit(Packet* packet, uint32_t mtu) override;

 private:
  const absl::Span<Backlog* const> backlogs_;
  Veth* peer_ = nullptr;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_VETH_H_
