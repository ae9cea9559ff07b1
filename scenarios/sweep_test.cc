// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/sweep.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace scenario {
namespace {

const Axes kAxes = {{"cores", "hosts.node.cores", {"1", "2"}},
                    {"rate", "links[0].rate", {"1Gbit/s", "10Gbit/s"}}};

TEST(Sweep, WithoutAxesThereIsOnePointWithoutName) {
  ASSERT_EQ(Points({}).size(), 1u);
  EXPECT_EQ(PointName({}, Points({})[0]), "");
  EXPECT_EQ(RunName({.variant = "replace", .fixed = {}}, {}, {}), "replace");
}

TEST(Sweep, PointsAreAllCombinationsTheLastAxisFastest) {
  std::vector<std::string> names;
  for (const Point& point : Points(kAxes)) names.push_back(PointName(kAxes, point));
  EXPECT_EQ(names, (std::vector<std::string>{"cores=1,rate=1Gbit/s", "cores=1,rate=10Gbit/s",
                                             "cores=2,rate=1Gbit/s", "cores=2,rate=10Gbit/s"}));
}

TEST(Sweep, AReferenceFixesTheValuesItNames) {
  const auto reference = ParseVariantReference("replace[rate=10Gbit/s]", kAxes);
  ASSERT_TRUE(reference.ok());
  EXPECT_EQ(RunName(*reference, kAxes, {1, 0}), "replace/cores=2,rate=10Gbit/s");
  EXPECT_EQ(RunName({.variant = "replace", .fixed = {}}, kAxes, {1, 0}),
            "replace/cores=2,rate=1Gbit/s");
}

}  // namespace
}  // namespace scenario
