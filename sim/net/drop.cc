// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/drop.h"

namespace net {

absl::string_view DropName(Drop drop) {
  switch (drop) {
    case Drop::kNone:
      return "not dropped";
    case Drop::kLinkLoss:
      return "link loss";
    case Drop::kLinkDown:
      return "link down";
    case Drop::kQueueFull:
      return "queue full";
    case Drop::kRxRingFull:
      return "receive ring full";
    case Drop::kBacklogFull:
      return "backlog full";
    case Drop::kInterfaceDown:
      return "interface down";
    case Drop::kMalformed:
      return "malformed";
    case Drop::kBadChecksum:
      return "bad checksum";
    case Drop::kNotForwarding:
      return "not for this host";
    case Drop::kNoRoute:
      return "no route";
    case Drop::kTtlExpired:
      return "TTL expired";
    case Drop::kTooBig:
      return "larger than the MTU";
    case Drop::kRefusedByDevice:
      return "refused by the device";
    case Drop::kNoProtocol:
      return "unknown protocol";
    case Drop::kNoPort:
      return "no socket";
    case Drop::kSocketBufferFull:
      return "socket buffer full";
    case Drop::kSocketClosed:
      return "socket closed";
    case Drop::kBadFragment:
      return "bad fragment";
    case Drop::kFragmentTimeout:
      return "fragment timeout";
    case Drop::kFragmentTableFull:
      return "fragment table full";
    case Drop::kNamespaceGone:
      return "namespace gone";
    case Drop::kFiltered:
      return "packet filter";
    case Drop::kNatFull:
      return "NAT full";
  }
  return "unknown";
}

Drop DropOf(wg::Errno error) {
  switch (error) {
    case wg::Errno::kOk:
      return Drop::kNone;
    case wg::Errno::kNoBufs:
      return Drop::kQueueFull;
    case wg::Errno::kNetDown:
      return Drop::kInterfaceDown;
    case wg::Errno::kMsgSize:
      return Drop::kTooBig;
    case wg::Errno::kNetUnreach:
    case wg::Errno::kHostUnreach:
    case wg::Errno::kInval:
      return Drop::kNoRoute;
    case wg::Errno::kNoDev:
    case wg::Errno::kNoNet:
      return Drop::kNamespaceGone;
    case wg::Errno::kPerm:
      return Drop::kFiltered;
    case wg::Errno::kNoMem:
      return Drop::kNatFull;
    default:
      return Drop::kRefusedByDevice;
  }
}

void DropSink::OnCopy(sim::Time /*time*/, sim::EntityId /*place*/, const wg::Buffer& /*packet*/) {}

}  // namespace net
