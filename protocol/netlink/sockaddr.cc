// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/netlink/sockaddr.h"

#include <cstring>

#include "protocol/endian.h"

namespace wg::netlink {
namespace {

// Offsets: family, port, then
constexpr size_t kInAddress = 4;   // address, 8 bytes of nothing
constexpr size_t kIn6Address = 8;  // behind 4 bytes of flow information
constexpr size_t kIn6Scope = 24;

}  // namespace

void StoreSockaddr(const Endpoint& endpoint, uint8_t* to) {
  std::memset(to, 0, SockaddrBytes(endpoint));
  if (!endpoint.address) return;
  StoreBe16(to + 2, endpoint.port);
  if (endpoint.address.is_v4()) {
    StoreLe16(to, kAfInet);
    endpoint.address.CopyBytes(to + kInAddress);
  } else {
    StoreLe16(to, kAfInet6);
    endpoint.address.CopyBytes(to + kIn6Address);
    StoreLe32(to + kIn6Scope, endpoint.scope_id);
  }
}

bool LoadSockaddr(absl::Span<const uint8_t> bytes, Endpoint* endpoint) {
  if (bytes.size() < 2) return false;
  const uint16_t family = LoadLe16(bytes.data());
  if (family == kAfInet && bytes.size() == kSockaddrInBytes) {
    *endpoint = {.address = IpAddress::FromBytes(bytes.subspan(kInAddress, 4)),
                 .port = LoadBe16(bytes.data() + 2)};
    return true;
  }
  if (family == kAfInet6 && bytes.size() == kSockaddrIn6Bytes) {
    *endpoint = {.address = IpAddress::FromBytes(bytes.subspan(kIn6Address, 16)),
                 .port = LoadBe16(bytes.data() + 2),
                 .scope_id = LoadLe32(bytes.data() + kIn6Scope)};
    return true;
  }
  return false;
}

}  // namespace wg::netlink
