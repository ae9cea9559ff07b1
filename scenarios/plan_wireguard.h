// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of a plan (plan.h): WireGuard interfaces, their peers, and the inner addresses behind them.
#ifndef WGSIM_SCENARIOS_PLAN_WIREGUARD_H_
#define WGSIM_SCENARIOS_PLAN_WIREGUARD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/crypto/keys.h"
#include "protocol/ip.h"
#include "scenarios/plan_index.h"
#include "scenarios/prefix_list.h"

namespace scenario::plan {

struct Peer {
  int device = kNone;  // the far device
  PrefixList allowed_ips;
  std::optional<wg::Endpoint> endpoint;  // nothing: learnt
  uint16_t persistent_keepalive = 0;     // seconds, 0 = off
  std::optional<wg::PresharedKey> preshared_key;
};

struct Device {
  int host = kNone;
  std::string name;
  uint16_t listen_port = 0;
  int mtu = 0;
  std::vector<wg::IpAddress> addresses;        // inner, the host's own
  std::optional<wg::PrivateKey> private_key;   // nothing: derived from seed, host and name
  std::vector<Peer> peers;
  bool napi_stall = false;
  uint32_t fwmark = 0;
  uint32_t table = 254;  // that its routes are in
  std::string netns;     // in which it is; empty: the host's first
};

// An inner address that exists, or may come to exist, on a host.
struct Pod {
  std::string name;  // "node0/pod7"
  int host = kNone;
  int device = kNone;  // of this host: where its address is reached by others
  wg::IpAddress address;
  bool present = true;  // at the start
};

}  // namespace scenario::plan

#endif  // WGSIM_SCENARIOS_PLAN_WIREGUARD_H_
