// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/receive_assertions.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "conformance/session_steps.h"
#include "protocol/config.h"
#include "protocol/ip.h"
#include "protocol/messages.h"

namespace conformance {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using wg::Tester;
using wg::WireBytes;
using wg::WireOut;
using Session = wg::Tester::Session;

// The packets that come out of the tunnel because of a datagram.
std::vector<WireBytes> Delivered(Script& s, const WireBytes& bytes, const wg::Endpoint& from) {
  s.Inner();
  s.Exchange(bytes, from);
  return s.Inner();
}

WireBytes Padded(WireBytes packet, size_t size) {
  packet.resize(size);
  return packet;
}

wg::Endpoint Elsewhere(const Tester& t, int steps) {
  wg::Endpoint endpoint = t.address;
  endpoint.port = static_cast<uint16_t>(endpoint.port + 100 * steps);
  return endpoint;
}

// An initiation, a response and a cookie reply have one length each, data at least 32 bytes and its
// plaintext any.
void Shapes(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  const WireBytes good = t.Data(*session, 1, t.InnerFrom(1));
  for (const size_t size : {0, 1, 4, 15, 16, 31}) {
    s.Check(absl::StrCat("data of ", size, " bytes"), s.Exchange(Padded(good, size), t), "");
  }
  for (size_t byte = 1; byte < 4; ++byte) {
    WireBytes bytes = good;
    bytes[byte] = 1;
    s.Check(absl::StrCat("data whose reserved byte ", byte, " is not zero"),
            Delivered(s, bytes, t.address).empty());
  }
  s.Check("the same as it should be", Delivered(s, good, t.address).size() == 1);
}

void Forged(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  const WireBytes good = t.Data(*session, 1, t.InnerFrom(1));
  const wg::GetPeer before = s.PeerOf(t);
  WireBytes unknown = good;
  unknown[4] ^= 0x55;
  s.Check("an index that nobody has", Delivered(s, unknown, Elsewhere(t, 1)).empty());
  for (const size_t byte : {size_t{8}, size_t{16}, good.size() - 1}) {
    WireBytes forged = good;
    forged[byte] ^= 1;
    s.Check(absl::StrCat("byte ", byte, " turned"), Delivered(s, forged, Elsewhere(t, 1)).empty());
  }
  const wg::GetPeer after = s.PeerOf(t);
  s.CheckNumber("bytes received meanwhile", after.rx_bytes - before.rx_bytes, 0);
  s.Check("the endpoint", after.endpoint.ToString(), t.address.ToString());
  s.Check("the same as it should be", Delivered(s, good, t.address).size() == 1);
}

void Roaming(Script& s) {
  Tester& t = s.AddTester();
  Tester& other = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  s.Exchange(t.Data(*session, 1, t.InnerFrom(1)), Elsewhere(t, 1));
  s.Check("after data from another port", s.PeerOf(t).endpoint.ToString(),
          Elsewhere(t, 1).ToString());
  s.Exchange(t.Keepalive(*session, 2), Elsewhere(t, 2));
  s.Check("after a keepalive from another", s.PeerOf(t).endpoint.ToString(),
          Elsewhere(t, 2).ToString());
  s.Exchange(t.Data(*session, 3, other.InnerFrom(1)), Elsewhere(t, 3));
  s.Check("after data whose inner source is another peer's", s.PeerOf(t).endpoint.ToString(),
          Elsewhere(t, 3).ToString());
  s.Pass(kApart);
  s.Exchange(t.MakeInitiation(s.now()), Elsewhere(t, 4));
  s.Check("after an initiation", s.PeerOf(t).endpoint.ToString(), Elsewhere(t, 4).ToString());
}

void RoamingByResponse(Script& s) {
  Tester& t = s.AddTester();
  if (!Provoke(s, t)) return;
  Session session;
  s.Check("a response from another port is followed by the packet",
          s.Exchange(t.MakeResponse({}, &session), Elsewhere(t, 1)), "4");
  s.Check("the endpoint", s.PeerOf(t).endpoint.ToString(), Elsewhere(t, 1).ToString());
}

void CookiesMoveNothing(Script& s) {
  Tester& t = s.AddTester();
  const std::vector<WireOut> out = s.SendInner(t);
  if (!s.Check("a packet for a peer without a session", out, "1")) return;
  wg::Mac16 cookie;
  cookie.fill(7);
  s.Check("a cookie reply from elsewhere is silent",
          s.Exchange(t.MakeCookieReply(out[0].bytes, cookie, {}), Elsewhere(t, 1)), "");
  s.Check("the endpoint", s.PeerOf(t).endpoint.ToString(), t.address.ToString());
  s.CheckNumber("bytes received", s.PeerOf(t).rx_bytes, 0);
}

void InnerSources(Script& s) {
  Tester& t = s.AddTester();
  Tester& other = s.AddTester();
  const auto session = s.SessionByTester(t);
  const auto others = s.SessionByTester(other);
  if (!session || !others) return;
  s.Check("a source of the sender's",
          Delivered(s, t.Data(*session, 1, t.InnerFrom(1)), t.address).size() == 1);
  const wg::GetPeer before = s.PeerOf(t);
  s.Check("another peer's",
          Delivered(s, t.Data(*session, 2, other.InnerFrom(1)), t.address).empty());
  s.Check("nobody's",
          Delivered(s, t.Data(*session, 3, s.MakeStranger(77).InnerFrom(1)), t.address).empty());
  s.Check("the other peer's from him",
          Delivered(s, other.Data(*others, 1, other.InnerFrom(1)), other.address).size() == 1);
}

void RefusedSourcesAreNotCounted(Script& s) {
  Tester& t = s.AddTester();
  Tester& other = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  const wg::GetPeer before = s.PeerOf(t);
  s.Exchange(t.Data(*session, 1, other.InnerFrom(1)), t);
  s.CheckNumber("bytes received of what was refused", s.PeerOf(t).rx_bytes - before.rx_bytes, 0);
}

void MovedSources(Script& s) {
  Tester& t = s.AddTester();
  Tester& other = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  const WireBytes one = t.Data(*session, 1, t.InnerFrom(1));
  const WireBytes two = t.Data(*session, 2, t.InnerFrom(2));
  s.Check("before the prefix moves", Delivered(s, one, t.address).size() == 1);
  s.SetPeer(
      {.public_key = other.public_key, .allowed_ips = {{.prefix = wg::Prefix::Host(t.inner)}}});
  s.Check("after it has moved to another peer", Delivered(s, two, t.address).empty());
  s.SetPeer({.public_key = t.public_key, .allowed_ips = {{.prefix = wg::Prefix::Host(t.inner)}}});
  s.Check("when it is back",
          Delivered(s, t.Data(*session, 3, t.InnerFrom(3)), t.address).size() == 1);
}

void RemovedPeers(Script& s) {
  Tester& t = s.AddTester();
  Tester& other = s.AddTester();
  const auto session = s.SessionByTester(t);
  const auto others = s.SessionByTester(other);
  if (!session || !others) return;
  const WireBytes late = t.Data(*session, 1, t.InnerFrom(1));
  s.SetPeer({.public_key = t.public_key, .remove = true});
  s.Check("data of a peer that has been removed", Delivered(s, late, t.address).empty());
  s.Check("data of the other one",
          Delivered(s, other.Data(*others, 1, other.InnerFrom(1)), other.address).size() == 1);
}

// Refused for what stands in the packet; each is followed by a good one, which shows that the
// session lives.
void MalformedPackets(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  const WireBytes good = t.InnerFrom(1);
  uint64_t counter = 0;
  const auto refused = [&](absl::string_view what, const WireBytes& plain) {
    s.Check(what, Delivered(s, t.Data(*session, ++counter, plain), t.address).empty());
    s.Check("a good one after it",
            Delivered(s, t.Data(*session, ++counter, good), t.address).size() == 1);
  };
  for (const uint8_t version : {0, 3, 5, 7, 15}) {
    WireBytes packet = good;
    packet[0] = static_cast<uint8_t>(version << 4 | 5);
    refused(absl::StrCat("version ", static_cast<int>(version)), packet);
  }
  refused("16 bytes of version 4", WireBytes(good.begin(), good.begin() + 16));
  WireBytes packet(32);
  packet[0] = 0x60;
  refused("32 bytes of version 6", packet);
  packet = good;
  packet[2] = 0;
  packet[3] = 19;
  refused("a total length of 19", packet);
  packet[3] = static_cast<uint8_t>(good.size() + 1);
  refused("a total length of more than there is", packet);
}

void InnerBytesAreKept(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  WireBytes packet = t.InnerFrom(1);
  s.Check("padding is cut off", Delivered(s, t.Data(*session, 1, Padded(packet, 96)), t.address) ==
                                    std::vector<WireBytes>{packet});
  s.Check("much more padding, too", Delivered(s, t.Data(*session, 2, Padded(packet, 500)),
                                              t.address) == std::vector<WireBytes>{packet});
  WireBytes bare(packet.begin(), packet.begin() + 20);
  bare[2] = 0;
  bare[3] = 20;
  s.Check("a header and nothing else",
          Delivered(s, t.Data(*session, 4, Padded(bare, 32)), t.address) ==
              std::vector<WireBytes>{bare});
  packet.back() ^= 0xff;
  packet[30] ^= 0xff;
  s.Check("a packet whose transport checksum is wrong is delivered as it is",
          Delivered(s, t.Data(*session, 3, packet), t.address) == std::vector<WireBytes>{packet});
}

void Counters(Script& s) {
  Tester& t = s.AddTester();
  wg::GetPeer before = s.PeerOf(t);
  const auto grown = [&] {
    const wg::GetPeer now = s.PeerOf(t);
    const uint64_t by = now.rx_bytes - before.rx_bytes;
    before = now;
    return by;
  };
  const std::vector<WireOut> out = s.Exchange(t.MakeInitiation(s.now()), t);
  if (!s.Check("a valid initiation", out, "2")) return;
  s.CheckNumber("for an initiation", grown(), 148);
  const auto session = t.ConsumeResponse(out[0].bytes);
  s.Check("a keepalive delivers nothing",
          Delivered(s, t.Keepalive(*session, 0), t.address).empty());
  s.CheckNumber("for a keepalive", grown(), 32);
  s.Exchange(t.Data(*session, 1, Padded(t.InnerFrom(1), 96)), t);
  s.CheckNumber("for a packet of 84 bytes", grown(), 128);
  s.Exchange(t.MakeInitiation(wg::Tai64n(), {}), t);
  s.CheckNumber("for an initiation that is refused", grown(), 0);
}

void CountersOfTheInitiator(Script& s) {
  Tester& t = s.AddTester();
  if (!Provoke(s, t)) return;
  Session session;
  s.Check("the response is followed by the packet", s.Exchange(t.MakeResponse({}, &session), t),
          "4");
  s.CheckNumber("bytes received for a response", s.PeerOf(t).rx_bytes, 92);
}

void Confirmation(Script& s) {
  Tester& t = s.AddTester();
  const auto session = Unconfirmed(s, t);
  if (!session) return;
  s.Check("a packet before the new session is confirmed waits", s.SendInner(t, 1), "");
  s.Check("another", s.SendInner(t, 2), "");
  const std::vector<WireOut> out = s.Exchange(t.Keepalive(*session, 0), t);
  if (!s.Check("the confirmation sends both", out, "44")) return;
  for (size_t i = 0; i < 2; ++i) {
    const auto plain = t.Open(*session, out[i].bytes);
    s.Check(
        "in their order, under the new session",
        plain && Padded(*plain, t.InnerTo(1).size()) == t.InnerTo(static_cast<uint32_t>(i + 1)));
  }
}

void OldSessions(Script& s) {
  Tester& t = s.AddTester();
  const auto first = s.SessionByTester(t);
  if (!first) return;
  const auto second = Unconfirmed(s, t);
  if (!second) return;
  s.Check("data under the first session while the second is not confirmed",
          Arrives(s, t, *first, 1));
  s.Check("does not confirm the second: the target still sends under the first",
          SendsUnder(s, t, *first));
  s.Check("data under the second", Arrives(s, t, *second, 0));
  s.Check("confirms it", SendsUnder(s, t, *second));
  s.Check("data under the first is still delivered", Arrives(s, t, *first, 2));
}

void Order(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  constexpr uint32_t kPackets = 300;
  s.Inner();
  for (uint32_t i = 1; i <= kPackets; ++i) {
    s.target().Deliver(t.Data(*session, i, t.InnerFrom(i)), t.address, 0);
  }
  const std::vector<WireBytes> out = s.Inner();
  if (!s.CheckNumber("packets that come out", out.size(), kPackets)) return;
  size_t wrong = 0;
  for (uint32_t i = 1; i <= kPackets; ++i) wrong += out[i - 1] != t.InnerFrom(i);
  s.CheckNumber("packets out of order", wrong, 0);
}

// Spec/data section 5.7 step 9: the outer header's congestion mark reaches the inner one, by RFC
// 6040.
void CongestionMarks(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  uint64_t counter = 0;
  for (const uint8_t inner : {0, 1, 2, 3}) {
    for (const uint8_t outer : {0, 1, 2, 3}) {
      WireBytes packet = t.InnerFrom(1);
      packet[1] = inner;
      s.Inner();
      s.Exchange(t.Data(*session, ++counter, packet), t.address, outer);
      const std::vector<WireBytes> out = s.Inner();
      const std::string what =
          absl::StrCat("inner ", static_cast<int>(inner), ", outer ", static_cast<int>(outer));
      if (!s.Check(absl::StrCat(what, " is delivered"), out.size() == 1)) continue;
      const bool marked = inner != 0 && (outer == 3 || (outer == 1 && inner == 2));
      s.CheckNumber(what, out[0][1], marked ? outer : inner);
    }
  }
}

void OldKeys(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTarget(t);
  if (!session) return;
  s.Pass(seconds(163));
  s.Check("a keepalive under a key of 163 s", s.Exchange(t.Keepalive(*session, 0), t), "");
  s.Pass(seconds(3));
  s.Check("one of 166 s makes the initiator begin anew", s.Exchange(t.Keepalive(*session, 1), t),
          "1");
  s.Check("once", s.Exchange(t.Keepalive(*session, 2), t), "");
}

void PassiveKeepalive(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  s.Exchange(t.Data(*session, 1, t.InnerFrom(1)), t);
  const wg::BootTime began = s.now().boot;
  const std::vector<WireOut> out = s.Pass(seconds(12));
  if (!s.Check("data received, nothing sent", out, "4")) return;
  s.CheckNumber("length of what is sent", out[0].bytes.size(), 32);
  s.CheckSpan("how long it takes", out[0].at - began, seconds(10), milliseconds(10700));
}

}  // namespace

std::vector<Assertion> ReceiveAssertions() {
  return {
      {"RX_001_002_OtherLengthsAndReservedBytesAreIgnored", &Shapes},
      {"RX_004_005_ForgedPacketsAreIgnored", &Forged},
      {"RX_011_012_013_TheEndpointFollowsWhatIsAuthenticated", &Roaming},
      {"RX_014_TheEndpointFollowsResponses", &RoamingByResponse},
      {"RX_015_CookieRepliesMoveNothing", &CookiesMoveNothing},
      {"RX_016_InnerSourcesHaveToBeTheSenders", &InnerSources},
      {"RX_017_WhatIsRefusedForItsSourceIsNotCounted", &RefusedSourcesAreNotCounted},
      {"RX_018_019_MalformedPacketsAreNotDelivered", &MalformedPackets},
      {"RX_020_021_PacketsComeOutAsTheyWentIn", &InnerBytesAreKept},
      {"RX_022_023_BytesAreCountedAsOnTheWire", &Counters},
      {"RX_024_AResponseIsCountedAsOnTheWire", &CountersOfTheInitiator},
      {"RX_025_CongestionMarksReachTheInnerHeader", &CongestionMarks},
      {"RX_026_027_TheConfirmationSendsWhatWaits", &Confirmation},
      {"RX_028_TheInitiatorBeginsAnewWhenItReceivesUnderAnOldKey", &OldKeys, true},
      {"RX_030_DataWithoutAnAnswerIsAnsweredByAKeepalive", &PassiveKeepalive, true},
      {"RX_040_DataOfARemovedPeerIsNobodys", &RemovedPeers},
      {"RX_041_APrefixThatMovesTakesItsSourceAlong", &MovedSources},
      {"RX_042_PacketsComeOutInTheirOrder", &Order},
      {"RX_044_045_OldSessionsAreReadAndConfirmNothing", &OldSessions},
  };
}

}  // namespace conformance
