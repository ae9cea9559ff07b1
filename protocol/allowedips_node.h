// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The two kinds of trie nodes, and the bits they are about (struct allowedips_node, allowedips.c).
// V4 and V6 are traits: everything in which the families differ. Nothing here knows what a trie is.
//
// A node is what a lookup reads and fits in one cache line: 16 bytes for IPv4, 32 for IPv6. What
// only changes need (the neighbours in the owner's list) lies apart in Cold. Nodes name each other
// by index; 0 is "none".
#ifndef WGSIM_PROTOCOL_ALLOWEDIPS_NODE_H_
#define WGSIM_PROTOCOL_ALLOWEDIPS_NODE_H_

#include <bit>
#include <cstdint>

#include "protocol/ip.h"

namespace wg::allowedips {

inline constexpr uint32_t kNil = 0;                // no node
inline constexpr uint32_t kNobody = 0xffffff;      // no owner: a node that only branches
inline constexpr uint32_t kFreeLength = 0xff;      // the length of a node that is not in the trie
inline constexpr uint32_t kMaxNodes = 0x7fffffff;  // of one family: indices have 31 bits

// Length (8 bits) and owner (24 bits) in one word: both change together with one store.
constexpr uint32_t Meta(uint32_t length, uint32_t owner) { return owner << 8 | length; }
constexpr uint32_t LengthOf(uint32_t meta) { return meta & 0xff; }
constexpr uint32_t OwnerOf(uint32_t meta) { return meta >> 8; }

// Neighbours in the owner's list, of either family: the top bit says which.
struct Links {
  uint32_t previous, next;
};

struct V4 {
  static constexpr Family kFamily = Family::kIpv4;
  static constexpr int kWidth = 32;

  using Key = uint32_t;

  struct alignas(16) Node {
    Key key;
    uint32_t meta;
    uint32_t child[2];
  };
  struct Cold : Links {
    uint32_t parent;
  };
  static_assert(sizeof(Node) == 16 && sizeof(Cold) == 12);

  static Key KeyOf(const IpAddress& address) { return address.v4(); }
  static IpAddress AddressOf(Key key) { return IpAddress::V4(key); }
  // REQUIRES for all below: 0 <= length <= kWidth.
  static Key Masked(Key key, uint32_t length) {
    return key & static_cast<Key>(~uint64_t{0} << (kWidth - length));
  }
  // True if the first `length` bits are equal.
  static bool Equal(Key a, Key b, uint32_t length) {
    return static_cast<uint64_t>(a ^ b) >> (kWidth - length) == 0;
  }
  // Bit number `length`; 0 for the width, where nothing branches.
  static uint32_t Bit(Key key, uint32_t length) {
    return static_cast<uint32_t>(static_cast<uint64_t>(key) << length >> 31) & 1;
  }
  static uint32_t CommonBits(Key a, Key b) { return std::countl_zero(a ^ b); }
  // `n` bits from bit number `from` on, as a number. REQUIRES: from < kWidth, 0 < n < 32, together
  // at most kWidth.
  static uint32_t Slice(Key key, uint32_t from, uint32_t n) { return key << from >> (kWidth - n); }
  // 64 well mixed bits of the first `length` ones.
  static uint64_t Hash(Key key, uint32_t length) {
    const uint64_t mixed = Masked(key, length) * 0x9e3779b97f4a7c15u;
    return (mixed ^ mixed >> 32) * 0xd6e8feb86659fd93u;
  }
};

struct V6 {
  static constexpr Family kFamily = Family::kIpv6;
  static constexpr int kWidth = 128;

  struct Key {
    uint64_t hi, lo;
    friend bool operator==(const Key&, const Key&) = default;
  };

  struct alignas(32) Node {
    Key key;
    uint32_t meta;
    uint32_t child[2];
    uint32_t parent;
  };
  struct Cold : Links {};
  static_assert(sizeof(Node) == 32 && sizeof(Cold) == 8);

  static Key KeyOf(const IpAddress& address) { return {address.hi(), address.lo()}; }
  static IpAddress AddressOf(const Key& key) { return IpAddress::V6(key.hi, key.lo); }
  static Key Masked(const Key& key, uint32_t length) {
    return {key.hi & IpAddress::MaskHi(length), key.lo & IpAddress::MaskLo(length)};
  }
  static bool Equal(const Key& a, const Key& b, uint32_t length) {
    return (((a.hi ^ b.hi) & IpAddress::MaskHi(length)) |
            ((a.lo ^ b.lo) & IpAddress::MaskLo(length))) == 0;
  }
  static uint32_t Bit(const Key& key, uint32_t length) {
    if (length >= kWidth) return 0;
    return (length < 64 ? key.hi >> (63 - length) : key.lo >> (127 - length)) & 1;
  }
  static uint32_t CommonBits(const Key& a, const Key& b) {
    return a.hi != b.hi ? std::countl_zero(a.hi ^ b.hi) : 64 + std::countl_zero(a.lo ^ b.lo);
  }
  static uint32_t Slice(const Key& key, uint32_t from, uint32_t n) {
    const uint64_t bits = from >= 64  ? key.lo << (from - 64)
                          : from == 0 ? key.hi
                                      : key.hi << from | key.lo >> (64 - from);
    return static_cast<uint32_t>(bits >> (64 - n));
  }
  static uint64_t Hash(const Key& key, uint32_t length) {
    const Key k = Masked(key, length);
    const uint64_t mixed = (k.hi ^ std::rotl(k.lo * 0xc2b2ae3d27d4eb4fu, 31)) * 0x9e3779b97f4a7c15u;
    return (mixed ^ mixed >> 32) * 0xd6e8feb86659fd93u;
  }
};

// Where a family keeps a node's parent: beside what lookups read if there is room, else apart.
inline uint32_t& ParentIn(V4::Node&, V4::Cold& cold) { return cold.parent; }
inline uint32_t& ParentIn(V6::Node& node, V6::Cold&) { return node.parent; }
inline uint32_t ParentIn(const V4::Node&, const V4::Cold& cold) { return cold.parent; }
inline uint32_t ParentIn(const V6::Node& node, const V6::Cold&) { return node.parent; }

}  // namespace wg::allowedips

#endif  // WGSIM_PROTOCOL_ALLOWEDIPS_NODE_H_
