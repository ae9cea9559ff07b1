// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Whole handshakes, both ends on one core: from CreateInitiation to both sessions.
#include <benchmark/benchmark.h>

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
BENCHMARK_CAPTURE(BM_Handshake, real, RealCrypto());
BENCHMARK_CAPTURE(BM_Handshake, modelled, ModelledCrypto());

}  // namespace
}  // namespace wg
