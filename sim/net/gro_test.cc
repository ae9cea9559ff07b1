// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/gro.h"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/net/headers.h"
#include "sim/net/interface.h"
#include "sim/net/test_network.h"

namespace net {
namespace {

// A stack that takes trains and keeps what it gets.
class Stack : public IpStack {
 public:
  void Input(Packet&& packet) override {
    std::vector<uint64_t> tags{packet.tag()};
    for (const wg::Buffer& segment : packet.more.buffers()) tags.push_back(segment.tag());
    trains.push_back(std::move(tags));
  }
  bool TakesTrains(const Packet&, const Interface&) override { return takes; }
  void OnTunnelRefusal(const Packet&) override {}
  void OnInterfaceChange(Interface*) override {}

  bool takes = true;
  std::vector<std::vector<uint64_t>> trains;
};

class Card : public Interface {
 public:
  explicit Card(Fabric* fabric) : Interface(fabric, "eth0", "h/eth0", 1500) {}

 private:
  wg::Errno DoTransmit(Packet*, uint32_t) override { return wg::Errno::kOk; }
};

class GroTest : public testing::Test {
 protected:
  GroTest() : card_(&ground_.fabric), gro_(ground_.fabric.segments(), &offload_, &receive_) {
    card_.SetStack(&stack_, 2);
    CHECK(card_.SetUp(true) == wg::Errno::kOk);
  }
  ~GroTest() override { card_.SetUp(false); }

  // A datagram of flow `port`. Returns its price.
  int64_t Put(uint16_t port, size_t size, uint64_t tag, uint8_t ds = 0,
              ChecksumState checksum = ChecksumState::kPartial) {
    Packet packet;
    packet.buffer = ground_.Payload(size, tag);
    PushUdp(port, 7, &packet.buffer);
    IpHeader ip;
    ip.source = Ip("192.0.2.1");
    ip.destination = Ip("192.0.2.2");
    ip.protocol = kProtocolUdp;
    ip.ds = ds;
    PushIp(ip, &packet.buffer);
    packet.checksum = checksum;
    const int64_t price = gro_.Price(packet, &card_);
    gro_.Receive(std::move(packet), &card_);
    return price;
  }
  void Flush() {
    while (gro_.holds()) gro_.Flush(0, &card_);
  }
  using Trains = std::vector<std::vector<uint64_t>>;

  Ground ground_;
  Stack stack_;
  Card card_;
  const Price offload_{.fixed_ps = 10};
  const Price receive_{.fixed_ps = 1000, .per_byte_ps = 1};
  Gro gro_;
};

TEST_F(GroTest, DatagramsOfOneSizeBecomeATrain) {
  for (uint64_t tag = 1; tag <= 5; ++tag) EXPECT_EQ(Put(9, 72, tag), 10);
  EXPECT_EQ(gro_.packets(), 5u);
  EXPECT_EQ(gro_.FlushPrice(), 1500);
  Flush();
  EXPECT_EQ(stack_.trains, (Trains{{1, 2, 3, 4, 5}}));
}

TEST_F(GroTest, AShorterOneIsTheLastAndALongerOneBeginsAnew) {
  Put(9, 72, 1);
  Put(9, 72, 2);
  EXPECT_EQ(Put(9, 22, 3), 10 + 1000 + 250) << "completes it";
  EXPECT_EQ(stack_.trains, (Trains{{1, 2, 3}}));
  Put(9, 72, 4);
  EXPECT_EQ(Put(9, 172, 5), 10 + 1000 + 100) << "pushes the first one out";
  Flush();
  EXPECT_EQ(stack_.trains, (Trains{{1, 2, 3}, {4}, {5}}));
}

TEST_F(GroTest, SixtyFourAreATrainAndSoAre64Kilobytes) {
  for (uint64_t tag = 1; tag <= 65; ++tag) Put(9, 72, tag);
  ASSERT_EQ(stack_.trains.size(), 1u);
  EXPECT_EQ(stack_.trains[0].size(), 64u);
  Flush();
  for (uint64_t tag = 1; tag <= 44; ++tag) Put(9, 1472, tag);
  // 43 times 1500 bytes are 64,500; another would be too many.
  ASSERT_EQ(stack_.trains.size(), 3u);
  EXPECT_EQ(stack_.trains[2].size(), 43u);
  Flush();
}

TEST_F(GroTest, FlowsAreKeptApartAndInOrder) {
  for (uint64_t tag = 1; tag <= 6; ++tag) Put(tag % 2 == 0 ? 9 : 10, 72, tag);
  Flush();
  EXPECT_EQ(stack_.trains, (Trains{{1, 3, 5}, {2, 4, 6}}));
}

TEST_F(GroTest, WhatIsNotTheSameIsNotPutTogether) {
  Put(9, 72, 1);
  Put(9, 72, 2, /*ds=*/3);
  Put(9, 72, 3, /*ds=*/3, ChecksumState::kUnverified);
  Put(9, 72, 4, /*ds=*/3);
  Flush();
  EXPECT_EQ(stack_.trains, (Trains{{1}, {2}, {3}, {4}}));
}

TEST_F(GroTest, TheNinthFlowPushesOutTheOldest) {
  for (uint16_t port = 1; port <= 8; ++port) Put(port, 72, port);
  EXPECT_TRUE(stack_.trains.empty());
  EXPECT_EQ(Put(9, 72, 9), 10 + 1100);
  EXPECT_EQ(stack_.trains, (Trains{{1}}));
  Flush();
  EXPECT_EQ(stack_.trains.size(), 9u);
}

TEST_F(GroTest, NobodyAskedSoNothingIsHeld) {
  stack_.takes = false;
  EXPECT_EQ(Put(9, 72, 1), 1100);
  EXPECT_FALSE(gro_.holds());
  EXPECT_EQ(stack_.trains, (Trains{{1}}));
}

}  // namespace
}  // namespace net
