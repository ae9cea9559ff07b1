// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Between the protocol's endpoints and the system's socket addresses.
#ifndef WGSIM_TOOLS_LIVE_SOCKET_ADDRESS_H_
#define WGSIM_TOOLS_LIVE_SOCKET_ADDRESS_H_

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstring>

#include "protocol/ip.h"

namespace live {

inline wg::IpAddress FromSystem(const in_addr& address) {
  return wg::IpAddress::V4(ntohl(address.s_addr));
}
inline wg::IpAddress FromSystem(const in6_addr& address) {
  return wg::IpAddress::FromBytes({address.s6_addr, sizeof(address.s6_addr)});
}
inline in_addr ToIn4(const wg::IpAddress& address) { return {.s_addr = htonl(address.v4())}; }
inline in6_addr ToIn6(const wg::IpAddress& address) {
  in6_addr out;
  address.CopyBytes(out.s6_addr);
  return out;
}

// False endpoint: of neither family.
inline wg::Endpoint FromSystem(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    sockaddr_in in;
    std::memcpy(&in, &address, sizeof(in));
    return {.address = FromSystem(in.sin_addr), .port = ntohs(in.sin_port)};
  }
  if (address.ss_family != AF_INET6) return {};
  sockaddr_in6 in;
  std::memcpy(&in, &address, sizeof(in));
  return {.address = FromSystem(in.sin6_addr),
          .port = ntohs(in.sin6_port),
          .scope_id = in.sin6_scope_id};
}

// Returns the length. REQUIRES: the endpoint is true.
inline socklen_t ToSystem(const wg::Endpoint& endpoint, sockaddr_storage* out) {
  std::memset(out, 0, sizeof(*out));
  if (endpoint.address.is_v4()) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(endpoint.port);
    in.sin_addr = ToIn4(endpoint.address);
    std::memcpy(out, &in, sizeof(in));
    return sizeof(in);
  }
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  in.sin6_port = htons(endpoint.port);
  in.sin6_addr = ToIn6(endpoint.address);
  in.sin6_scope_id = endpoint.scope_id;
  std::memcpy(out, &in, sizeof(in));
  return sizeof(in);
}

}  // namespace live

#endif  // WGSIM_TOOLS_LIVE_SOCKET_ADDRESS_H_
