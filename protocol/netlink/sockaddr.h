// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Endpoints as struct sockaddr_in and sockaddr_in6: the family in the host's byte order, port and
// address in the network's.
//
// Requirements: NL-034 035.
#ifndef WGSIM_PROTOCOL_NETLINK_SOCKADDR_H_
#define WGSIM_PROTOCOL_NETLINK_SOCKADDR_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "protocol/ip.h"
#include "protocol/netlink/uapi.h"

namespace wg::netlink {

// An endpoint without address has the size of sockaddr_in, and family 0.
inline size_t SockaddrBytes(const Endpoint& endpoint) {
  return endpoint.address.is_v6() ? kSockaddrIn6Bytes : kSockaddrInBytes;
}

// Writes SockaddrBytes(endpoint) bytes.
void StoreSockaddr(const Endpoint& endpoint, uint8_t* to);

// False if family and length do not fit together.
bool LoadSockaddr(absl::Span<const uint8_t> bytes, Endpoint* endpoint);

}  // namespace wg::netlink

#endif  // WGSIM_PROTOCOL_NETLINK_SOCKADDR_H_
