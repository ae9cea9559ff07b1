// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/result_json.h"

#include "absl/strings/match.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "scenarios/result.pb.h"
#include "scenarios/series.pb.h"

namespace scenario {
namespace {

Result Example() {
  Result result;
  result.set_scenario("a \"quoted\"\\ name\n\x01");
  result.set_seed(18446744073709551615u);
  result.set_virtual_seconds(0.1);
  result.add_set("duration=1s");
  VariantResult* variant = result.add_variants();
  variant->set_name("replace");
  variant->mutable_bystanders()->set_refused(12);
  variant->mutable_bystanders()->mutable_exposure_us()->set_p99(1234567.125);
  ExpectationResult* expectation = result.add_expectations();
  expectation->set_held(true);
  expectation->set_line(7);
  return result;
}

TEST(ResultJson, IsReadBackByTheCanonicalReader) {
  const absl::StatusOr<Result> read = ResultFromJson(ToJson(Example()));
  ASSERT_TRUE(read.ok()) << read.status();
  // Absent messages are written out as such of zeros.
  EXPECT_EQ(ToJson(*read), ToJson(Example()));
  EXPECT_EQ(read->seed(), 18446744073709551615u);
  EXPECT_EQ(read->scenario(), Example().scenario());
  EXPECT_EQ(read->variants(0).bystanders().exposure_us().p99(), 1234567.125);
}

TEST(ResultJson, WritesNumbersAsNumbersAsLongAsTheyAreExact) {
  const std::string json = ToJson(Example());
  EXPECT_TRUE(absl::StrContains(json, "\"refused\": 12,"));
  EXPECT_TRUE(absl::StrContains(json, "\"seed\": \"18446744073709551615\","));
  EXPECT_TRUE(absl::StrContains(json, "\"virtual_seconds\": 0.1,"));
  EXPECT_TRUE(absl::StrContains(json, "\"misdirected\": 0,"));
  EXPECT_TRUE(absl::StrContains(json, "\"drops\": []"));
}

TEST(ResultJson, WritesListsOfNumbersInOneLine) {
  Result result;
  Series* series = result.add_variants()->add_series();
  for (const uint64_t count : {1, 0, 20}) series->add_changes_begun(count);
  const std::string json = ToJson(result);
  EXPECT_TRUE(absl::StrContains(json, "\"changes_begun\": [1, 0, 20],\n"));
  EXPECT_TRUE(absl::StrContains(json, "\"changes_exposed\": [],\n"));
  const absl::StatusOr<Result> read = ResultFromJson(json);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->variants(0).series(0).changes_begun(2), 20u);
}

TEST(ResultJson, RefusesWhatIsNoResult) {
  for (const char* text : {"", "[]", "{", "{\"scenari\": \"x\"}", "{\"seed\": \"x\"}"}) {
    EXPECT_FALSE(ResultFromJson(text).ok()) << text;
  }
}

}  // namespace
}  // namespace scenario
