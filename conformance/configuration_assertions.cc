// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/configuration_assertions.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "conformance/session_steps.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/errno.h"
#include "protocol/ip.h"

namespace conformance {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using wg::Tester;
using wg::WireOut;

wg::AllowedIpChange Entry(const std::string& text) {
  const bool remove = text[0] == '-';
  return {.prefix = *wg::Prefix::Parse(remove ? text.substr(1) : text), .remove = remove};
}

wg::SetPeer Lists(const Tester& t, const std::vector<std::string>& entries, bool replace = false) {
  wg::SetPeer peer{.public_key = t.public_key, .replace_allowed_ips = replace};
  for (const std::string& entry : entries) peer.allowed_ips.push_back(Entry(entry));
  return peer;
}

std::string ListOf(Script& s, const Tester& t) {
  return absl::StrJoin(
      s.PeerOf(t).allowed_ips, " ",
      [](std::string* out, const wg::Prefix& prefix) { *out += prefix.ToString(); });
}

wg::PrivateKey Key(uint8_t byte) {
  wg::PrivateKey key;
  key.bytes.fill(byte);
  return key;
}

// Somebody who is configured and has nothing else.
Tester AddQuiet(Script& s, uint8_t number) {
  Tester t = s.MakeStranger(number);
  s.SetPeer({.public_key = t.public_key});
  return t;
}

void RemovalIgnoresTheRest(Script& s) {
  Tester t = AddQuiet(s, 7);
  wg::SetPeer peer = Lists(t, {"10.0.0.0/8"});
  peer.remove = true;
  peer.preshared_key = wg::PresharedKey();
  peer.persistent_keepalive = 3;
  s.SetPeer(std::move(peer));
  s.CheckNumber("peers after an entry that removes and says more", s.target().Read().peers.size(),
                0);
}

void UnknownPeers(Script& s) {
  const Tester t = s.MakeStranger(7);
  wg::SetPeer peer = Lists(t, {"10.0.0.0/8"});
  peer.update_only = true;
  s.SetPeer(std::move(peer));
  s.SetPeer({.public_key = t.public_key, .remove = true});
  s.CheckNumber("peers after an update and a removal of one that is not there",
                s.target().Read().peers.size(), 0);
}

void OwnKey(Script& s) {
  wg::SetPeer peer{.public_key = s.public_key()};
  peer.allowed_ips.push_back(Entry("10.0.0.0/8"));
  s.SetPeer(std::move(peer));
  s.CheckNumber("peers after the own key", s.target().Read().peers.size(), 0);
  const Tester t = AddQuiet(s, 7);
  s.SetPrivateKey(t.private_key);
  s.CheckNumber("peers after a peer's key has become the own one", s.target().Read().peers.size(),
                0);
}

void SameKey(Script& s) {
  Tester& t = s.AddTester();
  const wg::PrivateKey clamped = *s.target().Read().private_key;
  const auto session = s.SessionByTester(t);
  if (!session) return;
  s.SetPrivateKey(clamped);
  const std::vector<WireOut> out = s.SendInner(t);
  if (s.Check("a packet after the same key was set again", out, "4")) {
    s.Check("under the session that there was", t.Open(*session, out[0].bytes).has_value());
  }
}

void NewKey(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTarget(t);
  if (!session) return;
  s.SetPrivateKey(Key(0x33));
  s.Check("a new private key sends nothing", s.Pass(kApart), "");
  s.Check("until there is a packet, which does not wait 5 s", s.SendInner(t), "1");
  s.Check("data under the old session is still delivered", Arrives(s, t, *session, 1));
}

void NoKey(Script& s) {
  Tester& t = s.AddTester();
  if (!s.SessionByTarget(t)) return;
  s.SetPrivateKey(wg::PrivateKey());
  s.Check("no private key is shown", !s.target().Read().private_key.has_value());
  s.Check("a packet", s.SendInner(t), "");
  s.Check("nothing is sent in 7 s", s.Pass(seconds(7)), "");
}

void Clamping(Script& s) {
  wg::PrivateKey key = Key(0xff);
  s.SetPrivateKey(key);
  key.bytes.front() = 0xf8;
  key.bytes.back() = 0x7f;
  const auto shown = s.target().Read().private_key;
  s.Check("the key that is shown is clamped", shown.has_value() && *shown == key);
}

void Ports(Script& s) {
  const auto set = [&](uint16_t port) {
    wg::SetDevice request;
    request.listen_port = port;
    s.Check("a port is taken", s.Configure(request) == wg::Errno::kOk);
    return s.target().Read().listen_port;
  };
  s.CheckNumber("a port that was asked for", set(41001), 41001);
  s.CheckNumber("the same again", set(41001), 41001);
  const uint16_t picked = set(0);
  s.Check("any port: another one", picked != 0 && picked != 41001);
  s.target().SetUp(false);
  set(41002);
  s.target().SetUp(true);
  s.CheckNumber("one that was set while the interface was down", s.target().Read().listen_port,
                41002);
  Tester& t = s.AddTester();
  s.Check("it is used", s.Exchange(t.MakeInitiation(s.now()), t), "2");
}

void Order(Script& s) {
  const Tester old = AddQuiet(s, 7), one = s.MakeStranger(8), two = s.MakeStranger(9);
  wg::SetDevice request;
  request.replace_peers = true;
  request.fwmark = 5;
  request.listen_port = 41003;
  request.peers.push_back({.public_key = one.public_key});
  request.peers.push_back({.public_key = two.public_key});
  s.Check("the request is taken", s.Configure(request) == wg::Errno::kOk);
  const wg::GetDevice device = s.target().Read();
  s.CheckNumber("peers: those that are listed and no other", device.peers.size(), 2);
  for (const wg::GetPeer& peer : device.peers)
    s.Check("not the old one", peer.public_key != old.public_key);
  s.CheckNumber("mark", device.fwmark, 5);
  s.CheckNumber("port", device.listen_port, 41003);
  wg::SetDevice nothing;
  nothing.replace_peers = true;
  s.Check("a replacement by nobody is taken", s.Configure(nothing) == wg::Errno::kOk);
  s.CheckNumber("peers after it", s.target().Read().peers.size(), 0);
}

void PresharedKeys(Script& s) {
  Tester& t = s.AddTester();
  s.Check("none at first: zeros", s.PeerOf(t).preshared_key == wg::PresharedKey());
  const auto session = s.SessionByTester(t);
  if (!session) return;
  wg::PresharedKey psk;
  psk.bytes.fill(5);
  s.SetPeer({.public_key = t.public_key, .preshared_key = psk});
  s.Check("it is shown", s.PeerOf(t).preshared_key == psk);
  s.Check("the session goes on", SendsUnder(s, t, *session));
  s.Pass(kApart);
  t.psk = psk;
  const std::vector<WireOut> out = s.Exchange(t.MakeInitiation(s.now()), t);
  s.Check("the next handshake uses it",
          out.size() == 1 && t.ConsumeResponse(out[0].bytes).has_value());
  s.SetPeer({.public_key = t.public_key, .preshared_key = wg::PresharedKey()});
  s.Check("a zero key removes it", s.PeerOf(t).preshared_key == wg::PresharedKey());
}

void Keepalives(Script& s) {
  Tester& t = s.AddTester();
  if (!s.SessionByTarget(t)) return;
  s.SetPeer({.public_key = t.public_key, .persistent_keepalive = 25});
  s.Check("from 0 to 25 s", s.Pass(kApart), "4");
  s.SetPeer({.public_key = t.public_key, .persistent_keepalive = 2});
  s.Check("from 25 s to 2 s nothing is sent at once", s.Pass(seconds(1)), "");
  s.SetPeer({.public_key = t.public_key, .persistent_keepalive = 0});
  s.Check("after 0 there are none", s.Pass(seconds(5)), "");
}

void EndpointFlushes(Script& s) {
  Tester t = s.MakeStranger(7);
  s.SetPeer({.public_key = t.public_key, .persistent_keepalive = 25});
  s.Check("an interval without an endpoint", s.Pass(milliseconds(500)), "");
  s.Check("no endpoint is shown", !s.PeerOf(t).endpoint);
  s.SetPeer({.public_key = t.public_key, .endpoint = t.address});
  const std::vector<WireOut> out = s.Pass(milliseconds(5800));
  s.Check("the endpoint lets it initiate within 5.8 s", !out.empty() && out[0].bytes[0] == 1);
}

void PeerOrder(Script& s) {
  std::vector<std::string> added, listed;
  // So many that no other order looks like this one by chance.
  for (const uint8_t number : {31, 27, 29, 24, 22, 30, 21, 25, 28, 23, 26, 20})
    added.push_back(wg::ToHex(AddQuiet(s, number).public_key.bytes));
  for (const wg::GetPeer& peer : s.target().Read().peers)
    listed.push_back(wg::ToHex(peer.public_key.bytes));
  s.Check("peers in the order of their creation", absl::StrJoin(listed, " "),
          absl::StrJoin(added, " "));
}

void ListsInOneRequest(Script& s) {
  Tester t = AddQuiet(s, 7);
  Tester other = AddQuiet(s, 8);
  s.SetPeer(Lists(t, {"10.0.0.1/32", "10.0.0.1/32"}));
  s.Check("the same entry twice", ListOf(s, t), "10.0.0.1/32");
  wg::SetDevice request;
  request.peers = {Lists(t, {"10.0.0.9/32"}), Lists(other, {"10.0.0.9/32"})};
  s.Check("one prefix for two peers is taken", s.Configure(request) == wg::Errno::kOk);
  s.Check("the first has it not", ListOf(s, t), "10.0.0.1/32");
  s.Check("the last has it", ListOf(s, other), "10.0.0.9/32");
  s.SetPeer(Lists(t, {"10.0.0.2/32"}));
  s.Check("a list without a replacement is added", ListOf(s, t), "10.0.0.1/32 10.0.0.2/32");
  s.SetPeer(Lists(t, {"10.0.0.3/32"}, /*replace=*/true));
  s.Check("a replacement is all there is", ListOf(s, t), "10.0.0.3/32");
  const Tester fresh = s.MakeStranger(9);
  s.SetPeer(Lists(fresh, {"10.1.0.0/16"}, /*replace=*/true));
  s.Check("a replacement for a new peer", ListOf(s, fresh), "10.1.0.0/16");
}

void SingleRemovals(Script& s) {
  Tester t = AddQuiet(s, 7);
  Tester other = AddQuiet(s, 8);
  s.SetPeer(Lists(t, {"10.0.0.1/32", "10.0.0.2/32"}));
  s.SetPeer(Lists(t, {"-10.0.0.1/32"}));
  s.Check("after a removal", ListOf(s, t), "10.0.0.2/32");
  s.SetPeer(Lists(other, {"-10.0.0.2/32", "-10.9.0.0/16"}));
  s.Check("removals of what is not the peer's are no error and do nothing", ListOf(s, t),
          "10.0.0.2/32");
  s.SetPeer(Lists(t, {"10.0.0.3/32", "-10.0.0.3/32"}));
  s.Check("added and removed in one list", ListOf(s, t), "10.0.0.2/32");
  s.SetPeer(Lists(t, {"-10.0.0.2/32", "10.0.0.2/32"}));
  s.Check("removed and added in one list", ListOf(s, t), "10.0.0.2/32");
}

void Failures(Script& s) {
  const Tester one = s.MakeStranger(7), two = s.MakeStranger(8), three = s.MakeStranger(9);
  wg::SetDevice request;
  request.peers = {Lists(one, {"10.0.0.1/32"}),
                   Lists(two, {"10.0.0.2/32", "10.0.0.3/32", "10.0.0.4/32"}),
                   Lists(three, {"10.0.0.5/32"})};
  request.peers[1].persistent_keepalive = 9;
  request.peers[1].allowed_ips[1].error = wg::Errno::kInval;
  s.Check("the second peer's second entry is wrong", s.Configure(request) == wg::Errno::kInval);
  s.CheckNumber("peers: not those after it", s.target().Read().peers.size(), 2);
  s.Check("the first peer", ListOf(s, one), "10.0.0.1/32");
  s.Check("of the second what stood before", ListOf(s, two), "10.0.0.2/32");
  s.CheckNumber("its interval is not applied", s.PeerOf(two).persistent_keepalive, 0);
  s.SetPeer(Lists(one, {"10.1.0.1/32", "10.1.0.2/32"}));
  request.peers = {Lists(one, {"10.1.0.7/32", "10.1.0.8/32"}, /*replace=*/true)};
  request.peers[0].allowed_ips[1].error = wg::Errno::kInval;
  s.Check("a replacement with a wrong entry", s.Configure(request) == wg::Errno::kInval);
  s.Check("leaves what stood before that", ListOf(s, one), "10.1.0.7/32");
}

void RemovedPeers(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  s.SetPeer({.public_key = t.public_key, .remove = true});
  s.Check("data of a peer that has been removed", !Arrives(s, t, *session, 1));
  s.Pass(kApart);
  s.Check("its initiation", s.Exchange(t.MakeInitiation(s.now()), t), "");
  s.SetPeer({.public_key = t.public_key});
  s.Pass(kApart);
  s.Check("when it is a peer again", s.Exchange(t.MakeInitiation(s.now()), t), "2");
}

void ManyAllowedIps(Script& s) {
  Tester t = AddQuiet(s, 7);
  wg::SetPeer peer{.public_key = t.public_key};
  constexpr uint32_t kCount = 6000;
  for (uint32_t i = 0; i < kCount; ++i) {
    peer.allowed_ips.push_back({.prefix = wg::Prefix::Host(wg::IpAddress::V4(0x0a000000 + i))});
  }
  s.SetPeer(std::move(peer));
  const std::vector<wg::Prefix> list = s.PeerOf(t).allowed_ips;
  if (!s.CheckNumber("allowed ips that are read back", list.size(), kCount)) return;
  size_t wrong = 0;
  for (uint32_t i = 0; i < kCount; ++i)
    wrong += list[i] != wg::Prefix::Host(wg::IpAddress::V4(0x0a000000 + i));
  s.CheckNumber("of them out of order", wrong, 0);
}

}  // namespace

std::vector<Assertion> ConfigurationAssertions() {
  return {
      {"NL_012_013_UnknownPeersAreNotMadeByUpdatesOrRemovals", &UnknownPeers},
      {"NL_014_ARemovalIgnoresTheRestOfItsEntry", &RemovalIgnoresTheRest},
      {"NL_015_016_TheOwnKeyIsNoPeer", &OwnKey},
      {"NL_017_TheSamePrivateKeyDisturbsNothing", &SameKey},
      {"NL_018_064_ANewPrivateKeyMakesTheNextPacketInitiate", &NewKey},
      {"NL_019_PrivateKeysAreShownClamped", &Clamping},
      {"NL_020_021_WithoutPrivateKeyNothingIsSent", &NoKey},
      {"NL_024_025_027_PortsAreTakenPickedAndKept", &Ports},
      {"NL_028_058_AReplacementOfPeersComesBeforeThePeers", &Order},
      {"NL_029_030_031_WhatStandsBeforeAWrongEntryStays", &Failures, false, kNetlink},
      {"NL_036_066_SingleAddressesAreRemovedAndAddedInTheirOrder", &SingleRemovals},
      {"NL_037_065_067_068_ListsAreAddedOrReplaced", &ListsInOneRequest},
      {"NL_038_043_PresharedKeysAreForTheNextHandshake", &PresharedKeys},
      {"NL_039_040_041_AnIntervalThatIsSwitchedOnSendsAtOnce", &Keepalives},
      {"NL_042_044_AnEndpointLetsItInitiate", &EndpointFlushes},
      {"NL_045_PeersAreListedInTheOrderOfTheirCreation", &PeerOrder},
      {"NL_046_LongListsAreReadBackWhole", &ManyAllowedIps},
      {"NL_059_060_ARemovedPeerIsAStranger", &RemovedPeers},
  };
}

}  // namespace conformance
