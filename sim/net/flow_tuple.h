// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// FlowTuple: which flow a packet belongs to, as connection tracking sees it (struct
// nf_conntrack_tuple), and the rewriting of its addresses and ports in the bytes.
//
// Followed are UDP, and ICMP echo, whose identifier is the port of whoever asks. An ICMP error
// belongs to the flow of the packet that it quotes. Everything else belongs to no flow.
#ifndef WGSIM_SIM_NET_FLOW_TUPLE_H_
#define WGSIM_SIM_NET_FLOW_TUPLE_H_

#include <cstdint>

#include "absl/types/span.h"
#include "protocol/ip.h"
#include "sim/net/headers.h"
#include "sim/net/packet.h"

namespace net {

struct FlowEnd {
  wg::IpAddress address;
  uint16_t port = 0;  // of an echo: the identifier at the asking end, 0 at the other

  friend bool operator==(const FlowEnd&, const FlowEnd&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const FlowEnd& end) {
    return H::combine(std::move(h), end.address, end.port);
  }
};

struct FlowTuple {
  uint8_t protocol = 0;
  FlowEnd source;
  FlowEnd destination;

  // Of what comes back.
  FlowTuple Inverse() const { return {protocol, destination, source}; }

  friend bool operator==(const FlowTuple&, const FlowTuple&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const FlowTuple& tuple) {
    return H::combine(std::move(h), tuple.protocol, tuple.source, tuple.destination);
  }
};

enum class FlowKind : uint8_t {
  kNone,
  kFlow,
  kError,  // an ICMP error; the tuple is that of the quoted packet
};

// REQUIRES: `ip` is the header of `packet`, no fragment.
FlowKind ParseFlow(absl::Span<const uint8_t> packet, const IpHeader& ip, FlowTuple* tuple);

enum class FlowSide : uint8_t { kSource, kDestination };

// Makes `end` the source or destination of a packet of a flow, of a train in all its segments; the
// checksums in the bytes follow (a right one stays right, a wrong one wrong).
void RewriteFlow(FlowSide side, const FlowEnd& end, Packet* packet);
// The same for an ICMP error: its own address on that side, and in the quote, which goes the other
// way, address and port on the other side. REQUIRES: its checksum is right.
void RewriteError(FlowSide side, const FlowEnd& end, Packet* packet);

}  // namespace net

#endif  // WGSIM_SIM_NET_FLOW_TUPLE_H_
