// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests and benchmarks: a ground to build networks on, a sink that keeps the account of the
// dead, and an application that reads its socket.
#ifndef WGSIM_SIM_NET_TEST_NETWORK_H_
#define WGSIM_SIM_NET_TEST_NETWORK_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "protocol/buffer.h"
#include "protocol/check.h"
#include "protocol/ip.h"
#include "sim/event_loop.h"
#include "sim/net/drop.h"
#include "sim/net/fabric.h"
#include "sim/net/host.h"
#include "sim/net/link.h"
#include "sim/net/prices.h"
#include "sim/net/socket.h"
#include "sim/rng.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace net {

inline wg::IpAddress Ip(absl::string_view text) {
  auto address = wg::IpAddress::Parse(text);
  CHECK(address.ok());
  return *address;
}
inline wg::Prefix Net(absl::string_view text) {
  auto prefix = wg::Prefix::Parse(text);
  CHECK(prefix.ok());
  return *prefix;
}
inline wg::Endpoint To(absl::string_view address, uint16_t port) {
  return wg::Endpoint{Ip(address), port, 0};
}
inline sim::Time AtNanos(int64_t nanos) { return sim::kStart + sim::Duration(nanos); }

// Remembers every death and every copy.
class RecordingSink : public DropSink {
 public:
  struct Death {
    sim::Time time;
    sim::EntityId place;
    Drop why;
    uint64_t tag;
    size_t size;
  };
  void OnDrop(sim::Time time, sim::EntityId place, Drop why, const wg::Buffer& packet) override {
    deaths.push_back(Death{time, place, why, packet.tag(), packet.size()});
  }
  void OnCopy(sim::Time /*time*/, sim::EntityId /*place*/, const wg::Buffer& packet) override {
    copies.push_back(packet.tag());
  }
  size_t Count(Drop why) const {
    size_t n = 0;
    for (const Death& death : deaths) n += death.why == why;
    return n;
  }
  // Deaths of packets with a tag.
  size_t Tagged() const {
    size_t n = 0;
    for (const Death& death : deaths) n += death.tag != 0;
    return n;
  }

  std::vector<Death> deaths;
  std::vector<uint64_t> copies;
};

// The ground. Members are destroyed in the right order when tests declare it first.
struct Ground {
  Ground() : loop(&trace), fabric(&loop, &pool, &sink) {}

  // A payload of `size` bytes with recognisable contents.
  wg::Buffer Payload(size_t size, uint64_t tag = 0) {
    wg::Buffer buffer = pool.Allocate(size);
    for (size_t i = 0; i < size; ++i) buffer.data()[i] = static_cast<uint8_t>(i * 31 + tag);
    buffer.set_tag(tag);
    return buffer;
  }

  sim::Trace trace;
  sim::EventLoop loop;
  wg::BufferPool pool;
  RecordingSink sink;
  sim::Rng rng{1};
  Prices prices;
  Fabric fabric;
};

// Reads every datagram as soon as it comes.
class Reader : public SocketUser {
 public:
  void OnReadable(Socket* socket) override {
    Received datagram;
    while (socket->Receive(&datagram) == wg::Errno::kOk) {
      tags.push_back(datagram.payload.tag());
      sizes.push_back(datagram.payload.size());
      bytes += datagram.payload.size();
      last_ds = datagram.ds;
      last_from = datagram.from;
      intact = intact && Intact(datagram.payload);
    }
  }
  void OnError(Socket* /*socket*/) override { ++errors; }
  void OnWritable(Socket* /*socket*/) override { ++writable; }

  static bool Intact(const wg::Buffer& payload) {
    for (size_t i = 0; i < payload.size(); ++i) {
      if (payload.data()[i] != static_cast<uint8_t>(i * 31 + payload.tag())) return false;
    }
    return true;
  }

  std::vector<uint64_t> tags;
  std::vector<size_t> sizes;
  uint64_t bytes = 0;
  uint8_t last_ds = 0;
  wg::Endpoint last_from;
  bool intact = true;
  int errors = 0;
  int writable = 0;
};

// Two hosts, "a" 192.0.2.1/24 and "b" 192.0.2.2/24 (also 2001:db8::1/64 and ::2/64), and the link
// between them.
struct TwoHosts {
  explicit TwoHosts(const LinkOptions& options = {}, const HostOptions& host = {},
                    const NicOptions& nic = {})
      : a(&ground.fabric, "a", host, &ground.prices),
        b(&ground.fabric, "b", host, &ground.prices),
        link(&ground.fabric, "a-b", options, options, ground.rng) {
    eth_a = Plug(&a, 0, "192.0.2.1/24", "2001:db8::1/64", nic);
    eth_b = Plug(&b, 1, "192.0.2.2/24", "2001:db8::2/64", nic);
  }
  Nic* Plug(Host* host, int side, absl::string_view v4, absl::string_view v6,
            const NicOptions& options) {
    Nic* eth = host->AddNic(host->root(), "eth0", options);
    eth->Connect(&link, side);
    CHECK(eth->SetUp(true) == wg::Errno::kOk);
    CHECK(host->root()->fib().AddAddress(eth, Net(v4)));
    CHECK(host->root()->fib().AddAddress(eth, Net(v6)));
    return eth;
  }

  Ground ground;
  Host a, b;
  Link link;
  Nic* eth_a;
  Nic* eth_b;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_TEST_NETWORK_H_
