// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Tester: a peer of a device that is no device itself, but knows the protocol and may break every
// rule of it. What the catalogue of spec/handshake section 9 calls T. It makes messages and opens
// what it is sent; carrying them is the business of its user (wire_bench.h, conformance/).
#ifndef WGSIM_PROTOCOL_WIRE_TESTER_H_
#define WGSIM_PROTOCOL_WIRE_TESTER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "protocol/crypto/blake2s.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/fake_entropy.h"
#include "protocol/ip.h"
#include "protocol/messages.h"
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
  IpAddress local;  // where it left from; false: not known
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

  // An IPv4 packet of 84 bytes from its inner address, or to it, that carries `number`.
  WireBytes InnerFrom(uint32_t number) const;
  WireBytes InnerTo(uint32_t number) const;

  // All that it has made, for those who want to read along.
  const std::vector<PrivateKey>& ephemerals() const { return ephemerals_; }

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
  std::vector<PrivateKey> ephemerals_;
  SymmetricState initiated_;  // after the own message 1
  PrivateKey initiated_ephemeral_;
  uint32_t initiated_index_ = 0;
  SymmetricState opened_;  // after the device's message 1
  PublicKey opened_ephemeral_;
  PublicKey opened_static_;
  uint32_t opened_index_ = 0;
  Tai64n opened_stamp_;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_WIRE_TESTER_H_
