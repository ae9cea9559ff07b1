// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/netlink_agent.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "protocol/buffer.h"
#include "protocol/crypto/suite.h"
#include "protocol/profile.h"
#include "sim/net/fabric.h"
#include "sim/net/host.h"
#include "sim/rng.h"
#include "sim/thread.h"
#include "sim/trace.h"
#include "sim/wg/sim_entropy.h"

namespace wgnode {
namespace {

using sim::Duration;

// Message 1000 ns, removal 10 ns, insertion 100 ns, any other step 1 ns, grace period 5000 ns.
CostModel Prices() {
  CostModel costs;
  for (int i = 0; i < kCosts; ++i) costs.set_price(static_cast<Cost>(i), {.fixed_ps = 1000});
  costs.set_price(Cost::kSyscall, {});
  costs.set_price(Cost::kAllocateNode, {});
  costs.set_price(Cost::kNetlinkMessage, {.fixed_ps = 1'000'000});
  costs.set_price(Cost::kRemoveAllowedIp, {.fixed_ps = 10'000});
  costs.set_price(Cost::kInsertAllowedIp, {.fixed_ps = 100'000});
  costs.set_price(Cost::kGracePeriod, {.fixed_ps = 5'000'000});
  return costs;
}

class Busy : public sim::Runner {
 public:
  void Act(uint64_t) override {}
};

class NetlinkAgentTest : public testing::Test, public NetlinkAgent::Observer {
 protected:
  NetlinkAgentTest() {
    tunnel_ = std::make_unique<WgTunnel>(WgTunnel::Options{.fabric = &fabric_,
                                                           .host = &host_,
                                                           .netns = host_.root(),
                                                           .name = "wg0",
                                                           .costs = &costs_,
                                                           .profile = &wg::kLinux616,
                                                           .crypto = &wg::ModelledCrypto(),
                                                           .entropy = &entropy_,
                                                           .module = &module_});
    wg::Effects fx;
    EXPECT_EQ(wg::Configure(&tunnel_->device(), Request(4, false), tunnel_->Now(), &fx),
              wg::Errno::kOk);
    tunnel_->Apply(&fx, 0);
  }

  sim::Thread* Process(int core) {
    threads_.push_back(std::make_unique<sim::Thread>(
        host_.machine(), sim::Thread::Options{.name = "manager", .core = core}));
    return threads_.back().get();
  }
  std::unique_ptr<NetlinkAgent> Agent(const std::string& name, int core) {
    return std::make_unique<NetlinkAgent>(
        NetlinkAgent::Options{.loop = &loop_,
                              .tunnel = tunnel_.get(),
                              .thread = Process(core),
                              .rtnl = &rtnl_,
                              .grace = &grace_,
                              .costs = &costs_,
                              .splitting = wg::netlink::Splitting::kWgPage,
                              .observer = this},
        trace_.RegisterEntity(name));
  }

  // The peer with addresses 10.0.0.0, 10.0.0.1, ...
  static wg::SetDevice Request(int ips, bool replace) {
    wg::SetPeer peer{.replace_allowed_ips = replace};
    peer.public_key.bytes[5] = 9;
    for (int i = 0; i < ips; ++i) {
      peer.allowed_ips.push_back({.prefix = wg::Prefix::Host(wg::IpAddress::V4(0x0a000000 + i))});
    }
    wg::SetDevice request;
    request.peers.push_back(std::move(peer));
    return request;
  }

  void OnBegin(uint64_t id) override { Note(id, "begin"); }
  void OnStep(uint64_t id, const wg::ConfigStep& step) override {
    Note(id, std::string(wg::StepKindName(step.kind)));
    if (step.kind == wg::StepKind::kRemoveAllowedIp) removals_.push_back(loop_.now());
    if (step.kind == wg::StepKind::kInsertAllowedIp) insertions_.push_back(loop_.now());
    if (step.kind == wg::StepKind::kDropKeypairs) grace_over_ = loop_.now();
    if (step.kind == wg::StepKind::kKillPeer) killed_ = loop_.now();
  }
  void OnAnswer(uint64_t id, wg::Errno error) override {
    Note(id, absl::StrCat("answer ", wg::ErrnoName(error)));
  }
  void OnEnd(uint64_t id) override {
    Note(id, "end");
    ++ended_;
  }
  void Note(uint64_t id, const std::string& what) { notes_.push_back(absl::StrCat(id, " ", what)); }

  const CostModel costs_ = Prices();
  const net::Prices net_prices_;
  wg::BufferPool pool_;
  sim::Trace trace_;
  sim::EventLoop loop_{&trace_};
  net::Fabric fabric_{&loop_, &pool_, nullptr};
  net::Host host_{&fabric_, "node", {.machine = {.cores = 2}}, &net_prices_};
  std::vector<std::unique_ptr<sim::Thread>> threads_;
  sim::Lock rtnl_{&loop_};
  sim::GracePeriod grace_{
      &loop_, trace_.RegisterEntity("rcu"), {host_.core(0), host_.core(1)}, Duration(5000)};
  SimEntropy entropy_{sim::Rng(1)};
  wg::Module module_;
  std::unique_ptr<WgTunnel> tunnel_;
  std::vector<std::string> notes_;
  std::vector<sim::Time> removals_;
  std::vector<sim::Time> insertions_;
  sim::Time grace_over_{};
  sim::Time killed_{};
  int ended_ = 0;
};

TEST_F(NetlinkAgentTest, EachStepActsWhenItsPriceHasBeenPaid) {
  auto agent = Agent("manager", 1);
  agent->Submit({.id = 7, .requests = {Request(3, true)}});
  loop_.Run();
  ASSERT_EQ(removals_.size(), 4u);
  ASSERT_EQ(insertions_.size(), 3u);
  for (size_t i = 1; i < 4; ++i) EXPECT_EQ(removals_[i] - removals_[i - 1], Duration(10));
  EXPECT_EQ(insertions_[0] - removals_[3], Duration(100));
  EXPECT_EQ(insertions_[2] - insertions_[1], Duration(100));
  EXPECT_GT(removals_[0] - sim::kStart, Duration(1000));
  EXPECT_EQ(notes_.front(), "7 begin");
  EXPECT_EQ(notes_.back(), "7 end");
  EXPECT_TRUE(agent->idle());
}

TEST_F(NetlinkAgentTest, SoftirqOnItsCoreRunsBetweenTwoStepsAndStretchesTheWindow) {
  auto agent = Agent("manager", 1);
  agent->Submit({.id = 1, .requests = {Request(3, true)}});
  Busy busy;
  loop_.RunUntil(sim::kStart + Duration(1030));  // between the second and the fourth removal
  host_.core(1)->RaiseSoftirq({.runner = &busy, .price = Duration(777)});
  loop_.Run();
  EXPECT_EQ(insertions_[0] - removals_[0], Duration(3 * 10 + 100 + 777));
}

TEST_F(NetlinkAgentTest, RequestsOfTwoProcessesNeverMixWithinAMessage) {
  auto one = Agent("one", 0);
  auto two = Agent("two", 1);
  one->Submit({.id = 1, .requests = {Request(200, true)}});  // two messages
  two->Submit({.id = 2, .requests = {Request(3, true)}});
  loop_.Run();
  EXPECT_EQ(ended_, 2);
  // Between "begin" and "answer" of a message only its own steps appear; the other's message comes
  // in between two messages of the first.
  std::vector<std::string> order;
  for (const std::string& note : notes_) {
    if (note.find("answer") != std::string::npos) order.push_back(note);
  }
  EXPECT_EQ(absl::StrJoin(order, "; "), "1 answer OK; 2 answer OK; 1 answer OK");
  char holder = 0;
  for (const std::string& note : notes_) {
    if (note.find("begin") != std::string::npos || note.find("end") != std::string::npos) {
      if (note.substr(2) == "begin" && holder != 0) continue;
    }
    if (note.find("answer") != std::string::npos) {
      EXPECT_EQ(note[0], holder);
      holder = 0;
    } else if (note.substr(2) != "begin" && note.substr(2) != "end") {
      if (holder == 0) holder = note[0];
      EXPECT_EQ(note[0], holder) << note;
    }
  }
}

TEST_F(NetlinkAgentTest, TheDevicesOwnLockIsTakenBehindRtnlAndHeldAsLong) {
  class Holder : public sim::Actor {
   public:
    explicit Holder(sim::EntityId entity) : Actor(entity) {}
    void OnEvent(uint64_t) override {}
  } holder(trace_.RegisterEntity("holder"));
  ASSERT_TRUE(tunnel_->update_lock()->Acquire(&holder, 0));
  auto agent = Agent("manager", 1);
  agent->Submit({.id = 1, .requests = {Request(3, true)}});
  loop_.RunUntil(sim::kStart + std::chrono::seconds(1));
  EXPECT_TRUE(rtnl_.held());
  EXPECT_EQ(tunnel_->update_lock()->waiters(), 1u);
  EXPECT_EQ(removals_.size(), 0u);
  tunnel_->update_lock()->Release(&holder);
  loop_.Run();
  EXPECT_EQ(removals_.size(), 4u);
  EXPECT_FALSE(tunnel_->update_lock()->held());
  EXPECT_FALSE(rtnl_.held());
}

TEST_F(NetlinkAgentTest, RemovingAPeerWaitsForTheReadersOfEveryCoreAndForTheGracePeriodItself) {
  auto agent = Agent("manager", 1);
  wg::SetDevice request = Request(0, false);
  request.peers[0].remove = true;
  agent->Submit({.id = 1, .requests = {request}});
  Busy busy;
  loop_.RunUntil(sim::kStart + Duration(900));
  Process(0)->Submit({.runner = &busy, .price = Duration(50'000)});
  loop_.Run();
  EXPECT_GE(grace_over_ - sim::kStart, Duration(900 + 50'000 + 5000));
  EXPECT_LT(killed_ - sim::kStart, Duration(1200));
  EXPECT_EQ(tunnel_->device().census().peers, 0u);
}

TEST_F(NetlinkAgentTest, AfterAnErrorTheRestOfTheReconfigurationIsNotSent) {
  auto agent = Agent("manager", 1);
  wg::SetDevice wrong = Request(2, false);
  wrong.peers[0].allowed_ips[1].error = wg::Errno::kInval;
  agent->Submit({.id = 1, .requests = {wrong, Request(3, true)}});
  loop_.Run();
  EXPECT_EQ(notes_[notes_.size() - 2], "1 answer EINVAL");
  EXPECT_EQ(notes_.back(), "1 end");
  EXPECT_TRUE(removals_.empty());
}

}  // namespace
}  // namespace wgnode
