// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/transmitter.h"

#include <vector>

#include "gtest/gtest.h"
#include "sim/rng.h"

namespace net {
namespace {

using Wide = unsigned __int128;

sim::Time At(int64_t nanos) { return sim::kStart + sim::Duration(nanos); }

TEST(Transmitter, RateTimesTimeIsBytesExactlyOverAMillionUnequalPackets) {
  for (const uint64_t rate : {uint64_t{1'000'000'000}, uint64_t{999'999'937}, uint64_t{56'000},
                              uint64_t{7}, uint64_t{123'456'789'012}}) {
    Transmitter transmitter({.rate_bps = rate, .frame_overhead = 38, .queue_packets = 1u << 30});
    sim::Rng rng(rate);
    Wide bytes = 0;
    const int packets = rate < 100 ? 1000 : 1'000'000;
    for (int i = 0; i < packets; ++i) {
      const uint32_t size = 1 + static_cast<uint32_t>(rng.Uniform(9000));
      bytes += size + 38;
      const sim::Time departure = transmitter.Enqueue(At(1234), size);
      const Wide exact = bytes * 8'000'000'000 / rate;
      ASSERT_EQ(departure, At(1234 + static_cast<int64_t>(exact))) << i;
    }
  }
}

TEST(Transmitter, AnIdleTimeIsNotOwed) {
  Transmitter transmitter({.rate_bps = 8'000'000'000});  // a byte per nanosecond
  EXPECT_EQ(transmitter.Enqueue(At(0), 100), At(100));
  EXPECT_EQ(transmitter.Enqueue(At(50), 7), At(107));
  EXPECT_EQ(transmitter.Enqueue(At(1000), 3), At(1003));
}

TEST(Transmitter, ItsQueueIsBoundedInPacketsCountingTheOneBeingSent) {
  Transmitter transmitter({.rate_bps = 8'000'000'000, .queue_packets = 3});
  const std::vector<uint32_t> sizes = {10, 200, 3};
  for (uint32_t size : sizes) {
    ASSERT_TRUE(transmitter.HasRoom(At(0), size));
    transmitter.Enqueue(At(0), size);
  }
  EXPECT_FALSE(transmitter.HasRoom(At(9), 1));
  EXPECT_EQ(transmitter.queued_bytes(At(9)), 213u);
  EXPECT_TRUE(transmitter.HasRoom(At(10), 1)) << "the last bit of the first has left";
  EXPECT_EQ(transmitter.queued_bytes(At(10)), 203u);
  EXPECT_EQ(transmitter.queued_packets(At(212)), 1u);
  EXPECT_EQ(transmitter.queued_packets(At(213)), 0u);
}

TEST(Transmitter, ItsQueueIsBoundedInBytesWithOverhead) {
  Transmitter transmitter({.rate_bps = 8'000'000'000, .frame_overhead = 10, .queue_bytes = 300});
  transmitter.Enqueue(At(0), 200);
  EXPECT_TRUE(transmitter.HasRoom(At(0), 80));
  EXPECT_FALSE(transmitter.HasRoom(At(0), 81));
}

TEST(Transmitter, WithoutARateNothingWaits) {
  Transmitter transmitter({.queue_packets = 1});
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(transmitter.HasRoom(At(5), 9000));
    EXPECT_EQ(transmitter.Enqueue(At(5), 9000), At(5));
  }
}

TEST(Transmitter, AChangeOfRateHoldsForThePacketsAfterIt) {
  Transmitter transmitter({.rate_bps = 8'000'000'000});
  EXPECT_EQ(transmitter.Enqueue(At(0), 100), At(100));
  transmitter.set_options({.rate_bps = 4'000'000'000});
  EXPECT_EQ(transmitter.Enqueue(At(0), 100), At(300));
}

}  // namespace
}  // namespace net
