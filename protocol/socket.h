// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// PeerEndpoint: where a peer is, and which own address it last wrote to (struct endpoint in peer.h
// and its rules in socket.c; spec/data section 6.5, spec/handshake section 8.6). A value: routes,
// caches and sockets are the driver's.
//
// The source is "sticky": what we send leaves from the address the peer contacted, until something
// clears it.
//
// Requirements: NOISE-053; PEER-015; TX-020 021; SOCK-002 003 005 007 008 010 012 014 to 016 019.
#ifndef WGSIM_PROTOCOL_SOCKET_H_
#define WGSIM_PROTOCOL_SOCKET_H_

#include <cstdint>

#include "protocol/effects.h"
#include "protocol/ip.h"

namespace wg {

class PeerEndpoint {
 public:
  // False until it is known. Once known it stays known.
  explicit operator bool() const { return static_cast<bool>(remote_); }
  const Endpoint& remote() const { return remote_; }
  const IpAddress& source() const { return source_; }          // "no address": the route decides
  uint32_t source_ifindex() const { return source_ifindex_; }  // IPv4 only; 0: any

  // Takes the sender of an authenticated datagram as remote and its destination as source; the
  // interface only for IPv4, the scope only for link-local IPv6. True if anything changed: the
  // kernel compares all of it first and then neither locks nor forgets the cached route
  // (wg_socket_endpoint_from_skb, endpoint_eq, wg_socket_set_peer_endpoint_from_skb).
  bool SetFromDatagram(const Datagram& datagram);

  // Takes a configured remote and no source: a learned source is forgotten even if the remote is
  // the same. True if anything changed (netlink.c:set_peer, wg_socket_set_peer_endpoint). REQUIRES:
  // remote is true.
  bool SetFromConfig(const Endpoint& remote);

  // wg_socket_clear_peer_endpoint_src.
  void ClearSource() {
    source_ = IpAddress();
    source_ifindex_ = 0;
  }

  friend bool operator==(const PeerEndpoint&, const PeerEndpoint&) = default;  // endpoint_eq

 private:
  Endpoint remote_;
  IpAddress source_;
  uint32_t source_ifindex_ = 0;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_SOCKET_H_
