// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/loader.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "protocol/netlink/split.h"
#include "scenarios/loader_testing.h"

namespace scenario {
namespace {

LoadedScenario Right(const LoadOptions& options = {}) {
  std::string errors;
  std::optional<LoadedScenario> loaded = Load(kRight, &errors, options);
  EXPECT_EQ(errors, "");
  return loaded.value_or(LoadedScenario());
}

TEST(LoadScenario, UnfoldsTemplatesMeshesAndStars) {
  const LoadedScenario loaded = Right();
  EXPECT_EQ(loaded.name, "x");
  ASSERT_EQ(loaded.variants.size(), 2u);
  const Plan& plan = loaded.variants[0].plan;
  EXPECT_EQ(plan.variant, "replace");
  ASSERT_EQ(plan.hosts.size(), 4u);
  EXPECT_EQ(plan.hosts[2].name, "node2");
  EXPECT_EQ(plan.hosts[2].addresses[0].ToString(), "192.0.2.3");
  ASSERT_EQ(plan.links.size(), 4u);
  EXPECT_EQ(plan.links[0].name, "node0-node1");
  EXPECT_EQ(plan.links[1].ends[0].interface, "eth1");
  EXPECT_EQ(plan.links[3].ends[1].interface, "up0");
  ASSERT_EQ(plan.devices.size(), 4u);
  ASSERT_EQ(plan.devices[0].peers.size(), 2u);
  const plan::Peer& peer = plan.devices[0].peers[1];
  EXPECT_EQ(plan.devices[peer.device].host, 2);
  EXPECT_EQ(peer.endpoint->ToString(), "192.0.2.3:51820");
  // Its own address and five pods; not the spare ones.
  ASSERT_EQ(peer.allowed_ips.size(), 6u);
  EXPECT_EQ(peer.allowed_ips[0].ToString(), "10.0.0.3/32");
  EXPECT_EQ(peer.allowed_ips[5].ToString(), "10.1.2.5/32");
  EXPECT_EQ(plan.pods.size(), 24u);
  EXPECT_TRUE(plan.pods[4].present);
  EXPECT_FALSE(plan.pods[5].present);
}

TEST(LoadScenario, KnowsBystandersAndLeavesThemOutOfTheChurn) {
  const Plan plan = Right().variants[0].plan;
  ASSERT_EQ(plan.flows.size(), 6u + 2u + 1u);
  EXPECT_EQ(plan.flows[0].name, "s.node0-node1");
  EXPECT_EQ(plan.flows[7].name, "r.back");
  EXPECT_EQ(plan.flows[7].from.address.ToString(), "10.1.1.2");
  EXPECT_EQ(plan.flows[0].role, plan::Role::kBystander);
  EXPECT_EQ(plan.flows[8].role, plan::Role::kTouched);
  EXPECT_EQ(plan.flows[8].from.address.ToString(), "10.0.0.1");
  ASSERT_EQ(plan.churn.size(), 1u);
  ASSERT_EQ(plan.churn[0].pods.size(), 3u);
  std::vector<std::string> names;
  for (const int pod : plan.churn[0].pods[1]) names.push_back(plan.pods[pod].name);
  EXPECT_EQ(names, (std::vector<std::string>{"node1/pod2", "node1/pod3", "node1/pod4", "node1/pod5",
                                             "node1/pod6", "node1/pod7"}));
  EXPECT_EQ(plan.managers[0].splitting, wg::netlink::Splitting::kWgPage);
  EXPECT_EQ(plan.managers[3].core, 3);
}

TEST(LoadScenario, KnowsHowEveryProgramSplits) {
  using wg::netlink::Splitting;
  const std::pair<const char*, Splitting> names[] = {{"WG_PAGE", Splitting::kWgPage},
                                                     {"WGCTRL", Splitting::kWgctrl},
                                                     {"WHOLE", Splitting::kNone},
                                                     {"NETWORKD", Splitting::kNetworkd}};
  for (const auto& [name, splitting] : names) {
    LoadOptions options;
    options.set = {absl::StrCat("managers[0].splitting=", name)};
    EXPECT_EQ(Right(options).variants[0].plan.managers[0].splitting, splitting) << name;
  }
}

TEST(LoadScenario, AppliesOverridesToAllAndToOne) {
  const LoadedScenario own = Right();
  EXPECT_EQ(own.variants[0].plan.hosts[0].cores, 2);
  EXPECT_EQ(own.variants[1].plan.hosts[0].cores, 8);
  LoadOptions options;
  options.seed = 7;
  options.set = {"hosts.far.cores=16", "duration=20s"};
  options.variants = {"remove_me"};
  const LoadedScenario changed = Right(options);
  ASSERT_EQ(changed.variants.size(), 1u);
  EXPECT_EQ(changed.variants[0].plan.seed, 7u);
  EXPECT_EQ(changed.variants[0].plan.hosts[3].cores, 16);
  EXPECT_EQ(changed.variants[0].plan.hosts[0].cores, 8);
  // The other expectation speaks of a variant that does not run.
  ASSERT_EQ(changed.expectations.size(), 1u);
  EXPECT_EQ(changed.expectations[0].where.line, 22);
}

TEST(LoadScenario, SweepsAreRunsOfEveryVariantAtEveryPoint) {
  const std::string text = absl::StrCat(
      kRight,
      "sweep { name: \"cores\" field: \"hosts.far.cores\" values: [\"4\", \"8\"] }\n"
      "sweep { field: \"hosts.node.hz\" values: [\"100\", \"1000\"] }\n");
  std::string errors;
  const LoadedScenario loaded = Load(text, &errors).value_or(LoadedScenario());
  ASSERT_EQ(errors, "");
  std::vector<std::string> runs;
  for (const LoadedVariant& run : loaded.variants) runs.push_back(run.plan.variant);
  ASSERT_EQ(loaded.sweep.size(), 2u);
  ASSERT_EQ(runs.size() % 4, 0u);
  const size_t variants = runs.size() / 4;
  EXPECT_EQ(loaded.variants.front().plan.hosts[3].cores, 4);
  EXPECT_EQ(loaded.variants.back().plan.hosts[3].cores, 8);
  EXPECT_EQ(loaded.variants.front().plan.hosts.front().hz, 100);
  EXPECT_EQ(loaded.variants[variants].plan.hosts.front().hz, 1000);
  EXPECT_TRUE(absl::EndsWith(runs.front(), "/cores=4,hz=100")) << runs.front();
  EXPECT_TRUE(absl::EndsWith(runs.back(), "/cores=8,hz=1000")) << runs.back();
  // One point of one variant can be chosen.
  LoadOptions options;
  options.variants = {runs.back()};
  const LoadedScenario one = Load(text, &errors, options).value_or(LoadedScenario());
  ASSERT_EQ(one.variants.size(), 1u);
  EXPECT_EQ(one.variants[0].plan.variant, runs.back());
}

TEST(LoadScenario, ShowsAllErrorsAtOnceInOrder) {
  std::string errors;
  Load(absl::StrReplaceAll(kRight, {{"duration: \"10s\"", "duration: \"-10s\""},
                                    {"cores: 4", "corse: 4"},
                                    {"method: REPLACE", "method: REPLACED"},
                                    {"rate: \"1Gbit/s\"", "rate: \"1Gb\""}}),
       &errors);
  EXPECT_EQ(errors,
            "dir/x.textproto:2:1: duration: \"-10s\" is negative; write 0s or more\n"
            "dir/x.textproto:5:21: corse: there is no such field here; did you mean cores? there "
            "are name, count, cores, "
            "addresses, cost_model, interrupt_core, routes, hz, boot_time, wall_time, timer_wheel, preemption, slice, card, programs, region, nat, "
            "filters, rules, namespaces\n"
            "dir/x.textproto:6:22: links[0].rate: \"1Gb\" has an unknown unit \"Gb\"; write a "
            "number and a unit, as "
            "\"1Gbit/s\", \"100Mbit/s\", \"64kbit/s\"\n"
            "dir/x.textproto:20:36: method: there is no REPLACED; did you mean REPLACE? there are "
            "REPLACE, DUMMY_PEER, REMOVE_ME\n");
}

TEST(LoadScenario, PointsAtTheOverrideThatIsWrong) {
  std::string errors;
  LoadOptions options;
  options.set = {"hosts.node.cores=0", "hosts.nobody.cores=1"};
  options.variants = {"replaced"};
  Load(kRight, &errors, options);
  EXPECT_EQ(errors,
            "--set hosts.nobody.cores=1: there is no \"nobody\" in hosts; did you mean node? there "
            "are node, far\n"
            "--set hosts.node.cores=0: hosts[0].cores: 0 cores is too little; write 1 to 1024\n"
            "--variant=replaced: there is no such variant; did you mean replace? there are "
            "replace, remove_me\n");
  Load(absl::StrReplaceAll(kRight, {{"set: \"hosts.node.cores=8\"",
                                     "set: \"hosts.node.cores=0\" set: \"seed=2\""}}),
       &errors);
  EXPECT_EQ(errors,
            "dir/x.textproto:21:48: hosts[0].cores: 0 cores is too little; write 1 to 1024\n"
            "dir/x.textproto:21:74: variants[1].set[1]: \"seed=2\" changes what all variants "
            "share; change it for the whole scenario\n");
}

TEST(LoadScenario, SurvivesEveryPrefixOfAScenario) {
  const std::string text = kRight;
  for (size_t length = 0; length < text.size(); ++length) {
    std::string errors;
    Load(text.substr(0, length), &errors);
  }
}

}  // namespace
}  // namespace scenario
