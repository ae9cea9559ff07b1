// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// XXH3 is a published function of bytes: the same number on every machine. Wherever one of its
// numbers becomes bytes, the order is written out.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "protocol/crypto/suite.h"
#include "protocol/crypto/text_hash.h"
#include "protocol/endian.h"

namespace wg {
namespace {

// What a hash is made for, so that one made for one purpose never fits another.
enum Purpose : uint64_t { kPublicKey = 1, kSharedSecret, kTag, kXTag };

KeyBytes Hash32(absl::Span<const uint8_t> bytes, Purpose purpose) {
  KeyBytes out;
  for (uint64_t half = 0; half < 2; ++half) {
    const XXH128_hash_t hash =
        XXH3_128bits_withSeed(bytes.data(), bytes.size(), uint64_t{purpose} << 1 | half);
    StoreLe64(out.data() + 16 * half, hash.low64);
    StoreLe64(out.data() + 16 * half + 8, hash.high64);
  }
  return out;
}

// The u-coordinate that X25519 sees: bit 255 is ignored, and 2^255-19 and what follows wraps
// around.
KeyBytes Canonical(KeyBytes u) {
  u.back() &= 127;
  const bool all_ones = std::all_of(u.begin() + 1, u.end() - 1, [](uint8_t b) { return b == 255; });
  if (all_ones && u.back() == 127 && u.front() >= 0xed) {
    const auto wrapped = static_cast<uint8_t>(u.front() - 0xed);
    u.fill(0);
    u.front() = wrapped;
  }
  return u;
}

// The canonical points whose product with every clamped scalar is zero.
bool IsLowOrder(const KeyBytes& canonical) {
  static constexpr KeyBytes kLowOrder[] = {
      {0},
      {1},
      {0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3,
       0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32,
       0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00},
      {0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1,
       0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c,
       0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57},
      {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
       0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
       0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
  };
  return std::find(std::begin(kLowOrder), std::end(kLowOrder), canonical) != std::end(kLowOrder);
}

struct Tag {
  uint64_t first;
  uint64_t second;
};

using TextHasher = uint64_t (*)(const uint8_t* text, size_t size);

// The text, which is long, is hashed without a key, and key, nonce and that hash once more: nobody
// here attacks the hash, and a seeded hash of a long text costs its own setup.
Tag MakeTag(TextHasher text_hash, const SymmetricKey& key, Purpose purpose,
            absl::Span<const uint8_t> nonce, absl::Span<const uint8_t> aad,
            absl::Span<const uint8_t> text) {
  // key 32, nonce up to 24, purpose 8, of aad and text the length and the hash
  alignas(8) uint8_t block[32 + 24 + 8 + 4 * 8];
  std::copy(key.bytes.begin(), key.bytes.end(), block);
  std::fill(block + 32, block + 56, uint8_t{0});
  std::copy(nonce.begin(), nonce.end(), block + 32);
  StoreLe64(block + 56, purpose);
  StoreLe64(block + 64, aad.size());
  StoreLe64(block + 72, aad.empty() ? 0 : text_hash(aad.data(), aad.size()));
  StoreLe64(block + 80, text.size());
  StoreLe64(block + 88, text.empty() ? 0 : text_hash(text.data(), text.size()));
  const uint64_t hash = XXH3_64bits(block, sizeof(block));
  return {hash, hash * 0x9e3779b97f4a7c15 + 1};
}

void Write(const Tag& tag, uint8_t* to) {
  StoreLe64(to, tag.first);
  StoreLe64(to + 8, tag.second);
}

bool Fits(const Tag& tag, const uint8_t* from) {
  return LoadLe64(from) == tag.first && LoadLe64(from + 8) == tag.second;
}

class ModelledSuite final : public CryptoSuite {
 public:
  bool DerivePublic(const PrivateKey& private_key, PublicKey* public_key) const override {
    *public_key = PublicKey{};
    if (private_key.IsZero()) return false;
    public_key->bytes = ClampedPublic(private_key);
    return !public_key->IsZero();
  }

  // Both sides hash both public keys, the smaller first.
  bool DeriveSharedSecret(const PrivateKey& private_key, const PublicKey& public_key,
                          SharedSecret* secret) const override {
    secret->Wipe();
    KeyBytes theirs = Canonical(public_key.bytes);
    if (IsLowOrder(theirs)) return false;
    KeyBytes ours = ClampedPublic(private_key);
    if (theirs < ours) std::swap(ours, theirs);
    uint8_t both[2 * kKeyLen];
    std::copy(ours.begin(), ours.end(), both);
    std::copy(theirs.begin(), theirs.end(), both + kKeyLen);
    secret->bytes = Hash32(both, kSharedSecret);
    return !secret->IsZero();
  }

  void Seal(const SymmetricKey& key, uint64_t counter, absl::Span<const uint8_t> aad,
            absl::Span<uint8_t> text, uint8_t* tag) const override {
    Write(CounterTag(key, counter, aad, text), tag);
  }

  bool Open(const SymmetricKey& key, uint64_t counter, absl::Span<const uint8_t> aad,
            absl::Span<uint8_t> text, const uint8_t* tag) const override {
    return Fits(CounterTag(key, counter, aad, text), tag);
  }

  void XSeal(const SymmetricKey& key, const XNonce& nonce, absl::Span<const uint8_t> aad,
             absl::Span<uint8_t> text, uint8_t* tag) const override {
    Write(MakeTag(text_hash_, key, kXTag, nonce, aad, text), tag);
  }

  bool XOpen(const SymmetricKey& key, const XNonce& nonce, absl::Span<const uint8_t> aad,
             absl::Span<uint8_t> text, const uint8_t* tag) const override {
    return Fits(MakeTag(text_hash_, key, kXTag, nonce, aad, text), tag);
  }

 private:
  static KeyBytes ClampedPublic(const PrivateKey& private_key) {
    PrivateKey clamped = private_key;
    Clamp(&clamped);
    return Canonical(Hash32(clamped.bytes, kPublicKey));
  }

  Tag CounterTag(const SymmetricKey& key, uint64_t counter, absl::Span<const uint8_t> aad,
                 absl::Span<const uint8_t> text) const {
    uint8_t nonce[8];
    StoreLe64(nonce, counter);
    return MakeTag(text_hash_, key, kTag, nonce, aad, text);
  }

  const TextHasher text_hash_ = internal::HasAvx2() ? internal::TextHashAvx2 : internal::TextHash;
};

}  // namespace

const CryptoSuite& ModelledCrypto() {
  static const ModelledSuite suite;
  return suite;
}

}  // namespace wg
