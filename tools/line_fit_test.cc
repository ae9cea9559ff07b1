// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/line_fit.h"

#include <vector>

#include "gtest/gtest.h"

namespace tools {
namespace {

TEST(LineFit, SamplesOnALineGiveTheLine) {
  std::vector<Sample> samples;
  for (int64_t bytes : {0, 64, 256, 1024, 1420, 4096}) {
    samples.push_back({bytes, 250'000 + 700 * bytes});
  }
  const Line line = FitLine(samples);
  EXPECT_EQ(line.fixed_ps, 250'000);
  EXPECT_EQ(line.per_unit_fs, 700'000);
}

TEST(LineFit, ASlopeBelowAPicosecondIsKept) {
  const Line line = FitLine({{0, 1000}, {1000, 1031}, {100'000, 4100}});
  EXPECT_EQ(line.fixed_ps, 1000);
  EXPECT_EQ(line.per_unit_fs, 31);
}

TEST(LineFit, OneWildSampleInSevenMovesNothingButALittle) {
  std::vector<Sample> samples;
  for (int64_t units = 0; units < 7; ++units) samples.push_back({units, 100 + 10 * units});
  samples[5].ps = 1'000'000;  // somebody else had the core
  const Line line = FitLine(samples);
  EXPECT_EQ(line.fixed_ps, 100);
  EXPECT_EQ(line.per_unit_fs, 10'000);
}

TEST(LineFit, TheOrderOfTheSamplesDoesNotMatter) {
  const Line there = FitLine({{1, 13}, {2, 14}, {5, 33}, {9, 41}});
  const Line back = FitLine({{9, 41}, {5, 33}, {2, 14}, {1, 13}});
  EXPECT_EQ(there.fixed_ps, back.fixed_ps);
  EXPECT_EQ(there.per_unit_fs, back.per_unit_fs);
}

TEST(LineFit, SamplesThatGrowGiveALineThatGrows) {
  for (int64_t noise : {0, 1, 3, 9}) {
    std::vector<Sample> samples;
    for (int64_t units = 1; units <= 8; ++units) {
      samples.push_back({units, 50 + 20 * units + (units % 2 == 0 ? noise : -noise)});
    }
    const Line line = FitLine(samples);
    EXPECT_GT(line.per_unit_fs, 0);
    EXPECT_GT(line.fixed_ps, 0);
  }
}

TEST(LineFit, AFallingLineIsLevelAtTheMedian) {
  const Line line = FitLine({{0, 300}, {10, 200}, {20, 100}});
  EXPECT_EQ(line.fixed_ps, 200);
  EXPECT_EQ(line.per_unit_fs, 0);
}

TEST(LineFit, ALineFromBelowZeroBeginsAtZero) {
  const Line line = FitLine({{10, 50}, {20, 200}, {30, 350}});
  EXPECT_EQ(line.fixed_ps, 0);
  EXPECT_EQ(line.per_unit_fs, 10'000);  // the median of 5, 10 and 11.67
}

TEST(LineFit, OnePlaceHasNoSlope) {
  const Line line = FitLine({{8, 70}, {8, 90}, {8, 80}});
  EXPECT_EQ(line.fixed_ps, 80);
  EXPECT_EQ(line.per_unit_fs, 0);
}

TEST(LineFit, TheMedianOfTwoIsTheSmaller) {
  EXPECT_EQ(Median({7}), 7);
  EXPECT_EQ(Median({9, 7}), 7);
  EXPECT_EQ(Median({9, 7, 8}), 8);
}

}  // namespace
}  // namespace tools
