// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/allowedips.h"

#include "absl/strings/str_cat.h"
#include "protocol/check.h"

namespace wg {

using allowedips::kNil;
using allowedips::Links;
using allowedips::Trie;
using allowedips::V4;
using allowedips::V6;

namespace {

// The number of a node among those of both families.
template <typename V>
uint32_t Numbered(uint32_t index) {
  return V::kFamily == Family::kIpv6 ? index | uint32_t{1} << 31 : index;
}

bool FitsFamily(const Prefix& prefix) {
  return prefix.family() != Family::kNone && prefix.length() <= prefix.address().width();
}

template <typename V>
typename V::Key KeyOf(const Prefix& prefix) {
  return V::Masked(V::KeyOf(prefix.address()), prefix.length());
}

}  // namespace

Errno AllowedIps::Insert(const Prefix& prefix, Owner owner) {
  ++seq_;
  if (!FitsFamily(prefix) || owner >= kNobody) return Errno::kInval;
  if (prefix.family() == Family::kIpv4) {
    InsertInto(v4_, prefix, owner);
  } else {
    InsertInto(v6_, prefix, owner);
  }
  return Errno::kOk;
}

Errno AllowedIps::RemoveOne(const Prefix& prefix, Owner owner) {
  ++seq_;
  if (!FitsFamily(prefix)) return Errno::kInval;
  if (owner == kNobody || OwnerOf(prefix) != owner) return Errno::kOk;
  if (prefix.family() == Family::kIpv4) {
    RemoveNode(v4_, v4_.Find(KeyOf<V4>(prefix), prefix.length()).node);
  } else {
    RemoveNode(v6_, v6_.Find(KeyOf<V6>(prefix), prefix.length()).node);
  }
  return Errno::kOk;
}

void AllowedIps::RemoveByOwner(Owner owner) {
  if (!BeginRemoveByOwner(owner)) return;
  while (First(owner) != Entry::kEnd) RemoveFirst(owner);
}

bool AllowedIps::BeginRemoveByOwner(Owner owner) {
  if (First(owner) == Entry::kEnd) return false;
  ++seq_;
  return true;
}

void AllowedIps::RemoveFirst(Owner owner) {
  const uint32_t node = static_cast<uint32_t>(First(owner));
  CHECK_NE(node, kNil);
  if (node & kIpv6Bit) {
    RemoveNode(v6_, node & ~kIpv6Bit);
  } else {
    RemoveNode(v4_, node);
  }
}

void AllowedIps::ClearFamily(Family family) {
  if (family == Family::kIpv4) {
    ++seq_;
    Clear(v4_);
  } else if (family == Family::kIpv6) {
    Clear(v6_);
  }
}

AllowedIps::Cost AllowedIps::CostOf(const Prefix& prefix) const {
  CHECK(FitsFamily(prefix));
  return prefix.family() == Family::kIpv4 ? CostIn(v4_, prefix) : CostIn(v6_, prefix);
}

AllowedIps::Owner AllowedIps::OwnerOf(const Prefix& prefix) const {
  CHECK(FitsFamily(prefix));
  if (prefix.family() == Family::kIpv4) {
    const auto place = v4_.Find(KeyOf<V4>(prefix), prefix.length());
    return place.exact ? v4_.owner(place.node) : kNobody;
  }
  const auto place = v6_.Find(KeyOf<V6>(prefix), prefix.length());
  return place.exact ? v6_.owner(place.node) : kNobody;
}

AllowedIps::Entry AllowedIps::First(Owner owner) const {
  return owner < lists_.size() ? static_cast<Entry>(lists_[owner].first) : Entry::kEnd;
}

AllowedIps::Entry AllowedIps::Next(Entry entry) const {
  return static_cast<Entry>(LinksOf(static_cast<uint32_t>(entry)).next);
}

Prefix AllowedIps::PrefixOf(Entry entry) const {
  const uint32_t node = static_cast<uint32_t>(entry);
  if (node & kIpv6Bit) {
    const uint32_t index = node & ~kIpv6Bit;
    return Prefix(V6::AddressOf(v6_.key(index)), static_cast<int>(v6_.length(index)));
  }
  return Prefix(V4::AddressOf(v4_.key(node)), static_cast<int>(v4_.length(node)));
}

std::vector<Prefix> AllowedIps::ListOf(Owner owner) const {
  std::vector<Prefix> list;
  for (Entry e = First(owner); e != Entry::kEnd; e = Next(e)) list.push_back(PrefixOf(e));
  return list;
}

size_t AllowedIps::memory() const {
  return v4_.memory() + v6_.memory() + lists_.capacity() * sizeof(List);
}

std::string AllowedIps::Validate() const {
  if (std::string what = v4_.Validate(); !what.empty()) return absl::StrCat("IPv4: ", what);
  if (std::string what = v6_.Validate(); !what.empty()) return absl::StrCat("IPv6: ", what);
  return ValidateLists();
}

std::string AllowedIps::ValidateLists() const {
  size_t listed = 0;
  for (Owner owner = 0; owner < lists_.size(); ++owner) {
    uint32_t previous = kNil;
    for (uint32_t node = lists_[owner].first; node != kNil; node = LinksOf(node).next) {
      ++listed;
      if (LinksOf(node).previous != previous) return absl::StrCat("list ", owner, " is torn");
      const uint32_t index = node & ~kIpv6Bit;
      if ((node & kIpv6Bit ? v6_.owner(index) : v4_.owner(index)) != owner) {
        return absl::StrCat("list ", owner, " has a node of somebody else");
      }
      previous = node;
    }
    if (lists_[owner].last != previous) return absl::StrCat("list ", owner, " ends elsewhere");
  }
  if (listed != prefixes_) return absl::StrCat(listed, " listed, ", prefixes_, " counted");
  size_t owned = 0;
  for (uint32_t i = 1; i < v4_.end(); ++i) owned += v4_.owner(i) != kNobody;
  for (uint32_t i = 1; i < v6_.end(); ++i) owned += v6_.owner(i) != kNobody;
  return owned == prefixes_ ? ""
                            : absl::StrCat(owned, " nodes with owners, ", prefixes_, " listed");
}

void AllowedIps::Append(Owner owner, uint32_t node) {
  if (owner >= lists_.size()) lists_.resize(owner + 1);
  List& list = lists_[owner];
  Links& links = LinksOf(node);
  links.previous = list.last;
  links.next = kNil;
  (list.last == kNil ? list.first : LinksOf(list.last).next) = node;
  list.last = node;
  ++prefixes_;
}

void AllowedIps::Unlink(Owner owner, uint32_t node) {
  List& list = lists_[owner];
  const Links links = LinksOf(node);
  (links.previous == kNil ? list.first : LinksOf(links.previous).next) = links.next;
  (links.next == kNil ? list.last : LinksOf(links.next).previous) = links.previous;
  --prefixes_;
}

template <typename V>
void AllowedIps::InsertInto(Trie<V>& trie, const Prefix& prefix, Owner owner) {
  const typename V::Key key = KeyOf<V>(prefix);
  const auto place = trie.Find(key, prefix.length());
  const Owner old = place.exact ? trie.owner(place.node) : kNobody;
  if (old != kNobody) Unlink(old, Numbered<V>(place.node));
  Append(owner, Numbered<V>(trie.InsertAt(place, key, prefix.length(), owner)));
}

template <typename V>
void AllowedIps::RemoveNode(Trie<V>& trie, uint32_t index) {
  Unlink(trie.owner(index), Numbered<V>(index));
  trie.Remove(index);
}

template <typename V>
void AllowedIps::Clear(Trie<V>& trie) {
  for (uint32_t i = 1; i < trie.end(); ++i) {
    if (trie.owner(i) != kNobody) Unlink(trie.owner(i), Numbered<V>(i));
  }
  trie.Clear();
}

template <typename V>
AllowedIps::Cost AllowedIps::CostIn(const Trie<V>& trie, const Prefix& prefix) const {
  const typename V::Key key = KeyOf<V>(prefix);
  const auto place = trie.Find(key, prefix.length(), /*from_root=*/true);
  return {.nodes = place.looked_at,
          .allocations = trie.AllocationsAt(place, key, prefix.length()),
          .present = place.exact && trie.owner(place.node) != kNobody};
}

}  // namespace wg
