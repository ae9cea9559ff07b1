// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests: one device on a bench, and testers that are its peers: what the catalogue of
// spec/handshake section 9 calls DUT and T.
//
//   WireBench bench;
//   Tester& t = bench.AddTester();
//   const auto out = bench.Send(t.MakeInitiation(bench.now()), t.address);
//   ASSERT_EQ(Types(out), "2");
//   const auto session = t.ConsumeResponse(out[0].bytes);
//
// The device is up, its clocks start at 1000 s. Everything happens at once; a timer fires in
// Advance.
#ifndef WGSIM_PROTOCOL_WIRE_BENCH_H_
#define WGSIM_PROTOCOL_WIRE_BENCH_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

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
#include "protocol/wire_tester.h"

namespace wg {

class WireBench {
 public:
  explicit WireBench(const CryptoSuite& crypto = RealCrypto(), Module* module = nullptr,
                     uint8_t number = 1, const Profile& profile = kLinux616);

  Device& device() { return *device_; }
  Device::State& state() { return device_->state(); }
  Module& module() { return *module_; }
  Effects* fx() { return &fx_; }
  Now now() const { return now_; }
  const PublicKey& public_key() const { return public_key_; }
  const Endpoint& address() const { return address_; }

  // A further peer: its endpoint known, one inner address of its own.
  Tester& AddTester();
  // REQUIRES: the tester's public key is a peer's.
  Peer& PeerOf(const Tester& tester);

  // Puts a datagram in front of the device without letting it work.
  void Queue(const WireBytes& bytes, const Endpoint& from);
  // A datagram arrives; what the device sends at this instant.
  std::vector<WireOut> Send(const WireBytes& bytes, const Endpoint& from);
  // A packet from inside the host to a tester's inner address.
  std::vector<WireOut> SendInner(const Tester& tester, uint32_t number = 1);
  // The packet a tester sends through the tunnel.
  WireBytes InnerFrom(const Tester& tester, uint32_t number = 1);
  // Lets the device work.
  std::vector<WireOut> Settle();
  // Lets time pass, timers fire when due.
  std::vector<WireOut> Advance(Duration duration);
  // Both clocks go on and no timer looks; or only the wall clock.
  void Pass(Duration duration) {
    now_.boot += duration;
    now_.wall += duration;
  }
  void StepWall(Duration duration) { now_.wall += duration; }

  // A session that T, or the device, has initiated and that is confirmed.
  Tester::Session SessionByTester(Tester& tester);
  Tester::Session SessionByDevice(Tester& tester);

  size_t delivered() const { return delivered_; }  // inner packets that came out
  SendOutcome outcome = SendOutcome::kSent;        // of everything the device sends

 private:
  const CryptoSuite& crypto_;
  Now now_;
  std::unique_ptr<Module> own_module_;
  Module* module_;
  SeededEntropy entropy_;
  BufferPool pool_;
  Effects fx_;
  std::unique_ptr<Device> device_;
  InlineDriver driver_;
  PublicKey public_key_;
  Endpoint address_;
  std::vector<std::unique_ptr<Tester>> testers_;
  size_t delivered_ = 0;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_WIRE_BENCH_H_
