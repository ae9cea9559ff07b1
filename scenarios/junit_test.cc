// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/junit.h"

#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace scenario {
namespace {

Result Example() {
  Result result;
  result.set_scenario("churn");
  result.set_file("scenarios/churn.textproto");
  result.set_seed(7);
  result.set_crypto("real");
  result.set_virtual_seconds(60);
  result.add_variants()->set_name("replace");
  for (const bool held : {true, false}) {
    ExpectationResult* expectation = result.add_expectations();
    expectation->set_text(held ? "replace.refused > 0" : "replace.late < 1 & \"x\"");
    expectation->set_seen("5");
    expectation->set_line(3);
    expectation->set_held(held);
  }
  return result;
}

TEST(Junit, IsOneSuiteWithACaseForEachClaimInVirtualSeconds) {
  Result result = Example();
  result.mutable_expectations()->RemoveLast();
  EXPECT_EQ(JunitXml(result, "wgsim"),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuites name=\"wgsim\">\n"
            "  <testsuite name=\"churn.seed7\" tests=\"1\" failures=\"0\" errors=\"0\" time=\"60.000000\">\n"
            "    <properties>\n"
            "      <property name=\"file\" value=\"scenarios/churn.textproto\"/>\n"
            "      <property name=\"seed\" value=\"7\"/>\n"
            "      <property name=\"trace_hash\" value=\"\"/>\n"
            "    </properties>\n"
            "    <testcase classname=\"churn.seed7.expectation\" name=\"replace.refused &gt; 0\" time=\"60.000000\"/>\n"
            "  </testsuite>\n"
            "</testsuites>\n");
}

TEST(Junit, FailuresEndWithTheReplayCommandAndAreEscaped) {
  Result result = Example();
  result.set_strict(true);
  result.add_strict_findings("nothing arrived");
  result.mutable_baseline()->set_file("base.json");
  BaselineFinding* finding = result.mutable_baseline()->add_findings();
  finding->set_variant("replace");
  finding->set_figure("bystanders.refused");
  finding->set_verdict("worse");
  finding->set_was("0");
  finding->set_now("338");
  finding->set_fails(true);
  const std::string xml = JunitXml(result, "wgsim");
  EXPECT_TRUE(absl::StrContains(xml, "tests=\"4\" failures=\"3\"")) << xml;
  EXPECT_TRUE(absl::StrContains(xml, "name=\"replace.late &lt; 1 &amp; &quot;x&quot;\"")) << xml;
  EXPECT_TRUE(absl::StrContains(xml, "message=\"worse: bystanders.refused 0 -&gt; 338\"")) << xml;
  EXPECT_TRUE(absl::StrContains(xml, "replay  wgsim run scenarios/churn.textproto --seed=7")) << xml;
  EXPECT_TRUE(absl::StrContains(xml, "--strict")) << xml;
}

TEST(Junit, ARunWithoutClaimsIsACase) {
  Result result = Example();
  result.clear_expectations();
  EXPECT_TRUE(absl::StrContains(JunitXml(result, "wgsim"), "tests=\"1\" failures=\"0\""));
}

}  // namespace
}  // namespace scenario
