// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/bulk_window.h"

#include <cstdint>

#include "absl/container/btree_set.h"
#include "gtest/gtest.h"
#include "sim/rng.h"

namespace scenario {
namespace {

// Sends what may be sent; how many that were.
int SendAll(BulkWindow* window) {
  int count = 0;
  for (; window->HasNext(); ++count) window->Sent();
  return count;
}

TEST(BulkWindow, StartsWithTenAndDoublesPerRoundTrip) {
  BulkWindow window(1000, 0);
  EXPECT_EQ(SendAll(&window), 10);
  for (uint64_t i = 1; i <= 10; ++i) EXPECT_TRUE(window.Acknowledged(i));
  EXPECT_EQ(SendAll(&window), 20);
}

TEST(BulkWindow, NeverHasMoreUnderWayThanTheWindow) {
  BulkWindow window(16, 0);
  int sent = SendAll(&window);
  for (uint64_t i = 1; i <= 1000; ++i) {
    window.Acknowledged(i);
    sent += SendAll(&window);
    ASSERT_LE(sent - static_cast<int>(i), 16);
  }
}

TEST(BulkWindow, EndsWithTheLastSegment) {
  BulkWindow window(100, 7);
  EXPECT_EQ(SendAll(&window), 7);
  EXPECT_TRUE(window.Acknowledged(7));
  EXPECT_FALSE(window.HasNext());
  EXPECT_FALSE(window.under_way());
}

TEST(BulkWindow, TheThirdDuplicateSendsTheGapOnceAndHalvesTheWindow) {
  BulkWindow window(100, 0);
  SendAll(&window);
  EXPECT_FALSE(window.Acknowledged(0));
  EXPECT_FALSE(window.Acknowledged(0));
  EXPECT_FALSE(window.HasNext());
  EXPECT_FALSE(window.Acknowledged(0));
  ASSERT_TRUE(window.HasNext());
  EXPECT_EQ(window.Next(), 0u);
  EXPECT_TRUE(window.Sent());
  EXPECT_FALSE(window.HasNext());
  EXPECT_TRUE(window.Acknowledged(10));  // everything was there but the gap
  EXPECT_EQ(window.congestion_window(), 5u);
}

TEST(BulkWindow, APartialAcknowledgementSendsTheNextGap) {
  BulkWindow window(100, 0);
  SendAll(&window);
  for (int i = 0; i < 3; ++i) window.Acknowledged(0);
  window.Sent();
  EXPECT_TRUE(window.Acknowledged(4));
  ASSERT_TRUE(window.HasNext());
  EXPECT_EQ(window.Next(), 4u);
}

TEST(BulkWindow, ATimeoutStartsAgainFromTheGapWithOneSegment) {
  BulkWindow window(100, 0);
  SendAll(&window);
  window.Acknowledged(3);
  SendAll(&window);
  window.TimedOut();
  ASSERT_TRUE(window.HasNext());
  EXPECT_EQ(window.Next(), 3u);
  EXPECT_TRUE(window.Sent());
  EXPECT_FALSE(window.HasNext());
  EXPECT_TRUE(window.Acknowledged(10));  // the others had arrived
  EXPECT_EQ(window.Next(), 10u);
}

// Against a receiver that keeps what comes out of order, over a line that loses a fifth of everything.
TEST(BulkWindow, EverythingArrivesInTheEnd) {
  sim::Rng rng(1);
  BulkWindow window(64, 5000);
  absl::btree_set<uint64_t> early;
  uint64_t expected = 0;
  int rounds = 0;
  while (window.first() < 5000) {
    ASSERT_LT(++rounds, 100000);
    if (!window.HasNext()) window.TimedOut();
    if (!window.HasNext()) break;
    const uint64_t segment = window.Next();
    window.Sent();
    if (rng.Uniform(5) == 0) continue;
    if (segment >= expected) early.insert(segment);
    while (early.erase(expected) > 0) ++expected;
    if (rng.Uniform(5) != 0) window.Acknowledged(expected);
  }
  EXPECT_EQ(window.first(), 5000u);
}

}  // namespace
}  // namespace scenario
