// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// AllowedIps: which peer of a device owns an inner address (struct allowedips, allowedips.c;
// spec/data section 1). A path-compressed binary trie per family, and for every owner the list of
// its prefixes in the order of (last) insertion, both families in one list.
//
// It is the table that packets read while a configuration changes it. Insert, RemoveOne,
// RemoveFirst and ClearFamily are each one change as readers see it (spec/data section 1.6):
// between two of them any lookup may run, inside none. An insertion changes the answer of no
// address outside its prefix nor of one inside a longer prefix, a removal likewise; inserting a
// prefix that is there moves it to its new owner without an instant of nobody.
//
// An owner is a small dense number of the caller's (Peer::slot), so that a lookup ends without
// hashing. Memory: at most 2n - 1 nodes for n prefixes of a family, 28 bytes (IPv4) or 40 bytes
// (IPv6) each, and 4 to 16 bytes of hints per prefix, 4 KiB at least from 8 nodes of a family on.
//
// Requirements: AIP-001 to 009 013 to 025 028 to 036 038 039 041.
#ifndef WGSIM_PROTOCOL_ALLOWEDIPS_H_
#define WGSIM_PROTOCOL_ALLOWEDIPS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/allowedips_node.h"
#include "protocol/allowedips_trie.h"
#include "protocol/errno.h"
#include "protocol/ip.h"

namespace wg {

// Single-threaded. Not copyable.
class AllowedIps {
 public:
  using Owner = uint32_t;
  // "No owner"; every valid owner is smaller.
  static constexpr Owner kNobody = allowedips::kNobody;

  // What an operation on a prefix would do now, for its price (spec/data section 1.7).
  struct Cost {
    uint32_t nodes = 0;        // looked at on the way from the root to the prefix's place
    uint32_t allocations = 0;  // of an insertion: 0 exact, 1 simple, 2 with a branch
    bool present = false;      // the exact prefix is an entry
  };

  // One prefix in an owner's list. Valid until the next change of the table (seq()).
  enum class Entry : uint32_t { kEnd = 0 };

  AllowedIps() = default;
  AllowedIps(const AllowedIps&) = delete;
  AllowedIps& operator=(const AllowedIps&) = delete;

  // The owner of the longest prefix that contains the address, or kNobody (wg_allowedips_lookup_dst
  // and _src).
  Owner Lookup(const IpAddress& address) const {
    switch (address.family()) {
      case Family::kIpv4:
        return v4_.Lookup(allowedips::V4::KeyOf(address));
      case Family::kIpv6:
        return v6_.Lookup(allowedips::V6::KeyOf(address));
      case Family::kNone:
        break;
    }
    return kNobody;
  }

  // Makes the prefix the owner's and the last of its list, whoever had it before
  // (wg_allowedips_insert_v4, _v6). kInval, and only seq() changes: the length exceeds the family's
  // width, no family, or no owner.
  Errno Insert(const Prefix& prefix, Owner owner);

  // Takes out exactly this prefix if it is the owner's; otherwise a success without effect
  // (wg_allowedips_remove_v4, _v6: WGALLOWEDIP_F_REMOVE_ME). kInval as for Insert, except that
  // nobody owns nothing: kOk.
  Errno RemoveOne(const Prefix& prefix, Owner owner);

  // Takes out all prefixes of the owner in list order (wg_allowedips_remove_by_peer):
  // BeginRemoveByOwner and then RemoveFirst until the list is empty, which is how a reader sees it.
  void RemoveByOwner(Owner owner);
  // Counts the removal in seq() and returns true, unless the list is empty.
  bool BeginRemoveByOwner(Owner owner);
  // Takes out the first prefix of the list. REQUIRES: there is one.
  void RemoveFirst(Owner owner);

  // The root of the family becomes none in one store; its prefixes leave all lists
  // (wg_allowedips_free, one half: call it for kIpv4 and then for kIpv6). The half of IPv4 counts
  // in seq().
  void ClearFamily(Family family);

  // REQUIRES for both: the length fits the family.
  Cost CostOf(const Prefix& prefix) const;
  // The owner of exactly this prefix, or kNobody: also for a branch without an owner.
  Owner OwnerOf(const Prefix& prefix) const;

  // The list of an owner, first to last (wg_allowedips_read_node: host bits masked).
  Entry First(Owner owner) const;
  Entry Next(Entry entry) const;
  Prefix PrefixOf(Entry entry) const;
  std::vector<Prefix> ListOf(Owner owner) const;

  // Starts at 1 and grows with every call that may change the table, whether it does or not: a dump
  // that finds it changed cannot go on where it was.
  uint64_t seq() const { return seq_; }
  size_t prefixes() const { return prefixes_; }
  size_t nodes(Family family) const { return family == Family::kIpv4 ? v4_.live() : v6_.live(); }
  // Since the table was made.
  uint64_t nodes_allocated() const { return v4_.allocated() + v6_.allocated(); }
  uint64_t nodes_freed() const { return v4_.freed() + v6_.freed(); }
  // Bytes of memory held.
  size_t memory() const;

  // Walks everything and says which invariant does not hold; "" when all do. For tests.
  std::string Validate() const;

 private:
  // Ends of an owner's list; members are linked through the nodes' Links.
  struct List {
    uint32_t first = 0;
    uint32_t last = 0;
  };

  // A node of either family as one number: an index into its trie's pool, and the family above it.
  static constexpr uint32_t kIpv6Bit = uint32_t{1} << 31;

  allowedips::Links& LinksOf(uint32_t node) {
    return node & kIpv6Bit ? v6_.links(node & ~kIpv6Bit) : v4_.links(node);
  }
  const allowedips::Links& LinksOf(uint32_t node) const {
    return node & kIpv6Bit ? v6_.links(node & ~kIpv6Bit) : v4_.links(node);
  }
  void Append(Owner owner, uint32_t node);
  void Unlink(Owner owner, uint32_t node);
  template <typename V>
  void InsertInto(allowedips::Trie<V>& trie, const Prefix& prefix, Owner owner);
  template <typename V>
  void RemoveNode(allowedips::Trie<V>& trie, uint32_t index);
  template <typename V>
  void Clear(allowedips::Trie<V>& trie);
  template <typename V>
  Cost CostIn(const allowedips::Trie<V>& trie, const Prefix& prefix) const;
  std::string ValidateLists() const;

  allowedips::Trie<allowedips::V4> v4_;
  allowedips::Trie<allowedips::V6> v6_;
  std::vector<List> lists_;  // by owner
  uint64_t seq_ = 1;
  size_t prefixes_ = 0;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_ALLOWEDIPS_H_
