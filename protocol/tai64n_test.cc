// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/tai64n.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "protocol/hex.h"
#include "protocol/time.h"

namespace wg {
namespace {

Tai64n At(int64_t seconds, int64_t nanoseconds) {
  return Tai64nNow(WallTime(std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanoseconds)));
}

TEST(Tai64n, ThereAreSixtyStampsInASecond) {
  std::set<Tai64n> stamps;
  for (int64_t ns = 0; ns < 1'000'000'000; ns += 1'000'003) stamps.insert(At(5, ns));
  EXPECT_EQ(stamps.size(), 60u);
  EXPECT_EQ(Hex(stamps.rbegin()->bytes), "400000000000000f3b000000");
}

TEST(Tai64n, LaterStampsAreGreaterAlsoWithFewerNanoseconds) {
  EXPECT_LT(At(1, 999'999'999), At(2, 0));
  EXPECT_LT(At(255, 0), At(256, 0));
  EXPECT_EQ(At(1, 0), At(1, 16'777'215));
  EXPECT_LT(At(1, 16'777'215), At(1, 16'777'216));
  EXPECT_LT(Tai64n(), At(0, 0)) << "the initial value is before every stamp";
}

TEST(Tai64n, BeforeTheEpochIsRoundedDown) {
  EXPECT_EQ(Hex(At(-1, 0).bytes), "400000000000000900000000");
  EXPECT_EQ(Hex(At(0, -1).bytes), "40000000000000093b000000");
  EXPECT_LT(At(0, -1), At(0, 0));
}

}  // namespace
}  // namespace wg
