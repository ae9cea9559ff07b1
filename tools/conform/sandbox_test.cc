// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What a sandbox keeps apart, and what it leaves behind: nothing.
#include "tools/conform/sandbox.h"

#include <gtest/gtest.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "tools/conform/command.h"
#include "tools/conform/rest.h"

namespace conformance {
namespace {

class SandboxTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const absl::Status status = SandboxesArePermitted(); !status.ok()) {
      GTEST_SKIP() << status.message();
    }
  }
  static std::string In(const std::function<std::string()>& body) {
    absl::StatusOr<Sandbox> sandbox = Sandbox::Start(body);
    if (!sandbox.ok()) return sandbox.status().ToString();
    const absl::StatusOr<std::string> said = sandbox->Wait();
    return said.ok() ? *said : said.status().ToString();
  }
};

TEST_F(SandboxTest, HasItsOwnInterfacesProcessesAndRun) {
  EXPECT_EQ(In([] {
              std::string out;
              struct if_nameindex* interfaces = if_nameindex();
              for (auto* one = interfaces; one->if_index != 0; ++one) absl::StrAppend(&out, one->if_name, " ");
              if_freenameindex(interfaces);
              return absl::StrCat(out, getpid(), " ", std::filesystem::is_empty("/run"));
            }),
            "lo 1 1");
}

TEST_F(SandboxTest, ReturnsLongOutputsWhole) {
  const std::string text(1 << 20, 'x');
  EXPECT_EQ(In([&] { return text; }), text);
}

TEST_F(SandboxTest, TellsThatItDied) {
  EXPECT_EQ(In([]() -> std::string { _exit(3); }), "INTERNAL: the process that talks to the target died");
}

TEST_F(SandboxTest, EndsWhatItHasStarted) {
  // A pipe whose other end only the grandchild has left closes when that ends.
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_EQ(In([] {
              const absl::StatusOr<Ended> ended = RunWords({"sh", "-c", "sleep 1000 & echo started"});
              return ended.ok() ? ended->out : ended.status().ToString();
            }),
            "started\n");
  close(ends[1]);
  char byte;
  EXPECT_EQ(read(ends[0], &byte, 1), 0);
  close(ends[0]);
}

TEST_F(SandboxTest, KillEndsAllOfIt) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  absl::StatusOr<Sandbox> sandbox = Sandbox::Start([]() -> std::string {
    while (true) pause();
  });
  ASSERT_TRUE(sandbox.ok());
  close(ends[1]);
  EXPECT_TRUE(sandbox->Read()) << "it goes on";
  sandbox->Kill();
  EXPECT_FALSE(sandbox->Wait().ok());
  char byte;
  EXPECT_EQ(read(ends[0], &byte, 1), 0);
  close(ends[0]);
}

TEST_F(SandboxTest, WhatRunsIsNotAtRestAndWhatWaitsIs) {
  EXPECT_EQ(In([] {
              std::string out = absl::StrCat(OthersAreAtRest(), UdpQueuesAreEmpty());
              RunWords({"sh", "-c", "while :; do :; done > /dev/null 2>&1 &"}).status().IgnoreError();
              absl::StrAppend(&out, OthersAreAtRest());
              kill(-1, SIGSTOP);
              while (!OthersAreAtRest()) poll(nullptr, 0, 1);
              return absl::StrCat(out, OthersAreAtRest());
            }),
            "1101");
}

TEST(RunWords, ReturnsExitCodeAndOutput) {
  const absl::StatusOr<Ended> ended = RunWords({"sh", "-c", "cat; echo wrong >&2; exit 7"}, "right\n");
  ASSERT_TRUE(ended.ok());
  EXPECT_EQ(ended->code, 7);
  EXPECT_EQ(ended->out, "right\nwrong\n");
  EXPECT_EQ(RunWords({"no-such-program-here"}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(RunCommand({"true"}).ok());
  EXPECT_FALSE(RunCommand({"false"}).ok());
}

}  // namespace
}  // namespace conformance
