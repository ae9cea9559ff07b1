// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The tables of spec/data section 1.6 as texts (who answers after every step), the assertions NL-*
// of section 10.2 that concern the order and the effect of a request, the three grains, and the
// property that a request leaves exactly what it asked for.
#include "protocol/config_session.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "protocol/buffer.h"
#include "protocol/crypto/suite.h"
#include "protocol/device.h"
#include "protocol/device_state.h"
#include "protocol/fake_entropy.h"
#include "protocol/naive_allowedips.h"

namespace wg {
namespace {

const Now kNow = {BootTime(std::chrono::seconds(1000)),
                  WallTime(std::chrono::seconds(1'700'000'000))};

Prefix P(const char* text) { return Prefix::Parse(text).value(); }
IpAddress A(const char* text) { return IpAddress::Parse(text).value(); }

// The key of the peer that goes by this letter.
PublicKey Key(char name) {
  PublicKey key;
  key.bytes.fill(static_cast<uint8_t>(name));
  return key;
}
PrivateKey Private(uint8_t fill) {
  PrivateKey key;
  key.bytes.fill(fill);
  return key;
}

// "+10.0.0.0/8" or without sign: insert; "-10.0.0.0/8": remove; "!": an entry that a codec found
// wrong.
std::vector<AllowedIpChange> Entries(const std::vector<std::string>& texts) {
  std::vector<AllowedIpChange> entries;
  for (const std::string& text : texts) {
    AllowedIpChange change;
    if (text == "!") {
      change.error = Errno::kInval;
    } else {
      change.remove = text[0] == '-';
      change.prefix = P(text.c_str() + (text[0] == '-' || text[0] == '+'));
    }
    entries.push_back(change);
  }
  return entries;
}
SetPeer Add(char name, const std::vector<std::string>& allowed_ips = {}) {
  SetPeer peer;
  peer.public_key = Key(name);
  peer.allowed_ips = Entries(allowed_ips);
  return peer;
}
SetPeer Replace(char name, const std::vector<std::string>& allowed_ips) {
  SetPeer peer = Add(name, allowed_ips);
  peer.replace_allowed_ips = true;
  return peer;
}
SetPeer Remove(char name) {
  SetPeer peer = Add(name);
  peer.remove = true;
  return peer;
}
SetDevice Peers(std::vector<SetPeer> peers) {
  SetDevice request;
  request.peers = std::move(peers);
  return request;
}

class ConfigSessionTest : public testing::Test {
 protected:
  explicit ConfigSessionTest(const Profile* profile = &kLinux616) { Use(profile); }

  void Use(const Profile* profile) {
    device_ = std::make_unique<Device>(DeviceOptions{.profile = profile,
                                                     .crypto = &ModelledCrypto(),
                                                     .entropy = &entropy_,
                                                     .pool = &pool_,
                                                     .module = &module_,
                                                     .now = kNow});
  }
  void TearDown() override {
    EXPECT_EQ(device_->state().allowed_ips.Validate(), "");
    fx_.Clear();
    device_.reset();
    EXPECT_EQ(pool_.live(), 0);
  }

  Errno Set(SetDevice request) { return Configure(device_.get(), std::move(request), kNow, &fx_); }

  std::string Owner(const IpAddress& address) const {
    const PublicKey* key = device_->Owner(address);
    return key == nullptr ? "-" : std::string(1, static_cast<char>(key->bytes[0]));
  }
  std::string Owner(const char* address) const { return Owner(A(address)); }

  // "step  answers" for every step, one per line; what no reader can see is left out unless `all`.
  std::string Trace(SetDevice request, const std::vector<const char*>& addresses,
                    bool all = false) {
    const auto answers = [&] {
      std::string text;
      for (const char* address : addresses) absl::StrAppend(&text, " ", Owner(address));
      return text;
    };
    std::string text = absl::StrCat("start |", answers(), "\n");
    ConfigSession session(device_.get(), std::move(request));
    while (const std::optional<ConfigStep> step = session.Next()) {
      session.Step(kNow, &fx_);
      const bool frame = step->kind == StepKind::kBegin || step->kind == StepKind::kEnd;
      if (frame && !all) continue;
      absl::StrAppend(&text, std::string(StepKindName(step->kind)));
      if (step->prefix) absl::StrAppend(&text, " ", step->prefix->ToString());
      if (step->changes != 1) absl::StrAppend(&text, " x", step->changes);
      absl::StrAppend(&text, " |", answers(), "\n");
    }
    if (session.error() != Errno::kOk) {
      absl::StrAppend(&text, std::string(ErrnoName(session.error())), "\n");
    }
    return text;
  }

  // "A[10.0.0.1/32] B[]", in the order of GET.
  std::string Config() const {
    std::vector<std::string> peers;
    for (const GetPeer& peer : device_->Get().peers) {
      peers.push_back(absl::StrCat(std::string(1, static_cast<char>(peer.public_key.bytes[0])), "[",
                                   absl::StrJoin(peer.allowed_ips, " ",
                                                 [](std::string* out, const Prefix& p) {
                                                   absl::StrAppend(out, p.ToString());
                                                 }),
                                   "]"));
    }
    return absl::StrJoin(peers, " ");
  }
  GetPeer Get(char name) const {
    for (const GetPeer& peer : device_->Get().peers) {
      if (peer.public_key == Key(name)) return peer;
    }
    ADD_FAILURE() << "no peer " << name;
    return {};
  }

  SeededEntropy entropy_{7};
  BufferPool pool_;
  Module module_;
  std::unique_ptr<Device> device_;
  Effects fx_;
};

// --- Section 1.6.

const std::vector<const char*> kTwo = {"192.168.0.2", "192.168.0.3"};
SetDevice TwoAddresses() { return Peers({Add('A', {"192.168.0.2/32", "192.168.0.3/32"})}); }

TEST_F(ConfigSessionTest, R_ReplaceTakesTheListAwayEntryByEntryAndGivesItBackEntryByEntry) {
  Set(TwoAddresses());
  EXPECT_EQ(Trace(Peers({Replace('A', {"192.168.0.3/32"})}), kTwo),
            "start | A A\n"
            "remove 192.168.0.2/32 | - A\n"
            "remove 192.168.0.3/32 | - -\n"
            "insert 192.168.0.3/32 | - A\n");
}

TEST_F(ConfigSessionTest, R_ReplaceUnderACoverAnswersWithTheWrongPeer) {
  Set(Peers({Add('C', {"192.168.0.0/16"}), Add('A', {"192.168.0.2/32", "192.168.0.3/32"})}));
  EXPECT_EQ(Trace(Peers({Replace('A', {"192.168.0.2/32", "192.168.0.3/32"})}), kTwo),
            "start | A A\n"
            "remove 192.168.0.2/32 | C A\n"
            "remove 192.168.0.3/32 | C C\n"
            "insert 192.168.0.2/32 | A C\n"
            "insert 192.168.0.3/32 | A A\n");
}

TEST_F(ConfigSessionTest, R_APrefixOfTheSamePeerCoversUntilItsTurnComes) {
  Set(Peers({Add('A', {"192.168.0.3/32", "192.168.0.0/24"})}));
  EXPECT_EQ(Trace(Peers({Replace('A', {"192.168.0.3/32"})}), kTwo),
            "start | A A\n"
            "remove 192.168.0.3/32 | A A\n"
            "remove 192.168.0.0/24 | - -\n"
            "insert 192.168.0.3/32 | - A\n");
}

TEST_F(ConfigSessionTest, M_RemoveMeTouchesNoOtherAddress) {
  Set(TwoAddresses());
  EXPECT_EQ(Trace(Peers({Add('A', {"-192.168.0.2/32"})}), kTwo),
            "start | A A\n"
            "remove 192.168.0.2/32 | - A\n");
}

TEST_F(ConfigSessionTest, V_D_TheDummyPeerTakesThePrefixInOneStepAndGoesWithIt) {
  Set(TwoAddresses());
  EXPECT_EQ(Trace(Peers({Add('D', {"192.168.0.2/32"}), Remove('D')}), kTwo),
            "start | A A\n"
            "create peer | A A\n"
            "insert 192.168.0.2/32 | D A\n"
            "unlink peer | D A\n"
            "remove 192.168.0.2/32 | - A\n"
            "unhash peer | - A\n"
            "kill peer | - A\n"
            "grace period | - A\n"
            "drop keypairs | - A\n"
            "stop timers | - A\n"
            "flush queues | - A\n"
            "destroy peer | - A\n");
}

TEST_F(ConfigSessionTest, P_ReplacePeersEmptiesIPv4BeforeIPv6AndWaitsOnce) {
  Set(Peers({Add('A', {"10.0.0.1/32", "fd00::1/128"}), Add('B', {"10.0.0.2/32"})}));
  SetDevice request = Peers({Add('B', {"10.0.0.2/32"})});
  request.replace_peers = true;
  EXPECT_EQ(Trace(std::move(request), {"10.0.0.1", "10.0.0.2", "fd00::1"}, /*all=*/true),
            "start | A B A\n"
            "begin | A B A\n"
            "clear IPv4 | - - A\n"
            "clear IPv6 | - - -\n"
            "unlink peer | - - -\n"
            "unhash peer | - - -\n"
            "kill peer | - - -\n"
            "unlink peer | - - -\n"
            "unhash peer | - - -\n"
            "kill peer | - - -\n"
            "grace period | - - -\n"
            "drop keypairs | - - -\n"
            "stop timers | - - -\n"
            "flush queues | - - -\n"
            "destroy peer | - - -\n"
            "drop keypairs | - - -\n"
            "stop timers | - - -\n"
            "flush queues | - - -\n"
            "destroy peer | - - -\n"
            "create peer | - - -\n"
            "insert 10.0.0.2/32 | - B -\n"
            "end | - B -\n");
}

TEST_F(ConfigSessionTest, EveryStepOfAPeerThatHasEverythingInOrder) {
  device_->Up(kNow, &fx_);
  SetDevice request;
  request.fwmark = 1;
  request.listen_port = 51820;
  request.private_key = Private(1);
  SetPeer peer = Replace('A', {"10.0.0.1/32"});
  peer.preshared_key = PresharedKey(Key('p').bytes);
  peer.endpoint = Endpoint{A("192.0.2.1"), 1};
  peer.persistent_keepalive = 25;
  request.peers = {peer, peer};
  EXPECT_EQ(Trace(std::move(request), {"10.0.0.1"}, /*all=*/true),
            "start | -\n"
            "begin | -\n"
            "fwmark | -\n"
            "port | -\n"
            "private key x0 | -\n"
            "create peer | -\n"
            "endpoint | -\n"
            "insert 10.0.0.1/32 | A\n"
            "keepalive | A\n"
            "flush staged | A\n"
            "preshared key | A\n"
            "endpoint | A\n"
            "remove 10.0.0.1/32 | -\n"
            "insert 10.0.0.1/32 | A\n"
            "keepalive | A\n"
            "flush staged | A\n"
            "end | A\n");
}

// --- Prices.

TEST_F(ConfigSessionTest, StepsSayWhatTheyCost) {
  Set(Peers({Add('A', {"10.0.0.0/8"})}));
  ConfigSession session(
      device_.get(),
      Peers({Add('A', {"10.1.0.0/16", "10.2.0.0/16", "10.1.0.0/16", "-10.2.0.0/16"})}));
  std::string text;
  while (const std::optional<ConfigStep> step = session.Next()) {
    absl::StrAppend(&text, step->nodes, "/", step->allocations, "/", step->changes, " ");
    session.Step(kNow, &fx_);
  }
  EXPECT_EQ(text, "0/0/1 1/1/1 2/2/1 3/0/1 3/0/1 0/0/1 ");
}

// --- Grains.

TEST_F(ConfigSessionTest, PerOperationRemovesAListInOneStepAndInsertsOneByOne) {
  Use(&kWireguardGo);
  Set(TwoAddresses());
  EXPECT_EQ(Trace(Peers({Replace('A', {"192.168.0.2/32", "192.168.0.3/32"}), Remove('A')}), kTwo),
            "start | A A\n"
            "remove x2 | - -\n"
            "insert 192.168.0.2/32 | A -\n"
            "insert 192.168.0.3/32 | A A\n"
            "unlink peer | A A\n"
            "remove x2 | - -\n"
            "unhash peer | - -\n"
            "kill peer | - -\n"
            "drop keypairs | - -\n"
            "stop timers | - -\n"
            "flush queues | - -\n"
            "destroy peer | - -\n");
  Set(Peers({Add('A', {"192.168.0.2/32", "fd00::1/128"})}));
  SetDevice clear;
  clear.replace_peers = true;
  const std::string trace = Trace(std::move(clear), {"192.168.0.2", "fd00::1"});
  EXPECT_EQ(trace.substr(0, trace.find("unlink")), "start | A A\nclear IPv4 x2 | - -\n");
}

TEST_F(ConfigSessionTest, PerRequestChangesEverythingInOneStep) {
  Use(&kBoringtun);
  EXPECT_EQ(Trace(TwoAddresses(), kTwo), "start | - -\napply all x3 | A A\n");
  EXPECT_EQ(Trace(Peers({Replace('A', {"192.168.0.3/32"}), Add('B', {"192.168.0.2/32"})}), kTwo),
            "start | A A\napply all x5 | B A\n");
  SetDevice port = Peers({Remove('A')});
  port.listen_port = 5;
  EXPECT_EQ(Trace(std::move(port), kTwo), "start | B A\nport | B A\napply all x2 | B -\n");
  EXPECT_EQ(Config(), "B[192.168.0.2/32]");
}

TEST_F(ConfigSessionTest, PerRequestKeepsWhatWasBeforeAnError) {
  Use(&kBoringtun);
  EXPECT_EQ(Set(Peers({Add('A', {"10.0.0.1/32", "!", "10.0.0.2/32"}), Add('B')})), Errno::kInval);
  EXPECT_EQ(Config(), "A[10.0.0.1/32]");
}

TEST_F(ConfigSessionTest, WithoutRemoveMeARequestThatWantsItIsRefusedBeforeAnythingChanges) {
  Use(&kLinux612);
  EXPECT_EQ(Set(TwoAddresses()), Errno::kOk);
  const uint32_t generation = device_->state().update_gen;
  SetDevice request = Peers({Add('B', {"10.0.0.1/32"}), Add('A', {"-192.168.0.2/32"})});
  request.fwmark = 9;
  EXPECT_EQ(Trace(std::move(request), kTwo, /*all=*/true),
            "start | A A\nbegin | A A\nend | A A\nEINVAL\n");
  EXPECT_EQ(device_->state().update_gen, generation);
  EXPECT_EQ(Config(), "A[192.168.0.2/32 192.168.0.3/32]");
}

// --- NL assertions.

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

TEST_F(ConfigSessionTest, PacketsMayFlowBetweenAnyTwoStepsOfARemoval) {
  SetDevice request = Peers({Add('A', {"10.0.0.1/32"})});
  request.private_key = Private(1);
  request.peers[0].endpoint = Endpoint{A("192.0.2.1"), 1};
  Set(std::move(request));
  device_->Up(kNow, &fx_);
  ConfigSession session(device_.get(), Peers({Remove('A')}));
  while (session.Next()) {
    Buffer packet = pool_.Allocate(20);
    std::fill_n(packet.data(), 20, uint8_t{0});
    packet.data()[0] = 0x45;
    packet.data()[3] = 20;
    packet.data()[16] = 10;
    packet.data()[19] = 1;
    const Errno sent = device_->Transmit(kNow, &packet, 0, &fx_);
    EXPECT_EQ(sent, Owner("10.0.0.1") == "A" ? Errno::kOk : Errno::kNoKey);
    session.Step(kNow, &fx_);
    const std::vector<Work> work = std::exchange(fx_.work, {});
    for (const Work& w : work) device_->Run(kNow, w, &fx_);
  }
  EXPECT_EQ(device_->census().peers, 0u);
  EXPECT_EQ(device_->census().staged, 0u);
}

// --- Properties.

class RandomRequests {
 public:
  explicit RandomRequests(uint64_t seed) : entropy_(seed) {}
  uint64_t Below(uint64_t n) { return entropy_.Below(n); }
  Prefix Draw() {
    const auto value = static_cast<uint32_t>(Below(16));
    return Below(2) ? Prefix(IpAddress::V4(0x0a000000 | value), 28 + static_cast<int>(Below(5)))
                    : Prefix(IpAddress::V6(0, value), 124 + static_cast<int>(Below(5)));
  }
  SetDevice Request() {
    SetDevice request;
    request.replace_peers = Below(20) == 0;
    for (uint64_t n = Below(4); n > 0; --n) {
      SetPeer peer = Add(static_cast<char>('A' + Below(5)));
      peer.remove = Below(6) == 0;
      peer.replace_allowed_ips = Below(3) == 0;
      peer.update_only = Below(6) == 0;
      for (uint64_t m = Below(6); m > 0; --m) {
        peer.allowed_ips.push_back({.prefix = Draw(), .remove = Below(3) == 0});
        if (Below(40) == 0) peer.allowed_ips.back().error = Errno::kInval;
      }
      request.peers.push_back(std::move(peer));
    }
    return request;
  }

 private:
  SeededEntropy entropy_;
};

// set_peer as a function of the whole request, without steps.
Errno ApplyNaively(const SetDevice& request, std::vector<char>* peers, NaiveAllowedIps* naive) {
  if (request.replace_peers) {
    peers->clear();
    *naive = {};
  }
  for (const SetPeer& peer : request.peers) {
    const char name = static_cast<char>(peer.public_key.bytes[0]);
    const bool known = std::find(peers->begin(), peers->end(), name) != peers->end();
    if (!known && (peer.remove || peer.update_only)) continue;
    if (!known) peers->push_back(name);
    if (peer.remove || peer.replace_allowed_ips) naive->RemoveByOwner(static_cast<uint32_t>(name));
    if (peer.remove) {
      std::erase(*peers, name);
      continue;
    }
    for (const AllowedIpChange& change : peer.allowed_ips) {
      if (change.error != Errno::kOk) return change.error;
      if (change.remove) {
        naive->RemoveOne(change.prefix, static_cast<uint32_t>(name));
      } else {
        naive->Insert(change.prefix, static_cast<uint32_t>(name));
      }
    }
  }
  return Errno::kOk;
}

TEST_F(ConfigSessionTest, AfterAnySessionTheDeviceIsWhatTheNaiveModelSaysInEveryGrain) {
  for (const Profile* profile : {&kLinux616, &kWireguardGo, &kBoringtun}) {
    Profile with_removal = *profile;
    with_removal.has_remove_me = true;
    Use(&with_removal);
    RandomRequests random(11);
    std::vector<char> peers;
    NaiveAllowedIps naive;
    for (int i = 0; i < 2000; ++i) {
      const SetDevice request = random.Request();
      ASSERT_EQ(Set(request), ApplyNaively(request, &peers, &naive));
      const GetDevice get = device_->Get();
      ASSERT_EQ(get.peers.size(), peers.size());
      for (size_t p = 0; p < peers.size(); ++p) {
        ASSERT_EQ(get.peers[p].public_key, Key(peers[p]));
        ASSERT_EQ(get.peers[p].allowed_ips, naive.ListOf(static_cast<uint32_t>(peers[p])));
      }
      ASSERT_EQ(device_->state().allowed_ips.Validate(), "");
    }
    Use(&kLinux616);
  }
}

TEST_F(ConfigSessionTest, AfterReplaceTheSetIsExactlyTheListAndNothingElseMoved) {
  RandomRequests random(12);
  for (int i = 0; i < 500; ++i) {
    Set(random.Request());
    Set(Peers({Add('A')}));
    NaiveAllowedIps before;
    for (const GetPeer& peer : device_->Get().peers) {
      for (const Prefix& prefix : peer.allowed_ips) before.Insert(prefix, peer.public_key.bytes[0]);
    }
    SetPeer replace = Replace('A', {});
    before.RemoveByOwner('A');
    for (uint64_t n = random.Below(8); n > 0; --n) {
      replace.allowed_ips.push_back({.prefix = random.Draw()});
      before.Insert(replace.allowed_ips.back().prefix, 'A');
    }
    ASSERT_EQ(Set(Peers({replace})), Errno::kOk);
    for (const GetPeer& peer : device_->Get().peers) {
      ASSERT_EQ(peer.allowed_ips, before.ListOf(peer.public_key.bytes[0]));
    }
  }
}

}  // namespace
}  // namespace wg
