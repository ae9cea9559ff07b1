// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Hints: where in a trie a walk may begin, by the first bits of the address. A table from `length`
// leading bits to a node at or below that depth, direct when those behind the bits that all
// prefixes have in common are few, hashed otherwise.
//
// A hint is only a guess and needs no upkeep: any node of the trie whose prefix contains an address
// is on the way to that address, so whoever takes a hint checks that, and falls back to the root.
// Hints go stale as the trie changes; Trie rebuilds them when a quarter of it has changed, which
// costs each change a constant.
#ifndef WGSIM_PROTOCOL_ALLOWEDIPS_HINTS_H_
#define WGSIM_PROTOCOL_ALLOWEDIPS_HINTS_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocol/allowedips_node.h"

namespace wg::allowedips {

template <typename V>
class Hints {
 public:
  using Key = typename V::Key;
  using Node = typename V::Node;

  bool empty() const { return slots_.empty(); }
  void Clear() {
    slots_.clear();
    slots_.shrink_to_fit();
  }
  size_t memory() const { return slots_.capacity() * sizeof(uint32_t); }

  // A node that may be on the way to the key, or kNil. REQUIRES: !empty().
  uint32_t For(const Key& key) const {
    if (direct()) return slots_[DirectSlot(key)];
    const uint64_t hash = V::Hash(key, length_);
    const uint32_t* bucket = &slots_[BucketOf(hash)];
    for (uint32_t i = 0; i < kBucket; ++i) {
      if (((bucket[i] ^ hash) & tag_mask_) == 0) return bucket[i] & ~tag_mask_;
    }
    return kNil;
  }

  // Starts over with all nodes that are in the trie. `parent(i)` is the parent of node i.
  // REQUIRES: live >= 4.
  template <typename ParentFn>
  void Build(const std::vector<Node>& nodes, size_t live, ParentFn parent) {
    bits_ = BitsFor(live);
    tag_mask_ = ~uint32_t{0} << std::bit_width(nodes.size());
    slots_.assign(size_t{1} << bits_, kNil);
    uint32_t root = 1;
    while (LengthOf(nodes[root].meta) == kFreeLength || parent(root) != kNil) ++root;
    common_ = LengthOf(nodes[root].meta);
    length_ = ChooseLength(nodes, parent);
    for (uint32_t i = 1; i < nodes.size(); ++i) {
      if (Covers(nodes, i, length_, parent)) Put(nodes[i].key, i);
    }
  }

 private:
  // About one slot per node; two where the whole table is in the second cache anyway, and never
  // fewer than fill a page: the fewer nodes share a slot, the shorter is the way from there.
  static constexpr size_t kSmall = 8192;
  static constexpr uint32_t kFewestBits = 10;
  static uint32_t BitsFor(size_t live) {
    const auto bits = static_cast<uint32_t>(std::bit_width(live - 1));
    return std::max(kFewestBits, bits + (live <= kSmall ? 1 : 0));
  }

  // True if the edge that ends in node `i` passes depth `length`: its prefix is the only one with
  // these first bits.
  template <typename ParentFn>
  static bool Covers(const std::vector<Node>& nodes, uint32_t i, uint32_t length, ParentFn parent) {
    const uint32_t own = LengthOf(nodes[i].meta);
    if (own == kFreeLength || own < length) return false;
    const uint32_t up = parent(i);
    return up == kNil || LengthOf(nodes[up].meta) < length;
  }

  // The depth that tells most prefixes apart, among those that index the table directly or fill at
  // most half of it, so that hashing seldom makes more meet than a bucket holds.
  template <typename ParentFn>
  uint32_t ChooseLength(const std::vector<Node>& nodes, ParentFn parent) const {
    const auto limit = static_cast<int64_t>(slots_.size() / 2);
    std::array<int64_t, V::kWidth + 2>
        crossing{};  // differences of the number of edges that pass a depth
    for (uint32_t i = 1; i < nodes.size(); ++i) {
      const uint32_t own = LengthOf(nodes[i].meta);
      if (own == kFreeLength) continue;
      const uint32_t up = parent(i);
      ++crossing[up == kNil ? 0 : LengthOf(nodes[up].meta) + 1];
      --crossing[own + 1];
    }
    uint32_t best = common_ + 1;
    int64_t most = 0, sum = 0;
    for (uint32_t length = 0; length <= V::kWidth; ++length) {
      sum += crossing[length];
      if (length <= common_) continue;
      if ((length - common_ <= bits_ || sum <= limit) && sum > most) {
        most = sum;
        best = length;
      }
    }
    return best;
  }

  // Few bits are a slot's number as they are; no two nodes meet then.
  bool direct() const { return length_ - common_ <= bits_; }
  size_t DirectSlot(const Key& key) const { return V::Slice(key, common_, length_ - common_); }
  size_t BucketOf(uint64_t hash) const { return hash >> (64 - bits_) & ~size_t{kBucket - 1}; }

  // Those that meet share a bucket, told apart by a tag; who finds it full goes without.
  void Put(const Key& key, uint32_t node) {
    if (direct()) {
      slots_[DirectSlot(key)] = node;
      return;
    }
    const uint64_t hash = V::Hash(key, length_);
    for (size_t i = BucketOf(hash), end = i + kBucket; i < end; ++i) {
      if (slots_[i] != kNil) continue;
      slots_[i] = (static_cast<uint32_t>(hash) & tag_mask_) | node;
      return;
    }
  }

  // Slots of one bucket: 16 bytes, in one cache line.
  static constexpr uint32_t kBucket = 4;

  std::vector<uint32_t> slots_;  // a node, and above its bits a tag from the hash
  uint32_t tag_mask_ = 0;
  uint32_t bits_ = 0;    // log2 of the number of slots
  uint32_t length_ = 0;  // leading bits of an address that name a slot
  uint32_t common_ = 0;  // the first of these that all prefixes had in common; < length_
};

}  // namespace wg::allowedips

#endif  // WGSIM_PROTOCOL_ALLOWEDIPS_HINTS_H_
