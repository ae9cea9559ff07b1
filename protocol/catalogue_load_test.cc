// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The catalogue of spec/handshake sections 9.2 and 9.3, the receiver's half, over the wire: a
// device under load, its cookies and its rate limiter. Ids are the catalogue's.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <vector>

#include "protocol/crypto/blake2s.h"
#include "protocol/crypto/keys.h"
#include "protocol/endian.h"
#include "protocol/messages.h"
#include "protocol/wire_bench.h"
#include "protocol/wire_tester.h"

namespace wg {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LoadedTest : public testing::Test {
 protected:
  // The machine has just been under load.
  void Load() { bench_.module().last_under_load = bench_.now().boot; }
  // `bytes` arrives under load.
  std::vector<WireOut> Send(const WireBytes& bytes, const Endpoint& from) {
    Load();
    return bench_.Send(bytes, from);
  }
  std::vector<WireOut> Send(const WireBytes& bytes) { return Send(bytes, t_.address); }
  // The cookie that `tester` gets at `from`.
  Mac16 CookieAt(Tester& tester, const Endpoint& from) {
    const WireBytes message = tester.MakeInitiation(bench_.now());
    const std::vector<WireOut> out = Send(message, from);
    EXPECT_EQ(Types(out), "3");
    return *tester.OpenCookieReply(out.at(0).bytes, message);
  }
  Mac16 CookieAt(const Endpoint& from) { return CookieAt(t_, from); }
  static Endpoint At(const char* text) { return *Endpoint::Parse(text); }

  WireBench bench_;
  Tester& t_ = bench_.AddTester();
};

TEST_F(LoadedTest, COOKIE_018_019_020_022_031_032_041_TheChallengeAndItsAnswer) {
  const Endpoint elsewhere = At("203.0.113.4:444");
  WireBytes message =
      t_.MakeInitiation(Tai64nNow(bench_.now().wall), {.sender_index = 0xfeedbeef});
  const std::vector<WireOut> out = Send(message, elsewhere);
  ASSERT_EQ(Types(out), "3");
  EXPECT_EQ(out[0].bytes.size(), 64u);
  EXPECT_EQ(out[0].remote, elsewhere);
  EXPECT_EQ(out[0].ds, 0);
  EXPECT_EQ(LoadLe32(out[0].bytes.data() + 4), 0xfeedbeefu);
  const auto cookie = t_.OpenCookieReply(out[0].bytes, message);
  ASSERT_TRUE(cookie.has_value());
  EXPECT_EQ(bench_.PeerOf(t_).endpoint.remote(), t_.address);
  EXPECT_EQ(bench_.PeerOf(t_).rx_bytes + bench_.PeerOf(t_).tx_bytes, 0u);
  t_.SetMacs(&message, cookie);
  EXPECT_EQ(Types(Send(message, elsewhere)), "2") << "its stamp is not used up";
}

TEST_F(LoadedTest, AMachineThatHasJustBootedHasNeverBeenUnderLoad) {
  bench_.Pass(milliseconds(500) - bench_.now().boot.time_since_epoch());
  EXPECT_EQ(Types(bench_.Send(t_.MakeInitiation(bench_.now()), t_.address)), "2");
}

TEST_F(LoadedTest, COOKIE_021_030_OnlyMac1DecidesWhoIsChallenged) {
  WireBytes message = t_.MakeInitiation(bench_.now());
  message[116] ^= 1;
  EXPECT_EQ(Types(Send(message)), "");
  Tester stranger(RealCrypto(), 99, bench_.public_key());
  EXPECT_EQ(Types(Send(stranger.MakeInitiation(bench_.now()))), "3") << "before any key is known";
}

TEST_F(LoadedTest, COOKIE_023_024_025_027_ACookieIsOneAddressAndPort) {
  const Mac16 cookie = CookieAt(At("203.0.113.4:444"));
  EXPECT_EQ(CookieAt(At("203.0.113.4:444")), cookie);
  EXPECT_NE(CookieAt(At("203.0.113.4:445")), cookie);
  EXPECT_NE(CookieAt(At("203.0.113.5:444")), cookie);
  EXPECT_NE(CookieAt(At("[2001:db8::1]:444")), CookieAt(At("[2001:db8::2]:444")));
  WireBytes message = t_.MakeInitiation(bench_.now());
  t_.SetMacs(&message, cookie);
  EXPECT_EQ(Types(Send(message, At("203.0.113.4:445"))), "3");
  EXPECT_EQ(Types(Send(message, At("203.0.113.5:444"))), "3");
  EXPECT_EQ(Types(Send(message, At("203.0.113.4:444"))), "2");
}

TEST_F(LoadedTest, COOKIE_025_EveryReplyHasItsOwnNonce) {
  const WireBytes message = t_.MakeInitiation(bench_.now());
  const WireBytes one = Send(message).at(0).bytes, two = Send(message).at(0).bytes;
  EXPECT_NE(WireBytes(one.begin() + 8, one.begin() + 32),
            WireBytes(two.begin() + 8, two.begin() + 32));
  EXPECT_EQ(t_.OpenCookieReply(one, message), t_.OpenCookieReply(two, message));
}

TEST_F(LoadedTest, COOKIE_026_TheSecretChangesAtItsFirstUseFrom120SecondsAndOldCookiesFail) {
  const Mac16 old = CookieAt(t_.address);  // the secret is as old as the device
  bench_.Pass(seconds(120) - Duration(1));
  EXPECT_EQ(CookieAt(t_.address), old);
  bench_.Pass(Duration(1));
  WireBytes message = t_.MakeInitiation(bench_.now());
  t_.SetMacs(&message, old);
  EXPECT_EQ(Types(Send(message)), "3");
  const Mac16 young = CookieAt(t_.address);
  EXPECT_NE(young, old);
  // And the age counts from that use, not from the moment it ran out.
  bench_.Pass(seconds(200));
  EXPECT_NE(CookieAt(t_.address), young);
  const Mac16 third = CookieAt(t_.address);
  bench_.Pass(seconds(119));
  EXPECT_EQ(CookieAt(t_.address), third);
}

TEST_F(LoadedTest, COOKIE_028_AResponseIsChallengedTooAndCanStillComplete) {
  const std::vector<WireOut> initiation = bench_.SendInner(t_);
  ASSERT_TRUE(t_.ConsumeInitiation(initiation.at(0).bytes));
  WireBytes response = t_.MakeResponse({.sender_index = 0x77}, nullptr);
  const std::vector<WireOut> out = Send(response);
  ASSERT_EQ(Types(out), "3");
  EXPECT_EQ(LoadLe32(out[0].bytes.data() + 4), 0x77u);
  t_.SetMacs(&response, t_.OpenCookieReply(out[0].bytes, response));
  EXPECT_EQ(Types(Send(response)), "4");
}

TEST_F(LoadedTest, COOKIE_029_RepliesAreNotRateLimited) {
  const WireBytes message = t_.MakeInitiation(bench_.now());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Types(Send(message)), "3");
}

TEST_F(LoadedTest, COOKIE_033_034_LoadIs512WaitingAndLastsLessThanASecondMore) {
  const WireBytes message = t_.MakeInitiation(bench_.now());
  WireBytes junk(148);
  junk[0] = 1;
  for (int i = 0; i < 510; ++i) bench_.Queue(junk, t_.address);
  EXPECT_EQ(Types(bench_.Send(message, t_.address)), "2") << "511 with itself";
  bench_.Pass(seconds(10));
  const WireBytes second = t_.MakeInitiation(bench_.now());
  bench_.Queue(second, t_.address);
  for (int i = 0; i < 511; ++i) bench_.Queue(junk, t_.address);
  EXPECT_EQ(Types(bench_.Settle()), "3");
  bench_.Pass(seconds(1) - Duration(1));
  EXPECT_EQ(Types(bench_.Send(second, t_.address)), "3");
  bench_.Pass(Duration(1));
  EXPECT_EQ(Types(bench_.Send(second, t_.address)), "2");
}

TEST_F(LoadedTest, COOKIE_033_ProbesDuringTheHoldDoNotProlongIt) {
  Load();
  const WireBytes message = t_.MakeInitiation(bench_.now());
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(Types(bench_.Send(message, t_.address)), "3");
    bench_.Pass(milliseconds(100));
  }
  EXPECT_EQ(Types(bench_.Send(message, t_.address)), "2");
}

TEST_F(LoadedTest, COOKIE_036_CookieRepliesCountAsWaitingButNeverJudgeTheLoad) {
  WireBytes reply(64);
  reply[0] = 3;
  for (int i = 0; i < 600; ++i) bench_.Queue(reply, t_.address);
  EXPECT_EQ(Types(bench_.Settle()), "");
  EXPECT_EQ(bench_.module().last_under_load, BootTime{});
  const WireBytes message = t_.MakeInitiation(bench_.now());
  bench_.Queue(message, t_.address);
  for (int i = 0; i < 511; ++i) bench_.Queue(reply, t_.address);
  EXPECT_EQ(Types(bench_.Settle()), "3");
}

TEST_F(LoadedTest, COOKIE_035_037_DevicesShareTheLoadButNotTheSecret) {
  WireBench other(RealCrypto(), &bench_.module(), 2);
  Tester& o = other.AddTester();
  WireBytes junk(148);
  junk[0] = 1;
  for (int i = 0; i < 512; ++i) bench_.Queue(junk, t_.address);
  bench_.Settle();
  WireBytes message = o.MakeInitiation(other.now());
  const std::vector<WireOut> out = other.Send(message, t_.address);
  ASSERT_EQ(Types(out), "3") << "loaded by the neighbour";
  const Mac16 here = CookieAt(t_.address);
  EXPECT_NE(o.OpenCookieReply(out[0].bytes, message), here);
  o.SetMacs(&message, here);
  EXPECT_EQ(Types(other.Send(message, t_.address)), "3");
}

TEST_F(LoadedTest, COOKIE_038_ANewPrivateKeyChangesBothKeysAtOnce) {
  const WireBytes old = t_.MakeInitiation(bench_.now());
  PrivateKey key;
  key.bytes.fill(0x33);
  SetPrivateKey(bench_.state(), bench_.now(), key, bench_.fx());
  EXPECT_EQ(Types(Send(old)), "");
  EXPECT_EQ(Types(bench_.Send(old, t_.address)), "");
  ASSERT_TRUE(RealCrypto().DerivePublic(key, &t_.device_key));
  CookieAt(t_.address);  // opens under the new key
  bench_.module().last_under_load = BootTime{};
  EXPECT_EQ(Types(bench_.Send(t_.MakeInitiation(bench_.now()), t_.address)), "2");
}

// Initiations of many peers, all from one place, all with a good mac2.
class RateTest : public LoadedTest {
 protected:
  RateTest() {
    for (int i = 0; i < 60; ++i) testers_.push_back(&bench_.AddTester());
  }
  // The next peer's initiation from `from`.
  std::string Next(const Endpoint& from, bool with_cookie = true) {
    Tester& tester = *testers_.at(next_++);
    WireBytes message = tester.MakeInitiation(bench_.now());
    if (with_cookie) tester.SetMacs(&message, CookieAt(from));
    return Types(Send(message, from));
  }
  std::string Next() { return Next(at_); }

  std::vector<Tester*> testers_;
  size_t next_ = 0;
  const Endpoint at_ = At("203.0.113.4:444");
};

TEST_F(RateTest, RATE_001_002_010_011_FiveAtOnceAndOneMoreAfterFiftyMilliseconds) {
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Next(at_, false), "3") << "costs nothing";
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Next(), "2");
  EXPECT_EQ(Next(), "") << "and no cookie reply";
  bench_.Pass(milliseconds(50) - Duration(1));
  EXPECT_EQ(Next(), "");
  bench_.Pass(Duration(1));
  EXPECT_EQ(Next(), "2");
  EXPECT_EQ(Next(), "");
}

TEST_F(RateTest, RATE_007_008_PortsShareABucketAndSoDoesASlash64) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Next(), "2");
  EXPECT_EQ(Next(At("203.0.113.4:445")), "");
  EXPECT_EQ(Next(At("203.0.113.5:444")), "2");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Next(At("[2001:db8::1]:1")), "2");
  EXPECT_EQ(Next(At("[2001:db8::ffff:0:0:2]:2")), "");
  EXPECT_EQ(Next(At("[2001:db8:0:1::1]:1")), "2");
}

TEST_F(RateTest, RATE_009_WithoutLoadNobodyIsLimited) {
  for (int i = 0; i < 50; ++i) {
    const WireBytes message = testers_[i]->MakeInitiation(bench_.now());
    EXPECT_EQ(Types(bench_.Send(message, at_)), "2");
  }
  EXPECT_EQ(bench_.module().ratelimiter.entries(), 0u);
}

TEST_F(RateTest, RATE_012_ResponsesDrawFromTheSameBucket) {
  for (int i = 0; i < 4; ++i) EXPECT_EQ(Next(), "2");
  Tester& tester = *testers_.back();
  ASSERT_TRUE(tester.ConsumeInitiation(bench_.SendInner(tester).at(0).bytes));
  WireBytes response = tester.MakeResponse({}, nullptr);
  tester.SetMacs(&response, CookieAt(at_));
  EXPECT_EQ(Types(Send(response, at_)), "4");
  EXPECT_EQ(Next(), "");
}

TEST_F(RateTest, RATE_018_019_DevicesOfOneNamespaceShareBuckets) {
  WireBench other(RealCrypto(), &bench_.module(), 2);
  Tester& o = other.AddTester();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Next(), "2");
  const auto answer = [&] {
    WireBytes message = o.MakeInitiation(other.now());
    Load();
    const std::vector<WireOut> challenge = other.Send(message, at_);
    EXPECT_EQ(Types(challenge), "3");
    o.SetMacs(&message, o.OpenCookieReply(challenge.at(0).bytes, message));
    return Types(other.Send(message, at_));
  };
  EXPECT_EQ(answer(), "");
  other.device().set_netns(7);
  EXPECT_EQ(answer(), "2") << "the namespace it lives in now";
}

TEST_F(RateTest, RATE_015_016_AFullTableIsCollectedOnceASecond) {
  RateLimiter& limiter = bench_.module().ratelimiter;
  EXPECT_EQ(Next(), "2");
  for (uint32_t i = 0; limiter.entries() < RateLimiter::kMaxEntries; ++i) {
    ASSERT_TRUE(limiter.Allow(bench_.now().boot, 0, IpAddress::V4(0x0b000000 + i)));
  }
  EXPECT_EQ(Next(At("203.0.113.9:1")), "") << "no room for a new source";
  EXPECT_EQ(Next(), "2") << "an old one is served";
  // The bench and its timer began at this instant.
  bench_.Pass(seconds(1));
  EXPECT_EQ(Next(At("203.0.113.9:1")), "") << "silent for exactly a second: kept";
  bench_.Pass(seconds(1) - Duration(1));
  EXPECT_EQ(Next(At("203.0.113.9:1")), "") << "silent for longer, but nobody has looked";
  bench_.Pass(Duration(1));
  EXPECT_EQ(Next(At("203.0.113.9:1")), "2");
  EXPECT_EQ(limiter.entries(), 1u);
}

}  // namespace
}  // namespace wg
