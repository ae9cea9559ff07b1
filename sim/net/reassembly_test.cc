// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/reassembly.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/net/fragment.h"
#include "sim/net/test_network.h"

namespace net {
namespace {

class Observer : public Reassembler::Observer {
 public:
  void OnReassemblyTimeout(const Packet& first) override { sizes.push_back(first.size()); }
  std::vector<uint32_t> sizes;
};

class ReassemblyTest : public testing::TestWithParam<const char*> {
 protected:
  ReassemblyTest() : table_(&ground_.fabric, sim::EntityId::kSimulation, &observer_) {}

  // A UDP datagram with `payload` bytes, cut into pieces of at most `mtu`.
  std::vector<Packet> Pieces(size_t payload, uint32_t mtu, uint64_t tag, uint32_t id = 5) {
    Packet packet;
    packet.buffer = ground_.Payload(payload, tag);
    PushUdp(1, 2, &packet.buffer);
    IpHeader ip;
    ip.source = ip.destination = Ip(GetParam());
    ip.protocol = kProtocolUdp;
    ip.id = id;
    PushIp(ip, &packet.buffer);
    packet.checksum = ChecksumState::kPartial;
    std::vector<Packet> pieces;
    const wg::Errno error = FragmentPacket(&ground_.pool, &packet, mtu, id, [&](Packet* piece) {
      EXPECT_LE(piece->size(), mtu);
      pieces.push_back(std::move(*piece));
      return wg::Errno::kOk;
    });
    EXPECT_EQ(error, wg::Errno::kOk);
    return pieces;
  }
  bool Add(Packet* packet) {
    IpHeader ip;
    CHECK(ParseIp(packet->buffer.bytes(), &ip));
    CHECK(ip.is_fragment());
    return table_.Add(ip, packet);
  }
  void ExpectWhole(const Packet& packet, size_t payload, uint64_t tag) {
    IpHeader ip;
    ASSERT_TRUE(ParseIp(packet.buffer.bytes(), &ip));
    EXPECT_FALSE(ip.is_fragment());
    EXPECT_EQ(ip.total_size, packet.size());
    EXPECT_TRUE(TransportChecksumOk(packet.buffer.bytes(), ip));
    EXPECT_EQ(packet.tag(), tag);
    EXPECT_EQ(packet.size(), ip.header_size + kUdpHeaderSize + payload);
  }

  Ground ground_;
  Observer observer_;
  Reassembler table_;
};

TEST_P(ReassemblyTest, EveryOrderOfFourPiecesGivesTheWhole) {
  std::vector<size_t> order = {0, 1, 2, 3};
  do {
    std::vector<Packet> pieces = Pieces(2000, 600, 9);
    ASSERT_EQ(pieces.size(), 4u);
    for (size_t i = 0; i < 4; ++i) {
      ASSERT_EQ(Add(&pieces[order[i]]), i == 3);
      if (i == 3) ExpectWhole(pieces[order[i]], 2000, 9);
    }
    EXPECT_EQ(table_.bytes(), 0u);
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_TRUE(ground_.sink.deaths.empty());
}

TEST_P(ReassemblyTest, EverySizeAndMtuSurvivesTheCut) {
  for (uint32_t mtu = 68; mtu < 130; ++mtu) {
    for (size_t payload = mtu; payload < mtu + 40; ++payload) {
      std::vector<Packet> pieces = Pieces(payload, mtu, payload);
      ASSERT_GT(pieces.size(), 1u);
      for (size_t i = 0; i < pieces.size(); ++i) {
        ASSERT_EQ(Add(&pieces[i]), i + 1 == pieces.size());
      }
      ExpectWhole(pieces.back(), payload, payload);
    }
  }
}

TEST_P(ReassemblyTest, EveryPieceCarriesTheTag) {
  const std::vector<Packet> pieces = Pieces(2000, 600, 9);
  for (const Packet& piece : pieces) EXPECT_EQ(piece.tag(), 9u);
}

TEST_P(ReassemblyTest, ADuplicateIsDroppedAndTheRestIsWaitedFor) {
  std::vector<Packet> pieces = Pieces(2000, 600, 9);
  Packet copy = pieces[1].Clone();
  EXPECT_FALSE(Add(&pieces[1]));
  EXPECT_FALSE(Add(&copy));
  EXPECT_EQ(ground_.sink.Count(Drop::kBadFragment), 1u);
  EXPECT_FALSE(Add(&pieces[0]));
  EXPECT_FALSE(Add(&pieces[2]));
  EXPECT_TRUE(Add(&pieces[3]));
}

TEST_P(ReassemblyTest, AnOverlapEndsTheDatagram) {
  std::vector<Packet> one = Pieces(2000, 600, 9);
  std::vector<Packet> other = Pieces(2000, 400, 10);
  EXPECT_FALSE(Add(&one[0]));
  EXPECT_FALSE(Add(&other[1]));
  EXPECT_EQ(ground_.sink.Count(Drop::kBadFragment), 2u);
  EXPECT_EQ(table_.waiting(), 0u);
  EXPECT_EQ(table_.bytes(), 0u);
}

TEST_P(ReassemblyTest, WhatDoesNotComeTogetherInTimeDiesAndIsReportedIfTheFirstPieceIsThere) {
  std::vector<Packet> with_first = Pieces(2000, 600, 9, 1);
  std::vector<Packet> without = Pieces(2000, 600, 10, 2);
  Add(&with_first[0]);
  Add(&with_first[3]);
  Add(&without[3]);
  ground_.loop.Run();
  const bool v4 = Ip(GetParam()).is_v4();
  EXPECT_EQ(ground_.loop.now(),
            sim::kStart + (v4 ? Reassembler::kTimeout : Reassembler::kTimeoutV6));
  EXPECT_EQ(ground_.sink.Count(Drop::kFragmentTimeout), 3u);
  EXPECT_EQ(ground_.sink.Tagged(), 3u);
  EXPECT_EQ(observer_.sizes.size(), 1u);
  EXPECT_EQ(table_.waiting(), 0u);
}

TEST_P(ReassemblyTest, ItsMemoryIsBounded) {
  uint32_t id = 0;
  while (ground_.sink.deaths.empty()) {
    std::vector<Packet> pieces = Pieces(60'000, 32'000, 1, ++id);
    Add(&pieces[0]);
    ASSERT_LT(id, 1000u);
    EXPECT_LE(table_.bytes(), Reassembler::kMaxBytes);
  }
  EXPECT_EQ(ground_.sink.deaths[0].why, Drop::kFragmentTableFull);
  EXPECT_GT(table_.bytes(), Reassembler::kMaxBytes - 64'000);
  ground_.loop.Run();
  EXPECT_EQ(table_.bytes(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Families, ReassemblyTest, testing::Values("10.0.0.1", "fd00::1"));

TEST(Fragment, APieceThatIsRefusedEndsItAndTheTagStaysWithTheCaller) {
  Ground ground;
  Packet packet;
  packet.buffer = ground.Payload(3000, 9);
  PushUdp(1, 2, &packet.buffer);
  IpHeader ip;
  ip.source = ip.destination = Ip("10.0.0.1");
  ip.protocol = kProtocolUdp;
  PushIp(ip, &packet.buffer);
  packet.checksum = ChecksumState::kPartial;
  for (int refused = 1; refused <= 3; ++refused) {
    int piece = 0;
    EXPECT_EQ(FragmentPacket(&ground.pool, &packet, 1500, 0,
                             [&](Packet*) {
                               if (++piece == refused) return wg::Errno::kNoBufs;
                               return wg::Errno::kOk;
                             }),
              wg::Errno::kNoBufs);
    EXPECT_EQ(packet.tag(), 9u);
  }
  EXPECT_EQ(FragmentPacket(&ground.pool, &packet, 27, 0, [](Packet*) { return wg::Errno::kOk; }),
            wg::Errno::kMsgSize);
}

}  // namespace
}  // namespace net
