// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Reproduces testdata/handshake_vectors.txt line by line: a line whose name nobody asked for fails
// the test. The file was made by an independent program and checked against another implementation
// on the wire.
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "protocol/cookie.h"
#include "protocol/crypto/blake2s.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/fake_entropy.h"
#include "protocol/hex.h"
#include "protocol/index_table.h"
#include "protocol/ip.h"
#include "protocol/keypair.h"
#include "protocol/messages.h"
#include "protocol/noise.h"
#include "protocol/peer_id.h"
#include "protocol/peer_table.h"
#include "protocol/ratelimiter.h"
#include "protocol/symmetric_state.h"
#include "protocol/tai64n.h"
#include "protocol/time.h"

namespace wg {
namespace {

using Bytes = std::vector<uint8_t>;

constexpr uint32_t kInitiatorIndex = 0x11223344;
constexpr uint32_t kResponderIndex = 0xa1b2c3d4;

Bytes Text(absl::string_view text) { return {text.begin(), text.end()}; }

// "name: value" lines; the value is what stands behind the last colon, lines of dashes are
// headings.
class Vectors {
 public:
  explicit Vectors(const std::string& path) {
    std::ifstream file(path);
    EXPECT_TRUE(file.is_open()) << path;
    for (std::string line; std::getline(file, line);) {
      if (absl::StartsWith(line, "---")) continue;
      const size_t colon = line.rfind(": ");
      if (colon == std::string::npos) {
        ADD_FAILURE() << "no value: " << line;
        continue;
      }
      EXPECT_TRUE(values_.emplace(line.substr(0, colon), line.substr(colon + 2)).second) << line;
    }
    EXPECT_EQ(values_.size(), 122u);
  }

  void Expect(const std::string& name, const std::string& value) {
    const auto found = values_.find(name);
    ASSERT_NE(found, values_.end()) << "no such line: " << name;
    EXPECT_EQ(found->second, value) << name;
    asked_.insert(name);
  }
  void Expect(const std::string& name, absl::Span<const uint8_t> value) {
    Expect(name, Hex(value));
  }

  void ExpectAllAsked() const {
    for (const auto& [name, value] : values_) EXPECT_TRUE(asked_.count(name)) << name;
  }

 private:
  std::map<std::string, std::string> values_;
  std::set<std::string> asked_;
};

PrivateKey SpecKey(absl::string_view label) {
  PrivateKey key(Blake2s({Text(absl::StrCat("spec vector: ", label))}));
  Clamp(&key);
  return key;
}

PublicKey PublicOf(const PrivateKey& key) {
  PublicKey point;
  EXPECT_TRUE(RealCrypto().DerivePublic(key, &point));
  return point;
}

// The four key pairs, the psk and the instant that all values are made of.
struct Inputs {
  PrivateKey si = SpecKey("initiator static"), sr = SpecKey("responder static");
  PrivateKey ei = SpecKey("initiator ephemeral"), er = SpecKey("responder ephemeral");
  PublicKey si_pub = PublicOf(si), sr_pub = PublicOf(sr), ei_pub = PublicOf(ei),
            er_pub = PublicOf(er);
  PresharedKey psk{Blake2s({Text("spec vector: preshared key")})};
  Now now{BootTime(std::chrono::seconds(100)),
          WallTime(std::chrono::seconds(1700000000) + std::chrono::nanoseconds(123456789))};
};

void CheckConstants(Vectors& v) {
  const Bytes construction = Text(kNoiseConstruction), identifier = Text(kNoiseIdentifier);
  v.Expect("len(construction)", std::to_string(construction.size()));
  v.Expect("len(identifier)", std::to_string(identifier.size()));
  v.Expect("construction hex", construction);
  v.Expect("identifier hex", identifier);
  v.Expect("InitialChainKey = BLAKE2s(construction)", Blake2s({construction}));
  v.Expect("InitialHash = BLAKE2s(InitialChainKey || identifier)",
           Blake2s({Blake2s({construction}), identifier}));
  EXPECT_EQ(kInitialChainingKey, Blake2s({construction}));
  EXPECT_EQ(kInitialHash, Blake2s({kInitialChainingKey, identifier}));
  v.Expect("BLAKE2s-256(\"\")", Blake2s({}));

  constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
  auto number = [](uint64_t n) { return absl::StrCat(n, " = 0x", absl::Hex(n)); };
  v.Expect("REJECT_AFTER_MESSAGES kernel 64-bit", number(kRejectAfterMessages));
  v.Expect("REJECT_AFTER_MESSAGES kernel 32-bit", number(kMax - (kCounterBitsTotal - 32) - 1));
  v.Expect("REJECT_AFTER_MESSAGES whitepaper/go", number(kMax - kCounterBitsTotal));
  v.Expect("rounddown_pow2(1e9/50)", std::to_string(kTai64nGranule));
  v.Expect("distinct nsec buckets", std::to_string((1'000'000'000 - 1) / kTai64nGranule + 1));
}

void CheckKdf(Vectors& v) {
  const struct {
    const char* name;
    Bytes key, input;
  } kCases[] = {
      {"A", Counting(0, 32), Text("abc")},
      {"B", Bytes(kInitialChainingKey.begin(), kInitialChainingKey.end()), {}},
      {"C", {}, {}},
      {"D", Counting(0, 80), Counting(0, 100)},
  };
  for (const auto& c : kCases) {
    Digest t1, t2, t3;
    Kdf3(c.key, c.input, absl::MakeSpan(t1), absl::MakeSpan(t2), absl::MakeSpan(t3));
    v.Expect(absl::StrCat("KDF ", c.name, " T1"), t1);
    v.Expect(absl::StrCat("KDF ", c.name, " T2"), t2);
    v.Expect(absl::StrCat("KDF ", c.name, " T3"), t3);
  }
}

void CheckInputs(Vectors& v, const Inputs& in) {
  v.Expect("Si.priv", in.si.bytes);
  v.Expect("Si.pub", in.si_pub.bytes);
  v.Expect("Sr.priv", in.sr.bytes);
  v.Expect("Sr.pub", in.sr_pub.bytes);
  v.Expect("Ei.priv", in.ei.bytes);
  v.Expect("Ei.pub", in.ei_pub.bytes);
  v.Expect("Er.priv", in.er.bytes);
  v.Expect("Er.pub", in.er_pub.bytes);
  v.Expect("psk", in.psk.bytes);
  v.Expect("ts (unix 1700000000.123456789)", Tai64nNow(in.now.wall).bytes);
  SharedSecret ss;
  EXPECT_TRUE(RealCrypto().DeriveSharedSecret(in.si, in.sr_pub, &ss));
  v.Expect("dh ss (static-static)", ss.bytes);
}

// The handshake by its single steps, to look at what is in between.
void CheckSteps(Vectors& v, const Inputs& in, const PresharedKey& psk, const std::string& tag) {
  const CryptoSuite& crypto = RealCrypto();
  SymmetricState state(in.sr_pub);
  v.Expect(tag + "h after responder static", state.hash());
  state.MixEphemeral(in.ei_pub);
  v.Expect(tag + "msg1: ck after e", state.chaining_key().bytes);
  v.Expect(tag + "msg1: h after e", state.hash());
  SymmetricKey key;
  ASSERT_TRUE(state.MixDh(crypto, in.ei, in.sr_pub, &key));
  v.Expect(tag + "msg1: es ck", state.chaining_key().bytes);
  v.Expect(tag + "msg1: es key", key.bytes);
  std::array<uint8_t, 48> encrypted_static;
  state.EncryptAndHash(crypto, key, in.si_pub.bytes, absl::MakeSpan(encrypted_static));
  v.Expect(tag + "msg1: encrypted_static", encrypted_static);
  SharedSecret ss;
  ASSERT_TRUE(crypto.DeriveSharedSecret(in.sr, in.si_pub, &ss));
  ASSERT_TRUE(state.MixPrecomputedDh(ss, &key));
  v.Expect(tag + "msg1: ss ck", state.chaining_key().bytes);
  v.Expect(tag + "msg1: ss key", key.bytes);
  std::array<uint8_t, 28> encrypted_timestamp;
  state.EncryptAndHash(crypto, key, Tai64nNow(in.now.wall).bytes,
                       absl::MakeSpan(encrypted_timestamp));
  v.Expect(tag + "msg1: encrypted_timestamp", encrypted_timestamp);
  v.Expect(tag + "msg1: final ck", state.chaining_key().bytes);
  v.Expect(tag + "msg1: final h", state.hash());

  state.MixEphemeral(in.er_pub);
  v.Expect(tag + "msg2: ck after e", state.chaining_key().bytes);
  ASSERT_TRUE(state.MixDh(crypto, in.er, in.ei_pub, nullptr));
  v.Expect(tag + "msg2: ck after ee", state.chaining_key().bytes);
  ASSERT_TRUE(state.MixDh(crypto, in.er, in.si_pub, nullptr));
  v.Expect(tag + "msg2: ck after se", state.chaining_key().bytes);
  // tau goes into the hash at once and is never seen again; here it is made beside.
  Digest c, tau, k;
  Kdf3(state.chaining_key().bytes, psk.bytes, absl::MakeSpan(c), absl::MakeSpan(tau),
       absl::MakeSpan(k));
  v.Expect(tag + "msg2: tau", tau);
  state.MixPsk(psk, &key);
  v.Expect(tag + "msg2: ck after psk", state.chaining_key().bytes);
  v.Expect(tag + "msg2: key", key.bytes);
  std::array<uint8_t, 16> encrypted_nothing;
  state.EncryptAndHash(crypto, key, {}, absl::MakeSpan(encrypted_nothing));
  v.Expect(tag + "msg2: encrypted_nothing", encrypted_nothing);
  v.Expect(tag + "msg2: final h", state.hash());

  SymmetricKey first, second;
  state.Split(&first, &second);
  v.Expect(tag + "key initiator->responder", first.bytes);
  v.Expect(tag + "key responder->initiator", second.bytes);
}

// One end of the wire: a device with one peer, without its paths.
struct End {
  End(const Inputs& in, const PrivateKey& own, const PublicKey& remote, const PresharedKey& psk,
      absl::string_view secret_label)
      : jar(remote), checker(MakeChecker(in, own, secret_label)) {
    identity.SetPrivateKey(RealCrypto(), own);
    peer_table.Add(remote, PeerId{1});
    handshake.emplace(context(), PeerId{1}, remote, psk);
  }
  ~End() {
    handshake->Clear(index_table);
    keypairs.Clear(index_table);
  }

  static CookieChecker MakeChecker(const Inputs& in, const PrivateKey& own,
                                   absl::string_view secret_label) {
    ScriptedEntropy entropy;
    entropy.Then(Blake2s({Text(absl::StrCat("spec vector: ", secret_label))}));
    CookieChecker checker(in.now, entropy);
    NoiseStaticIdentity identity;
    identity.SetPrivateKey(RealCrypto(), own);
    checker.PrecomputeDeviceKeys(identity);
    return checker;
  }

  NoiseContext context() { return {RealCrypto(), identity, peer_table, index_table, account}; }

  KeypairAccount account;
  NoiseStaticIdentity identity;
  PeerTable peer_table;
  IndexTable index_table;
  absl::optional<NoiseHandshake> handshake;
  Keypairs keypairs;
  CookieJar jar;
  CookieChecker checker;
};

Bytes SealData(Keypair& keypair, uint64_t counter, Bytes text) {
  text.resize(text.size() + CalculateSkbPadding(text.size(), 1420));
  Bytes packet(MessageDataLen(text.size()));
  Encode(MessageDataHeader{keypair.remote_index(), counter}, absl::MakeSpan(packet).first(16));
  std::copy(text.begin(), text.end(), packet.begin() + 16);
  RealCrypto().Seal(keypair.sending.key, counter, {},
                    absl::MakeSpan(packet).subspan(16, text.size()), &packet[16 + text.size()]);
  return packet;
}

void CheckTransport(Vectors& v, const std::string& tag, End& initiator, End& responder) {
  Keypair& from_i = *initiator.keypairs.current();
  Keypair& from_r = *responder.keypairs.next();
  v.Expect(tag + "key initiator->responder", from_i.sending.key.bytes);
  v.Expect(tag + "key initiator->responder", from_r.receiving.key.bytes);
  v.Expect(tag + "key responder->initiator", from_i.receiving.key.bytes);
  v.Expect(tag + "key responder->initiator", from_r.sending.key.bytes);
  v.Expect(tag + "keepalive i->r counter 0 (32 bytes)", SealData(from_i, 0, {}));
  v.Expect(tag + "keepalive i->r counter 0x0102030405060708",
           SealData(from_i, 0x0102030405060708, {}));
  const Bytes inner = Unhex(
      "4500001c"
      "00010000"
      "40010000"
      "0a000001"
      "0a000002"
      "0800f7fd00010001");
  v.Expect(tag + "inner ipv4/icmp (28 bytes, header checksum left 0)", inner);
  v.Expect(tag + "data r->i counter 0 (padded to 32)", SealData(from_r, 0, inner));
}

// Cookies for both messages, by way of the real checker and jar.
void CheckCookies(Vectors& v, const Inputs& in, End& initiator, End& responder, Bytes msg1,
                  Bytes msg2) {
  v.Expect("cookie AEAD key of responder", responder.checker.cookie_encryption_key().bytes);
  v.Expect("cookie AEAD key of responder", initiator.jar.cookie_decryption_key().bytes);
  v.Expect("cookie AEAD key of initiator", initiator.checker.cookie_encryption_key().bytes);
  v.Expect("cookie AEAD key of initiator", responder.jar.cookie_decryption_key().bytes);
  v.Expect("cookie secret", Blake2s({Text("spec vector: cookie secret")}));
  const Digest nonce = Blake2s({Text("spec vector: cookie nonce")});
  const auto nonce24 = absl::MakeConstSpan(nonce).first(24);
  v.Expect("cookie nonce", nonce24);

  ScriptedEntropy none;
  const Endpoint v4 = Endpoint::Parse("192.0.2.1:51820").value();
  const Endpoint v6 = Endpoint::Parse("[2001:db8::1]:51820").value();
  v.Expect("cookie for 192.0.2.1:51820 (input c0000201ca6c)",
           responder.checker.MakeCookie(in.now, none, v4));
  v.Expect("cookie for [2001:db8::1]:51820", responder.checker.MakeCookie(in.now, none, v6));

  auto exchange = [&](CookieChecker& issuer, CookieJar& jar, Bytes& message) {
    ScriptedEntropy entropy;
    entropy.Then(nonce24);
    MessageHandshakeCookie reply;
    issuer.CreateMessage(RealCrypto(), in.now, entropy, message, v4, &reply);
    EXPECT_TRUE(jar.Consume(RealCrypto(), in.now, reply));
    jar.AddMacToPacket(in.now, absl::MakeSpan(message));
    Bytes wire(MessageHandshakeCookie::kLen);
    Encode(reply, absl::MakeSpan(wire));
    return wire;
  };
  v.Expect("cookie reply to msg1 (64 bytes)", exchange(responder.checker, initiator.jar, msg1));
  v.Expect("mac2 for msg1 with that cookie", absl::MakeConstSpan(msg1).last(16));
  v.Expect("cookie reply to msg2 (receiver_index = Ir)",
           exchange(initiator.checker, responder.jar, msg2));
  v.Expect("mac2 for msg2 with that cookie", absl::MakeConstSpan(msg2).last(16));
}

// The same handshake as two devices do it.
void CheckMessages(Vectors& v, const Inputs& in, const PresharedKey& psk, const std::string& tag) {
  End initiator(in, in.si, in.sr_pub, psk, "cookie secret");
  End responder(in, in.sr, in.si_pub, psk, "cookie secret");
  ScriptedEntropy entropy;
  entropy.Then(in.ei.bytes).ThenUint32(kInitiatorIndex);
  entropy.Then(in.er.bytes).ThenUint32(kResponderIndex);

  MessageHandshakeInitiation message1;
  ASSERT_EQ(initiator.handshake->CreateInitiation(initiator.context(), in.now, entropy, &message1),
            NoiseVerdict::kOk);
  Bytes wire1(MessageHandshakeInitiation::kLen);
  Encode(message1, absl::MakeSpan(wire1));
  initiator.jar.AddMacToPacket(in.now, absl::MakeSpan(wire1));
  v.Expect(tag + "mac1 key toward responder", initiator.jar.message_mac1_key().bytes);
  v.Expect(tag + "mac1 key toward responder", responder.checker.message_mac1_key().bytes);
  v.Expect(tag + "msg1: mac1", absl::MakeConstSpan(wire1).subspan(116, 16));
  v.Expect(tag + "msg1 (148 bytes, mac2=0)", wire1);

  Decode(wire1, &message1);
  const NoiseConsumed initiation = ConsumeInitiation(responder.context(), in.now, message1,
                                                     [&](PeerId) { return &*responder.handshake; });
  ASSERT_EQ(initiation.verdict, NoiseVerdict::kOk);
  v.Expect(tag + "msg1: final h", responder.handshake->symmetric().hash());
  MessageHandshakeResponse message2;
  ASSERT_EQ(responder.handshake->CreateResponse(responder.context(), entropy, &message2),
            NoiseVerdict::kOk);
  Bytes wire2(MessageHandshakeResponse::kLen);
  Encode(message2, absl::MakeSpan(wire2));
  responder.jar.AddMacToPacket(in.now, absl::MakeSpan(wire2));
  v.Expect(tag + "mac1 key toward initiator", responder.jar.message_mac1_key().bytes);
  v.Expect(tag + "mac1 key toward initiator", initiator.checker.message_mac1_key().bytes);
  v.Expect(tag + "msg2: mac1", absl::MakeConstSpan(wire2).subspan(60, 16));
  v.Expect(tag + "msg2 (92 bytes, mac2=0)", wire2);
  ASSERT_TRUE(
      responder.handshake->BeginSession(responder.context(), in.now, false, &responder.keypairs));

  Decode(wire2, &message2);
  const NoiseConsumed response =
      ConsumeResponse(initiator.context(), message2, [&](PeerId) { return &*initiator.handshake; });
  ASSERT_EQ(response.verdict, NoiseVerdict::kOk);
  v.Expect(tag + "msg2: final h", initiator.handshake->symmetric().hash());
  ASSERT_TRUE(
      initiator.handshake->BeginSession(initiator.context(), in.now, false, &initiator.keypairs));
  CheckTransport(v, tag, initiator, responder);
  if (tag.empty()) CheckCookies(v, in, initiator, responder, wire1, wire2);
}

void CheckTai64n(Vectors& v) {
  const int64_t kInstants[][2] = {{0, 0},
                                  {0, 16777215},
                                  {0, 16777216},
                                  {1, 999999999},
                                  {1700000000, 123456789},
                                  {1700000000, 989855744},
                                  {1700000000, 989855743}};
  for (const auto& [seconds, nanoseconds] : kInstants) {
    const WallTime wall{std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanoseconds)};
    v.Expect(absl::StrCat("tai64n(", seconds, ",", nanoseconds, ")"), Tai64nNow(wall).bytes);
  }
}

void CheckZeros(Vectors& v, const Inputs& in) {
  ScriptedEntropy entropy;
  entropy.Then(in.psk.bytes);
  CookieChecker checker(in.now, entropy);
  checker.PrecomputeDeviceKeys(NoiseStaticIdentity());
  v.Expect("zero-key mac1 check: mac1 key when no private key", checker.message_mac1_key().bytes);

  const std::string ff(60, 'f');
  for (const std::string& point :
       {std::string(64, '0'), "01" + std::string(62, '0'),
        std::string("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
        std::string("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
        "ec" + ff + "7f", "ed" + ff + "7f", "ee" + ff + "7f"}) {
    for (const CryptoSuite* crypto : {&RealCrypto(), &ModelledCrypto()}) {
      SharedSecret secret;
      const bool good =
          crypto->DeriveSharedSecret(in.si, PublicKey{UnhexArray<32>(point)}, &secret);
      v.Expect("low-order point " + point, good ? "nonzero" : "all-zero shared secret");
    }
  }
}

TEST(HandshakeVectors, EveryLineIsReproduced) {
  Vectors vectors("protocol/testdata/handshake_vectors.txt");
  const Inputs inputs;
  CheckConstants(vectors);
  CheckKdf(vectors);
  CheckInputs(vectors, inputs);
  for (const std::string& tag : {std::string(), std::string("[psk=0] ")}) {
    const PresharedKey psk = tag.empty() ? inputs.psk : PresharedKey();
    CheckSteps(vectors, inputs, psk, tag);
    CheckMessages(vectors, inputs, psk, tag);
  }
  CheckTai64n(vectors);
  CheckZeros(vectors, inputs);
  vectors.ExpectAllAsked();
}

}  // namespace
}  // namespace wg
