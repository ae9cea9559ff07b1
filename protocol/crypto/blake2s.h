// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The three uses WireGuard makes of BLAKE2s, and the key derivation on top (spec/handshake section
// 0.2):
//
//   Blake2s       HASH(parts)     unkeyed, 32 bytes
//   Blake2sMac16  MAC16(k, parts) keyed, digest length parameter 16: neither HMAC nor a truncated
//   32-byte digest HmacBlake2s   HMAC(k, parts)  HMAC over unkeyed BLAKE2s, block size 64 Kdf
//   KDFn(C, x)      prk = HMAC(C, x); T1 = HMAC(prk, 1); T(i) = HMAC(prk, T(i-1) || i)
//
// Several parts are hashed as if they were one string.
#ifndef WGSIM_PROTOCOL_CRYPTO_BLAKE2S_H_
#define WGSIM_PROTOCOL_CRYPTO_BLAKE2S_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "absl/types/span.h"

namespace wg {

inline constexpr size_t kHashLen = 32;  // NOISE_HASH_LEN
inline constexpr size_t kMacLen = 16;   // COOKIE_LEN: mac1, mac2 and the cookie itself

using Digest = std::array<uint8_t, kHashLen>;
using Mac16 = std::array<uint8_t, kMacLen>;
using Parts = std::initializer_list<absl::Span<const uint8_t>>;

Digest Blake2s(Parts parts);

// REQUIRES: 1 <= key.size() <= 32.
Mac16 Blake2sMac16(absl::Span<const uint8_t> key, Parts parts);

// A key longer than 64 bytes is hashed first.
Digest HmacBlake2s(absl::Span<const uint8_t> key, Parts parts);

// Write the first 32 bytes of output to `t1`, the next to `t2`, `t3`. `input` may be empty and the
// outputs may overlap `chaining_key` or `input`: both are read before anything is written.
// Intermediate values are wiped. REQUIRES: every output has exactly 32 bytes.
void Kdf1(absl::Span<const uint8_t> chaining_key, absl::Span<const uint8_t> input,
          absl::Span<uint8_t> t1);
void Kdf2(absl::Span<const uint8_t> chaining_key, absl::Span<const uint8_t> input,
          absl::Span<uint8_t> t1, absl::Span<uint8_t> t2);
void Kdf3(absl::Span<const uint8_t> chaining_key, absl::Span<const uint8_t> input,
          absl::Span<uint8_t> t1, absl::Span<uint8_t> t2, absl::Span<uint8_t> t3);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_CRYPTO_BLAKE2S_H_
