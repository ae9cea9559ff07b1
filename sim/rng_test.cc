// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/rng.h"

#include <cstdint>
#include <limits>
#include <set>
#include <vector>

#include "gtest/gtest.h"
#include "sim/mix.h"
#include "sim/time.h"

namespace sim {
namespace {

std::vector<uint64_t> Draw(Rng rng, int count) {
  std::vector<uint64_t> result;
  for (int i = 0; i < count; ++i) result.push_back(rng.Next());
  return result;
}

// The values published with the reference implementation (state 1, 2, 3, 4).
TEST(Rng, IsXoshiro256StarStar) {
  EXPECT_EQ(Draw(Rng::FromState(1, 2, 3, 4), 6),
            (std::vector<uint64_t>{11520, 0, 1509978240, 1215971899390074240, 1216172134540287360,
                                   607988272756665600}));
}

TEST(Rng, SeedsBySplitMix64) {
  uint64_t state = 1477776061723855037;
  std::vector<uint64_t> values;
  for (int i = 0; i < 5; ++i) values.push_back(SplitMix64(&state));
  EXPECT_EQ(values, (std::vector<uint64_t>{1985237415132408290u, 2979275885539914483u,
                                           13511426838097143398u, 8488337342461049707u,
                                           15141737807933549159u}));
}

// Computed with an independent implementation of the same definitions in Python.
TEST(Rng, ForksByNameAsDefined) {
  const Rng root(42);
  EXPECT_EQ(Draw(root, 3), (std::vector<uint64_t>{1546998764402558742u, 6990951692964543102u,
                                                  12544586762248559009u}));
  EXPECT_EQ(
      Draw(root.Fork("link/a-b"), 3),
      (std::vector<uint64_t>{2622311594173187276u, 14712596027696553651u, 16565448410402117165u}));
  EXPECT_EQ(
      Draw(root.Fork("pod", 7), 3),
      (std::vector<uint64_t>{17237642875496014513u, 5304373601892934691u, 4530844866109830537u}));
}

TEST(Rng, AForkDependsOnThePathOfNamesAndNotOnWhatWasDrawn) {
  Rng a(1);
  const std::vector<uint64_t> before = Draw(a.Fork("x").Fork("y"), 4);
  for (int i = 0; i < 100; ++i) a.Next();
  Rng x = a.Fork("x");
  x.Next();
  EXPECT_EQ(Draw(x.Fork("y"), 4), before);

  std::set<uint64_t> first;
  for (const char* name : {"", "x", "y", "xy", "yx", "12345678", "123456789"}) {
    first.insert(a.Fork(name).Next());
    for (uint64_t index : {0, 1, 2}) first.insert(a.Fork(name, index).Next());
  }
  first.insert(a.Fork("x").Fork("y").Next());
  first.insert(a.Fork("y").Fork("x").Next());
  first.insert(Rng(2).Fork("x").Next());
  EXPECT_EQ(first.size(), 7u * 4 + 3);
}

TEST(Rng, UniformStaysInsideAndIsUnbiased) {
  Rng rng(7);
  for (const uint64_t n : {uint64_t{1}, uint64_t{2}, uint64_t{3}, (uint64_t{1} << 63) + 1,
                           std::numeric_limits<uint64_t>::max()}) {
    for (int i = 0; i < 1000; ++i) ASSERT_LT(rng.Uniform(n), n);
  }
  // A die: 600,000 throws, each face within 5 standard deviations (289) of 100,000.
  std::vector<int> faces(6);
  for (int i = 0; i < 600'000; ++i) ++faces[rng.Uniform(6)];
  for (const int count : faces) EXPECT_NEAR(count, 100'000, 5 * 289);
  // n = 3 * 2^62 does not divide 2^64: without rejection one value in three would come twice as
  // often. Thirds of the range, each within 5 standard deviations (259).
  std::vector<int> thirds(3);
  for (int i = 0; i < 300'000; ++i) ++thirds[rng.Uniform(uint64_t{3} << 62) >> 62];
  for (const int count : thirds) EXPECT_NEAR(count, 100'000, 5 * 259);
}

TEST(Rng, UniformDurationIncludesBothEnds) {
  Rng rng(7);
  std::set<int64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    seen.insert(rng.UniformDuration(Duration(-2), Duration(2)).count());
  }
  EXPECT_EQ(seen, (std::set<int64_t>{-2, -1, 0, 1, 2}));
  EXPECT_EQ(rng.UniformDuration(Duration(5), Duration(5)), Duration(5));
  for (int i = 0; i < 10; ++i) rng.UniformDuration(Duration::min(), Duration::max());
}

TEST(Rng, BernoulliHitsItsRatioAndAlwaysDrawsOnce) {
  Rng rng(7);
  Rng other(7);
  int hits = 0;
  for (int i = 0; i < 1'000'000; ++i) hits += rng.Bernoulli(250'000'000) ? 1 : 0;
  EXPECT_NEAR(hits, 250'000, 5 * 433);
  for (int i = 0; i < 1'000'000; ++i) ASSERT_FALSE(other.Bernoulli(0));
  EXPECT_EQ(rng.Fingerprint(), other.Fingerprint());
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(other.Bernoulli(Rng::kCertain));
  EXPECT_NE(rng.Fingerprint(), other.Fingerprint());
}

// -log2(u / 2^64) * 2^57, computed with 60 decimal digits in Python.
TEST(Rng, NegativeLog2IsWithinTwoToTheMinusFortyOfTheTruth) {
  struct Row {
    uint64_t u;
    uint64_t expected;
  };
  const std::vector<Row> rows = {
      {0x0000000000000001, 9223372036854775808u},
      {0x0000000000000002, 9079256848778919936u},
      {0x0000000000000003, 8994954867970167537u},
      {0xFFFFFFFFFFFFFFFF, 0},
      {0xFFFFFFFFFFFFFFFE, 0},
      {0x8000000000000000, 144115188075855872},
      {0x7FFFFFFFFFFFFFFF, 144115188075855872},
      {0x8000000000000001, 144115188075855872},
      {0xB504F333F9DE6484, 72057594037927936},
      {0xC000000000000000, 59813207267103473},
      {0x8100000000000000, 142497170048957932},
      {0x80FFFFFFFFFFFFFF, 142497170048957932},
      {0xFF00000000000000, 813755509067884},
      {0x91B7584A2265B1F5, 117163143464664824},
      {0x0F17F5C4A0A61A1E, 588585962078752918},
      {0x3988EC51E16737A2, 310371609047922494},
      {0x612E7696A6CECC1B, 201385158510223089},
      {0x7CE42C8218072E8C, 149227066338426745},
      {0x6AFA59D972583673, 181416604335482273},
      {0x9B810E766EC9D286, 103646337811407485},
      {0x7204E52DB2221A58, 168163403180668608},
      {0xCD447E35B8B6D8FE, 45920608368649570},
      {0xF1FD42A29755D4C1, 11702234626927316},
      {0x51431193E6C3F339, 238581434909009707},
  };
  const int64_t tolerance = int64_t{1} << (57 - 40);
  for (const Row& row : rows) {
    const int64_t error = static_cast<int64_t>(NegativeLog2(row.u) - row.expected);
    EXPECT_LE(error, tolerance) << std::hex << row.u;
    EXPECT_GE(error, -tolerance) << std::hex << row.u;
  }
  EXPECT_EQ(NegativeLog2(0), 0u);
}

TEST(Rng, NegativeLog2NeverRisesByMoreThanItsErrorAcrossTableBorders) {
  const uint64_t tolerance = uint64_t{1} << (57 - 40 + 1);
  for (uint64_t top = 128; top < 256; ++top) {
    const uint64_t border = top << 56;
    EXPECT_LE(NegativeLog2(border), NegativeLog2(border - 1) + tolerance);
    EXPECT_GE(NegativeLog2(border) + tolerance, NegativeLog2(border - 1));
  }
}

TEST(Rng, ExponentialHasItsMeanAndItsMedian) {
  Rng rng(7);
  const int64_t mean = 1'000'000;
  const int64_t median = 693'147;
  int64_t sum = 0;
  int below_median = 0;
  int beyond_five = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    const int64_t gap = rng.Exponential(Duration(mean)).count();
    ASSERT_GE(gap, 0);
    ASSERT_LE(gap, 45 * mean);
    sum += gap;
    if (gap < median) ++below_median;
    if (gap > 5 * mean) ++beyond_five;
  }
  EXPECT_NEAR(sum / 1'000'000, mean, 5000);  // 5 standard deviations
  EXPECT_NEAR(below_median, 500'000, 2500);
  EXPECT_NEAR(beyond_five, 6738, 5 * 82);  // e^-5
  EXPECT_EQ(rng.Exponential(Duration(0)), Duration(0));
  for (int i = 0; i < 1000; ++i) {
    ASSERT_GE(rng.Exponential(Duration(int64_t{1} << 56)), Duration(0));
  }
}

TEST(RngDeathTest, ImpossibleArgumentsAreErrors) {
  Rng rng(1);
  EXPECT_DEATH(rng.Uniform(0), "CHECK failed");
  EXPECT_DEATH(rng.UniformDuration(Duration(2), Duration(1)), "CHECK failed");
  EXPECT_DEATH(rng.Bernoulli(Rng::kCertain + 1), "CHECK failed");
  EXPECT_DEATH(rng.Exponential(Duration(-1)), "CHECK failed");
  EXPECT_DEATH(Rng::FromState(0, 0, 0, 0), "CHECK failed");
}

}  // namespace
}  // namespace sim
