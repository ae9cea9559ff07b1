// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/crypto/blake2s.h"

#include <blake2.h>

#include <algorithm>

#include "protocol/check.h"
#include "protocol/crypto/keys.h"

namespace wg {
namespace {

constexpr size_t kBlockLen = BLAKE2S_BLOCKBYTES;

void Update(blake2s_state* state, Parts parts) {
  for (absl::Span<const uint8_t> part : parts) {
    // libb2 must not be given a null pointer, which an empty span may have.
    if (!part.empty()) blake2s_update(state, part.data(), part.size());
  }
}

template <size_t kLen>
void Final(blake2s_state* state, std::array<uint8_t, kLen>* out) {
  blake2s_final(state, out->data(), out->size());
  // The state holds the last block: of a key derivation that is a secret.
  SecureWipe(absl::MakeSpan(reinterpret_cast<uint8_t*>(state), sizeof(*state)));
}

// HMAC with the key's two blocks hashed once, however many strings follow.
class Hmac {
 public:
  explicit Hmac(absl::Span<const uint8_t> key) {
    std::array<uint8_t, kBlockLen> block{};
    if (key.size() > kBlockLen) {
      const Digest digest = Blake2s({key});
      std::copy(digest.begin(), digest.end(), block.begin());
    } else {
      std::copy(key.begin(), key.end(), block.begin());
    }
    for (uint8_t& byte : block) byte ^= 0x36;
    blake2s_init(&inner_, kHashLen);
    blake2s_update(&inner_, block.data(), block.size());
    for (uint8_t& byte : block) byte ^= 0x36 ^ 0x5c;
    blake2s_init(&outer_, kHashLen);
    blake2s_update(&outer_, block.data(), block.size());
    SecureWipe(absl::MakeSpan(block));
  }
  ~Hmac() {
    SecureWipe(absl::MakeSpan(reinterpret_cast<uint8_t*>(&inner_), sizeof(inner_)));
    SecureWipe(absl::MakeSpan(reinterpret_cast<uint8_t*>(&outer_), sizeof(outer_)));
  }

  Digest Of(Parts parts) const {
    blake2s_state inner = inner_;
    Update(&inner, parts);
    Digest digest;
    Final(&inner, &digest);
    blake2s_state outer = outer_;
    blake2s_update(&outer, digest.data(), digest.size());
    Final(&outer, &digest);
    return digest;
  }

 private:
  blake2s_state inner_;
  blake2s_state outer_;
};

void Kdf(absl::Span<const uint8_t> chaining_key, absl::Span<const uint8_t> input,
         std::initializer_list<absl::Span<uint8_t>> outputs) {
  Digest prk = HmacBlake2s(chaining_key, {input});
  const Hmac expand(prk);
  SecureWipe(absl::MakeSpan(prk));
  Digest block{};
  size_t previous_len = 0;
  uint8_t number = 1;
  for (absl::Span<uint8_t> output : outputs) {
    CHECK_EQ(output.size(), kHashLen);
    block = expand.Of({absl::MakeConstSpan(block.data(), previous_len), {&number, 1}});
    std::copy(block.begin(), block.end(), output.begin());
    previous_len = block.size();
    ++number;
  }
  SecureWipe(absl::MakeSpan(block));
}

}  // namespace

Digest Blake2s(Parts parts) {
  blake2s_state state;
  blake2s_init(&state, kHashLen);
  Update(&state, parts);
  Digest digest;
  Final(&state, &digest);
  return digest;
}

Mac16 Blake2sMac16(absl::Span<const uint8_t> key, Parts parts) {
  CHECK_GE(key.size(), 1u);
  CHECK_LE(key.size(), static_cast<size_t>(BLAKE2S_KEYBYTES));
  blake2s_state state;
  blake2s_init_key(&state, kMacLen, key.data(), key.size());
  Update(&state, parts);
  Mac16 mac;
  Final(&state, &mac);
  return mac;
}

Digest HmacBlake2s(absl::Span<const uint8_t> key, Parts parts) { return Hmac(key).Of(parts); }

void Kdf1(absl::Span<const uint8_t> chaining_key, absl::Span<const uint8_t> input,
          absl::Span<uint8_t> t1) {
  Kdf(chaining_key, input, {t1});
}

void Kdf2(absl::Span<const uint8_t> chaining_key, absl::Span<const uint8_t> input,
          absl::Span<uint8_t> t1, absl::Span<uint8_t> t2) {
  Kdf(chaining_key, input, {t1, t2});
}

void Kdf3(absl::Span<const uint8_t> chaining_key, absl::Span<const uint8_t> input,
          absl::Span<uint8_t> t1, absl::Span<uint8_t> t2, absl::Span<uint8_t> t3) {
  Kdf(chaining_key, input, {t1, t2, t3});
}

}  // namespace wg
