// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The assertions NL-* of spec/data section 10.2 that concern the order and the effect of a request.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "protocol/config_session.h"
#include "protocol/config_session_fixture.h"

namespace wg {
namespace {

TEST_F(ConfigSessionTest, NL_009_010_APeerThatTheCodecFoundWrongAnswersItsErrno) {
  SetPeer nameless;
  nameless.error = Errno::kInval;
  EXPECT_EQ(Set(Peers({nameless})), Errno::kInval);
  SetPeer version = Add('A');
  version.error = Errno::kPfNoSupport;
  EXPECT_EQ(Set(Peers({version})), Errno::kPfNoSupport);
  EXPECT_EQ(Config(), "");
}

TEST_F(ConfigSessionTest, NL_012_013_UpdateOnlyAndRemoveMeOnAnUnknownPeerAreSilentNoOps) {
  SetPeer update = Add('A', {"10.0.0.1/32"});
  update.update_only = true;
  EXPECT_EQ(Set(Peers({update, Remove('B')})), Errno::kOk);
  EXPECT_EQ(Config(), "");
}

TEST_F(ConfigSessionTest, NL_014_RemoveMeIgnoresTheOtherAttributes) {
  Set(Peers({Add('A', {"10.0.0.1/32"})}));
  SetPeer peer = Remove('A');
  peer.allowed_ips = Entries({"!", "10.0.0.2/32"});
  peer.preshared_key = PresharedKey(Key('p').bytes);
  EXPECT_EQ(Set(Peers({peer})), Errno::kOk);
  EXPECT_EQ(Config(), "");
  EXPECT_EQ(device_->census().trie_nodes, 0u);
}

TEST_F(ConfigSessionTest, NL_015_TheOwnPublicKeyIsSilentlyIgnored) {
  SetDevice request;
  request.private_key = Private(1);
  Set(std::move(request));
  SetPeer self;
  self.public_key = *device_->Get().public_key;
  self.allowed_ips = Entries({"10.0.0.1/32"});
  EXPECT_EQ(Set(Peers({self, Add('B')})), Errno::kOk);
  EXPECT_EQ(Config(), "B[]");
}

TEST_F(ConfigSessionTest, NL_016_APrivateKeyRemovesThePeerWithItsPublicKeyBeforeItIsSet) {
  SetPeer self = Add('A', {"10.0.0.1/32"});
  ASSERT_TRUE(ModelledCrypto().DerivePublic(Private(1), &self.public_key));
  Set(Peers({self, Add('B')}));
  SetDevice request;
  request.private_key = Private(1);
  const std::string trace = Trace(std::move(request), {});
  EXPECT_EQ(trace.substr(0, trace.find("unhash")),
            "start |\nunlink peer |\nremove 10.0.0.1/32 |\n");
  EXPECT_EQ(trace.substr(trace.find("destroy")), "destroy peer |\nprivate key |\n");
  EXPECT_EQ(Config(), "B[]");
}

TEST_F(ConfigSessionTest, NL_017_019_062_063_AKeyIsUnchangedIfItEqualsTheClampedStoredOne) {
  const auto is_a_change = [&](const PrivateKey& key) {
    SetDevice request;
    request.private_key = key;
    return Trace(std::move(request), {}) != "start |\n";
  };
  EXPECT_FALSE(is_a_change(PrivateKey()));  // a device that never had one
  EXPECT_TRUE(is_a_change(Private(0xff)));
  EXPECT_TRUE(is_a_change(Private(0xff)));  // not clamped, so another one every time
  PrivateKey clamped = Private(0xff);
  Clamp(&clamped);
  EXPECT_TRUE(*device_->Get().private_key == clamped);
  EXPECT_FALSE(is_a_change(clamped));
  EXPECT_TRUE(is_a_change(PrivateKey()));
  EXPECT_TRUE(is_a_change(PrivateKey()));  // what is stored now is the clamped zero
}

TEST_F(ConfigSessionTest, NL_020_AZeroKeyRemovesTheIdentity) {
  SetDevice request;
  request.private_key = Private(1);
  Set(request);
  EXPECT_TRUE(device_->Get().public_key.has_value());
  request.private_key = PrivateKey();
  Set(request);
  EXPECT_FALSE(device_->Get().private_key.has_value());
  EXPECT_FALSE(device_->Get().public_key.has_value());
}

TEST_F(ConfigSessionTest, NL_023_TheFirewallMarkForgetsStickySourcesAlsoIfUnchanged) {
  SetPeer peer = Add('A');
  peer.endpoint = Endpoint{A("192.0.2.1"), 1};
  Set(Peers({peer}));
  PeerEndpoint& endpoint = device_->state().first_peer->endpoint;
  Datagram from;
  from.remote = Endpoint{A("192.0.2.1"), 1};
  from.local = A("192.0.2.9");
  endpoint.SetFromDatagram(from);
  ASSERT_TRUE(static_cast<bool>(endpoint.source()));
  SetDevice request;
  request.fwmark = 0;
  Set(std::move(request));
  EXPECT_FALSE(static_cast<bool>(endpoint.source()));
}

TEST_F(ConfigSessionTest, NL_024_TheSamePortIsNoChange) {
  SetDevice request;
  request.listen_port = 51820;
  EXPECT_EQ(Trace(request, {}), "start |\nport |\n");
  EXPECT_EQ(Trace(request, {}), "start |\n");
}

TEST_F(ConfigSessionTest, NL_025_PortZeroTakesThePortThatTheDriverBound) {
  SetDevice request;
  request.listen_port = 51820;
  Set(request);
  request.listen_port = 0;
  ConfigSession session(device_.get(), request);
  session.Step(kNow, &fx_);
  ASSERT_EQ(session.Next()->kind, StepKind::kSetListenPort);
  EXPECT_EQ(session.Next()->port, 0u);
  session.Step(kNow, &fx_, BindOutcome(Errno::kOk, 40000));
  session.Step(kNow, &fx_);
  EXPECT_FALSE(session.Next().has_value());
  EXPECT_EQ(device_->Get().listen_port, 40000u);
}

TEST_F(ConfigSessionTest, NL_026_ABusyPortEndsTheMessageWithTheOldPortAndNoPeer) {
  SetDevice request = Peers({Add('A')});
  request.fwmark = 5;
  request.listen_port = 51820;
  ConfigSession session(device_.get(), request);
  while (const std::optional<ConfigStep> step = session.Next()) {
    session.Step(kNow, &fx_,
                 step->kind == StepKind::kSetListenPort ? Errno::kAddrInUse : Errno::kOk);
  }
  EXPECT_EQ(session.error(), Errno::kAddrInUse);
  EXPECT_EQ(device_->Get().listen_port, 0u);
  EXPECT_EQ(device_->Get().fwmark, 5u);
  EXPECT_EQ(Config(), "");
}

TEST_F(ConfigSessionTest, NL_027_APortWhileDownIsStored) {
  SetDevice request;
  request.listen_port = 51820;
  Set(std::move(request));
  EXPECT_EQ(device_->Get().listen_port, 51820u);
}

TEST_F(ConfigSessionTest, NL_028_058_ReplacePeersComesBeforeThePeersOfTheSameMessage) {
  Set(Peers({Add('A', {"10.0.0.1/32"}), Add('B')}));
  SetDevice request = Peers({Add('C', {"10.0.0.1/32"}), Add('A')});
  request.replace_peers = true;
  EXPECT_EQ(Set(std::move(request)), Errno::kOk);
  EXPECT_EQ(Config(), "C[10.0.0.1/32] A[]");
  SetDevice empty;
  empty.replace_peers = true;
  Set(std::move(empty));
  EXPECT_EQ(Config(), "");
  EXPECT_EQ(device_->census().peers, 0u);
  EXPECT_EQ(device_->census().indices, 0u);
}

TEST_F(ConfigSessionTest, NL_029_FirstFailingPeerStopsTheMessageEarlierOnesStay) {
  SetPeer wrong = Add('B');
  wrong.error = Errno::kInval;
  EXPECT_EQ(Set(Peers({Add('A'), wrong, Add('C')})), Errno::kInval);
  EXPECT_EQ(Config(), "A[]");
}

TEST_F(ConfigSessionTest, NL_030_032_033_FirstFailingAllowedIpStopsThePeerEarlierEntriesStay) {
  SetPeer peer = Add('A', {"10.0.0.1/32", "!", "10.0.0.2/32"});
  peer.persistent_keepalive = 25;
  peer.endpoint = Endpoint{A("192.0.2.1"), 1};
  EXPECT_EQ(Set(Peers({peer, Add('B')})), Errno::kInval);
  EXPECT_EQ(Config(), "A[10.0.0.1/32]");
  EXPECT_EQ(Get('A').persistent_keepalive, 0u);
  EXPECT_TRUE(static_cast<bool>(Get('A').endpoint));
  SetPeer mask = Add('A');
  mask.allowed_ips.push_back({.prefix = Prefix(A("10.0.0.0"), 33)});
  EXPECT_EQ(Set(Peers({mask})), Errno::kInval);
}

TEST_F(ConfigSessionTest, NL_031_AFailingReplaceLeavesOnlyTheEntriesBeforeTheFailure) {
  Set(TwoAddresses());
  EXPECT_EQ(Set(Peers({Replace('A', {"192.168.0.3/32", "!", "192.168.0.2/32"})})), Errno::kInval);
  EXPECT_EQ(Config(), "A[192.168.0.3/32]");
}

TEST_F(ConfigSessionTest, NL_034_AnEndpointOfNoFamilyIsIgnored) {
  SetPeer peer = Add('A');
  peer.endpoint = Endpoint{A("192.0.2.1"), 1};
  Set(Peers({peer}));
  peer.endpoint = Endpoint{};
  EXPECT_EQ(Set(Peers({peer})), Errno::kOk);
  EXPECT_EQ(Get('A').endpoint.ToString(), "192.0.2.1:1");
}

TEST_F(ConfigSessionTest, NL_036_RemoveMeOfAnAbsentOrForeignPrefixSucceeds) {
  Set(Peers({Add('A', {"10.0.0.0/24"}), Add('B')}));
  EXPECT_EQ(Set(Peers({Add('B', {"-10.0.0.0/24", "-10.9.0.0/16"}), Add('A', {"-10.0.0.0/25"})})),
            Errno::kOk);
  EXPECT_EQ(Config(), "A[10.0.0.0/24] B[]");
  EXPECT_EQ(Set(Peers({Add('A', {"-10.0.0.77/24"})})), Errno::kOk);
  EXPECT_EQ(Config(), "A[] B[]");
}

TEST_F(ConfigSessionTest, NL_037_ReplaceOnANewPeerIsHarmless) {
  EXPECT_EQ(Set(Peers({Replace('A', {"10.0.0.1/32"})})), Errno::kOk);
  EXPECT_EQ(Config(), "A[10.0.0.1/32]");
}

TEST_F(ConfigSessionTest,
       NL_038_043_044_ThePresharedKeyComesAndGoesAndTheEndpointIsUnknownAtFirst) {
  SetPeer peer = Add('A');
  peer.preshared_key = PresharedKey(Key('p').bytes);
  Set(Peers({peer}));
  EXPECT_TRUE(Get('A').preshared_key == PresharedKey(Key('p').bytes));
  EXPECT_FALSE(static_cast<bool>(Get('A').endpoint));
  peer.preshared_key = PresharedKey();
  Set(Peers({peer}));
  EXPECT_TRUE(Get('A').preshared_key.IsZero());
}

TEST_F(ConfigSessionTest, NL_039_040_SwitchingKeepalivesOnSendsAtOnceAndChangingThemDoesNot) {
  device_->Up(kNow, &fx_);
  SetDevice request = Peers({Add('A')});
  request.private_key = Private(1);
  request.peers[0].endpoint = Endpoint{A("192.0.2.1"), 1};
  Set(std::move(request));
  EXPECT_TRUE(fx_.work.empty());
  SetDevice on = Peers({Add('A')});
  on.peers[0].persistent_keepalive = 25;
  Set(on);
  ASSERT_EQ(fx_.work.size(), 1u);
  EXPECT_EQ(fx_.work[0].kind, WorkKind::kHandshakeOut);
  device_->Run(kNow, fx_.work[0], &fx_);
  fx_.Clear();
  on.peers[0].persistent_keepalive = 26;
  ConfigSession session(device_.get(), on);
  while (session.Next() && session.Next()->kind != StepKind::kFlushStaged) session.Step(kNow, &fx_);
  EXPECT_TRUE(fx_.empty());
  while (session.Next()) session.Step(kNow, &fx_);
}

TEST_F(ConfigSessionTest, NL_045_PeersAreListedInTheOrderOfCreation) {
  Set(Peers({Add('C'), Add('A'), Add('B'), Add('C')}));
  EXPECT_EQ(Config(), "C[] A[] B[]");
}

TEST_F(ConfigSessionTest, NL_052_TheDeviceHasAtMostTwoToTheTwentyPeers) {
  const uint32_t peers = std::exchange(device_->state().num_peers, 1u << 20);
  EXPECT_EQ(Set(Peers({Add('A', {"10.0.0.1/32"}), Add('B')})), Errno::kNoMem);
  device_->state().num_peers = peers;
  EXPECT_EQ(Config(), "");
}

TEST_F(ConfigSessionTest, NL_061_TheGenerationGrowsPerAcceptedRequestAlsoOneThatFailsMidWay) {
  const uint32_t start = device_->state().update_gen;
  EXPECT_EQ(start, 1u);
  Set(SetDevice());
  EXPECT_EQ(device_->state().update_gen, start + 1);
  Set(Peers({Add('A', {"!"})}));
  EXPECT_EQ(device_->state().update_gen, start + 2);
}

TEST_F(ConfigSessionTest, NL_065_066_067_EntriesAreAppliedInTheirOrder) {
  Set(Peers({Add('A', {"10.0.0.1/32", "10.0.0.1/32"})}));
  EXPECT_EQ(Config(), "A[10.0.0.1/32]");
  Set(Peers({Add('A', {"+10.0.0.2/32", "-10.0.0.2/32"})}));
  EXPECT_EQ(Config(), "A[10.0.0.1/32]");
  Set(Peers({Add('A', {"-10.0.0.2/32", "+10.0.0.2/32"})}));
  EXPECT_EQ(Config(), "A[10.0.0.1/32 10.0.0.2/32]");
  Set(Peers({Add('B', {"10.0.0.2/32"}), Add('C', {"10.0.0.2/32"})}));
  EXPECT_EQ(Config(), "A[10.0.0.1/32] B[] C[10.0.0.2/32]");
}

TEST_F(ConfigSessionTest, NL_068_AContinuationWithoutReplaceAppends) {
  Set(Peers({Replace('A', {"10.0.0.1/32"})}));
  Set(Peers({Add('A', {"10.0.0.2/32"})}));
  EXPECT_EQ(Config(), "A[10.0.0.1/32 10.0.0.2/32]");
}

TEST_F(ConfigSessionTest, ReplaceTogetherWithRemoveMeFindsNothingAndSucceeds) {
  Set(TwoAddresses());
  EXPECT_EQ(Set(Peers({Replace('A', {"-192.168.0.2/32", "192.168.0.3/32"})})), Errno::kOk);
  EXPECT_EQ(Config(), "A[192.168.0.3/32]");
}

}  // namespace
}  // namespace wg
