// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/kernel_reference/job.h"

#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "scenarios/diagnostics.h"
#include "scenarios/file_reader.h"
#include "scenarios/loader.h"

namespace kernel_reference {
namespace {

class Shipped : public scenario::FileReader {
 public:
  absl::StatusOr<std::string> Read(const std::string& path) override {
    std::ifstream file(path);
    if (!file) return absl::NotFoundError(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  absl::StatusOr<std::string> ReadShipped(const std::string& path) override { return Read(path); }
  std::vector<std::string> ShippedPaths() override { return {}; }
};

// The variant `variant` of the smallest example, with these changes.
scenario::Plan PlanOf(const std::string& variant, const std::vector<std::string>& set = {}) {
  Shipped files;
  scenario::Diagnostics diagnostics;
  const std::string path = "scenarios/replace_two_addresses.textproto";
  const std::optional<scenario::LoadedScenario> loaded = scenario::LoadScenario(
      files.Read(path).value(), path, {.set = set, .variants = {variant}}, &files, &diagnostics);
  EXPECT_TRUE(loaded.has_value()) << diagnostics.ToString();
  return loaded->variants.at(0).plan;
}

std::vector<std::string> Requests(const std::string& variant) {
  const auto job = MakeJob(PlanOf(variant), {.stretch = 10, .thin = 10});
  EXPECT_TRUE(job.ok()) << job.status();
  return absl::StrSplit(job->at("configure0"), '\n', absl::SkipEmpty());
}

// What follows the key of the first peer.
std::string RestOf(const std::string& line) {
  const size_t peer = line.find("peer=");
  return line.substr(peer + 5 + 64);
}

TEST(Job, ReplaceSendsTheListThatRemainsEachTime) {
  const std::vector<std::string> lines = Requests("replace");
  ASSERT_EQ(lines.size(), 1000u);
  EXPECT_EQ(lines[0].substr(0, lines[0].find("peer=")), "500000000 0 wg0 ");
  EXPECT_EQ(RestOf(lines[0]), " replace +192.168.0.3/32");
  EXPECT_EQ(lines[1].substr(0, lines[1].find("peer=")), "510000000 1 wg0 ");
  EXPECT_EQ(RestOf(lines[1]), " replace +192.168.0.3/32 +192.168.0.2/32");
}

TEST(Job, TheDummyPeerTakesTwoRequestsThatBelongTogether) {
  const std::vector<std::string> lines = Requests("dummy_peer");
  ASSERT_EQ(lines.size(), 1500u);
  const std::string dummy = absl::StrCat("peer=", std::string(64, '0'));
  EXPECT_EQ(lines[0], absl::StrCat("500000000 0 wg0 ", dummy, " +192.168.0.2/32"));
  EXPECT_EQ(lines[1], absl::StrCat("500000000 0 wg0 ", dummy, " remove"));
}

TEST(Job, RemoveMeNamesTheOneAddress) {
  const std::vector<std::string> lines = Requests("remove_me");
  ASSERT_EQ(lines.size(), 1000u);
  EXPECT_NE(RestOf(lines[0]).find(" -192.168.0.2/32"), std::string::npos) << lines[0];
  EXPECT_EQ(lines[0].find(" replace"), std::string::npos);
}

TEST(Job, IsTheSameEachTime) { EXPECT_EQ(*MakeJob(PlanOf("replace"), {}), *MakeJob(PlanOf("replace"), {})); }

TEST(Job, PacketsAreSentAsFarApartAsStretchedAndThinned) {
  const auto job = MakeJob(PlanOf("replace"), {.stretch = 10, .thin = 20});
  EXPECT_NE(job->at("job.sh").find("send 0 10.0.0.1 192.168.0.3 9000 1024 2000000 poisson 1 $START 0 11000000000 "),
            std::string::npos)
      << job->at("job.sh");
}

TEST(Job, WhatTheGuestCannotDoIsRefusedWithTheReason) {
  const struct {
    const char* set;
    const char* reason;
  } kCases[] = {
      {"links[0].loss_ppm=100", "a link that loses"},
      {"implementation=WIREGUARD_GO", "implementation WIREGUARD_GO"},
      {"wireguard.a.fwmark=7", "with a mark"},
      {"flows.stream.ip_recverr=true", "socket options"},
      {"flows.stream.stream.burst=4", "segments or bursts"},
  };
  for (const auto& c : kCases) {
    const auto job = MakeJob(PlanOf("replace", {c.set}), {});
    ASSERT_FALSE(job.ok()) << c.set;
    EXPECT_NE(std::string(job.status().message()).find(c.reason), std::string::npos) << job.status();
  }
}

}  // namespace
}  // namespace kernel_reference
