// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/retransmission_timeout.h"

#include <chrono>

#include "gtest/gtest.h"

namespace scenario {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(RetransmissionTimeout, IsOneSecondBeforeAnythingWasMeasured) {
  EXPECT_EQ(RetransmissionTimeout().value(), seconds(1));
}

TEST(RetransmissionTimeout, IsNeverLessThanTwoHundredMillisecondsAboveTheRoundTrip) {
  RetransmissionTimeout timeout;
  timeout.Sample(microseconds(100));
  EXPECT_EQ(timeout.value(), milliseconds(200) + microseconds(100));
}

// RFC 6298 section 2.2 and 2.3 with R = 400 ms, then R' = 800 ms.
TEST(RetransmissionTimeout, FollowsTheRoundTripAndItsVariation) {
  RetransmissionTimeout timeout;
  timeout.Sample(milliseconds(400));
  EXPECT_EQ(timeout.value(), milliseconds(400 + 4 * 200));
  timeout.Sample(milliseconds(800));
  EXPECT_EQ(timeout.value(), milliseconds(450 + 4 * 250));
}

TEST(RetransmissionTimeout, DoublesUpToTwoMinutesUntilARoundTripIsMeasured) {
  RetransmissionTimeout timeout;
  for (const int expected : {2, 4, 8, 16, 32, 64, 120, 120}) {
    timeout.BackOff();
    EXPECT_EQ(timeout.value(), seconds(expected));
  }
  timeout.Sample(milliseconds(1));
  EXPECT_EQ(timeout.value(), milliseconds(201));
}

}  // namespace
}  // namespace scenario
