// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/packet_joiner.h"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "protocol/buffer.h"
#include "tools/live/packet_maker.h"
#include "tools/live/super_packet.h"
#include "tools/live/virtio_header.h"

namespace live {
namespace {

struct Joined {
  VirtioHeader header;
  Bytes packet;
  size_t parts;
};

std::vector<Joined> Join(std::vector<Bytes> packets,
                         PacketJoiner::Protocols protocols = {.tcp = true, .udp = true}) {
  PacketJoiner joiner(protocols);
  std::vector<Joined> joined;
  // Twice: the second batch finds nothing of the first.
  for (int i = 0; i < 2; ++i) {
    std::vector<Bytes> bytes = packets;
    joined.clear();
    for (Bytes& packet : bytes) joiner.Add(absl::MakeSpan(packet));
    for (size_t group = 0; group < joiner.size(); ++group) {
      absl::Span<const uint8_t> parts[PacketJoiner::kMostPackets];
      Joined one;
      one.parts = joiner.Finish(group, &one.header, parts);
      for (size_t part = 0; part < one.parts; ++part) {
        one.packet.insert(one.packet.end(), parts[part].begin(), parts[part].end());
      }
      joined.push_back(one);
    }
    joiner.Clear();
  }
  return joined;
}

std::vector<Bytes> CutAgain(const std::vector<Joined>& joined) {
  wg::BufferPool pool;
  std::vector<wg::Buffer> out;
  for (const Joined& one : joined) {
    EXPECT_TRUE(CutSuperPacket(one.header, one.packet, &pool, &out));
  }
  std::vector<Bytes> packets;
  for (const wg::Buffer& buffer : out) {
    packets.emplace_back(buffer.bytes().begin(), buffer.bytes().end());
  }
  return packets;
}

std::vector<PacketMaker> AllKinds() {
  std::vector<PacketMaker> kinds;
  for (const bool v4 : {true, false}) {
    for (const bool tcp : {true, false}) {
      for (const size_t options : {0, 12}) {
        PacketMaker maker;
        maker.v4 = v4;
        maker.tcp = tcp;
        maker.tcp_options = options;
        if (tcp || options == 0) kinds.push_back(maker);
      }
    }
  }
  return kinds;
}

TEST(PacketJoiner, WhatWasCutIsJoinedToWhatItWas) {
  for (PacketMaker maker : AllKinds()) {
    for (const int flags : {0x10, 0x18, 0x11, 0x59}) {
      maker.flags = static_cast<uint8_t>(flags);
      for (size_t size = 2; size <= 40; ++size) {
        maker.payload = Payload(size);
        for (size_t segment = 1; segment < size; ++segment) {
          const std::vector<Joined> joined = Join(maker.Cut(segment));
          ASSERT_EQ(joined.size(), 1u);
          ASSERT_EQ(joined[0].packet, maker.Make(true)) << size << " by " << segment;
          ASSERT_EQ(joined[0].header, maker.Header(segment));
        }
      }
    }
  }
}

TEST(PacketJoiner, UpToSixtyFourPacketsAndSixtyFourKilobytes) {
  for (PacketMaker maker : AllKinds()) {
    maker.payload = Payload(100);
    std::vector<Joined> joined = Join(maker.Cut(1));
    ASSERT_EQ(joined.size(), 2u);
    EXPECT_EQ(joined[0].parts, 64u);
    EXPECT_EQ(joined[1].parts, 36u);
    for (const size_t more : {0, 1}) {
      // Two packets that fill it, or are one byte too much.
      maker.payload = Payload(65535 - maker.Headers());
      std::vector<Bytes> packets = maker.Cut(40000);
      PacketMaker second = maker;
      second.payload = Payload(65535 - maker.Headers() - 40000 + more);
      second.sequence += 40000;
      second.id += 1;
      packets[1] = second.Make();
      joined = Join(packets);
      EXPECT_EQ(joined.size(), 1 + more);
      EXPECT_EQ(joined[0].packet.size(), more == 0 ? 65535u : 40000 + maker.Headers());
    }
  }
}

TEST(PacketJoiner, FlowsThatTakeTurnsAreJoinedEachForItself) {
  std::vector<std::vector<Bytes>> flows;
  std::vector<Bytes> wanted;
  for (PacketMaker maker : AllKinds()) {
    maker.from_port = static_cast<uint16_t>(maker.from_port + flows.size());
    maker.payload = Payload(95);
    flows.push_back(maker.Cut(10));
    wanted.push_back(maker.Make(true));
  }
  std::vector<Bytes> packets;
  for (size_t i = 0; i < 10; ++i) {
    for (const std::vector<Bytes>& flow : flows) packets.push_back(flow[i]);
  }
  const std::vector<Joined> joined = Join(packets);
  ASSERT_EQ(joined.size(), wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(joined[i].packet, wanted[i]);
}

TEST(PacketJoiner, SixteenFlowsAtATimeTheOldestEndsForTheNext) {
  std::vector<Bytes> packets;
  for (const bool second : {false, true}) {
    for (uint8_t flow = 0; flow < 17; ++flow) {
      PacketMaker maker;
      maker.from = flow;
      maker.payload = Payload(20);
      packets.push_back(maker.Cut(10)[second]);
    }
  }
  // The first ended for the last; begun anew it ended the second, and so on.
  EXPECT_EQ(Join(packets).size(), 34u);
  packets.erase(packets.begin() + 17);
  EXPECT_EQ(Join(packets).size(), 17u);
}

// Two segments, the second made by a maker that is changed.
template <typename Change>
size_t GroupsWith(PacketMaker maker, Change&& change, size_t second_size = 10) {
  maker.payload = Payload(10);
  PacketMaker second = maker;
  second.sequence += 10;
  second.id += 1;
  second.payload = Payload(second_size, 9);
  change(maker, second);
  const std::vector<Bytes> packets = {maker.Make(), second.Make()};
  const std::vector<Joined> joined = Join(packets);
  if (joined.size() == 2) {
    EXPECT_EQ(joined[0].packet, packets[0]);
    EXPECT_EQ(joined[1].packet, packets[1]);
    EXPECT_EQ(joined[0].header, VirtioHeader());
    EXPECT_EQ(joined[1].header, VirtioHeader());
  }
  return joined.size();
}

TEST(PacketJoiner, PacketsThatDifferInAnythingElseAreNotJoined) {
  using M = PacketMaker;
  for (const PacketMaker& maker : AllKinds()) {
    EXPECT_EQ(GroupsWith(maker, [](M&, M&) {}), 1u);
    EXPECT_EQ(GroupsWith(maker, [](M&, M&) {}, 9), 1u);
    EXPECT_EQ(GroupsWith(maker, [](M&, M&) {}, 11), 2u);
    EXPECT_EQ(GroupsWith(maker, [](M&, M& m) { m.payload.clear(); }), 2u);
    EXPECT_EQ(GroupsWith(maker, [](M& m, M&) { m.payload.clear(); }), 2u);
    EXPECT_EQ(GroupsWith(maker, [](M&, M& m) { m.tos ^= 1; }), 2u);
    EXPECT_EQ(GroupsWith(maker, [](M&, M& m) { m.ttl ^= 1; }), 2u);
    EXPECT_EQ(GroupsWith(maker, [](M&, M& m) { m.from ^= 1; }), 2u);
    EXPECT_EQ(GroupsWith(maker, [](M&, M& m) { m.to ^= 1; }), 2u);
    EXPECT_EQ(GroupsWith(maker, [](M&, M& m) { m.from_port ^= 1; }), 2u);
    EXPECT_EQ(GroupsWith(maker, [](M&, M& m) { m.to_port ^= 1; }), 2u);
    EXPECT_EQ(GroupsWith(maker, [](M&, M& m) { m.tcp ^= true; }), 2u);
    EXPECT_EQ(GroupsWith(maker, [](M& a, M& b) { a.ip_options = b.ip_options = 8; }), 2u);
    if (!maker.tcp) continue;
    EXPECT_EQ(GroupsWith(maker, [](M&, M& m) { m.sequence += 1; }), 2u);
    EXPECT_EQ(GroupsWith(maker, [](M&, M& m) { m.sequence -= 10; }), 2u);
    EXPECT_EQ(GroupsWith(maker, [](M&, M& m) { m.ack += 1; }), 2u);
    EXPECT_EQ(GroupsWith(maker, [](M&, M& m) { m.window += 1; }), 2u);
    EXPECT_EQ(GroupsWith(maker, [](M&, M& m) { m.tcp_options ^= 4; }), 2u);
    EXPECT_EQ(GroupsWith(maker, [](M&, M& m) { m.flags |= 0x40; }), 2u);
    // PSH and FIN end: they may be on the last one only.
    for (const int flags : {0x18, 0x11, 0x19}) {
      EXPECT_EQ(GroupsWith(maker, [&](M&, M& m) { m.flags = static_cast<uint8_t>(flags); }), 1u);
      EXPECT_EQ(GroupsWith(maker, [&](M& m, M&) { m.flags = static_cast<uint8_t>(flags); }), 2u);
    }
    for (const int flags : {0x00, 0x12, 0x14, 0x30, 0x90}) {
      EXPECT_EQ(GroupsWith(maker, [&](M& a, M& b) { a.flags = b.flags = static_cast<uint8_t>(flags); }), 2u);
    }
  }
}

TEST(PacketJoiner, NumbersCountUpWhereFragmentingIsAllowed) {
  using M = PacketMaker;
  PacketMaker maker;
  EXPECT_EQ(GroupsWith(maker, [](M& a, M& b) { a.id = b.id = 0; }), 1u);
  EXPECT_EQ(GroupsWith(maker, [](M& a, M&) { a.dont_fragment = false; }), 2u);
  maker.dont_fragment = false;
  EXPECT_EQ(GroupsWith(maker, [](M&, M&) {}), 1u);
  EXPECT_EQ(GroupsWith(maker, [](M& a, M& b) { b.id = a.id; }), 2u);
  EXPECT_EQ(GroupsWith(maker, [](M& a, M& b) { a.id = 0xffff, b.id = 0; }), 1u);
}

TEST(PacketJoiner, AnyChangedBitIsHandedOverAsItCame) {
  for (PacketMaker maker : AllKinds()) {
    maker.payload = Payload(30);
    maker.dont_fragment = false;
    const std::vector<Bytes> packets = maker.Cut(10);
    for (size_t which = 0; which < 3; ++which) {
      for (size_t bit = 0; bit < packets[0].size() * 8; ++bit) {
        std::vector<Bytes> changed = packets;
        changed[which][bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
        const std::vector<Joined> joined = Join(changed);
        ASSERT_GE(joined.size(), 2u) << bit;
        bool alone = false;
        for (const Joined& one : joined) alone |= one.parts == 1 && one.packet == changed[which];
        ASSERT_TRUE(alone) << which << " " << bit;
      }
    }
  }
}

TEST(PacketJoiner, ADatagramWithoutChecksumIsNotJoined) {
  PacketMaker maker;
  maker.tcp = false;
  maker.payload = Payload(20);
  std::vector<Bytes> packets = maker.Cut(10);
  packets[1][26] = packets[1][27] = 0;
  EXPECT_EQ(Join(packets).size(), 2u);
}

TEST(PacketJoiner, WhatTheInterfaceDoesNotTakeIsLeftAlone) {
  PacketMaker maker;
  maker.payload = Payload(50);
  EXPECT_EQ(Join(maker.Cut(10), {.tcp = true, .udp = false}).size(), 1u);
  EXPECT_EQ(Join(maker.Cut(10), {.tcp = false, .udp = false}).size(), 5u);
  maker.tcp = false;
  EXPECT_EQ(Join(maker.Cut(10), {.tcp = true, .udp = false}).size(), 5u);
}

TEST(PacketJoiner, WhatBelongsToNoFlowIsNotOvertaken) {
  PacketMaker maker;
  maker.payload = Payload(40);
  std::vector<Bytes> packets = maker.Cut(10);
  Bytes fragment = packets[0];
  fragment[6] = 0x20;
  for (const Bytes& stranger : {Bytes{}, Bytes{0x45}, Bytes(100, 0), fragment}) {
    std::vector<Bytes> with = packets;
    with.insert(with.begin() + 2, stranger);
    const std::vector<Joined> joined = Join(with);
    ASSERT_EQ(joined.size(), 3u);
    EXPECT_EQ(joined[1].packet, stranger);
  }
}

// Whatever is joined, of however many flows with whatever in between: cut again it is every packet, and the order of
// each flow is kept.
TEST(PacketJoiner, NothingIsLostChangedOrReordered) {
  std::mt19937 chance(5);
  const std::vector<PacketMaker> kinds = AllKinds();
  for (int round = 0; round < 3000; ++round) {
    std::vector<PacketMaker> makers;
    for (size_t i = 0; i < 1 + chance() % 4; ++i) {
      makers.push_back(kinds[chance() % kinds.size()]);
      makers.back().from_port = static_cast<uint16_t>(1000 + i);
      makers.back().dont_fragment = false;
    }
    std::vector<std::vector<Bytes>> flows(makers.size());
    std::vector<Bytes> packets;
    for (int i = 0; i < 40; ++i) {
      const size_t flow = chance() % makers.size();
      PacketMaker& maker = makers[flow];
      maker.payload = Payload(chance() % 8 == 0 ? chance() % 12 : 10, static_cast<uint8_t>(i));
      maker.flags = chance() % 8 == 0 ? static_cast<uint8_t>(chance()) : 0x10;
      flows[flow].push_back(maker.Make());
      packets.push_back(flows[flow].back());
      maker.id += chance() % 8 != 0;
      maker.sequence += static_cast<uint32_t>(maker.payload.size()) + (chance() % 8 == 0);
    }
    std::vector<std::vector<Bytes>> got(makers.size());
    for (const Bytes& packet : CutAgain(Join(packets))) {
      const size_t port = packet[0] == 0x45 ? 20 : 40;
      got[packet[port] * 256u + packet[port + 1] - 1000].push_back(packet);
    }
    ASSERT_EQ(got, flows) << round;
  }
}

}  // namespace
}  // namespace live
