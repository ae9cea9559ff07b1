// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/peer_table.h"

#include "protocol/check.h"

namespace wg {

void PeerTable::Add(const PublicKey& key, PeerId peer) {
  CHECK(peer != PeerId::kNone);
  CHECK_LT(peers_.size(), kMaxEntries);
  const bool added = peers_.try_emplace(key, peer).second;
  CHECK(added);
}

void PeerTable::Remove(const PublicKey& key) { peers_.erase(key); }

PeerId PeerTable::Lookup(const PublicKey& key) const {
  const auto found = peers_.find(key);
  return found == peers_.end() ? PeerId::kNone : found->second;
}

}  // namespace wg
