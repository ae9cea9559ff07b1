// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/known_handshake_assertions.h"

#include <algorithm>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "conformance/script.h"
#include "protocol/config.h"
#include "protocol/crypto/blake2s.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/endian.h"
#include "protocol/ip.h"
#include "protocol/messages.h"

namespace conformance {
namespace {

using wg::Digest;
using wg::Tester;
using wg::WireBytes;
using wg::WireOut;

// The first handshake of spec/handshake section 10.2 up to its first message.
constexpr char kTargetKey[] = "103b9e4659b64e59fd096fb0b46ed75376ca6542398ad6c2398fa61712099b6e";
constexpr char kPrivateKey[] = "9830392c66e4197036efd080b4ee2516a004613a294b4134d9771ad9c07ae353";
constexpr char kPublicKey[] = "188e2ed04cbd0f951af7d43491ddd6a1c3e2928eab8eace859c1592830425620";
constexpr char kEphemeral[] = "b0738d044801ce3488208d41a4f75231dddf229085b795e8df4140b8166f0053";
constexpr char kPsk[] = "eaac201b4a9a046ea398158aab6f17a4a6b5c67743f6ac48e198340f49c189b6";
constexpr char kInitiation[] =
    "01000000443322118bb5976b13edf5a09c184d6cae816c98a2c228052baa641cbb6686d281"
    "330f187364847045d1cd19d88717d7fd0faa15ada11bfe69c4f93b7490b0782f0f17d9c263"
    "9499483cfaad21d7de75df846cea2883fbd059f4110f8c82ffcebd1161bf406d0c0f0e31a6"
    "bc7bcbcc3b5f4096dbc974186f28ae04c8ff6faf3f00000000000000000000000000000000";
constexpr char kChainingKey[] = "3ff963dc836fd5753363b74c33edc80b7ca58a7c48f75ae67f85dba43a548b14";
constexpr char kHash[] = "e79682da059e51fbbcf0df4072ac7fab63174c0f09b42bede0b9b5c38c3e5eef";
constexpr uint32_t kIndex = 0x11223344;

WireBytes Bytes(absl::string_view hex) {
  const std::string bytes = absl::HexStringToBytes(hex);
  return WireBytes(bytes.begin(), bytes.end());
}

// The paper's KDF, written from its text.
std::vector<Digest> Kdf(const Digest& key, absl::Span<const uint8_t> input, uint8_t count) {
  const Digest secret = wg::HmacBlake2s(key, {input});
  std::vector<Digest> out;
  for (uint8_t i = 1; i <= count; ++i) {
    const auto before = out.empty() ? absl::Span<const uint8_t>() : absl::MakeConstSpan(out.back());
    out.push_back(wg::HmacBlake2s(secret, {before, {&i, 1}}));
  }
  return out;
}

// The keys of the session that a response to the known initiation begins. Nothing if it does not
// open.
absl::optional<Tester::Session> SessionOf(const WireBytes& response) {
  const wg::CryptoSuite& crypto = wg::RealCrypto();
  wg::MessageHandshakeResponse message;
  wg::Decode(response, &message);
  const wg::PublicKey& remote = message.unencrypted_ephemeral;
  Digest hash = *wg::KeyFromHex(kHash);
  hash = wg::Blake2s({hash, remote.bytes});
  Digest chain = Kdf(*wg::KeyFromHex(kChainingKey), remote.bytes, 1)[0];
  for (const char* own : {kEphemeral, kPrivateKey}) {
    wg::SharedSecret secret;
    if (!crypto.DeriveSharedSecret(wg::PrivateKey(*wg::KeyFromHex(own)), remote, &secret))
      return absl::nullopt;
    chain = Kdf(chain, secret.bytes, 1)[0];
  }
  const std::vector<Digest> keys = Kdf(chain, *wg::KeyFromHex(kPsk), 3);
  hash = wg::Blake2s({hash, keys[1]});
  if (!crypto.Open(wg::SymmetricKey(keys[2]), 0, hash, {}, message.encrypted_nothing.data()))
    return absl::nullopt;
  const std::vector<Digest> session = Kdf(keys[0], {}, 2);
  return Tester::Session{wg::SymmetricKey(session[0]), wg::SymmetricKey(session[1]), kIndex,
                         message.sender_index};
}

void KnownHandshake(Script& s) {
  s.SetPrivateKey(wg::PrivateKey(*wg::KeyFromHex(kTargetKey)));
  Tester t = s.MakeStranger(1);  // for its addresses: its keys are not used
  wg::SetPeer peer{.public_key = {*wg::KeyFromHex(kPublicKey)},
                   .preshared_key = wg::PresharedKey(*wg::KeyFromHex(kPsk))};
  peer.allowed_ips.push_back({.prefix = wg::Prefix::Host(t.inner)});
  s.SetPeer(peer);
  WireBytes message = Bytes(kInitiation);
  message[60] ^= 1;
  s.Check("an initiation from elsewhere with a bit turned", s.Exchange(message, t), "");
  message[60] ^= 1;
  const std::vector<WireOut> out = s.Exchange(message, t);
  if (!s.Check("as it should be", out, "2")) return;
  if (!s.CheckNumber("length of the response", out[0].bytes.size(),
                     wg::MessageHandshakeResponse::kLen))
    return;
  s.CheckNumber("its receiver index", wg::LoadLe32(out[0].bytes.data() + 8), kIndex);
  const absl::optional<Tester::Session> session = SessionOf(out[0].bytes);
  if (!s.Check("it opens", session.has_value())) return;
  s.Exchange(t.Data(*session, 0, t.InnerFrom(1)), t);
  const std::vector<WireBytes> inner = s.Inner();
  s.Check("a packet under the initiator's key arrives",
          std::find(inner.begin(), inner.end(), t.InnerFrom(1)) != inner.end());
  const std::vector<WireOut> data = s.SendInner(t);
  if (!s.Check("a packet for the peer", data, "4")) return;
  s.Check("is under the responder's", t.Open(*session, data[0].bytes).has_value());
}

}  // namespace

std::vector<Assertion> KnownHandshakeAssertions() {
  return {
      {"NOISE_066_067_085_086_AHandshakeMadeElsewhereIsUnderstood", &KnownHandshake},
  };
}

}  // namespace conformance
