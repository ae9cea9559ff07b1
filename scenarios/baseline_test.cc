// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/baseline.h"

#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "scenarios/baseline.pb.h"
#include "scenarios/baseline_text.h"
#include "scenarios/figures.h"

namespace scenario {
namespace {

void AddVariant(const std::string& name, const std::string& method, Result* result) {
  VariantResult* v = result->add_variants();
  v->set_name(name);
  v->set_method(method);
  v->set_implementation("LINUX_6_16");
  v->set_trace_hash("hash of " + name);
  v->set_reconfigurations(100);
  v->mutable_config_latency_us()->set_count(100);
  v->mutable_config_latency_us()->set_p50(6.125);
  v->mutable_bystanders()->set_flows(4);
  v->mutable_bystanders()->set_offered(1000);
  v->mutable_bystanders()->set_delivered(1000);
  v->mutable_bystanders()->mutable_exposure_us()->set_count(100);
}

Result Example() {
  Result result;
  result.set_scenario("churn");
  result.set_file("scenarios/churn.textproto");
  result.set_seed(1);
  result.set_crypto("real");
  result.set_model_version(1);
  result.set_scenario_digest("0011223344556677");
  result.set_trace_hash("hash of all");
  AddVariant("dummy_peer", "DUMMY_PEER", &result);
  AddVariant("remove_me", "REMOVE_ME", &result);
  return result;
}

// As `wgsim run --baseline` does it.
std::string Compared(Result* now, const Baseline& baseline, bool all_variants = true) {
  *now->mutable_baseline() = CompareWithBaseline(*now, baseline, all_variants);
  now->mutable_baseline()->set_file("base.json");
  return BaselineText(*now, "wgsim");
}

FlowGroup* Bystanders(Result* result, int variant) { return result->mutable_variants(variant)->mutable_bystanders(); }

TEST(Baseline, IsReadBackAsItWasWritten) {
  const Baseline baseline = MakeBaseline(Example(), 2.5);
  const absl::StatusOr<Baseline> read = BaselineFromJson(BaselineToJson(baseline));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(BaselineToJson(*read), BaselineToJson(baseline));
  EXPECT_EQ(read->tolerance_percent(), 2.5);
  EXPECT_TRUE(absl::StrContains(BaselineToJson(baseline), "\n        \"bystanders.refused\": 0,\n"));
  // Nothing about flows that there are not.
  EXPECT_FALSE(absl::StrContains(BaselineToJson(baseline), "touched.refused"));
}

TEST(Baseline, HoldsForTheSameRunAndSaysSoInALine) {
  Result now = Example();
  EXPECT_EQ(Compared(&now, MakeBaseline(Example())), "base.json: baseline held: every figure and the trace hash are the same\n");
  EXPECT_TRUE(now.baseline().held());
  EXPECT_TRUE(now.baseline().exact());
}

TEST(Baseline, OneDroppedPacketMoreFailsAndIsTheWorst) {
  Result now = Example();
  Bystanders(&now, 1)->set_dropped(1);
  Bystanders(&now, 1)->set_delivered(999);
  now.mutable_variants(1)->set_trace_hash("another");
  const std::string text = Compared(&now, MakeBaseline(Example()));
  EXPECT_FALSE(now.baseline().held());
  EXPECT_EQ(now.baseline().findings(0).figure(), "bystanders.dropped");
  EXPECT_EQ(now.baseline().findings(0).verdict(), "worse");
  EXPECT_TRUE(absl::StrContains(text, "remove_me: 2 worse, 1 changed\n")) << text;
  EXPECT_TRUE(absl::StrContains(text, "0 -> 1\n           packets dropped on the way (of flows that nobody")) << text;
  EXPECT_TRUE(absl::StrContains(text, "renew   wgsim run scenarios/churn.textproto --seed=1 --write_baseline=base.json")) << text;
  EXPECT_FALSE(absl::StrContains(text, "dummy_peer:")) << text;
}

TEST(Baseline, AChangedPriceShowsAsLatencyWithItsShare) {
  Result now = Example();
  now.mutable_variants(0)->mutable_config_latency_us()->set_p50(6.7375);
  const std::string text = Compared(&now, MakeBaseline(Example()));
  EXPECT_FALSE(now.baseline().held());
  EXPECT_TRUE(absl::StrContains(text, "+10 %")) << text;
  EXPECT_TRUE(absl::StrContains(text, "how long a reconfiguration takes, median")) << text;
}

TEST(Baseline, AChangeThatRoundingHidesIsShownInFull) {
  Result now = Example();
  now.mutable_variants(0)->mutable_config_latency_us()->set_p50(6.1249);
  EXPECT_TRUE(absl::StrContains(Compared(&now, MakeBaseline(Example())), "6.125 -> 6.1249"));
}

TEST(Baseline, AChangedHashAloneFails) {
  Result now = Example();
  now.mutable_variants(1)->set_trace_hash("another");
  now.set_trace_hash("another of all");
  const std::string text = Compared(&now, MakeBaseline(Example()));
  EXPECT_FALSE(now.baseline().held());
  EXPECT_TRUE(absl::StrContains(text, "hash of remove_me -> another")) << text;
}

TEST(Baseline, AnotherMethodIsSaidFirstAndFailsEvenWithinATolerance) {
  Result now = Example();
  now.mutable_variants(1)->set_method("REPLACE");
  now.set_scenario_digest("ffffffffffffffff");
  Bystanders(&now, 1)->set_refused(3);
  const std::string text = Compared(&now, MakeBaseline(Example()));
  EXPECT_FALSE(now.baseline().held());
  EXPECT_EQ(now.baseline().findings(0).figure(), "method");
  EXPECT_TRUE(absl::StrContains(text, "REMOVE_ME -> REPLACE")) << text;
  EXPECT_TRUE(absl::StrContains(text, "since the scenario's text has changed")) << text;
}

TEST(Baseline, WhatGotBetterFailsOnlyAnExactComparison) {
  Result now = Example(), was = Example();
  Bystanders(&was, 0)->set_refused(7);
  std::string text = Compared(&now, MakeBaseline(was));
  EXPECT_FALSE(now.baseline().held());
  EXPECT_TRUE(absl::StrContains(text, "out of date: what differs got better")) << text;
  now.set_seed(2);
  text = Compared(&now, MakeBaseline(was));
  EXPECT_TRUE(now.baseline().held()) << text;
  EXPECT_TRUE(absl::StrContains(text, "the seed is 2, the baseline's 1")) << text;
  EXPECT_TRUE(absl::StrContains(text, "better   bystanders.refused")) << text;
}

TEST(Baseline, ToleranceHoldsWhereRunsCannotBeEqual) {
  Result now = Example();
  now.set_seed(2);
  now.set_trace_hash("another");
  now.mutable_variants(0)->mutable_config_latency_us()->set_p50(6.4);
  Compared(&now, MakeBaseline(Example()));
  EXPECT_TRUE(now.baseline().held());
  now.mutable_variants(0)->mutable_config_latency_us()->set_p50(6.5);
  Compared(&now, MakeBaseline(Example()));
  EXPECT_FALSE(now.baseline().held());
}

TEST(Baseline, CountsOfRunsOfOtherLengthAreComparedWithZeroOnly) {
  Result now = Example();
  now.set_virtual_seconds(3);
  now.set_scenario_digest("ffffffffffffffff");
  now.mutable_variants(0)->set_messages(5000);
  Bystanders(&now, 0)->set_delivered(100);
  Baseline baseline = MakeBaseline(Example());
  baseline.set_virtual_seconds(60);
  (*baseline.mutable_variants(0)->mutable_figures())["messages"] = 50;
  EXPECT_TRUE(absl::StrContains(Compared(&now, baseline), "the run takes 3 s, the baseline's 60 s"));
  EXPECT_TRUE(now.baseline().held());
  Bystanders(&now, 0)->set_refused(1);
  Compared(&now, baseline);
  EXPECT_FALSE(now.baseline().held());
}

TEST(Baseline, KnowsVariantsThatAreGoneFromThoseThatWereNotChosen) {
  Result now = Example();
  now.mutable_variants()->RemoveLast();
  EXPECT_TRUE(absl::StrContains(Compared(&now, MakeBaseline(Example()), true), "here -> gone"));
  EXPECT_FALSE(now.baseline().held());
  Compared(&now, MakeBaseline(Example()), false);
  EXPECT_TRUE(now.baseline().held());
}

TEST(Baseline, SaysWhatCannotBeCompared) {
  const Baseline baseline = MakeBaseline(Example());
  EXPECT_TRUE(CheckComparable(baseline, "churn", {"remove_me"}).ok());
  EXPECT_TRUE(absl::StrContains(CheckComparable(baseline, "other", {"remove_me"}).message(), "scenario churn, not of other"));
  EXPECT_TRUE(absl::StrContains(CheckComparable(baseline, "churn", {"x"}).message(), "dummy_peer, remove_me"));
  for (const char* text : {"", "{}", "[]", "{\"scenario\": 7}", "{\"scenario\": \"x\"}"}) {
    EXPECT_TRUE(absl::StrContains(BaselineFromJson(text).status().message(), "not a baseline")) << text;
  }
  Baseline later = baseline;
  later.set_format(2);
  EXPECT_TRUE(absl::StrContains(BaselineFromJson(BaselineToJson(later)).status().message(), "form 2"));
}

TEST(Figures, EveryNumberOfAResultHasAMeaning) {
  Result full = Example();
  for (FlowGroup* group : {Bystanders(&full, 0), full.mutable_variants(0)->mutable_touched()}) {
    group->set_flows(1);
    group->mutable_exposure_us()->set_count(1);
    group->mutable_round_trip_us()->set_count(1);
    group->mutable_delay_us()->set_count(1);
  }
  full.mutable_variants(0)->mutable_change_latency_us()->set_count(1);
  for (const auto& [name, value] : FiguresOf(full.variants(0))) {
    EXPECT_NE(MeaningOf(name).words, "see result.proto") << name;
  }
}

}  // namespace
}  // namespace scenario
