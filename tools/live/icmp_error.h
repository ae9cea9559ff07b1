// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The ICMP message that tells the sender of a packet that it cannot be delivered: what the kernel's wg_xmit sends for a
// packet that belongs to no peer.
#ifndef WGSIM_TOOLS_LIVE_ICMP_ERROR_H_
#define WGSIM_TOOLS_LIVE_ICMP_ERROR_H_

#include <cstdint>

#include "absl/types/span.h"
#include "protocol/buffer.h"

namespace live {

// "Host unreachable" (ICMP type 3 code 1) or "address unreachable" (ICMPv6 type 1 code 3) about `packet`, from the address
// that it was sent to, quoting what RFC 1812 and RFC 4443 let it. The buffer is false where none is to be sent: the packet is
// no IP, a later fragment, itself an ICMP error, or is from or to an address that nothing is answered to.
wg::Buffer HostUnreachable(absl::Span<const uint8_t> packet, wg::BufferPool* pool);

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_ICMP_ERROR_H_
