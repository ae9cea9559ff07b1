// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Super-packets: segments that are looked up, staged, sealed and sent together.
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "protocol/device.h"
#include "protocol/messages.h"
#include "protocol/two_devices.h"

namespace wg {
namespace {

constexpr uint32_t kSegments = 45;  // 64 KiB at an MSS of 1448

std::vector<Buffer> Segments(TwoDevices& net, uint32_t first, uint32_t count) {
  std::vector<Buffer> segments;
  for (uint32_t i = 0; i < count; ++i) {
    segments.push_back(
        MakeInner(&net.node(kA).pool, net.node(kA).inner, net.node(kB).inner, first + i));
  }
  return segments;
}

Errno SendBurst(TwoDevices& net, uint32_t first, uint32_t count) {
  std::vector<Buffer> segments = Segments(net, first, count);
  return net.device(kA).TransmitBurst(net.now(), absl::MakeSpan(segments), 0, net.fx(kA));
}

std::vector<uint32_t> Numbers(uint32_t first, uint32_t count) {
  std::vector<uint32_t> numbers;
  for (uint32_t i = 0; i < count; ++i) numbers.push_back(first + i);
  return numbers;
}

TEST(DeviceBurst, TX_010_ABurstOfMoreThan128IsNotTruncatedWhenItIsStaged) {
  TwoDevices net;
  ASSERT_EQ(SendBurst(net, 0, 200), Errno::kOk);
  EXPECT_EQ(net.device(kA).census().staged, 200u);
  net.Settle();
  EXPECT_EQ(net.node(kB).received, Numbers(0, 200));
  EXPECT_EQ(net.device(kA).counters().tx_dropped, 0u);
}

TEST(DeviceBurst, TX_010_TheNextSendDropsTheOldestUntil128AreLeftAndThenAddsAllOfIts) {
  TwoDevices net;
  ASSERT_EQ(SendBurst(net, 0, 200), Errno::kOk);
  ASSERT_EQ(SendBurst(net, 200, kSegments), Errno::kOk);
  EXPECT_EQ(net.device(kA).counters().tx_dropped, 200u - 128);
  EXPECT_EQ(net.device(kA).census().staged, 128u + kSegments);
  net.Settle();
  EXPECT_EQ(net.node(kB).received, Numbers(72, 128 + kSegments));
  EXPECT_EQ(net.node(kA).dropped[DropReason::kStagedOverflow], 72u);
}

TEST(DeviceBurst, TX_036_TX_018_ABurstIsOneBundleWithNumbersInARow) {
  TwoDevices net;
  net.Handshake(kA);
  std::vector<uint64_t> nonces;
  net.tap = [&](Side from, Datagram* datagram) {
    MessageDataHeader header;
    Decode(std::as_const(datagram->payload).bytes(), &header);
    if (from == kA) nonces.push_back(header.counter);
    return true;
  };
  const uint64_t next = net.peer(kA).keypairs.current()->sending_counter;
  ASSERT_EQ(SendBurst(net, 0, kSegments), Errno::kOk);
  ASSERT_EQ(net.fx(kA)->work.size(), 1u);
  EXPECT_EQ(net.fx(kA)->work[0].kind, WorkKind::kSeal);
  EXPECT_EQ(net.fx(kA)->work[0].packets, kSegments);
  EXPECT_EQ(net.fx(kA)->work[0].bytes, kSegments * (96u + 32));
  EXPECT_EQ(net.device(kA).census().bundles, 1u);
  net.Settle();
  EXPECT_EQ(net.node(kB).received, Numbers(0, kSegments));
  ASSERT_EQ(nonces.size(), kSegments);
  for (uint32_t i = 0; i < kSegments; ++i) EXPECT_EQ(nonces[i], next + i);
}

TEST(DeviceBurst, QUEUE_008_ThePeersQueueCountsBundlesAndNotSegments) {
  TwoDevices net;
  net.Handshake(kA);
  for (uint32_t i = 0; i < kMaxQueuedPackets; ++i) {
    ASSERT_EQ(SendBurst(net, i * kSegments, kSegments), Errno::kOk);
  }
  EXPECT_EQ(net.fx(kA)->work.size(), kMaxQueuedPackets);
  EXPECT_TRUE(net.fx(kA)->dropped.empty());
  ASSERT_EQ(SendBurst(net, 0, kSegments), Errno::kOk);
  ASSERT_EQ(net.fx(kA)->dropped.size(), kSegments);
  EXPECT_EQ(net.fx(kA)->dropped[0].reason, DropReason::kTxQueueFull);
  EXPECT_EQ(net.device(kA).counters().tx_dropped, 0u);  // TX-042
  net.connected[kA] = false;
  net.Settle();
}

TEST(DeviceBurst, TX_037_WhatFailsInABundleTakesAllOfItAlong) {
  TwoDevices net;
  net.Handshake(kA);
  ASSERT_EQ(SendBurst(net, 0, kSegments), Errno::kOk);
  ASSERT_EQ(SendBurst(net, kSegments, kSegments), Errno::kOk);
  const Work first = net.fx(kA)->work[0];
  net.fx(kA)->work.erase(net.fx(kA)->work.begin());
  net.device(kA).Abandon(net.now(), first, net.fx(kA));
  net.Settle();
  EXPECT_EQ(net.node(kA).dropped[DropReason::kCryptRingFull], kSegments);
  EXPECT_EQ(net.node(kB).received, Numbers(kSegments, kSegments));
}

TEST(DeviceBurst, TX_034_TX_035_ACounterThatEndsWithinABurstSendsNoneOfIt) {
  TwoDevices net;
  net.Handshake(kA);
  net.connected[kA] = false;
  net.peer(kA).keypairs.current()->sending_counter = kRejectAfterMessages - 10;
  ASSERT_EQ(SendBurst(net, 0, kSegments), Errno::kOk);
  EXPECT_EQ(net.device(kA).census().staged, kSegments);
  EXPECT_EQ(net.device(kA).census().bundles, 0u);
  EXPECT_FALSE(net.peer(kA).keypairs.current()->sending.is_valid);
  net.Settle();
}

TEST(DeviceBurst, TX_001_TX_003_TX_004_TX_005_ARefusalLeavesAllWithTheCallerAndCountsOnce) {
  TwoDevices net({.endpoint_of_b = false});
  std::vector<Buffer> segments = Segments(net, 0, kSegments);
  const auto send = [&] {
    const Errno error =
        net.device(kA).TransmitBurst(net.now(), absl::MakeSpan(segments), 0, net.fx(kA));
    for (const Buffer& segment : segments) EXPECT_TRUE(segment);
    return error;
  };
  EXPECT_EQ(send(), Errno::kDestAddrReq);
  for (Buffer& segment : segments) segment.data()[16] = 172;
  EXPECT_EQ(send(), Errno::kNoKey);
  for (Buffer& segment : segments) segment.data()[0] = 0x55;
  EXPECT_EQ(send(), Errno::kProtoNoSupport);
  EXPECT_EQ(net.device(kA).counters().tx_errors, 3u);
  EXPECT_TRUE(net.fx(kA)->empty());
}

TEST(DeviceBurstDeathTest, SegmentsOfTwoFlowsAreAMistakeOfTheCaller) {
  TwoDevices net;
  std::vector<Buffer> segments = Segments(net, 0, 2);
  segments[1].data()[19] ^= 1;
  EXPECT_DEATH(net.device(kA).TransmitBurst(net.now(), absl::MakeSpan(segments), 0, net.fx(kA)),
               "SameDestination");
  EXPECT_DEATH(net.device(kA).TransmitBurst(net.now(), absl::Span<Buffer>(), 0, net.fx(kA)), "");
}

}  // namespace
}  // namespace wg
