// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Trie: the path-compressed binary trie of one family (allowedips.c: add, remove_node, find_node,
// node_placement). Nodes live in one pool and name each other by index. Who owns which list is
// AllowedIps' business.
//
// Invariants: a node without owner has two children; a child's prefix is longer than its parent's
// and inside it; keys are masked to their length; every node but the root is in the slot of its
// parent that its own bits choose.
//
// Requirements: AIP-009 to 015 023 035 to 037 042 to 045.
#ifndef WGSIM_PROTOCOL_ALLOWEDIPS_TRIE_H_
#define WGSIM_PROTOCOL_ALLOWEDIPS_TRIE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/allowedips_hints.h"
#include "protocol/allowedips_lengths.h"
#include "protocol/allowedips_node.h"
#include "protocol/check.h"

namespace wg::allowedips {

template <typename V>
class Trie {
 public:
  using Key = typename V::Key;
  using Node = typename V::Node;

  // Where a prefix is or would be: the deepest node that contains it, and whether that is the
  // prefix itself.
  struct Place {
    uint32_t node = kNil;
    bool exact = false;
    uint32_t looked_at = 0;  // nodes examined from the start of the walk
  };

  Trie() : nodes_(1), cold_(1) { nodes_[kNil].meta = Meta(kFreeLength, kNobody); }

  // The owner of the longest owned prefix that contains the key, or kNobody (find_node).
  uint32_t Lookup(const Key& key) const {
    const uint32_t start = Start(key, V::kWidth);
    uint32_t best = kNobody;
    for (uint32_t i = start; i != kNil;) {
      const Node& node = nodes_[i];
      const uint32_t length = LengthOf(node.meta);
      if (!V::Equal(node.key, key, length)) break;
      const uint32_t owner = OwnerOf(node.meta);
      best = owner != kNobody ? owner : best;
      i = node.child[V::Bit(key, length)];
    }
    return best != kNobody || start == root_ ? best : OwnerAbove(start);
  }

  // The place of a prefix (node_placement). `from_root` counts the walk that the kernel would make;
  // without it a hint may shorten it. REQUIRES: length <= kWidth, the key masked.
  Place Find(const Key& key, uint32_t length, bool from_root = false) const;
  // Nodes that an insertion at `place` allocates: 0, 1 or 2.
  uint32_t AllocationsAt(const Place& place, const Key& key, uint32_t length) const;

  // Puts an owner at the place; readers see it with the last store. Returns the prefix's node.
  // REQUIRES: `place` is Find(key, length) of the trie as it is now.
  uint32_t InsertAt(const Place& place, const Key& key, uint32_t length, uint32_t owner);
  // Takes the owner away and the node out, if it does not have to branch, and with it a parent that
  // only branched for it (remove_node). REQUIRES: the node has an owner.
  void Remove(uint32_t i);
  // The root becomes none; all nodes are freed and their memory returned.
  void Clear();

  // REQUIRES for all below: `i` is a node.
  uint32_t owner(uint32_t i) const { return OwnerOf(nodes_[i].meta); }
  uint32_t length(uint32_t i) const { return LengthOf(nodes_[i].meta); }
  const Key& key(uint32_t i) const { return nodes_[i].key; }
  Links& links(uint32_t i) { return cold_[i]; }
  const Links& links(uint32_t i) const { return cold_[i]; }

  // Indices of nodes are below this; those not in the trie have no owner.
  uint32_t end() const { return static_cast<uint32_t>(nodes_.size()); }
  size_t live() const { return live_; }
  uint64_t allocated() const { return allocated_; }
  uint64_t freed() const { return allocated_ - live_; }
  size_t memory() const {
    return nodes_.capacity() * sizeof(Node) + cold_.capacity() * sizeof(typename V::Cold) +
           hints_.memory();
  }
  // "" or what is wrong.
  std::string Validate() const;

 private:
  // Below this many nodes a walk is as short as the way by a hint.
  static constexpr size_t kHintsFrom = 8;

  uint32_t parent(uint32_t i) const { return ParentIn(nodes_[i], cold_[i]); }
  void set_parent(uint32_t i, uint32_t up) { ParentIn(nodes_[i], cold_[i]) = up; }

  // True if `i` is in the trie, no longer than `longest`, and contains the key.
  bool Contains(uint32_t i, const Key& key, uint32_t longest) const {
    const uint32_t length = LengthOf(nodes_[i].meta);
    return length <= longest && V::Equal(nodes_[i].key, key, length);
  }
  // A node on the way to the key from which a walk may begin.
  uint32_t Start(const Key& key, uint32_t longest) const {
    return hints_.empty() ? root_ : HintedStart(key, longest);
  }
  uint32_t HintedStart(const Key& key, uint32_t longest) const;
  uint32_t OwnerAbove(uint32_t i) const;

  uint32_t Allocate(const Key& key, uint32_t length, uint32_t owner);
  void Free(uint32_t i);
  void Own(uint32_t i, uint32_t owner);
  void Adopt(uint32_t up, uint32_t down);
  // The slot that points to a child of `up` on the way to `key`, or the root's.
  uint32_t& SlotOf(uint32_t up, const Key& key) {
    return up == kNil ? root_ : nodes_[up].child[V::Bit(key, length(up))];
  }
  void CountChanges(uint64_t nodes);

  std::vector<Node> nodes_;  // [0] stands for "none": free, so that it contains nothing
  std::vector<typename V::Cold> cold_;
  uint32_t root_ = kNil;
  uint32_t free_ = kNil;  // linked through child[0]
  size_t live_ = 0;
  uint64_t allocated_ = 0;
  OwnedLengths<V::kWidth> lengths_;
  Hints<V> hints_;
  size_t changes_ = 0;           // nodes allocated and freed since the hints were built
  size_t rebuild_ = kHintsFrom;  // ... and how many of them make the hints old
};

extern template class Trie<V4>;
extern template class Trie<V6>;

}  // namespace wg::allowedips

#endif  // WGSIM_PROTOCOL_ALLOWEDIPS_TRIE_H_
