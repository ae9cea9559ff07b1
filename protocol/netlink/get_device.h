// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The request for a dump of a device (netlink.c: wg_get_device_start; spec/data section 2.9). The
// answer is DumpCursor's (dump_cursor.h) and its reader's (dump_reader.h).
//
// Requirements: PEER-032; NL-019 020 043 to 048 051.
#ifndef WGSIM_PROTOCOL_NETLINK_GET_DEVICE_H_
#define WGSIM_PROTOCOL_NETLINK_GET_DEVICE_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "protocol/errno.h"
#include "protocol/netlink/interface.h"
#include "protocol/netlink/policy.h"

namespace wg::netlink {

// One datagram. REQUIRES: a name, if there is one, is not too long.
std::vector<uint8_t> EncodeGetDevice(const Target& target, uint32_t sequence, uint32_t port);

// From the attributes of a request (ReadRequest). Kernels up to 6.18 accept all attributes of a
// device here and ignore what they do not need.
Errno DecodeGetDevice(absl::Span<const uint8_t> attributes, Version version, Target* target);

}  // namespace wg::netlink

#endif  // WGSIM_PROTOCOL_NETLINK_GET_DEVICE_H_
