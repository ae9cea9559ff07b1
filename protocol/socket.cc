// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/socket.h"

#include "protocol/check.h"

namespace wg {

bool PeerEndpoint::SetFromDatagram(const Datagram& datagram) {
  PeerEndpoint seen;
  seen.remote_ = datagram.remote;
  if (!seen.remote_.address.IsLinkLocal()) seen.remote_.scope_id = 0;
  seen.source_ = datagram.local;
  if (seen.remote_.address.is_v4()) seen.source_ifindex_ = datagram.ifindex;
  if (seen == *this) return false;
  *this = seen;
  return true;
}

bool PeerEndpoint::SetFromConfig(const Endpoint& remote) {
  CHECK(remote);
  PeerEndpoint configured;
  configured.remote_ = remote;
  if (configured == *this) return false;
  *this = configured;
  return true;
}

}  // namespace wg
