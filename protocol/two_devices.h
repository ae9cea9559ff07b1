// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests: two devices that are each other's only peer, each under an inline driver, and a wire
// without delay between them that a test may cut, watch and rewrite.
//
//   TwoDevices net;                  // both up, endpoints and allowed ips configured
//   net.SendNumbered(kA, 7);         // an inner packet of 84 bytes from A to B
//   EXPECT_EQ(net.node(kB).received, std::vector<uint32_t>{7});
//
// A is 192.0.2.1 outside and 10.0.0.1 inside, B is .2. Boot clocks start at 1000 s.
#ifndef WGSIM_PROTOCOL_TWO_DEVICES_H_
#define WGSIM_PROTOCOL_TWO_DEVICES_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "protocol/buffer.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/device_state.h"
#include "protocol/effects.h"
#include "protocol/fake_entropy.h"
#include "protocol/inline_driver.h"
#include "protocol/ip.h"
#include "protocol/peer.h"
#include "protocol/profile.h"
#include "protocol/time.h"
#include "protocol/timer_wheel.h"

namespace wg {

enum Side : int { kA = 0, kB = 1 };
constexpr Side Other(Side side) { return side == kA ? kB : kA; }

// An IPv4 packet of `size` bytes whose first payload word is `number`; tag `number`, too.
// REQUIRES: size >= 24.
Buffer MakeInner(BufferPool* pool, IpAddress source, IpAddress destination, uint32_t number,
                 size_t size = 84, uint8_t tos = 0);

struct TestNode {
  TestNode(const DeviceOptions& options, uint64_t seed);

  BufferPool pool;
  Module module;
  SeededEntropy entropy;
  Effects fx;
  std::unique_ptr<Device> device;
  InlineDriver driver;
  PrivateKey private_key;
  PublicKey public_key;
  Endpoint address;  // where it is now; datagrams leave from here
  IpAddress inner;
  Peer* peer = nullptr;  // the other side

  std::vector<uint32_t> received;  // numbers of inner packets, in order of delivery
  std::vector<uint8_t> received_tos;
  std::map<DropReason, uint32_t> dropped;
  std::vector<uint64_t> dropped_tags;  // other than kConsumed
};

class TwoDevices {
 public:
  struct Options {
    const CryptoSuite* crypto = &ModelledCrypto();
    const Profile* profile = &kLinux616;
    uint64_t seed = 1;
    bool endpoint_of_a = true;  // whether B knows where A is
    bool endpoint_of_b = true;
    bool up = true;
    TimerWheel wheel{};  // of both
    // Does the work of both instead of their inline drivers (InlineDriver::Settle).
    std::function<void(Device*, Now, Effects*)> settle;
  };
  // What was sent, whether it arrived or not.
  struct Sent {
    BootTime at;
    Side from;
    int type;
    uint32_t bytes;
    uint8_t ds;
    Endpoint remote;
    IpAddress local;
  };

  TwoDevices() : TwoDevices(Options()) {}
  explicit TwoDevices(const Options& options);
  ~TwoDevices();

  TestNode& node(Side side) { return *nodes_[side]; }
  Device& device(Side side) { return *node(side).device; }
  Device::State& state(Side side) { return device(side).state(); }
  Peer& peer(Side side) { return *node(side).peer; }
  Effects* fx(Side side) { return &node(side).fx; }
  Now now() const { return now_; }

  // An inner packet to the other side; everything that follows at this instant happens.
  Errno SendNumbered(Side from, uint32_t number, size_t size = 84, uint8_t tos = 0);
  Errno Send(Side from, Buffer packet, uint32_t mtu = 0);
  // An empty packet to the other side.
  void Keepalive(Side from);
  // A datagram from the outside.
  void Inject(Side to, Datagram datagram);
  // Carries out what is in the effects of both sides and whatever comes of it.
  void Settle();
  // The clocks go on, timers fire when due, in the order of their deadlines.
  void AdvanceTo(BootTime time);
  void Advance(Duration duration) { AdvanceTo(now_.boot + duration); }
  // Only the clock of the wall is set.
  void StepWall(Duration duration) { now_.wall += duration; }

  // A and B have a session that both have confirmed; clears the log.
  void Handshake(Side initiator = kA);

  const std::vector<Sent>& log() const { return log_; }
  void ClearLog() { log_.clear(); }
  // Sent datagrams of a type by one side.
  std::vector<Sent> Log(Side from, int type) const;

  // False: what this side sends is lost on the wire.
  bool connected[2] = {true, true};
  // What the socket says of a datagram. Default: kSent.
  std::function<SendOutcome(Side from, const Datagram&)> outcome;
  // Sees every datagram on the wire and may change it; false: lost.
  std::function<bool(Side from, Datagram*)> tap;

 private:
  void SettleSide(Side side);
  void Collect(TestNode& node);

  struct InFlight {
    Side to;
    Datagram datagram;
  };

  const std::function<void(Device*, Now, Effects*)> settle_;
  Now now_;
  std::unique_ptr<TestNode> nodes_[2];
  std::deque<InFlight> wire_;
  std::vector<Sent> log_;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_TWO_DEVICES_H_
