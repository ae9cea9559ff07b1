// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/tun_queue.h"

#include <chrono>
#include <cstdint>

#include "gtest/gtest.h"
#include "protocol/errno.h"
#include "protocol/profile.h"
#include "sim/net/netns.h"
#include "sim/net/socket.h"
#include "sim/net/test_network.h"
#include "sim/wg/cost_model.h"
#include "sim/wg/wg_tunnel.h"
#include "sim/wg/wg_tunnel_fixture.h"

namespace wgnode {
namespace {

using std::chrono::milliseconds;
using wg::Errno;

class UserSpace : public WgTunnelTest, public testing::WithParamInterface<const wg::Profile*> {
 protected:
  UserSpace() : WgTunnelTest(2, GetParam()) {}
};

TEST_P(UserSpace, PacketsGoThroughTheProgramAndBackIn) {
  Introduce();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(a_.Reaches(&b_)) << i;
  EXPECT_TRUE(b_.Reaches(&a_));
  EXPECT_EQ(a_.tunnel->tun_queue().size(), 0u);
}

TEST_P(UserSpace, AReaderTakesItsTimeForEachPacket) {
  Introduce();
  ASSERT_TRUE(a_.Reaches(&b_));
  tap_b_->Clear();
  a_.costs.set_price(Cost::kTunRead, {.fixed_ps = 1'000'000'000});
  for (int i = 0; i < 10; ++i) a_.Send(b_);
  Pass(milliseconds(4) + milliseconds(1) / 2);
  EXPECT_EQ(tap_b_->OfType(4).size(), 4u);
}

TEST_P(UserSpace, TheQueueHolds500AndTheSenderIsNoneTheWiser) {
  Introduce();
  ASSERT_TRUE(a_.Reaches(&b_));
  a_.costs.set_price(Cost::kTunRead, {.fixed_ps = 1'000'000});
  for (int i = 0; i < 600; ++i) EXPECT_EQ(a_.Send(b_), Errno::kOk);
  EXPECT_EQ(a_.drops.in_tun.at("tun_queue_full"), 100u);
  EXPECT_EQ(a_.tunnel->tun_queue().refused(), 100u);
  Pass(milliseconds(10));
  EXPECT_EQ(b_.reader.tags.size(), 501u);
}

TEST_P(UserSpace, WhoSendsToNobodyOrNowhereSeesSuccessAndNoIcmp) {
  a_.AddPeer(b_, "");  // no endpoint
  EXPECT_EQ(a_.Send(b_), Errno::kOk);
  EXPECT_EQ(a_.app->SendTo({net::Ip("10.0.0.77"), 7, 0}, net_.ground.Payload(100, 5), 0),
            Errno::kOk);
  Pass(milliseconds(1));
  EXPECT_EQ(a_.drops.in_tun.at("no_endpoint"), 1u);
  EXPECT_EQ(a_.drops.in_tun.at("no_peer"), 1u);
  EXPECT_EQ(a_.app->counters().icmp_errors, 0u);
  EXPECT_EQ(a_.app->counters().refused, 0u);
}

TEST_P(UserSpace, AConfigurationThatFindsAReaderInTheTableWaitsForItAndForItsWakeUp) {
  Introduce();
  ASSERT_TRUE(a_.Reaches(&b_));
  EXPECT_EQ(a_.tunnel->LockTable(sim::Duration(10)), sim::Duration(0));
  a_.costs.set_price(Cost::kXmit, {.fixed_ps = 1'000'000'000});
  Pass(milliseconds(1));
  ASSERT_EQ(a_.Send(b_), Errno::kOk);
  // The look-up takes a millisecond from now on.
  Pass(std::chrono::microseconds(300));
  EXPECT_EQ(a_.tunnel->LockTable(sim::Duration(10)), std::chrono::microseconds(700));
  EXPECT_EQ(a_.tunnel->table_lock().contended(), 1u);
}

INSTANTIATE_TEST_SUITE_P(All, UserSpace, testing::Values(&wg::kWireguardGo, &wg::kBoringtun));

TEST(KernelSpace, HasNoTun) {
  net::TwoHosts net;
  Node node(&net.ground, &net.a, 1);
  EXPECT_FALSE(node.tunnel->in_user_space());
}

}  // namespace
}  // namespace wgnode
