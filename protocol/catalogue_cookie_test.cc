// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The catalogue of spec/handshake section 9.2, the sender's half, over the wire: what a device does
// with cookie replies to its own messages. Ids are the catalogue's.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "absl/types/span.h"
#include "protocol/crypto/blake2s.h"
#include "protocol/crypto/keys.h"
#include "protocol/endian.h"
#include "protocol/messages.h"
#include "protocol/send.h"
#include "protocol/wire_bench.h"
#include "protocol/wire_tester.h"

namespace wg {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Mac16 kA = {1, 2, 3};
constexpr Mac16 kB = {4, 5, 6};

class CookieWireTest : public testing::Test {
 protected:
  std::vector<WireOut> Send(const WireBytes& bytes) { return bench_.Send(bytes, t_.address); }
  // A new initiation, whatever the gate says.
  WireBytes Initiation(Tester& tester) {
    Peer& peer = bench_.PeerOf(tester);
    ResetLastSentHandshake(bench_.now(), peer);
    SendQueuedHandshakeInitiation(bench_.state(), bench_.now(), peer, /*is_retry=*/false,
                                  bench_.fx());
    const std::vector<WireOut> out = bench_.Settle();
    EXPECT_EQ(Types(out), "1");
    return out.at(0).bytes;
  }
  WireBytes Initiation() { return Initiation(t_); }
  // A response to a new initiation of T's.
  WireBytes Response() {
    bench_.Pass(milliseconds(50));
    const std::vector<WireOut> out = Send(t_.MakeInitiation(bench_.now()));
    EXPECT_EQ(Types(out), "2");
    return out.at(0).bytes;
  }
  static bool HasCookie(const WireBytes& message, const Mac16& cookie) {
    return Mac2Of(message) ==
           Blake2sMac16(cookie, {absl::MakeConstSpan(message).first(message.size() - 16)});
  }
  static bool HasNone(const WireBytes& message) { return Mac2Of(message) == Mac16{}; }

  WireBench bench_;
  Tester& t_ = bench_.AddTester();
};

TEST_F(CookieWireTest, COOKIE_001_Mac1IsAKeyedDigestOfSixteenBytesAndNoTruncatedOne) {
  for (const WireBytes& message : {Initiation(), Response()}) {
    const size_t covered = message.size() - 32;
    const auto before = absl::MakeConstSpan(message).first(covered);
    const SymmetricKey key = LabelledKey({"mac1----", 8}, t_.public_key);
    EXPECT_EQ(Mac1Of(message), Blake2sMac16(key.bytes, {before}));
    // HMAC and plain prefix hashing, both cut, are what one might take it for.
    const Digest hmac = HmacBlake2s(key.bytes, {before});
    const Digest prefix = Blake2s({key.bytes, before});
    const Mac16 mac1 = Mac1Of(message);
    EXPECT_FALSE(std::equal(mac1.begin(), mac1.end(), hmac.begin()));
    EXPECT_FALSE(std::equal(mac1.begin(), mac1.end(), prefix.begin()));
  }
}

TEST_F(CookieWireTest, COOKIE_002_003_004_013_TheRetryAndAllAfterItCarryMac2) {
  const std::vector<WireOut> first = bench_.SendInner(t_);
  ASSERT_EQ(Types(first), "1");
  EXPECT_EQ(Types(Send(t_.MakeCookieReply(first[0].bytes, kA, {}))), "");
  EXPECT_EQ(Types(bench_.Advance(milliseconds(4999))), "") << "nothing hurries";  // TIMER-014
  const std::vector<WireOut> retry = bench_.Advance(milliseconds(401));
  ASSERT_EQ(Types(retry), "1");
  EXPECT_TRUE(HasCookie(retry[0].bytes, kA));
  ASSERT_TRUE(t_.ConsumeInitiation(retry[0].bytes));
  EXPECT_EQ(Types(Send(t_.MakeResponse({}, nullptr))), "4");
  EXPECT_TRUE(HasCookie(Response(), kA));
  EXPECT_TRUE(HasCookie(Initiation(), kA));
}

TEST_F(CookieWireTest, COOKIE_005_006_007_017_BadRepliesAreIgnored) {
  const WireBytes message = Initiation();
  Send(t_.MakeCookieReply(message, kA, {.aad = Mac16{9}}));
  Send(t_.MakeCookieReply(message, kA, {.issuer = bench_.public_key()}));
  Send(t_.MakeCookieReply(message, kA, {.receiver_index = LoadLe32(message.data() + 4) ^ 1}));
  WireBytes good = t_.MakeCookieReply(message, kA, {});
  for (const size_t size : {63, 65}) {
    WireBytes bytes = good;
    bytes.resize(size);
    Send(bytes);
  }
  for (size_t byte = 1; byte < 4; ++byte) {
    WireBytes bytes = good;
    bytes[byte] = 1;
    Send(bytes);
  }
  EXPECT_FALSE(bench_.PeerOf(t_).latest_cookie.is_valid());
  EXPECT_TRUE(HasNone(Initiation()));
}

TEST_F(CookieWireTest, COOKIE_008_009_010_OneReplyPerMessageAndOnlyToTheLast) {
  const WireBytes first = Initiation();
  const WireBytes second = Initiation();
  Send(t_.MakeCookieReply(first, kA, {.receiver_index = LoadLe32(second.data() + 4)}));
  EXPECT_TRUE(HasNone(Initiation())) << "bound to an older message";
  const WireBytes third = Initiation();
  Send(t_.MakeCookieReply(third, kA, {}));
  Send(t_.MakeCookieReply(third, kB, {}));
  const WireBytes fourth = Initiation();
  EXPECT_TRUE(HasCookie(fourth, kA));
  Send(t_.MakeCookieReply(fourth, kB, {}));
  EXPECT_TRUE(HasCookie(Initiation(), kB));
}

TEST_F(CookieWireTest, COOKIE_011_AReplyToAResponseNamesAKeypairAndIsTaken) {
  Send(t_.MakeCookieReply(Response(), kA, {}));
  EXPECT_TRUE(HasCookie(Response(), kA));
}

TEST_F(CookieWireTest, COOKIE_012_AReplyForOnePeerIsNoneForAnother) {
  Tester& other = bench_.AddTester();
  const WireBytes mine = Initiation();
  const WireBytes theirs = Initiation(other);
  const uint32_t my_index = LoadLe32(mine.data() + 4);
  const uint32_t their_index = LoadLe32(theirs.data() + 4);
  Send(t_.MakeCookieReply(mine, kA, {.receiver_index = their_index}));
  bench_.Send(other.MakeCookieReply(theirs, kB, {.receiver_index = my_index}), other.address);
  EXPECT_TRUE(HasNone(Initiation()));
  EXPECT_TRUE(HasNone(Initiation(other)));
}

TEST_F(CookieWireTest, COOKIE_014_ACookieIsUsedFor115SecondsAndNotForTheSecretsFull120) {
  Send(t_.MakeCookieReply(Initiation(), kA, {}));
  bench_.Pass(seconds(115) - Duration(1));
  EXPECT_TRUE(HasCookie(Initiation(), kA));
  bench_.Pass(Duration(1));  // TIMER-048
  EXPECT_TRUE(HasNone(Initiation()));
}

TEST_F(CookieWireTest, COOKIE_015_016_ARepliesSourceDoesNotMatterAndNothingIsCounted) {
  const WireBytes message = Initiation();
  const uint64_t tx_bytes = bench_.PeerOf(t_).tx_bytes;
  bench_.Send(t_.MakeCookieReply(message, kA, {}), *Endpoint::Parse("[2001:db8::9]:9"));
  const Peer& peer = bench_.PeerOf(t_);
  EXPECT_EQ(peer.endpoint.remote(), t_.address);
  EXPECT_EQ(peer.rx_bytes, 0u);
  EXPECT_EQ(peer.tx_bytes, tx_bytes);
  EXPECT_EQ(bench_.device().counters().rx_packets, 0u);
  EXPECT_TRUE(HasCookie(Initiation(), kA));
}

TEST_F(CookieWireTest, COOKIE_039_TheCookieOutlivesDownAndUpAndTheOwnKey) {
  Send(t_.MakeCookieReply(Initiation(), kA, {}));
  bench_.device().Down(bench_.now(), bench_.fx());
  bench_.device().Up(bench_.now(), bench_.fx());
  EXPECT_TRUE(HasCookie(Initiation(), kA));
  PrivateKey key;
  key.bytes.fill(0x33);
  SetPrivateKey(bench_.state(), bench_.now(), key, bench_.fx());
  EXPECT_TRUE(HasCookie(Initiation(), kA));
}

TEST_F(CookieWireTest, COOKIE_040_TheCookieDiesWithThePeer) {
  Send(t_.MakeCookieReply(Initiation(), kA, {}));
  Device::State& state = bench_.state();
  Peer* peer = &bench_.PeerOf(t_);
  UnlinkPeer(state, *peer);
  UnhashPeer(state, *peer);
  KillPeer(*peer);
  DropKeypairs(state, *peer);
  StopTimers(state, *peer);
  state.allowed_ips.RemoveByOwner(peer->slot);
  DestroyPeer(state, peer, bench_.fx());
  SetEndpoint(*CreatePeer(state, bench_.now(), t_.public_key, PresharedKey()), t_.address);
  EXPECT_TRUE(HasNone(Initiation()));
}

TEST_F(CookieWireTest, AMessageThatCouldNotBeSentIsRememberedAllTheSame) {
  // Section 4.2: have_sent_mac1 is set when the message is built.
  bench_.outcome = SendOutcome::kNoRoute;
  const WireBytes message = Initiation();
  EXPECT_TRUE(bench_.PeerOf(t_).latest_cookie.have_sent_mac1());
  Send(t_.MakeCookieReply(message, kA, {}));
  EXPECT_TRUE(HasCookie(Initiation(), kA));
}

}  // namespace
}  // namespace wg
