// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What each program literally sends for one and the same script of events: one golden text for each.
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "scenarios/golden_file.h"
#include "scenarios/managers/managed_device.h"
#include "scenarios/plan_managers.h"

namespace scenario {
namespace {

using Kind = MeshEvent::Kind;
using std::chrono::milliseconds;
using std::chrono::seconds;

MeshNode Node(char key, int number) {
  return {.present = true,
          .key = TestKey(key),
          .endpoint = wg::Endpoint{wg::IpAddress::V4(0xc0000200 + number), 51820}};
}

MeshEvent Add(int node, absl::string_view prefix) {
  return {.kind = Kind::kPrefixes, .node = node, .add = {Net(prefix)}};
}
MeshEvent Remove(int node, absl::string_view prefix) {
  return {.kind = Kind::kPrefixes, .node = node, .remove = {Net(prefix)}};
}
MeshEvent About(Kind kind, int node, MeshNode state = {}) {
  return {.kind = kind, .node = node, .state = std::move(state)};
}

std::string Script(plan::Method method) {
  ManagedDevice device(method);
  MeshNode a = Node('a', 1), b = Node('b', 2), c = Node('c', 3);
  a.prefixes = {Net("10.1.0.1"), Net("10.1.0.2"), Net("10.1.0.3")};
  b.prefixes = {Net("10.2.0.1")};
  device.Adopt(0, a);
  device.Adopt(1, b);
  device.Start();
  int second = 0;
  const auto next = [&](absl::string_view what) {
    device.RunTo(seconds(second += 5));
    device.Note(absl::StrCat(second, " s: ", what));
  };
  next("a node joins, with one pod");
  device.Tell(Add(2, "10.3.0.1"));
  device.Tell(About(Kind::kNodeAdded, 2, c));
  next("a pod comes to a");
  device.Tell(Add(0, "10.1.0.4"));
  next("a pod of a goes");
  device.Tell(Remove(0, "10.1.0.1"));
  next("a pod moves from a to b");
  device.Tell({.kind = Kind::kMove, .node = 1, .from = 0, .add = {Net("10.1.0.2")}});
  next("b is reached elsewhere");
  b.endpoint->port = 4500;
  device.Tell(About(Kind::kEndpointChanged, 1, b));
  next("c has another key");
  c.key = TestKey('C');
  device.Tell(About(Kind::kKeyChanged, 2, c));
  next("c is there under a third key, and no longer under the second");
  MeshNode again = c;
  again.key = TestKey('D');
  device.Tell(About(Kind::kKeyAdded, 2, again));
  device.Tell(About(Kind::kKeyRemoved, 2, c));
  next("c leaves");
  device.Tell(About(Kind::kNodeRemoved, 2));
  next("two pods come to a and one goes, before anything is done");
  device.TellTogether({Add(0, "10.1.0.5"), Remove(0, "10.1.0.3"), Add(0, "10.1.0.6")});
  next("somebody adds a peer x and takes 10.1.0.4 from a");
  device.Configure({.peers = {{.public_key = TestKey('x'), .allowed_ips = {{.prefix = Net("10.1.0.4")}}}}});
  device.RunTo(seconds(second = 135));
  device.Note("135 s: told to compare");
  device.Tell(About(Kind::kResync, -1));
  next("a peer y is there that nobody knows, and the program starts again");
  device.Configure({.peers = {{.public_key = TestKey('y'), .allowed_ips = {{.prefix = Net("10.4.0.0/24")}}}}});
  device.Tell(About(Kind::kRestart, -1));
  device.Tell(Add(1, "10.2.0.1"));
  device.Tell(About(Kind::kNodeAdded, 1, b));
  device.Tell(Add(0, "10.1.0.6"));
  device.Tell(About(Kind::kNodeAdded, 0, a));
  device.Tell(Add(1, "10.1.0.2"));
  device.Tell(Add(0, "10.1.0.5"));
  device.Tell(Add(0, "10.1.0.4"));
  device.Note("and now it has been told everything");
  device.Tell(About(Kind::kSynced, -1));
  device.RunTo(seconds(1200));
  device.Note("1200 s: a packet for a");
  device.Tell(About(Kind::kActive, 0));
  device.RunTo(seconds(1205));
  return device.TakeText();
}

class ProgramsGolden : public testing::TestWithParam<int> {};

TEST_P(ProgramsGolden, SendsWhatTheRealProgramSends) {
  const auto method = static_cast<plan::Method>(GetParam());
  const std::string text = Script(method);
  EXPECT_EQ(text, ReadGolden(absl::StrCat(absl::AsciiStrToLower(plan::Name(method)), ".txt"), text,
                             "scenarios/managers/golden"));
}

INSTANTIATE_TEST_SUITE_P(All, ProgramsGolden, testing::Range(0, plan::kMethods),
                         [](const auto& info) {
                           return std::string(plan::Name(static_cast<plan::Method>(info.param)));
                         });

}  // namespace
}  // namespace scenario
