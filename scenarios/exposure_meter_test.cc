// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/exposure_meter.h"

#include <map>
#include <vector>

#include "gtest/gtest.h"

namespace scenario {
namespace {

using sim::Duration;

sim::Time At(int64_t us) { return sim::kStart + Duration(us * 1000); }
wg::IpAddress Ip(absl::string_view text) { return wg::IpAddress::Parse(text).value(); }
wg::Prefix Net(absl::string_view text) { return wg::Prefix::Parse(text).value(); }

wg::PublicKey Key(uint8_t name) {
  wg::PublicKey key;
  key.bytes[0] = name;
  return key;
}

// A table of prefixes that a test edits by hand; the longest prefix wins.
class ExposureMeterTest : public testing::Test {
 protected:
  // What a test does not watch is in the list all the same.
  WatchList list_{{Ip("10.0.0.1"), Ip("10.0.0.2"), Ip("10.0.0.3"), Ip("fd00::2")}};
  ExposureMeter meter_{[this](const wg::IpAddress& address) { return Owner(address); }, &list_};

  void Watch(absl::string_view address, Group group) { meter_.Watch(list_.From(Ip(address)), group); }

  const wg::PublicKey* Owner(const wg::IpAddress& address) {
    const wg::PublicKey* best = nullptr;
    int length = -1;
    for (const auto& [prefix, key] : table_) {
      if (prefix.Contains(address) && prefix.length() > length) {
        best = &key;
        length = prefix.length();
      }
    }
    return best;
  }
  void Set(absl::string_view prefix, uint8_t key, int64_t us) {
    table_[Net(prefix)] = Key(key);
    meter_.AfterStep(At(us), Net(prefix));
  }
  void Remove(absl::string_view prefix, int64_t us) {
    table_.erase(Net(prefix));
    meter_.AfterStep(At(us), Net(prefix));
  }

  std::map<wg::Prefix, wg::PublicKey> table_;
};

TEST_F(ExposureMeterTest, AReplacedAddressIsExposedFromItsRemovalToItsInsertion) {
  table_ = {{Net("10.0.0.2"), Key('a')}, {Net("10.0.0.3"), Key('a')}};
  Watch("10.0.0.3", Group::kBystander);
  Watch("10.0.0.2", Group::kTouched);
  meter_.Begin(At(0));
  Remove("10.0.0.2", 1);
  Remove("10.0.0.3", 2);
  Set("10.0.0.3", 'a', 7);
  std::vector<Exposure> exposures = meter_.End(At(9));
  ASSERT_EQ(exposures.size(), 1u);
  EXPECT_EQ(exposures[0].address, Ip("10.0.0.3"));
  EXPECT_EQ(exposures[0].to_nobody, Duration(5000));
  EXPECT_EQ(exposures[0].to_wrong_peer, Duration(0));
  EXPECT_EQ(meter_.worst(Group::kBystander), std::vector<Duration>{Duration(5000)});
  EXPECT_TRUE(meter_.worst(Group::kTouched).empty());
  EXPECT_EQ(meter_.reconfigurations(), 1u);
}

TEST_F(ExposureMeterTest, TimeUnderACoveringPrefixOfAnotherPeerIsTimeAtTheWrongPeer) {
  table_ = {{Net("10.0.0.0/16"), Key('c')}, {Net("10.0.0.3"), Key('a')}};
  Watch("10.0.0.3", Group::kBystander);
  meter_.Begin(At(0));
  Remove("10.0.0.3", 2);
  Remove("10.0.0.0/16", 3);
  Set("10.0.0.0/16", 'c', 5);
  Set("10.0.0.3", 'a', 9);
  std::vector<Exposure> exposures = meter_.End(At(10));
  ASSERT_EQ(exposures.size(), 1u);
  EXPECT_EQ(exposures[0].to_wrong_peer, Duration(1000 + 4000));
  EXPECT_EQ(exposures[0].to_nobody, Duration(2000));
}

TEST_F(ExposureMeterTest, AnAddressThatWasMeantToGoOrToMoveIsNotExposed) {
  table_ = {{Net("10.0.0.2"), Key('a')}, {Net("10.0.0.3"), Key('a')}};
  Watch("10.0.0.2", Group::kTouched);
  Watch("10.0.0.3", Group::kTouched);
  meter_.Begin(At(0));
  Remove("10.0.0.2", 1);
  Set("10.0.0.3", 'b', 2);
  EXPECT_TRUE(meter_.End(At(3)).empty());
  meter_.Begin(At(4));
  Set("10.0.0.2", 'b', 5);
  EXPECT_TRUE(meter_.End(At(6)).empty());
  EXPECT_EQ(meter_.reconfigurations(), 2u);
  EXPECT_TRUE(meter_.worst(Group::kTouched).empty());
}

TEST_F(ExposureMeterTest, ABystanderWithoutItsOwnerWhenTheRunEndsWasExposedUntilThen) {
  table_ = {{Net("10.0.0.2"), Key('a')}, {Net("10.0.0.3"), Key('a')}};
  Watch("10.0.0.2", Group::kTouched);
  Watch("10.0.0.3", Group::kBystander);
  meter_.Begin(At(0));
  Remove("10.0.0.2", 1);
  Remove("10.0.0.3", 2);
  const std::vector<Exposure> exposures = meter_.Abandon(At(9));
  ASSERT_EQ(exposures.size(), 1u);
  EXPECT_EQ(exposures[0].address, Ip("10.0.0.3"));
  EXPECT_EQ(exposures[0].total(), Duration(7000));
}

TEST_F(ExposureMeterTest, EachReconfigurationCountsOnItsOwnAndTheLargestAddressSpeaksForIt) {
  table_ = {{Net("10.0.0.2"), Key('a')}, {Net("10.0.0.3"), Key('a')}};
  Watch("10.0.0.2", Group::kBystander);
  Watch("10.0.0.3", Group::kBystander);
  for (int64_t round = 0; round < 2; ++round) {
    const int64_t t = 100 * round;
    meter_.Begin(At(t));
    Remove("10.0.0.2", t + 1);
    Remove("10.0.0.3", t + 2);
    Set("10.0.0.2", 'a', t + 10);
    Set("10.0.0.3", 'a', t + 20 + round);
    EXPECT_EQ(meter_.End(At(t + 30)).size(), 2u);
  }
  EXPECT_EQ(meter_.worst(Group::kBystander),
            (std::vector<Duration>{Duration(18'000), Duration(19'000)}));
}

TEST_F(ExposureMeterTest, AStepWithoutAPrefixIsLookedAtForEveryAddress) {
  table_ = {{Net("10.0.0.2"), Key('a')}, {Net("fd00::2"), Key('a')}};
  Watch("10.0.0.2", Group::kBystander);
  Watch("fd00::2", Group::kBystander);
  meter_.Begin(At(0));
  auto saved = table_;
  table_.clear();
  meter_.AfterStep(At(1), std::nullopt);
  table_ = saved;
  meter_.AfterStep(At(4), std::nullopt);
  EXPECT_EQ(meter_.End(At(5)).size(), 2u);
  EXPECT_EQ(meter_.worst(Group::kBystander), std::vector<Duration>{Duration(3000)});
}

}  // namespace
}  // namespace scenario
