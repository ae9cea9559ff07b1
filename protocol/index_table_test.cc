// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/index_table.h"

#include <gtest/gtest.h>

#include <set>

#include "protocol/fake_entropy.h"
#include "protocol/peer_id.h"

namespace wg {
namespace {

// The table never looks behind the pointer.
Keypair* SomeKeypair() { return reinterpret_cast<Keypair*>(uintptr_t{64}); }

constexpr IndexEntry kHandshakeOf7{IndexType::kHandshake, PeerId{7}, nullptr};

TEST(IndexTable, DrawsUntilAnIndexIsFree) {
  IndexTable table;
  ScriptedEntropy entropy;
  entropy.ThenUint32(5).ThenUint32(5).ThenUint32(5).ThenUint32(6);
  EXPECT_EQ(table.Insert(kHandshakeOf7, entropy), 5u);
  EXPECT_EQ(table.Insert({IndexType::kHandshake, PeerId{8}, nullptr}, entropy), 6u);
  EXPECT_EQ(entropy.left(), 0u);
  EXPECT_EQ(table.size(), 2u);
  EXPECT_EQ(table.Lookup(5, IndexType::kHandshake)->peer, PeerId{7});
  EXPECT_EQ(table.Lookup(6, IndexType::kHandshake)->peer, PeerId{8});
}

TEST(IndexTable, EveryValueOf32BitsIsAnIndex) {
  IndexTable table;
  ScriptedEntropy entropy;
  for (uint32_t index : {0u, 1u, 0x7fffffffu, 0x80000000u, 0xfffffffeu, 0xffffffffu}) {
    entropy.ThenUint32(index);
    EXPECT_EQ(table.Insert(kHandshakeOf7, entropy), index);
    EXPECT_NE(table.Lookup(index, IndexType::kAny), nullptr);
  }
}

TEST(IndexTable, LookupSeesOnlyTheTypesItAsksFor) {
  IndexTable table;
  ScriptedEntropy entropy;
  entropy.ThenUint32(1).ThenUint32(2);
  table.Insert(kHandshakeOf7, entropy);
  table.Insert({IndexType::kKeypair, PeerId{7}, SomeKeypair()}, entropy);
  EXPECT_NE(table.Lookup(1, IndexType::kHandshake), nullptr);
  EXPECT_EQ(table.Lookup(1, IndexType::kKeypair), nullptr);
  EXPECT_NE(table.Lookup(1, IndexType::kAny), nullptr);
  EXPECT_EQ(table.Lookup(2, IndexType::kHandshake), nullptr);
  EXPECT_EQ(table.Lookup(2, IndexType::kKeypair)->keypair, SomeKeypair());
  EXPECT_NE(table.Lookup(2, IndexType::kAny), nullptr);
  EXPECT_EQ(table.Lookup(3, IndexType::kAny), nullptr);
}

TEST(IndexTable, ReplaceKeepsTheIndex) {
  IndexTable table;
  ScriptedEntropy entropy;
  entropy.ThenUint32(9);
  table.Insert(kHandshakeOf7, entropy);
  table.Replace(9, {IndexType::kKeypair, PeerId{7}, SomeKeypair()});
  EXPECT_EQ(table.Lookup(9, IndexType::kHandshake), nullptr);
  EXPECT_EQ(table.Lookup(9, IndexType::kKeypair)->keypair, SomeKeypair());
  EXPECT_EQ(table.size(), 1u);
}

TEST(IndexTable, RemovedIndicesAreGoneAndMayComeBack) {
  IndexTable table;
  ScriptedEntropy entropy;
  entropy.ThenUint32(9).ThenUint32(9);
  table.Insert(kHandshakeOf7, entropy);
  table.Remove(9);
  table.Remove(9);
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(table.Insert(kHandshakeOf7, entropy), 9u);
}

TEST(IndexTable, IndicesFollowFromTheEntropyAlone) {
  std::set<uint32_t> seen;
  IndexTable a, b;
  SeededEntropy entropy_a(3), entropy_b(3);
  for (int i = 0; i < 10'000; ++i) {
    const uint32_t index = a.Insert(kHandshakeOf7, entropy_a);
    ASSERT_EQ(b.Insert(kHandshakeOf7, entropy_b), index);
    ASSERT_TRUE(seen.insert(index).second);
  }
}

TEST(IndexTableDeathTest, EntropyThatRepeatsItselfIsNoticed) {
  IndexTable table;
  ScriptedEntropy entropy;
  for (int i = 0; i < 100; ++i) entropy.ThenUint32(1);
  table.Insert(kHandshakeOf7, entropy);
  EXPECT_DEATH(table.Insert(kHandshakeOf7, entropy), "entropy repeats itself");
}

}  // namespace
}  // namespace wg
