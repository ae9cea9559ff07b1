// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What led to a finding: in the report, on the terminal, as a capture.
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "conformance/assertion.h"
#include "conformance/capture_file.h"
#include "conformance/report.pb.h"
#include "conformance/report_text.h"
#include "conformance/runner.h"
#include "conformance/script.h"
#include "conformance/sim_target.h"
#include "protocol/profile.h"
#include "protocol/wire_tester.h"
#include "sim/byte_sink.h"

namespace conformance {
namespace {

constexpr int kFlood = 1500;

void AnswerInVain(Script& script) {
  wg::Tester& tester = script.AddTester();
  script.Check("nothing was said", true);
  const auto out = script.Exchange(tester.MakeInitiation(script.now()), tester);
  script.Check("a valid initiation is not answered", out, "");
}

void FloodInVain(Script& script) {
  wg::Tester& tester = script.AddTester();
  for (int i = 0; i < kFlood; ++i) script.Exchange({9, 2, 3}, tester);
  script.Check("somebody answers", false);
}

void Pass(Script& script) { script.Check("all is well", true); }

file::AssertionReport RunOne(absl::string_view name, void (*run)(Script&)) {
  SimTarget target(wg::kLinux616);
  return RunAssertion({name, run}, &target, /*slow=*/true);
}

std::string Tree(const file::AssertionReport& one) {
  file::Report report;
  report.add_targets()->set_target("sim/X");
  *report.mutable_targets(0)->add_assertions() = one;
  return TreeText(report, /*whole=*/false);
}

// Blocks of a capture: how many of each type.
class Blocks : public sim::ByteSink {
 public:
  void Write(absl::string_view bytes) override {
    uint32_t type;
    std::memcpy(&type, bytes.data(), sizeof(type));
    ++count[type];
    text.append(bytes.data(), bytes.size());
  }
  std::map<uint32_t, int> count;
  std::string text;
};

TEST(History, IsToldBeforeTheFinding) {
  const std::string tree = Tree(RunOne("NOISE_001_AnswerInVain", AnswerInVain));
  size_t at = 0;
  for (const char* line :
       {"configured: private_key=41414141..", "taken up\n",
        "198.51.100.1:40001 > target: initiation, 148 bytes\n",
        "target > 198.51.100.1:40001: response, 92 bytes\n",
        "a valid initiation is not answered: expected silence, seen response\n"}) {
    const size_t found = tree.find(line, at);
    ASSERT_NE(found, std::string::npos) << line << "\n" << tree;
    at = found;
  }
}

TEST(History, IsNotKeptOfWhatPassed) {
  const file::AssertionReport report = RunOne("NOISE_001_Pass", Pass);
  EXPECT_EQ(report.verdict(), file::PASS);
  EXPECT_EQ(report.history_size(), 0);
  EXPECT_FALSE(report.has_key_log());
}

TEST(History, OfAFloodIsItsEnd) {
  const file::AssertionReport report = RunOne("NOISE_001_FloodInVain", FloodInVain);
  EXPECT_EQ(report.history_size(), 1000);
  EXPECT_EQ(report.history_left_out() + 1000, report.findings(0).after());
  const std::string tree = Tree(report);
  EXPECT_TRUE(absl::StrContains(tree, "...\n")) << tree;
  EXPECT_TRUE(absl::StrContains(tree, "198.51.100.1:40001 > target: no message, 3 bytes\n"))
      << tree;
}

TEST(Captures, HaveEveryPacketTheSecretsAndTheFinding) {
  const file::AssertionReport report = RunOne("NOISE_001_AnswerInVain", AnswerInVain);
  Blocks blocks;
  WriteCapture(report, &blocks);
  constexpr uint32_t kSection = 0x0a0d0d0a, kInterface = 1, kPacket = 6, kSecrets = 10;
  const std::map<uint32_t, int> expected = {
      {kSection, 1}, {kInterface, 2}, {kPacket, 2}, {kSecrets, 1}};
  EXPECT_EQ(blocks.count, expected);
  EXPECT_TRUE(absl::StrContains(blocks.text, "LOCAL_EPHEMERAL_PRIVATE_KEY = "));
  EXPECT_TRUE(absl::StrContains(
      blocks.text, "FINDING: a valid initiation is not answered: expected silence, seen response"));
  EXPECT_TRUE(absl::StrContains(blocks.text, "taken up"));
}

TEST(Captures, AreCalledAfterTargetAndAssertion) {
  file::AssertionReport report;
  report.set_name("NOISE_001_X");
  EXPECT_EQ(CaptureName("sim/LINUX_6_16", report), "sim_LINUX_6_16/NOISE_001_X.pcapng");
  EXPECT_EQ(CaptureName("script:a/b", report), "script_a_b/NOISE_001_X.pcapng");
}

void NotInTime(Script& script) {
  script.Check("all is well", true);
  script.TooSlow("it took too long");
}

TEST(Verdicts, WhatTookTooLongToTellIsNotDecided) {
  const file::AssertionReport report = RunOne("NOISE_001_NotInTime", NotInTime);
  EXPECT_EQ(report.verdict(), file::INCONCLUSIVE);
  EXPECT_EQ(report.reason(), "it took too long");
}

// A device of ours that says it has ended.
class EndedTarget : public SimTarget {
 public:
  EndedTarget() : SimTarget(wg::kLinux616) {}
  std::string fault() const override { return "it ended: signal 11"; }
};

TEST(Faults, AreFindingsWhateverElseHeld) {
  EndedTarget target;
  const file::AssertionReport report =
      RunAssertion({"NOISE_001_Pass", Pass}, &target, /*slow=*/true);
  EXPECT_EQ(report.verdict(), file::FAIL);
  EXPECT_EQ(report.findings(0).seen(), "it ended: signal 11");
}

}  // namespace
}  // namespace conformance
