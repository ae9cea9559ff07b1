// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/loopback.h"

namespace net {

Loopback::Loopback(Fabric* fabric, absl::string_view place, absl::Span<Backlog* const> backlogs)
    : Interface(fabric, "lo", place, kMtu), backlogs_(backlogs) {}

wg::Errno Loopback::DoTransmit(Packet* packet, uint32_t /*mtu*/) {
  packet->charge.Release();  // loopback_xmit orphans the packet
  packet->mark = 0;
  if (!backlogs_[packet->cpu]->Enqueue(this, packet)) {
    ++mutable_counters().rx_dropped;
    fabric()->Kill(packet, entity(), Drop::kBacklogFull);
  }
  return wg::Errno::kOk;
}

}  // namespace net
