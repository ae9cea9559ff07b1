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
// identification for IPv6 (IPv4 keeps the packet's). Every piece carries the tag: wherever one dies,
// the datagram cannot be put together. The last one carries the charge. kOk: *packet is used up. An
// error of `emit` ends it: *packet stays with the caller, pieces already emitted are under way, the
// one refused is freed. kMsgSize if no piece fits.
wg::Errno FragmentPacket(wg::BufferPool* pool, Packet* packet, uint32_t mtu, uint32_t id,
                         absl::FunctionRef<wg::Errno(Packet*)> emit);

}  // namespace net

#endif  // WGSIM_SIM_NET_FRAGMENT_H_
