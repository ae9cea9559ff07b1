// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// From public key to peer, for one device (struct pubkey_hashtable in peerlookup.c). Keys are
// compared byte by byte: two encodings of one curve point are two peers.
//
// Requirements: NOISE-024 094; PEER-002 005 to 007; NL-045 052 060.
#ifndef WGSIM_PROTOCOL_PEER_TABLE_H_
#define WGSIM_PROTOCOL_PEER_TABLE_H_

#include <cstddef>

#include "absl/container/flat_hash_map.h"
#include "protocol/crypto/keys.h"
#include "protocol/messages.h"
#include "protocol/peer_id.h"

namespace wg {

// Single-threaded. Not copyable. For look-up only; whoever lists peers keeps them in a list of
// their own.
class PeerTable {
 public:
  static constexpr size_t kMaxEntries = kMaxPeersPerDevice;

  PeerTable() = default;
  PeerTable(const PeerTable&) = delete;
  PeerTable& operator=(const PeerTable&) = delete;

  // REQUIRES: the key is not in the table, size() < kMaxEntries (wg_pubkey_hashtable_add).
  void Add(const PublicKey& key, PeerId peer);

  // Takes a key out; nothing happens if it is not in (wg_pubkey_hashtable_remove).
  void Remove(const PublicKey& key);

  // kNone if nobody has this key (wg_pubkey_hashtable_lookup).
  PeerId Lookup(const PublicKey& key) const;

  size_t size() const { return peers_.size(); }

 private:
  absl::flat_hash_map<PublicKey, PeerId> peers_;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_PEER_TABLE_H_
