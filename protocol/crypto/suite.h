// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The ciphers of WireGuard behind one seam, because a simulator that seals millions of packets
// wants to choose:
//
//   RealCrypto()      X25519, ChaCha20-Poly1305 (RFC 8439), XChaCha20-Poly1305: the bytes of the
//   wire. ModelledCrypto()  the same sizes, nonces, checks and decisions without the ciphers: text
//   stays as it is, a tag
//                     is a fast hash over key, counter, aad and every byte of the text, the
//                     Diffie-Hellman is a symmetric hash of both public keys. A wrong key, wrong
//                     counter, wrong aad, any changed byte or a low-order point fail as they do
//                     with the real suite. No secrecy whatsoever.
//
// Hashes are not in here: both suites use BLAKE2s, so transcripts, mac1, mac2 and cookies are
// computed alike. Both ends of a tunnel must use the same suite. The suites have no state: one
// object may serve everybody.
#ifndef WGSIM_PROTOCOL_CRYPTO_SUITE_H_
#define WGSIM_PROTOCOL_CRYPTO_SUITE_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "protocol/crypto/keys.h"

namespace wg {

inline constexpr size_t kAuthTagLen = 16;  // NOISE_AUTHTAG_LEN
inline constexpr size_t kXNonceLen = 24;   // COOKIE_NONCE_LEN

using XNonce = std::array<uint8_t, kXNonceLen>;

class CryptoSuite {
 public:
  virtual ~CryptoSuite() = default;

  // The public key of a private key, which need not be clamped (the result is that of the clamped
  // one). False, and *public_key all zero, when the public key would be all zero or the given bytes
  // are (curve25519_generate_public).
  virtual bool DerivePublic(const PrivateKey& private_key, PublicKey* public_key) const = 0;

  // Diffie-Hellman. False, and *secret all zero, when the result is all zero: `public_key` is a
  // point of low order.
  virtual bool DeriveSharedSecret(const PrivateKey& private_key, const PublicKey& public_key,
                                  SharedSecret* secret) const = 0;

  // Seals `text` in place and writes the kAuthTagLen bytes at `tag`, usually directly behind the
  // text. The nonce is four zero bytes and `counter`, little-endian. No allocation. `text` may be
  // empty.
  virtual void Seal(const SymmetricKey& key, uint64_t counter, absl::Span<const uint8_t> aad,
                    absl::Span<uint8_t> text, uint8_t* tag) const = 0;

  // Opens `text` in place. False when the tag is wrong; `text` then holds nothing of use.
  virtual bool Open(const SymmetricKey& key, uint64_t counter, absl::Span<const uint8_t> aad,
                    absl::Span<uint8_t> text, const uint8_t* tag) const = 0;

  // The same with the 24-byte nonce of cookie replies.
  virtual void XSeal(const SymmetricKey& key, const XNonce& nonce, absl::Span<const uint8_t> aad,
                     absl::Span<uint8_t> text, uint8_t* tag) const = 0;
  virtual bool XOpen(const SymmetricKey& key, const XNonce& nonce, absl::Span<const uint8_t> aad,
                     absl::Span<uint8_t> text, const uint8_t* tag) const = 0;
};

// The first call starts libsodium for the whole process and, as it does, forbids its random
// functions: whoever calls them afterwards ends the program. Randomness comes from wg::Entropy
// alone.
const CryptoSuite& RealCrypto();

const CryptoSuite& ModelledCrypto();

}  // namespace wg

#endif  // WGSIM_PROTOCOL_CRYPTO_SUITE_H_
