// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The two macs at the end of every handshake message, and the cookies behind the second (cookie.c;
// spec/handshake section 4):
//
//   CookieChecker   of a device: judges the macs of what comes in; issues cookies under load
//   CookieJar       of a peer: puts macs on what goes out; keeps the latest cookie the peer sent
//   (struct cookie)
//
// mac1 proves that the sender knows the receiver's public key. mac2 proves that it can read at the
// address it writes from: its key is a cookie, a mac over that address, which the receiver sent
// there. "Under load" is for the caller to know; nothing here counts packets.
//
// Requirements: NOISE-017 018 025 026 040 050; COOKIE-001 to 016 019 020 022 to 028 031 037 to 040.
#ifndef WGSIM_PROTOCOL_COOKIE_H_
#define WGSIM_PROTOCOL_COOKIE_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "protocol/crypto/blake2s.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/entropy.h"
#include "protocol/index_table.h"
#include "protocol/ip.h"
#include "protocol/messages.h"
#include "protocol/noise.h"
#include "protocol/peer_id.h"
#include "protocol/profile.h"
#include "protocol/ratelimiter.h"
#include "protocol/time.h"

namespace wg {

// enum cookie_mac_state
enum class CookieMacState : uint8_t {
  kInvalidMac,                        // drop, silently
  kValidMacButNoCookie,               // mac1 good; under load: answer with a cookie
  kValidMacWithCookieButRatelimited,  // drop, silently
  kValidMacWithCookie,                // process, even under load
};

// struct cookie_checker. Single-threaded.
class CookieChecker {
 public:
  // Draws the first secret; without keys until PrecomputeDeviceKeys (wg_cookie_checker_init).
  // `profile` outlives the checker.
  CookieChecker(Now now, Entropy& entropy, const Profile& profile = kLinux616);

  // To be called whenever the identity changes. Without identity both keys are all zero, so that a
  // mac1 made with a zero key passes (wg_cookie_checker_precompute_device_keys).
  void PrecomputeDeviceKeys(const NoiseStaticIdentity& identity);

  // Judges the macs of a message of type 1 or 2 that came from `source` into namespace `netns`
  // (wg_cookie_validate_packet). Without `check_cookie` (not under load) mac2 is not looked at and
  // the best verdict is kValidMacButNoCookie. With it, the secret may be renewed and `ratelimiter`
  // is asked when mac2 is good, if the profile limits sources. REQUIRES: the message has its exact
  // length.
  CookieMacState ValidatePacket(Now now, Entropy& entropy, RateLimiter& ratelimiter, uint64_t netns,
                                absl::Span<const uint8_t> message, const Endpoint& source,
                                bool check_cookie);

  // The cookie reply to `message` from `source`: bound to its mac1, addressed to its sender index
  // (wg_cookie_message_create). Draws the nonce, then a new secret if the old is 120 s old.
  void CreateMessage(const CryptoSuite& crypto, Now now, Entropy& entropy,
                     absl::Span<const uint8_t> message, const Endpoint& source,
                     MessageHandshakeCookie* reply);

  const SymmetricKey& message_mac1_key() const { return message_mac1_key_; }
  const SymmetricKey& cookie_encryption_key() const { return cookie_encryption_key_; }

  // The cookie of a source: a mac over its address and port, of which the secret is renewed first
  // if it is 120 s old (make_cookie). For CreateMessage, and to be looked at.
  Mac16 MakeCookie(Now now, Entropy& entropy, const Endpoint& source);

 private:
  bool SecretHasExpired(Now now) const;
  Mac16 CookieOf(const Endpoint& source) const;

  const Profile& profile_;
  SymmetricKey secret_;
  SymmetricKey cookie_encryption_key_;
  SymmetricKey message_mac1_key_;
  BootTime secret_birthdate_;
};

// struct cookie. Survives sessions, interface down and up, and a new private key. Single-threaded.
class CookieJar {
 public:
  // For messages to, and cookies from, the holder of `remote_static` (wg_cookie_init,
  // wg_cookie_checker_precompute_peer_keys).
  explicit CookieJar(const PublicKey& remote_static);
  CookieJar(const CookieJar&) = delete;
  CookieJar& operator=(const CookieJar&) = delete;
  ~CookieJar();

  // Writes both macs at the end of an encoded message of type 1 or 2; mac2 is zero without a cookie
  // younger than 115 s. Remembers mac1 as the last one sent, whatever becomes of the message
  // (wg_cookie_add_mac_to_packet).
  void AddMacToPacket(Now now, absl::Span<uint8_t> message,
                      const CookieRules& rules = kLinux616.cookies);

  // Takes a cookie reply that named this peer. False, and nothing changes, unless a message was
  // sent since the last cookie taken and this reply is bound to the last one's mac1. Nothing is to
  // be sent because of it (second half of wg_cookie_message_consume).
  bool Consume(const CryptoSuite& crypto, Now now, const MessageHandshakeCookie& reply,
               const CookieRules& rules = kLinux616.cookies);

  bool is_valid() const { return is_valid_; }
  bool have_sent_mac1() const { return have_sent_mac1_; }
  const Mac16& cookie() const { return cookie_; }
  const SymmetricKey& message_mac1_key() const { return message_mac1_key_; }
  const SymmetricKey& cookie_decryption_key() const { return cookie_decryption_key_; }

 private:
  BootTime birthdate_{};
  bool is_valid_ = false;
  bool have_sent_mac1_ = false;
  Mac16 cookie_{};
  Mac16 last_mac1_sent_{};
  SymmetricKey cookie_decryption_key_;
  SymmetricKey message_mac1_key_;
};

// Takes a cookie reply from the network: finds the peer by the receiver index, among handshakes and
// keypairs, since a responder's index belongs to a keypair by then. The peer whose jar took it, or
// kNone (wg_cookie_message_consume). Neither load nor macs nor the source address matter.
PeerId ConsumeCookieMessage(const CryptoSuite& crypto, Now now, const MessageHandshakeCookie& reply,
                            const IndexTable& index_table,
                            absl::FunctionRef<CookieJar*(PeerId)> jar_of_peer,
                            const CookieRules& rules = kLinux616.cookies);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_COOKIE_H_
