// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A super-packet is one that the host's stack has left to the interface to cut: TCP as long as 64 KiB (TSO), or datagrams
// of one flow (USO). Pure functions of its bytes and its VirtioHeader.
#ifndef WGSIM_TOOLS_LIVE_SUPER_PACKET_H_
#define WGSIM_TOOLS_LIVE_SUPER_PACKET_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "protocol/buffer.h"
#include "tools/live/virtio_header.h"

namespace live {

// Segments of one super-packet: 64 KiB (GSO_LEGACY_MAX_SIZE) in the shortest, of 8 bytes (TCP_MIN_GSO_SIZE). As many as a
// wg::Device takes at once.
inline constexpr size_t kMostCut = 8192;

// Appends the packets that `packet` stands for, complete with lengths, numbers and checksums: as tcp_gso_segment,
// __udp_gso_segment and inet_gso_segment of the kernel make them. IPv4's number counts up; FIN and PSH are the last
// one's, CWR the first one's. Without Gso it is one packet, whose checksum is filled in if it needs one.
//
// False, and *out is as it was: the header does not fit the packet (what the kernel hands out always does), or there would
// be more than kMostCut. Only `packet` is read.
bool CutSuperPacket(const VirtioHeader& header, absl::Span<const uint8_t> packet, wg::BufferPool* pool,
                    std::vector<wg::Buffer>* out);

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_SUPER_PACKET_H_
