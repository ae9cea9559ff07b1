// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Every scenario that comes with wgsim: loads, runs, keeps its expectations, and leaves nothing behind. Long ones are cut to a few virtual
// seconds, and the ciphers are modelled: both leave every claim as it is.
#include <filesystem>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scenarios/diagnostics.h"
#include "scenarios/disk_files.h"
#include "scenarios/loader.h"
#include "scenarios/run_scenario.h"

namespace scenario {
namespace {

std::vector<std::string> Scenarios() {
  std::vector<std::string> scenarios;
  for (const std::string& path : DiskFiles().ShippedPaths()) {
    if (path.rfind("scenarios/", 0) == 0) scenarios.push_back(path);
  }
  return scenarios;
}

class Library : public testing::TestWithParam<std::string> {};

TEST_P(Library, RunsAndKeepsItsExpectations) {
  DiskFiles files;
  const std::string text = files.Read(GetParam()).value();
  LoadOptions options;
  if (text.find("duration: \"60s\"") != std::string::npos) options.set.push_back("duration=3s");
  Diagnostics diagnostics;
  const std::optional<LoadedScenario> scenario =
      LoadScenario(text, GetParam(), options, &files, &diagnostics);
  ASSERT_TRUE(scenario.has_value()) << diagnostics.ToString();
  const bool reconfigures =
      text.find("\nactions {") != std::string::npos || text.find("\nchurn {") != std::string::npos;
  const Result result = RunScenario(*scenario, {.crypto = Crypto::kModelled});
  EXPECT_GT(result.expectations_size(), 0);
  for (const ExpectationResult& expectation : result.expectations()) {
    EXPECT_TRUE(expectation.held()) << expectation.text() << "   seen: " << expectation.seen()
                                    << "\n" << result.variants(0).bystanders().ShortDebugString();
  }
  for (const VariantResult& variant : result.variants()) {
    EXPECT_GT(variant.bystanders().delivered(), 0u)
        << variant.name() << ": " << variant.bystanders().ShortDebugString();
    if (reconfigures) {
      EXPECT_GT(variant.reconfigurations(), 0u) << variant.name();
    }
    EXPECT_EQ(variant.failed_messages(), 0u) << variant.name();
  }
}

INSTANTIATE_TEST_SUITE_P(All, Library, testing::ValuesIn(Scenarios()), [](const auto& info) {
  return std::filesystem::path(info.param).stem().string();
});

}  // namespace
}  // namespace scenario
