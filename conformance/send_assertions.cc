// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "conformance/send_assertions.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "conformance/session_steps.h"
#include "protocol/config.h"
#include "protocol/endian.h"
#include "protocol/errno.h"
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

// A packet for the tester's inner address.
WireBytes PacketOf(const Tester& t, size_t size, uint8_t ds = 0) {
  WireBytes packet = t.InnerTo(1);
  packet.resize(size);
  wg::StoreBe16(packet.data() + 2, static_cast<uint16_t>(size));
  packet[1] = ds;
  return packet;
}

uint64_t CounterOf(const WireOut& data) { return wg::LoadLe64(data.bytes.data() + 8); }

void Nobody(Script& s) {
  Tester& t = s.AddTester();
  const Tester stranger = s.MakeStranger(77);
  s.Check("a packet for nobody's address", s.SendPacket(stranger.InnerTo(1)), "");
  WireBytes odd = t.InnerTo(1);
  odd[0] = 0x55;
  s.Check("a packet of version 5", s.SendPacket(odd), "");
  s.Check("one for a peer", s.SendPacket(t.InnerTo(1)), "1");
}

void Errors(Script& s) {
  const Tester stranger = s.MakeStranger(77);
  s.CheckNumber("errno for nobody's address: ENOKEY",
                static_cast<uint64_t>(s.target().SendInner(stranger.InnerTo(1))), 126);
  wg::SetPeer peer{.public_key = stranger.public_key};
  peer.allowed_ips.push_back({.prefix = wg::Prefix::Host(stranger.inner)});
  s.SetPeer(std::move(peer));
  s.CheckNumber("for a peer without an endpoint: EDESTADDRREQ",
                static_cast<uint64_t>(s.target().SendInner(stranger.InnerTo(1))), 89);
  WireBytes odd = stranger.InnerTo(1);
  odd[0] = 0x55;
  s.CheckNumber("for version 5: EPROTONOSUPPORT", static_cast<uint64_t>(s.target().SendInner(odd)),
                93);
}

void Padding(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  for (const size_t size :
       {20, 21, 31, 32, 33, 84, 95, 96, 97, 1000, 1403, 1404, 1405, 1419, 1420}) {
    const WireBytes packet = PacketOf(t, size);
    const std::vector<WireOut> out = s.SendPacket(packet);
    if (!s.Check(absl::StrCat("a packet of ", size, " bytes"), out, "4")) return;
    const size_t padded = std::min<size_t>((size + 15) / 16 * 16, 1420);
    s.CheckNumber(absl::StrCat("length of its datagram"), out[0].bytes.size(), padded + 32);
    const auto plain = t.Open(*session, out[0].bytes);
    if (!s.Check("the peer opens it", plain.has_value())) return;
    s.Check("the packet stands in front", std::equal(packet.begin(), packet.end(), plain->begin()));
    s.Check("the padding is zeros", std::all_of(plain->begin() + static_cast<ptrdiff_t>(size),
                                                plain->end(), [](uint8_t b) { return b == 0; }));
  }
}

void CountersOfMessages(Script& s) {
  Tester& t = s.AddTester();
  for (int round = 0; round < 2; ++round) {
    s.Pass(kApart);
    const auto session = s.SessionByTester(t);
    if (!session) return;
    for (uint64_t i = 0; i < 5; ++i) {
      const std::vector<WireOut> out = s.SendInner(t);
      if (!s.Check("a packet", out, "4")) return;
      s.CheckNumber("its counter", CounterOf(out[0]), i);
      s.CheckNumber("the receiver index is the tester's", wg::LoadLe32(out[0].bytes.data() + 4),
                    session->index);
    }
  }
}

void KeepalivesCount(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  s.SetPeer({.public_key = t.public_key, .persistent_keepalive = 3600});
  const std::vector<WireOut> keepalive = s.Pass(kApart);
  if (!s.Check("an interval that is switched on sends a keepalive", keepalive, "4")) return;
  s.CheckNumber("of 32 bytes", keepalive[0].bytes.size(), 32);
  s.CheckNumber("with counter 0", CounterOf(keepalive[0]), 0);
  s.CheckNumber("and no mark", keepalive[0].ds, 0);
  const std::vector<WireOut> out = s.SendInner(t);
  if (s.Check("a packet", out, "4")) s.CheckNumber("has counter 1", CounterOf(out[0]), 1);
}

void ConfirmedByKeepalive(Script& s) {
  Tester& t = s.AddTester();
  s.SetPeer({.public_key = t.public_key, .persistent_keepalive = 3600});
  const std::vector<WireOut> out = s.Pass(kApart);
  if (!s.Check("an interval initiates", out, "1")) return;
  if (!s.Check("the tester opens it", t.ConsumeInitiation(out[0].bytes))) return;
  Session session;
  const std::vector<WireOut> data = s.Exchange(t.MakeResponse({}, &session), t);
  if (!s.Check("the response is answered at once by one message", data, "4")) return;
  s.CheckNumber("a keepalive: nothing waits", data[0].bytes.size(), 32);
}

void WaitingDataConfirms(Script& s) {
  Tester& t = s.AddTester();
  if (!Provoke(s, t)) return;
  s.SetPeer({.public_key = t.public_key, .persistent_keepalive = 3600});
  Session session;
  const std::vector<WireOut> data = s.Exchange(t.MakeResponse({}, &session), t);
  if (!s.Check("with a packet that waits there is one message", data, "4")) return;
  s.Check("the packet", data[0].bytes.size() > 32);
}

void Marks(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  for (const uint8_t ecn : {0, 1, 2, 3}) {
    const std::vector<WireOut> out = s.SendPacket(PacketOf(t, 84, ecn));
    if (!s.Check("a packet", out, "4")) return;
    s.CheckNumber(absl::StrCat("outer mark for the inner ", static_cast<int>(ecn)), out[0].ds,
                  ecn == 3 ? 2 : ecn);
  }
}

void Dscp(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  const std::vector<WireOut> out = s.SendPacket(PacketOf(t, 84, 46 << 2));
  if (s.Check("a packet with DSCP 46", out, "4")) s.CheckNumber("its outer mark", out[0].ds, 0);
}

void DestinationsAndOrder(Script& s) {
  Tester& t = s.AddTester();
  Tester& other = s.AddTester();
  const auto session = s.SessionByTester(t);
  const auto others = s.SessionByTester(other);
  if (!session || !others) return;
  constexpr uint32_t kPackets = 100;
  for (uint32_t i = 1; i <= kPackets; ++i) {
    s.target().SendInner(t.InnerTo(i));
    s.target().SendInner(other.InnerTo(i));
  }
  uint32_t next = 1, others_next = 1;
  size_t wrong = 0;
  for (const WireOut& out : s.target().TakeDatagrams()) {
    const bool is_his = out.remote.ToString() == t.address.ToString();
    const Tester& to = is_his ? t : other;
    uint32_t& number = is_his ? next : others_next;
    const auto plain = to.Open(is_his ? *session : *others, out.bytes);
    wrong +=
        !(plain && std::equal(plain->begin(), plain->begin() + 84, to.InnerTo(number).begin()));
    ++number;
  }
  s.CheckNumber("packets to one peer", next - 1, kPackets);
  s.CheckNumber("packets to the other", others_next - 1, kPackets);
  s.CheckNumber("of them out of order, or another's", wrong, 0);
}

void SentBytes(Script& s) {
  Tester& t = s.AddTester();
  const auto session = s.SessionByTester(t);
  if (!session) return;
  const uint64_t before = s.PeerOf(t).tx_bytes;
  s.CheckNumber("sent: a response", before, 92);
  s.SendPacket(PacketOf(t, 84));
  s.CheckNumber("and a packet of 84 bytes", s.PeerOf(t).tx_bytes - before, 128);
}

void OneInitiationForMany(Script& s) {
  Tester& t = s.AddTester();
  size_t count = 0;
  while (s.elapsed() < seconds(4)) {
    count += s.SendInner(t).size();
    s.Pass(milliseconds(400));
  }
  s.CheckNumber("initiations for packets during 4 s", count, 1);
}

void UpWithoutKey(Script& s) {
  s.SetPrivateKey(wg::PrivateKey());
  Tester t = s.MakeStranger(7);
  s.target().SetUp(false);
  s.SetPeer({.public_key = t.public_key, .endpoint = t.address, .persistent_keepalive = 25});
  s.target().SetUp(true);
  s.Check("up without a private key", s.Pass(milliseconds(300)), "");
  wg::PrivateKey key;
  key.bytes.fill(0x33);
  s.SetPrivateKey(key);
  const std::vector<WireOut> out = s.Pass(milliseconds(5800));
  s.Check("with the key it initiates within 5.8 s", !out.empty() && out[0].bytes[0] == 1);
}

void PortOutlivesDown(Script& s) {
  const uint16_t port = s.target().Read().listen_port;
  s.Check("a port was picked", port != 0);
  s.target().SetUp(false);
  s.target().SetUp(true);
  s.CheckNumber("after down and up", s.target().Read().listen_port, port);
}

void DownKeeps(Script& s) {
  Tester& t = s.AddTester();
  if (!s.SessionByTester(t)) return;
  const wg::GetPeer before = s.PeerOf(t);
  s.target().SetUp(false);
  s.target().SetUp(true);
  const wg::GetPeer after = s.PeerOf(t);
  s.Check("endpoint", after.endpoint.ToString(), before.endpoint.ToString());
  s.CheckNumber("allowed ips", after.allowed_ips.size(), 1);
  s.CheckNumber("bytes", after.rx_bytes + after.tx_bytes, before.rx_bytes + before.tx_bytes);
  s.Check("latest handshake", after.last_handshake == before.last_handshake);
  s.Check("the next packet initiates at once", s.SendInner(t), "1");
}

}  // namespace

std::vector<Assertion> SendAssertions() {
  return {
      {"TX_001_003_004_TheSenderIsToldWhy", &Errors, false, kSendErrors},
      {"TX_002_WhatBelongsToNobodyIsNotSent", &Nobody},
      {"TX_013_014_017_PaddingIsZerosToSixteenBytesAndNotBeyondTheMtu", &Padding},
      {"TX_018_CountersBeginAtZeroInEachSession", &CountersOfMessages},
      {"TX_018_026_KeepalivesAre32BytesAndCount", &KeepalivesCount},
      {"TX_020_044_PacketsGoToTheirPeerInTheirOrder", &DestinationsAndOrder},
      {"TX_021_TheInnerCongestionMarkIsCarriedOutside", &Marks},
      {"TX_023_TheInnerServiceClassIsNot", &Dscp},
      {"TX_027_WaitingDataStandsForAKeepalive", &WaitingDataConfirms},
      {"TX_028_AResponseIsConfirmedAtOnce", &ConfirmedByKeepalive},
      {"TX_032_OneInitiationInFiveSeconds", &OneInitiationForMany},
      {"TX_040_SentBytesAreCountedAsOnTheWire", &SentBytes},
      {"DEV_004_ThePortOutlivesDownAndUp", &PortOutlivesDown},
      {"DEV_007_UpWithoutPrivateKeyIsSilentUntilThereIsOne", &UpWithoutKey},
      {"DEV_008_009_DownForgetsSessionsAndNothingElse", &DownKeeps},
  };
}

}  // namespace conformance
