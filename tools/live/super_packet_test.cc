// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/live/super_packet.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "protocol/buffer.h"
#include "tools/live/packet_maker.h"
#include "tools/live/virtio_header.h"

namespace live {
namespace {

// Nothing: refused.
std::optional<std::vector<Bytes>> Cut(const VirtioHeader& header, const Bytes& packet) {
  wg::BufferPool pool;
  std::vector<wg::Buffer> out;
  // In memory of exactly this size: whatever is read beyond it is found.
  const Bytes exact(packet.begin(), packet.end());
  if (!CutSuperPacket(header, exact, &pool, &out)) {
    EXPECT_TRUE(out.empty());
    return std::nullopt;
  }
  std::vector<Bytes> packets;
  for (const wg::Buffer& buffer : out) {
    packets.emplace_back(buffer.bytes().begin(), buffer.bytes().end());
    EXPECT_EQ(buffer.headroom(), wg::kHeadroom);
    EXPECT_GE(buffer.tailroom(), wg::kTailroom);
  }
  return packets;
}

template <typename Do>
void ForEachKind(Do&& what) {
  for (const bool v4 : {true, false}) {
    for (const bool tcp : {true, false}) {
      for (const size_t ip_options : {0, 8}) {
        for (const size_t tcp_options : {0, 12}) {
          if (!tcp && tcp_options != 0) continue;
          PacketMaker maker;
          maker.v4 = v4;
          maker.tcp = tcp;
          maker.ip_options = ip_options;
          maker.tcp_options = tcp_options;
          what(maker);
        }
      }
    }
  }
}

TEST(SuperPacket, SegmentsAreThoseThatWouldHaveBeenMadeOneByOne) {
  ForEachKind([](PacketMaker maker) {
    for (const int flags : {0x10, 0x18, 0x19, 0x98, 0xd9}) {
      maker.flags = static_cast<uint8_t>(flags);
      for (size_t size = 0; size <= 40; ++size) {
        maker.payload = Payload(size);
        for (size_t segment = 1; segment <= 17; ++segment) {
          const auto packets = Cut(maker.Header(segment), maker.Make(true));
          ASSERT_TRUE(packets.has_value());
          ASSERT_EQ(*packets, maker.Cut(segment)) << size << " by " << segment;
        }
      }
      if (!maker.tcp) break;
    }
  });
}

TEST(SuperPacket, AFullOneIsCutAtTheUsualSizes) {
  ForEachKind([](PacketMaker maker) {
    for (const size_t segment : {536u, 1220u, 1368u, 1380u, 8948u}) {
      maker.payload = Payload(65535 - maker.Headers());
      const auto packets = Cut(maker.Header(segment), maker.Make(true));
      ASSERT_TRUE(packets.has_value());
      ASSERT_EQ(*packets, maker.Cut(segment));
    }
  });
}

TEST(SuperPacket, AChecksumOfZeroIsWrittenAsItsOtherZero) {
  PacketMaker maker;
  maker.tcp = false;
  int found = 0;
  for (uint32_t i = 0; i < 0x10000; ++i) {
    maker.payload = {static_cast<uint8_t>(i >> 8), static_cast<uint8_t>(i), 1, 2};
    const Bytes whole = maker.Make();
    if (whole[26] != 0xff || whole[27] != 0xff) continue;
    ++found;
    EXPECT_EQ(Cut(maker.Header(4), maker.Make(true)), std::vector<Bytes>{whole});
    VirtioHeader header = maker.Header(0);
    header.gso_type = 0;
    EXPECT_EQ(Cut(header, maker.Make(true)), std::vector<Bytes>{whole});
  }
  EXPECT_GT(found, 0);
}

TEST(SuperPacket, OnePacketIsPassedAsItIsOrCompleted) {
  ForEachKind([](PacketMaker maker) {
    for (size_t size = 0; size <= 33; ++size) {
      maker.payload = Payload(size);
      EXPECT_EQ(Cut(VirtioHeader(), maker.Make()), std::vector<Bytes>{maker.Make()});
      VirtioHeader header = maker.Header(0);
      header.gso_type = 0;
      EXPECT_EQ(Cut(header, maker.Make(true)), std::vector<Bytes>{maker.Make()});
    }
  });
  EXPECT_EQ(Cut(VirtioHeader(), {1, 2, 3}), (std::vector<Bytes>{{1, 2, 3}}));
}

TEST(SuperPacket, WhereTheChecksumIsToBeIsInsideThePacket) {
  const Bytes packet(10, 1);
  for (int start = 0; start < 20; ++start) {
    for (int offset = 0; offset < 20; ++offset) {
      const VirtioHeader header = {.flags = VirtioHeader::kNeedsChecksum,
                                   .csum_start = static_cast<uint16_t>(start),
                                   .csum_offset = static_cast<uint16_t>(offset)};
      EXPECT_EQ(Cut(header, packet).has_value(), start + offset + 2 <= 10);
    }
  }
}

TEST(SuperPacket, HeadersThatDoNotFitAreRefused) {
  ForEachKind([](PacketMaker maker) {
    maker.payload = Payload(30);
    const Bytes packet = maker.Make(true);
    const VirtioHeader good = maker.Header(10);
    ASSERT_TRUE(Cut(good, packet).has_value());
    const auto refused = [&](auto&& change) {
      VirtioHeader header = good;
      Bytes bytes = packet;
      change(header, bytes);
      return !Cut(header, bytes).has_value();
    };
    EXPECT_TRUE(refused([](VirtioHeader& h, Bytes&) { h.flags = 0; }));
    EXPECT_TRUE(refused([](VirtioHeader& h, Bytes&) { h.gso_size = 0; }));
    EXPECT_TRUE(refused([](VirtioHeader& h, Bytes&) { h.csum_offset += 1; }));
    EXPECT_TRUE(refused([](VirtioHeader& h, Bytes&) { h.csum_start = 0xffff; }));
    EXPECT_TRUE(refused([](VirtioHeader& h, Bytes&) { h.gso_type = 3; }));
    EXPECT_TRUE(refused([](VirtioHeader&, Bytes& b) { b[0] = 0x50; }));
    if (maker.v4) {
      EXPECT_TRUE(refused([](VirtioHeader& h, Bytes&) { h.csum_start += 4; }));
      EXPECT_TRUE(refused([](VirtioHeader&, Bytes& b) { b[6] = 0x20; }));
      EXPECT_TRUE(refused([](VirtioHeader&, Bytes& b) { b[7] = 1; }));
      EXPECT_TRUE(refused([](VirtioHeader&, Bytes& b) { b[9] = 1; }));
    } else {
      EXPECT_TRUE(refused([](VirtioHeader& h, Bytes&) { h.csum_start = 39; }));
    }
    for (size_t size = 0; size < maker.Headers(); ++size) {
      EXPECT_TRUE(refused([size](VirtioHeader&, Bytes& b) { b.resize(size); })) << size;
    }
    if (!maker.tcp) return;
    EXPECT_TRUE(refused([](VirtioHeader& h, Bytes&) { h.gso_type ^= 5; }));
    EXPECT_TRUE(refused([&](VirtioHeader&, Bytes& b) { b[maker.Transport() + 12] = 0x40; }));
    EXPECT_TRUE(refused([&](VirtioHeader&, Bytes& b) {
      b.resize(maker.Transport() + 59);
      b[maker.Transport() + 12] = 0xf0;
    }));
  });
}

TEST(SuperPacket, MoreSegmentsThanADeviceTakesAreRefused) {
  PacketMaker maker;
  maker.payload = Payload(kMostCut);
  EXPECT_EQ(Cut(maker.Header(1), maker.Make(true))->size(), kMostCut);
  maker.payload = Payload(kMostCut + 1);
  EXPECT_FALSE(Cut(maker.Header(1), maker.Make(true)).has_value());
}

}  // namespace
}  // namespace live
