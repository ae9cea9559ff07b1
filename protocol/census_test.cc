// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/census.h"

#include <chrono>

#include "gtest/gtest.h"
#include "protocol/two_devices.h"

namespace wg {
namespace {

TEST(Census, EveryNumberHasItsNameInTheText) {
  EXPECT_EQ(CensusText({}), "");
  EXPECT_EQ(CensusText({.peers = 1,
                        .peer_slots = 2,
                        .peer_ids = 3,
                        .public_keys = 4,
                        .keypairs = 5,
                        .indices = 6,
                        .trie_nodes = 7,
                        .prefixes = 8,
                        .timers = 9,
                        .tx_packets = 10,
                        .staged = 11,
                        .bundles = 12,
                        .queued_rx = 13,
                        .handshakes_in = 14}),
            "peers 1, peer slots 2, peer ids 3, public keys 4, keypairs 5, indices 6, trie nodes "
            "7, prefixes 8, timers 9, tx packets 10, staged 11, bundles 12, queued rx 13, "
            "handshakes in 14");
}

TEST(Census, CountsWhatIsAliveInTheMiddleOfEverything) {
  TwoDevices net;
  net.Handshake(kA);
  net.SendNumbered(kA, 1);
  EXPECT_EQ(CensusText(net.device(kB).census()),
            "peers 1, peer slots 1, peer ids 1, public keys 1, keypairs 1, indices 1, trie nodes "
            "1, prefixes 1, timers 2");
  net.peer(kA).keypairs.current()->sending.is_valid = false;
  Buffer packet = MakeInner(&net.node(kA).pool, net.node(kA).inner, net.node(kB).inner, 2);
  EXPECT_EQ(net.device(kA).Transmit(net.now(), &packet, 0, net.fx(kA)), Errno::kOk);
  EXPECT_EQ(net.device(kA).census().staged, 1u);
  EXPECT_EQ(net.device(kA).census().tx_packets, 1u);
  net.Advance(std::chrono::seconds(1));
  EXPECT_EQ(net.device(kA).census().staged, 1u);
}

TEST(Census, DismantlingLeavesNothing) {
  TwoDevices net;
  net.Handshake(kA);
  for (uint32_t i = 0; i < 10; ++i) {
    Buffer packet = MakeInner(&net.node(kA).pool, net.node(kA).inner, net.node(kB).inner, i);
    ASSERT_EQ(net.device(kA).Transmit(net.now(), &packet, 0, net.fx(kA)), Errno::kOk);
  }
  const Work late = net.fx(kA)->work[3];
  net.device(kA).Dismantle(net.fx(kA));
  EXPECT_EQ(net.device(kA).census(), DeviceCensus());
  net.device(kA).Run(net.now(), late, net.fx(kA));
  EXPECT_EQ(net.device(kA).counters().stale_work, 1u);
  net.device(kA).Dismantle(net.fx(kA));
}

TEST(CensusDeathTest, ADeviceThatLeavesSomethingBehindSaysWhat) {
  EXPECT_DEATH(
      {
        TwoDevices net;
        net.state(kA).bundles.Allocate();
        ++net.state(kA).staged;
      },
      "left behind by a device: staged 1, bundles 1");
}

}  // namespace
}  // namespace wg
