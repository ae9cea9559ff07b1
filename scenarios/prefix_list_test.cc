// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/prefix_list.h"

#include <vector>

#include "gtest/gtest.h"

namespace scenario {
namespace {

wg::Prefix P(uint32_t number) { return wg::Prefix::Host(wg::IpAddress::V4(number)); }
std::vector<wg::Prefix> Values(const PrefixList& list) { return {list.begin(), list.end()}; }

TEST(PrefixList, CopiesShareTheirMemoryUntilOneOfThemIsChanged) {
  const PrefixList first({P(1), P(2), P(3)});
  PrefixList second = first;
  PrefixList third = first;
  EXPECT_EQ(first.sharers(), 3);
  EXPECT_EQ(second.data(), first.data());
  second.erase(second.begin() + 1);
  third.push_back(P(4));
  EXPECT_EQ(Values(first), (std::vector<wg::Prefix>{P(1), P(2), P(3)}));
  EXPECT_EQ(Values(second), (std::vector<wg::Prefix>{P(1), P(3)}));
  EXPECT_EQ(Values(third), (std::vector<wg::Prefix>{P(1), P(2), P(3), P(4)}));
  EXPECT_EQ(first.sharers(), 1);
}

TEST(PrefixList, AloneIsChangedInPlace) {
  PrefixList list({P(1), P(2)});
  const wg::Prefix* const memory = list.data();
  list.pop_back();
  EXPECT_EQ(list.data(), memory);
  EXPECT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0], P(1));
}

TEST(PrefixList, EmptyTakesNoMemory) {
  PrefixList list;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.begin(), list.end());
  EXPECT_EQ(PrefixList(std::vector<wg::Prefix>()).sharers(), 0);
  list.push_back(P(7));
  EXPECT_EQ(Values(list), std::vector<wg::Prefix>{P(7)});
}

}  // namespace
}  // namespace scenario
