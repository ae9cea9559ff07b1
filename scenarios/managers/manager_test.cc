// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/managers/manager.h"

#include <string>

#include "gtest/gtest.h"
#include "scenarios/managers/managed_device.h"

namespace scenario {
namespace {

using Kind = MeshEvent::Kind;
using plan::Method;
using std::chrono::milliseconds;
using std::chrono::seconds;

MeshNode Node(char key, std::vector<wg::Prefix> prefixes) {
  return {.present = true, .key = TestKey(key), .prefixes = std::move(prefixes)};
}

// "a! 10.0.0.1/32 -10.0.0.2/32": peer a with REPLACE_ALLOWEDIPS, one added, one removed. "zero" is the dummy peer, "~"
// REMOVE_ME of the peer; a device with REPLACE_PEERS begins with "!!".
std::string Short(const std::vector<Manager::Change>& changes) {
  std::string text;
  for (const Manager::Change& change : changes) {
    for (const wg::SetDevice& request : change.requests) {
      absl::StrAppend(&text, text.empty() ? "" : "; ", request.replace_peers ? "!!" : "");
      for (const wg::SetPeer& peer : request.peers) {
        absl::StrAppend(&text, &peer == &request.peers.front() ? "" : ", ",
                        peer.public_key.IsZero() ? std::string("zero")
                                                 : std::string(1, peer.public_key.bytes[0]),
                        peer.replace_allowed_ips ? "!" : "", peer.remove ? "~" : "");
        for (const wg::AllowedIpChange& ip : peer.allowed_ips) {
          absl::StrAppend(&text, " ", ip.remove ? "-" : "", ip.prefix.ToString());
        }
      }
    }
  }
  return text;
}

// The program alone, of which nothing is carried out.
class Program {
 public:
  explicit Program(Method method)
      : manager_(MakeManager(method, {.values = UsualValues(method), .read_device = [] { return wg::GetDevice(); }})) {
    manager_->Adopt(0, Node('a', {Net("10.0.0.1"), Net("10.0.0.2")}));
    manager_->Adopt(1, Node('b', {Net("10.0.1.1")}));
    manager_->Start(sim::kStart);
  }

  std::string Change(int node, std::vector<wg::Prefix> add, std::vector<wg::Prefix> remove) {
    return Said({.kind = Kind::kPrefixes, .node = node, .add = std::move(add), .remove = std::move(remove)});
  }
  std::string Add(int node, absl::string_view prefix) { return Change(node, {Net(prefix)}, {}); }
  std::string Remove(int node, absl::string_view prefix) { return Change(node, {}, {Net(prefix)}); }
  std::string Move(int from, int to, absl::string_view prefix) {
    return Said({.kind = Kind::kMove, .node = to, .from = from, .add = {Net(prefix)}});
  }
  const Manager& manager() const { return *manager_; }

 private:
  std::string Said(const MeshEvent& event) {
    manager_->Hear(event, sim::kStart);
    return Short(manager_->Take());
  }

  std::unique_ptr<Manager> manager_;
};

TEST(Manager, CiliumUntil1162ReplacesTheFullListForEveryChange) {
  Program program(Method::kReplace);
  EXPECT_EQ(program.Add(0, "10.0.0.3"), "a! 10.0.0.1/32 10.0.0.2/32 10.0.0.3/32");
  EXPECT_EQ(program.Remove(0, "10.0.0.1"), "a! 10.0.0.2/32 10.0.0.3/32");
  EXPECT_EQ(program.Move(0, 1, "10.0.0.2"), "b! 10.0.1.1/32 10.0.0.2/32; a! 10.0.0.3/32");
}

TEST(Manager, CiliumSinceThenMovesWhatGoesToAZeroKeyPeerAndRemovesThat) {
  Program program(Method::kDummyPeer);
  EXPECT_EQ(program.Add(0, "10.0.0.3"), "a 10.0.0.3/32");
  EXPECT_EQ(program.Remove(0, "10.0.0.1"), "zero 10.0.0.1/32; zero~");
  EXPECT_EQ(program.Move(0, 1, "10.0.0.2"), "b 10.0.0.2/32");
}

TEST(Manager, RemoveMeTouchesTheOneAddressAlone) {
  Program program(Method::kRemoveMe);
  EXPECT_EQ(program.Add(0, "10.0.0.3"), "a 10.0.0.3/32");
  EXPECT_EQ(program.Remove(0, "10.0.0.1"), "a -10.0.0.1/32");
  EXPECT_EQ(program.Move(0, 1, "10.0.0.2"), "b 10.0.0.2/32");
}

TEST(Manager, SeveralChangesOfOnePeerAreOneReconfiguration) {
  const std::vector<wg::Prefix> add = {Net("10.0.0.8"), Net("10.0.0.9")};
  const std::vector<wg::Prefix> remove = {Net("10.0.0.1"), Net("10.0.0.2")};
  EXPECT_EQ(Program(Method::kReplace).Change(0, add, remove), "a! 10.0.0.8/32 10.0.0.9/32");
  EXPECT_EQ(Program(Method::kDummyPeer).Change(0, add, remove),
            "a 10.0.0.8/32 10.0.0.9/32; zero 10.0.0.1/32 10.0.0.2/32; zero~");
  EXPECT_EQ(Program(Method::kRemoveMe).Change(0, add, remove),
            "a -10.0.0.1/32 -10.0.0.2/32 10.0.0.8/32 10.0.0.9/32");
}

TEST(Manager, WhatOnePeerIsGivenNoLaterRequestGivesBackToTheOther) {
  Program program(Method::kReplace);
  EXPECT_EQ(program.Add(1, "10.0.0.2"), "b! 10.0.1.1/32 10.0.0.2/32");
  EXPECT_EQ(program.Add(0, "10.0.0.3"), "a! 10.0.0.1/32 10.0.0.3/32");
}

TEST(Manager, WhatIsAlreadySoNeedsNoRequest) {
  for (int m = 0; m < plan::kMethods; ++m) {
    Program program(static_cast<Method>(m));
    EXPECT_EQ(program.Add(0, "10.0.0.1"), "");
    EXPECT_EQ(program.Remove(1, "10.0.0.1"), "");
    EXPECT_EQ(program.manager().nodes()[0].prefixes.size(), 2u);
  }
}

TEST(MeshEvent, SaysWhatChanges) {
  MeshEvent event{.kind = Kind::kPrefixes, .add = {Net("10.0.0.1")}};
  EXPECT_EQ(WordsOf(event), "add 10.0.0.1/32");
  event.kind = Kind::kMove;
  event.remove = {Net("10.0.0.0/24"), Net("fd00::1")};
  EXPECT_EQ(WordsOf(event), "remove 10.0.0.0/24, remove fd00::1/128, move 10.0.0.1/32");
  EXPECT_EQ(WordsOf({.kind = Kind::kNodeRemoved}), "node leaves");
}

TEST(Manager, WhatAnErrorLeftOverGoesWithThePeersNextUpdate) {
  ManagedDevice device(Method::kDummyPeer);
  device.Adopt(0, Node('a', {Net("10.0.0.1"), Net("10.0.0.2")}));
  device.Start();
  device.RefuseNext();
  device.Tell({.kind = Kind::kPrefixes, .node = 0, .remove = {Net("10.0.0.1")}});
  device.TakeText();
  device.Tell({.kind = Kind::kPrefixes, .node = 0, .add = {Net("10.0.0.3")}});
  EXPECT_EQ(device.TakeText(),
            "0.000 s  add 10.0.0.3/32\n"
            "    SET_DEVICE peers=[{public_key=a allowedips=[10.0.0.3/32]}]\n"
            "    SET_DEVICE peers=[{public_key=zero allowedips=[10.0.0.1/32]}]\n"
            "    SET_DEVICE peers=[{public_key=zero flags=REMOVE_ME}]\n");
}

TEST(Manager, TheGcOfCiliumIsTriedThreeTimesAgainWithGrowingDistance) {
  ManagedDevice device(Method::kDummyPeer);
  device.Start();
  device.Configure({.peers = {{.public_key = TestKey('y')}}});
  const std::string tried =
      "gc\n    SET_DEVICE peers=[{public_key=y flags=REMOVE_ME}]\n    refused\n";
  device.RefuseNext();
  device.Tell({.kind = Kind::kResync});
  EXPECT_EQ(device.TakeText(), "0.000 s  " + tried);
  for (const auto& [at, text] : {std::pair(100, "0.100 s  "), std::pair(300, "0.300 s  "),
                                 std::pair(700, "0.700 s  ")}) {
    device.RefuseNext();
    device.RunTo(milliseconds(at));
    EXPECT_EQ(device.TakeText(), text + tried);
  }
  device.RunTo(seconds(1000));
  EXPECT_EQ(device.TakeText(), "");
}

TEST(Manager, CalicoLeavesOutNodesThatClaimOneKey) {
  ManagedDevice device(Method::kCalico);
  device.Adopt(0, Node('a', {Net("10.0.0.1")}));
  device.Start();
  device.Tell({.kind = Kind::kNodeAdded, .node = 1, .state = Node('a', {})});
  EXPECT_EQ(device.TakeText(),
            "0.000 s  node joins\n    SET_DEVICE peers=[{public_key=a flags=REMOVE_ME}]\n");
  device.Tell({.kind = Kind::kKeyChanged, .node = 1, .state = Node('b', {})});
  EXPECT_EQ(device.TakeText(),
            "0.000 s  new key\n"
            "    SET_DEVICE peers=[{public_key=a flags=REPLACE_ALLOWEDIPS allowedips=[10.0.0.1/32]}, "
            "{public_key=b flags=REPLACE_ALLOWEDIPS}]\n");
}

TEST(Manager, NetmakerWaitsUntilNothingHappensButNotForever) {
  ManagedDevice device(Method::kNetmaker);
  device.Adopt(0, Node('a', {}));
  device.Start();
  for (int i = 0; i < 20; ++i) {
    device.RunTo(milliseconds(400 * i));
    device.Tell({.kind = Kind::kPrefixes, .node = 0, .add = {wg::Prefix::Host(wg::IpAddress::V4(i))}});
  }
  device.RunTo(seconds(20));
  const std::string text = device.TakeText();
  // Events at 0, 0.4 ... 7.6 s: a push 3 s after the first that was not pushed yet, and 0.5 s after the last.
  EXPECT_NE(text.find("3.000 s  push"), std::string::npos) << text;
  EXPECT_NE(text.find("6.200 s  push"), std::string::npos) << text;
  EXPECT_NE(text.find("8.100 s  push"), std::string::npos) << text;
}

TEST(Manager, KiloConfiguresEverythingAtEachLookIfItNeverFindsThingsEqual) {
  for (const bool never_equal : {false, true}) {
    plan::Manager values = UsualValues(Method::kKilo);
    values.never_equal = never_equal;
    ManagedDevice device(Method::kKilo, values);
    device.Adopt(0, Node('a', {Net("10.0.0.1")}));
    device.Start();
    device.RunTo(seconds(65));
    const std::string text = device.TakeText();
    EXPECT_EQ(text.find("30.000 s  resync") != std::string::npos, never_equal) << text;
    EXPECT_EQ(text.find("60.000 s  resync") != std::string::npos, never_equal) << text;
  }
}

TEST(Manager, NetworkdTriesFailingNamesAgainAfter400And800Milliseconds) {
  plan::Manager values = UsualValues(Method::kNetworkd);
  values.dns_failures = 2;
  ManagedDevice device(Method::kNetworkd, values);
  MeshNode a = Node('a', {Net("10.0.0.1")});
  a.endpoint = wg::Endpoint{wg::IpAddress::V4(0xc0000201), 51820};
  device.Adopt(0, a);
  device.Start();
  device.Tell({.kind = Kind::kPrefixes, .node = 0, .add = {Net("10.0.0.2")}});
  EXPECT_EQ(device.TakeText().find("endpoint"), std::string::npos);
  // The first answer after 20 to 40 ms, the others 400 and 800 ms, 10 % more or less, later.
  device.RunTo(milliseconds(20 + 360 + 720));
  EXPECT_EQ(device.TakeText(), "");
  device.RunTo(milliseconds(40 + 440 + 880));
  EXPECT_NE(device.TakeText().find("endpoint=192.0.2.1:51820"), std::string::npos);
}

TEST(Manager, BothSidesOfRosenpassAgree) {
  wg::PresharedKey keys[2];
  for (int side = 0; side < 2; ++side) {
    std::unique_ptr<Manager> manager = MakeManager(
        Method::kRosenpass, {.values = UsualValues(Method::kRosenpass), .read_device = [side] {
                               wg::GetDevice device;
                               device.public_key = TestKey(side == 0 ? 'a' : 'b');
                               return device;
                             }});
    manager->Adopt(0, Node(side == 0 ? 'b' : 'a', {}));
    manager->Start(sim::kStart);
    manager->Run(*manager->due());
    const std::vector<Manager::Change> changes = manager->Take();
    ASSERT_EQ(changes.size(), 1u);
    keys[side] = *changes[0].requests[0].peers[0].preshared_key;
  }
  EXPECT_EQ(keys[0], keys[1]);
  EXPECT_NE(keys[0], wg::PresharedKey{});
}

}  // namespace
}  // namespace scenario
