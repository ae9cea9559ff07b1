// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The same device under two drivers: work done at once (protocol/inline_driver), and work scheduled
// on 1, 2, 4 and 8 priced cores whose completions overtake one another (sim/wg). What leaves for
// each peer must be the same bytes in the same order: which machine runs the protocol is not the
// protocol's business.
#include <array>
#include <chrono>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "protocol/buffer.h"
#include "protocol/config_session.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/inline_driver.h"
#include "protocol/profile.h"
#include "sim/event_loop.h"
#include "sim/net/fabric.h"
#include "sim/net/headers.h"
#include "sim/net/host.h"
#include "sim/net/link.h"
#include "sim/rng.h"
#include "sim/trace.h"
#include "sim/wg/cost_model.h"
#include "sim/wg/sim_entropy.h"
#include "sim/wg/wg_tunnel.h"

namespace conformance {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr int kPeers = 4;
constexpr int kNodes = kPeers + 1;  // node 0 sends to the others
constexpr int kPackets = 1500;

// What left for each peer, in order.
using Sent = std::array<std::vector<std::vector<uint8_t>>, kPeers>;

wg::IpAddress Outer(int node) { return wg::IpAddress::V4(0xc0000201 + node); }
wg::IpAddress Inner(int node) { return wg::IpAddress::V4(0x0a000001 + node); }

struct Offer {
  sim::Duration at;
  int peer;  // 1 to kPeers
  size_t bytes;
};

// One packet to each peer first, far apart, so that handshakes do not mix; then a crowd of packets
// of any size.
std::vector<Offer> Offers() {
  sim::Rng rng(11);
  std::vector<Offer> offers;
  for (int peer = 1; peer <= kPeers; ++peer)
    offers.push_back({milliseconds(100 * peer), peer, 100});
  sim::Duration at = milliseconds(1000);
  for (int i = 0; i < kPackets; ++i) {
    at += sim::Duration(rng.Uniform(4000));
    offers.push_back({at, 1 + static_cast<int>(rng.Uniform(kPeers)), 28 + rng.Uniform(1300)});
  }
  return offers;
}

wg::Buffer InnerPacket(wg::BufferPool* pool, const Offer& offer) {
  wg::Buffer packet = pool->Allocate(offer.bytes - net::kIpv4HeaderSize);
  for (size_t i = 0; i < packet.size(); ++i)
    packet.data()[i] = static_cast<uint8_t>(i + offer.bytes);
  net::PushIp({.source = Inner(0), .destination = Inner(offer.peer), .protocol = 253}, &packet);
  return packet;
}

sim::Rng NodeRng(int node) { return sim::Rng(5).Fork("node", node); }

wg::PrivateKey KeyOf(int node) {
  wg::PrivateKey key;
  wgnode::SimEntropy(NodeRng(node).Fork("key")).Fill(absl::MakeSpan(key.bytes));
  wg::Clamp(&key);
  return key;
}

wg::PublicKey PublicKeyOf(int node, const wg::CryptoSuite& crypto) {
  wg::PublicKey key;
  EXPECT_TRUE(crypto.DerivePublic(KeyOf(node), &key));
  return key;
}

wg::SetDevice ConfigOf(int node, const wg::CryptoSuite& crypto) {
  wg::SetDevice request;
  request.private_key = KeyOf(node);
  request.listen_port = 51820;
  for (int peer = 0; peer < kNodes; ++peer) {
    if ((node == 0) == (peer == 0)) continue;
    wg::SetPeer set{.public_key = PublicKeyOf(peer, crypto)};
    set.endpoint = wg::Endpoint{Outer(peer), 51820};
    set.allowed_ips.push_back({.prefix = wg::Prefix::Host(Inner(peer))});
    request.peers.push_back(std::move(set));
  }
  return request;
}

// Both worlds begin at the same instant, in the middle of a granule of TAI64N stamps.
wgnode::ClockStart Clocks() { return {}; }

Sent RunInline(const wg::CryptoSuite& crypto) {
  wg::BufferPool pool;
  Sent sent;
  {
    std::vector<std::unique_ptr<wgnode::SimEntropy>> entropies;
    std::vector<std::unique_ptr<wg::Module>> modules;
    std::vector<std::unique_ptr<wg::Device>> devices;
    wg::Effects fx;
    const auto now = [](sim::Duration at) {
      return wg::Now{.boot = Clocks().boot + at, .wall = Clocks().wall + at};
    };
    for (int node = 0; node < kNodes; ++node) {
      entropies.push_back(std::make_unique<wgnode::SimEntropy>(NodeRng(node).Fork("entropy")));
      modules.push_back(std::make_unique<wg::Module>());
      devices.push_back(
          std::make_unique<wg::Device>(wg::DeviceOptions{.profile = &wg::kLinux616,
                                                         .crypto = &crypto,
                                                         .entropy = entropies[node].get(),
                                                         .pool = &pool,
                                                         .module = modules[node].get(),
                                                         .now = now({})}));
      EXPECT_EQ(wg::Configure(devices[node].get(), ConfigOf(node, crypto), now({}), &fx),
                wg::Errno::kOk);
      devices[node]->Up(now({}), &fx);
    }
    // Carries datagrams to and fro until nothing is under way.
    const auto settle = [&](int node, wg::Now at, auto& self) -> void {
      wg::InlineDriver(devices[node].get()).Settle(at, &fx);
      std::vector<wg::Datagram> datagrams = std::move(fx.datagrams);
      fx.Clear();
      for (wg::Datagram& datagram : datagrams) {
        const int to = static_cast<int>(datagram.remote.address.v4() - Outer(0).v4());
        devices[node]->OnDatagramSent(at, datagram, wg::SendOutcome::kSent);
        if (node == 0) {
          const absl::Span<const uint8_t> bytes = datagram.payload.bytes();
          sent[to - 1].emplace_back(bytes.begin(), bytes.end());
        }
        devices[to]->Receive(at,
                             {.payload = std::move(datagram.payload),
                              .remote = {Outer(node), 51820},
                              .local = Outer(to),
                              .ds = datagram.ds},
                             &fx);
        self(to, at, self);
      }
    };
    for (const Offer& offer : Offers()) {
      wg::Buffer packet = InnerPacket(&pool, offer);
      EXPECT_EQ(devices[0]->Transmit(now(offer.at), &packet, 1420, &fx), wg::Errno::kOk);
      settle(0, now(offer.at), settle);
    }
  }
  EXPECT_EQ(pool.live(), 0);
  return sent;
}

// Notes the UDP payload of what arrives and hands it on.
class Tap : public net::Port {
 public:
  Tap(net::Port* to, std::vector<std::vector<uint8_t>>* seen) : to_(to), seen_(seen) {}
  void OnArrival(net::Packet&& packet) override {
    const absl::Span<const uint8_t> bytes = packet.buffer.bytes();
    seen_->emplace_back(bytes.begin() + net::kIpv4HeaderSize + net::kUdpHeaderSize, bytes.end());
    to_->OnArrival(std::move(packet));
  }

 private:
  net::Port* const to_;
  std::vector<std::vector<uint8_t>>* const seen_;
};

// Puts the offers into node 0's tunnel at their times.
class Feeder : public sim::Actor {
 public:
  Feeder(sim::EventLoop* loop, wg::BufferPool* pool, net::Interface* tunnel)
      : Actor(loop->trace()->RegisterEntity("feeder")),
        pool_(pool),
        tunnel_(tunnel),
        offers_(Offers()) {
    for (size_t i = 0; i < offers_.size(); ++i) loop->At(sim::kStart + offers_[i].at, this, i);
  }
  void OnEvent(uint64_t i) override {
    net::Packet packet;
    packet.buffer = InnerPacket(pool_, offers_[i]);
    packet.checksum = net::ChecksumState::kVerified;
    EXPECT_EQ(tunnel_->Transmit(&packet, 1420), wg::Errno::kOk);
  }

 private:
  wg::BufferPool* const pool_;
  net::Interface* const tunnel_;
  const std::vector<Offer> offers_;
};

wgnode::CostModel Prices() {
  wgnode::CostModel costs;
  costs.set_price(wgnode::Cost::kSeal, {.fixed_ps = 500'000, .per_unit_ps = 5'000});
  costs.set_price(wgnode::Cost::kOpen, {.fixed_ps = 500'000, .per_unit_ps = 5'000});
  costs.set_price(wgnode::Cost::kTransmit, {.fixed_ps = 300'000});
  costs.set_price(wgnode::Cost::kDeliver, {.fixed_ps = 300'000});
  costs.set_price(wgnode::Cost::kHandshakeOut, {.fixed_ps = 100'000'000});
  return costs;
}

Sent RunOnCores(int cores, const wg::CryptoSuite& crypto) {
  Sent sent;
  const wgnode::CostModel costs = Prices();
  const net::Prices net_prices;
  wg::BufferPool pool;
  sim::Trace trace;
  sim::EventLoop loop(&trace);
  {
    net::Fabric fabric(&loop, &pool, nullptr);
    std::vector<std::unique_ptr<net::Host>> hosts;
    std::vector<std::unique_ptr<wgnode::SimEntropy>> entropies;
    std::vector<std::unique_ptr<wg::Module>> modules;
    std::vector<std::unique_ptr<wgnode::WgTunnel>> tunnels;
    std::vector<std::unique_ptr<net::Link>> links;
    std::vector<std::unique_ptr<Tap>> taps;
    for (int node = 0; node < kNodes; ++node) {
      hosts.push_back(std::make_unique<net::Host>(
          &fabric, absl::StrCat("node", node),
          net::HostOptions{.machine = {.cores = static_cast<int>(cores)}}, &net_prices));
      net::Netns* netns = hosts[node]->root();
      netns->fib().AddAddress(netns->FindInterface("lo"), wg::Prefix::Host(Outer(node)));
      entropies.push_back(std::make_unique<wgnode::SimEntropy>(NodeRng(node).Fork("entropy")));
      modules.push_back(std::make_unique<wg::Module>());
      tunnels.push_back(std::make_unique<wgnode::WgTunnel>(
          wgnode::WgTunnel::Options{.fabric = &fabric,
                                    .host = hosts[node].get(),
                                    .netns = netns,
                                    .name = "wg0",
                                    .costs = &costs,
                                    .profile = &wg::kLinux616,
                                    .crypto = &crypto,
                                    .entropy = entropies[node].get(),
                                    .module = modules[node].get(),
                                    .clocks = Clocks()}));
      wg::Effects fx;
      EXPECT_EQ(wg::Configure(&tunnels[node]->device(), ConfigOf(node, crypto),
                              tunnels[node]->Now(), &fx),
                wg::Errno::kOk);
      EXPECT_EQ(tunnels[node]->interface()->SetUp(true), wg::Errno::kOk);
    }
    for (int peer = 1; peer < kNodes; ++peer) {
      links.push_back(std::make_unique<net::Link>(&fabric, absl::StrCat("link", peer),
                                                  net::LinkOptions{}, net::LinkOptions{},
                                                  sim::Rng(1)));
      for (int side = 0; side < 2; ++side) {
        const int here = side == 0 ? 0 : peer;
        const int far = side == 0 ? peer : 0;
        net::Nic* nic = hosts[here]->AddNic(hosts[here]->root(), absl::StrCat("eth", far), {});
        nic->Connect(links.back().get(), side);
        nic->SetUp(true);
        hosts[here]->root()->fib().AddRoute(
            {.prefix = wg::Prefix::Host(Outer(far)), .out = nic, .source = Outer(here)});
        if (side == 0) continue;
        taps.push_back(std::make_unique<Tap>(nic, &sent[peer - 1]));
        links.back()->Attach(1, taps.back().get());
      }
    }
    Feeder feeder(&loop, &pool, tunnels[0]->interface());
    // Until everything has arrived, and before passive keepalives would add to what was sent.
    loop.RunUntil(sim::kStart + std::chrono::seconds(5));
    for (auto& tunnel : tunnels) tunnel->interface()->SetUp(false);
    links.clear();
    tunnels.clear();
  }
  EXPECT_EQ(pool.live(), 0);
  return sent;
}

class DriverEquivalence : public testing::TestWithParam<const wg::CryptoSuite*> {};

TEST_P(DriverEquivalence, TheSameBytesLeaveForEachPeerInlineAndOnAnyNumberOfCores) {
  const Sent inline_sent = RunInline(*GetParam());
  size_t packets = 0;
  for (const auto& to_peer : inline_sent) packets += to_peer.size();
  // Initiation, the staged packet, and the crowd.
  EXPECT_EQ(packets, 2u * kPeers + kPackets);
  for (int cores : {1, 2, 4, 8}) {
    const Sent on_cores = RunOnCores(cores, *GetParam());
    for (int peer = 0; peer < kPeers; ++peer) {
      ASSERT_EQ(on_cores[peer].size(), inline_sent[peer].size())
          << cores << " cores, peer " << peer;
      for (size_t i = 0; i < inline_sent[peer].size(); ++i) {
        ASSERT_EQ(on_cores[peer][i], inline_sent[peer][i])
            << cores << " cores, peer " << peer << ", datagram " << i;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Ciphers, DriverEquivalence,
                         testing::Values(&wg::RealCrypto(), &wg::ModelledCrypto()),
                         [](const auto& info) {
                           return info.param == &wg::RealCrypto() ? "Real" : "Modelled";
                         });

}  // namespace
}  // namespace conformance
