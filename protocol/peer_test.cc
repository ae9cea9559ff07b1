// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A peer's life as a configuration sees it: what each step of creation and removal changes, and
// what is left behind.
#include "protocol/peer.h"

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/allowedips.h"
#include "protocol/messages.h"
#include "protocol/timer_queue.h"
#include "protocol/two_devices.h"

namespace wg {
namespace {

using std::chrono::seconds;

void Remove(TwoDevices& net, Side side, Peer* peer) {
  Device::State& state = net.state(side);
  UnlinkPeer(state, *peer);
  state.allowed_ips.RemoveByOwner(peer->slot);
  UnhashPeer(state, *peer);
  KillPeer(*peer);
  DropKeypairs(state, *peer);
  StopTimers(state, *peer);
  DestroyPeer(state, peer, net.fx(side));
}

PublicKey KeyNumber(uint8_t number) {
  PublicKey key;
  key.bytes.fill(number);
  return key;
}

TEST(Peer, PEER_001_ANewPeerKnowsNothing) {
  TwoDevices net;
  Peer* peer = CreatePeer(net.state(kA), net.now(), KeyNumber(9), PresharedKey());
  ASSERT_NE(peer, nullptr);
  EXPECT_EQ(FindPeer(net.state(kA), KeyNumber(9)), peer);
  EXPECT_EQ(FindPeer(net.state(kA), peer->id), peer);
  const GetDevice get = net.device(kA).Get();
  ASSERT_EQ(get.peers.size(), 2u);
  EXPECT_EQ(get.peers[1].public_key, KeyNumber(9));
  EXPECT_TRUE(get.peers[1].preshared_key.IsZero());
  EXPECT_FALSE(get.peers[1].endpoint);
  EXPECT_EQ(get.peers[1].last_handshake, WallTime());
  EXPECT_EQ(get.peers[1].rx_bytes + get.peers[1].tx_bytes, 0u);
  EXPECT_TRUE(get.peers[1].allowed_ips.empty());
}

// A configured peer without a session: the object, what the allocator adds, and its entries in the
// tables, these at their emptiest, just after they have doubled.
TEST(Peer, AnIdlePeerTakesLessThanTwoKibibytes) {
  constexpr size_t kAllocator = 16;
  // A flat_hash_map is filled to 7/8; a vector to the last place.
  const auto in_map = [](size_t slot) { return (slot + 1) * 16 / 7; };
  const auto in_vector = [](size_t element) { return 2 * element; };
  constexpr size_t kTimerEntriesPerPeer = 4 * kTimers;  // before stale ones are swept out
  const size_t bytes = sizeof(Peer) + kAllocator + in_vector(sizeof(std::unique_ptr<Peer>)) +
                       in_map(sizeof(std::pair<PeerId, Peer*>)) +
                       in_map(sizeof(std::pair<PublicKey, PeerId>)) +
                       in_vector(kTimerEntriesPerPeer * sizeof(TimerQueue::Entry));
  // One allowed ip of each family, by what the trie says of many of them.
  AllowedIps table;
  constexpr uint32_t kOwners = 1 << 14;
  for (uint32_t i = 0; i < kOwners; ++i) {
    ASSERT_EQ(table.Insert(Prefix::Host(IpAddress::V4(i * 2654435761u)), i), Errno::kOk);
    ASSERT_EQ(table.Insert(Prefix::Host(IpAddress::V6(i * 0x9e3779b97f4a7c15u, i)), i), Errno::kOk);
  }
  EXPECT_LT(bytes + table.memory() / kOwners, 2048u)
      << sizeof(Peer) << ", with tables " << bytes << ", allowed ips " << table.memory() / kOwners;
  RecordProperty("bytes", static_cast<int>(bytes + table.memory() / kOwners));
}

TEST(Peer, IdsGrowAndAreNeverReusedWhileSlotsAre) {
  TwoDevices net;
  PeerId last = net.peer(kA).id;
  for (int i = 0; i < 100; ++i) {
    Peer* peer = CreatePeer(net.state(kA), net.now(), KeyNumber(9), PresharedKey());
    EXPECT_GT(peer->id, last);
    EXPECT_EQ(peer->slot, 1u);
    last = peer->id;
    Remove(net, kA, peer);
    EXPECT_EQ(FindPeer(net.state(kA), last), nullptr);
  }
  EXPECT_EQ(net.device(kA).census().peers, 1u);
}

TEST(Peer, TheListKeepsTheOrderOfCreation) {
  TwoDevices net;
  std::vector<Peer*> peers;
  for (uint8_t i = 1; i <= 5; ++i) {
    peers.push_back(CreatePeer(net.state(kA), net.now(), KeyNumber(i), PresharedKey()));
  }
  Remove(net, kA, peers[4]);
  Remove(net, kA, peers[1]);
  Remove(net, kA, &net.peer(kA));
  CreatePeer(net.state(kA), net.now(), KeyNumber(6), PresharedKey());
  std::vector<uint8_t> keys;
  for (const GetPeer& peer : net.device(kA).Get().peers) keys.push_back(peer.public_key.bytes[0]);
  EXPECT_EQ(keys, (std::vector<uint8_t>{1, 3, 4, 6}));
}

TEST(Peer, PEER_006_PEER_007_PEER_038_RemovalStepByStep) {
  TwoDevices net;
  net.Handshake(kA);
  Device::State& state = net.state(kB);
  Peer* peer = net.node(kB).peer;
  const auto sent_is_lost_for = [&](DropReason reason) {
    const uint32_t before = net.node(kB).dropped[reason];
    net.SendNumbered(kA, 1);
    return net.node(kB).dropped[reason] == before + 1;
  };
  UnlinkPeer(state, *peer);  // D1
  EXPECT_TRUE(net.device(kB).Get().peers.empty());
  net.SendNumbered(kA, 1);
  EXPECT_EQ(net.node(kB).received.size(), 1u);
  state.allowed_ips.RemoveByOwner(peer->slot);  // D2
  EXPECT_TRUE(sent_is_lost_for(DropReason::kUnallowedSource));
  UnhashPeer(state, *peer);  // D3
  EXPECT_EQ(FindPeer(state, peer->public_key()), nullptr);
  EXPECT_TRUE(sent_is_lost_for(DropReason::kUnallowedSource));
  KillPeer(*peer);  // D4
  EXPECT_TRUE(sent_is_lost_for(DropReason::kPeerDead));
  DropKeypairs(state, *peer);  // D6
  EXPECT_TRUE(sent_is_lost_for(DropReason::kUnknownIndex));
  StopTimers(state, *peer);  // D7
  for (const PeerTimer& timer : peer->timers) EXPECT_FALSE(timer.pending());
  DestroyPeer(state, peer, net.fx(kB));  // D9
  EXPECT_TRUE(sent_is_lost_for(DropReason::kUnknownIndex));
  const DeviceCensus census = net.device(kB).census();
  EXPECT_EQ(census.peers + census.keypairs + census.indices + census.trie_nodes, 0u);
}

TEST(Peer, TX_043_WhatIsQueuedForADestroyedPeerEndsAndItsWorkFindsNothing) {
  TwoDevices net;
  net.Handshake(kA);
  std::vector<Work> orphans;
  for (uint32_t i = 0; i < 3; ++i) {
    Buffer packet = MakeInner(&net.node(kA).pool, net.node(kA).inner, net.node(kB).inner, i);
    ASSERT_EQ(net.device(kA).Transmit(net.now(), &packet, 0, net.fx(kA)), Errno::kOk);
  }
  orphans = std::exchange(net.fx(kA)->work, {});
  net.device(kA).Run(net.now(), orphans[0], net.fx(kA));  // its kTransmit waits, too
  orphans.push_back(net.fx(kA)->work.at(0));
  net.fx(kA)->work.clear();
  Remove(net, kA, net.node(kA).peer);
  EXPECT_EQ(net.fx(kA)->dropped.size(), 3u);
  EXPECT_EQ(net.fx(kA)->dropped[0].reason, DropReason::kPeerDead);
  EXPECT_EQ(net.device(kA).counters().tx_dropped, 0u);
  net.fx(kA)->Clear();
  // The slot has a new holder, which is none of this work's business.
  Peer* next = CreatePeer(net.state(kA), net.now(), KeyNumber(9), PresharedKey());
  EXPECT_EQ(next->slot, 0u);
  for (const Work& work : orphans) net.device(kA).Run(net.now(), work, net.fx(kA));
  EXPECT_TRUE(net.fx(kA)->empty());
  EXPECT_EQ(net.device(kA).counters().stale_work, 4u);
  EXPECT_EQ(net.device(kA).census().bundles, 0u);
}

TEST(Peer, DestroyingAPeerPurgesWhatIsStaged) {
  TwoDevices net;
  net.connected[kA] = false;
  net.SendNumbered(kA, 1);
  net.SendNumbered(kA, 2);
  Remove(net, kA, net.node(kA).peer);
  EXPECT_EQ(net.device(kA).counters().tx_dropped, 2u);
  EXPECT_EQ(net.fx(kA)->dropped[0].reason, DropReason::kStagedPurged);
  net.fx(kA)->Clear();
  net.Advance(seconds(30));
  EXPECT_EQ(net.Log(kA, 1).size(), 1u);
}

TEST(Peer, ADeviceMayEndAtAnyStepOfARemoval) {
  for (int steps = 0; steps <= 6; ++steps) {
    TwoDevices net;
    net.Handshake(kA);
    Device::State& state = net.state(kA);
    Peer& peer = net.peer(kA);
    if (steps > 0) UnlinkPeer(state, peer);
    if (steps > 1) state.allowed_ips.RemoveByOwner(peer.slot);
    if (steps > 2) UnhashPeer(state, peer);
    if (steps > 3) KillPeer(peer);
    if (steps > 4) DropKeypairs(state, peer);
    if (steps > 5) StopTimers(state, peer);
  }
}

TEST(Peer, ThePresharedKeyCountsFromTheNextHandshakeOn) {
  TwoDevices net;
  net.Handshake(kA);
  PresharedKey psk;
  psk.bytes.fill(3);
  SetPresharedKey(net.peer(kA), psk);
  net.SendNumbered(kA, 1);
  EXPECT_EQ(net.node(kB).received.size(), 1u);
  net.Advance(seconds(6));
  net.peer(kA).keypairs.ExpireSending();
  net.SendNumbered(kA, 2);
  EXPECT_EQ(net.node(kB).received.size(), 1u);
  SetPresharedKey(net.peer(kB), psk);
  net.Advance(seconds(6));
  EXPECT_EQ(net.node(kB).received.size(), 2u);
}

TEST(Peer, SOCK_007_ConfiguringAnEndpointForgetsTheLearnedSource) {
  TwoDevices net;
  net.Handshake(kA);
  ASSERT_TRUE(net.peer(kA).endpoint.source());
  SetEndpoint(net.peer(kA), net.node(kB).address);
  EXPECT_FALSE(net.peer(kA).endpoint.source());
  SetEndpoint(net.peer(kA), Endpoint());
  EXPECT_EQ(net.peer(kA).endpoint.remote(), net.node(kB).address);
  net.SendNumbered(kB, 1);
  ASSERT_TRUE(net.peer(kA).endpoint.source());
  ClearAllSources(net.state(kA));
  EXPECT_FALSE(net.peer(kA).endpoint.source());
}

TEST(Peer, PEER_027_DEV_016_ANewKeyExpiresSendingAndOpensTheGateButOldDataStillComesIn) {
  TwoDevices net;
  net.Handshake(kA);
  PrivateKey key;
  key.bytes.fill(0x5a);
  SetPrivateKey(net.state(kA), net.now(), key, net.fx(kA));
  net.SendNumbered(kB, 1);
  EXPECT_EQ(net.node(kA).received.size(), 1u);
  net.ClearLog();
  net.SendNumbered(kA, 2);
  EXPECT_EQ(net.Log(kA, 4).size(), 0u);
  EXPECT_EQ(net.Log(kA, 1).size(), 1u);
}

TEST(Peer, PEER_030_PEER_031_AnUnchangedKeyIsComparedInItsClampedForm) {
  TwoDevices net;
  net.Handshake(kA);
  PrivateKey clamped = net.node(kA).private_key;
  Clamp(&clamped);
  SetPrivateKey(net.state(kA), net.now(), clamped, net.fx(kA));
  EXPECT_TRUE(net.peer(kA).keypairs.current()->sending.is_valid);
  PrivateKey unclamped;
  unclamped.bytes.fill(0x5b);
  for (int i = 0; i < 2; ++i) {
    net.peer(kA).keypairs.current()->sending.is_valid = true;
    SetPrivateKey(net.state(kA), net.now(), unclamped, net.fx(kA));
    EXPECT_FALSE(net.peer(kA).keypairs.current()->sending.is_valid);
  }
}

TEST(Peer, PEER_034_DEV_007_TheFirstKeyOfAnInterfaceThatIsUpFlushesWhatIsStaged) {
  TwoDevices net;
  SetPrivateKey(net.state(kA), net.now(), PrivateKey(), net.fx(kA));
  net.SendNumbered(kA, 1);
  EXPECT_TRUE(net.log().empty());
  net.Advance(seconds(5));  // the failed attempt has closed the gate
  SetPrivateKey(net.state(kA), net.now(), net.node(kA).private_key, net.fx(kA));
  net.Settle();
  EXPECT_EQ(net.node(kB).received.size(), 1u);
}

TEST(Peer, DEV_015_PEER_041_SleepForgetsSessionsAndTheNextPacketStartsOne) {
  TwoDevices net;
  net.Handshake(kA);
  net.device(kA).PrepareSuspend();
  EXPECT_EQ(net.device(kA).census().keypairs, 0u);
  net.Advance(seconds(6));
  net.SendNumbered(kA, 1);
  EXPECT_EQ(net.node(kB).received.size(), 1u);
}

}  // namespace
}  // namespace wg
