// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The queues by themselves, and the order of a peer's packets whatever the order in which workers
// finish.
#include "protocol/queueing.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/messages.h"
#include "protocol/slot_pool.h"
#include "protocol/two_devices.h"

namespace wg {
namespace {

struct Item {
  Item* next = nullptr;
  uint32_t slot = 0;
};

TEST(SlotPool, NumbersAreDenseAndReusedAndAddressesStay) {
  SlotPool<Item> pool;
  std::vector<Item*> items;
  for (uint32_t i = 0; i < 1000; ++i) {
    items.push_back(pool.Allocate());
    EXPECT_EQ(items.back()->slot, i);
  }
  EXPECT_EQ(pool.live(), 1000u);
  for (uint32_t i = 0; i < 1000; ++i) EXPECT_EQ(pool.At(i), items[i]);
  EXPECT_EQ(pool.At(pool.size()), nullptr);
  pool.Free(items[17]);
  EXPECT_EQ(pool.Allocate(), items[17]);
}

TEST(PrevQueue, QUEUE_008_Admits1024AndOnePeeked) {
  SlotPool<Item> pool;
  PrevQueue<Item> queue;
  for (size_t i = 0; i < kMaxQueuedPackets; ++i) EXPECT_TRUE(queue.Enqueue(pool.Allocate()));
  EXPECT_FALSE(queue.Enqueue(pool.Allocate()));
  EXPECT_EQ(queue.Peek()->slot, 0u);
  EXPECT_EQ(queue.Peek()->slot, 0u);
  EXPECT_TRUE(queue.Enqueue(pool.Allocate()));
  EXPECT_FALSE(queue.Enqueue(pool.Allocate()));
  EXPECT_EQ(queue.DropPeeked()->slot, 0u);
  EXPECT_FALSE(queue.Enqueue(pool.Allocate()));
  for (uint32_t i = 1; i <= kMaxQueuedPackets; ++i) {
    queue.Peek();
    const uint32_t slot = queue.DropPeeked()->slot;
    EXPECT_EQ(slot, i < kMaxQueuedPackets ? i : kMaxQueuedPackets + 1);
  }
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.Peek(), nullptr);
}

TEST(TxPacketList, PutBackGoesBeforeWhatCameMeanwhile) {
  SlotPool<TxPacket> pool;
  TxPacketList list;
  for (int i = 0; i < 3; ++i) list.PushBack(pool.Allocate());
  TxPacketList taken = list.TakeAll();
  EXPECT_TRUE(list.empty());
  list.SpliceFront(TxPacketList());
  list.SpliceFront(taken);
  taken = list.TakeAll();
  list.PushBack(pool.Allocate());
  list.SpliceFront(taken);
  EXPECT_EQ(list.count, 4u);
  for (uint32_t i = 0; i < 4; ++i) EXPECT_EQ(list.PopFront()->slot, i);
  EXPECT_TRUE(list.empty());
  list.PushBack(pool.At(0));
  EXPECT_EQ(list.count, 1u);
}

// Two devices whose work waits until the test picks some.
class ManualWork {
 public:
  explicit ManualWork(TwoDevices* net) : net_(*net) {}

  // Takes work and datagrams out of the effects; what was delivered or dropped is written down.
  void Collect() {
    for (const Side side : {kA, kB}) {
      Effects& fx = *net_.fx(side);
      for (const Work& work : fx.work) waiting_.push_back({side, work});
      for (Datagram& datagram : fx.datagrams) {
        net_.device(side).OnDatagramSent(net_.now(), datagram, SendOutcome::kSent);
        wire_.push_back({Other(side),
                         {.payload = std::move(datagram.payload),
                          .remote = net_.node(side).address,
                          .local = datagram.remote.address}});
      }
      for (const InnerPacket& inner : fx.inner) delivered[side].push_back(inner.packet.tag());
      for (const Dropped& dropped : fx.dropped) {
        if (dropped.reason == DropReason::kConsumed) continue;
        lost.push_back(dropped.packet.tag());
        ++reasons[dropped.reason];
      }
      fx.Clear();
    }
  }
  bool HasWork() const { return !waiting_.empty(); }
  bool HasDatagrams() const { return !wire_.empty(); }
  size_t waiting() const { return waiting_.size(); }
  const Work& work(size_t i) const { return waiting_[i].work; }

  void Run(size_t i, bool abandon = false) {
    const auto [side, work] = waiting_[i];
    waiting_.erase(waiting_.begin() + static_cast<ptrdiff_t>(i));
    if (abandon) {
      net_.device(side).Abandon(net_.now(), work, net_.fx(side));
    } else {
      net_.device(side).Run(net_.now(), work, net_.fx(side));
    }
    Collect();
    ExpectOneSerialWorkPerPeer();
  }
  void DeliverFirst() {
    auto [to, datagram] = std::move(wire_.front());
    wire_.erase(wire_.begin());
    net_.device(to).Receive(net_.now(), std::move(datagram), net_.fx(to));
    Collect();
  }

  std::vector<uint64_t> delivered[2];
  std::vector<uint64_t> lost;
  std::map<DropReason, uint32_t> reasons;

 private:
  struct Waiting {
    Side side;
    Work work;
  };
  struct OnWire {
    Side to;
    Datagram datagram;
  };

  void ExpectOneSerialWorkPerPeer() const {
    for (const Side side : {kA, kB}) {
      for (const WorkKind kind :
           {WorkKind::kTransmit, WorkKind::kDeliver, WorkKind::kHandshakeOut, WorkKind::kWipe}) {
        EXPECT_LE(std::count_if(waiting_.begin(), waiting_.end(),
                                [&](const Waiting& waiting) {
                                  return waiting.side == side && waiting.work.kind == kind;
                                }),
                  1);
      }
    }
  }

  TwoDevices& net_;
  std::vector<Waiting> waiting_;
  std::vector<OnWire> wire_;
};

bool CanBeAbandoned(const Work& work) {
  return work.kind == WorkKind::kSeal || work.kind == WorkKind::kOpen;
}

TEST(Queueing, QUEUE_012_QUEUE_013_RandomCompletionAndFullRingsKeepThePeersOrder) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    TwoDevices net({.crypto = seed % 2 ? &ModelledCrypto() : &RealCrypto(), .seed = seed});
    net.Handshake(kA);
    ManualWork work(&net);
    SeededEntropy random(seed);
    const uint64_t abandon_one_in = seed % 3 == 0 ? 5 : ~uint64_t{0};
    constexpr uint32_t kPackets = 200;
    uint32_t sent = 0;
    while (sent < kPackets || work.HasWork() || work.HasDatagrams()) {
      switch (random.Below(4)) {
        case 0:
          if (sent < kPackets) {
            Buffer packet =
                MakeInner(&net.node(kA).pool, net.node(kA).inner, net.node(kB).inner, ++sent);
            ASSERT_EQ(net.device(kA).Transmit(net.now(), &packet, 0, net.fx(kA)), Errno::kOk);
            work.Collect();
          }
          break;
        case 1:
          if (work.HasDatagrams()) work.DeliverFirst();
          break;
        default:
          if (work.HasWork()) {
            const size_t i = random.Below(work.waiting());
            work.Run(i, CanBeAbandoned(work.work(i)) && random.Below(abandon_one_in) == 0);
          }
      }
    }
    EXPECT_TRUE(std::is_sorted(work.delivered[kB].begin(), work.delivered[kB].end()));
    EXPECT_EQ(work.delivered[kB].size() + work.lost.size(), kPackets);
    EXPECT_EQ(work.reasons[DropReason::kCryptRingFull], work.lost.size());
    EXPECT_EQ(work.lost.empty(), abandon_one_in != 5);
    EXPECT_EQ(net.device(kA).census().bundles, 0u);
    EXPECT_EQ(net.device(kB).census().queued_rx, 0u);
    EXPECT_EQ(net.device(kA).counters().tx_dropped, 0u);  // TX-042
    EXPECT_EQ(net.device(kB).counters().rx_errors, 0u);
  }
}

Buffer Numbered(TwoDevices& net, uint32_t number) {
  return MakeInner(&net.node(kA).pool, net.node(kA).inner, net.node(kB).inner, number);
}

TEST(Queueing, PEER_046_TX_042_ThePeersQueueHolds1024BundlesAndCountsNothing) {
  TwoDevices net;
  net.Handshake(kA);
  for (uint32_t i = 0; i < 1030; ++i) {
    Buffer packet = Numbered(net, i);
    ASSERT_EQ(net.device(kA).Transmit(net.now(), &packet, 0, net.fx(kA)), Errno::kOk);
  }
  EXPECT_EQ(net.fx(kA)->work.size(), 1024u);
  EXPECT_EQ(net.fx(kA)->dropped.size(), 6u);
  EXPECT_EQ(net.fx(kA)->dropped[0].reason, DropReason::kTxQueueFull);
  EXPECT_EQ(net.fx(kA)->dropped[0].packet.tag(), 1024u);
  // A later bundle is sealed: the transmit worker looks at the head, and one more fits.
  net.fx(kA)->dropped.clear();
  const std::vector<Work> seals = std::exchange(net.fx(kA)->work, {});
  net.device(kA).Run(net.now(), seals[5], net.fx(kA));
  EXPECT_TRUE(net.fx(kA)->work.empty());
  for (uint32_t i = 0; i < 2; ++i) {
    Buffer packet = Numbered(net, 2000 + i);
    ASSERT_EQ(net.device(kA).Transmit(net.now(), &packet, 0, net.fx(kA)), Errno::kOk);
  }
  EXPECT_EQ(net.fx(kA)->dropped.size(), 1u);
  for (const Work& seal : seals) {
    if (seal.job != seals[5].job) net.device(kA).Run(net.now(), seal, net.fx(kA));
  }
  net.Settle();
  EXPECT_EQ(net.node(kB).received.size(), 1025u);
  EXPECT_EQ(net.node(kB).received.back(), 2000u);
  EXPECT_EQ(net.device(kA).counters().tx_dropped + net.device(kA).counters().tx_errors, 0u);
  // TX-019: the numbers of the lost packets are not used again.
  EXPECT_EQ(net.peer(kA).keypairs.current()->sending_counter, 1u + 1030 + 2);
}

TEST(Queueing, RX_038_ThePeersRxQueueHolds1024Packets) {
  TwoDevices net;
  net.Handshake(kA);
  std::vector<Datagram> datagrams;
  net.tap = [&](Side, Datagram* datagram) {
    datagrams.push_back(
        {.payload = net.node(kB).pool.Copy(std::as_const(datagram->payload).bytes()),
         .remote = net.node(kA).address,
         .local = net.node(kB).address.address});
    return false;
  };
  for (uint32_t i = 0; i < 1030; ++i) net.SendNumbered(kA, i);
  for (Datagram& datagram : datagrams) {
    net.device(kB).Receive(net.now(), std::move(datagram), net.fx(kB));
  }
  EXPECT_EQ(net.device(kB).census().queued_rx, 1024u);
  EXPECT_EQ(net.fx(kB)->dropped.size(), 6u);
  EXPECT_EQ(net.fx(kB)->dropped[0].reason, DropReason::kRxQueueFull);
  net.tap = nullptr;
  net.Settle();
  EXPECT_EQ(net.node(kB).received.size(), 1024u);
}

TEST(Queueing, QUEUE_017_AHundredRequestsAreOneInitiation) {
  TwoDevices net;
  for (uint32_t i = 0; i < 100; ++i) {
    Buffer packet = Numbered(net, i);
    ASSERT_EQ(net.device(kA).Transmit(net.now(), &packet, 0, net.fx(kA)), Errno::kOk);
  }
  ASSERT_EQ(net.fx(kA)->work.size(), 1u);
  EXPECT_EQ(net.fx(kA)->work[0].kind, WorkKind::kHandshakeOut);
  net.Settle();
  EXPECT_EQ(net.Log(kA, 1).size(), 1u);
  EXPECT_EQ(net.node(kB).received.size(), 100u);
}

TEST(Queueing, TX_033_AgeIsJudgedBeforeNumberingAndNotAfterwards) {
  TwoDevices net;
  net.Handshake(kA);
  net.connected[kB] = false;
  Buffer packet = Numbered(net, 1);
  net.AdvanceTo(net.now().boot + std::chrono::seconds(180) - Duration(1));
  ASSERT_EQ(net.device(kA).Transmit(net.now(), &packet, 0, net.fx(kA)), Errno::kOk);
  net.connected[kA] = false;
  net.ClearLog();
  net.AdvanceTo(net.now().boot + Duration(1));
  EXPECT_EQ(net.Log(kA, 4).size(), 1u);
}

TEST(Queueing, WorkIsDoneOnceAndForNobodyElse) {
  TwoDevices net;
  net.Handshake(kA);
  Buffer packet = Numbered(net, 1);
  ASSERT_EQ(net.device(kA).Transmit(net.now(), &packet, 0, net.fx(kA)), Errno::kOk);
  const Work seal = net.fx(kA)->work[0];
  EXPECT_EQ(seal.kind, WorkKind::kSeal);
  EXPECT_EQ(seal.packets, 1u);
  EXPECT_EQ(seal.bytes, 128u);
  EXPECT_EQ(seal.peer, net.peer(kA).id);
  net.Settle();
  EXPECT_EQ(net.device(kA).counters().stale_work, 0u);
  for (int kind = 0; kind < kWorkKinds; ++kind) {
    Work again = seal;
    again.kind = static_cast<WorkKind>(kind);
    net.device(kA).Run(net.now(), again, net.fx(kA));
    again.job = ~uint64_t{0};
    net.device(kA).Run(net.now(), again, net.fx(kA));
  }
  EXPECT_TRUE(net.fx(kA)->empty());
  EXPECT_EQ(net.device(kA).counters().stale_work, 2u * kWorkKinds);
}

}  // namespace
}  // namespace wg
