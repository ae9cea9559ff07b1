// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Scenario 15 of spec/operators section 8: what a table that grew must give back, and what one operation may cost. A
// language of machines and flows cannot say it: nothing here is seen by a packet. Its parts:
//
//   500,000 prefixes, 1,000 peers removed one by one    wireguard f634f418c227: 200 ms for one of them, once
//   1,000,000 additions and removals                    bf7b042dc62a: empty nodes were left behind
//   chains of 128 prefixes, one inside the other
//   reordering up to and beyond 8,128, counters near 2^32, 2^60 and 2^64 - 8130
//
// The cost of an operation is what the modelled kernel would do, ConfigStep::nodes and ::allocations, not time.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/allowedips.h"
#include "protocol/buffer.h"
#include "protocol/census.h"
#include "protocol/config.h"
#include "protocol/config_session.h"
#include "protocol/config_step.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/fake_entropy.h"
#include "protocol/ip.h"
#include "protocol/messages.h"
#include "protocol/profile.h"
#include "protocol/two_devices.h"

namespace wg {
namespace {

constexpr Now kNow = {BootTime(std::chrono::seconds(1000)), WallTime(std::chrono::seconds(1'700'000'000))};

PublicKey KeyOf(uint32_t number) {
  PublicKey key;
  for (int i = 0; i < 4; ++i) key.bytes[i] = static_cast<uint8_t>((number + 1) >> (8 * i));
  return key;
}

// Neighbours in one peer's list are far apart in the trie.
Prefix Spread(uint32_t number) {
  const uint32_t bits = number * 0x9e3779b1u;
  return number % 2 == 0
             ? Prefix::Host(IpAddress::V4(bits))
             : Prefix::Host(IpAddress::V6(0xfd00000000000000u | bits, number));
}

class ScaleTest : public testing::Test {
 protected:
  ScaleTest() {
    device_ = std::make_unique<Device>(DeviceOptions{.profile = &kLinux616,
                                                     .crypto = &ModelledCrypto(),
                                                     .entropy = &entropy_,
                                                     .pool = &pool_,
                                                     .module = &module_,
                                                     .now = kNow});
  }
  // The report of leaks at the end of a run.
  ~ScaleTest() override {
    device_->Dismantle(&fx_);
    EXPECT_EQ(CensusText(device_->census()), "");
    fx_.Clear();
    device_.reset();
    EXPECT_EQ(pool_.live(), 0);
  }

  // The costs of a request's steps.
  struct Costs {
    uint64_t steps = 0;
    uint32_t most_nodes = 0;
    uint32_t most_allocations = 0;
  };
  Costs Apply(SetDevice request) {
    Costs costs;
    ConfigSession session(device_.get(), std::move(request));
    while (session.Next()) {
      ++costs.steps;
      costs.most_nodes = std::max(costs.most_nodes, session.Next()->nodes);
      costs.most_allocations = std::max(costs.most_allocations, session.Next()->allocations);
      session.Step(kNow, &fx_);
      fx_.Clear();
    }
    EXPECT_EQ(session.error(), Errno::kOk);
    return costs;
  }
  static SetDevice One(SetPeer peer) {
    SetDevice request;
    request.peers.push_back(std::move(peer));
    return request;
  }

  BufferPool pool_;
  Module module_;
  SeededEntropy entropy_{1};
  Effects fx_;
  std::unique_ptr<Device> device_;
};

TEST_F(ScaleTest, AThousandPeersOfFiveHundredPrefixesGoOneByOneForThePriceOfTheirOwnLists) {
  constexpr uint32_t kPeers = 1000;
  constexpr uint32_t kEach = 500;
  SetDevice all;
  for (uint32_t peer = 0; peer < kPeers; ++peer) {
    SetPeer set{.public_key = KeyOf(peer)};
    for (uint32_t i = 0; i < kEach; ++i) set.allowed_ips.push_back({.prefix = Spread(peer * kEach + i)});
    all.peers.push_back(std::move(set));
  }
  const Costs insertion = Apply(std::move(all));
  EXPECT_LE(insertion.most_allocations, 2u);
  // Random addresses: the path is a few nodes longer than the logarithm of their number.
  EXPECT_LE(insertion.most_nodes, 64u);
  ASSERT_EQ(device_->census().prefixes, uint64_t{kPeers} * kEach);
  ASSERT_EQ(device_->census().peers, kPeers);
  // No node stands for nothing: entries, and between them less branches than entries.
  EXPECT_LT(device_->census().trie_nodes, 2 * device_->census().prefixes);
  for (uint32_t peer = 0; peer < kPeers; ++peer) {
    const Costs removal = Apply(One({.public_key = KeyOf(peer), .remove = true}));
    // Each prefix by its list, without a search; nine steps of the peer's own, begin and end.
    EXPECT_EQ(removal.most_nodes, 1u);
    EXPECT_LE(removal.steps, kEach + 12);
    ASSERT_EQ(device_->census().prefixes, uint64_t{kPeers - 1 - peer} * kEach);
  }
  EXPECT_EQ(CensusText(device_->census()), "");
}

TEST_F(ScaleTest, AMillionAdditionsAndRemovalsLeaveTheTableAsItWas) {
  SetPeer base{.public_key = KeyOf(0)};
  for (uint32_t i = 0; i < 1000; ++i) base.allowed_ips.push_back({.prefix = Spread(i)});
  Apply(One(base));
  Apply(One({.public_key = KeyOf(1)}));
  const DeviceCensus before = device_->census();
  Costs first;
  for (uint32_t cycle = 0; cycle < 1'000'000; ++cycle) {
    const Prefix prefix = Spread(1000 + cycle % 5000);
    SetPeer set{.public_key = KeyOf(1)};
    set.allowed_ips.push_back({.prefix = prefix});
    const Costs add = Apply(One(set));
    set.allowed_ips[0].remove = true;
    const Costs remove = Apply(One(set));
    // The first 5,000 are all there are: later ones cost no more.
    if (cycle < 5000) first.most_nodes = std::max({first.most_nodes, add.most_nodes, remove.most_nodes});
    ASSERT_LE(std::max(add.most_nodes, remove.most_nodes), first.most_nodes) << cycle;
    ASSERT_LE(add.most_allocations, 2u);
    ASSERT_EQ(remove.most_allocations, 0u);
    if (cycle % 10'000 == 0) {
      ASSERT_EQ(device_->census(), before) << cycle;
    }
  }
  EXPECT_EQ(device_->census(), before);
}

TEST(AllowedIpsAtScale, AMillionCyclesHoldNoMoreMemoryThanTheFirstOfThem) {
  AllowedIps table;
  for (uint32_t i = 0; i < 1000; ++i) ASSERT_EQ(table.Insert(Spread(i), 1), Errno::kOk);
  const size_t nodes = table.nodes(Family::kIpv4) + table.nodes(Family::kIpv6);
  size_t memory = 0;
  for (uint32_t cycle = 0; cycle < 1'000'000; ++cycle) {
    const Prefix prefix = Spread(1000 + cycle % 5000);
    ASSERT_EQ(table.Insert(prefix, 2), Errno::kOk);
    if (cycle % 2 == 0) {
      ASSERT_EQ(table.RemoveOne(prefix, 2), Errno::kOk);
    } else {
      table.RemoveByOwner(2);
    }
    if (cycle == 5000) memory = table.memory();
  }
  EXPECT_EQ(table.nodes(Family::kIpv4) + table.nodes(Family::kIpv6), nodes);
  EXPECT_EQ(table.nodes_allocated() - table.nodes_freed(), nodes);
  EXPECT_EQ(table.memory(), memory);
  EXPECT_EQ(table.Validate(), "");
}

TEST(AllowedIpsAtScale, AChainOf128InsideEachOtherAnswersExactlyAtEveryDepth) {
  const IpAddress deepest = IpAddress::V6(0x5a5a5a5aa5a5a5a5, 0x0ff00ff0f00ff00f);
  // An address that leaves the chain after `length` bits.
  const auto beside = [&](int length) {
    const uint64_t hi = length < 64 ? uint64_t{1} << (63 - length) : 0;
    const uint64_t lo = length >= 64 ? uint64_t{1} << (127 - length) : 0;
    return IpAddress::V6(deepest.hi() ^ hi, deepest.lo() ^ lo);
  };
  AllowedIps table;
  for (int length = 0; length <= 128; ++length) {
    // From both ends, so that chains are continued and split.
    const int at = length % 2 == 0 ? length / 2 : 128 - length / 2;
    EXPECT_LE(table.CostOf(Prefix(deepest, at)).nodes, 129u);
    ASSERT_EQ(table.Insert(Prefix(deepest, at), static_cast<uint32_t>(at)), Errno::kOk);
  }
  EXPECT_EQ(table.nodes(Family::kIpv6), 129u);
  EXPECT_EQ(table.Lookup(deepest), 128u);
  for (int length = 0; length < 128; ++length) {
    EXPECT_EQ(table.Lookup(beside(length)), static_cast<uint32_t>(length));
  }
  // Every other one goes: the next shorter one answers.
  for (int length = 1; length <= 128; length += 2) {
    ASSERT_EQ(table.RemoveOne(Prefix(deepest, length), static_cast<uint32_t>(length)), Errno::kOk);
  }
  for (int length = 0; length < 128; ++length) {
    EXPECT_EQ(table.Lookup(beside(length)), static_cast<uint32_t>(length / 2 * 2));
  }
  for (int length = 0; length <= 128; length += 2) table.RemoveByOwner(static_cast<uint32_t>(length));
  EXPECT_EQ(table.nodes(Family::kIpv6), 0u);
  EXPECT_EQ(table.nodes_allocated(), table.nodes_freed());
}

// Sent by A with this counter: whether B takes it.
bool Arrives(TwoDevices* net, uint64_t counter) {
  net->peer(kA).keypairs.current()->sending_counter = counter;
  const size_t before = net->node(kB).received.size();
  net->SendNumbered(kA, 1);
  return net->node(kB).received.size() == before + 1;
}

TEST(CountersAtScale, ReorderingIsTakenUpTo8128AndNoFurtherWhereverTheCounterStands) {
  for (const uint64_t newest :
       {uint64_t{9000}, uint64_t{20'000}, (uint64_t{1} << 32) - 1, (uint64_t{1} << 32) + 8128,
        (uint64_t{1} << 60) - 1, (uint64_t{1} << 60) + 1, kRejectAfterMessages - 2}) {
    TwoDevices net;
    net.Handshake(kA);
    net.connected[kB] = false;  // a rekey that the counter asks for stays unanswered
    ASSERT_TRUE(Arrives(&net, newest)) << newest;
    for (const uint64_t back : {1, 2, 63, 64, 65, 4096, 8127, 8128}) {
      EXPECT_TRUE(Arrives(&net, newest - back)) << newest << " - " << back;
      EXPECT_FALSE(Arrives(&net, newest - back)) << "again " << newest << " - " << back;
    }
    for (const uint64_t back : {8129, 8192, 10'000}) {
      if (back > newest) continue;
      EXPECT_FALSE(Arrives(&net, newest - back)) << newest << " - " << back;
    }
    EXPECT_FALSE(Arrives(&net, newest));
  }
}

TEST(CountersAtScale, TheLastCounterIsTakenAndNothingAfterIt) {
  TwoDevices net;
  net.Handshake(kA);
  net.connected[kB] = false;
  EXPECT_TRUE(Arrives(&net, kRejectAfterMessages - 2));
  EXPECT_TRUE(Arrives(&net, kRejectAfterMessages - 1));
  // The session has ended: not even what the window would allow.
  EXPECT_FALSE(Arrives(&net, kRejectAfterMessages - 3));
  EXPECT_FALSE(Arrives(&net, kRejectAfterMessages));
}

}  // namespace
}  // namespace wg
