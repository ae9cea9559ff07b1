// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/buffer.h"

#include <cstring>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace wg {
namespace {

TEST(Buffer, HeadersGrowAtTheFrontAndTheTagAtTheEndWithoutMovingTheBytes) {
  BufferPool pool;
  Buffer b = pool.Allocate(100);
  std::memset(b.data(), 7, 100);
  const uint8_t* bytes = b.data();
  b.Push(16);
  std::memset(b.Append(16), 9, 16);
  EXPECT_EQ(b.size(), 132u);
  EXPECT_EQ(b.data() + 16, bytes);
  b.Pull(16);
  b.Truncate(100);
  EXPECT_EQ(b.data(), bytes);
  for (uint8_t byte : b.bytes()) EXPECT_EQ(byte, 7);
}

TEST(Buffer, EverySizeUpToTheLargestHasTheUsualRoom) {
  BufferPool pool;
  for (size_t size : {0, 1, 335, 336, 337, 1420, 1872, 9000, 65535, 130000}) {
    Buffer b = pool.Allocate(size);
    EXPECT_EQ(b.size(), size);
    EXPECT_GE(b.headroom(), kHeadroom);
    EXPECT_GE(b.tailroom(), kTailroom);
  }
}

TEST(Buffer, MovingHandsTheBytesOverAndReleasesWhatWasThereBefore) {
  BufferPool pool;
  Buffer a = pool.Allocate(1);
  Buffer b = pool.Allocate(2);
  EXPECT_EQ(pool.live(), 2);
  a = std::move(b);
  EXPECT_EQ(pool.live(), 1);
  EXPECT_EQ(a.size(), 2u);
  EXPECT_FALSE(b);
  a.Reset();
  EXPECT_EQ(pool.live(), 0);
}

TEST(Buffer, CloneIsACopyOfItsOwnWithTheSameTag) {
  BufferPool pool;
  const uint8_t bytes[] = {1, 2, 3};
  Buffer a = pool.Copy(bytes);
  a.set_tag(42);
  a.set_context(7);
  Buffer b = a.Clone();
  a.data()[0] = 9;
  EXPECT_EQ(b.data()[0], 1);
  EXPECT_EQ(b.tag(), 42u);
  EXPECT_EQ(b.context(), 0u);
}

TEST(BufferPool, MemoryIsUsedAgainWithinItsSizeClassAndTheTagStartsAtZero) {
  BufferPool pool;
  Buffer a = pool.Allocate(1000);
  a.set_tag(5);
  const uint8_t* bytes = a.data();
  a.Reset();
  Buffer b = pool.Allocate(1200);
  EXPECT_EQ(b.data(), bytes);
  EXPECT_EQ(b.tag(), 0u);
}

using BufferDeathTest = testing::Test;
TEST(BufferDeathTest, LeavingTheRoomOrLeakingABufferEndsTheProgram) {
  EXPECT_DEATH(
      {
        BufferPool pool;
        Buffer b = pool.Allocate(10);
        b.Push(b.headroom() + 1);
      },
      "CHECK failed");
  EXPECT_DEATH(
      {
        static Buffer escaped;
        BufferPool pool;
        escaped = pool.Allocate(10);
      },
      "CHECK failed: buffers left behind: 1");
}

}  // namespace
}  // namespace wg
