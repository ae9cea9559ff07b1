// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Fragmentation of a packet that is larger than the MTU (ip_do_fragment, ip6_fragment).
#ifndef WGSIM_SIM_NET_FRAGMENT_H_
#define WGSIM_SIM_NET_FRAGMENT_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "protocol/buffer.h"
#include "protocol/errno.h"
#include "sim/net/packet.h"

namespace net {

// Cuts *packet into pieces of at most `mtu` bytes and hands each to `emit`, in order. `id` is the
// identification for IPv6 (IPv4 keeps the packet's). The LAST piece alone carries the tag and the
// charge: if any piece is lost the datagram cannot be put together, and the account of its tag
// closes exactly once, with that piece or with the reassembly that waits for the others in vain.
// kOk: *packet is used up. An error of `emit` ends it: *packet stays with the caller, pieces
// already emitted are under way (with tag 0), the one refused is freed. kMsgSize if no piece fits.
wg::Errno FragmentPacket(wg::BufferPool* pool, Packet* packet, uint32_t mtu, uint32_t id,
                         absl::FunctionRef<wg::Errno(Packet*)> emit);

}  // namespace net

#endif  // WGSIM_SIM_NET_FRAGMENT_H_
