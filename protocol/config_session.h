// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ConfigSession applies one SetDevice request, one reader-visible change at a time (netlink.c: wg_set_device,
// set_peer, set_allowedip; peer.c: wg_peer_remove; allowedips.c).
//
//   ConfigSession session(&device, request);
//   while (std::optional<ConfigStep> step = session.Next()) {
//     ... wait for what the step waits for, charge its price ...
//     session.Step(now, &effects);
//   }
//
// Next() describes the coming step without side effects; Step() performs it. Between two steps readers may run; each
// step is atomic to them: the step size is the largest change that no reader can see half done. How much that is, is
// the modelled implementation's concurrency contract (Grain). The order of steps is the order of the kernel
// (spec/data sections 1.3 to 1.6, 2.3 to 2.6). The first error ends the session; earlier steps stay applied.
// At most one session per device at a time (the kernel's device_update_lock); the device must outlive it.
#ifndef WGSIM_PROTOCOL_CONFIG_SESSION_H_
#define WGSIM_PROTOCOL_CONFIG_SESSION_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "protocol/config.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "protocol/time.h"

namespace wg {

class Device;

enum class StepKind : uint8_t {
  kBegin,            // find the device, count the generation
  kSetFwmark,        // fwmark, every peer's sticky source and route forgotten
  kSetListenPort,    // the driver binds first and tells the outcome
  kSetPrivateKey,    // identity replaced, every peer's static-static secret computed, sending keys expired
  kCreatePeer,       // static-static secret, cookie keys; visible in list and hash, no allowed ips yet
  kSetPresharedKey,
  kSetEndpoint,
  kRemoveAllowedIp,  // one prefix falls to whatever covers it
  kInsertAllowedIp,  // one prefix appears, or moves here from its owner
  kSetKeepalive,
  kFlushStaged,      // staged packets of the peer go out, or a handshake starts
  kUnlinkPeer,       // D1: not dumped any more
  kUnhashPeer,       // D3: its initiations are unknown
  kKillPeer,         // D4: no timer, no keypair, no transmission any more
  kGracePeriod,      // D5: wait until every CPU has left what it was reading
  kDropKeypairs,     // D6: its indices vanish
  kStopTimers,       // D7
  kFlushQueues,      // D8: wait until the peer's queued work has run
  kDestroyPeer,      // D9: staged packets purged, memory freed
  kClearTable4,      // all peers go: the IPv4 root becomes empty in one store
  kClearTable6,      // ... and then the IPv6 root
  kEnd,              // locks released, acknowledgement
};
inline constexpr int kStepKinds = 22;
absl::string_view StepKindName(StepKind kind);

// The coming step, complete enough to be priced and shown.
struct ConfigStep {
  StepKind kind;
  PublicKey peer;              // all zero where no single peer is meant
  std::optional<Prefix> prefix;  // kRemoveAllowedIp, kInsertAllowedIp
  uint32_t nodes = 0;          // trie nodes visited on the way to the prefix
  uint32_t allocations = 0;    // kInsertAllowedIp: trie nodes to allocate (0, 1 or 2)
  uint32_t changes = 1;        // elementary changes merged into this step (more than 1 only with a coarser Grain)
  uint16_t port = 0;           // kSetListenPort
};

// The largest change no reader can see half done (spec/data 1.6; spec/operators 1.4).
enum class Grain : uint8_t {
  kPerEntry,      // Linux: readers take no lock, every trie entry changes on its own
  kPerOperation,  // wireguard-go: "remove all of a peer" is one lock hold, each insert another
  kPerRequest,    // boringtun: one write lock over the whole request
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_CONFIG_SESSION_H_
