// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Claims about the data path of one tunnel that no other test is about (docs/CATALOGUE.md).
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "protocol/allowedips.h"
#include "protocol/device_state.h"
#include "protocol/endian.h"
#include "protocol/keypair.h"
#include "protocol/messages.h"
#include "protocol/peer.h"
#include "protocol/send.h"
#include "protocol/two_devices.h"

namespace wg {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Another peer of this side, without a session.
Peer* Stranger(TwoDevices& net, Side side) {
  PublicKey key;
  key.bytes.fill(7);
  return CreatePeer(net.state(side), net.now(), key, PresharedKey());
}

// A datagram as it is on the wire, to be delivered later.
Datagram CopyFor(TwoDevices& net, Side to, const Datagram& datagram) {
  return {.payload = net.node(to).pool.Copy(std::as_const(datagram.payload).bytes()),
          .remote = net.node(Other(to)).address,
          .local = net.node(to).address.address};
}

// The counter of a data message.
uint64_t CounterOf(const Datagram& datagram) {
  MessageDataHeader header;
  Decode(std::as_const(datagram.payload).bytes(), &header);
  return header.counter;
}

TEST(CatalogueData, AIP_040_WhatIsStagedForAPeerStaysItsWhenThePrefixMoves) {
  TwoDevices net;
  net.connected[kA] = false;
  net.SendNumbered(kA, 1);
  net.state(kA).allowed_ips.Insert(Prefix::Host(net.node(kB).inner), Stranger(net, kA)->slot);
  EXPECT_EQ(net.device(kA).census().staged, 1u);
  net.connected[kA] = true;
  net.Advance(seconds(6));
  EXPECT_EQ(net.node(kB).received, (std::vector<uint32_t>{1}));
}

TEST(CatalogueData, RX_041_WhatIsUnderWayWhenItsSourceMovesToAnotherPeerIsRefused) {
  TwoDevices net;
  net.Handshake(kA);
  std::vector<Datagram> wire;
  net.tap = [&](Side, Datagram* datagram) {
    wire.push_back(CopyFor(net, kB, *datagram));
    return false;
  };
  net.SendNumbered(kA, 1);
  net.SendNumbered(kA, 2);
  net.tap = nullptr;
  ASSERT_EQ(wire.size(), 2u);
  net.Inject(kB, std::move(wire[0]));
  AllowedIps& table = net.state(kB).allowed_ips;
  table.Insert(Prefix::Host(net.node(kA).inner), Stranger(net, kB)->slot);
  net.Inject(kB, std::move(wire[1]));
  EXPECT_EQ(net.node(kB).received, (std::vector<uint32_t>{1}));
  EXPECT_EQ(net.node(kB).dropped[DropReason::kUnallowedSource], 1u);
  EXPECT_EQ(net.device(kB).counters().rx_frame_errors, 1u);
  // And back: the same session goes on.
  table.Insert(Prefix::Host(net.node(kA).inner), net.peer(kB).slot);
  net.SendNumbered(kA, 3);
  EXPECT_EQ(net.node(kB).received, (std::vector<uint32_t>{1, 3}));
}

TEST(CatalogueData, TX_017_PaddingIsZeros) {
  TwoDevices net({.crypto = &RealCrypto()});
  net.Handshake(kA);
  int seen = 0;
  net.tap = [&](Side from, Datagram* datagram) {
    if (from != kA) return true;
    std::vector<uint8_t> message(datagram->payload.bytes().begin(),
                                 datagram->payload.bytes().end());
    const size_t size = message.size() - MessageDataHeader::kLen - kNoiseAuthtagLen;
    const absl::Span<uint8_t> text(message.data() + MessageDataHeader::kLen, size);
    const Keypair& keypair = *net.peer(kB).keypairs.current();
    EXPECT_TRUE(
        RealCrypto().Open(keypair.receiving.key, CounterOf(*datagram), {}, text, text.end()));
    const size_t inner = LoadBe16(text.data() + 2);
    EXPECT_EQ(size % kMessagePaddingMultiple, 0u);
    EXPECT_TRUE(std::all_of(text.begin() + inner, text.end(), [](uint8_t b) { return b == 0; }));
    ++seen;
    return true;
  };
  for (uint32_t size = 24; size < 60; ++size) net.SendNumbered(kA, size, size);
  EXPECT_EQ(seen, 36);
}

TEST(CatalogueData, TX_027_AKeepaliveIsTheDataThatIsStagedIfThereIsAny) {
  TwoDevices net;
  net.Handshake(kA);
  net.ClearLog();
  net.Keepalive(kA);
  EXPECT_EQ(net.Log(kA, 4).size(), 1u);
  EXPECT_EQ(net.Log(kA, 4)[0].bytes, kMessageMinimumLength);
  // Without a key both wait; the data alone is what is sent when there is one.
  net.Advance(seconds(6));
  net.device(kA).PrepareSuspend();
  net.connected[kA] = false;
  net.SendNumbered(kA, 1);
  SendKeepalive(net.state(kA), net.now(), net.peer(kA), net.fx(kA));
  EXPECT_EQ(net.device(kA).census().staged, 1u);
  net.connected[kA] = true;
  net.ClearLog();
  net.Advance(seconds(6));
  EXPECT_EQ(net.node(kB).received, (std::vector<uint32_t>{1}));
  EXPECT_EQ(net.Log(kA, 4).size(), 1u);
}

TEST(CatalogueData, TX_038_TheTimersOfSendingRunWhetherItSucceedsOrNot) {
  TwoDevices net;
  net.Handshake(kA);
  net.SendNumbered(kA, 1);  // B owes an answer within ten seconds
  net.outcome = [](Side, const Datagram&) { return SendOutcome::kNoRoute; };
  net.SendNumbered(kB, 2);
  net.outcome = nullptr;
  net.ClearLog();
  net.Advance(seconds(11));
  EXPECT_TRUE(net.Log(kB, 4).empty()) << "the keepalive is cancelled";
}

TEST(CatalogueData, RX_044_RX_045_OldKeysAreStillReadAndConfirmNothing) {
  TwoDevices net;
  net.Handshake(kA);
  std::vector<Datagram> old;
  net.tap = [&](Side, Datagram* datagram) {
    old.push_back(CopyFor(net, kB, *datagram));
    return false;
  };
  for (uint32_t i = 1; i <= 3; ++i) net.SendNumbered(kA, i);
  // A begins anew; B answers, and A's confirmation is lost.
  net.Advance(seconds(6));
  net.tap = [&](Side from, Datagram* datagram) {
    return !(from == kA && datagram->message_type == 4);
  };
  SendQueuedHandshakeInitiation(net.state(kA), net.now(), net.peer(kA), false, net.fx(kA));
  net.Settle();
  net.tap = nullptr;
  const Keypair* unconfirmed = net.peer(kB).keypairs.next();
  const Keypair* current = net.peer(kB).keypairs.current();
  ASSERT_NE(unconfirmed, nullptr);
  net.Inject(kB, std::move(old[0]));
  EXPECT_EQ(net.node(kB).received, (std::vector<uint32_t>{1}));
  EXPECT_EQ(net.peer(kB).keypairs.next(), unconfirmed);
  EXPECT_EQ(net.peer(kB).keypairs.current(), current);
  // Under the new key it is confirmed; the old one is the previous, and still read.
  net.SendNumbered(kA, 4);
  EXPECT_EQ(net.peer(kB).keypairs.current(), unconfirmed);
  net.Inject(kB, std::move(old[1]));
  net.Inject(kB, std::move(old[2]));
  EXPECT_EQ(net.node(kB).received, (std::vector<uint32_t>{1, 4, 2, 3}));
}

TEST(CatalogueData, SOCK_013_WhatIsQueuedWhenTheInterfaceGoesDownIsLostAndCountedNowhere) {
  TwoDevices net;
  net.Handshake(kA);
  Buffer packet = MakeInner(&net.node(kA).pool, net.node(kA).inner, net.node(kB).inner, 1);
  ASSERT_EQ(net.device(kA).Transmit(net.now(), &packet, 0, net.fx(kA)), Errno::kOk);
  const DeviceCounters before = net.device(kA).counters();
  net.device(kA).Down(net.now(), net.fx(kA));
  net.ClearLog();
  net.Settle();
  EXPECT_TRUE(net.log().empty());
  EXPECT_EQ(net.node(kA).dropped[DropReason::kInterfaceDown], 1u);
  const DeviceCounters& after = net.device(kA).counters();
  EXPECT_EQ(after.tx_packets + after.tx_errors + after.tx_dropped,
            before.tx_packets + before.tx_errors + before.tx_dropped);
}

TEST(CatalogueData, RX_015_ACookieReplyMovesNoEndpoint) {
  TwoDevices net;
  net.connected[kB] = false;
  net.SendNumbered(kA, 1);
  net.connected[kB] = true;
  // B is under load: it answers the retry with a cookie, from another address.
  net.node(kB).module.last_under_load = net.now().boot + seconds(5) + milliseconds(400);
  const Endpoint known = net.peer(kA).endpoint.remote();
  net.node(kB).address.port = 9;
  net.Advance(seconds(5) + milliseconds(400));
  ASSERT_EQ(net.Log(kB, 3).size(), 1u);
  EXPECT_TRUE(net.peer(kA).latest_cookie.is_valid());
  EXPECT_EQ(net.peer(kA).endpoint.remote(), known);
  EXPECT_EQ(net.peer(kA).rx_bytes, 0u) << "RX-024";
  EXPECT_EQ(net.device(kA).counters().rx_packets, 0u);
}

}  // namespace
}  // namespace wg
