// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Whole handshakes, both ends on one core: from CreateInitiation to both sessions.
#include <benchmark/benchmark.h>
#include <blake2.h>
#include <sodium.h>

#include <chrono>

#include "absl/types/optional.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/fake_entropy.h"
#include "protocol/index_table.h"
#include "protocol/keypair.h"
#include "protocol/messages.h"
#include "protocol/noise.h"
#include "protocol/peer_id.h"
#include "protocol/peer_table.h"
#include "protocol/time.h"

namespace wg {
namespace {

struct End {
  End(const CryptoSuite& crypto, uint8_t seed) : crypto(crypto) {
    PrivateKey key;
    key.bytes.fill(seed);
    identity.SetPrivateKey(crypto, key);
  }
  void Meet(const PublicKey& remote) {
    peer_table.Add(remote, PeerId{1});
    handshake.emplace(context(), PeerId{1}, remote, PresharedKey());
  }
  ~End() {
    handshake->Clear(index_table);
    keypairs.Clear(index_table);
  }
  NoiseContext context() { return {crypto, identity, peer_table, index_table, account}; }

  const CryptoSuite& crypto;
  NoiseStaticIdentity identity;
  PeerTable peer_table;
  IndexTable index_table;
  KeypairAccount account;
  absl::optional<NoiseHandshake> handshake;
  Keypairs keypairs;
};

void BM_Handshake(benchmark::State& state, const CryptoSuite& crypto) {
  End initiator(crypto, 1), responder(crypto, 2);
  initiator.Meet(responder.identity.public_key());
  responder.Meet(initiator.identity.public_key());
  SeededEntropy entropy(1);
  Now now{BootTime(std::chrono::seconds(1)), WallTime(std::chrono::seconds(1))};
  for (auto _ : state) {
    now.boot += std::chrono::milliseconds(20);
    now.wall += std::chrono::milliseconds(20);
    MessageHandshakeInitiation message1;
    initiator.handshake->CreateInitiation(initiator.context(), now, entropy, &message1);
    const NoiseConsumed consumed1 = ConsumeInitiation(
        responder.context(), now, message1, [&](PeerId) { return &*responder.handshake; });
    MessageHandshakeResponse message2;
    responder.handshake->CreateResponse(responder.context(), entropy, &message2);
    responder.handshake->BeginSession(responder.context(), now, false, &responder.keypairs);
    const NoiseConsumed consumed2 = ConsumeResponse(initiator.context(), message2,
                                                    [&](PeerId) { return &*initiator.handshake; });
    initiator.handshake->BeginSession(initiator.context(), now, false, &initiator.keypairs);
    if (consumed1.verdict != NoiseVerdict::kOk || consumed2.verdict != NoiseVerdict::kOk) {
      state.SkipWithError("a handshake failed");
      break;
    }
  }
  state.SetItemsProcessed(state.iterations());
}

// What one handshake of BM_Handshake comes to in the bare libraries: Curve25519 eight times (both
// ephemerals; es, ee and se at both ends; ss is precomputed), 42 HMACs of two BLAKE2s each, 14
// hashes, and three seals with their opens.
void BM_BareOperations(benchmark::State& state) {
  RealCrypto();  // initialises the library
  uint8_t scalar[32] = {8}, point[32], secret[32];
  scalar[31] = 64;
  crypto_scalarmult_base(point, scalar);
  uint8_t hash[32] = {}, text[32] = {}, tag[16];
  const uint8_t nonce[12] = {};
  uint8_t blocks[64 + 33] = {};
  bool good = true;
  for (auto _ : state) {
    for (int i = 0; i < 2; ++i) crypto_scalarmult_base(point, scalar);
    for (int i = 0; i < 6; ++i) good &= crypto_scalarmult(secret, scalar, point) == 0;
    for (int i = 0; i < 2 * 42; ++i)
      blake2s(hash, blocks, nullptr, sizeof(hash), sizeof(blocks), 0);
    for (int i = 0; i < 14; ++i) blake2s(hash, blocks, nullptr, sizeof(hash), 64, 0);
    for (const size_t size : {32, 12, 0}) {
      crypto_aead_chacha20poly1305_ietf_encrypt_detached(text, tag, nullptr, text, size, hash, 32,
                                                         nullptr, nonce, secret);
      good &= crypto_aead_chacha20poly1305_ietf_decrypt_detached(text, nullptr, text, size, tag,
                                                                 hash, 32, nonce, secret) == 0;
    }
    benchmark::DoNotOptimize(good);
    benchmark::DoNotOptimize(hash);
  }
  if (!good) state.SkipWithError("an operation failed");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_BareOperations);
BENCHMARK_CAPTURE(BM_Handshake, real, RealCrypto());
BENCHMARK_CAPTURE(BM_Handshake, modelled, ModelledCrypto());

}  // namespace
}  // namespace wg
