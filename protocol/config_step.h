// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// ConfigStep: one reader-visible change of a configuration request, as ConfigSession
// (config_session.h) is about to make it; and Grain: how much one implementation changes at once.
#ifndef WGSIM_PROTOCOL_CONFIG_STEP_H_
#define WGSIM_PROTOCOL_CONFIG_STEP_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "protocol/crypto/keys.h"
#include "protocol/ip.h"

namespace wg {

enum class StepKind : uint8_t {
  kBegin,          // find the device, count the generation
  kSetFwmark,      // fwmark, every peer's sticky source and route forgotten
  kSetListenPort,  // the driver binds first and tells the outcome
  kSetPrivateKey,  // identity replaced, every peer's static-static secret computed, sending keys
                   // expired
  kCreatePeer,  // static-static secret, cookie keys; visible in list and hash, no allowed ips yet
  kSetPresharedKey,
  kSetEndpoint,
  kRemoveAllowedIp,  // one prefix falls to whatever covers it
  kInsertAllowedIp,  // one prefix appears, or moves here from its owner
  kSetKeepalive,
  kFlushStaged,   // staged packets of the peer go out, or a handshake starts
  kUnlinkPeer,    // D1: not dumped any more
  kUnhashPeer,    // D3: its initiations are unknown
  kKillPeer,      // D4: no timer, no keypair, no transmission any more
  kGracePeriod,   // D5: wait until every CPU has left what it was reading
  kDropKeypairs,  // D6: its indices vanish
  kStopTimers,    // D7
  kFlushQueues,   // D8: wait until the peer's queued work has run
  kDestroyPeer,   // D9: staged packets purged, memory freed
  kClearTable4,   // all peers go: the IPv4 root becomes empty in one store
  kClearTable6,   // ... and then the IPv6 root
  kApply,         // all that the request changes, at once (Grain::kPerRequest)
  kEnd,           // locks released, acknowledgement
};
inline constexpr int kStepKinds = 23;
// "remove" for kRemoveAllowedIp, "grace period", ...: short enough for a table.
absl::string_view StepKindName(StepKind kind);

// The coming step, complete enough to be priced and shown.
struct ConfigStep {
  StepKind kind;
  PublicKey peer{};                // all zero where no single peer is meant
  std::optional<Prefix> prefix{};  // kRemoveAllowedIp, kInsertAllowedIp, if it is one
  uint32_t nodes = 0;              // trie nodes visited
  uint32_t allocations = 0;        // trie nodes to allocate (0, 1 or 2 for one insertion)
  // Elementary changes merged into this step: more than 1 only with a coarser Grain;
  // kSetPrivateKey: the peers whose secrets are computed.
  uint32_t changes = 1;
  uint16_t port = 0;  // kSetListenPort
};

// The largest change no reader can see half done (spec/data 1.6; spec/operators 1.4).
enum class Grain : uint8_t {
  kPerEntry,      // Linux: readers take no lock, every trie entry changes on its own
  kPerOperation,  // wireguard-go: "remove all of a peer" is one lock hold, each insert another
  kPerRequest,    // boringtun: one write lock over the whole request
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_CONFIG_STEP_H_
