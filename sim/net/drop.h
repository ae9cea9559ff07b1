// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Drop: why a packet ended where it did, and DropSink, who is told. A dropped packet is a result,
// not an error.
//
// The rule of the account: a packet with a tag ends exactly once, as one of
//   * delivered (a socket's user took it, or it was still in a queue at the end of the run);
//   * refused: the application's own send call returned an error. The caller knows and nobody else
//   is told;
//   * dropped: OnDrop was called with it, once, at the place where it died.
// Packets that the stack makes for itself (ICMP errors, copies, fragments but the last) have tag 0.
// A link that duplicates a packet announces the copy with OnCopy: one more end for this tag.
#ifndef WGSIM_SIM_NET_DROP_H_
#define WGSIM_SIM_NET_DROP_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "protocol/buffer.h"
#include "protocol/errno.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace net {

enum class Drop : uint8_t {
  kNone,              // not dropped
  kLinkLoss,          // chance
  kLinkDown,          // cable out: queued and in flight too
  kQueueFull,         // transmit queue (qdisc and ring) of an interface
  kRxRingFull,        // NIC's receive ring
  kBacklogFull,       // netdev_max_backlog of a core: loopback and veth
  kInterfaceDown,     // sent or received there
  kMalformed,         // IP header, UDP or ICMP header, or lengths
  kBadChecksum,       // IPv4 header, UDP, ICMP
  kNotForwarding,     // not for this host, and it does not forward
  kNoRoute,           // ENETUNREACH, and routes of type unreachable, prohibit, blackhole
  kTtlExpired,        // forwarding with TTL 1
  kTooBig,            // larger than the MTU and not to be fragmented
  kRefusedByDevice,   // the tunnel device returned an error
  kNoProtocol,        // nobody speaks it
  kNoPort,            // no socket
  kSocketBufferFull,  // rcvbuf
  kSocketClosed,      // with datagrams in its queue
  kBadFragment,       // overlap, odd size, beyond 64 KiB
  kFragmentTimeout,   // the rest did not come
  kFragmentTableFull,
  kNamespaceGone,  // the interface left, or belongs nowhere
  kFiltered,       // a rule of the packet filter
  kNatFull,        // no room, or no free port, for the translation of a new flow
};
inline constexpr int kDrops = 24;
// "queue full"; for people and reports.
absl::string_view DropName(Drop drop);
// Why a packet died whose transmission failed with this errno.
Drop DropOf(wg::Errno error);

class DropSink {
 public:
  virtual ~DropSink() = default;
  // `packet` is gone when this returns. `place` is the trace entity of the link, interface,
  // namespace or socket.
  virtual void OnDrop(sim::Time time, sim::EntityId place, Drop why, const wg::Buffer& packet) = 0;
  // From here on there is one packet more with this tag.
  virtual void OnCopy(sim::Time time, sim::EntityId place, const wg::Buffer& packet);
};

}  // namespace net

#endif  // WGSIM_SIM_NET_DROP_H_
