// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The 32-bit receiver indices of one device: handshakes and keypairs share one space (struct
// index_hashtable in peerlookup.c; spec/handshake section 3.10). A peer has at most one handshake
// and three keypairs in it.
//
// The table owns nothing. An entry with a keypair points to one that sits in a slot of its peer's
// Keypairs, which takes the entry out when the keypair leaves the slot. Nothing observable depends
// on the order inside the table: it is only asked for single indices.
//
// Requirements: NOISE-010 070 to 072 090; PEER-040; RX-004.
#ifndef WGSIM_PROTOCOL_INDEX_TABLE_H_
#define WGSIM_PROTOCOL_INDEX_TABLE_H_

#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "protocol/entropy.h"
#include "protocol/messages.h"
#include "protocol/peer_id.h"

namespace wg {

class Keypair;

// enum index_hashtable_type: bits, so that a look-up may ask for several.
enum class IndexType : uint8_t {
  kHandshake = 1 << 0,
  kKeypair = 1 << 1,
  kAny = kHandshake | kKeypair,  // only to ask: cookie replies
};

struct IndexEntry {
  IndexType type = IndexType::kHandshake;
  PeerId peer = PeerId::kNone;
  Keypair* keypair = nullptr;  // null iff type is kHandshake
};

// Single-threaded. Not copyable.
class IndexTable {
 public:
  static constexpr size_t kMaxEntries = 4 * kMaxPeersPerDevice;

  IndexTable() = default;
  IndexTable(const IndexTable&) = delete;
  IndexTable& operator=(const IndexTable&) = delete;

  // Adds `entry` under a random index that nobody has and returns that index
  // (wg_index_hashtable_insert). REQUIRES: size() < kMaxEntries.
  uint32_t Insert(const IndexEntry& entry, Entropy& entropy);

  // Puts `entry` in the place of the one under `index` (wg_index_hashtable_replace).
  // REQUIRES: the index is in the table.
  void Replace(uint32_t index, const IndexEntry& entry);

  // Takes an index out; nothing happens if it is not in (wg_index_hashtable_remove).
  void Remove(uint32_t index);

  // The entry under `index` if its type is in `mask`, else null (wg_index_hashtable_lookup).
  // Message 2 asks for kHandshake, data for kKeypair, a cookie reply for kAny. Valid until the
  // table next changes.
  const IndexEntry* Lookup(uint32_t index, IndexType mask) const {
    const auto found = entries_.find(index);
    if (found == entries_.end()) return nullptr;
    const auto bits = static_cast<uint8_t>(found->second.type) & static_cast<uint8_t>(mask);
    return bits != 0 ? &found->second : nullptr;
  }

  size_t size() const { return entries_.size(); }

 private:
  absl::flat_hash_map<uint32_t, IndexEntry> entries_;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_INDEX_TABLE_H_
