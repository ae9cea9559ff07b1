// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Errors of every stage of the loader in one scenario: all of them are said at once, each with its place.
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "scenarios/loader_testing.h"

namespace scenario {
namespace {

struct Wrong {
  const char* line;   // of the file
  const char* error;  // how what is said about it begins, after FILE:LINE:
};

// Nothing here makes something else wrong.
const Wrong kLines[] = {
    // The text: types, names, enums.
    {R"(description: 7)", "14: description: a text is wanted, not 7"},
    {R"(seed: "1")", "7: seed: a whole number is wanted"},
    {R"(durration: "1s")", "1: durration: there is no such field here; did you mean duration?"},
    {R"(implementation: LINUX_7)", "17: implementation: there is no LINUX_7"},
    {R"(cost_model: "free" cost_model: "free")", "20: cost_model: is given twice"},
    // Values and references.
    {R"(duration: "ten")", "1: duration: \"ten\""},
    {R"(hosts { name: "a" cores: 0 addresses: "192.0.2.1" })", "19: hosts[0].cores:"},
    {R"(hosts { name: "b" addresses: "192.0.2.256" addresses: "192.0.2.2" })", "19: hosts[1].addresses[0]:"},
    {R"(links { a: "a" b: "b" rate: "fast" })", "23: links[0].rate:"},
    {R"(links { a: "a" b: "c" })", "16: links[1].b: there is no host \"c\""},
    {R"(wireguard { host: "a" mesh: true addresses: "10.0.0.1" mtu: 5 })", "56: wireguard[0].mtu:"},
    {R"(wireguard { host: "b" mesh: true addresses: "10.0.0.2" listen_port: 70000 })", "56: wireguard[1].listen_port:"},
    {R"(pods { name: "pod" host: "nobody" prefix: "10.1.0.0/24" count: 3 })", "20: pods[0].host: there is no host \"nobody\""},
    {R"(flows { name: "f" from: "a" to: "b" stream { payload_bytes: 1 rate: "1/s" } })", "46: flows[0].stream.payload_bytes:"},
    {R"(flows { name: "f g" from: "a" to: "b" requests { timeout: "1" } })", "50: flows[1].requests.timeout:"},
    {R"(churn { host: "nobody" pods: "pod" events: 1 })", "9: churn[0].host: there is no host \"nobody\""},
    {R"(actions { at: "-1s" reconfigure { host: "a" peer: "b" add: "10.9.0.0/16" } })", "11: actions[0].at:"},
    {R"(managers { host: "a" core: 99 })", "22: managers[0].core:"},
    // Variants, what they set, and what is expected of them.
    {R"(variants { name: "x" method: REPLACE set: "hosts.a.corse=1" })", "38: variants[0].set[0]:"},
    {R"(variants { name: "x y" method: REPLACE })", "12: variants[1].name:"},
    {R"(expectations: "x.refused == ")", "1: expectations[0]: it ends too early"},
    {R"(expectations: "y.refused == 0")", "1: expectations[1]: there is no variant \"y\""},
    {R"(watch: "nowhere")", "1: watch[0]: \"nowhere\" is not an address"},
};

TEST(AllErrors, OfEveryStageAreSaidAtOnceEachWithItsPlace) {
  std::string text, errors;
  for (const Wrong& wrong : kLines) absl::StrAppend(&text, wrong.line, "\n");
  Load(text, &errors);
  int line = 0;
  for (const Wrong& wrong : kLines) {
    const std::string wanted = absl::StrCat("dir/x.textproto:", ++line, ":", wrong.error);
    EXPECT_TRUE(absl::StrContains(errors, wanted)) << wanted << "\nis not among\n" << errors;
  }
}

TEST(AllErrors, AreSaidInTheOrderOfTheFile) {
  std::string text, errors;
  for (const Wrong& wrong : kLines) absl::StrAppend(&text, wrong.line, "\n");
  Load(text, &errors);
  size_t at = 0;
  for (size_t line = 1; line <= std::size(kLines); ++line) {
    const size_t next = errors.find(absl::StrCat("dir/x.textproto:", line, ":"));
    ASSERT_NE(next, std::string::npos) << line;
    EXPECT_GE(next, at) << line;
    at = next;
  }
}

TEST(AllErrors, WhatWasMendedIsNotComplainedAboutTwice) {
  std::string errors;
  Load("duration: 10 cost_model: \"free\"\nhosts { name: \"a\" addresses: 7 }\n", &errors);
  EXPECT_EQ(errors,
            "dir/x.textproto:1:1: variants: there are none; write variants { name: \"replace\" method: REPLACE }\n"
            "dir/x.textproto:1:11: duration: a text is wanted, not 10; write it in quotes\n"
            "dir/x.textproto:2:30: addresses: a text is wanted, not 7; write it in quotes\n");
}

TEST(AllErrors, OfAFileThatBreaksOffTheBreakIsSaidBesideWhatWasReadBefore) {
  std::string errors;
  Load("duration: 10\nhosts { name: \"a\"", &errors);
  EXPECT_TRUE(absl::StrContains(errors, "x.textproto:1:11: duration: a text is wanted")) << errors;
  EXPECT_TRUE(absl::StrContains(errors, "x.textproto:2:")) << errors;
}

TEST(AllErrors, UnderscoresThatTheUserWroteAreAFieldThatDoesNotExist) {
  std::string errors;
  Load("________: 10\nduration: [\"1s\"]\n", &errors);
  EXPECT_TRUE(absl::StrContains(errors, "x.textproto:1:1: ________: there is no such field here")) << errors;
  EXPECT_TRUE(absl::StrContains(errors, "x.textproto:2:11: duration: has a single value")) << errors;
}

}  // namespace
}  // namespace scenario
