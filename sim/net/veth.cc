// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/veth.h"

#include "protocol/check.h"

namespace net {

Veth::Veth(Fabric* fabric, absl::string_view name, absl::string_view place,
           absl::Span<Backlog* const> backlogs, uint32_t mtu)
    : Interface(fabric, name, place, mtu), backlogs_(backlogs) {}

void Veth::Connect(Veth* a, Veth* b) {
  CHECK(a->peer_ == nullptr);
  CHECK(b->peer_ == nullptr);
  CHECK_NE(a, b);
  a->peer_ = b;
  b->peer_ = a;
}

wg::Errno Veth::DoTransmit(Packet* packet, uint32_t /*mtu*/) {
  if (peer_ == nullptr || !peer_->up()) return wg::Errno::kNetDown;
  // The mark means nothing in the other namespace (skb_scrub_packet). The charge stays: the socket
  // keeps paying.
  const uint32_t mark = packet->mark;
  packet->mark = 0;
  if (backlogs_[packet->cpu]->Enqueue(peer_, packet)) return wg::Errno::kOk;
  packet->mark = mark;
  return wg::Errno::kNoBufs;
}

}  // namespace net
