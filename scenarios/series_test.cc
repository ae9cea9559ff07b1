// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What a run says of its time, against what it says of the whole; that it changes nothing; that it is bounded.
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "protocol/crypto/suite.h"
#include "protocol/ip.h"
#include "scenarios/buckets.h"
#include "scenarios/change_recorder.h"
#include "scenarios/exposure_meter.h"
#include "scenarios/flow_book.h"
#include "scenarios/plan.h"
#include "scenarios/result.pb.h"
#include "scenarios/runner.h"
#include "scenarios/series.pb.h"
#include "scenarios/two_hosts.h"
#include "scenarios/world.h"
#include "sim/time.h"

namespace scenario {
namespace {

template <typename List>
uint64_t Sum(const List& list) {
  return std::accumulate(list.begin(), list.end(), uint64_t{0});
}

class SeriesTest : public testing::Test {
 protected:
  SeriesTest() : plan_(TwoHosts(plan::Method::kReplace, 200)) {
    without_ = RunPlan(plan_, {.crypto = Crypto::kModelled});
    with_ = RunPlan(plan_, {.crypto = Crypto::kModelled, .series = true});
  }

  const Series& series() const { return with_.series(0); }

  Plan plan_;
  VariantResult without_, with_;
};

TEST_F(SeriesTest, AskingForItChangesNothingElse) {
  EXPECT_EQ(without_.series_size(), 0);
  ASSERT_EQ(with_.series_size(), 1);
  VariantResult rest = with_;
  rest.clear_series();
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(rest, without_));
}

TEST_F(SeriesTest, BucketsSumToTheWhole) {
  const Buckets buckets(plan_.duration);
  for (const auto& [group, of] : {std::pair(with_.bystanders(), series().bystanders()),
                                  std::pair(with_.touched(), series().touched())}) {
    EXPECT_EQ(of.offered_size(), static_cast<int>(buckets.size()));
    EXPECT_EQ(Sum(of.offered()), group.offered());
    EXPECT_EQ(Sum(of.delivered()), group.delivered());
    EXPECT_EQ(Sum(of.refused()), group.refused());
    EXPECT_EQ(Sum(of.misdirected()), group.misdirected());
    EXPECT_EQ(Sum(of.dropped()), group.dropped());
    uint64_t longest = 0;
    for (const uint64_t delay : of.delay_max_ns()) longest = std::max(longest, delay);
    EXPECT_EQ(static_cast<double>(longest), group.delay_us().max() * 1000);
  }
  EXPECT_EQ(Sum(series().changes_begun()), with_.reconfigurations());
  EXPECT_GT(with_.bystanders().refused(), 0u);
}

TEST_F(SeriesTest, OutagesAndExposuresHaveTheirTimes) {
  ASSERT_EQ(static_cast<uint64_t>(series().outages_size()),
            with_.bystanders().outages() + with_.touched().outages());
  uint64_t longest = 0;
  for (const OutageSpan& outage : series().outages()) {
    if (outage.role() == "bystander") longest = std::max(longest, outage.end_ns() - outage.begin_ns());
  }
  EXPECT_EQ(static_cast<double>(longest), with_.bystanders().longest_outage_us() * 1000);

  ASSERT_EQ(series().changes_size(), 1);
  const ChangeSpan& change = series().changes(0);
  EXPECT_GT(change.steps_left_out(), 0u);
  EXPECT_EQ(change.steps_size(), ChangeRecorder::kMostSteps);
  uint64_t exposed = 0;
  for (const ExposureSpan& exposure : change.exposures()) {
    EXPECT_GE(exposure.begin_ns(), change.begin_ns());
    EXPECT_LE(exposure.end_ns(), change.end_ns());
    EXPECT_LE(exposure.to_nobody_ns() + exposure.to_wrong_peer_ns(), exposure.end_ns() - exposure.begin_ns());
    if (exposure.role() == "bystander") {
      exposed = std::max(exposed, exposure.to_nobody_ns() + exposure.to_wrong_peer_ns());
    }
  }
  EXPECT_EQ(static_cast<double>(exposed), with_.bystanders().exposure_us().max() * 1000);
}

TEST_F(SeriesTest, LoadsSumToTheWholeToo) {
  ASSERT_GT(series().cores_size(), 0);
  for (int i = 0; i < series().cores_size(); ++i) {
    const CoreSeries& core = series().cores(i);
    const CoreLoad& whole = with_.busiest_cores(i);
    EXPECT_EQ(core.host(), whole.host());
    EXPECT_EQ(core.core(), whole.core());
    const double of_run = static_cast<double>(plan_.duration.count());
    EXPECT_DOUBLE_EQ(static_cast<double>(Sum(core.softirq_ns())) / of_run, whole.softirq());
    EXPECT_DOUBLE_EQ(static_cast<double>(Sum(core.threads_ns())) / of_run, whole.threads());
  }
  ASSERT_GT(series().links_size(), 0);
  EXPECT_GT(Sum(series().links(0).bytes()), with_.bytes_sent());
}

TEST_F(SeriesTest, AProgressReportDoesNotMoveTheLooks) {
  class Silent : public ProgressSink {
    void OnProgress(absl::string_view, sim::Time, sim::Duration, uint64_t) override {}
  } silent;
  const VariantResult again =
      RunPlan(plan_, {.crypto = Crypto::kModelled, .progress = &silent, .series = true});
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(again, with_));
}

TEST(ChangeRecorder, KeepsTheLongestExposuresAndAnEvenChoiceOfTheOthers) {
  const Plan plan = TwoHosts(plan::Method::kReplace, 2);
  FlowBook book;
  World world(plan, wg::ModelledCrypto(), &book);
  ChangeRecorder recorder(&world, Buckets(plan.duration), nullptr);
  constexpr int kChanges = 5000;
  for (int i = 0; i < kChanges; ++i) {
    recorder.OnChangeBegin(0, absl::StrCat(i));
    std::vector<Exposure> exposures;
    if (i % 2 == 0) {
      Exposure exposure;
      exposure.address = wg::IpAddress::V4(1);
      exposure.group = Group::kBystander;
      exposure.to_nobody = sim::Duration(i);
      exposures.push_back(exposure);
    }
    recorder.OnChangeEnd(0, exposures);
  }
  Series series;
  recorder.Fill(&series);
  uint64_t exposed = 0, others = 0, least = kChanges;
  int last = -1;
  for (const ChangeSpan& change : series.changes()) {
    const int number = std::stoi(change.what());
    EXPECT_GT(number, last);
    last = number;
    ++(change.exposures_size() > 0 ? exposed : others);
    if (change.exposures_size() > 0) {
      least = std::min(least, change.exposures(0).to_nobody_ns());
    } else {
      EXPECT_EQ(number % 16, 1);  // every eighth of the odd ones
    }
  }
  // All of them begin in one bucket.
  EXPECT_EQ(exposed, ChangeRecorder::kMostExposedInBucket);
  EXPECT_EQ(least, kChanges - 2 * ChangeRecorder::kMostExposedInBucket);
  EXPECT_EQ(others, 313u);
  EXPECT_EQ(series.changes_left_out(), kChanges - exposed - others);
  EXPECT_EQ(Sum(series.changes_begun()), static_cast<uint64_t>(kChanges));
  EXPECT_EQ(Sum(series.changes_exposed()), kChanges / 2u);
}

}  // namespace
}  // namespace scenario
