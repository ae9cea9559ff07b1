// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/wg_tunnel.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/config.h"
#include "protocol/config_session.h"
#include "protocol/config_step.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "protocol/profile.h"
#include "sim/core.h"
#include "sim/event_loop.h"
#include "sim/net/drop.h"
#include "sim/net/headers.h"
#include "sim/net/host.h"
#include "sim/net/netns.h"
#include "sim/net/packet.h"
#include "sim/net/socket.h"
#include "sim/net/test_network.h"
#include "sim/net/udp_table.h"
#include "sim/rng.h"
#include "sim/wg/cost_model.h"
#include "sim/wg/sim_entropy.h"
#include "sim/wg/wg_tunnel_fixture.h"

namespace wgnode {
namespace {

using net::Ip;
using net::Net;
using net::To;
using std::chrono::milliseconds;
using std::chrono::seconds;
using wg::Errno;

// --- The life of an interface.

TEST_F(WgTunnelTest, DEV_001_TheMtuIs1420) { EXPECT_EQ(a_.tunnel->interface()->mtu(), 1420u); }

TEST_F(WgTunnelTest, DEV_004_ARandomPortIsRememberedAcrossDownAndUp) {
  a_.tunnel->interface()->SetUp(false);
  wg::SetDevice request;
  request.listen_port = 0;
  ASSERT_EQ(a_.Configure(request), Errno::kOk);
  ASSERT_EQ(a_.tunnel->interface()->SetUp(true), Errno::kOk);
  const uint16_t port = a_.tunnel->device().Get().listen_port;
  EXPECT_GE(port, net::UdpTable::kFirstEphemeral);
  a_.tunnel->interface()->SetUp(false);
  EXPECT_EQ(a_.tunnel->device().Get().listen_port, port);
  ASSERT_EQ(a_.tunnel->interface()->SetUp(true), Errno::kOk);
  EXPECT_EQ(a_.tunnel->device().Get().listen_port, port);
}

TEST_F(WgTunnelTest, DEV_005_DEV_022_APortThatIsTakenKeepsTheInterfaceDown) {
  SimEntropy entropy(net_.ground.rng);
  wg::Module module;
  const auto open = [&](net::Netns* netns) {
    WgTunnel other({.fabric = &net_.ground.fabric,
                    .host = &net_.a,
                    .netns = netns,
                    .name = "wg1",
                    .costs = &a_.costs,
                    .profile = &wg::kLinux616,
                    .crypto = &wg::ModelledCrypto(),
                    .entropy = &entropy,
                    .module = &module});
    wg::SetDevice request;
    request.listen_port = kPort;
    wg::Effects fx;
    EXPECT_EQ(wg::Configure(&other.device(), request, other.Now(), &fx), Errno::kOk);
    const Errno error = other.interface()->SetUp(true);
    EXPECT_EQ(other.interface()->up(), error == Errno::kOk);
    netns->RemoveInterface(other.interface());
    return error;
  };
  EXPECT_EQ(open(root_a()), Errno::kAddrInUse);
  EXPECT_EQ(open(net_.a.AddNetns("elsewhere")), Errno::kOk) << "ports are a namespace's own";
}

TEST_F(WgTunnelTest, DEV_011_SocketsStayWhereTheInterfaceWasCreatedWhenItMoves) {
  Introduce();
  net::Netns* pod = net_.a.AddNetns("pod");
  a_.app.reset();
  a_.tunnel->MoveTo(pod);
  EXPECT_FALSE(a_.tunnel->interface()->up());
  EXPECT_EQ(root_a()->FindInterface("wg0"), nullptr);
  a_.AddressesAndUp(pod);
  EXPECT_EQ(pod->udp().size(), 1u) << "the application's";
  ASSERT_TRUE(a_.Reaches(&b_));
  ASSERT_TRUE(b_.Reaches(&a_));
  EXPECT_EQ(a_.EndpointOfFirstPeer().address, Ip("192.0.2.2"));
}

TEST_F(WgTunnelTest, DEV_012_WithoutItsCreatingNamespaceADeviceSendsNothingAndCannotBeOpened) {
  Introduce();
  ASSERT_TRUE(a_.Reaches(&b_));
  a_.app.reset();
  net::Netns* pod = net_.a.AddNetns("pod");
  a_.tunnel->MoveTo(pod);
  a_.AddressesAndUp(pod);
  const uint64_t sent = a_.counters().tx_packets;
  a_.tunnel->OnCreatingNetnsGone();
  EXPECT_FALSE(a_.Reaches(&b_)) << "taken, staged, and its initiation goes nowhere";
  EXPECT_EQ(a_.counters().tx_packets, sent);
  EXPECT_EQ(root_a()->udp().size(), 0u);
  wg::SetDevice port, mark, peers;
  port.listen_port = 4242;
  mark.fwmark = 1;
  peers.peers.push_back({.public_key = b_.public_key(), .persistent_keepalive = 5});
  EXPECT_EQ(a_.Configure(port), Errno::kPerm);
  EXPECT_EQ(a_.Configure(mark), Errno::kPerm);
  EXPECT_EQ(a_.Configure(peers), Errno::kOk);
  a_.tunnel->interface()->SetUp(false);
  EXPECT_EQ(a_.tunnel->interface()->SetUp(true), Errno::kNoNet);
}

TEST_F(WgTunnelTest, QUEUE_020_AFlushWaitsUntilWhatADyingPeerHasQueuedHasLeft) {
  Introduce();
  ASSERT_TRUE(a_.Reaches(&b_));
  struct Waiter : sim::Actor {
    using Actor::Actor;
    void OnEvent(uint64_t) override { over = true; }
    bool over = false;
  } waiter(net_.ground.fabric.Register("waiter"));
  // Sealing takes its time.
  a_.costs.set_price(Cost::kSeal, {.fixed_ps = 1'000'000});
  a_.costs.set_price(Cost::kTransmit, {.fixed_ps = 1'000'000});
  for (int i = 0; i < 10; ++i) a_.Send(b_);
  const size_t before = b_.reader.tags.size();
  wg::SetDevice request;
  request.peers.push_back({.public_key = b_.public_key(), .remove = true});
  wg::ConfigSession session(&a_.tunnel->device(), request);
  wg::Effects fx;
  while (session.Next()->kind != wg::StepKind::kFlushQueues) {
    session.Step(a_.tunnel->Now(), &fx);
    a_.tunnel->Apply(&fx, 0);
  }
  a_.tunnel->Flush(session.peer(), &waiter, 0);
  Pass(std::chrono::microseconds(5));
  EXPECT_FALSE(waiter.over);
  EXPECT_TRUE(a_.tunnel->device().HasQueued(session.peer()));
  Pass(milliseconds(1));
  EXPECT_TRUE(waiter.over);
  EXPECT_FALSE(a_.tunnel->device().HasQueued(session.peer()));
  while (session.Next()) session.Step(a_.tunnel->Now(), &fx);
  EXPECT_TRUE(fx.dropped.empty());
  EXPECT_EQ(b_.reader.tags.size(), before + 10);
}

// --- What senders hear, and what is counted.

TEST_F(WgTunnelTest, TX_001_TX_002_TX_003_TX_005_SendersHearErrnosAndAnIcmpAndTheInterfaceCounts) {
  const auto errors = [this] { return net_.a.root()->icmp().counters().errors_sent; };
  EXPECT_EQ(a_.Send(b_), Errno::kNoKey);
  EXPECT_EQ(errors(), 1u);
  net::Socket six(root_a(), wg::Family::kIpv6, "six", {}, nullptr);
  EXPECT_EQ(six.SendTo(To("fd00::2", 7), net_.ground.Payload(10), 0), Errno::kNoKey);
  EXPECT_EQ(errors(), 2u);
  EXPECT_EQ(a_.counters().tx_errors, 2u);
  a_.AddPeer(b_, "");
  EXPECT_EQ(a_.Send(b_), Errno::kDestAddrReq);
  EXPECT_EQ(errors(), 3u);
  EXPECT_EQ(a_.counters().tx_errors, 3u);
  Pass(milliseconds(100));
  EXPECT_EQ(a_.counters().tx_packets, 0u);
  EXPECT_EQ(a_.app->counters().icmp_errors, 2u);
  EXPECT_EQ(six.counters().icmp_errors, 1u);
}

TEST_F(WgTunnelTest, SOCK_012_NoRouteToTheEndpointIsSilence) {
  a_.AddPeer(b_, "203.0.113.1");
  EXPECT_EQ(a_.Send(b_), Errno::kOk);
  Pass(milliseconds(100));
  EXPECT_EQ(net_.a.root()->icmp().counters().errors_sent, 0u);
  EXPECT_EQ(a_.counters().tx_packets + a_.counters().tx_errors + a_.counters().tx_dropped, 0u);
}

TEST_F(WgTunnelTest, TX_024_ALargeDatagramTravelsInFragments) {
  Introduce();
  a_.tunnel->interface()->set_mtu(34736);
  ASSERT_TRUE(a_.Reaches(&b_));
  tap_b_->Clear();
  ASSERT_EQ(a_.Send(b_, 30000), Errno::kOk);
  Pass(milliseconds(100));
  EXPECT_GT(tap_b_->all().size(), 20u);
  for (const Tap::Seen& seen : tap_b_->all()) EXPECT_LE(seen.size, 1500u);
  EXPECT_EQ(b_.reader.sizes.back(), 30000u);
  EXPECT_TRUE(b_.reader.intact);
}

TEST_F(WgTunnelTest, TX_041_CountersOfInterfaceAndPeerAgreeAndCountUdpPayload) {
  Introduce();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(a_.Reaches(&b_));
  ASSERT_TRUE(b_.Reaches(&a_));
  for (Node* node : {&a_, &b_}) {
    const wg::GetDevice get = node->tunnel->device().Get();
    EXPECT_EQ(node->counters().tx_bytes, get.peers[0].tx_bytes);
    EXPECT_EQ(node->counters().rx_bytes, get.peers[0].rx_bytes);
  }
  EXPECT_EQ(a_.counters().tx_bytes, b_.counters().rx_bytes);
  EXPECT_EQ(a_.counters().tx_packets, b_.counters().rx_packets);
  // 128 bytes of inner packet, 32 around them; an initiation.
  EXPECT_EQ(a_.counters().tx_bytes, 10 * (128u + 32) + 148);
}

TEST_F(WgTunnelTest,
       TX_045_RX_021_InnerChecksumsAreCompletedBeforeSealingAndNotLookedAtAfterwards) {
  Introduce();
  ASSERT_TRUE(a_.Reaches(&b_)) << "the application's datagram came with a checksum to be filled in";
  net::Packet packet;
  packet.buffer = net_.ground.Payload(40, 99);
  net::PushUdp(7, 7, &packet.buffer);
  packet.buffer.data()[6] = 0xba;  // wrong
  packet.buffer.data()[7] = 0xad;
  net::PushIp(
      {.source = Ip("10.0.0.1"), .destination = Ip("10.0.0.2"), .protocol = net::kProtocolUdp},
      &packet.buffer);
  packet.checksum = net::ChecksumState::kUnverified;
  ASSERT_EQ(a_.tunnel->interface()->Transmit(&packet, 0), Errno::kOk);
  Pass(milliseconds(10));
  EXPECT_EQ(b_.reader.tags.back(), 99u);
}

// --- Many cores.

class FourCores : public WgTunnelTest {
 protected:
  FourCores() : WgTunnelTest(4) {
    for (Node* node : {&a_, &b_}) {
      node->costs.set_price(Cost::kSeal, {.fixed_ps = 500'000, .per_unit_ps = 3000});
      node->costs.set_price(Cost::kOpen, {.fixed_ps = 500'000, .per_unit_ps = 3000});
      node->costs.set_price(Cost::kTransmit, {.fixed_ps = 300'000});
      node->costs.set_price(Cost::kDeliver, {.fixed_ps = 300'000});
    }
  }
};

TEST_F(FourCores, TX_044_RX_042_DEV_020_AFlowKeepsItsOrderWhoeverSealsAndOpens) {
  Introduce();
  ASSERT_TRUE(a_.Reaches(&b_));
  sim::Rng rng(3);
  constexpr int kPackets = 100'000;
  for (int i = 0; i < kPackets; ++i) {
    ASSERT_EQ(a_.app->SendTo(To("10.0.0.2", 7), net_.ground.Payload(rng.Uniform(1300), ++a_.sent),
                             static_cast<net::Cpu>(rng.Uniform(4))),
              Errno::kOk);
    Pass(sim::Duration(rng.Uniform(4000)));
  }
  Pass(milliseconds(10));
  ASSERT_EQ(b_.reader.tags.size(), kPackets + 1u);
  EXPECT_TRUE(std::is_sorted(b_.reader.tags.begin(), b_.reader.tags.end()));
  EXPECT_EQ(b_.counters().stale_work, 0u);
}

TEST_F(WgTunnelTest, RX_003_AUdpLengthShorterThanTheDatagramTrimsItAndALongerOneIsDropped) {
  Introduce();
  ASSERT_TRUE(a_.Reaches(&b_));
  int more = 0;  // bytes that UDP's length says, beyond what it should
  tap_b_->change = [&](net::Packet* packet) {
    net::IpHeader ip;
    ASSERT_TRUE(net::ParseIp(packet->buffer.bytes(), &ip));
    packet->buffer.Pull(ip.header_size);
    std::memset(packet->buffer.Append(5), 0xee, 5);
    uint8_t* udp = packet->buffer.data();
    net::StoreBe16(static_cast<uint16_t>(net::LoadBe16(udp + 4) + more), udp + 4);
    net::StoreBe16(0, udp + 6);  // no checksum
    net::PushIp(ip, &packet->buffer);
  };
  EXPECT_TRUE(a_.Reaches(&b_)) << "five bytes too many behind it";
  more = 6;
  EXPECT_FALSE(a_.Reaches(&b_));
  EXPECT_EQ(net_.ground.sink.Count(net::Drop::kMalformed), 1u);
  tap_b_->change = nullptr;
  EXPECT_TRUE(a_.Reaches(&b_));
}

TEST_F(WgTunnelTest, RX_040_APeerThatIsRemovedUnderTrafficHasNothingDelivered) {
  Introduce();
  ASSERT_TRUE(a_.Reaches(&b_));
  b_.costs.set_price(Cost::kOpen, {.fixed_ps = 400'000'000});
  const size_t before = b_.reader.tags.size();
  for (int i = 0; i < 50; ++i) a_.Send(b_);
  Pass(milliseconds(10));
  const size_t delivered = b_.reader.tags.size() - before;
  EXPECT_GT(delivered, 0u);
  wg::SetDevice request;
  request.peers.push_back({.public_key = a_.public_key(), .remove = true});
  wg::ConfigSession session(&b_.tunnel->device(), request);
  wg::Effects fx;
  // Its prefixes go; from then on everything is dishonest.
  while (session.Next()->kind != wg::StepKind::kFlushQueues) {
    session.Step(b_.tunnel->Now(), &fx);
    b_.tunnel->Apply(&fx, 0);
  }
  Pass(milliseconds(50));
  EXPECT_FALSE(b_.tunnel->device().HasQueued(session.peer()));
  while (session.Next()) session.Step(b_.tunnel->Now(), &fx);
  EXPECT_TRUE(fx.empty());
  EXPECT_EQ(b_.reader.tags.size(), before + delivered);
  EXPECT_EQ(b_.counters().rx_errors, 50 - delivered);
  EXPECT_EQ(b_.counters().rx_frame_errors, 50 - delivered);
}

// A second peer of a's, on b's host, in a namespace of its own.
class ThreeNodes : public FourCores {
 protected:
  ThreeNodes() : c_(&net_.ground, &net_.b, 3, "wg1", kPort + 1) {
    net::Netns* pod = net_.b.AddNetns("c");
    c_.tunnel->MoveTo(pod);
    c_.Up(pod);
    Introduce();
    a_.AddPeer(c_, "192.0.2.2");
    c_.AddPeer(a_, "");
    EXPECT_TRUE(a_.Reaches(&b_));
    EXPECT_TRUE(a_.Reaches(&c_));
    a_.costs = CostModel();
    tap_b_->Clear();
  }
  // To whom what has left went, by port.
  std::vector<uint16_t> Ports() const {
    std::vector<uint16_t> ports;
    for (const Tap::Seen& seen : tap_b_->all()) ports.push_back(seen.udp.destination_port);
    return ports;
  }
  Node c_;
};

TEST_F(ThreeNodes, QUEUE_014_AHeadThatTakesLongHoldsUpItsOwnPeerOnly) {
  a_.costs.set_price(Cost::kSeal, {.per_unit_ps = 10'000});
  ASSERT_TRUE(a_.Reaches(&b_));  // so that the next is sealed on a core that sends for neither
  tap_b_->Clear();
  a_.Send(b_, 1300);
  a_.Send(b_, 10);
  a_.Send(c_, 10);
  Pass(milliseconds(1));
  EXPECT_EQ(Ports(), (std::vector<uint16_t>{kPort + 1, kPort, kPort}));
  EXPECT_GT(tap_b_->all()[1].size, tap_b_->all()[2].size);
}

TEST_F(ThreeNodes, QUEUE_015_OnePeerMayFillTheRingForAll) {
  a_.costs.set_price(Cost::kSeal, {.fixed_ps = 1'000'000});
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(a_.Send(b_), Errno::kOk);
  const uint64_t refused = a_.tunnel->encrypt_queue().refused();
  for (int i = 0; i < 50; ++i) ASSERT_EQ(a_.Send(c_), Errno::kOk);
  const uint64_t lost = a_.tunnel->encrypt_queue().refused() - refused;
  EXPECT_GT(lost, 20u);
  Pass(milliseconds(2));
  EXPECT_EQ(b_.reader.tags.size(), 1 + 1000u);
  EXPECT_EQ(c_.reader.tags.size(), 1 + 50u - lost);
  EXPECT_TRUE(std::is_sorted(c_.reader.tags.begin(), c_.reader.tags.end()));
  EXPECT_EQ(a_.counters().tx_dropped + a_.counters().tx_errors, 0u);
}

TEST_F(ThreeNodes, QUEUE_006_APeersPacketsAreSentByTheCoreOfItsNumber) {
  a_.costs.set_price(Cost::kTransmit, {.fixed_ps = 1'000'000});
  // Numbers count from 1: b is 1, c is 2.
  for (const auto& [node, core] : {std::pair(&b_, 1), std::pair(&c_, 2)}) {
    std::vector<sim::Duration> before;
    for (sim::Core* one : net_.a.core_list()) {
      before.push_back(one->busy_time(sim::Context::kThread));
    }
    for (int i = 0; i < 5; ++i) a_.Send(*node);
    Pass(milliseconds(1));
    for (int i = 0; i < 4; ++i) {
      const sim::Duration busy =
          net_.a.core(static_cast<net::Cpu>(i))->busy_time(sim::Context::kThread) - before[i];
      EXPECT_EQ(busy, std::chrono::microseconds(i == core ? 5 : 0)) << i;
    }
  }
}

TEST_F(ThreeNodes, QUEUE_016_OnePeersPacketsAreSealedByAllCoresAtOnce) {
  a_.costs.set_price(Cost::kSeal, {.fixed_ps = 1'000'000});
  for (int i = 0; i < 400; ++i) a_.Send(b_);
  Pass(std::chrono::microseconds(99));
  EXPECT_LT(Ports().size(), 400u);
  Pass(std::chrono::microseconds(2));
  EXPECT_EQ(Ports().size(), 400u);
}

}  // namespace
}  // namespace wgnode
