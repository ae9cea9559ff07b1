// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/replay_window.h"

#include <gtest/gtest.h>

#include <set>

#include "protocol/fake_entropy.h"
#include "protocol/messages.h"

namespace wg {
namespace {

constexpr uint64_t kW = kCounterWindowSize;
constexpr uint64_t kL = kW + 1;
constexpr uint64_t kR = kRejectAfterMessages;

// The rule in words, on a set of everything ever accepted.
class SetOracle {
 public:
  bool Validate(uint64_t n) {
    if (n >= kR) return false;
    if (!seen_.empty() && *seen_.rbegin() > kW && n < *seen_.rbegin() - kW) return false;
    return seen_.insert(n).second;
  }

 private:
  std::set<uint64_t> seen_;
};

// The kernel's self-test, first sequence (spec/handshake section 7).
TEST(ReplayWindow, SelfTestOfTheKernel) {
  const struct {
    uint64_t n;
    bool accepted;
  } kSequence[] = {
      {0, true},
      {1, true},
      {1, false},
      {9, true},
      {8, true},
      {7, true},
      {7, false},
      {kL, true},
      {kL - 1, true},
      {kL - 1, false},
      {kL - 2, true},
      {2, true},
      {2, false},
      {kL + 16, true},
      {3, false},
      {kL + 16, false},
      {kL * 4, true},
      {kL * 4 - (kL - 1), true},
      {10, false},
      {kL * 4 - kL, false},
      {kL * 4 - (kL + 1), false},
      {kL * 4 - (kL - 2), true},
      {kL * 4 + 1 - kL, false},
      {0, false},
      {kR, false},
      {kR - 1, true},
      {kR, false},
      {kR - 1, false},
      {kR - 2, true},
      {kR + 1, false},
      {kR + 2, false},
      {kR - 2, false},
      {kR - 3, true},
      {0, false},
  };
  ReplayWindow window;
  SetOracle oracle;
  int step = 0;
  for (const auto& [n, accepted] : kSequence) {
    EXPECT_EQ(window.Validate(n), accepted) << "step " << step << ", counter " << n;
    EXPECT_EQ(oracle.Validate(n), accepted) << "step " << step << ", counter " << n;
    ++step;
  }
  EXPECT_EQ(step, 34);
}

TEST(ReplayWindow, SelfTestAscendingFromOneThenZero) {
  ReplayWindow window;
  for (uint64_t n = 1; n <= kW; ++n) ASSERT_TRUE(window.Validate(n));
  EXPECT_TRUE(window.Validate(0));
  EXPECT_FALSE(window.Validate(0));
}

TEST(ReplayWindow, SelfTestAscendingFromTwoThenOneAndZero) {
  ReplayWindow window;
  for (uint64_t n = 2; n <= kW + 1; ++n) ASSERT_TRUE(window.Validate(n));
  EXPECT_TRUE(window.Validate(1));
  EXPECT_FALSE(window.Validate(0));
}

TEST(ReplayWindow, SelfTestDescendingToZero) {
  ReplayWindow window;
  for (uint64_t n = kW + 1; n-- > 0;) ASSERT_TRUE(window.Validate(n));
}

TEST(ReplayWindow, SelfTestDescendingFromOneHigherLosesZero) {
  ReplayWindow window;
  for (uint64_t n = kW + 1; n >= 1; --n) ASSERT_TRUE(window.Validate(n));
  EXPECT_FALSE(window.Validate(0));
}

TEST(ReplayWindow, SelfTestDescendingToOneThenHigherLosesZero) {
  ReplayWindow window;
  for (uint64_t n = kW; n >= 1; --n) ASSERT_TRUE(window.Validate(n));
  EXPECT_TRUE(window.Validate(kW + 1));
  EXPECT_FALSE(window.Validate(0));
}

TEST(ReplayWindow, SelfTestDescendingToOneThenZeroThenHigher) {
  ReplayWindow window;
  for (uint64_t n = kW; n >= 1; --n) ASSERT_TRUE(window.Validate(n));
  EXPECT_TRUE(window.Validate(0));
  EXPECT_TRUE(window.Validate(kW + 1));
}

TEST(ReplayWindow, AcceptsEightThousandOneHundredTwentyEightBehindTheNewest) {
  for (uint64_t newest : {uint64_t{8128}, uint64_t{8191}, uint64_t{8192}, uint64_t{100'000}}) {
    ReplayWindow window;
    ASSERT_TRUE(window.Validate(newest));
    EXPECT_TRUE(window.Validate(newest - 8128));
    if (newest > 8128) {
      EXPECT_FALSE(window.Validate(newest - 8129));
    }
  }
}

TEST(ReplayWindow, CounterIsOneMoreThanTheNewest) {
  ReplayWindow window;
  EXPECT_EQ(window.counter(), 0u);
  window.Validate(0);
  EXPECT_EQ(window.counter(), 1u);
  window.Validate(77);
  EXPECT_EQ(window.counter(), 78u);
  window.Validate(5);
  EXPECT_EQ(window.counter(), 78u);
  window.Validate(kR - 1);
  EXPECT_EQ(window.counter(), kR) << "worn out";
}

TEST(ReplayWindow, TheLimitIsThatOfTheImplementation) {
  constexpr uint64_t kGo = ~uint64_t{0} - 8192;
  ReplayWindow window;
  EXPECT_FALSE(window.Validate(kGo, kGo));
  EXPECT_TRUE(window.Validate(kGo - 1, kGo));
}

// Walks forward in steps small and large, and asks for counters around every border of the window.
TEST(ReplayWindow, AgreesWithASetOnRandomSequences) {
  SeededEntropy random(1);
  for (int trial = 0; trial < 40; ++trial) {
    ReplayWindow window;
    SetOracle oracle;
    uint64_t base = trial % 2 == 0 ? 0 : kR - 30'000;
    for (int i = 0; i < 20'000; ++i) {
      const uint64_t kSteps[] = {0, 0, 1, 1, 2, 3, 64, 65, random.Below(9000)};
      const uint64_t kBacks[] = {
          0, 1, 5, 63, 64, 65, kW - 1, kW, kW + 1, kW + 2, kW + 63, kW + 64, random.Below(10'000)};
      if (random.Below(8) == 0) base += kSteps[random.Below(std::size(kSteps))];
      const uint64_t back = kBacks[random.Below(std::size(kBacks))];
      const uint64_t n = base < back ? 0 : base - back;
      ASSERT_EQ(window.Validate(n), oracle.Validate(n)) << "trial " << trial << " counter " << n;
    }
  }
}

TEST(ReplayWindow, REPLAY_021_JumpsAcrossWordBordersKeepTheBitsOnBothSides) {
  const uint64_t kCounters[] = {62, 63, 64, 126, 127, 128};
  for (const uint64_t first : kCounters) {
    for (const uint64_t jump : {63, 64, 65}) {
      ReplayWindow window;
      SetOracle oracle;
      for (const uint64_t start : {first, first + jump}) {
        ASSERT_TRUE(window.Validate(start));
        ASSERT_TRUE(oracle.Validate(start));
        for (uint64_t n = 0; n < first + 2 * jump; ++n) {
          if (n > start) break;
          ASSERT_EQ(window.Validate(n), oracle.Validate(n)) << first << "+" << jump << ": " << n;
        }
      }
    }
  }
}

// All sequences of length 5 over the counters next to the borders of words and window.
TEST(ReplayWindow, AgreesWithASetOnEveryShortSequence) {
  const uint64_t kCounters[] = {0,      62,      63,      64,      kW - 1, kW,
                                kW + 1, kW + 62, kW + 63, kW + 64, 2 * kW};
  constexpr size_t kChoices = std::size(kCounters);
  size_t sequences = 1;
  for (int i = 0; i < 5; ++i) sequences *= kChoices;
  for (size_t sequence = 0; sequence < sequences; ++sequence) {
    ReplayWindow window;
    SetOracle oracle;
    size_t rest = sequence;
    for (int i = 0; i < 5; ++i, rest /= kChoices) {
      const uint64_t n = kCounters[rest % kChoices];
      ASSERT_EQ(window.Validate(n), oracle.Validate(n)) << sequence << " step " << i;
    }
  }
}

}  // namespace
}  // namespace wg
