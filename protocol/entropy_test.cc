// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/entropy.h"

#include <gtest/gtest.h>

#include "protocol/fake_entropy.h"

namespace wg {
namespace {

TEST(Entropy, NumbersAreLittleEndian) {
  ScriptedEntropy entropy;
  entropy.Then({{1, 2, 3, 4}});
  EXPECT_EQ(entropy.NextUint32(), 0x04030201u);
  EXPECT_EQ(entropy.left(), 0u);
}

// With a ceiling of 3, 2^32 = 3 * 1431655765 + 1: one draw of 2^32 must be refused for all to be
// equally many.
TEST(Entropy, BelowRefusesWhatWouldFavourSomeNumbers) {
  ScriptedEntropy entropy;
  entropy.ThenUint32(0).ThenUint32(0xffffffff);
  EXPECT_EQ(entropy.NextUint32Below(3), 2u);
  EXPECT_EQ(entropy.left(), 0u);
}

TEST(Entropy, BelowReachesEveryNumberAboutEquallyOften) {
  SeededEntropy entropy(1);
  int counts[7] = {};
  for (int i = 0; i < 70'000; ++i) ++counts[entropy.NextUint32Below(7)];
  for (int count : counts) EXPECT_NEAR(count, 10'000, 500);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(entropy.NextUint32Below(1), 0u);
}

}  // namespace
}  // namespace wg
