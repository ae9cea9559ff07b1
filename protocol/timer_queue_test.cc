// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/timer_queue.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/fake_entropy.h"
#include "protocol/peer.h"
#include "protocol/timers.h"
#include "protocol/two_devices.h"

namespace wg {
namespace {

using std::chrono::seconds;

TEST(TimerQueue, ComesOutInOneOrderWhateverTheOrderOfPushing) {
  std::vector<TimerQueue::Entry> entries;
  for (int at = 0; at < 3; ++at) {
    for (uint64_t peer = 1; peer <= 3; ++peer) {
      for (int timer = 0; timer < kTimers; ++timer) {
        entries.push_back({BootTime(Duration(at)), PeerId{peer}, static_cast<uint32_t>(9 - peer),
                           static_cast<TimerId>(timer)});
      }
    }
  }
  SeededEntropy random(1);
  for (int round = 0; round < 100; ++round) {
    std::vector<TimerQueue::Entry> shuffled = entries;
    for (size_t i = shuffled.size(); i > 1; --i)
      std::swap(shuffled[i - 1], shuffled[random.Below(i)]);
    TimerQueue queue;
    for (const TimerQueue::Entry& entry : shuffled) queue.Push(entry);
    if (round % 2) queue.Compact([](const TimerQueue::Entry&) { return true; });
    for (const TimerQueue::Entry& entry : entries) {
      EXPECT_EQ(queue.next(), entry.deadline);
      EXPECT_TRUE(queue.Pop() == entry);
    }
    EXPECT_EQ(queue.next(), kNever);
  }
}

// The device's timers against a list of deadlines: what is due fires, at its time and only then.
TEST(TimerQueue, RandomArmingAndCancellingFiresWhatAListOfDeadlinesSays) {
  Profile profile = kLinux616;
  profile.max_jitter = Duration(0);
  TwoDevices net({.profile = &profile, .endpoint_of_b = false});
  Device::State& state = net.state(kA);
  SeededEntropy random(3);
  std::vector<Peer*> peers;
  for (uint8_t i = 0; i < 20; ++i) {
    PublicKey key;
    key.bytes.fill(static_cast<uint8_t>(i + 100));
    peers.push_back(CreatePeer(state, net.now(), key, PresharedKey()));
  }
  Now now = net.now();
  size_t fired = 0, cancelled = 0;
  for (int step = 0; step < 200000; ++step) {
    Peer& peer = *peers[random.Below(peers.size())];
    switch (random.Below(6)) {
      case 0:
        TimersDataReceived(state, now, peer);
        break;
      case 1:
        TimersAnyAuthenticatedPacketSent(now, peer);
        break;
      case 2:
        TimersSessionDerived(state, now, peer);
        break;
      case 3:
        cancelled += peer.timers[2].pending();
        TimersAnyAuthenticatedPacketReceived(peer);
        break;
      case 4:
        TimersDataSent(state, now, peer);
        break;
      default:
        now.boot += Duration(random.Below(500'000'000));
    }
    BootTime first = kNever;
    size_t due = 0;
    for (const Peer* each : peers) {
      for (const PeerTimer& timer : each->timers) {
        first = std::min(first, timer.expires);
        due += timer.expires <= now.boot;
      }
    }
    ASSERT_LE(net.device(kA).NextTimer(), first);
    ASSERT_EQ(due > 0, first <= now.boot);
    net.device(kA).OnTimer(now, net.fx(kA));
    fired += due;
    for (const Peer* each : peers) {
      for (const PeerTimer& timer : each->timers) ASSERT_GT(timer.expires, now.boot);
    }
    ASSERT_LE(state.timers.size(), 21u * 20);
    net.fx(kA)->work.clear();
    for (Peer* each : peers) each->handshake_out_job = each->wipe_job = 0;
  }
  EXPECT_GT(fired, 1000u);
  EXPECT_GT(cancelled, 1000u);
}

TEST(TimerQueue, PeersThatComeAndGoDoNotFillTheHeap) {
  TwoDevices net;
  Device::State& state = net.state(kA);
  PublicKey key;
  key.bytes.fill(77);
  for (int i = 0; i < 10000; ++i) {
    Peer* peer = CreatePeer(state, net.now(), key, PresharedKey());
    TimersSessionDerived(state, net.now(), *peer);
    TimersHandshakeInitiated(state, net.now(), *peer);
    UnlinkPeer(state, *peer);
    UnhashPeer(state, *peer);
    KillPeer(*peer);
    StopTimers(state, *peer);
    DestroyPeer(state, peer, net.fx(kA));
    ASSERT_LE(state.timers.size(), 64u);
  }
}

}  // namespace
}  // namespace wg
