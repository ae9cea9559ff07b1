// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/symmetric_state.h"

#include <algorithm>

#include "protocol/check.h"

namespace wg {

const Digest kInitialChainingKey = {
    0x60, 0xe2, 0x6d, 0xae, 0xf3, 0x27, 0xef, 0xc0, 0x2e, 0xc3, 0x35, 0xe2, 0xa0, 0x25, 0xd2, 0xd0,
    0x16, 0xeb, 0x42, 0x06, 0xf8, 0x72, 0x77, 0xf5, 0x2d, 0x38, 0xd1, 0x98, 0x8b, 0x78, 0xcd, 0x36};

const Digest kInitialHash = {0x22, 0x11, 0xb3, 0x61, 0x08, 0x1a, 0xc5, 0x66, 0x69, 0x12, 0x43,
                             0xdb, 0x45, 0x8a, 0xd5, 0x32, 0x2d, 0x9c, 0x6c, 0x66, 0x22, 0x93,
                             0xe8, 0xb7, 0x0e, 0xe1, 0x9c, 0x65, 0xba, 0x07, 0x9e, 0xf3};

SymmetricState::SymmetricState(const PublicKey& responder_static)
    : chaining_key_(kInitialChainingKey), hash_(kInitialHash) {
  MixHash(responder_static.bytes);
}

void SymmetricState::MixHash(absl::Span<const uint8_t> data) { hash_ = Blake2s({hash_, data}); }

void SymmetricState::MixKey(absl::Span<const uint8_t> data) {
  Kdf1(chaining_key_.bytes, data, absl::MakeSpan(chaining_key_.bytes));
}

void SymmetricState::MixKey(absl::Span<const uint8_t> data, SymmetricKey* key) {
  Kdf2(chaining_key_.bytes, data, absl::MakeSpan(chaining_key_.bytes), absl::MakeSpan(key->bytes));
}

void SymmetricState::MixEphemeral(const PublicKey& ephemeral) {
  MixHash(ephemeral.bytes);
  MixKey(ephemeral.bytes);
}

bool SymmetricState::MixDh(const CryptoSuite& crypto, const PrivateKey& private_key,
                           const PublicKey& public_key, SymmetricKey* key) {
  SharedSecret secret;
  if (!crypto.DeriveSharedSecret(private_key, public_key, &secret)) return false;
  if (key == nullptr) {
    MixKey(secret.bytes);
  } else {
    MixKey(secret.bytes, key);
  }
  return true;
}

bool SymmetricState::MixPrecomputedDh(const SharedSecret& secret, SymmetricKey* key) {
  if (secret.IsZero()) return false;
  MixKey(secret.bytes, key);
  return true;
}

void SymmetricState::MixPsk(const PresharedKey& psk, SymmetricKey* key) {
  Digest tau;
  Kdf3(chaining_key_.bytes, psk.bytes, absl::MakeSpan(chaining_key_.bytes), absl::MakeSpan(tau),
       absl::MakeSpan(key->bytes));
  MixHash(tau);
  SecureWipe(absl::MakeSpan(tau));
}

void SymmetricState::EncryptAndHash(const CryptoSuite& crypto, const SymmetricKey& key,
                                    absl::Span<const uint8_t> plain, absl::Span<uint8_t> to) {
  CHECK_EQ(to.size(), plain.size() + kAuthTagLen);
  std::copy(plain.begin(), plain.end(), to.begin());
  crypto.Seal(key, 0, hash_, to.first(plain.size()), to.data() + plain.size());
  MixHash(to);
}

bool SymmetricState::DecryptAndHash(const CryptoSuite& crypto, const SymmetricKey& key,
                                    absl::Span<const uint8_t> sealed, absl::Span<uint8_t> to) {
  CHECK_EQ(to.size() + kAuthTagLen, sealed.size());
  std::copy_n(sealed.begin(), to.size(), to.begin());
  if (!crypto.Open(key, 0, hash_, to, sealed.data() + to.size())) return false;
  MixHash(sealed);
  return true;
}

void SymmetricState::Split(SymmetricKey* first, SymmetricKey* second) const {
  Kdf2(chaining_key_.bytes, {}, absl::MakeSpan(first->bytes), absl::MakeSpan(second->bytes));
}

void SymmetricState::Wipe() {
  chaining_key_.Wipe();
  SecureWipe(absl::MakeSpan(hash_));
}

}  // namespace wg
