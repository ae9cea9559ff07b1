// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/peer_table.h"

#include <gtest/gtest.h>

#include "protocol/crypto/keys.h"
#include "protocol/peer_id.h"

namespace wg {
namespace {

TEST(PeerTable, FindsByAllThirtyTwoBytes) {
  PeerTable table;
  PublicKey key;
  key.bytes.fill(5);
  table.Add(key, PeerId{1});
  EXPECT_EQ(table.Lookup(key), PeerId{1});
  for (int bit = 0; bit < 256; ++bit) {
    PublicKey other = key;
    other.bytes[bit / 8] ^= 1 << bit % 8;
    EXPECT_EQ(table.Lookup(other), PeerId::kNone) << bit;
  }
}

TEST(PeerTable, ForgetsRemovedKeys) {
  PeerTable table;
  PublicKey key;
  table.Add(key, PeerId{1});
  table.Remove(key);
  table.Remove(key);
  EXPECT_EQ(table.Lookup(key), PeerId::kNone);
  EXPECT_EQ(table.size(), 0u);
  table.Add(key, PeerId{2});
  EXPECT_EQ(table.Lookup(key), PeerId{2});
}

TEST(PeerTableDeathTest, AKeyIsAddedOnce) {
  PeerTable table;
  table.Add(PublicKey(), PeerId{1});
  EXPECT_DEATH(table.Add(PublicKey(), PeerId{2}), "CHECK");
}

}  // namespace
}  // namespace wg
