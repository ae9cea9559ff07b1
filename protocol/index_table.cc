// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/index_table.h"

#include "protocol/check.h"

namespace wg {
namespace {

// Of 2^32 indices at most 2^22 are taken: that many draws in a row all hit one with an entropy that
// is broken.
constexpr int kMaxDraws = 64;

void CheckEntry(const IndexEntry& entry) {
  CHECK(entry.type == IndexType::kHandshake || entry.type == IndexType::kKeypair);
  CHECK_EQ(entry.keypair == nullptr, entry.type == IndexType::kHandshake);
}

}  // namespace

uint32_t IndexTable::Insert(const IndexEntry& entry, Entropy& entropy) {
  CheckEntry(entry);
  CHECK_LT(entries_.size(), kMaxEntries);
  for (int draw = 0; draw < kMaxDraws; ++draw) {
    const uint32_t index = entropy.NextUint32();
    if (entries_.try_emplace(index, entry).second) return index;
  }
  CHECK(false && "entropy repeats itself");
  return 0;
}

void IndexTable::Replace(uint32_t index, const IndexEntry& entry) {
  CheckEntry(entry);
  const auto found = entries_.find(index);
  CHECK(found != entries_.end());
  found->second = entry;
}

void IndexTable::Remove(uint32_t index) { entries_.erase(index); }

}  // namespace wg
