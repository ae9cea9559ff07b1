// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include <openssl/aead.h>
#include <openssl/err.h>
#include <openssl/mem.h>
#include <sodium.h>

#include "protocol/check.h"
#include "protocol/crypto/suite.h"
#include "protocol/endian.h"

namespace wg {
namespace {

constexpr size_t kTagLen = 16;

// libsodium draws a canary for its guarded heap while it starts; nothing here uses that heap, so
// any bytes will do.
void FillWithZeros(void* buffer, size_t size) { sodium_memzero(buffer, size); }
const char* Name() { return "none"; }
uint32_t ForbiddenNumber() {
  CHECK(false && "randomness comes from wg::Entropy, not from libsodium");
  return 0;
}
void ForbiddenFill(void*, size_t) { ForbiddenNumber(); }

// libsodium wants a pointer even to no text, and an empty span may have none.
class TextPointer {
 public:
  explicit TextPointer(absl::Span<uint8_t> text) : at_(text.data()) {
    if (at_ == nullptr) at_ = &nothing_;
  }
  operator uint8_t*() const { return at_; }  // NOLINT(google-explicit-constructor)

 private:
  uint8_t nothing_ = 0;
  uint8_t* at_;
};

// ChaCha20-Poly1305 of BoringSSL with a key, for one use: nothing of the key is left behind.
class Aead {
 public:
  explicit Aead(const SymmetricKey& key) {
    CHECK(EVP_AEAD_CTX_init(&context_, EVP_aead_chacha20_poly1305(), key.bytes.data(),
                            key.bytes.size(), kTagLen, nullptr));
  }
  ~Aead() {
    EVP_AEAD_CTX_cleanup(&context_);
    OPENSSL_cleanse(&context_, sizeof(context_));
  }
  Aead(const Aead&) = delete;
  Aead& operator=(const Aead&) = delete;

  const EVP_AEAD_CTX* get() const { return &context_; }

 private:
  EVP_AEAD_CTX context_;
};

class RealSuite final : public CryptoSuite {
 public:
  RealSuite() {
    // The start chooses the fastest implementations for this CPU. The two sources of "randomness"
    // live as long as the process because libsodium keeps pointers to them.
    static randombytes_implementation starting{.implementation_name = Name,
                                               .random = ForbiddenNumber,
                                               .stir = nullptr,
                                               .uniform = nullptr,
                                               .buf = FillWithZeros,
                                               .close = nullptr};
    static randombytes_implementation forbidden{.implementation_name = Name,
                                                .random = ForbiddenNumber,
                                                .stir = nullptr,
                                                .uniform = nullptr,
                                                .buf = ForbiddenFill,
                                                .close = nullptr};
    CHECK_EQ(randombytes_set_implementation(&starting), 0);
    CHECK_GE(sodium_init(), 0);
    CHECK_EQ(randombytes_set_implementation(&forbidden), 0);
  }

  bool DerivePublic(const PrivateKey& private_key, PublicKey* public_key) const override {
    *public_key = PublicKey{};
    if (private_key.IsZero()) return false;
    // X25519 clamps a copy of the scalar.
    return crypto_scalarmult_curve25519_base(public_key->bytes.data(), private_key.bytes.data()) ==
               0 &&
           !public_key->IsZero();
  }

  bool DeriveSharedSecret(const PrivateKey& private_key, const PublicKey& public_key,
                          SharedSecret* secret) const override {
    // libsodium refuses points of low order by itself, and then leaves the output alone.
    if (crypto_scalarmult_curve25519(secret->bytes.data(), private_key.bytes.data(),
                                     public_key.bytes.data()) == 0 &&
        !secret->IsZero()) {
      return true;
    }
    secret->Wipe();
    return false;
  }

  void Seal(const SymmetricKey& key, uint64_t counter, absl::Span<const uint8_t> aad,
            absl::Span<uint8_t> text, uint8_t* tag) const override {
    const Aead aead(key);
    const Nonce nonce(counter);
    size_t tag_size = 0;
    CHECK(EVP_AEAD_CTX_seal_scatter(aead.get(), text.data(), tag, &tag_size, kTagLen, nonce.bytes,
                                    sizeof(nonce.bytes), text.data(), text.size(), nullptr, 0,
                                    aad.data(), aad.size()));
  }

  bool Open(const SymmetricKey& key, uint64_t counter, absl::Span<const uint8_t> aad,
            absl::Span<uint8_t> text, const uint8_t* tag) const override {
    const Aead aead(key);
    const Nonce nonce(counter);
    if (EVP_AEAD_CTX_open_gather(aead.get(), text.data(), nonce.bytes, sizeof(nonce.bytes),
                                 text.data(), text.size(), tag, kTagLen, aad.data(), aad.size())) {
      return true;
    }
    // What it says of this stays with the thread until somebody asks.
    ERR_clear_error();
    return false;
  }

  void XSeal(const SymmetricKey& key, const XNonce& nonce, absl::Span<const uint8_t> aad,
             absl::Span<uint8_t> text, uint8_t* tag) const override {
    const TextPointer at(text);
    crypto_aead_xchacha20poly1305_ietf_encrypt_detached(at, tag, nullptr, at, text.size(),
                                                        aad.data(), aad.size(), nullptr,
                                                        nonce.data(), key.bytes.data());
  }

  bool XOpen(const SymmetricKey& key, const XNonce& nonce, absl::Span<const uint8_t> aad,
             absl::Span<uint8_t> text, const uint8_t* tag) const override {
    const TextPointer at(text);
    return crypto_aead_xchacha20poly1305_ietf_decrypt_detached(at, nullptr, at, text.size(), tag,
                                                               aad.data(), aad.size(), nonce.data(),
                                                               key.bytes.data()) == 0;
  }

 private:
  struct Nonce {
    explicit Nonce(uint64_t counter) { StoreLe64(bytes + 4, counter); }
    uint8_t bytes[crypto_aead_chacha20poly1305_ietf_NPUBBYTES] = {};
  };
};

}  // namespace

const CryptoSuite& RealCrypto() {
  static const RealSuite suite;
  return suite;
}

}  // namespace wg
