// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The catalogue of spec/data section 10.2 where a change of the configuration shows on the wire. Ids are the catalogue's.
#include <gtest/gtest.h>

#include <chrono>
#include <utility>
#include <vector>

#include "protocol/config.h"
#include "protocol/config_session.h"
#include "protocol/crypto/keys.h"
#include "protocol/device.h"
#include "protocol/peer.h"
#include "protocol/wire_bench.h"
#include "protocol/wire_tester.h"

namespace wg {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class NetlinkOnTheWireTest : public testing::Test {
 protected:
  std::vector<WireOut> Set(SetDevice request) {
    ConfigSession session(&bench_.device(), std::move(request));
    while (session.Next().has_value()) session.Step(bench_.now(), bench_.fx());
    return bench_.Settle();
  }
  std::vector<WireOut> SetPrivateKey(const PrivateKey& key) {
    SetDevice request;
    request.private_key = key;
    return Set(std::move(request));
  }
  static SetDevice One(SetPeer peer) {
    SetDevice request;
    request.peers.push_back(std::move(peer));
    return request;
  }
  std::vector<WireOut> Send(const WireBytes& bytes) { return bench_.Send(bytes, t_.address); }

  WireBench bench_;
  Tester& t_ = bench_.AddTester();
};

TEST_F(NetlinkOnTheWireTest, NL_018_AfterANewPrivateKeyTheNextPacketDoesNotWaitFiveSeconds) {
  bench_.SessionByDevice(t_);
  bench_.Pass(milliseconds(1));
  PrivateKey key;
  key.bytes.fill(0x33);
  EXPECT_EQ(Types(SetPrivateKey(key)), "") << "not before there is something to send";
  EXPECT_EQ(Types(bench_.SendInner(t_)), "1");
}

TEST_F(NetlinkOnTheWireTest, NL_021_WithoutIdentityNothingInitiates) {
  bench_.SessionByDevice(t_);
  SetPrivateKey(PrivateKey());
  EXPECT_EQ(Types(bench_.SendInner(t_)), "");
  EXPECT_EQ(Types(bench_.Advance(seconds(200))), "");
  EXPECT_EQ(Types(Set(One({.public_key = t_.public_key, .persistent_keepalive = 1}))), "");
  EXPECT_EQ(Types(bench_.Advance(seconds(30))), "");
}

TEST_F(NetlinkOnTheWireTest, NL_041_KeepaliveZeroStopsFurtherKeepalives) {
  bench_.SessionByDevice(t_);
  Set(One({.public_key = t_.public_key, .persistent_keepalive = 2}));
  EXPECT_EQ(Types(bench_.Advance(seconds(2))), "4");
  Set(One({.public_key = t_.public_key, .persistent_keepalive = 0}));
  EXPECT_EQ(Types(bench_.Advance(seconds(20))), "");
}

TEST_F(NetlinkOnTheWireTest, NL_042_AnEndpointFlushesWhatWaitsAtOnceOrWithTheRetransmission) {
  const SetDevice endpoint = One({.public_key = t_.public_key, .endpoint = t_.address});
  EXPECT_EQ(Types(Set(endpoint)), "") << "nothing waits";
  EXPECT_EQ(Types(bench_.SendInner(t_)), "1");
  bench_.Pass(milliseconds(100));
  EXPECT_EQ(Types(Set(endpoint)), "") << "one was sent less than 5 s ago";
  EXPECT_EQ(Types(bench_.Advance(seconds(6))), "1") << "the retransmission";
  StopTimers(bench_.state(), bench_.PeerOf(t_));
  bench_.Pass(seconds(6));
  EXPECT_EQ(Types(Set(endpoint)), "1");
}

TEST_F(NetlinkOnTheWireTest, NL_059_DataOfARemovedPeerIsGoneAndNotCounted) {
  const Tester::Session session = bench_.SessionByTester(t_);
  const size_t before = bench_.delivered();
  Set(One({.public_key = t_.public_key, .remove = true}));
  const DeviceCounters counters = bench_.device().counters();
  EXPECT_EQ(Types(Send(t_.Data(session, 1, bench_.InnerFrom(t_)))), "");
  EXPECT_EQ(bench_.delivered(), before);
  EXPECT_EQ(bench_.device().counters().rx_errors, counters.rx_errors);
  EXPECT_EQ(bench_.device().counters().rx_packets, counters.rx_packets);
}

TEST_F(NetlinkOnTheWireTest, NL_060_ARemovedPeersInitiationsGetNoAnswer) {
  ASSERT_EQ(Types(Send(t_.MakeInitiation(bench_.now()))), "2");
  Set(One({.public_key = t_.public_key, .remove = true}));
  bench_.Pass(seconds(1));
  EXPECT_EQ(Types(Send(t_.MakeInitiation(bench_.now()))), "");
  Set(One({.public_key = t_.public_key}));
  bench_.Pass(seconds(1));
  EXPECT_EQ(Types(Send(t_.MakeInitiation(bench_.now()))), "2") << "known again";
}

TEST_F(NetlinkOnTheWireTest, NL_064_AfterANewPrivateKeyOldKeysReceiveUntilTheyExpire) {
  const Tester::Session session = bench_.SessionByTester(t_);
  PrivateKey key;
  key.bytes.fill(0x33);
  SetPrivateKey(key);
  const size_t before = bench_.delivered();
  EXPECT_EQ(Types(Send(t_.Data(session, 1, bench_.InnerFrom(t_)))), "");
  EXPECT_EQ(bench_.delivered(), before + 1);
  bench_.Pass(seconds(179));
  Send(t_.Data(session, 2, bench_.InnerFrom(t_)));
  EXPECT_EQ(bench_.delivered(), before + 2);
  bench_.Pass(seconds(2));
  Send(t_.Data(session, 3, bench_.InnerFrom(t_)));
  EXPECT_EQ(bench_.delivered(), before + 2) << "180 s";
}

}  // namespace
}  // namespace wg
