// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The tables of spec/data section 1.6 as texts: who answers after every step; prices, and the three
// grains.
#include "protocol/config_session.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "protocol/config_session_fixture.h"

namespace wg {
namespace {

// --- Section 1.6.

const std::vector<const char*> kTwo = {"192.168.0.2", "192.168.0.3"};

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

TEST_F(ConfigSessionTest, WithoutMemoryWhatWasAppliedStaysAndTheRestDoesNotCome) {
  // A peer; a leaf; a leaf and the node that joins it to the others; the same again.
  const std::string two = "192.168.0.2/32", three = "192.168.0.3/32", five = "192.168.0.5/32";
  const std::string lists[] = {"",
                               "A[]",
                               absl::StrCat("A[", two, "]"),
                               absl::StrCat("A[", two, "]"),
                               absl::StrCat("A[", two, " ", three, "]"),
                               absl::StrCat("A[", two, " ", three, "]"),
                               absl::StrCat("A[", two, " ", three, " ", five, "]")};
  for (uint32_t number = 1; number <= 7; ++number) {
    Use(&kLinux616);
    ConfigSession session(device_.get(), Peers({Add('A', {two, three, five})}));
    session.FailAllocation(number);
    while (session.Next()) session.Step(kNow, &fx_);
    EXPECT_EQ(session.error(), number == 7 ? Errno::kOk : Errno::kNoMem) << number;
    EXPECT_EQ(Config(), lists[number - 1]) << number;
  }
}

TEST_F(ConfigSessionTest, WhoeverIsAbandonedDoesNothingMore) {
  for (int steps = 0; steps < 5; ++steps) {
    Use(&kLinux616);
    ConfigSession session(device_.get(), TwoAddresses());
    for (int i = 0; i < steps; ++i) session.Step(kNow, &fx_);
    const std::string config = Config();
    // Also if the machine has lost all that the session was about.
    if (steps % 2 == 0) device_->LoseMemory(&fx_);
    session.Abandon();
    ASSERT_TRUE(session.Next());
    EXPECT_EQ(session.Next()->kind, StepKind::kEnd);
    session.Step(kNow, &fx_);
    EXPECT_FALSE(session.Next());
    EXPECT_EQ(Config(), steps % 2 == 0 ? "" : config);
  }
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

}  // namespace
}  // namespace wg
