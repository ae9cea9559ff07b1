// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// PacketJoiner: puts packets of a flow that came one after the other together again, so that the host's stack is handed
// one super-packet instead of many packets (as its own GRO does, net/ipv4/tcp_offload.c and udp_offload.c). For one batch:
//
//   for (packet : batch) joiner.Add(packet);
//   for (i = 0; i < joiner.size(); ++i) ... joiner.Finish(i, &header, parts) ... write them ...
//   joiner.Clear();
//
// Nothing is copied: a super-packet is the first packet, its header changed, and the others' payloads. Cutting it gives the
// packets as they were, except for IPv4's number where fragmenting is forbidden (RFC 6864: it means nothing there). The
// order within a flow is kept, and that between what belongs to no flow and everything else; flows may overtake each other.
//
// Joined are packets of TCP with payload and without options in IPv4's header or extension headers of IPv6 that have all
// but number, checksum, FIN and PSH in common, each where the one before ended, all of one size but the last; FIN, PSH and
// a shorter one end it. Of UDP: datagrams of one size, the last one may be shorter. Only those whose checksums are good:
// nobody looks at them afterwards.
#ifndef WGSIM_TOOLS_LIVE_PACKET_JOINER_H_
#define WGSIM_TOOLS_LIVE_PACKET_JOINER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "tools/live/virtio_header.h"

namespace live {

class PacketJoiner {
 public:
  // Packets of one super-packet (UDP_MAX_SEGMENTS before Linux 6.9), and its bytes.
  static constexpr size_t kMostPackets = 64;
  static constexpr size_t kMostBytes = 65535;
  // Flows that are joined at a time; a further one ends the oldest.
  static constexpr size_t kMostFlows = 16;

  // What is joined: what the interface has taken offloads for.
  struct Protocols {
    bool tcp;  // TUN_F_TSO4 and 6
    bool udp;  // TUN_F_USO4 and 6
  };
  explicit PacketJoiner(Protocols protocols) : protocols_(protocols) {}

  // The bytes have to stay until Clear(); Finish may change them.
  void Add(absl::Span<uint8_t> packet);

  // Packets and super-packets that have come of it, in the order in which they are to be handed over.
  size_t size() const { return groups_.size(); }
  // What is to be written: header, then the parts. Returns how many parts. To be called once for each.
  // REQUIRES: i < size(); room for kMostPackets parts.
  size_t Finish(size_t i, VirtioHeader* header, absl::Span<const uint8_t>* parts);

  // Keeps the memory.
  void Clear();

 private:
  // As much as is known of a packet when it is added.
  struct Candidate {
    absl::Span<uint8_t> bytes;
    bool tcp = false;
    bool joinable = false;
    bool ends = false;       // nothing may follow it
    uint32_t sequence = 0;   // TCP
    size_t transport = 0;    // where its header begins
    size_t headers = 0;      // where its payload begins
    uint64_t flow = 0;       // a hash of addresses, ports and protocol
    uint32_t next = 0;       // in the group; 0: the last
  };
  struct Group {
    uint32_t first = 0;
    uint32_t last = 0;
    uint32_t count = 1;
    uint32_t bytes = 0;
    bool checked = false;  // the first one's checksum is good
  };

  static bool Parse(absl::Span<uint8_t> packet, Candidate* candidate);
  static void ParseTcp(Candidate* candidate);
  static void ParseUdp(Candidate* candidate);
  static bool SameFlow(const Candidate& a, const Candidate& b);
  static bool GoodChecksum(const Candidate& candidate);
  bool Fits(const Group& group, const Candidate& candidate) const;
  // The open group of the flow: an index into open_, or its size.
  size_t Find(const Candidate& candidate) const;
  void Close(size_t i);

  const Protocols protocols_;
  std::vector<Candidate> packets_;
  std::vector<Group> groups_;
  std::vector<uint32_t> open_;  // groups that may grow, oldest first
};

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_PACKET_JOINER_H_
