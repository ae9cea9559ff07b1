// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The running state of one Noise_IKpsk2 handshake: the chaining key C and the transcript hash H,
// and the steps that change them (the mix_*, message_* and handshake_init functions of noise.c;
// spec/handshake section 3.5). It knows nothing of peers, states or the wire; after each step both
// values can be looked at.
//
// Not a decision maker: where a step can fail (a shared secret of zero, a tag that does not fit) it
// says so and the caller gives up.
//
// Requirements: NOISE-085 086.
#ifndef WGSIM_PROTOCOL_SYMMETRIC_STATE_H_
#define WGSIM_PROTOCOL_SYMMETRIC_STATE_H_

#include <cstdint>

#include "absl/types/span.h"
#include "protocol/crypto/blake2s.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"

namespace wg {

inline constexpr char kNoiseConstruction[] = "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s";
inline constexpr char kNoiseIdentifier[] = "WireGuard v1 zx2c4 Jason@zx2c4.com";

// HASH(construction), and HASH of that and the identifier (handshake_init_chaining_key,
// handshake_init_hash).
extern const Digest kInitialChainingKey;
extern const Digest kInitialHash;

// A value of 64 bytes that wipes itself.
class SymmetricState {
 public:
  // All zero: no handshake.
  SymmetricState() = default;
  SymmetricState(const SymmetricState&) = default;
  SymmetricState& operator=(const SymmetricState&) = default;
  ~SymmetricState() { Wipe(); }

  // The state before the first byte of message 1, for a responder with this static key
  // (handshake_init).
  explicit SymmetricState(const PublicKey& responder_static);

  const ChainingKey& chaining_key() const { return chaining_key_; }
  const Digest& hash() const { return hash_; }

  // H = HASH(H || data).
  void MixHash(absl::Span<const uint8_t> data);

  // C = KDF1(C, data); the second form is (C, key) = KDF2(C, data).
  void MixKey(absl::Span<const uint8_t> data);
  void MixKey(absl::Span<const uint8_t> data, SymmetricKey* key);

  // H = HASH(H || ephemeral); C = KDF1(C, ephemeral) (message_ephemeral).
  void MixEphemeral(const PublicKey& ephemeral);

  // MixKey with the Diffie-Hellman of both keys, or, false and nothing changed, if that is all
  // zero. `key` may be null: then only C is made (mix_dh).
  bool MixDh(const CryptoSuite& crypto, const PrivateKey& private_key, const PublicKey& public_key,
             SymmetricKey* key);

  // The same with a secret made before (mix_precomputed_dh).
  bool MixPrecomputedDh(const SharedSecret& secret, SymmetricKey* key);

  // (C, tau, key) = KDF3(C, psk); H = HASH(H || tau) (mix_psk).
  void MixPsk(const PresharedKey& psk, SymmetricKey* key);

  // `to` = AEAD(key, counter 0, plain, aad = H); H = HASH(H || to) (message_encrypt).
  // REQUIRES: to.size() == plain.size() + 16.
  void EncryptAndHash(const CryptoSuite& crypto, const SymmetricKey& key,
                      absl::Span<const uint8_t> plain, absl::Span<uint8_t> to);

  // The reverse; false, and H as before, if the tag does not fit (message_decrypt).
  // REQUIRES: to.size() + 16 == sealed.size().
  bool DecryptAndHash(const CryptoSuite& crypto, const SymmetricKey& key,
                      absl::Span<const uint8_t> sealed, absl::Span<uint8_t> to);

  // (first, second) = KDF2(C, empty): the transport keys (derive_keys). The initiator sends with
  // the first.
  void Split(SymmetricKey* first, SymmetricKey* second) const;

  void Wipe();

 private:
  ChainingKey chaining_key_;
  Digest hash_{};
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_SYMMETRIC_STATE_H_
