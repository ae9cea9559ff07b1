// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The catalogue of spec/handshake section 9.1, over the wire: responses, and sessions from the
// first key to the last. Ids are the catalogue's.
#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "protocol/crypto/keys.h"
#include "protocol/endian.h"
#include "protocol/messages.h"
#include "protocol/wire_bench.h"
#include "protocol/wire_tester.h"

namespace wg {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class SessionTest : public testing::Test {
 protected:
  std::vector<WireOut> Send(const WireBytes& bytes) { return bench_.Send(bytes, t_.address); }
  std::vector<WireOut> SendInner() { return bench_.SendInner(t_); }
  Peer& peer() { return bench_.PeerOf(t_); }
  // The device has sent an initiation, which T has opened.
  void Provoke() {
    const std::vector<WireOut> out = SendInner();
    ASSERT_EQ(Types(out), "1");
    ASSERT_TRUE(t_.ConsumeInitiation(out[0].bytes));
  }
  // A session that T has initiated and not confirmed.
  Tester::Session Unconfirmed(uint32_t sender_index = 0x01020304) {
    bench_.Pass(milliseconds(50));
    const std::vector<WireOut> out = Send(
        t_.MakeInitiation(Tai64nNow(bench_.now().wall), {.sender_index = sender_index}));
    EXPECT_EQ(Types(out), "2");
    return *t_.ConsumeResponse(out.at(0).bytes);
  }
  // Whether an inner packet under this session comes through.
  bool Arrives(const Tester::Session& session, uint64_t counter) {
    const size_t before = bench_.delivered();
    Send(t_.Data(session, counter, bench_.InnerFrom(t_)));
    return bench_.delivered() == before + 1;
  }
  // Whether the device's next packet is under this session, with this counter.
  bool SendsUnder(const Tester::Session& session, uint64_t counter) {
    const std::vector<WireOut> out = SendInner();
    return Types(out) == "4" && t_.Open(session, out[0].bytes).has_value() &&
           LoadLe64(out[0].bytes.data() + 8) == counter;
  }

  WireBench bench_;
  Tester& t_ = bench_.AddTester();
};

TEST_F(SessionTest, NOISE_004_005_048_049_050_BadResponsesLeaveTheHandshakeOpenForAGoodOne) {
  Provoke();
  Tester::Session session;
  const WireBytes good = t_.MakeResponse({}, &session);
  for (const size_t size : {91, 93}) {
    WireBytes bytes = good;
    bytes.resize(size);
    t_.SetMacs(&bytes);
    EXPECT_EQ(Types(Send(bytes)), "");
  }
  for (const size_t byte : {1, 2, 3, 8, 11, 12, 43, 44, 59}) {
    WireBytes bytes = good;
    bytes[byte] ^= 1;
    t_.SetMacs(&bytes);
    EXPECT_EQ(Types(Send(bytes)), "") << byte;
  }
  WireBytes bytes = good;
  bytes[60] ^= 1;
  EXPECT_EQ(Types(Send(bytes)), "");
  EXPECT_EQ(peer().rx_bytes, 0u);
  const std::vector<WireOut> out = Send(good);
  ASSERT_EQ(Types(out), "4");
  EXPECT_TRUE(t_.Open(session, out[0].bytes).has_value());
}

TEST_F(SessionTest, NOISE_042_AResponseUnderAZeroSecretIsRefusedAndAGoodOneStillWorks) {
  Provoke();
  for (const PublicKey& point : LowOrderPoints()) {
    EXPECT_EQ(Types(Send(t_.MakeResponse({.ephemeral = point}, nullptr))), "");
  }
  EXPECT_EQ(Types(Send(t_.MakeResponse({}, nullptr))), "4");
}

TEST_F(SessionTest, NOISE_019_020_021_022_023_PresharedKeysCountWhenTheResponseIsMadeOrTaken) {
  // Message 1 knows no psk: the device answers, T cannot open it.
  PresharedKey psk;
  psk.bytes.fill(0x21);
  t_.psk = psk;
  const std::vector<WireOut> out = Send(t_.MakeInitiation(bench_.now()));
  ASSERT_EQ(Types(out), "2");
  EXPECT_FALSE(t_.ConsumeResponse(out[0].bytes).has_value());
  bench_.Pass(seconds(6));
  // The device's own: a wrong psk is refused, and one that is set while it waits is used.
  Provoke();
  EXPECT_EQ(Types(Send(t_.MakeResponse({}, nullptr))), "");
  SetPresharedKey(peer(), psk);
  Tester::Session session;
  EXPECT_EQ(Types(Send(t_.MakeResponse({}, &session))), "4");
  // A change leaves the session alone.
  SetPresharedKey(peer(), PresharedKey());
  EXPECT_TRUE(SendsUnder(session, 1));
  EXPECT_TRUE(Arrives(session, 0));
  // All zero is none.
  t_.psk = PresharedKey();
  bench_.Pass(seconds(1));
  bench_.SessionByTester(t_);
}

TEST_F(SessionTest, NOISE_044_045_WithNothingStagedTheConfirmationIsAKeepaliveWithCounterZero) {
  SetKeepalive(bench_.state(), bench_.now(), peer(), 25, bench_.fx());
  const std::vector<WireOut> initiation = bench_.Settle();
  ASSERT_EQ(Types(initiation), "1");  // PEER-044: at once
  ASSERT_TRUE(t_.ConsumeInitiation(initiation[0].bytes));
  Tester::Session session;
  const std::vector<WireOut> out = Send(t_.MakeResponse({}, &session));
  ASSERT_EQ(Types(out), "4");
  EXPECT_EQ(out[0].bytes.size(), 32u);
  EXPECT_EQ(LoadLe64(out[0].bytes.data() + 8), 0u);
  EXPECT_EQ(t_.Open(session, out[0].bytes), WireBytes());
}

TEST_F(SessionTest, NOISE_046_066_067_068_069_StagedPacketsConfirmInOrderFromCounterZero) {
  Provoke();
  SendInner();
  SendInner();
  Tester::Session session;
  const std::vector<WireOut> out = Send(t_.MakeResponse({.sender_index = 0xcafe}, &session));
  ASSERT_EQ(Types(out), "444");
  for (uint64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(out[i].bytes.size(), 128u);
    EXPECT_EQ(LoadLe32(out[i].bytes.data() + 4), 0xcafeu);
    EXPECT_EQ(LoadLe64(out[i].bytes.data() + 8), i);
    EXPECT_TRUE(t_.Open(session, out[i].bytes).has_value());
  }
}

TEST_F(SessionTest, NOISE_047_051_ResponsesToWhatIsOverAreIgnored) {
  Provoke();
  const WireBytes late = t_.MakeResponse({}, nullptr);
  const std::vector<WireOut> retry = bench_.Advance(milliseconds(5400));
  ASSERT_EQ(Types(retry), "1");
  EXPECT_EQ(Types(Send(late)), "") << "superseded";
  ASSERT_TRUE(t_.ConsumeInitiation(retry[0].bytes));
  Tester::Session session;
  const WireBytes good = t_.MakeResponse({}, &session);
  EXPECT_EQ(Types(Send(good)), "4");
  EXPECT_EQ(Types(Send(good)), "") << "consumed";
  EXPECT_TRUE(SendsUnder(session, 1));
}

TEST_F(SessionTest, NOISE_052_AnsweringACrossingInitiationEndsTheOwn) {
  Provoke();
  Unconfirmed();
  EXPECT_EQ(Types(Send(t_.MakeResponse({}, nullptr))), "");
  EXPECT_EQ(peer().keypairs.current(), nullptr);
}

TEST_F(SessionTest, NOISE_053_PEER_011_TheEndpointFollowsResponsesAndInitiations) {
  const Endpoint second = *Endpoint::Parse("203.0.113.7:4500");
  Provoke();
  std::vector<WireOut> out = bench_.Send(t_.MakeResponse({}, nullptr), second);
  ASSERT_EQ(Types(out), "4");
  EXPECT_EQ(out[0].remote, second);
  bench_.Pass(seconds(1));
  const Endpoint third = *Endpoint::Parse("[2001:db8::3]:4501");  // PEER-016
  out = bench_.Send(t_.MakeInitiation(bench_.now()), third);
  ASSERT_EQ(Types(out), "2");
  EXPECT_EQ(out[0].remote, third);
  EXPECT_EQ(peer().endpoint.remote(), third);
}

TEST_F(SessionTest, PEER_013_REPLAY_014_TheEndpointFollowsNothingThatIsRefused) {
  const Endpoint elsewhere = *Endpoint::Parse("203.0.113.7:4500");
  const WireBytes initiation = t_.MakeInitiation(bench_.now());
  const std::vector<WireOut> out = Send(initiation);
  const Tester::Session session = *t_.ConsumeResponse(out.at(0).bytes);
  const WireBytes used = t_.Keepalive(session, 0);
  Send(used);
  WireBytes bad_tag = t_.Keepalive(session, 1);
  bad_tag.back() ^= 1;
  WireBytes bad_mac = t_.MakeInitiation(bench_.now());
  bad_mac[116] ^= 1;
  Tester stranger(RealCrypto(), 99, bench_.public_key());
  bench_.Pass(seconds(1));
  for (const WireBytes& bytes :
       {used, bad_tag, bad_mac, initiation, stranger.MakeInitiation(bench_.now()),
        t_.MakeCookieReply(out[0].bytes, Mac16{7}, {})}) {
    bench_.Send(bytes, elsewhere);
    EXPECT_EQ(peer().endpoint.remote(), t_.address);
  }
  EXPECT_TRUE(peer().latest_cookie.is_valid()) << "taken, but not for an address";
}

TEST_F(SessionTest, PEER_015_AConfiguredEndpointLastsUntilTheNextAuthenticPacket) {
  const Tester::Session session = bench_.SessionByTester(t_);
  SetEndpoint(peer(), *Endpoint::Parse("203.0.113.7:4500"));
  EXPECT_EQ(SendInner().at(0).remote, *Endpoint::Parse("203.0.113.7:4500"));
  Send(t_.Keepalive(session, 1));
  EXPECT_EQ(SendInner().at(0).remote, t_.address);
}

TEST_F(SessionTest, NOISE_054_055_056_057_NothingIsSentUnderAKeyBeforeAnAuthenticPacketConfirmsIt) {
  const Tester::Session session = Unconfirmed();
  EXPECT_EQ(Types(SendInner()), "") << "and the gate is closed, too";
  WireBytes forged = t_.Keepalive(session, 0);
  forged.back() ^= 1;
  EXPECT_EQ(Types(Send(forged)), "");
  EXPECT_EQ(Types(SendInner()), "");
  const WireBytes confirmation = t_.Keepalive(session, 0);
  const std::vector<WireOut> out = Send(confirmation);
  ASSERT_EQ(Types(out), "44");
  EXPECT_EQ(LoadLe64(out[0].bytes.data() + 8), 0u);
  EXPECT_EQ(LoadLe64(out[1].bytes.data() + 8), 1u);
  EXPECT_TRUE(t_.Open(session, out[1].bytes).has_value());
  EXPECT_EQ(Types(Send(confirmation)), "");  // REPLAY-018
  // Without anything staged a confirmation is not answered.
  const Tester::Session quiet = Unconfirmed();
  EXPECT_EQ(Types(Send(t_.Keepalive(quiet, 0))), "");
  EXPECT_EQ(Types(bench_.Advance(milliseconds(9900))), "");
}

TEST_F(SessionTest, NOISE_058_059_060_061_062_RotationAsAResponder) {
  const Tester::Session a = bench_.SessionByTester(t_);
  const Tester::Session b = Unconfirmed(2);
  EXPECT_TRUE(SendsUnder(a, 0)) << "an unconfirmed next does not disturb";
  Send(t_.Keepalive(b, 0));
  EXPECT_TRUE(SendsUnder(b, 0));
  EXPECT_TRUE(Arrives(a, 1)) << "the former current still opens";
  EXPECT_TRUE(SendsUnder(b, 1)) << "and does not come back";
  const Tester::Session c = Unconfirmed(3);
  EXPECT_FALSE(Arrives(a, 2)) << "NOISE-063: previous goes when the device answers";
  EXPECT_TRUE(Arrives(b, 1));
  Send(t_.Keepalive(c, 0));
  EXPECT_TRUE(SendsUnder(c, 0));
  EXPECT_TRUE(Arrives(b, 2));
  EXPECT_FALSE(Arrives(a, 3));
}

TEST_F(SessionTest, NOISE_064_AnUnconfirmedKeyIsDiscardedByTheNextAnswer) {
  const Tester::Session first = Unconfirmed(1);
  const Tester::Session second = Unconfirmed(2);
  EXPECT_FALSE(Arrives(first, 0));
  EXPECT_EQ(peer().keypairs.current(), nullptr);
  EXPECT_TRUE(Arrives(second, 0));
  EXPECT_TRUE(SendsUnder(second, 0));
}

TEST_F(SessionTest, NOISE_065_AnInitiatorKeepsAnUnconfirmedNextAsPreviousAndDropsCurrent) {
  const Tester::Session a = bench_.SessionByTester(t_);
  const Tester::Session n = Unconfirmed(2);
  bench_.Pass(seconds(6));
  const Tester::Session k = bench_.SessionByDevice(t_);
  EXPECT_TRUE(Arrives(n, 0));
  EXPECT_FALSE(Arrives(a, 1));
  EXPECT_TRUE(SendsUnder(k, 1));
}

TEST_F(SessionTest, NOISE_070_071_072_AnIndexIsForOneKindOfMessage) {
  const std::vector<WireOut> out = SendInner();
  ASSERT_TRUE(t_.ConsumeInitiation(out.at(0).bytes));
  Tester::Session session;
  const WireBytes response = t_.MakeResponse({}, &session);
  EXPECT_FALSE(Arrives(session, 0)) << "only a pending handshake";
  EXPECT_EQ(Types(Send(response)), "4");
  EXPECT_EQ(Types(Send(t_.MakeResponse({}, nullptr))), "") << "a keypair by now";
  Tester::Session unknown = session;
  unknown.remote_index ^= 1;
  EXPECT_FALSE(Arrives(unknown, 0));
  EXPECT_TRUE(Arrives(session, 0));
}

TEST_F(SessionTest, NOISE_008_ShortDataIsDroppedAlsoUnderALiveIndex) {
  const Tester::Session session = bench_.SessionByTester(t_);
  const uint64_t rx_bytes = peer().rx_bytes;
  for (size_t size = 16; size < 32; ++size) {
    WireBytes bytes = t_.Keepalive(session, 1);
    bytes.resize(size);
    bench_.Send(bytes, *Endpoint::Parse("203.0.113.7:4500"));
  }
  EXPECT_EQ(peer().rx_bytes, rx_bytes);
  EXPECT_EQ(peer().endpoint.remote(), t_.address);
}

TEST_F(SessionTest, NOISE_074_075_AfterANewPrivateKeyOldKeysOnlyReceive) {
  const Tester::Session session = bench_.SessionByTester(t_);
  PrivateKey key;
  key.bytes.fill(0x33);
  SetPrivateKey(bench_.state(), bench_.now(), key, bench_.fx());
  const std::vector<WireOut> out = SendInner();
  ASSERT_EQ(Types(out), "1");
  EXPECT_FALSE(t_.ConsumeInitiation(out[0].bytes)) << "the old identity";
  ASSERT_TRUE(RealCrypto().DerivePublic(key, &t_.device_key));
  EXPECT_TRUE(t_.ConsumeInitiation(out[0].bytes));
  EXPECT_TRUE(Arrives(session, 1));
}

TEST_F(SessionTest, NOISE_092_PaddingIsNotLookedAt) {
  const Tester::Session session = bench_.SessionByTester(t_);
  WireBytes plain = bench_.InnerFrom(t_);
  plain.resize(96, 0xff);
  const size_t before = bench_.delivered();
  Send(t_.Data(session, 1, plain));
  EXPECT_EQ(bench_.delivered(), before + 1);
}

TEST_F(SessionTest, NOISE_081_082_AtOneHundredEightySecondsAKeyIsDeadBothWays) {
  const Tester::Session session = bench_.SessionByTester(t_);
  bench_.Pass(seconds(180) - Duration(1));
  EXPECT_TRUE(Arrives(session, 1));
  EXPECT_TRUE(SendsUnder(session, 0));
  bench_.Pass(Duration(1));
  EXPECT_FALSE(Arrives(session, 2));
  EXPECT_EQ(Types(SendInner()), "1");
}

TEST_F(SessionTest, REPLAY_001_002_003_016_AndTheCounterIsUsedUpByKeepalives) {
  const Tester::Session session = bench_.SessionByTester(t_);
  EXPECT_TRUE(Arrives(session, 100));
  EXPECT_TRUE(Arrives(session, 99));
  EXPECT_FALSE(Arrives(session, 100));
  EXPECT_FALSE(Arrives(session, 0)) << "the confirmation's";
  Send(t_.Keepalive(session, 5));
  EXPECT_FALSE(Arrives(session, 5));
  const uint64_t rx_bytes = peer().rx_bytes;
  EXPECT_FALSE(Arrives(session, 99));
  EXPECT_EQ(peer().rx_bytes, rx_bytes);  // REPLAY-015
}

TEST_F(SessionTest, REPLAY_008_011_ForgedOrImpossibleCountersMoveNothing) {
  const Tester::Session session = bench_.SessionByTester(t_);
  WireBytes forged = t_.Data(session, uint64_t{1} << 63, bench_.InnerFrom(t_));
  forged.back() ^= 1;
  Send(forged);
  EXPECT_TRUE(Arrives(session, 1));
  for (const uint64_t counter : {kRejectAfterMessages, kRejectAfterMessages + 1, ~uint64_t{0}}) {
    EXPECT_FALSE(Arrives(session, counter));
  }
  EXPECT_TRUE(Arrives(session, 2));
  EXPECT_TRUE(Arrives(session, kRejectAfterMessages - 1));  // REPLAY-012
  EXPECT_FALSE(Arrives(session, kRejectAfterMessages - 2));  // REPLAY-013
}

TEST_F(SessionTest, REPLAY_011_TheLimitIsTheProfilesOnTheWayInToo) {
  constexpr uint64_t kPaper = ~uint64_t{0} - 8192;
  WireBench go(RealCrypto(), nullptr, 1, kWireguardGo);
  Tester& t = go.AddTester();
  const Tester::Session session = go.SessionByTester(t);
  go.Send(t.Data(session, kPaper, go.InnerFrom(t)), t.address);
  EXPECT_EQ(go.delivered(), 0u);
  go.Send(t.Data(session, kPaper - 1, go.InnerFrom(t)), t.address);
  EXPECT_EQ(go.delivered(), 1u);
}

TEST_F(SessionTest, REPLAY_009_010_EveryKeyHasItsOwnWindow) {
  const Tester::Session a = bench_.SessionByTester(t_);
  EXPECT_TRUE(Arrives(a, 20000));
  const Tester::Session b = Unconfirmed(2);
  EXPECT_TRUE(Arrives(b, 0));
  EXPECT_TRUE(Arrives(b, 1));
  EXPECT_FALSE(Arrives(a, 20000)) << "now previous, and remembers";
  EXPECT_TRUE(Arrives(a, 20001));
  EXPECT_FALSE(Arrives(a, 2));
}

}  // namespace
}  // namespace wg
