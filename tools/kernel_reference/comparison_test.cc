// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/kernel_reference/comparison.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "scenarios/plan.h"
#include "scenarios/result.pb.h"
#include "tools/kernel_reference/console.h"

namespace kernel_reference {
namespace {

scenario::Plan OneFlow() {
  scenario::Plan plan;
  plan.variant = "replace";
  plan.flows.push_back({.name = "stream", .stream = scenario::plan::Stream{.payload_bytes = 100}});
  return plan;
}

constexpr char kConsole[] =
    "kernel 6.16\r\nfile /tmp/send0\r\n"
    "s 0 0 10 0 1000 9000\r\ns 0 10 2 126 10000 11000\r\ns 0 12 8 0 12500 20000\r\nl 0 77\r\n"
    "r 0 0 10 1500 9500\r\nr 0 12 7 13000 20500\r\n"
    "m 0 0 100 5000 6000\r\nm 0 0 100 6000 8000\r\nm 1 22 100 9000 9500\r\ndone\r\n";

TEST(Console, EveryPacketHasOneFate) {
  const auto result = ResultOf(OneFlow(), kConsole);
  ASSERT_TRUE(result.ok()) << result.status();
  const scenario::FlowGroup& group = result->bystanders();
  EXPECT_EQ(group.offered(), 20u);
  EXPECT_EQ(group.delivered(), 17u);
  EXPECT_EQ(group.refused(), 2u);
  EXPECT_EQ(group.dropped(), 1u);
  ASSERT_EQ(group.errnos_size(), 1);
  EXPECT_EQ(group.errnos(0).name(), "ENOKEY");
  EXPECT_EQ(group.outages(), 1u);
  EXPECT_EQ(group.longest_outage_us(), 2.5);
}

TEST(Console, AReconfigurationLastsFromItsFirstMessageToItsLastAnswer) {
  const auto result = ResultOf(OneFlow(), kConsole);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->messages(), 3u);
  EXPECT_EQ(result->failed_messages(), 1u);
  EXPECT_EQ(result->reconfigurations(), 2u);
  EXPECT_EQ(result->config_latency_us().max(), 3.0);
}

TEST(Console, AFlowOfWhichNothingIsSaidIsAnError) {
  EXPECT_FALSE(ResultOf(OneFlow(), "done\n").ok());
  EXPECT_FALSE(ResultOf(OneFlow(), "s 7 0 1 0 1 1\n").ok());
  EXPECT_FALSE(ResultOf(OneFlow(), "s 0 zero 1 0 1 1\n").ok());
}

// One variant whose bystanders were offered so many packets, of which so many were refused.
scenario::Result Refused(uint64_t offered, uint64_t refused) {
  scenario::Result result;
  scenario::VariantResult* variant = result.add_variants();
  variant->set_name("replace");
  variant->set_messages(7);
  variant->mutable_bystanders()->set_offered(offered);
  variant->mutable_bystanders()->set_refused(refused);
  if (refused != 0) {
    variant->mutable_bystanders()->add_errnos()->set_name("ENOKEY");
    variant->mutable_bystanders()->mutable_errnos(0)->set_count(refused);
  }
  return result;
}

Point PointOf(const scenario::Result& a, const scenario::Result& b, const std::string& figure) {
  const auto comparison = Compare(a, b);
  EXPECT_TRUE(comparison.ok());
  for (const Point& point : comparison->points) {
    if (point.figure == figure) return point;
  }
  ADD_FAILURE() << figure;
  return {};
}

TEST(Comparison, LossAndLossAgreeWhateverTheirNumbers) {
  EXPECT_EQ(PointOf(Refused(1000, 90), Refused(10, 2), "bystanders.refused").verdict, Point::Verdict::kAgrees);
  EXPECT_EQ(PointOf(Refused(1000, 90), Refused(10, 2), "bystanders.errnos").verdict, Point::Verdict::kAgrees);
}

TEST(Comparison, LossWhereTheOtherHasNoneDiffersEitherWay) {
  EXPECT_EQ(PointOf(Refused(1000, 90), Refused(1000, 0), "bystanders.refused").verdict, Point::Verdict::kDiffers);
  EXPECT_EQ(PointOf(Refused(1000, 0), Refused(1000, 90), "bystanders.refused").verdict, Point::Verdict::kDiffers);
  EXPECT_FALSE(Compare(Refused(1000, 90), Refused(1000, 0))->agrees());
}

TEST(Comparison, TooFewPacketsDecideNothing) {
  EXPECT_EQ(PointOf(Refused(1000, 90), Refused(20, 0), "bystanders.refused").verdict, Point::Verdict::kUndecided);
  scenario::Result stretched = Refused(1000, 0);
  stretched.mutable_variants(0)->mutable_measurement()->set_stretch(100);
  EXPECT_EQ(PointOf(Refused(1000, 90), stretched, "bystanders.refused").verdict, Point::Verdict::kUndecided);
}

TEST(Comparison, AnotherErrnoOrAnotherNumberOfMessagesDiffers) {
  scenario::Result other = Refused(1000, 90);
  other.mutable_variants(0)->mutable_bystanders()->mutable_errnos(0)->set_name("EHOSTUNREACH");
  other.mutable_variants(0)->set_messages(8);
  EXPECT_EQ(PointOf(Refused(1000, 90), other, "bystanders.errnos").verdict, Point::Verdict::kDiffers);
  EXPECT_EQ(PointOf(Refused(1000, 90), other, "messages").verdict, Point::Verdict::kDiffers);
}

TEST(Comparison, ResultsOfDifferentThingsAreNotCompared) {
  scenario::Result other = Refused(1, 1);
  other.mutable_variants(0)->set_name("something else");
  EXPECT_FALSE(Compare(Refused(1, 1), other).ok());
}

TEST(Comparison, TheTableSaysWhatDiffers) {
  const auto comparison = Compare(Refused(1000, 90), Refused(1000, 0));
  const std::string text = ComparisonText(*comparison, "simulated", "kernel");
  EXPECT_EQ(text.substr(0, text.find('\n')), "variant  figure                      simulated  kernel");
  EXPECT_NE(text.find("replace  bystanders.refused                 90       0  DIFFERS: 90.0 were to be expected\n"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace kernel_reference
