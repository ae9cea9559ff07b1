// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests: two hosts with a link between them and an interface wg0 each, everything free of
// charge until a test sets prices, and a tap on each end of the link.
#ifndef WGSIM_SIM_WG_WG_TUNNEL_FIXTURE_H_
#define WGSIM_SIM_WG_WG_TUNNEL_FIXTURE_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "protocol/config.h"
#include "protocol/config_session.h"
#include "protocol/config_step.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "protocol/profile.h"
#include "sim/net/headers.h"
#include "sim/net/host.h"
#include "sim/net/netns.h"
#include "sim/net/nic.h"
#include "sim/net/packet.h"
#include "sim/net/port.h"
#include "sim/net/socket.h"
#include "sim/net/test_network.h"
#include "sim/trace.h"
#include "sim/wg/cost_model.h"
#include "sim/wg/sim_entropy.h"
#include "sim/wg/wg_tunnel.h"

namespace wgnode {

inline constexpr uint16_t kPort = 51820;

// What ended inside a device, by reason.
struct DropCounter : public TunnelObserver {
  void OnTunnelDrop(sim::EntityId, wg::DropReason why, const wg::Buffer&) override {
    ++counts[static_cast<size_t>(why)];
  }
  void OnTunDrop(sim::EntityId, absl::string_view why, const wg::Buffer&) override {
    ++in_tun[std::string(why)];
  }
  uint64_t operator[](wg::DropReason why) const { return counts[static_cast<size_t>(why)]; }
  std::array<uint64_t, wg::kDropReasons> counts{};
  std::map<std::string, uint64_t> in_tun;
};

// One host's interface wg0, up, with inner addresses 10.0.0.N/24 and fd00::N/64, and an application
// that listens on port 7.
struct Node {
  Node(net::Ground* ground, net::Host* host, int number, absl::string_view name = "wg0",
       uint16_t port = kPort, const wg::Profile* profile = &wg::kLinux616,
       bool napi_stall = false)
      : ground(ground),
        host(host),
        number(number),
        port(port),
        entropy(ground->rng.Fork("node", number)) {
    tunnel = std::make_unique<WgTunnel>(WgTunnel::Options{.fabric = &ground->fabric,
                                                          .host = host,
                                                          .netns = host->root(),
                                                          .name = std::string(name),
                                                          .costs = &costs,
                                                          .profile = profile,
                                                          .crypto = &wg::ModelledCrypto(),
                                                          .entropy = &entropy,
                                                          .module = &module,
                                                          .observer = &drops,
                                                          .napi_stall = napi_stall,
                                                          .in_user_space =
                                                              profile == &wg::kWireguardGo ||
                                                              profile == &wg::kBoringtun});
    key.bytes[3] = static_cast<uint8_t>(number);
    wg::Clamp(&key);
  }
  void Up(net::Netns* netns) {
    wg::SetDevice request;
    request.private_key = key;
    request.listen_port = port;
    ASSERT_EQ(Configure(request), wg::Errno::kOk);
    AddressesAndUp(netns);
  }
  void AddressesAndUp(net::Netns* netns) {
    const wg::IpAddress v4 = wg::IpAddress::V4(0x0a000000 + number);
    const wg::IpAddress v6 = wg::IpAddress::V6(uint64_t{0xfd} << 56, number);
    ASSERT_EQ(tunnel->interface()->SetUp(true), wg::Errno::kOk);
    ASSERT_TRUE(netns->fib().AddAddress(tunnel->interface(), wg::Prefix(v4, 24)));
    ASSERT_TRUE(netns->fib().AddAddress(tunnel->interface(), wg::Prefix(v6, 64)));
    // No buffer of the application's is ever full.
    app = std::make_unique<net::Socket>(
        netns, wg::Family::kIpv4, "app",
        net::SocketOptions{.send_buffer = 1 << 30, .receive_buffer = 1 << 30}, &reader);
    ASSERT_EQ(app->Bind({}, 7), wg::Errno::kOk);
  }
  // Every step at this instant, as the netlink agent does it without a price.
  wg::Errno Configure(const wg::SetDevice& request) {
    wg::ConfigSession session(&tunnel->device(), request);
    wg::Effects fx;
    while (session.Next()) {
      wg::BindOutcome bound;
      if (session.Next()->kind == wg::StepKind::kSetListenPort) {
        bound = tunnel->Bind(session.Next()->port);
      }
      session.Step(tunnel->Now(), &fx, bound);
      tunnel->Apply(&fx, 0);
    }
    return session.error();
  }
  wg::PublicKey public_key() const {
    wg::PublicKey result;
    EXPECT_TRUE(wg::ModelledCrypto().DerivePublic(key, &result));
    return result;
  }
  // `endpoint` may be "": none.
  void AddPeer(const Node& other, absl::string_view endpoint, uint32_t scope = 0,
               absl::string_view also_allowed = "") {
    wg::SetPeer peer{.public_key = other.public_key()};
    if (!endpoint.empty()) peer.endpoint = wg::Endpoint{net::Ip(endpoint), other.port, scope};
    peer.allowed_ips.push_back(
        {.prefix = wg::Prefix::Host(wg::IpAddress::V4(0x0a000000 + other.number))});
    peer.allowed_ips.push_back(
        {.prefix = wg::Prefix::Host(wg::IpAddress::V6(uint64_t{0xfd} << 56, other.number))});
    if (!also_allowed.empty()) peer.allowed_ips.push_back({.prefix = net::Net(also_allowed)});
    wg::SetDevice request;
    request.peers.push_back(std::move(peer));
    ASSERT_EQ(Configure(request), wg::Errno::kOk);
  }
  // A datagram to another node's application, and time for it to get there. True if it did.
  bool Reaches(Node* other) {
    const size_t before = other->reader.tags.size();
    EXPECT_EQ(Send(*other), wg::Errno::kOk);
    ground->loop.RunUntil(ground->loop.now() + std::chrono::milliseconds(100));
    return other->reader.tags.size() == before + 1;
  }
  wg::Errno Send(const Node& other, size_t size = 100) {
    return app->SendTo({wg::IpAddress::V4(0x0a000000 + other.number), 7, 0},
                       ground->Payload(size, ++sent), 0);
  }
  wg::Endpoint EndpointOfFirstPeer() const { return tunnel->device().Get().peers.at(0).endpoint; }
  const wg::DeviceCounters& counters() const { return tunnel->device().counters(); }

  net::Ground* ground;
  net::Host* host;
  int number;
  uint16_t port;
  CostModel costs;
  SimEntropy entropy;
  wg::Module module;
  wg::PrivateKey key;
  net::Reader reader;
  DropCounter drops;
  uint64_t sent = 0;
  std::unique_ptr<WgTunnel> tunnel;
  std::unique_ptr<net::Socket> app;
};

// Sees every packet on its way into a card.
class Tap : public net::Port {
 public:
  struct Seen {
    net::IpHeader ip;
    net::UdpHeader udp;
    uint8_t type;
    size_t size;
    bool checksum_good;
  };
  explicit Tap(net::Nic* nic) : nic_(nic) {}
  void OnArrival(net::Packet&& packet) override {
    Seen seen{};
    packet.ResolveChecksum();
    if (change) change(&packet);
    const absl::Span<const uint8_t> bytes = std::as_const(packet.buffer).bytes();
    EXPECT_TRUE(net::ParseIp(bytes, &seen.ip));
    seen.size = bytes.size();
    if (seen.ip.fragment_offset == 0 &&
        net::ParseUdp(bytes.subspan(seen.ip.header_size), &seen.udp)) {
      seen.type = bytes[seen.ip.header_size + net::kUdpHeaderSize];
      seen.checksum_good = net::TransportChecksumOk(bytes, seen.ip);
    }
    seen_.push_back(seen);
    if (!deaf) nic_->OnArrival(std::move(packet));
  }
  std::vector<Seen> OfType(int type) const {
    std::vector<Seen> result;
    for (const Seen& seen : seen_) {
      if (seen.type == type) result.push_back(seen);
    }
    return result;
  }
  const std::vector<Seen>& all() const { return seen_; }
  void Clear() { seen_.clear(); }
  bool deaf = false;  // what arrives gets lost
  std::function<void(net::Packet*)> change;

 private:
  net::Nic* const nic_;
  std::vector<Seen> seen_;
};

class WgTunnelTest : public testing::Test {
 protected:
  explicit WgTunnelTest(int cores = 1, const wg::Profile* profile = &wg::kLinux616,
                        bool napi_stall = false)
      : net_({}, {.machine = {.cores = cores}}),
        a_(&net_.ground, &net_.a, 1, "wg0", kPort, profile, napi_stall),
        b_(&net_.ground, &net_.b, 2, "wg0", kPort, profile, napi_stall) {
    a_.Up(root_a());
    b_.Up(root_b());
    tap_a_ = std::make_unique<Tap>(net_.eth_a);
    tap_b_ = std::make_unique<Tap>(net_.eth_b);
    net_.link.Attach(0, tap_a_.get());
    net_.link.Attach(1, tap_b_.get());
  }
  // a knows where b is; b learns where a is.
  void Introduce(absl::string_view endpoint_of_b = "192.0.2.2", uint32_t scope = 0) {
    a_.AddPeer(b_, endpoint_of_b, scope);
    b_.AddPeer(a_, "");
  }
  void Pass(sim::Duration time) { net_.ground.loop.RunUntil(net_.ground.loop.now() + time); }
  net::Netns* root_a() { return net_.a.root(); }
  net::Netns* root_b() { return net_.b.root(); }

  net::TwoHosts net_;
  Node a_, b_;
  std::unique_ptr<Tap> tap_a_, tap_b_;
};

}  // namespace wgnode

#endif  // WGSIM_SIM_WG_WG_TUNNEL_FIXTURE_H_
