// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// That a timeline changes nothing, whatever part of the run it covers, and that its file is bounded. What is in the file:
// tools/timeline_test.py.
#include "scenarios/timeline.h"

#include <chrono>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "scenarios/plan.h"
#include "scenarios/result.pb.h"
#include "scenarios/runner.h"
#include "scenarios/two_hosts.h"
#include "sim/byte_sink.h"
#include "sim/time.h"

namespace scenario {
namespace {

using std::chrono::milliseconds;

class Bytes : public sim::ByteSink {
 public:
  void Write(absl::string_view bytes) override { size += bytes.size(); }
  uint64_t size = 0;
};

class TimelineTest : public testing::Test {
 protected:
  // Runs with a timeline and expects the result of the run without.
  TimelineSummary Run(TimelineOptions options) {
    options.sink = &bytes_;
    TimelineSummary summary;
    const VariantResult result =
        RunPlan(plan_, {.crypto = Crypto::kModelled,
                        .open_timeline = [&](const Plan&) { return options; },
                        .on_timeline = [&](const Plan&, const TimelineSummary& s) { summary = s; }});
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(result, without_));
    EXPECT_EQ(summary.bytes, bytes_.size);
    return summary;
  }

  Plan plan_ = TwoHosts(plan::Method::kReplace, 10);
  const VariantResult without_ = RunPlan(plan_, {.crypto = Crypto::kModelled});
  Bytes bytes_;
};

TEST_F(TimelineTest, ATimelineOfTheWholeRunChangesNothing) {
  const TimelineSummary summary = Run({});
  EXPECT_EQ(summary.from, sim::kStart);
  EXPECT_EQ(summary.to, sim::kStart + plan_.duration + kDrainTime);
  EXPECT_FALSE(summary.full);
  EXPECT_GT(summary.events, without_.bystanders().offered() * 10);
}

TEST_F(TimelineTest, NorDoesOneOfAPart) {
  const TimelineSummary summary =
      Run({.from = sim::kStart + milliseconds(101), .to = sim::kStart + milliseconds(102)});
  EXPECT_EQ(summary.from, sim::kStart + milliseconds(101));
  EXPECT_EQ(summary.to, sim::kStart + milliseconds(102));
  EXPECT_GT(summary.events, 0u);
}

TEST_F(TimelineTest, AFullFileEndsTheTimelineAndNotTheRun) {
  const TimelineSummary summary = Run({.max_bytes = 100'000});
  EXPECT_TRUE(summary.full);
  EXPECT_LT(summary.to, sim::kStart + plan_.duration);
  EXPECT_GE(summary.bytes, 100'000u);
  EXPECT_LT(summary.bytes, 110'000u);
}

}  // namespace
}  // namespace scenario
