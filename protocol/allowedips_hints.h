// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Hints: where in a large trie a walk may begin, by the first bits of the address. A table from
// `length` leading bits to a node at or below that depth, direct when that many bits are few,
// hashed otherwise.
//
// A hint is only a guess and needs no upkeep: any node of the trie whose prefix contains an address
// is on the way to that address, so whoever takes a hint checks that, and falls back to the root.
// Hints go stale as the trie changes; Trie rebuilds them when about as much has changed as there
// is, which costs each change a constant.
#ifndef WGSIM_PROTOCOL_ALLOWEDIPS_HINTS_H_
#define WGSIM_PROTOCOL_ALLOWEDIPS_HINTS_H_

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

  // Up to two candidates for an address, or kNil. REQUIRES: !empty().
  struct Candidates {
    uint32_t first, second;
  };
  Candidates For(const Key& key) const {
    const uint32_t slot = V::Hash(key, length_, bits_);
    return {slots_[slot], length_ <= bits_ ? kNil : slots_[slot ^ 1]};
  }

  // Starts over with all nodes that are in the trie. `parent(i)` is the parent of node i. REQUIRES:
  // live >= 2.
  template <typename ParentFn>
  void Build(const std::vector<Node>& nodes, size_t live, ParentFn parent) {
    bits_ = std::bit_width(live - 1);
    slots_.assign(size_t{1} << bits_, kNil);
    length_ = ChooseLength(nodes, parent);
    for (uint32_t i = 1; i < nodes.size(); ++i) {
      if (Covers(nodes, i, length_, parent)) Put(V::Hash(nodes[i].key, length_, bits_), i);
    }
  }

 private:
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
  // most a quarter of it, so that hashing seldom makes three meet.
  template <typename ParentFn>
  uint32_t ChooseLength(const std::vector<Node>& nodes, ParentFn parent) const {
    const auto limit = static_cast<int64_t>(slots_.size() / 4);
    std::array<int64_t, V::kWidth + 2>
        crossing{};  // differences of the number of edges that pass a depth
    for (uint32_t i = 1; i < nodes.size(); ++i) {
      const uint32_t own = LengthOf(nodes[i].meta);
      if (own == kFreeLength) continue;
      const uint32_t up = parent(i);
      ++crossing[up == kNil ? 0 : LengthOf(nodes[up].meta) + 1];
      --crossing[own + 1];
    }
    uint32_t best = 1;
    int64_t most = 0, sum = crossing[0];
    for (uint32_t length = 1; length <= V::kWidth; ++length) {
      sum += crossing[length];
      if ((length <= bits_ || sum <= limit) && sum > most) {
        most = sum;
        best = length;
      }
    }
    return best;
  }

  // Two that meet in one slot share it with its neighbour; of three, one goes without.
  void Put(uint32_t slot, uint32_t node) { slots_[slots_[slot] == kNil ? slot : slot ^ 1] = node; }

  std::vector<uint32_t> slots_;
  uint32_t bits_ = 0;    // log2 of the number of slots
  uint32_t length_ = 0;  // leading bits of an address that name a slot
};

}  // namespace wg::allowedips

#endif  // WGSIM_PROTOCOL_ALLOWEDIPS_HINTS_H_
