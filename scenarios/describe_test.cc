// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/describe.h"

#include <string>

#include "gtest/gtest.h"
#include "scenarios/golden_file.h"
#include "scenarios/loader_testing.h"

namespace scenario {
namespace {

TEST(Describe, SaysInWordsWhatAScenarioIs) {
  std::string errors;
  const std::optional<LoadedScenario> scenario = Load(kRight, &errors);
  ASSERT_TRUE(scenario.has_value()) << errors;
  const std::string text = Describe(*scenario);
  EXPECT_EQ(text, ReadGolden("describe.txt", text));
}

}  // namespace
}  // namespace scenario
