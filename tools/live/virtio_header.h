// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// VirtioHeader: what precedes each packet on a TUN interface with IFF_VNET_HDR, in either direction (struct virtio_net_hdr
// of linux/virtio_net.h; virtio 1.2, 5.1.6): which checksum is not there yet, and how a super-packet is to be cut. In the
// machine's byte order.
#ifndef WGSIM_TOOLS_LIVE_VIRTIO_HEADER_H_
#define WGSIM_TOOLS_LIVE_VIRTIO_HEADER_H_

#include <cstdint>

namespace live {

enum class Gso : uint8_t {
  kNone = 0,   // one packet
  kTcp4 = 1,   // VIRTIO_NET_HDR_GSO_TCPV4
  kTcp6 = 4,   // VIRTIO_NET_HDR_GSO_TCPV6
  kUdp = 5,    // VIRTIO_NET_HDR_GSO_UDP_L4, Linux 6.2
};

struct VirtioHeader {
  static constexpr uint8_t kNeedsChecksum = 1;  // VIRTIO_NET_HDR_F_NEEDS_CSUM
  static constexpr uint8_t kEcn = 0x80;         // VIRTIO_NET_HDR_GSO_ECN, beside a Gso

  uint8_t flags = 0;
  uint8_t gso_type = 0;
  uint16_t hdr_len = 0;      // the headers that each segment gets; from the kernel: a hint, not to be relied upon
  uint16_t gso_size = 0;     // payload of each segment; the last one may have less
  uint16_t csum_start = 0;   // where the checksum's bytes begin: the transport's header
  uint16_t csum_offset = 0;  // where it is, from there

  bool operator==(const VirtioHeader&) const = default;
};
static_assert(sizeof(VirtioHeader) == 10);

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_VIRTIO_HEADER_H_
