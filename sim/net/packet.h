// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Packet: what travels. The bytes, beginning with the IP header, and the few things a kernel keeps
// beside them. Owned by exactly one holder, moved, never copied (Clone is for links that duplicate
// and for observers).
//
// A packet with further segments is a train: a super-packet of segmentation offload. It goes
// through socket, route, interface and queue as one; on a link there are only single packets. What
// the packet says beside the bytes holds for all of them, and its charge is that of all.
#ifndef WGSIM_SIM_NET_PACKET_H_
#define WGSIM_SIM_NET_PACKET_H_

#include <cstdint>

#include "protocol/buffer.h"
#include "sim/net/segments.h"
#include "sim/net/send_account.h"
#include "sim/time.h"

namespace net {

class Interface;

// State of the transport's checksum.
enum class ChecksumState : uint8_t {
  // Nobody has looked: the receiver's stack must verify the bytes. Set by a link that flipped a
  // bit: the checksum in
  // the bytes is then that of the packet as it was, and verification finds out for real.
  kUnverified,
  // Checksum offload: the field is 0 in the bytes, and right as far as anyone on the path can tell.
  // Whoever needs
  // the true bytes (a tunnel before sealing, a fragmenter, a capture file, a link that corrupts)
  // calls
  // ResolveChecksum first. Reaching a socket like this counts as verified, as with a NIC that
  // checks.
  kPartial,
  // Known to be right (or, inside a tunnel, vouched for by authentication), complete in the bytes.
  kVerified,
};

// Which core runs the current act: travels with the packet through the stack (smp_processor_id()).
using Cpu = uint16_t;

struct Packet {
  wg::Buffer buffer;
  Segments more;                // of a train, behind `buffer`
  SendCharge charge;            // the sending socket's, until the packet has left the host
  Interface* device = nullptr;  // came in here; nullptr: made by this host
  uint32_t mark = 0;            // fwmark
  uint32_t flow_hash = 0;       // FlowHash(), 0 = not computed
  Cpu cpu = 0;
  ChecksumState checksum = ChecksumState::kUnverified;
  bool ignore_df = false;  // may be fragmented here although DF is set
  // Came to this namespace in fragments, and may leave it so (IPSKB_DEFRAG).
  bool reassembled = false;

  // Of the first packet, the largest of a train.
  uint32_t size() const { return static_cast<uint32_t>(buffer.size()); }
  uint64_t tag() const { return buffer.tag(); }
  bool is_train() const { return !more.empty(); }
  // Packets, and their bytes.
  uint32_t segments() const { return 1 + static_cast<uint32_t>(more.size()); }
  uint32_t total_size() const {
    return is_train() ? size() + static_cast<uint32_t>(more.bytes()) : size();
  }
  // Makes the bytes what would be on the wire: kPartial becomes kVerified.
  void ResolveChecksum();
  // The same bytes, tag and metadata, charging nobody. REQUIRES: no train.
  Packet Clone() const;
  // A single packet with these bytes and this one's metadata, charging nobody.
  Packet Like(wg::Buffer bytes) const;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_PACKET_H_
