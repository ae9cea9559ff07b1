// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Both suites, and bare libsodium beside them: what the seam costs. Argument: bytes of text.
#include <benchmark/benchmark.h>
#include <sodium.h>

#include <vector>

#include "absl/types/span.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"

namespace wg {
namespace {

SymmetricKey Key() {
  SymmetricKey key;
  key.bytes.fill(7);
  return key;
}

// One packet as the send path has it: header, text and tag in one buffer.
struct Packet {
  explicit Packet(size_t size) : bytes(16 + size + kAuthTagLen) {}
  absl::Span<uint8_t> text() {
    return absl::MakeSpan(bytes).subspan(16, bytes.size() - 16 - kAuthTagLen);
  }
  uint8_t* tag() { return bytes.data() + bytes.size() - kAuthTagLen; }
  std::vector<uint8_t> bytes;
};

void Sizes(benchmark::internal::Benchmark* bench) { bench->Arg(0)->Arg(64)->Arg(1056)->Arg(1420); }

void BM_Seal(benchmark::State& state, const CryptoSuite& crypto) {
  const SymmetricKey key = Key();
  Packet packet(state.range(0));
  uint64_t counter = 0;
  for (auto _ : state) {
    crypto.Seal(key, counter++, {}, packet.text(), packet.tag());
    benchmark::DoNotOptimize(packet.bytes.data());
    benchmark::ClobberMemory();
  }
}

void BM_Open(benchmark::State& state, const CryptoSuite& crypto) {
  // Opening changes the text, so every round opens a copy: the copy is part of what is measured,
  // here and for the bare library.
  const SymmetricKey key = Key();
  Packet sealed(state.range(0));
  crypto.Seal(key, 5, {}, sealed.text(), sealed.tag());
  Packet packet = sealed;
  for (auto _ : state) {
    std::copy(sealed.bytes.begin(), sealed.bytes.end(), packet.bytes.begin());
    bool good = crypto.Open(key, 5, {}, packet.text(), packet.tag());
    benchmark::DoNotOptimize(good);
    benchmark::ClobberMemory();
  }
}

void BM_SealBare(benchmark::State& state) {
  RealCrypto();
  const SymmetricKey key = Key();
  Packet packet(state.range(0));
  uint8_t nonce[12] = {};
  for (auto _ : state) {
    ++nonce[4];
    crypto_aead_chacha20poly1305_ietf_encrypt_detached(
        packet.text().data(), packet.tag(), nullptr, packet.text().data(), packet.text().size(),
        nullptr, 0, nullptr, nonce, key.bytes.data());
    benchmark::DoNotOptimize(packet.bytes.data());
    benchmark::ClobberMemory();
  }
}

void BM_OpenBare(benchmark::State& state) {
  const SymmetricKey key = Key();
  Packet sealed(state.range(0));
  RealCrypto().Seal(key, 5, {}, sealed.text(), sealed.tag());
  Packet packet = sealed;
  const uint8_t nonce[12] = {0, 0, 0, 0, 5};
  for (auto _ : state) {
    std::copy(sealed.bytes.begin(), sealed.bytes.end(), packet.bytes.begin());
    bool good = crypto_aead_chacha20poly1305_ietf_decrypt_detached(
                    packet.text().data(), nullptr, packet.text().data(), packet.text().size(),
                    packet.tag(), nullptr, 0, nonce, key.bytes.data()) == 0;
    benchmark::DoNotOptimize(good);
    benchmark::ClobberMemory();
  }
}

void BM_SharedSecret(benchmark::State& state, const CryptoSuite& crypto) {
  PrivateKey ours, theirs;
  ours.bytes.fill(1);
  theirs.bytes.fill(2);
  PublicKey point;
  crypto.DerivePublic(theirs, &point);
  SharedSecret secret;
  for (auto _ : state) {
    bool good = crypto.DeriveSharedSecret(ours, point, &secret);
    benchmark::DoNotOptimize(good);
  }
}

BENCHMARK_CAPTURE(BM_Seal, real, RealCrypto())->Apply(Sizes);
BENCHMARK(BM_SealBare)->Apply(Sizes);
BENCHMARK_CAPTURE(BM_Open, real, RealCrypto())->Apply(Sizes);
BENCHMARK(BM_OpenBare)->Apply(Sizes);
BENCHMARK_CAPTURE(BM_Seal, modelled, ModelledCrypto())->Apply(Sizes);
BENCHMARK_CAPTURE(BM_Open, modelled, ModelledCrypto())->Apply(Sizes);
BENCHMARK_CAPTURE(BM_SharedSecret, real, RealCrypto());
BENCHMARK_CAPTURE(BM_SharedSecret, modelled, ModelledCrypto());

}  // namespace
}  // namespace wg
