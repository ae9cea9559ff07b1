// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The catalogue of spec/handshake section 9.1, over the wire: what a device makes of initiations
// and what its own look like. Ids are the catalogue's.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "protocol/crypto/keys.h"
#include "protocol/endian.h"
#include "protocol/messages.h"
#include "protocol/tai64n.h"
#include "protocol/wire_bench.h"
#include "protocol/wire_tester.h"

namespace wg {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

class InitiationTest : public testing::Test {
 protected:
  std::vector<WireOut> Send(const WireBytes& bytes) { return bench_.Send(bytes, t_.address); }
  // A bit of a message is turned, and the macs fit again.
  WireBytes Turned(WireBytes bytes, size_t byte) {
    bytes[byte] ^= 0x10;
    t_.SetMacs(&bytes);
    return bytes;
  }
  WireBytes WithStamp(const Tai64n& stamp) { return t_.MakeInitiation(stamp, {}); }
  // One initiation of the device's, which waits for an answer.
  WireBytes Provoke() {
    const std::vector<WireOut> out = bench_.SendInner(t_);
    EXPECT_EQ(Types(out), "1");
    return out.at(0).bytes;
  }

  WireBench bench_;
  Tester& t_ = bench_.AddTester();
};

TEST_F(InitiationTest, NOISE_001_013_014_017_018_OwnInitiationsAreWhatThePeerCanOpen) {
  const std::vector<WireOut> out = bench_.SendInner(t_);
  ASSERT_EQ(out.size(), 1u);
  ASSERT_EQ(out[0].bytes.size(), 148u);
  EXPECT_EQ(LoadLe32(out[0].bytes.data()), 1u);
  EXPECT_EQ(out[0].ds, 0x88);  // NOISE-079
  EXPECT_TRUE(t_.ConsumeInitiation(out[0].bytes));
  EXPECT_EQ(t_.opened_stamp(), Tai64nNow(bench_.now().wall));
  EXPECT_EQ(Mac2Of(out[0].bytes), Mac16{});
}

TEST_F(InitiationTest, NOISE_010_011_015_016_EveryRetryHasItsOwnEphemeralIndexAndLaterStamp) {
  std::vector<WireOut> all = bench_.SendInner(t_);
  for (const WireOut& out : bench_.Advance(seconds(200))) all.push_back(out);
  ASSERT_EQ(all.size(), 20u);
  Tai64n last;
  for (size_t i = 0; i < all.size(); ++i) {
    ASSERT_TRUE(t_.ConsumeInitiation(all[i].bytes));
    EXPECT_GT(t_.opened_stamp(), last);
    last = t_.opened_stamp();
    EXPECT_LE(last.bytes[8], 0x3b);
    EXPECT_EQ(last.bytes[9] | last.bytes[10] | last.bytes[11], 0);
    for (size_t j = 0; j < i; ++j) {
      EXPECT_FALSE(std::equal(all[i].bytes.begin() + 4, all[i].bytes.begin() + 8,
                              all[j].bytes.begin() + 4));
      EXPECT_FALSE(std::equal(all[i].bytes.begin() + 8, all[i].bytes.begin() + 40,
                              all[j].bytes.begin() + 8));
    }
  }
}

TEST_F(InitiationTest, NOISE_002_009_012_093_OneResponseWithTheSendersIndexAndAnEphemeralOfItsOwn) {
  WireBytes before(92);
  for (const uint32_t index : {0u, 0xffffffffu, 0x01020304u}) {
    bench_.Pass(milliseconds(50));
    const WireBytes message =
        t_.MakeInitiation(Tai64nNow(bench_.now().wall), {.sender_index = index});
    const std::vector<WireOut> out = Send(message);
    ASSERT_EQ(Types(out), "2");
    ASSERT_EQ(out[0].bytes.size(), 92u);
    EXPECT_EQ(LoadLe32(out[0].bytes.data()), 2u);
    EXPECT_EQ(LoadLe32(out[0].bytes.data() + 8), index);
    EXPECT_EQ(out[0].ds, 0x88);
    EXPECT_EQ(Mac2Of(out[0].bytes), Mac16{});
    EXPECT_NE(LoadLe32(out[0].bytes.data() + 4), LoadLe32(before.data() + 4));
    EXPECT_FALSE(std::equal(before.begin() + 12, before.begin() + 44, out[0].bytes.begin() + 12));
    before = out[0].bytes;
    EXPECT_TRUE(t_.ConsumeResponse(before).has_value());
  }
}

TEST_F(InitiationTest, NOISE_003_005_006_007_OtherLengthsTypesAndReservedBytesAreSilent) {
  const WireBytes good = t_.MakeInitiation(bench_.now());
  for (const size_t size : {0, 1, 2, 3, 147, 149}) {
    WireBytes bytes = good;
    bytes.resize(size);
    if (size > 100) t_.SetMacs(&bytes);
    EXPECT_EQ(Types(Send(bytes)), "") << size;
  }
  for (size_t byte = 1; byte < 4; ++byte) EXPECT_EQ(Types(Send(Turned(good, byte))), "");
  for (const uint8_t type : {0, 5, 255}) {
    for (const size_t size : {148, 92, 64, 32}) {
      WireBytes bytes = good;
      bytes.resize(size);
      bytes[0] = type;
      t_.SetMacs(&bytes);
      EXPECT_EQ(Types(Send(bytes)), "");
    }
  }
  EXPECT_EQ(Types(Send(good)), "2");
}

TEST_F(InitiationTest, NOISE_024_025_026_027_StrangersWrongMacsAndBrokenSealsAreSilent) {
  Tester stranger(RealCrypto(), 99, bench_.public_key());
  EXPECT_EQ(Types(Send(stranger.MakeInitiation(bench_.now()))), "");
  const WireBytes good = t_.MakeInitiation(bench_.now());
  WireBytes bytes = good;
  bytes[116] ^= 1;
  EXPECT_EQ(Types(Send(bytes)), "");
  bytes = good;
  const PublicKey right = t_.device_key;
  t_.device_key = stranger.public_key;
  t_.SetMacs(&bytes);
  t_.device_key = right;
  EXPECT_EQ(Types(Send(bytes)), "");
  for (const size_t byte : {8, 39, 40, 87}) EXPECT_EQ(Types(Send(Turned(good, byte))), "") << byte;
  // Nothing of it has left a trace: PEER-020.
  EXPECT_EQ(bench_.PeerOf(t_).rx_bytes, 0u);
  EXPECT_EQ(Types(Send(good)), "2");
}

TEST_F(InitiationTest, NOISE_028_ABrokenTimestampIsNotRecorded) {
  const WireBytes good = t_.MakeInitiation(bench_.now());
  for (const size_t byte : {88, 99, 115}) EXPECT_EQ(Types(Send(Turned(good, byte))), "");
  EXPECT_EQ(Types(Send(good)), "2");
}

TEST_F(InitiationTest, NOISE_029_030_031_032_033_StampsAreComparedAsTwelveBytesBigEndian) {
  const Tai64n first = Tai64nNow(bench_.now().wall);
  const WireBytes initiation = WithStamp(first);
  EXPECT_EQ(Types(Send(initiation)), "2");
  bench_.Pass(milliseconds(50));
  EXPECT_EQ(Types(Send(initiation)), "") << "verbatim";
  EXPECT_EQ(Types(Send(WithStamp(first))), "") << "equal, other ephemeral";
  Tai64n stamp = first;
  StoreBe64(stamp.bytes.data(), LoadBe64(first.bytes.data()) - 1);
  stamp.bytes[8] = 0x3b;
  EXPECT_EQ(Types(Send(WithStamp(stamp))), "") << "a second less, more nanoseconds";
  stamp = first;
  ++stamp.bytes[11];
  EXPECT_EQ(Types(Send(WithStamp(stamp))), "2") << "one more in the last byte";
  bench_.Pass(milliseconds(50));
  StoreBe64(stamp.bytes.data(), LoadBe64(first.bytes.data()) + 1);
  stamp.bytes[8] = stamp.bytes[9] = stamp.bytes[10] = stamp.bytes[11] = 0;
  EXPECT_EQ(Types(Send(WithStamp(stamp))), "2") << "a second more, fewer nanoseconds";
}

TEST_F(InitiationTest, NOISE_034_StampsAreNotComparedWithTheClock) {
  Tai64n last;
  last.bytes.fill(0xff);
  EXPECT_EQ(Types(Send(WithStamp(last))), "2");
  bench_.Pass(seconds(10));
  EXPECT_EQ(Types(Send(t_.MakeInitiation(bench_.now()))), "");
  --last.bytes[11];
  EXPECT_EQ(Types(Send(WithStamp(last))), "");
}

TEST_F(InitiationTest, NOISE_035_036_037_039_FloodsEndAtExactlyTwentyMillisecondsAndCostNoStamp) {
  EXPECT_EQ(Types(Send(t_.MakeInitiation(bench_.now()))), "2");
  bench_.StepWall(milliseconds(17));
  bench_.Pass(milliseconds(5));
  const WireBytes flood = t_.MakeInitiation(bench_.now());
  EXPECT_EQ(Types(Send(flood)), "");
  bench_.Pass(milliseconds(15) - nanoseconds(1));
  EXPECT_EQ(Types(Send(flood)), "");
  bench_.Pass(nanoseconds(1));
  EXPECT_EQ(Types(Send(flood)), "2") << "its stamp was not used up";
  bench_.Pass(milliseconds(40));
  EXPECT_EQ(Types(Send(t_.MakeInitiation(bench_.now()))), "2");
}

TEST_F(InitiationTest, NOISE_038_PEER_045_PeersDoNotFloodOrDisturbEachOther) {
  Tester& other = bench_.AddTester();
  const WireBytes one = t_.MakeInitiation(bench_.now());
  const WireBytes two = other.MakeInitiation(bench_.now());
  const std::vector<WireOut> first = Send(one);
  const std::vector<WireOut> second = bench_.Send(two, other.address);
  ASSERT_EQ(Types(first) + Types(second), "22");
  EXPECT_TRUE(t_.ConsumeResponse(first[0].bytes).has_value());
  EXPECT_TRUE(other.ConsumeResponse(second[0].bytes).has_value());
}

TEST_F(InitiationTest, NOISE_040_Mac2DoesNotMatterWithoutLoad) {
  WireBytes message = t_.MakeInitiation(bench_.now());
  std::fill(message.end() - 16, message.end(), uint8_t{0x5a});
  EXPECT_EQ(Types(Send(message)), "2");
}

TEST_F(InitiationTest, NOISE_041_AMessageSealedUnderAZeroSecretIsRefused) {
  ASSERT_EQ(LowOrderPoints().size(), 7u);
  for (const PublicKey& point : LowOrderPoints()) {
    const WireBytes message =
        t_.MakeInitiation(Tai64nNow(bench_.now().wall), {.ephemeral = point});
    EXPECT_EQ(Types(Send(message)), "") << ToHex(point.bytes);
  }
  EXPECT_EQ(Types(Send(t_.MakeInitiation(bench_.now()))), "2");
}

TEST_F(InitiationTest, NOISE_043_088_APeerWithALowOrderKeyGetsNothingAndItsGateIsClosed) {
  for (const PublicKey& point : LowOrderPoints()) {
    Peer* peer = CreatePeer(bench_.state(), bench_.now(), point, PresharedKey());
    ASSERT_NE(peer, nullptr);
    SetEndpoint(*peer, t_.address);
    SetKeepalive(bench_.state(), bench_.now(), *peer, 1, bench_.fx());
    EXPECT_EQ(Types(bench_.Settle()), "");
    EXPECT_EQ(peer->last_sent_handshake, bench_.now().boot);
    for (const PeerTimer& timer : peer->timers) EXPECT_FALSE(timer.pending());
  }
  EXPECT_EQ(Types(bench_.Advance(seconds(60))), "");
  EXPECT_EQ(bench_.device().census().indices, 0u);
}

TEST_F(InitiationTest, NOISE_094_TheTopBitOfAPublicKeyIsPartOfTheIdentity) {
  PublicKey claimed = t_.public_key;
  claimed.bytes[31] ^= 0x80;
  const WireBytes message =
      t_.MakeInitiation(Tai64nNow(bench_.now().wall), {.claimed_static = claimed});
  EXPECT_EQ(Types(Send(message)), "");
  EXPECT_EQ(Types(Send(t_.MakeInitiation(bench_.now()))), "2");
}

TEST_F(InitiationTest, NOISE_073_WithoutPrivateKeyNeitherZeroNorRightMacsAreAnswered) {
  const WireBytes right = t_.MakeInitiation(bench_.now());
  SetPrivateKey(bench_.state(), bench_.now(), PrivateKey(), bench_.fx());
  EXPECT_EQ(Types(Send(right)), "");
  WireBytes zero = right;
  const Mac16 mac = Blake2sMac16(SymmetricKey().bytes, {absl::MakeConstSpan(right).first(116)});
  std::copy(mac.begin(), mac.end(), zero.begin() + 116);
  EXPECT_EQ(Types(Send(zero)), "");
  SetKeepalive(bench_.state(), bench_.now(), bench_.PeerOf(t_), 1, bench_.fx());
  EXPECT_EQ(Types(bench_.Settle()), "");
  EXPECT_EQ(Types(bench_.Advance(seconds(30))), "");
}

TEST_F(InitiationTest, NOISE_076_077_TheStampOutlivesDownAndUpAndTheOwnKey) {
  const WireBytes message = t_.MakeInitiation(bench_.now());
  const Tai64n stamp = Tai64nNow(bench_.now().wall);
  EXPECT_EQ(Types(Send(message)), "2");
  bench_.device().Down(bench_.now(), bench_.fx());
  EXPECT_EQ(Types(Send(message)), "");  // NOISE-080
  bench_.device().Up(bench_.now(), bench_.fx());
  bench_.Pass(seconds(1));
  EXPECT_EQ(Types(Send(message)), "");
  PrivateKey key;
  key.bytes.fill(0x33);
  SetPrivateKey(bench_.state(), bench_.now(), key, bench_.fx());
  ASSERT_TRUE(RealCrypto().DerivePublic(key, &t_.device_key));
  EXPECT_EQ(Types(Send(WithStamp(stamp))), "");
  EXPECT_EQ(Types(Send(t_.MakeInitiation(bench_.now()))), "2");
}

TEST_F(InitiationTest, NOISE_078_PEER_008_TheStampAndAllElseDieWithThePeer) {
  const WireBytes message = t_.MakeInitiation(bench_.now());
  EXPECT_EQ(Types(Send(message)), "2");
  Device::State& state = bench_.state();
  Peer* peer = &bench_.PeerOf(t_);
  EXPECT_GT(peer->rx_bytes, 0u);
  UnlinkPeer(state, *peer);
  UnhashPeer(state, *peer);
  KillPeer(*peer);
  DropKeypairs(state, *peer);
  StopTimers(state, *peer);
  state.allowed_ips.RemoveByOwner(peer->slot);
  DestroyPeer(state, peer, bench_.fx());
  bench_.Pass(seconds(1));
  EXPECT_EQ(Types(Send(message)), "");  // PEER-006
  peer = CreatePeer(state, bench_.now(), t_.public_key, PresharedKey());
  EXPECT_FALSE(peer->endpoint);
  EXPECT_EQ(peer->rx_bytes + peer->tx_bytes, 0u);
  EXPECT_EQ(peer->walltime_last_handshake, WallTime());
  EXPECT_EQ(Types(Send(message)), "2");
}

TEST_F(InitiationTest, AWallClockSetBackIsRefusedByThePeerUntilItHasCaughtUp) {
  // Section 3.4: nothing makes the sender's stamps grow.
  ASSERT_TRUE(t_.ConsumeInitiation(Provoke()));
  const Tai64n first = t_.opened_stamp();
  bench_.StepWall(-seconds(60));
  const std::vector<WireOut> retry = bench_.Advance(milliseconds(5400));
  ASSERT_EQ(Types(retry), "1");
  ASSERT_TRUE(t_.ConsumeInitiation(retry[0].bytes));
  EXPECT_LT(t_.opened_stamp(), first);
  // And the device as the one that refuses.
  EXPECT_EQ(Types(Send(t_.MakeInitiation(bench_.now()))), "2");
  bench_.Pass(seconds(1));
  bench_.StepWall(-seconds(30));
  EXPECT_EQ(Types(Send(t_.MakeInitiation(bench_.now()))), "");
  bench_.Pass(seconds(28));
  EXPECT_EQ(Types(Send(t_.MakeInitiation(bench_.now()))), "");
  bench_.Pass(seconds(2));
  EXPECT_EQ(Types(Send(t_.MakeInitiation(bench_.now()))), "2");
}

TEST_F(InitiationTest, AWallClockSetForwardChangesNothingButTheStamps) {
  const Tester::Session session = bench_.SessionByTester(t_);
  bench_.StepWall(std::chrono::hours(24 * 365));
  const std::vector<WireOut> out = bench_.SendInner(t_);
  ASSERT_EQ(Types(out), "4");
  EXPECT_TRUE(t_.Open(session, out[0].bytes).has_value());
  EXPECT_EQ(Types(bench_.Advance(seconds(9))), "");
}

}  // namespace
}  // namespace wg
