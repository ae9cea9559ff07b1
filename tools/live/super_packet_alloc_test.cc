// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// In steady state cutting and joining cost no allocation: operator new and malloc's share of the pool are counted.
#include <malloc.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "protocol/buffer.h"
#include "tools/live/packet_joiner.h"
#include "tools/live/packet_maker.h"
#include "tools/live/super_packet.h"
#include "tools/live/virtio_header.h"

namespace {

uint64_t allocations = 0;

}  // namespace

void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace live {
namespace {

TEST(SuperPacketAllocations, ThereAreNoneOnceTheBatchHasBeenAsLong) {
  wg::BufferPool pool;
  PacketJoiner joiner({.tcp = true, .udp = true});
  std::vector<wg::Buffer> packets;
  std::vector<PacketMaker> flows(3);
  std::vector<Bytes> super_packets;
  for (size_t i = 0; i < flows.size(); ++i) {
    flows[i].from_port = static_cast<uint16_t>(i);
    flows[i].tcp = i != 1;
    flows[i].payload = Payload(60000);
    super_packets.push_back(flows[i].Make(true));
  }
  const auto batch = [&] {
    for (size_t i = 0; i < flows.size(); ++i) {
      ASSERT_TRUE(CutSuperPacket(flows[i].Header(1380), super_packets[i], &pool, &packets));
    }
    for (wg::Buffer& packet : packets) joiner.Add(packet.bytes());
    ASSERT_EQ(joiner.size(), flows.size());
    for (size_t i = 0; i < joiner.size(); ++i) {
      VirtioHeader header;
      absl::Span<const uint8_t> parts[PacketJoiner::kMostPackets];
      ASSERT_EQ(joiner.Finish(i, &header, parts), 44u);
    }
    joiner.Clear();
    packets.clear();
  };
  batch();
  const uint64_t before = allocations;
  const size_t memory = mallinfo2().uordblks;
  for (int i = 0; i < 100; ++i) batch();
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(mallinfo2().uordblks, memory);
}

}  // namespace
}  // namespace live
