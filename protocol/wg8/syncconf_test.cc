// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What syncconf does to a tunnel that is in use (spec/data 3.3, WG8-012, WG8-013, WG8-015).
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "protocol/config.h"
#include "protocol/config_session.h"
#include "protocol/config_step.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "protocol/two_devices.h"
#include "protocol/wg8/commands.h"
#include "protocol/wg8/config_file.h"

namespace wg::wg8 {
namespace {

constexpr int kInitiation = 1;

class Syncconf : public testing::Test {
 protected:
  void SetUp() override {
    net_.Handshake();
    ASSERT_EQ(net_.SendNumbered(kA, 1), Errno::kOk);
    net_.ClearLog();
  }
  // A's configuration as the file that makes it.
  SetDevice File() {
    const absl::StatusOr<SetDevice> file =
        ParseConfigFile(ShowConf(net_.device(kA).Get()), "a.conf");
    EXPECT_TRUE(file.ok()) << file.status();
    return *file;
  }
  void Apply(SetDevice request) {
    EXPECT_EQ(Configure(&net_.device(kA), std::move(request), net_.now(), net_.fx(kA)), Errno::kOk);
    net_.Settle();
  }

  TwoDevices net_;
};

TEST_F(Syncconf, WG8_012_PeersThatStayKeepTheirSessions) {
  Apply(SyncconfRequest(File(), net_.device(kA).Get()));
  EXPECT_EQ(net_.SendNumbered(kA, 2), Errno::kOk);
  EXPECT_EQ(net_.SendNumbered(kB, 3), Errno::kOk);
  EXPECT_TRUE(net_.Log(kA, kInitiation).empty());
  EXPECT_TRUE(net_.Log(kB, kInitiation).empty());
  EXPECT_EQ(net_.node(kB).received, (std::vector<uint32_t>{1, 2}));
  EXPECT_EQ(net_.node(kA).received, std::vector<uint32_t>{3});
}

TEST_F(Syncconf, WG8_012_WithSetconfTheyDoNot) {
  Apply(SetconfRequest(File()));
  EXPECT_EQ(net_.SendNumbered(kA, 2), Errno::kOk);
  EXPECT_EQ(net_.Log(kA, kInitiation).size(), 1u);
}

TEST_F(Syncconf, WG8_013_TheListOfAPeerThatDidNotChangeIsGoneForAWhile) {
  const IpAddress inner = net_.node(kB).inner;
  ConfigSession session(&net_.device(kA), SyncconfRequest(File(), net_.device(kA).Get()));
  int owned = 0, gap = 0, owned_again = 0;
  while (session.Next()) {
    session.Step(net_.now(), net_.fx(kA));
    const bool is_owned = net_.device(kA).Owner(inner) != nullptr;
    ++(!is_owned ? gap : gap == 0 ? owned : owned_again);
  }
  EXPECT_EQ(session.error(), Errno::kOk);
  EXPECT_GT(owned, 0);
  EXPECT_GT(gap, 0);
  EXPECT_GT(owned_again, 0);
}

TEST_F(Syncconf, WG8_015_WithoutListenPortTheSocketsAreBoundAnew) {
  net_.device(kA).set_listen_port(51820);
  SetDevice file = File();
  ASSERT_EQ(file.listen_port, 51820);
  file.listen_port.reset();
  ConfigSession session(&net_.device(kA), SyncconfRequest(std::move(file), net_.device(kA).Get()));
  int binds = 0;
  while (session.Next()) {
    const bool bind = session.Next()->kind == StepKind::kSetListenPort;
    if (bind) {
      ++binds;
      EXPECT_EQ(session.Next()->port, 0) << "any free one";
    }
    session.Step(net_.now(), net_.fx(kA), bind ? BindOutcome(Errno::kOk, 40000) : BindOutcome());
  }
  EXPECT_EQ(binds, 1);
  EXPECT_EQ(net_.device(kA).Get().listen_port, 40000);
}

}  // namespace
}  // namespace wg::wg8
