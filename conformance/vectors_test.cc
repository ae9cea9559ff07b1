// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// protocol/ against every vector of conformance/vectors. They are made by a program that shares
// nothing with it.
#include <google/protobuf/struct.pb.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"
#include "conformance/vector_file.h"
#include "protocol/allowedips.h"
#include "protocol/cookie.h"
#include "protocol/crypto/blake2s.h"
#include "protocol/crypto/keys.h"
#include "protocol/crypto/suite.h"
#include "protocol/ecn.h"
#include "protocol/errno.h"
#include "protocol/fake_entropy.h"
#include "protocol/hex.h"
#include "protocol/index_table.h"
#include "protocol/ip.h"
#include "protocol/keypair.h"
#include "protocol/messages.h"
#include "protocol/noise.h"
#include "protocol/peer_id.h"
#include "protocol/peer_table.h"
#include "protocol/profile.h"
#include "protocol/ratelimiter.h"
#include "protocol/replay_window.h"
#include "protocol/symmetric_state.h"
#include "protocol/tai64n.h"
#include "protocol/time.h"
#include "protocol/wire_tester.h"

namespace conformance {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;
using wg::WireBytes;

std::string Hex(absl::Span<const uint8_t> bytes) { return wg::Hex(bytes); }

TEST(Vectors, EveryFileHasATest) {
  const std::set<std::string> tested = {
      "allowed_ips", "congestion", "cookies", "handshakes", "kdf",        "low_order_points",
      "messages",    "padding",    "replay",  "timers",     "timestamps", "transport"};
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(kVectorFolder)) {
    if (entry.path().extension() == ".json") found.insert(entry.path().stem());
  }
  EXPECT_EQ(found, tested);
}

TEST(Vectors, Kdf) {
  ForEach("kdf", [](const Vector& v) {
    wg::Digest outputs[3];
    wg::Kdf3(v.Bytes("key"), v.Bytes("input"), absl::MakeSpan(outputs[0]),
             absl::MakeSpan(outputs[1]), absl::MakeSpan(outputs[2]));
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(Hex(outputs[i]), v["outputs"].list_value().values(i).string_value());
    }
  });
}

// A device's half of a handshake, without its paths.
struct End {
  End(const wg::PrivateKey& own, const wg::PublicKey& remote, const wg::PresharedKey& psk) {
    identity.SetPrivateKey(wg::RealCrypto(), own);
    peer_table.Add(remote, wg::PeerId{1});
    handshake.emplace(context(), wg::PeerId{1}, remote, psk);
  }
  ~End() {
    handshake->Clear(index_table);
    keypairs.Clear(index_table);
  }
  wg::NoiseContext context() {
    return {wg::RealCrypto(), identity, peer_table, index_table, account};
  }

  wg::KeypairAccount account;
  wg::NoiseStaticIdentity identity;
  wg::PeerTable peer_table;
  wg::IndexTable index_table;
  absl::optional<wg::NoiseHandshake> handshake;
  wg::Keypairs keypairs;
};

void ExpectStep(const Vector& v, const std::string& name, const wg::SymmetricState& state) {
  const Value& step = v["steps"].struct_value().fields().at(name);
  const Vector fields(step.struct_value());
  EXPECT_EQ(Hex(state.chaining_key().bytes), fields.Text("chaining_key")) << name;
  EXPECT_EQ(Hex(state.hash()), fields.Text("hash")) << name;
}

TEST(Vectors, Handshakes) {
  ForEach("handshakes", [](const Vector& v) {
    const wg::Now now{wg::BootTime(std::chrono::seconds(100)),
                      wg::WallTime(std::chrono::nanoseconds(v.Long<int64_t>("unix_nanoseconds")))};
    const auto psk = v.KeyOf<wg::PresharedKey>("preshared_key");
    const auto si = v.KeyOf<wg::PublicKey>("initiator_static_public");
    const auto sr = v.KeyOf<wg::PublicKey>("responder_static_public");
    End initiator(v.KeyOf<wg::PrivateKey>("initiator_static_private"), sr, psk);
    End responder(v.KeyOf<wg::PrivateKey>("responder_static_private"), si, psk);
    EXPECT_EQ(initiator.identity.public_key(), si);
    EXPECT_EQ(responder.identity.public_key(), sr);
    wg::ScriptedEntropy entropy;
    entropy.Then(v.Bytes("initiator_ephemeral_private"))
        .ThenUint32(static_cast<uint32_t>(v.Number("initiator_index")));
    entropy.Then(v.Bytes("responder_ephemeral_private"))
        .ThenUint32(static_cast<uint32_t>(v.Number("responder_index")));
    const wg::CookieRules& rules = wg::kLinux616.cookies;

    wg::MessageHandshakeInitiation one;
    ASSERT_EQ(initiator.handshake->CreateInitiation(initiator.context(), now, entropy, &one),
              wg::NoiseVerdict::kOk);
    ExpectStep(v, "initiation ss t", initiator.handshake->symmetric());
    WireBytes wire(wg::MessageHandshakeInitiation::kLen);
    Encode(one, absl::MakeSpan(wire));
    wg::CookieJar(sr).AddMacToPacket(now, absl::MakeSpan(wire), rules);
    EXPECT_EQ(Hex(wire), v.Text("initiation"));

    // A device at the beginning of the epoch has no stamp that is later than none.
    const wg::NoiseConsumed consumed = ConsumeInitiation(
        responder.context(), now, one, [&](wg::PeerId) { return &*responder.handshake; });
    ASSERT_EQ(consumed.verdict, wg::NoiseVerdict::kOk);
    wg::MessageHandshakeResponse two;
    ASSERT_EQ(responder.handshake->CreateResponse(responder.context(), entropy, &two),
              wg::NoiseVerdict::kOk);
    ExpectStep(v, "response {}", responder.handshake->symmetric());
    wire.resize(wg::MessageHandshakeResponse::kLen);
    Encode(two, absl::MakeSpan(wire));
    wg::CookieJar(si).AddMacToPacket(now, absl::MakeSpan(wire), rules);
    EXPECT_EQ(Hex(wire), v.Text("response"));

    ASSERT_EQ(
        ConsumeResponse(initiator.context(), two, [&](wg::PeerId) { return &*initiator.handshake; })
            .verdict,
        wg::NoiseVerdict::kOk);
    ASSERT_TRUE(
        initiator.handshake->BeginSession(initiator.context(), now, false, &initiator.keypairs));
    ASSERT_TRUE(
        responder.handshake->BeginSession(responder.context(), now, false, &responder.keypairs));
    const wg::Keypair& from = *initiator.keypairs.current();
    const wg::Keypair& to = *responder.keypairs.next();
    EXPECT_EQ(Hex(from.sending.key.bytes), v.Text("key_initiator_to_responder"));
    EXPECT_EQ(Hex(to.receiving.key.bytes), v.Text("key_initiator_to_responder"));
    EXPECT_EQ(Hex(to.sending.key.bytes), v.Text("key_responder_to_initiator"));
    EXPECT_EQ(Hex(from.receiving.key.bytes), v.Text("key_responder_to_initiator"));
  });
}

// The steps in between, one at a time.
TEST(Vectors, StepsOfHandshakes) {
  ForEach("handshakes", [](const Vector& v) {
    const wg::CryptoSuite& crypto = wg::RealCrypto();
    const auto ei = v.KeyOf<wg::PrivateKey>("initiator_ephemeral_private");
    const auto er = v.KeyOf<wg::PrivateKey>("responder_ephemeral_private");
    const auto si = v.KeyOf<wg::PublicKey>("initiator_static_public");
    const auto sr = v.KeyOf<wg::PublicKey>("responder_static_public");
    wg::PublicKey ei_public, er_public;
    ASSERT_TRUE(crypto.DerivePublic(ei, &ei_public) && crypto.DerivePublic(er, &er_public));
    wg::SymmetricState state(sr);
    wg::SymmetricKey key;
    state.MixEphemeral(ei_public);
    ExpectStep(v, "initiation e", state);
    ASSERT_TRUE(state.MixDh(crypto, ei, sr, &key));
    WireBytes sealed(48);
    state.EncryptAndHash(crypto, key, si.bytes, absl::MakeSpan(sealed));
    ExpectStep(v, "initiation es s", state);
    wg::SharedSecret ss;
    ASSERT_TRUE(
        crypto.DeriveSharedSecret(v.KeyOf<wg::PrivateKey>("initiator_static_private"), sr, &ss));
    ASSERT_TRUE(state.MixPrecomputedDh(ss, &key));
    const wg::WallTime wall(std::chrono::nanoseconds(v.Long<int64_t>("unix_nanoseconds")));
    sealed.resize(28);
    state.EncryptAndHash(crypto, key, wg::Tai64nNow(wall).bytes, absl::MakeSpan(sealed));
    ExpectStep(v, "initiation ss t", state);
    state.MixEphemeral(er_public);
    ExpectStep(v, "response e", state);
    ASSERT_TRUE(state.MixDh(crypto, er, ei_public, nullptr) &&
                state.MixDh(crypto, er, si, nullptr));
    ExpectStep(v, "response ee se", state);
    state.MixPsk(v.KeyOf<wg::PresharedKey>("preshared_key"), &key);
    ExpectStep(v, "response psk", state);
    sealed.resize(16);
    state.EncryptAndHash(crypto, key, {}, absl::MakeSpan(sealed));
    ExpectStep(v, "response {}", state);
  });
}

TEST(Vectors, Cookies) {
  ForEach("cookies", [](const Vector& v) {
    const WireBytes message = v.Bytes("message");
    const wg::Now now{wg::BootTime(std::chrono::seconds(100)), wg::WallTime()};
    const wg::Endpoint source{*wg::IpAddress::Parse(v.Text("source_address")),
                              static_cast<uint16_t>(v.Number("source_port")), 0};
    const Struct handshakes = ReadFile("handshakes");
    const Vector first(handshakes.fields().at("vectors").list_value().values(0).struct_value());
    wg::NoiseStaticIdentity identity;
    identity.SetPrivateKey(wg::RealCrypto(),
                           first.KeyOf<wg::PrivateKey>("responder_static_private"));
    wg::ScriptedEntropy entropy;
    entropy.Then(v.Bytes("secret")).Then(v.Bytes("nonce"));
    wg::CookieChecker checker(now, entropy);
    checker.PrecomputeDeviceKeys(identity);
    wg::MessageHandshakeCookie reply;
    checker.CreateMessage(wg::RealCrypto(), now, entropy, message, source, &reply);
    WireBytes wire(wg::MessageHandshakeCookie::kLen);
    Encode(reply, absl::MakeSpan(wire));
    EXPECT_EQ(Hex(wire), v.Text("reply"));
    EXPECT_EQ(Hex(checker.MakeCookie(now, entropy, source)), v.Text("cookie"));

    wg::RateLimiter limiter;
    limiter.Init();
    const auto judge = [&](const WireBytes& bytes, const wg::Endpoint& from) {
      return checker.ValidatePacket(now, entropy, limiter, 1, bytes, from, /*check_cookie=*/true);
    };
    EXPECT_EQ(judge(v.Bytes("message_with_mac2"), source), wg::CookieMacState::kValidMacWithCookie);
    EXPECT_EQ(judge(message, source), wg::CookieMacState::kValidMacButNoCookie);
    wg::Endpoint elsewhere = source;
    ++elsewhere.port;
    EXPECT_EQ(judge(v.Bytes("message_with_mac2"), elsewhere),
              wg::CookieMacState::kValidMacButNoCookie);
    limiter.Uninit();

    // The other end: the reply opens for who has sent the message, and gives its mac2.
    wg::CookieJar jar(identity.public_key());
    WireBytes again(message);
    jar.AddMacToPacket(now, absl::MakeSpan(again), wg::kLinux616.cookies);
    EXPECT_EQ(Hex(again), v.Text("message"));
    ASSERT_TRUE(jar.Consume(wg::RealCrypto(), now, reply, wg::kLinux616.cookies));
    jar.AddMacToPacket(now, absl::MakeSpan(again), wg::kLinux616.cookies);
    EXPECT_EQ(Hex(again), v.Text("message_with_mac2"));
  });
}

TEST(Vectors, Transport) {
  ForEach("transport", [](const Vector& v) {
    const auto counter = v.Long<uint64_t>("counter");
    const auto key = v.KeyOf<wg::SymmetricKey>("key");
    WireBytes text = v.Bytes("packet");
    text.resize(text.size() +
                wg::CalculateSkbPadding(text.size(), static_cast<size_t>(v.Number("mtu"))));
    const WireBytes plain = text;
    WireBytes message(wg::MessageDataLen(text.size()));
    Encode(wg::MessageDataHeader{static_cast<uint32_t>(v.Number("receiver_index")), counter},
           absl::MakeSpan(message).first(wg::MessageDataHeader::kLen));
    uint8_t tag[wg::kNoiseAuthtagLen];
    wg::RealCrypto().Seal(key, counter, {}, absl::MakeSpan(text), tag);
    std::copy(text.begin(), text.end(), message.begin() + wg::MessageDataHeader::kLen);
    std::copy(std::begin(tag), std::end(tag), message.end() - wg::kNoiseAuthtagLen);
    EXPECT_EQ(Hex(message), v.Text("message"));
    EXPECT_TRUE(wg::RealCrypto().Open(key, counter, {}, absl::MakeSpan(text), tag));
    EXPECT_EQ(text, plain);
  });
}

TEST(Vectors, Replay) {
  ForEach("replay", [](const Vector& v) {
    wg::ReplayWindow window;
    const auto& counters = v["counters"].list_value();
    const auto& accepted = v["accepted"].list_value();
    ASSERT_EQ(counters.values_size(), accepted.values_size());
    for (int i = 0; i < counters.values_size(); ++i) {
      uint64_t counter = 0;
      ASSERT_TRUE(absl::SimpleAtoi(counters.values(i).string_value(), &counter));
      EXPECT_EQ(window.Validate(counter), accepted.values(i).bool_value()) << i << ": " << counter;
    }
  });
}

TEST(Vectors, AllowedIps) {
  ForEach("allowed_ips", [](const Vector& v) {
    wg::AllowedIps table;
    const auto owner = [](const std::string& peer) {
      return peer.empty() ? wg::AllowedIps::kNobody : static_cast<uint32_t>(peer[0] - 'a');
    };
    for (const Value& value : v["operations"].list_value().values()) {
      const Vector operation(value.struct_value());
      const std::string what = operation.Text("do");
      const uint32_t peer = owner(operation.Text("peer"));
      if (what == "remove_peer") {
        table.RemoveByOwner(peer);
        continue;
      }
      const wg::Prefix prefix = *wg::Prefix::Parse(operation.Text("prefix"));
      ASSERT_TRUE(what == "insert" || what == "remove") << what;
      EXPECT_EQ(what == "insert" ? table.Insert(prefix, peer) : table.RemoveOne(prefix, peer),
                wg::Errno::kOk);
    }
    for (const Value& value : v["lookups"].list_value().values()) {
      const Vector lookup(value.struct_value());
      EXPECT_EQ(table.Lookup(*wg::IpAddress::Parse(lookup.Text("address"))),
                owner(lookup.Text("peer")))
          << lookup.Text("address");
    }
    EXPECT_EQ(table.Validate(), "");
  });
}

TEST(Vectors, Timestamps) {
  ForEach("timestamps", [](const Vector& v) {
    const wg::WallTime wall(std::chrono::nanoseconds(v.Long<int64_t>("unix_nanoseconds")));
    EXPECT_EQ(Hex(wg::Tai64nNow(wall).bytes), v.Text("tai64n"));
  });
}

TEST(Vectors, Messages) {
  ForEach("messages", [](const Vector& v) {
    WireBytes message = v.Bytes("message");
    if (v.Number("zeros_after_type") != 0) {
      message.assign(1, 4);
      message.resize(1 + static_cast<size_t>(v.Number("zeros_after_type")));
    }
    EXPECT_EQ(static_cast<int64_t>(wg::ValidateHeaderLen(message)), v.Number("type"));
  });
}

TEST(Vectors, Padding) {
  ForEach("padding", [](const Vector& v) {
    EXPECT_EQ(wg::CalculateSkbPadding(static_cast<size_t>(v.Number("length")),
                                      static_cast<size_t>(v.Number("mtu"))),
              static_cast<size_t>(v.Number("padding")));
  });
}

TEST(Vectors, Congestion) {
  ForEach("congestion", [](const Vector& v) {
    WireBytes packet(20);
    packet[0] = 0x45;
    packet[1] = static_cast<uint8_t>(v.Number("inner"));
    if (v.Text("id").find("ecn-out") == 0) {
      EXPECT_EQ(wg::EcnEncapsulate(packet), v.Number("outer"));
      return;
    }
    wg::EcnDecapsulate(static_cast<uint8_t>(v.Number("outer")), absl::MakeSpan(packet));
    EXPECT_EQ(packet[1], v.Number("delivered"));
  });
}

TEST(Vectors, LowOrderPoints) {
  ForEach("low_order_points", [](const Vector& v) {
    wg::PrivateKey key;
    key.bytes.fill(0x48);
    wg::SharedSecret secret;
    EXPECT_FALSE(
        wg::RealCrypto().DeriveSharedSecret(key, v.KeyOf<wg::PublicKey>("point"), &secret));
  });
}

}  // namespace
}  // namespace conformance
