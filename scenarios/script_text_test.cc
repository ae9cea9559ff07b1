// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/script_text.h"

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace scenario {
namespace {

// "<kind of whose>"; there is no "nobody".
std::string Expand(absl::string_view text) {
  const absl::StatusOr<std::string> expanded =
      ExpandScript(text, [](absl::string_view kind, absl::string_view whose) -> absl::StatusOr<std::string> {
        if (whose == "nobody") return absl::NotFoundError("there is no nobody");
        return absl::StrCat("<", kind, " of ", whose, ">");
      });
  return expanded.ok() ? *expanded : absl::StrCat("error: ", expanded.status().message());
}

TEST(ExpandScript, LeavesTextWithoutBracesAsItIs) {
  EXPECT_EQ(Expand(""), "");
  EXPECT_EQ(Expand("set wg0 listen-port 1"), "set wg0 listen-port 1");
}

TEST(ExpandScript, FindsKeys) {
  EXPECT_EQ(Expand("peer {public_key:a/wg0} remove"), "peer <public_key of a/wg0> remove");
  EXPECT_EQ(Expand("{private_key:x}{preshared_key:y}"), "<private_key of x><preshared_key of y>");
}

TEST(ExpandScript, RepeatsWithTheNumberInDecimalAndHexadecimal) {
  EXPECT_EQ(Expand("{for i 9 11}{i}={i:x} {end}."), "9=9 10=a 11=b .");
  EXPECT_EQ(Expand("{for a 1 2}{for b 0 1}{a}.{b} {end};{end}"), "1.0 1.1 ;2.0 2.1 ;");
  EXPECT_EQ(Expand("{for i 1 2}{public_key:peer#i} {end}"), "<public_key of peer1> <public_key of peer2> ");
}

TEST(ExpandScript, TheInnerCounterHidesTheOuterOneOfTheSameName) {
  EXPECT_EQ(Expand("{for i 1 2}{for i 5 6}{i}{end}{i} {end}"), "561 562 ");
}

TEST(ExpandScript, SaysWhatIsWrong) {
  EXPECT_EQ(Expand("{public_key:nobody}"), "error: there is no nobody");
  EXPECT_EQ(Expand("a { b"), "error: a \"{\" is not closed; write \"}\" behind what it begins");
  EXPECT_TRUE(absl::StartsWith(Expand("{for i 1 2}x"), "error: \"{for i 1 2}\" has no {end};"));
  EXPECT_TRUE(absl::StartsWith(Expand("{for i 2 1}{end}"), "error: \"{for i 2 1}\" counts nothing;"));
  EXPECT_TRUE(absl::StartsWith(Expand("{for i 1}{end}"), "error: \"{for i 1}\" counts nothing;"));
  EXPECT_TRUE(absl::StartsWith(Expand("{i}"), "error: \"{i}\" means nothing here;"));
  EXPECT_TRUE(absl::StartsWith(Expand("{end}"), "error: \"{end}\" means nothing here;"));
}

TEST(ExpandScript, RefusesWhatWouldNotFitIntoMemoryOrNeverEnd) {
  EXPECT_EQ(Expand("{for i 0 999999}01234567890123456789012345678901234567890123456789012345678901234567890{end}"),
            "error: makes more than 64 MiB; repeat less");
  EXPECT_EQ(Expand("{for i 0 4294967295}{end}"), "error: \"{for i 0 4294967295}\" makes more than 4000000 repetitions; repeat less");
}

}  // namespace
}  // namespace scenario
