// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/table.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "scenarios/golden_file.h"
#include "scenarios/text_layout.h"

namespace scenario {
namespace {

void AddVariant(const std::string& name, uint64_t refused, double exposure, Result* result) {
  VariantResult* v = result->add_variants();
  v->set_name(name);
  v->set_method(name == "replace" ? "REPLACE" : "REMOVE_ME");
  v->set_implementation("LINUX_6_16");
  v->set_reconfigurations(3600);
  v->set_messages(3600);
  v->set_steps(refused > 0 ? 790'123 : 3600);
  v->mutable_config_latency_us()->set_p50(refused > 0 ? 181.234 : 2.5);
  v->mutable_config_latency_us()->set_p99(refused > 0 ? 1234.5 : 3.04);
  v->set_handshakes(6);
  FlowGroup* b = v->mutable_bystanders();
  b->set_flows(12);
  b->set_offered(1'440'000);
  b->set_delivered(1'440'000 - refused);
  b->set_refused(refused);
  if (refused > 0) {
    ErrnoCount* e = b->add_errnos();
    e->set_name("ENOKEY");
    e->set_count(refused);
    OutageRecord* outage = v->add_outage_records();
    outage->set_at_seconds(12.5);
    outage->set_length_us(250);
    outage->set_flow("stream.node0-node1");
  }
  b->set_loss_ratio(static_cast<double>(refused) / 1'440'000);
  b->set_outages(refused);
  b->set_longest_outage_us(refused > 0 ? 250 : 0);
  b->mutable_exposure_us()->set_p50(exposure);
  b->mutable_exposure_us()->set_p99(exposure * 2);
  b->mutable_exposure_us()->set_max(exposure * 3);
  b->mutable_exposure_us()->set_total(exposure * 3600);
}

void AddExpectation(const std::string& text, const std::string& seen, bool held, int line,
                    Result* result) {
  ExpectationResult* e = result->add_expectations();
  e->set_text(text);
  e->set_seen(seen);
  e->set_held(held);
  e->set_line(line);
}

Result Example() {
  Result result;
  result.set_scenario("churn");
  result.set_file("my scenarios/churn.textproto");
  result.set_seed(7);
  result.set_crypto("modelled");
  result.add_set("hosts.node.cores=4");
  result.set_trace_hash("0123456789abcdef");
  result.set_virtual_seconds(60);
  result.set_wall_seconds(20);
  result.set_events(42'000'000);
  AddVariant("replace", 812, 57.25, &result);
  AddVariant("remove_me", 0, 0, &result);
  AddExpectation("replace.bystanders.refused == 0", "812 == 0", false, 93, &result);
  AddExpectation("remove_me.bystanders.refused == 0", "0 == 0", true, 94, &result);
  return result;
}

TEST(ResultTable, PutsVariantsBesideEachOther) {
  const std::string text = absl::StrCat(ResultTable(Example()), "\n", Failures(Example(), "wgsim"));
  EXPECT_EQ(text, ReadGolden("table.txt", text));
}

TEST(ResultTable, StaysWithinItsWidthWithManyVariants) {
  Result result = Example();
  for (int i = 0; i < 12; ++i) AddVariant(absl::StrCat("variant_", i), 12, 1, &result);
  for (absl::string_view line : absl::StrSplit(ResultTable(result), '\n')) {
    EXPECT_LE(line.size(), kTextWidth) << line;
  }
  EXPECT_TRUE(absl::StrContains(ResultTable(result), "variant_11"));
}

TEST(ResultTable, LeavesOutGroupsWithoutFlows) {
  EXPECT_FALSE(absl::StrContains(ResultTable(Example()), "touched"));
}

TEST(Failures, AreSilentWhenAllHeld) {
  Result result = Example();
  result.mutable_expectations(0)->set_held(true);
  EXPECT_EQ(Failures(result, "wgsim"), "");
}

TEST(MicrosecondsText, ShowsThreeDigitsThatMatter) {
  EXPECT_EQ(MicrosecondsText(0), "0");
  EXPECT_EQ(MicrosecondsText(0.031), "0.03 us");
  EXPECT_EQ(MicrosecondsText(1.834), "1.83 us");
  EXPECT_EQ(MicrosecondsText(99.97), "100 us");
  EXPECT_EQ(MicrosecondsText(250), "250 us");
  EXPECT_EQ(MicrosecondsText(999.7), "1.00 ms");
  EXPECT_EQ(MicrosecondsText(4213), "4.21 ms");
  EXPECT_EQ(MicrosecondsText(1'500'000), "1.50 s");
}

TEST(Wrapped, BreaksAtBlanks) {
  const std::string text = Wrapped(std::string(60, 'a') + " " + std::string(60, 'b'), 2);
  EXPECT_EQ(text, "  " + std::string(60, 'a') + "\n  " + std::string(60, 'b') + "\n");
  EXPECT_EQ(Wrapped("", 2), "");
}

}  // namespace
}  // namespace scenario
