// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/expectation.h"

#include <string>
#include <tuple>
#include <vector>

#include "gtest/gtest.h"
#include "scenarios/sweep.h"

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

TEST(Expectation, TimesStandForTheirMicroseconds) {
  EXPECT_EQ(CheckedJudgement("replace.exposure_us.p99 < 200us").seen, "80.5 < 200");
  EXPECT_EQ(CheckedJudgement("replace.exposure_us.p99 < 1.5ms").seen, "80.5 < 1500");
  EXPECT_EQ(CheckedJudgement("replace.exposure_us.p99 > 500ns").seen, "80.5 > 0.5");
}

const Axes kAxes = {{"cores", "hosts.node.cores", {"1", "2"}}, {"hz", "hosts.node.hz", {"100", "250"}}};

std::string CheckSwept(absl::string_view text) {
  return std::string(CheckExpectation(text, kVariants, &kFlows, kAxes).message());
}

// refused: 10 * cores + (hz == 250) of "replace".
Result Swept() {
  Result result;
  for (const Axis& axis : kAxes) {
    SweepAxis* out = result.add_sweep();
    out->set_name(axis.name);
    for (const std::string& value : axis.values) out->add_values(value);
  }
  for (const Point& point : Points(kAxes)) {
    VariantResult* run = result.add_variants();
    run->set_name(RunName({.variant = "replace", .fixed = {}}, kAxes, point));
    run->mutable_bystanders()->set_refused(10 * (point[0] + 1) + point[1]);
  }
  return result;
}

TEST(Expectation, HoldsIfItHoldsAtEveryPointOfASweep) {
  EXPECT_EQ(CheckSwept("replace.refused >= 10"), "");
  EXPECT_TRUE(Judge("replace.refused >= 10", Swept()).held);
  EXPECT_EQ(Judge("replace.refused >= 10", Swept()).seen, "10 >= 10 in replace/cores=1,hz=100");
  const Judgement judgement = Judge("replace.refused <= 20", Swept());
  EXPECT_FALSE(judgement.held);
  EXPECT_EQ(judgement.seen, "21 <= 20 in replace/cores=2,hz=250");
}

TEST(Expectation, FixesAPointOrSomeOfItsValues) {
  EXPECT_EQ(Judge("replace[cores=2,hz=100].refused == 20", Swept()).seen, "20 == 20");
  EXPECT_TRUE(Judge("replace[cores=2].refused > replace[cores=1].refused", Swept()).held);
  EXPECT_EQ(Judge("replace[cores=2].refused == 20", Swept()).seen, "21 == 20 in replace/cores=2,hz=250");
  EXPECT_EQ(VariantsOf("replace[cores=2].refused == 20"), (std::vector<std::string>{"replace"}));
}

TEST(Expectation, IsJudgedAtThePointsThatWereRun) {
  const std::vector<std::string> runs = {"replace/cores=1,hz=100"};
  EXPECT_TRUE(CanJudge("replace.refused == 10", kAxes, runs));
  EXPECT_TRUE(CanJudge("replace[cores=1].refused == 10", kAxes, runs));
  EXPECT_FALSE(CanJudge("replace[cores=2].refused == 10", kAxes, runs));
  EXPECT_FALSE(CanJudge("replace.refused == remove-me.refused", kAxes, runs));
}

TEST(Expectation, HasFunctions) {
  EXPECT_EQ(Check("max(replace.steps, 2 * (replace.messages + 1), 3) >= min(1, 2)"), "");
  EXPECT_EQ(Check("abs(replace.steps - 5) <= 5"), "");
  EXPECT_EQ(Check("mix(1, 2) == 1"), "there is no function \"mix\"; did you mean min? there are min, max, abs");
  EXPECT_EQ(Check("abs(1, 2) == 1"), "abs is of one figure; write abs(FIGURE)");
  EXPECT_EQ(Check("min(1, 2 == 1"), "a bracket is not closed; write )");
}

TEST(Expectation, NamesDropsByTheirReason) {
  EXPECT_EQ(Check("replace.bystanders.drops[\"queue full\"] == 0"), "");
  EXPECT_EQ(Check("replace.drops.handshake_rejected == 0"), "");
  EXPECT_EQ(Check("replace.drops.replayd == 0").substr(0, 76),
            "nothing is dropped because of \"replayd\"; did you mean replayed? there are st");
  EXPECT_EQ(Check("replace.drops.replayed.count == 0"),
            "replace.bystanders.drops[\"replayed\"] is a number; end the figure there");
  Result result;
  VariantResult* variant = result.add_variants();
  variant->set_name("replace");
  for (const auto& [place, reason, count] :
       {std::tuple("a", "queue full", 3), {"b", "queue full", 4}, {"b", "no route", 5}}) {
    DropCount* drop = variant->mutable_bystanders()->add_drops();
    drop->set_place(place);
    drop->set_reason(reason);
    drop->set_count(count);
  }
  EXPECT_TRUE(Judge("replace.drops[\"queue full\"] == 7", result).held);
  EXPECT_TRUE(Judge("max(replace.drops[\"no route\"], abs(2 - 9)) == 7", result).held);
  EXPECT_EQ(Judge("max(1, replace.drops[\"no route\"]) == 4", result).seen, "5 == 4");
}

TEST(Expectation, SaysWhichPointsThereAre) {
  EXPECT_EQ(CheckSwept("replace[core=2].refused == 0"),
            "\"core\" is not swept; did you mean cores? there are cores, hz");
  EXPECT_EQ(CheckSwept("replace[cores=3].refused == 0"), "cores is never \"3\"; did you mean 1? there are 1, 2");
  EXPECT_EQ(CheckSwept("replace[cores=2.refused == 0"), "\"[cores=2.refused == 0\" is not closed; write ]");
  EXPECT_EQ(Check("replace[cores=2].refused == 0"),
            "\"replace[cores=2]\" names a point, but nothing is swept; write replace");
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
