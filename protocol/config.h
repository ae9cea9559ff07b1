// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// One SET_DEVICE request and one GET_DEVICE answer as values (include/uapi/linux/wireguard.h). No wire format here:
// codecs turn bytes or text into these and back.
//
// Requirements: PEER-001; NL-041.
#ifndef WGSIM_PROTOCOL_CONFIG_H_
#define WGSIM_PROTOCOL_CONFIG_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/crypto/keys.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "protocol/time.h"

namespace wg {

// One entry of ALLOWEDIPS: insert (or move here), or with `remove` WGALLOWEDIP_F_REMOVE_ME.
struct AllowedIpChange {
  Prefix prefix;
  bool remove = false;
  // Not kOk: a codec found this entry wrong; the request fails with it when it comes to this entry, and what was
  // before stays applied (spec/data section 2.6 step 10).
  Errno error = Errno::kOk;
};

// One entry of PEERS. Absent optionals leave the peer's value alone.
struct SetPeer {
  PublicKey public_key;
  bool remove = false;               // WGPEER_F_REMOVE_ME
  bool replace_allowed_ips = false;  // WGPEER_F_REPLACE_ALLOWEDIPS
  bool update_only = false;          // WGPEER_F_UPDATE_ONLY
  std::optional<PresharedKey> preshared_key;  // all zero = none
  std::optional<Endpoint> endpoint;
  std::optional<uint16_t> persistent_keepalive;  // seconds, 0 = off
  std::vector<AllowedIpChange> allowed_ips;
  // Not kOk: as in AllowedIpChange, for the peer as a whole (no public key, protocol version, flags).
  Errno error = Errno::kOk;
};

struct SetDevice {
  bool replace_peers = false;  // WGDEVICE_F_REPLACE_PEERS
  std::optional<PrivateKey> private_key;  // all zero removes the identity
  std::optional<uint16_t> listen_port;    // 0 = any free one
  std::optional<uint32_t> fwmark;         // 0 = off
  std::vector<SetPeer> peers;
};

struct GetPeer {
  PublicKey public_key;
  PresharedKey preshared_key;
  Endpoint endpoint;  // false until known
  uint16_t persistent_keepalive = 0;
  WallTime last_handshake;  // 1970 = never
  uint64_t rx_bytes = 0;
  uint64_t tx_bytes = 0;
  std::vector<Prefix> allowed_ips;  // in the peer's list order, host bits masked
};

struct GetDevice {
  std::optional<PrivateKey> private_key;  // only with an identity
  std::optional<PublicKey> public_key;
  uint16_t listen_port = 0;
  uint32_t fwmark = 0;
  std::vector<GetPeer> peers;  // in creation order
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_CONFIG_H_
