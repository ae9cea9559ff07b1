// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// For tests: one device on a bench, and testers: peers of it that are no devices but know the
// protocol and may break every rule of it. What the catalogue of spec/handshake section 9 calls
// DUT and T.
//
//   WireBench bench;
//   Tester& t = bench.AddTester();
//   const auto out = bench.Send(t.MakeInitiation(bench.now()), t.address);
//   ASSERT_EQ(Types(out), "2");
//   const auto session = t.ConsumeResponse(out[0].bytes);
//
// The device is up, its clocks start at 1000 s. Everything happens at once; a timer fires in
// Advance.
#ifndef WGSIM_PROTOCOL_WIRE_TESTER_H_
#define WGSIM_PROTOCOL_WIRE_TESTER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "protocol/buffer.h"
#include "protocol/crypto/blake2s.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/device_state.h"
#include "protocol/effects.h"
#include "protocol/fake_entropy.h"
#include "protocol/inline_driver.h"
#include "protocol/ip.h"
#include "protocol/messages.h"
#include "protocol/peer.h"
#include "protocol/profile.h"
#include "protocol/symmetric_state.h"
#include "protocol/tai64n.h"
#include "protocol/time.h"

namespace wg {

using WireBytes = std::vector<uint8_t>;

// A datagram of the device's.
struct WireOut {
  BootTime at;
  WireBytes bytes;
  Endpoint remote;
  uint8_t ds;
};

// The message types of `out`, a digit each.
std::string Types(const std::vector<WireOut>& out);
// "mac1----" or "cookie--" hashed with a public key.
SymmetricKey LabelledKey(absl::Span<const char> label, const PublicKey& public_key);
Mac16 Mac1Of(const WireBytes& message);
Mac16 Mac2Of(const WireBytes& message);

// The seven points of spec/handshake section 10.3.
std::vector<PublicKey> LowOrderPoints();

class Tester {
 public:
  // What both ends of a finished handshake know, seen from the tester.
  struct Session {
    SymmetricKey sending;
    SymmetricKey receiving;
    uint32_t index;         // the tester's
    uint32_t remote_index;  // the device's
  };
  struct InitiationOptions {
    uint32_t sender_index = 0x01020304;
    absl::optional<PublicKey> ephemeral;      // as it is; its Diffie-Hellman is taken as zero
    absl::optional<PublicKey> claimed_static;  // what is sealed in place of the public key
  };
  struct ResponseOptions {
    uint32_t sender_index = 0x0a0b0c0d;
    absl::optional<PublicKey> ephemeral;
  };
  struct Reply {
    absl::optional<uint32_t> receiver_index;  // default: the sender index of the message
    absl::optional<Mac16> aad;                // default: the mac1 of the message
    absl::optional<PublicKey> issuer;         // default: the tester
  };

  Tester(const CryptoSuite& crypto, uint8_t number, const PublicKey& device);

  // Message 1 with the stamp of `now` or another one; mac1 good, mac2 zero.
  WireBytes MakeInitiation(Now now) { return MakeInitiation(Tai64nNow(now.wall), {}); }
  WireBytes MakeInitiation(const Tai64n& stamp, const InitiationOptions& options);
  // The answer to the initiation made last. Nothing if it does not open.
  absl::optional<Session> ConsumeResponse(const WireBytes& message);

  // Opens an initiation of the device's; says whether its macs and seals are good.
  bool ConsumeInitiation(const WireBytes& message);
  // The stamp of, and the answer to, the initiation opened last. May be asked for again.
  const Tai64n& opened_stamp() const { return opened_stamp_; }
  WireBytes MakeResponse(const ResponseOptions& options, Session* session);

  WireBytes Data(const Session& session, uint64_t counter, absl::Span<const uint8_t> plain) const;
  WireBytes Keepalive(const Session& session, uint64_t counter) const {
    return Data(session, counter, {});
  }
  // The plaintext of a data message. Nothing if it is not for this session or does not open.
  absl::optional<WireBytes> Open(const Session& session, const WireBytes& message) const;

  // Writes mac1, and mac2 under `cookie` or zero, into a message for the device.
  void SetMacs(WireBytes* message, absl::optional<Mac16> cookie = absl::nullopt) const;
  // A cookie reply to a message of the device's.
  WireBytes MakeCookieReply(const WireBytes& message, const Mac16& cookie, const Reply& options);
  // The cookie in the device's reply to `message`. Nothing if it does not open.
  absl::optional<Mac16> OpenCookieReply(const WireBytes& reply, const WireBytes& message) const;

  // May be changed at will.
  PrivateKey private_key;
  PublicKey public_key;
  PublicKey device_key;
  PresharedKey psk;
  Endpoint address;
  IpAddress inner;

 private:
  PrivateKey NewEphemeral(PublicKey* public_key);

  const CryptoSuite& crypto_;
  SeededEntropy entropy_;
  SymmetricState initiated_;  // after the own message 1
  PrivateKey initiated_ephemeral_;
  uint32_t initiated_index_ = 0;
  SymmetricState opened_;  // after the device's message 1
  PublicKey opened_ephemeral_;
  PublicKey opened_static_;
  uint32_t opened_index_ = 0;
  Tai64n opened_stamp_;
};

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

#endif  // WGSIM_PROTOCOL_WIRE_TESTER_H_
