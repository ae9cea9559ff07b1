// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/send_account.h"

#include <vector>

#include "gtest/gtest.h"
#include "sim/net/test_network.h"

namespace net {
namespace {

class Waiter : public SendAccount::Waiter {
 public:
  explicit Waiter(sim::EventLoop* loop) : loop_(loop) {}
  void OnRoom() override { woken.push_back(loop_->now()); }
  std::vector<sim::Time> woken;

 private:
  sim::EventLoop* const loop_;
};

TEST(SendAccount, TrueSizeIsTheKernels) {
  EXPECT_EQ(TrueSize(1024 + 28), 2304u);
  EXPECT_EQ(TrueSize(0), 768u);
  EXPECT_EQ(TrueSize(1500), 2304u);
}

TEST(SendAccount, AChargeIsGivenBackWhenItDies) {
  Ground ground;
  SendAccount* account = ground.fabric.NewSendAccount(sim::EntityId::kSimulation);
  {
    SendCharge a(account, 100);
    SendCharge b = std::move(a);
    EXPECT_FALSE(a);
    EXPECT_EQ(account->charged(), 100u);
    b = SendCharge(account, 7);
    EXPECT_EQ(account->charged(), 7u);
  }
  EXPECT_EQ(account->charged(), 0u);
}

TEST(SendAccount, TheLastPacketMayOvershootTheLimit) {
  Ground ground;
  SendAccount* account = ground.fabric.NewSendAccount(sim::EntityId::kSimulation);
  account->set_limit(1000);
  SendCharge a(account, 999);
  EXPECT_TRUE(account->HasRoom());
  SendCharge b(account, 5000);
  EXPECT_FALSE(account->HasRoom());
}

TEST(SendAccount, ReleasesAtKnownTimesNeedNoEventUnlessSomebodyWaits) {
  Ground ground;
  SendAccount* account = ground.fabric.NewSendAccount(sim::EntityId::kSimulation);
  account->set_limit(1000);
  // Out of order, as from two transmitters.
  for (int64_t at : {300, 100, 200, 400}) SendCharge(account, 250).ReleaseAt(AtNanos(at));
  EXPECT_EQ(ground.loop.pending(), 0u);
  EXPECT_FALSE(account->HasRoom());
  ground.loop.RunUntil(AtNanos(100));
  EXPECT_EQ(account->charged(), 750u);
  Waiter waiter(&ground.loop);
  account->Wait(&waiter);
  EXPECT_EQ(ground.loop.pending(), 1u);
  ground.loop.Run();
  // Half of the limit is reached at 200 ns.
  EXPECT_EQ(waiter.woken, (std::vector<sim::Time>{AtNanos(200)}));
}

TEST(SendAccount, AWaiterIsWokenByChargesWhoseEndWasNotKnownBefore) {
  Ground ground;
  SendAccount* account = ground.fabric.NewSendAccount(sim::EntityId::kSimulation);
  account->set_limit(1000);
  SendCharge a(account, 600);
  SendCharge b(account, 600);
  Waiter waiter(&ground.loop);
  account->Wait(&waiter);
  ground.loop.Run();
  EXPECT_TRUE(waiter.woken.empty());
  a.Release();
  ground.loop.Run();
  EXPECT_TRUE(waiter.woken.empty()) << "600 of 1000 are more than half";
  b.ReleaseAt(AtNanos(70));
  ground.loop.Run();
  EXPECT_EQ(waiter.woken, (std::vector<sim::Time>{AtNanos(70)}));
}

TEST(SendAccount, WhoNoLongerWaitsIsNotWoken) {
  Ground ground;
  SendAccount* account = ground.fabric.NewSendAccount(sim::EntityId::kSimulation);
  SendCharge(account, 900'000).ReleaseAt(AtNanos(10));
  Waiter waiter(&ground.loop);
  account->Wait(&waiter);
  account->Wait(nullptr);
  ground.loop.Run();
  EXPECT_TRUE(waiter.woken.empty());
}

}  // namespace
}  // namespace net
