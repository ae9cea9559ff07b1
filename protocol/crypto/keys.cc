// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/crypto/keys.h"

#include <sodium.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace wg {
namespace {

constexpr size_t kHexLen = 2 * kKeyLen;
constexpr size_t kBase64Len = 44;

absl::string_view AsText(const KeyBytes& key) {
  return absl::string_view(reinterpret_cast<const char*>(key.data()), key.size());
}

KeyBytes FromText(const std::string& bytes) {
  KeyBytes key;
  std::copy_n(bytes.begin(), key.size(), key.begin());
  return key;
}

}  // namespace

void SecureWipe(absl::Span<uint8_t> bytes) { sodium_memzero(bytes.data(), bytes.size()); }

bool ConstantTimeEqual(absl::Span<const uint8_t> a, absl::Span<const uint8_t> b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool ConstantTimeIsZero(absl::Span<const uint8_t> bytes) {
  return sodium_is_zero(bytes.data(), bytes.size()) == 1;
}

void Clamp(PrivateKey* key) {
  key->bytes.front() &= 248;
  key->bytes.back() = (key->bytes.back() & 127) | 64;
}

std::string ToHex(const KeyBytes& key) { return absl::BytesToHexString(AsText(key)); }

std::string ToBase64(const KeyBytes& key) { return absl::Base64Escape(AsText(key)); }

absl::optional<KeyBytes> KeyFromHex(absl::string_view text) {
  if (text.size() != kHexLen) return absl::nullopt;
  if (!std::all_of(text.begin(), text.end(), absl::ascii_isxdigit)) return absl::nullopt;
  return FromText(absl::HexStringToBytes(text));
}

absl::optional<KeyBytes> KeyFromBase64(absl::string_view text) {
  std::string bytes;
  if (text.size() != kBase64Len || !absl::Base64Unescape(text, &bytes)) return absl::nullopt;
  if (bytes.size() != kKeyLen) return absl::nullopt;
  // Abseil reads more forms than wg does; what it writes is the one that wg takes.
  if (absl::Base64Escape(bytes) != std::string(text)) return absl::nullopt;
  return FromText(bytes);
}

}  // namespace wg
