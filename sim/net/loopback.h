// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Loopback: "lo". What is sent comes in again on the same core, through its backlog
// (drivers/net/loopback.c).
#ifndef WGSIM_SIM_NET_LOOPBACK_H_
#define WGSIM_SIM_NET_LOOPBACK_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/net/backlog.h"
#include "sim/net/interface.h"

namespace net {

class Loopback : public Interface {
 public:
  static constexpr uint32_t kMtu = 65536;

  // `backlogs`: the host's, by core; outlive the interface.
  Loopback(Fabric* fabric, absl::string_view place, absl::Span<Backlog* const> backlogs);

  bool is_loopback() const override { return true; }

 protected:
  // Always kOk: a packet for which the backlog has no room dies here and the sender is not told.
  wg::Errno DoTransmit(Packet* packet, uint32_t mtu) override;

 private:
  const absl::Span<Backlog* const> backlogs_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_LOOPBACK_H_
