// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/expectation.h"

#include "gtest/gtest.h"

namespace scenario {
namespace {

Result TwoVariants() {
  Result result;
  VariantResult* replace = result.add_variants();
  replace->set_name("replace");
  replace->mutable_bystanders()->set_refused(12);
  replace->mutable_bystanders()->mutable_exposure_us()->set_p99(80.5);
  FlowResult* flow = replace->add_flows();
  flow->set_name("stream.node0-node1");
  flow->set_refused(7);
  ErrnoCount* errno_count = replace->mutable_bystanders()->add_errnos();
  errno_count->set_name("ENOKEY");
  errno_count->set_count(12);
  VariantResult* remove = result.add_variants();
  remove->set_name("remove-me");
  remove->mutable_config_latency_us()->set_p99(40);
  return result;
}

const std::vector<std::string> kVariants = {"replace", "remove-me"};
const std::vector<std::string> kFlows = {"stream.node0-node1"};

std::string Check(absl::string_view text) {
  return std::string(CheckExpectation(text, kVariants, &kFlows).message());
}

Judgement CheckedJudgement(absl::string_view text) {
  EXPECT_EQ(Check(text), "");
  return Judge(text, TwoVariants());
}

TEST(Expectation, ComparesFigures) {
  EXPECT_TRUE(CheckedJudgement("remove-me.bystanders.refused == 0").held);
  EXPECT_TRUE(CheckedJudgement("replace.bystanders.refused != 0").held);
  EXPECT_TRUE(CheckedJudgement("replace.bystanders.refused >= 12").held);
  EXPECT_TRUE(CheckedJudgement("replace.bystanders.refused <= 12").held);
  EXPECT_FALSE(CheckedJudgement("replace.bystanders.refused > 12").held);
  EXPECT_FALSE(CheckedJudgement("replace.bystanders.refused < 12").held);
}

TEST(Expectation, ComputesWithTheUsualPrecedence) {
  const Judgement judgement = CheckedJudgement(
      "replace.bystanders.exposure_us.p99 > 2 * (remove-me.config_latency_us.p99 - 10) + 20 / 4");
  EXPECT_TRUE(judgement.held);
  EXPECT_EQ(judgement.seen, "80.5 > 2 * (40 - 10) + 20 / 4");
  EXPECT_FALSE(CheckedJudgement("2 + 3 * 4 == 20").held);
  EXPECT_TRUE(CheckedJudgement("10 - 4 - 3 == 3").held);
}

TEST(Expectation, LooksForAbsentFiguresAmongBystanders) {
  EXPECT_EQ(CheckedJudgement("replace.refused == 12").seen, "12 == 12");
  EXPECT_TRUE(CheckedJudgement("replace.exposure_us.p99 == 80.5").held);
}

TEST(Expectation, FindsElementsByName) {
  EXPECT_TRUE(CheckedJudgement("replace.flows[\"stream.node0-node1\"].refused == 7").held);
  EXPECT_TRUE(CheckedJudgement("replace.bystanders.errnos.ENOKEY.count == 12").held);
  EXPECT_TRUE(CheckedJudgement("replace.bystanders.errnos.EHOSTUNREACH.count == 0").held);
}

TEST(Expectation, DividingByNothingHoldsNothing) {
  EXPECT_FALSE(CheckedJudgement("1 / remove-me.bystanders.refused < 5").held);
  EXPECT_FALSE(CheckedJudgement("0 / 0 == 0 / 0").held);
}

TEST(Expectation, NamesItsVariants) {
  EXPECT_EQ(VariantsOf("replace.steps > 2 * remove-me.steps"),
            (std::vector<std::string>{"replace", "remove-me"}));
}

TEST(Expectation, SaysWhatIsWrongAndWhatWouldBeRight) {
  EXPECT_EQ(Check("replce.refused == 0"),
            "there is no variant \"replce\"; did you mean replace? there are replace, remove-me");
  EXPECT_EQ(Check("replace.bystanders.refusd == 0").substr(0, 74),
            "replace.bystanders has no figure \"refusd\"; did you mean refused? there are");
  EXPECT_EQ(Check("replace.exposure_us == 0"),
            "replace.bystanders.exposure_us is not a number; name one of its figures: count, p50, "
            "p99, max, total");
  EXPECT_EQ(Check("replace.steps.p50 == 0"), "replace.steps is a number; end the figure there");
  EXPECT_EQ(Check("replace.flows.nobody.refused == 0"),
            "there is no flow \"nobody\"; there are stream.node0-node1");
  EXPECT_EQ(Check("replace.steps"),
            "there is no comparison; write FIGURE OPERATOR FIGURE, as \"replace.bystanders.refused "
            "== 0\"");
  EXPECT_EQ(Check("replace.steps == 1 == 1"), "\"== 1\" is too much; write one comparison only");
  EXPECT_EQ(Check("(replace.steps == 1"), "a bracket is not closed; write )");
  for (const char* text : {"", "==", "1 ==", "1 == 1x", "replace == 1", "replace.name == 1",
                           "replace..steps == 1", "replace.flows == 0", "replace.flows[\"x == 0",
                           "1 == $", "replace.reconfiguration_records.x.steps == 1"}) {
    EXPECT_NE(Check(text), "") << text;
  }
  EXPECT_NE(Check(std::string(100'000, '(')), "");
}

}  // namespace
}  // namespace scenario
