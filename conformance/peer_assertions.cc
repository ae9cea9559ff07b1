// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/peer_assertions.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "conformance/session_steps.h"
#include "protocol/config.h"
#include "protocol/crypto/keys.h"
#include "protocol/ip.h"

namespace conformance {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using wg::Tester;
using wg::WireBytes;
using wg::WireOut;
using Session = wg::Tester::Session;

wg::PrivateKey Key(uint8_t byte) {
  wg::PrivateKey key;
  key.bytes.fill(byte);
  return key;
}

void NewPeer(Script& s) {
  const Tester t = s.MakeStranger(7);
  s.SetPeer({.public_key = t.public_key});
  const wg::GetPeer peer = s.PeerOf(t);
  s.Check("no preshared key", peer.preshared_key == wg::PresharedKey());
  s.Check("no endpoint", !peer.endpoint);
  s.Check("no handshake", peer.last_handshake == wg::WallTime());
  s.CheckNumber("bytes", peer.rx_bytes + peer.tx_bytes, 0);
  s.CheckNumber("keepalive interval", peer.persistent_keepalive, 0);
  s.CheckNumber("allowed ips", peer.allowed_ips.size(), 0);
  s.SetPeer({.public_key = t.public_key, .persistent_keepalive = 9});
  s.CheckNumber("peers after adding it again", s.target().Read().peers.size(), 1);
  s.CheckNumber("its interval then", s.PeerOf(t).persistent_keepalive, 9);
}

void OwnKey(Script& s) {
  s.SetPeer({.public_key = s.public_key()});
  s.CheckNumber("peers after adding the own key", s.target().Read().peers.size(), 0);
  Tester& t = s.AddTester();
  Tester& other = s.AddTester();
  s.SetPrivateKey(t.private_key);
  const std::vector<wg::GetPeer> peers = s.target().Read().peers;
  if (!s.CheckNumber("peers after a peer's key has become the own one", peers.size(), 1)) return;
  s.Check("the other one is left", peers[0].public_key == other.public_key);
}

void RemovedPeer(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  s.SetPeer({.public_key = t.public_key, .remove = true});
  s.Pass(kApart);
  s.Check("an initiation of a peer that has been removed", s.Exchange(t.MakeInitiation(s.now()), t),
          "");
  s.Check("data under its session is not delivered", !Arrives(s, t, *session, 1));
  s.Check("a packet for it", s.SendInner(t), "");
}

void MissingPeers(Script& s) {
  const Tester t = s.MakeStranger(7);
  s.SetPeer({.public_key = t.public_key, .update_only = true, .persistent_keepalive = 5});
  s.SetPeer({.public_key = t.public_key, .remove = true});
  s.CheckNumber("peers after an update and a removal of one that is not there",
                s.target().Read().peers.size(), 0);
}

void LearnedEndpoints(Script& s) {
  Tester& t = s.AddTester();
  wg::Endpoint elsewhere = t.address;
  elsewhere.port = 7777;
  const std::vector<WireOut> out = s.Exchange(t.MakeInitiation(s.now()), elsewhere);
  if (!s.Check("an initiation from another port", out, "2")) return;
  s.Check("the response goes there", out[0].remote.ToString(), elsewhere.ToString());
  s.Check("and it is shown", s.PeerOf(t).endpoint.ToString(), elsewhere.ToString());
  const auto session = t.ConsumeResponse(out[0].bytes);
  if (!s.Check("the tester opens the response", session.has_value())) return;
  elsewhere.port = 7778;
  s.Exchange(t.Keepalive(*session, 0), elsewhere);
  const std::vector<WireOut> data = s.SendInner(t);
  if (!s.Check("a packet after a keepalive from a third port", data, "4")) return;
  s.Check("goes there", data[0].remote.ToString(), elsewhere.ToString());
  s.SetPeer({.public_key = t.public_key, .endpoint = t.address});
  s.Exchange(t.Keepalive(*session, 1), elsewhere);
  s.Check("a configured endpoint is replaced by the next authenticated one",
          s.PeerOf(t).endpoint.ToString(), elsewhere.ToString());
}

void NotLearnedEndpoints(Script& s) {
  Tester& t = s.AddTester();
  Tester stranger = s.MakeStranger(99);
  wg::Endpoint elsewhere = t.address;
  elsewhere.port = 7777;
  const WireBytes good = t.MakeInitiation(s.now());
  if (!s.Check("an initiation", s.Exchange(good, t), "2")) return;
  s.Pass(kApart);
  WireBytes wrong = t.MakeInitiation(s.now());
  wrong[116] ^= 1;
  s.Exchange(wrong, elsewhere);
  wrong = t.MakeInitiation(s.now());
  wrong[50] ^= 1;
  t.SetMacs(&wrong);
  s.Exchange(wrong, elsewhere);
  s.Exchange(stranger.MakeInitiation(s.now()), elsewhere);
  s.Exchange(good, elsewhere);
  s.Check("after a wrong mac, a wrong seal, a stranger and a replay",
          s.PeerOf(t).endpoint.ToString(), t.address.ToString());
}

void CountersOfHandshakes(Script& s) {
  Tester& one = s.AddTester();
  if (!s.SessionByTester(one)) return;
  const wg::GetPeer by_tester = s.PeerOf(one);
  s.CheckNumber("received: an initiation and a keepalive", by_tester.rx_bytes, 148 + 32);
  s.CheckNumber("sent: a response", by_tester.tx_bytes, 92);
  Tester& two = s.AddTester();
  s.SetPeer({.public_key = two.public_key, .persistent_keepalive = 3600});
  const std::vector<WireOut> out = s.Pass(kApart);
  if (!s.Check("an interval initiates", out, "1")) return;
  if (!s.Check("the tester opens it", two.ConsumeInitiation(out[0].bytes))) return;
  Session session;
  s.Check("the response is confirmed by a keepalive",
          s.Exchange(two.MakeResponse({}, &session), two), "4");
  const wg::GetPeer by_target = s.PeerOf(two);
  s.CheckNumber("received: a response", by_target.rx_bytes, 92);
  s.CheckNumber("sent: an initiation and a keepalive", by_target.tx_bytes, 148 + 32);
}

void CountersOfData(Script& s) {
  Tester& t = s.AddTester();
  Tester& other = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  WireBytes padded = t.InnerFrom(1);
  padded.resize(96);
  const wg::GetPeer before = s.PeerOf(t);
  for (uint64_t i = 1; i <= 10; ++i) {
    s.Exchange(t.Data(*session, i, padded), t);
    s.SendInner(t);
  }
  s.CheckNumber("received with ten packets of 84 bytes", s.PeerOf(t).rx_bytes - before.rx_bytes,
                10 * 128);
  s.CheckNumber("sent with ten packets of 84 bytes", s.PeerOf(t).tx_bytes - before.tx_bytes,
                10 * 128);
  s.CheckNumber("of the other peer", s.PeerOf(other).rx_bytes + s.PeerOf(other).tx_bytes, 0);
}

void DownAndUp(Script& s) {
  Tester& t = s.AddTester();
  t.psk.bytes.fill(5);
  s.SetPeer({.public_key = t.public_key, .preshared_key = t.psk});
  const auto session = s.SessionByTester(t);
  if (!session) return;
  const wg::GetPeer before = s.PeerOf(t);
  s.target().SetUp(false);
  const wg::GetPeer after = s.PeerOf(t);
  s.Check("endpoint", after.endpoint.ToString(), before.endpoint.ToString());
  s.Check("preshared key", after.preshared_key == before.preshared_key);
  s.CheckNumber("allowed ips", after.allowed_ips.size(), before.allowed_ips.size());
  s.CheckNumber("bytes received", after.rx_bytes, before.rx_bytes);
  s.Check("latest handshake", after.last_handshake == before.last_handshake);
  s.target().SetUp(true);
  s.Check("data under a session from before is not delivered", !Arrives(s, t, *session, 1));
  s.Check("the first packet initiates at once", s.SendInner(t), "1");
}

void DownOpensTheGate(Script& s) {
  Tester& t = s.AddTester();
  s.Check("a packet for a peer without a session", s.SendInner(t, 1), "1");
  s.target().SetUp(false);
  s.target().SetUp(true);
  s.Pass(kApart);
  const std::vector<WireOut> out = s.SendInner(t, 2);
  if (!s.Check("after down and up the next packet initiates, although the last one is young", out,
               "1"))
    return;
  if (!s.Check("the tester opens it", t.ConsumeInitiation(out[0].bytes))) return;
  Session session;
  const std::vector<WireOut> data = s.Exchange(t.MakeResponse({}, &session), t);
  if (!s.Check("what waited before is gone: one packet follows", data, "4")) return;
  const auto plain = t.Open(session, data[0].bytes);
  s.Check("the second",
          plain && std::equal(plain->begin(), plain->begin() + 84, t.InnerTo(2).begin()));
}

void NewKeyOpensTheGate(Script& s) {
  Tester& t = s.AddTester();
  s.Check("a packet for a peer without a session", s.SendInner(t), "1");
  s.SetPrivateKey(Key(0x33));
  const std::vector<WireOut> out = s.SendInner(t);
  if (!s.Check("after a new private key the next packet initiates", out, "1")) return;
  t.device_key = s.public_key();
  s.Check("with the new key", t.ConsumeInitiation(out[0].bytes));
}

void Staging(Script& s) {
  Tester& t = s.AddTester();
  std::vector<WireOut> out = s.SendInner(t, 1);
  if (!s.Check("a packet for a peer without a session", out, "1")) return;
  if (!s.Check("the tester opens it", t.ConsumeInitiation(out[0].bytes))) return;
  for (uint32_t i = 2; i <= 5; ++i) s.Check("another", s.SendInner(t, i), "");
  Session session;
  out = s.Exchange(t.MakeResponse({}, &session), t);
  for (WireOut& more : s.SendInner(t, 6)) out.push_back(more);
  if (!s.Check("the answer sends them, then one more", out, "444444")) return;
  for (uint32_t i = 1; i <= 6; ++i) {
    const auto plain = t.Open(session, out[i - 1].bytes);
    s.Check(absl::StrCat("packet ", i, " is in its place"),
            plain && std::equal(plain->begin(), plain->begin() + 84, t.InnerTo(i).begin()));
  }
}

// Of 200 packets the newest that a queue has room for: `least` to `most` of them.
void LongStaging(Script& s) {
  Tester& t = s.AddTester();
  std::vector<WireOut> out = s.SendInner(t, 1);
  if (!s.Check("a packet for a peer without a session", out, "1")) return;
  if (!s.Check("the tester opens it", t.ConsumeInitiation(out[0].bytes))) return;
  for (uint32_t i = 2; i <= 200; ++i) s.target().SendInner(t.InnerTo(i));
  s.target().TakeDatagrams();
  Session session;
  out = s.Exchange(t.MakeResponse({}, &session), t);
  s.CheckNumber("packets of 200 that waited", out.size(), 129);
  size_t wrong = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    const auto plain = t.Open(session, out[i].bytes);
    const auto number = static_cast<uint32_t>(200 - out.size() + 1 + i);
    wrong += !(plain && std::equal(plain->begin(), plain->begin() + 84, t.InnerTo(number).begin()));
  }
  s.CheckNumber("of them not the newest in their order", wrong, 0);
}

void SameKey(Script& s) {
  Tester& t = s.AddTester();
  const wg::PrivateKey clamped = *s.target().Read().private_key;
  const auto session = s.SessionByTester(t);
  if (!session) return;
  s.SetPrivateKey(clamped);
  s.Check("the session goes on when the same key is set", SendsUnder(s, t, *session));
}

void ClampedKey(Script& s) {
  wg::PrivateKey key = Key(0xff);
  s.SetPrivateKey(key);
  const auto shown = s.target().Read().private_key;
  if (!s.Check("a private key is shown", shown.has_value())) return;
  key.bytes.front() = 0xf8;
  key.bytes.back() = 0x7f;
  s.Check("clamped", wg::ToHex(shown->bytes), wg::ToHex(key.bytes));
  s.SetPrivateKey(wg::PrivateKey());
  s.Check("a zero key removes it", !s.target().Read().private_key.has_value());
}

void FirstKey(Script& s) {
  s.SetPrivateKey(wg::PrivateKey());
  Tester& t = s.AddTester();
  s.SetPrivateKey(Key(0x33));
  t.device_key = s.public_key();
  const std::vector<WireOut> out = s.SendInner(t);
  if (!s.Check("a packet when there is a key", out, "1")) return;
  s.Check("the peer opens it", t.ConsumeInitiation(out[0].bytes));
}

void ReplacePeers(Script& s) {
  Tester& one = s.AddTester();
  Tester& two = s.AddTester();
  if (!s.SessionByTester(one)) return;
  wg::SetDevice request;
  request.replace_peers = true;
  request.peers.push_back({.public_key = one.public_key});
  s.Check("the request is taken", s.Configure(request) == wg::Errno::kOk);
  const std::vector<wg::GetPeer> peers = s.target().Read().peers;
  if (!s.CheckNumber("peers", peers.size(), 1)) return;
  s.Check("the listed one",
          peers[0].public_key == one.public_key && peers[0].public_key != two.public_key);
  s.CheckNumber("is new: bytes", peers[0].rx_bytes + peers[0].tx_bytes, 0);
  s.Check("endpoint", !peers[0].endpoint);
}

void PortZero(Script& s) {
  s.Check("a port was picked when the interface went up", s.target().Read().listen_port != 0);
}

void AtOnce(Script& s) {
  Tester t = s.MakeStranger(7);
  s.SetPeer({.public_key = t.public_key, .endpoint = t.address, .persistent_keepalive = 25});
  s.Check("a new peer with an interval", s.Pass(milliseconds(100)), "1");
}

}  // namespace

std::vector<Assertion> PeerAssertions() {
  return {
      {"PEER_001_002_ANewPeerIsEmptyAndAddedOnce", &NewPeer},
      {"PEER_003_004_TheOwnKeyIsNoPeer", &OwnKey},
      {"PEER_006_007_ARemovedPeerIsAStranger", &RemovedPeer},
      {"PEER_009_MissingPeersAreNotMadeByUpdates", &MissingPeers},
      {"PEER_011_012_015_EndpointsAreLearnedFromWhatIsAuthenticated", &LearnedEndpoints},
      {"PEER_013_AndFromNothingElse", &NotLearnedEndpoints},
      {"PEER_018_019_HandshakesAreCounted", &CountersOfHandshakes},
      {"PEER_021_023_DataIsCountedAsOnTheWire", &CountersOfData},
      {"PEER_024_025_DownForgetsSessionsAndNothingElse", &DownAndUp},
      {"PEER_026_DownAndUpOpenTheGate", &DownOpensTheGate},
      {"PEER_027_ANewPrivateKeyOpensTheGate", &NewKeyOpensTheGate},
      {"PEER_028_OneHundredTwentyNinePacketsWait", &LongStaging},
      {"PEER_029_WhatWaitsLeavesInItsOrder", &Staging},
      {"PEER_030_TheSameKeyChangesNothing", &SameKey},
      {"PEER_032_033_KeysAreClampedAndZeroIsNone", &ClampedKey},
      {"PEER_034_TheFirstKeyIsUsedAtOnce", &FirstKey},
      {"PEER_035_ReplacedPeersAreNew", &ReplacePeers},
      {"PEER_037_APortIsPickedAndShown", &PortZero},
      {"PEER_044_TheFirstInitiationIsImmediate", &AtOnce},
  };
}

}  // namespace conformance
