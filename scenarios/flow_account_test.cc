// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/flow_account.h"

#include <vector>

#include "gtest/gtest.h"
#include "sim/rng.h"

namespace scenario {
namespace {

using sim::Duration;

sim::Time At(int64_t us) { return sim::kStart + Duration(us * 1000); }

TEST(FlowAccount, EveryPacketEndsAsExactlyOneThingUnderRandomEvents) {
  sim::Rng rng(7);
  FlowAccount account(Duration(0));
  std::vector<bool> accepted;
  for (int i = 0; i < 100000; ++i) {
    if (accepted.empty() || rng.Uniform(4) == 0) {
      account.Offer(At(i));
      accepted.push_back(rng.Uniform(3) != 0);
      if (!accepted.back()) {
        if (rng.Uniform(2) == 0) {
          account.Refused(accepted.size() - 1, wg::Errno::kNoKey);
        } else {
          account.Misdirected(accepted.size() - 1);
        }
      }
    } else {
      const uint64_t seq = rng.Uniform(accepted.size());
      if (!accepted[seq]) continue;
      if (rng.Uniform(2) == 0) {
        account.Delivered(seq, At(i));
      } else {
        account.Dropped(seq, static_cast<DropCause>(rng.Uniform(3)));
      }
    }
    ASSERT_TRUE(account.totals().Balances());
  }
  uint64_t dropped = 0;
  for (const auto& [cause, count] : account.DropCauses()) dropped += count;
  EXPECT_EQ(dropped, account.totals().dropped);
  EXPECT_EQ(account.Delays().size(), account.totals().delivered);
}

TEST(FlowAccount, OneDeliveredCopyMakesThePacketDeliveredWhateverHappensToTheOthers) {
  FlowAccount account(Duration(0));
  account.Offer(At(0));
  account.Dropped(0, 1);
  account.Delivered(0, At(5));
  account.Dropped(0, 1);
  account.Delivered(0, At(6));
  EXPECT_EQ(account.fate(0), Fate::kDelivered);
  EXPECT_EQ(account.totals().dropped, 0u);
  EXPECT_EQ(account.totals().duplicates, 1u);
  EXPECT_EQ(account.Delays(), std::vector<Duration>{Duration(5000)});
}

TEST(FlowAccount, AMisdirectedPacketStaysMisdirectedEvenIfTheWrongPeerTakesIt) {
  FlowAccount account(Duration(0));
  account.Offer(At(0));
  account.Misdirected(0);
  account.Delivered(0, At(1));
  account.Dropped(0, 1);
  EXPECT_EQ(account.fate(0), Fate::kMisdirected);
  EXPECT_EQ(account.totals().misdirected, 1u);
}

TEST(FlowAccount, LateIsCountedAmongTheDelivered) {
  FlowAccount account(Duration(1000));
  account.Offer(At(0));
  account.Offer(At(0));
  account.Delivered(0, At(1));
  account.Delivered(1, At(2));
  EXPECT_EQ(account.totals().delivered, 2u);
  EXPECT_EQ(account.totals().late, 1u);
}

// D delivered, R refused, L dropped, F in flight; offers 10 us apart.
std::vector<Outage> OutagesOf(const std::string& fates) {
  FlowAccount account(Duration(0));
  for (size_t i = 0; i < fates.size(); ++i) {
    account.Offer(At(10 * i));
    if (fates[i] == 'D') account.Delivered(i, At(10 * i + 1));
    if (fates[i] == 'R') account.Refused(i, wg::Errno::kNoKey);
    if (fates[i] == 'L') account.Dropped(i, 0);
  }
  return account.Outages(At(1000));
}

TEST(FlowAccount, AnOutageLastsFromTheFirstLostOfferToTheNextDeliveredOne) {
  std::vector<Outage> outages = OutagesOf("DDRLDDLD");
  ASSERT_EQ(outages.size(), 2u);
  EXPECT_EQ(outages[0].first, 2u);
  EXPECT_EQ(outages[0].packets, 2u);
  EXPECT_EQ(outages[0].length(), Duration(20'000));
  EXPECT_EQ(outages[1].length(), Duration(10'000));
}

TEST(FlowAccount, WhatIsStillInFlightAtTheEndIsNoOutage) {
  EXPECT_TRUE(OutagesOf("DDFF").empty());
  EXPECT_TRUE(OutagesOf("").empty());
  std::vector<Outage> outages = OutagesOf("DRFF");
  ASSERT_EQ(outages.size(), 1u);
  EXPECT_EQ(outages[0].packets, 1u);
}

TEST(FlowAccount, ARunThatNeverEndsLastsToTheEndOfTheRun) {
  std::vector<Outage> outages = OutagesOf("DR");
  ASSERT_EQ(outages.size(), 1u);
  EXPECT_EQ(outages[0].end, At(1000));
}

TEST(FlowAccount, ALossAfterTheEndHasNoLengthRatherThanANegativeOne) {
  FlowAccount account(Duration(0));
  account.Offer(At(1500));
  account.Dropped(0, 0);
  ASSERT_EQ(account.Outages(At(1000)).size(), 1u);
  EXPECT_EQ(account.Outages(At(1000))[0].length(), Duration(0));
}

TEST(FlowAccount, RefusalsAreKeptByErrno) {
  FlowAccount account(Duration(0));
  for (int i = 0; i < 3; ++i) account.Offer(At(i));
  account.Refused(0, wg::Errno::kNoKey);
  account.Refused(1, wg::Errno::kHostUnreach);
  account.Refused(2, wg::Errno::kNoKey);
  EXPECT_EQ(account.refusals().at(wg::Errno::kNoKey), 2u);
  EXPECT_EQ(account.refusals().at(wg::Errno::kHostUnreach), 1u);
}

}  // namespace
}  // namespace scenario
