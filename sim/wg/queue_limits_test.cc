// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Each queue of spec/data 7.1 is filled to its limit, in a whole device on a machine.
#include <chrono>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/buffer.h"
#include "protocol/config.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "protocol/peer_id.h"
#include "sim/core.h"
#include "sim/net/napi.h"
#include "sim/net/packet.h"
#include "sim/net/test_network.h"
#include "sim/net/tunnel_socket.h"
#include "sim/time.h"
#include "sim/wg/cost_model.h"
#include "sim/wg/peer_work.h"
#include "sim/wg/wg_tunnel.h"
#include "sim/wg/wg_tunnel_fixture.h"

namespace wgnode {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using wg::DropReason;
using wg::Errno;

constexpr wg::PeerId kFirstPeer{1};
constexpr int64_t kMillisecond = 1'000'000'000;  // in picoseconds

class QueueLimits : public WgTunnelTest {
 protected:
  explicit QueueLimits(int cores = 1) : WgTunnelTest(cores) { Introduce(); }
  // As many packets as a ring clears at once, so that all of its slots are free.
  static constexpr int kBatch = 16;
  void Connect(int packets = kBatch) {
    for (int i = 0; i < packets; ++i) ASSERT_TRUE(a_.Reaches(&b_));
    a_.drops.counts = b_.drops.counts = {};
  }
  void Send(int packets, size_t size = 100) {
    for (int i = 0; i < packets; ++i) ASSERT_EQ(a_.Send(b_, size), Errno::kOk);
  }
  // Slowly enough for none of the sender's queues to be noticed.
  void Trickle(int packets) {
    for (int i = 0; i < packets; ++i) {
      Send(1);
      Pass(sim::Duration(100));
    }
  }
  void ExpectNothingCounted(const Node& node) {
    EXPECT_EQ(node.counters().tx_dropped, 0u);
    EXPECT_EQ(node.counters().tx_errors, 0u);
    EXPECT_EQ(node.counters().rx_errors, 0u);
  }
  // A message of type 1 that nobody has sent, and that is worth nothing.
  void Initiation(net::Cpu cpu) {
    wg::Buffer payload = net_.ground.pool.Allocate(148);
    std::memset(payload.data(), 0, payload.size());
    payload.data()[0] = 1;
    b_.tunnel->OnTunnelDatagram({.payload = std::move(payload),
                                 .remote = {net::Ip("192.0.2.1"), 9},
                                 .local = net::Ip("192.0.2.2"),
                                 .cpu = cpu});
  }
};
class QueueLimitsOfTwoCores : public QueueLimits {
 protected:
  QueueLimitsOfTwoCores() : QueueLimits(2) {}
};

TEST_F(QueueLimits, Staged128AndWhatIsAddedTheOldestGoFirst) {
  tap_b_->deaf = true;
  Send(300);
  EXPECT_EQ(a_.drops[DropReason::kStagedOverflow], 300u - 129);
  EXPECT_EQ(a_.counters().tx_dropped, 300u - 129);
  tap_b_->deaf = false;
  Pass(seconds(7));
  ASSERT_EQ(b_.reader.tags.size(), 129u);
  for (uint64_t i = 0; i < 129; ++i) EXPECT_EQ(b_.reader.tags[i], 300 - 129 + 1 + i);
}

// Nothing is finished, so nobody has looked at the head of the peer's queue.
TEST_F(QueueLimits, EncryptRing1024AndThePeersQueueAreFullAtOnce) {
  Connect();
  a_.costs.set_price(Cost::kSeal, {.fixed_ps = kMillisecond});
  Send(1100);
  EXPECT_EQ(a_.tunnel->encrypt_queue().pushed(), kBatch + 1024u);
  EXPECT_EQ(a_.tunnel->encrypt_queue().refused(), 0u);
  EXPECT_EQ(a_.drops[DropReason::kTxQueueFull], 1100u - 1024);
  Pass(seconds(2));
  EXPECT_EQ(b_.reader.tags.size(), kBatch + 1024u);
  ExpectNothingCounted(a_);
}

TEST_F(QueueLimits, EncryptRingWith15EmptySlotsThatAreNotClearedTheLast15AreDeadInTheirPlace) {
  Connect(kBatch + 14);
  a_.costs.set_price(Cost::kSeal, {.fixed_ps = kMillisecond});
  Send(1100);  // the first is being sealed: the 15th slot
  EXPECT_EQ(a_.tunnel->encrypt_queue().size(), 1024u - 15);
  EXPECT_EQ(a_.tunnel->encrypt_queue().refused(), 15u);
  EXPECT_EQ(a_.drops[DropReason::kTxQueueFull], 1100u - 1025) << "1024 and the one looked at";
  EXPECT_EQ(a_.drops[DropReason::kCryptRingFull], 0u) << "they wait for their turn";
  Pass(seconds(2));
  EXPECT_EQ(a_.drops[DropReason::kCryptRingFull], 15u);
  EXPECT_EQ(b_.reader.tags.size(), kBatch + 14 + 1010u);
  ExpectNothingCounted(a_);
}

TEST_F(QueueLimitsOfTwoCores, TxQueue1024AndTheOneThatIsLookedAt) {
  Connect();
  a_.costs.set_price(Cost::kTransmit, {.fixed_ps = kMillisecond});
  Trickle(2);
  Pass(milliseconds(1));
  const uint64_t left = tap_b_->OfType(4).size();
  Trickle(1500);  // in 150 us
  Pass(sim::Duration(1000));
  EXPECT_EQ(tap_b_->OfType(4).size(), left);
  EXPECT_LE(a_.tunnel->encrypt_queue().size(), 1u) << "it waits for the core that transmits";
  EXPECT_EQ(a_.drops[DropReason::kTxQueueFull], 1501u - 1025);
  ExpectNothingCounted(a_);
}

TEST_F(QueueLimits, DecryptRing1024AndThePeersQueueAreFullAtOnce) {
  Connect();
  b_.costs.set_price(Cost::kOpen, {.fixed_ps = kMillisecond});
  Trickle(1100);
  EXPECT_EQ(b_.tunnel->decrypt_queue().pushed(), kBatch + 1024u);
  EXPECT_EQ(b_.tunnel->decrypt_queue().refused(), 0u);
  EXPECT_EQ(b_.drops[DropReason::kRxQueueFull], 1100u - 1024);
  Pass(seconds(2));
  EXPECT_EQ(b_.reader.tags.size(), kBatch + 1024u);
  ExpectNothingCounted(b_);
}

TEST_F(QueueLimits, DecryptRingWith15EmptySlotsThatAreNotClearedTheLast15AreDeadInTheirPlace) {
  Connect(kBatch + 14);
  b_.costs.set_price(Cost::kOpen, {.fixed_ps = kMillisecond});
  Trickle(1100);
  EXPECT_EQ(b_.tunnel->decrypt_queue().refused(), 15u);
  EXPECT_EQ(b_.drops[DropReason::kRxQueueFull], 1100u - 1025) << "1024 and the one looked at";
  EXPECT_EQ(b_.drops[DropReason::kCryptRingFull], 0u) << "they wait for their turn";
  Pass(seconds(2));
  EXPECT_EQ(b_.drops[DropReason::kCryptRingFull], 15u);
  EXPECT_EQ(b_.reader.tags.size(), kBatch + 14 + 1010u);
  ExpectNothingCounted(b_);
}

TEST_F(QueueLimitsOfTwoCores, RxQueue1024AndTheOneThatIsLookedAt) {
  Connect();
  b_.costs.set_price(Cost::kDeliver, {.fixed_ps = kMillisecond});
  Trickle(2);
  Pass(milliseconds(1));
  const size_t delivered = b_.reader.tags.size();
  Trickle(1500);
  EXPECT_EQ(b_.reader.tags.size(), delivered);
  EXPECT_EQ(b_.tunnel->decrypt_queue().size(), 0u) << "all opened";
  EXPECT_EQ(b_.drops[DropReason::kRxQueueFull], 1501u - 1025);
  ExpectNothingCounted(b_);
}

TEST_F(QueueLimits, HandshakeRing4096) {
  b_.costs.set_price(Cost::kHandshakeCheck, {.fixed_ps = kMillisecond});
  for (int i = 0; i < 5000; ++i) Initiation(0);
  EXPECT_EQ(b_.drops[DropReason::kHandshakeQueueFull], 5000u - 4096);
  EXPECT_EQ(b_.tunnel->handshake_queue().pushed(), 4096u);
  ExpectNothingCounted(b_);
}

TEST_F(QueueLimitsOfTwoCores, HandshakeRingAbove2048AProducerThatFindsTheLockTakenGivesUp) {
  b_.costs.set_price(Cost::kHandshakeCheck, {.fixed_ps = kMillisecond});
  b_.costs.set_price(Cost::kRingLock, {.fixed_ps = 40'000});
  for (int i = 0; i < 2048; ++i) Initiation(0);
  Initiation(1);
  EXPECT_EQ(b_.tunnel->handshake_queue().given_up(), 0u) << "half full: it spins";
  Initiation(0);
  EXPECT_EQ(b_.tunnel->handshake_queue().given_up(), 1u);
  EXPECT_EQ(b_.drops[DropReason::kHandshakeQueueFull], 1u);
  Pass(milliseconds(1) - sim::Duration(1));  // the lock is free by then
  Initiation(0);
  EXPECT_EQ(b_.tunnel->handshake_queue().given_up(), 1u);
  EXPECT_EQ(b_.tunnel->handshake_queue().pushed(), 2050u);
}

TEST_F(QueueLimitsOfTwoCores, HandshakeRingKeepsItsTurnWhenItIsFull) {
  b_.costs.set_price(Cost::kHandshakeCheck, {.fixed_ps = kMillisecond});
  for (int i = 0; i < 4096; ++i) Initiation(0);
  const auto busy = [this] { return net_.b.core(1)->busy(); };
  EXPECT_TRUE(busy());
  for (int i = 0; i < 3; ++i) Initiation(0);
  EXPECT_EQ(b_.drops[DropReason::kHandshakeQueueFull], 3u);
  Pass(seconds(5));
  EXPECT_FALSE(busy());
  Initiation(0);
  EXPECT_FALSE(busy()) << "4096 have been taken: it is the first core's turn again";
  EXPECT_TRUE(net_.b.core(0)->busy());
}

TEST_F(QueueLimits, HandshakeSendOnceHoweverOftenItIsAskedFor) {
  a_.costs.set_price(Cost::kHandshakeOut, {.fixed_ps = kMillisecond});
  for (int i = 0; i < 100; ++i) Send(1);
  Pass(milliseconds(1) - sim::Duration(1));
  EXPECT_EQ(tap_b_->OfType(1).size(), 0u);
  Pass(seconds(1));
  EXPECT_EQ(tap_b_->OfType(1).size(), 1u);
  EXPECT_EQ(b_.reader.tags.size(), 100u);
}

TEST_F(QueueLimits, NapiBudget64ThenOthersHaveATurn) {
  Connect();
  const net::Napi& napi = *b_.tunnel->work_of(kFirstPeer)->napi;
  const net::NapiCounters before = napi.counters();
  b_.costs.set_price(Cost::kDeliver, {.fixed_ps = kMillisecond});
  Trickle(1 + 200);  // the others come while the first is delivered
  Pass(seconds(1));
  EXPECT_EQ(napi.counters().packets - before.packets, 201u);
  EXPECT_EQ(napi.counters().full_rounds - before.full_rounds, 201u / 64);
}

TEST_F(QueueLimits, APeerThatIsIdleTakesNoMemoryOfTheDriver) {
  for (int i = 0; i < 50; ++i) {
    wg::SetPeer peer;
    peer.public_key.bytes[0] = static_cast<uint8_t>(i + 1);
    wg::SetDevice request;
    request.peers.push_back(std::move(peer));
    ASSERT_EQ(a_.Configure(request), Errno::kOk);
  }
  EXPECT_EQ(a_.tunnel->peers_with_work(), 0u);
  Connect();
  EXPECT_EQ(a_.tunnel->peers_with_work(), 1u);
}

// WQ_CPU_INTENSIVE: a long encryption does not keep the transmit work of its core from its turns.
TEST_F(QueueLimits, SealedPacketsLeaveWhileOthersOfTheirCoreAreBeingSealed) {
  Connect();
  tap_b_->Clear();
  a_.costs.set_price(Cost::kSeal, {.fixed_ps = kMillisecond});
  Send(100);
  Pass(milliseconds(50));
  EXPECT_GT(tap_b_->OfType(4).size(), 30u);
}

}  // namespace
}  // namespace wgnode
