// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Keys as values of 32 bytes that cannot be mixed. A PublicKey is an ordinary value. The other
// kinds are secrets: they wipe themselves when they die, compare in constant time, and have no
// order and no hash.
//
//   PrivateKey    an X25519 scalar, clamped or not        PresharedKey   Q; all zero when unset
//   SymmetricKey  a key of the AEAD                       SharedSecret   what a Diffie-Hellman
//   gives ChainingKey   C of the handshake
#ifndef WGSIM_PROTOCOL_CRYPTO_KEYS_H_
#define WGSIM_PROTOCOL_CRYPTO_KEYS_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"

namespace wg {

inline constexpr size_t kKeyLen = 32;  // NOISE_PUBLIC_KEY_LEN and NOISE_SYMMETRIC_KEY_LEN

using KeyBytes = std::array<uint8_t, kKeyLen>;

// Overwrites `bytes` with zeros in a way that the compiler may not leave out (memzero_explicit).
void SecureWipe(absl::Span<uint8_t> bytes);

// Compares without a branch on the content (crypto_memneq). Spans of unequal length are unequal.
bool ConstantTimeEqual(absl::Span<const uint8_t> a, absl::Span<const uint8_t> b);

// True when every byte is zero, without a branch on the content.
bool ConstantTimeIsZero(absl::Span<const uint8_t> bytes);

struct PublicKey {
  KeyBytes bytes{};

  bool IsZero() const { return *this == PublicKey{}; }

  friend bool operator==(const PublicKey&, const PublicKey&) = default;
  friend auto operator<=>(const PublicKey&, const PublicKey&) = default;  // byte order

  template <typename H>
  friend H AbslHashValue(H h, const PublicKey& key) {
    return H::combine_contiguous(std::move(h), key.bytes.data(), key.bytes.size());
  }
};

// A secret of kind `Kind`. Copies are secrets, too: pass by reference.
template <typename Kind>
struct Secret {
  KeyBytes bytes{};

  Secret() = default;
  explicit Secret(const KeyBytes& from) : bytes(from) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret() { Wipe(); }

  void Wipe() { SecureWipe(absl::MakeSpan(bytes)); }
  bool IsZero() const { return ConstantTimeIsZero(bytes); }

  friend bool operator==(const Secret& a, const Secret& b) {
    return ConstantTimeEqual(a.bytes, b.bytes);
  }
};

using PrivateKey = Secret<struct PrivateKeyKind>;
using PresharedKey = Secret<struct PresharedKeyKind>;
using SymmetricKey = Secret<struct SymmetricKeyKind>;
using SharedSecret = Secret<struct SharedSecretKind>;
using ChainingKey = Secret<struct ChainingKeyKind>;

// Forces the bits of an X25519 scalar: multiple of 8, bit 254 set, bit 255 clear
// (curve25519_clamp_secret).
void Clamp(PrivateKey* key);

// Text forms of 32 bytes: 64 lower-case hexadecimal digits (the cross-platform text protocol) and
// 44 characters of padded base64 (wg and its configuration files). The readers take exactly these
// forms (hexadecimal in either case; base64 whose two unused bits are zero, as wg does) and give
// nothing for anything else. Not constant time.
std::string ToHex(const KeyBytes& key);
std::string ToBase64(const KeyBytes& key);
absl::optional<KeyBytes> KeyFromHex(absl::string_view text);
absl::optional<KeyBytes> KeyFromBase64(absl::string_view text);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_CRYPTO_KEYS_H_
