// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/intent.h"

#include <map>

#include "gtest/gtest.h"
#include "sim/rng.h"

namespace scenario {
namespace {

wg::IpAddress Ip(absl::string_view text) { return wg::IpAddress::Parse(text).value(); }
wg::Prefix Net(absl::string_view text) { return wg::Prefix::Parse(text).value(); }

TEST(Intent, TheLongestPrefixOwnsAndWhatCoversItInherits) {
  Intent intent;
  const size_t address = intent.Follow(0, Ip("10.0.0.3"));
  EXPECT_EQ(intent.Owner(address), Intent::kNobody);
  intent.Give(0, Net("10.0.0.0/16"), 7);
  intent.Give(0, Net("10.0.0.3"), 1);
  EXPECT_EQ(intent.Owner(address), 1);
  intent.Take(0, Net("10.0.0.3"), 2);  // not its owner: nothing happens
  EXPECT_EQ(intent.Owner(address), 1);
  intent.Take(0, Net("10.0.0.3"), 1);
  EXPECT_EQ(intent.Owner(address), 7);
}

TEST(Intent, DevicesAreApart) {
  Intent intent;
  const size_t a = intent.Follow(0, Ip("10.0.0.3"));
  const size_t b = intent.Follow(1, Ip("10.0.0.3"));
  EXPECT_EQ(intent.Follow(0, Ip("10.0.0.3")), a);
  intent.Give(1, Net("10.0.0.3"), 4);
  EXPECT_EQ(intent.Owner(a), Intent::kNobody);
  EXPECT_EQ(intent.Owner(b), 4);
}

TEST(Intent, AgreesWithANaiveTableUnderRandomChanges) {
  sim::Rng rng(3);
  Intent intent;
  std::vector<size_t> numbers;
  for (uint32_t i = 0; i < 8; ++i) numbers.push_back(intent.Follow(0, wg::IpAddress::V4(i << 29)));
  std::map<wg::Prefix, int> table;
  for (int round = 0; round < 5000; ++round) {
    const wg::Prefix prefix(wg::IpAddress::V4(static_cast<uint32_t>(rng.Uniform(8)) << 29),
                            static_cast<int>(rng.Uniform(4)));
    const int peer = static_cast<int>(rng.Uniform(3));
    if (rng.Uniform(2) == 0) {
      intent.Give(0, prefix, peer);
      table[prefix] = peer;
    } else {
      intent.Take(0, prefix, peer);
      if (auto at = table.find(prefix); at != table.end() && at->second == peer) table.erase(at);
    }
    for (uint32_t i = 0; i < 8; ++i) {
      int owner = Intent::kNobody;
      int length = -1;
      for (const auto& [p, q] : table) {
        if (p.Contains(wg::IpAddress::V4(i << 29)) && p.length() > length) {
          owner = q;
          length = p.length();
        }
      }
      ASSERT_EQ(intent.Owner(numbers[i]), owner);
    }
  }
}

}  // namespace
}  // namespace scenario
