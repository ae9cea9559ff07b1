// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/subnet_cover.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace scenario {
namespace {

wg::IpAddress V4(uint32_t last) { return wg::IpAddress::V4(0x0a000000 + last); }

std::vector<std::string> Texts(const std::vector<wg::Prefix>& prefixes) {
  std::vector<std::string> texts;
  for (const wg::Prefix& prefix : prefixes) texts.push_back(prefix.ToString());
  return texts;
}

TEST(SubnetCover, AddressesAloneMakeOnePrefixOfEachFamily) {
  EXPECT_EQ(Texts(SubnetCover({V4(9), V4(1), V4(200), wg::IpAddress::V6(0xfd00ull << 48, 1)}, {})),
            (std::vector<std::string>{"10.0.0.0/24", "fd00::1/128"}));
  EXPECT_TRUE(SubnetCover({}, {V4(1)}).empty());
}

TEST(SubnetCover, StrangersAreLeftOut) {
  EXPECT_EQ(Texts(SubnetCover({V4(0), V4(1), V4(2), V4(6), V4(7)}, {V4(4), V4(300)})),
            (std::vector<std::string>{"10.0.0.0/30", "10.0.0.6/31"}));
}

// All ways to deal 8 neighbouring addresses to inside, outside and nobody.
TEST(SubnetCover, HoldsAllInsideAndNothingOutsideInEveryCase) {
  for (int ways = 0; ways < 6561; ++ways) {
    std::vector<wg::IpAddress> sides[3];
    for (int i = 0, rest = ways; i < 8; ++i, rest /= 3) {
      sides[rest % 3].push_back(V4(static_cast<uint32_t>(i)));
    }
    const std::vector<wg::Prefix> cover = SubnetCover(sides[0], sides[1]);
    const auto holds = [&](const wg::IpAddress& address) {
      int count = 0;
      for (const wg::Prefix& prefix : cover) count += prefix.Contains(address);
      return count;
    };
    for (const wg::IpAddress& address : sides[0]) ASSERT_EQ(holds(address), 1) << ways;
    for (const wg::IpAddress& address : sides[1]) ASSERT_EQ(holds(address), 0) << ways;
  }
}

}  // namespace
}  // namespace scenario
