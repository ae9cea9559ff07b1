// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/allowedips_trie.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace wg::allowedips {
namespace {

// An eighth more than needed, not twice as much: a table of a million prefixes shall not carry
// another one's room.
template <typename T>
void GrowByOne(std::vector<T>* v) {
  if (v->size() == v->capacity()) v->reserve(v->size() + v->size() / 8 + 7);
  v->emplace_back();
}

}  // namespace

template <typename V>
uint32_t Trie<V>::HintedStart(const Key& key, uint32_t longest) const {
  const uint32_t hint = hints_.For(key);
  if (Contains(hint, key, longest)) return hint;
  // The way to the key leaves the way to the hint above it, most often just above.
  if (Contains(parent(hint), key, longest)) return parent(hint);
  return root_;
}

template <typename V>
uint32_t Trie<V>::OwnerAbove(uint32_t i) const {
  for (;;) {
    const int below = lengths_.Below(length(i));
    if (below < 0) return kNobody;
    // Nothing but a default route is left, and that is the root if it is anything.
    if (below == 0) return length(root_) == 0 ? owner(root_) : kNobody;
    do {
      i = parent(i);
    } while (i != kNil && static_cast<int>(length(i)) > below);
    if (i == kNil || owner(i) != kNobody) return i == kNil ? kNobody : owner(i);
  }
}

template <typename V>
typename Trie<V>::Place Trie<V>::Find(const Key& key, uint32_t length, bool from_root) const {
  Place place;
  uint32_t i = from_root ? root_ : Start(key, length);
  while (i != kNil) {
    ++place.looked_at;
    if (!Contains(i, key, length)) break;
    place.node = i;
    const uint32_t own = this->length(i);
    if (own == length) {
      place.exact = true;
      break;
    }
    i = nodes_[i].child[V::Bit(key, own)];
  }
  return place;
}

template <typename V>
uint32_t Trie<V>::AllocationsAt(const Place& place, const Key& key, uint32_t length) const {
  if (place.exact) return 0;
  const uint32_t down =
      place.node == kNil ? root_ : nodes_[place.node].child[V::Bit(key, this->length(place.node))];
  return down == kNil || V::CommonBits(nodes_[down].key, key) >= length ? 1 : 2;
}

template <typename V>
uint32_t Trie<V>::InsertAt(const Place& place, const Key& key, uint32_t length, uint32_t owner) {
  if (place.exact) {
    Own(place.node, owner);
    return place.node;
  }
  const uint32_t up = place.node;
  const uint32_t down = SlotOf(up, key);
  const uint32_t leaf = Allocate(key, length, owner);
  if (down == kNil) {
    set_parent(leaf, up);
    SlotOf(up, key) = leaf;
    CountChanges(1);
    return leaf;
  }
  // Everything is wired before the one store into the slot, by which readers get to see it.
  const uint32_t common = std::min(length, V::CommonBits(nodes_[down].key, key));
  uint32_t top = leaf;
  if (common < length) {
    top = Allocate(V::Masked(key, common), common, kNobody);
    Adopt(top, leaf);
  }
  Adopt(top, down);
  set_parent(top, up);
  SlotOf(up, key) = top;
  CountChanges(top == leaf ? 1 : 2);
  return leaf;
}

template <typename V>
void Trie<V>::Remove(uint32_t i) {
  Own(i, kNobody);
  const Node node = nodes_[i];
  if (node.child[0] != kNil && node.child[1] != kNil) return;
  const uint32_t child = node.child[0] != kNil ? node.child[0] : node.child[1];
  const uint32_t up = parent(i);
  if (child != kNil) set_parent(child, up);
  SlotOf(up, node.key) = child;
  Free(i);
  if (child != kNil || up == kNil || owner(up) != kNobody) {
    CountChanges(1);
    return;
  }
  // The parent branched only for this node: its other child takes its place.
  const Node branch = nodes_[up];
  const uint32_t sibling = branch.child[0] != kNil ? branch.child[0] : branch.child[1];
  const uint32_t above = parent(up);
  set_parent(sibling, above);
  SlotOf(above, branch.key) = sibling;
  Free(up);
  CountChanges(2);
}

template <typename V>
void Trie<V>::Clear() {
  root_ = free_ = kNil;
  live_ = 0;
  std::vector<Node>(1).swap(nodes_);
  std::vector<typename V::Cold>(1).swap(cold_);
  nodes_[kNil].meta = Meta(kFreeLength, kNobody);
  lengths_ = {};
  hints_.Clear();
  changes_ = 0;
  rebuild_ = kHintsFrom;
}

template <typename V>
uint32_t Trie<V>::Allocate(const Key& key, uint32_t length, uint32_t owner) {
  uint32_t i = free_;
  if (i != kNil) {
    free_ = nodes_[i].child[0];
  } else {
    CHECK_LT(nodes_.size(), size_t{kMaxNodes});
    i = static_cast<uint32_t>(nodes_.size());
    GrowByOne(&nodes_);
    GrowByOne(&cold_);
  }
  nodes_[i] = Node{};
  nodes_[i].key = key;
  nodes_[i].meta = Meta(length, kNobody);
  cold_[i] = {};
  if (owner != kNobody) Own(i, owner);
  ++live_;
  ++allocated_;
  return i;
}

template <typename V>
void Trie<V>::Free(uint32_t i) {
  nodes_[i].meta = Meta(kFreeLength, kNobody);
  nodes_[i].child[0] = free_;
  free_ = i;
  --live_;
}

template <typename V>
void Trie<V>::Own(uint32_t i, uint32_t owner) {
  const uint32_t length = this->length(i);
  if (this->owner(i) != kNobody) lengths_.Remove(length);
  if (owner != kNobody) lengths_.Add(length);
  nodes_[i].meta = Meta(length, owner);
}

template <typename V>
void Trie<V>::Adopt(uint32_t up, uint32_t down) {
  nodes_[up].child[V::Bit(nodes_[down].key, length(up))] = down;
  set_parent(down, up);
}

template <typename V>
void Trie<V>::CountChanges(uint64_t nodes) {
  changes_ += nodes;
  if (changes_ < rebuild_) return;
  changes_ = 0;
  rebuild_ = std::max(live_ / 4, kHintsFrom);
  if (live_ < kHintsFrom) {
    hints_.Clear();
  } else {
    hints_.Build(nodes_, live_, [this](uint32_t i) { return parent(i); });
  }
}

template <typename V>
std::string Trie<V>::Validate() const {
  size_t seen = 0, free = 0;
  std::vector<uint32_t> stack;
  if (root_ != kNil) stack.push_back(root_);
  if (root_ != kNil && parent(root_) != kNil) return "the root has a parent";
  while (!stack.empty()) {
    const uint32_t i = stack.back();
    stack.pop_back();
    ++seen;
    const Node& node = nodes_[i];
    const uint32_t own = length(i);
    if (own > V::kWidth) return absl::StrCat("node ", i, " is free and in the trie");
    if (V::Masked(node.key, own) != node.key) return absl::StrCat("node ", i, " has host bits");
    int children = 0;
    for (uint32_t bit : {0u, 1u}) {
      const uint32_t c = node.child[bit];
      if (c == kNil) continue;
      ++children;
      stack.push_back(c);
      if (parent(c) != i) return absl::StrCat("node ", c, " does not know its parent ", i);
      if (length(c) <= own || !V::Equal(nodes_[c].key, node.key, own) ||
          V::Bit(nodes_[c].key, own) != bit) {
        return absl::StrCat("node ", c, " is in the wrong place below ", i);
      }
    }
    if (owner(i) == kNobody && children != 2) {
      return absl::StrCat("node ", i, " has no owner and ", children, " children");
    }
  }
  for (uint32_t i = free_; i != kNil; i = nodes_[i].child[0]) ++free;
  if (seen != live_) return absl::StrCat(seen, " nodes in the trie, ", live_, " counted");
  if (seen + free + 1 != nodes_.size()) return "nodes are neither free nor in the trie";
  return "";
}

template class Trie<V4>;
template class Trie<V6>;

}  // namespace wg::allowedips
