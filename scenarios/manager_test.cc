// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/manager.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace scenario {
namespace {

wg::Prefix Net(absl::string_view text) { return wg::Prefix::Parse(text).value(); }

wg::PublicKey Key(char name) {
  wg::PublicKey key;
  key.bytes[0] = static_cast<uint8_t>(name);
  return key;
}

// "a! 10.0.0.1/32 -10.0.0.2/32": peer a with REPLACE_ALLOWEDIPS, one added, one removed. "zero" is the dummy peer,
// "~" REMOVE_ME of the peer.
std::string Text(const std::vector<wg::SetDevice>& requests) {
  std::vector<std::string> lines;
  for (const wg::SetDevice& request : requests) {
    for (const wg::SetPeer& peer : request.peers) {
      std::string line = peer.public_key.IsZero() ? "zero" : std::string(1, peer.public_key.bytes[0]);
      if (peer.replace_allowed_ips) line += "!";
      if (peer.remove) line += "~";
      for (const wg::AllowedIpChange& ip : peer.allowed_ips) {
        absl::StrAppend(&line, " ", ip.remove ? "-" : "", ip.prefix.ToString());
      }
      lines.push_back(line);
    }
  }
  return absl::StrJoin(lines, "; ");
}

Manager WithTwoPeers(plan::Method method) {
  Manager manager(method);
  manager.Adopt(Key('a'), {Net("10.0.0.1"), Net("10.0.0.2")});
  manager.Adopt(Key('b'), {Net("10.0.1.1")});
  return manager;
}

TEST(Manager, CiliumUntil1162ReplacesTheFullListForEveryChange) {
  Manager manager = WithTwoPeers(plan::Method::kReplace);
  EXPECT_EQ(Text(manager.Add(Key('a'), Net("10.0.0.3"))),
            "a! 10.0.0.1/32 10.0.0.2/32 10.0.0.3/32");
  EXPECT_EQ(Text(manager.Remove(Key('a'), Net("10.0.0.1"))), "a! 10.0.0.2/32 10.0.0.3/32");
  EXPECT_EQ(Text(manager.Move(Key('a'), Key('b'), Net("10.0.0.2"))),
            "b! 10.0.1.1/32 10.0.0.2/32; a! 10.0.0.3/32");
}

TEST(Manager, CiliumSinceThenMovesWhatGoesToAZeroKeyPeerAndRemovesThat) {
  Manager manager = WithTwoPeers(plan::Method::kDummyPeer);
  EXPECT_EQ(Text(manager.Add(Key('a'), Net("10.0.0.3"))), "a 10.0.0.3/32");
  EXPECT_EQ(Text(manager.Remove(Key('a'), Net("10.0.0.1"))), "zero 10.0.0.1/32; zero~");
  EXPECT_EQ(Text(manager.Move(Key('a'), Key('b'), Net("10.0.0.2"))), "b 10.0.0.2/32");
}

TEST(Manager, RemoveMeTouchesTheOneAddressAlone) {
  Manager manager = WithTwoPeers(plan::Method::kRemoveMe);
  EXPECT_EQ(Text(manager.Add(Key('a'), Net("10.0.0.3"))), "a 10.0.0.3/32");
  EXPECT_EQ(Text(manager.Remove(Key('a'), Net("10.0.0.1"))), "a -10.0.0.1/32");
  EXPECT_EQ(Text(manager.Move(Key('a'), Key('b'), Net("10.0.0.2"))), "b 10.0.0.2/32");
}

TEST(Manager, SeveralChangesOfOnePeerAreOneReconfiguration) {
  const std::vector<wg::Prefix> add = {Net("10.0.0.8"), Net("10.0.0.9")};
  const std::vector<wg::Prefix> remove = {Net("10.0.0.1"), Net("10.0.0.2")};
  Manager replace = WithTwoPeers(plan::Method::kReplace);
  EXPECT_EQ(Text(replace.Change(Key('a'), add, remove)), "a! 10.0.0.8/32 10.0.0.9/32");
  Manager dummy = WithTwoPeers(plan::Method::kDummyPeer);
  EXPECT_EQ(Text(dummy.Change(Key('a'), add, remove)),
            "a 10.0.0.8/32 10.0.0.9/32; zero 10.0.0.1/32 10.0.0.2/32; zero~");
  Manager remove_me = WithTwoPeers(plan::Method::kRemoveMe);
  EXPECT_EQ(Text(remove_me.Change(Key('a'), add, remove)),
            "a -10.0.0.1/32 -10.0.0.2/32 10.0.0.8/32 10.0.0.9/32");
}

TEST(Manager, WhatOnePeerIsGivenNoLaterRequestGivesBackToTheOther) {
  Manager manager = WithTwoPeers(plan::Method::kReplace);
  EXPECT_EQ(Text(manager.Add(Key('b'), Net("10.0.0.2"))), "b! 10.0.1.1/32 10.0.0.2/32");
  EXPECT_EQ(Text(manager.Add(Key('a'), Net("10.0.0.3"))), "a! 10.0.0.1/32 10.0.0.3/32");
}

TEST(Manager, WhatIsAlreadySoNeedsNoRequest) {
  for (plan::Method method : {plan::Method::kReplace, plan::Method::kDummyPeer, plan::Method::kRemoveMe}) {
    Manager manager = WithTwoPeers(method);
    EXPECT_TRUE(manager.Add(Key('a'), Net("10.0.0.1")).empty());
    EXPECT_TRUE(manager.Remove(Key('b'), Net("10.0.0.1")).empty());
    EXPECT_EQ(manager.wanted(Key('a')).size(), 2u);
  }
}

}  // namespace
}  // namespace scenario
