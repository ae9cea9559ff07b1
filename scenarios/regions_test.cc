// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Regions and switches, from the file to the figures of a run.
#include <chrono>
#include <string>

#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "scenarios/describe.h"
#include "scenarios/loader_testing.h"
#include "scenarios/runner.h"

namespace scenario {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr char kTwoRegions[] = R"(
duration: "3s"
cost_model: "free"
regions { name: "eu" }
regions { name: "us" delay: "70us" loss_ppm: 10 }
latencies { from: "eu" to: "us" delay: "40ms" }
latencies { from: "us" to: "eu" delay: "45ms" jitter: "1ms" }
hosts { name: "node" count: 4 addresses: "192.0.2.{node+1}" region: ["eu", "us"] }
links { LINK rate: "1Gbit/s" latencies: true }
wireguard { host: "node" mesh: true addresses: "10.0.0.{node+1}" }
pods { name: "pod" host: "node" prefix: "10.1.{node}.0/24" count: 1 }
flows { name: "near" from: "node0/pod0" to: "node2/pod0" start: "1s" stream { rate: "100/s" } }
flows { name: "far" from: "node0/pod0" to: "node1/pod0" start: "1s" stream { rate: "100/s" } }
flows { name: "back" from: "node1/pod0" to: "node0/pod0" start: "1500ms" stream { rate: "100/s" } }
variants { name: "v" method: REPLACE }
)";

LoadedScenario Loaded(const std::string& link) {
  std::string errors;
  auto loaded = Load(absl::StrReplaceAll(kTwoRegions, {{"LINK", link}}), &errors);
  EXPECT_EQ(errors, "");
  return *loaded;
}

TEST(Regions, AMeshTakesDelayJitterAndLossOfBothWaysFromTheRegionsOfItsEnds) {
  const LoadedScenario loaded = Loaded("mesh: \"node\"");
  const Plan& plan = loaded.variants[0].plan;
  ASSERT_EQ(plan.links.size(), 6u);
  EXPECT_EQ(plan.links[0].name, "node0-node1");
  EXPECT_EQ(plan.links[0].delay, milliseconds(40));
  EXPECT_EQ(plan.links[0].back->delay, milliseconds(45));
  EXPECT_EQ(plan.links[0].back->jitter, milliseconds(1));
  EXPECT_EQ(plan.links[1].name, "node0-node2");
  EXPECT_EQ(plan.links[1].delay, microseconds(50));
  EXPECT_EQ(plan.links[4].name, "node1-node3");
  EXPECT_EQ(plan.links[4].delay, microseconds(70));
  EXPECT_EQ(plan.links[4].loss_ppm, 10u);
}

TEST(Regions, PacketsTakeAsLongThroughASwitchAsThroughAMesh) {
  for (const char* link : {"mesh: \"node\"", "switched: \"node\""}) {
    const LoadedScenario loaded = Loaded(link);
    const VariantResult result = RunPlan(loaded.variants[0].plan, {});
    ASSERT_EQ(result.flows_size(), 3) << link;
    for (const auto& flow : result.flows()) EXPECT_EQ(flow.refused() + flow.dropped(), 0u) << link;
    EXPECT_NEAR(result.flows(0).delay_us().p50(), 50, 20) << link;
    EXPECT_NEAR(result.flows(1).delay_us().p50(), 40'000, 20) << link;
    EXPECT_GT(result.flows(2).delay_us().p50(), 45'000) << link;
    EXPECT_LT(result.flows(2).delay_us().p50(), 46'020) << link;
  }
}

TEST(Regions, TheDescriptionOfASwitchSaysWhatLiesBetweenItsRegions) {
  const std::string text = Describe(Loaded("switched: \"node\""));
  EXPECT_NE(text.find("switch0: 4 hosts by a cable of 1Gbit/s each"), std::string::npos) << text;
  EXPECT_NE(text.find("us > eu"), std::string::npos) << text;
  EXPECT_NE(text.find("45ms one way and up to 1ms jitter"), std::string::npos) << text;
}

TEST(Regions, AThousandHostsOnASwitchNeedAThousandCables) {
  std::string errors;
  const auto loaded = Load(R"(
duration: "1s"
cost_model: "free"
hosts { name: "node" count: 1000 addresses: "10.0.{node/250}.{node%250+1}" }
links { switched: "node" delay: "100us" }
flows { name: "f" from: "node0" to: "node999" stream { rate: "10/s" } }
wireguard { host: "node0" addresses: "10.9.0.1" peers { host: "node999" allowed_ips: "10.9.0.2" } }
wireguard { host: "node999" addresses: "10.9.0.2" peers { host: "node0" allowed_ips: "10.9.0.1" } }
variants { name: "v" method: REPLACE }
)",
                           &errors);
  ASSERT_EQ(errors, "");
  const Plan& plan = loaded->variants[0].plan;
  EXPECT_TRUE(plan.links.empty());
  ASSERT_EQ(plan.switches.size(), 1u);
  EXPECT_EQ(plan.switches[0].ports.size(), 1000u);
  const VariantResult result = RunPlan(plan, {});
  EXPECT_EQ(result.flows(0).delivered(), result.flows(0).offered());
}

}  // namespace
}  // namespace scenario
