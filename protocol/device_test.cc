// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The whole path between two devices under the inline driver, with both cipher suites.
#include "protocol/device.h"

#include <chrono>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/two_devices.h"

namespace wg {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::vector<uint32_t> Range(uint32_t first, uint32_t last) {
  std::vector<uint32_t> numbers(last - first + 1);
  std::iota(numbers.begin(), numbers.end(), first);
  return numbers;
}

// What a device has when nothing happens: peers, keys, a trie, and nothing that waits.
void ExpectNothingWaits(TwoDevices& net) {
  for (const Side side : {kA, kB}) {
    const DeviceCensus census = net.device(side).census();
    EXPECT_EQ(census.peers, 1u);
    EXPECT_EQ(census.bundles, 0u);
    EXPECT_EQ(census.staged, 0u);
    EXPECT_EQ(census.queued_rx, 0u);
    EXPECT_EQ(census.handshakes_in, 0u);
    EXPECT_EQ(net.node(side).pool.live(), 0);
    EXPECT_EQ(net.device(side).counters().stale_work, 0u);
  }
}

class DeviceTest : public testing::TestWithParam<const CryptoSuite*> {
 protected:
  TwoDevices net_{{.crypto = GetParam()}};
};

INSTANTIATE_TEST_SUITE_P(Suites, DeviceTest, testing::Values(&RealCrypto(), &ModelledCrypto()),
                         [](const testing::TestParamInfo<const CryptoSuite*>& info) {
                           return std::string(info.index == 0 ? "Real" : "Modelled");
                         });

TEST_P(DeviceTest, TX_007_TheFirstPacketStartsAHandshakeAndArrivesWithIt) {
  EXPECT_EQ(net_.SendNumbered(kA, 1), Errno::kOk);
  EXPECT_EQ(net_.node(kB).received, Range(1, 1));
  ASSERT_EQ(net_.log().size(), 3u);
  EXPECT_EQ(net_.log()[0].bytes, 148u);
  EXPECT_EQ(net_.log()[1].bytes, 92u);
  EXPECT_EQ(net_.log()[2].bytes, 128u);
  EXPECT_EQ(net_.device(kA).counters().initiations_sent, 1u);
  EXPECT_EQ(net_.device(kB).counters().responses_sent, 1u);
  EXPECT_EQ(net_.device(kA).counters().handshakes_completed, 1u);
  EXPECT_EQ(net_.device(kB).counters().handshakes_completed, 1u);
  ExpectNothingWaits(net_);
}

TEST_P(DeviceTest, DataFlowsBothWaysInOneSession) {
  for (uint32_t i = 0; i < 20; ++i) {
    net_.SendNumbered(i % 3 == 0 ? kB : kA, i);
  }
  EXPECT_EQ(net_.node(kA).received, (std::vector<uint32_t>{0, 3, 6, 9, 12, 15, 18}));
  EXPECT_EQ(net_.node(kB).received.size(), 13u);
  EXPECT_EQ(net_.Log(kB, 1).size(), 1u);
  EXPECT_EQ(net_.Log(kA, 1).size(), 0u);
  ExpectNothingWaits(net_);
}

TEST_P(DeviceTest, NETNS_01_TX_040_TenPingsCount1428Out1372In) {
  for (uint32_t i = 0; i < 10; ++i) {
    net_.SendNumbered(kA, i);
    net_.SendNumbered(kB, i);
  }
  EXPECT_EQ(net_.peer(kA).tx_bytes, 148u + 10 * 128);
  EXPECT_EQ(net_.peer(kA).rx_bytes, 92u + 10 * 128);
  EXPECT_EQ(net_.peer(kB).tx_bytes, 1372u);
  EXPECT_EQ(net_.peer(kB).rx_bytes, 1428u);
  // TX-041: the interface counts the same.
  const DeviceCounters& counters = net_.device(kA).counters();
  EXPECT_EQ(counters.tx_bytes, 1428u);
  EXPECT_EQ(counters.rx_bytes, 1372u);
  EXPECT_EQ(counters.tx_packets, 11u);
  EXPECT_EQ(counters.rx_packets, 11u);
  EXPECT_EQ(counters.tx_errors + counters.tx_dropped + counters.rx_errors, 0u);
}

TEST_P(DeviceTest, PEER_018_PEER_019_AKeepaliveConfirmsAHandshakeWithoutData) {
  net_.Handshake(kA);
  EXPECT_EQ(net_.peer(kA).tx_bytes, 148u + 32);
  EXPECT_EQ(net_.peer(kA).rx_bytes, 92u);
  EXPECT_EQ(net_.peer(kB).rx_bytes, 148u + 32);
  EXPECT_EQ(net_.peer(kB).tx_bytes, 92u);
  EXPECT_TRUE(net_.node(kB).received.empty());
  ExpectNothingWaits(net_);
}

TEST_P(DeviceTest, TX_008_TX_009_OfTwoHundredStagedPacketsTheNewest129Arrive) {
  net_.connected[kA] = false;
  for (uint32_t i = 1; i <= 200; ++i) EXPECT_EQ(net_.SendNumbered(kA, i), Errno::kOk);
  EXPECT_EQ(net_.device(kA).counters().tx_dropped, 71u);
  EXPECT_EQ(net_.node(kA).dropped[DropReason::kStagedOverflow], 71u);
  EXPECT_EQ(net_.node(kA).dropped_tags, std::vector<uint64_t>([] {
              std::vector<uint64_t> tags(71);
              std::iota(tags.begin(), tags.end(), 1);
              return tags;
            }()));
  EXPECT_EQ(net_.device(kA).census().staged, 129u);
  net_.connected[kA] = true;
  net_.Advance(seconds(6));
  EXPECT_EQ(net_.node(kB).received, Range(72, 200));
  // TX-036: one flush is one bundle; PEER-028: numbered from 0.
  EXPECT_EQ(net_.peer(kA).keypairs.current()->sending_counter, 129u);
  EXPECT_EQ(net_.device(kA).counters().tx_dropped, 71u);
}

TEST_P(DeviceTest, PEER_029_StagedPacketsLeaveBeforeLaterOnes) {
  net_.connected[kB] = false;
  for (uint32_t i = 0; i < 5; ++i) net_.SendNumbered(kA, i);
  net_.connected[kB] = true;
  net_.Advance(seconds(6));
  for (uint32_t i = 5; i < 10; ++i) net_.SendNumbered(kA, i);
  EXPECT_EQ(net_.node(kB).received, Range(0, 9));
}

TEST_P(DeviceTest, TX_018_CountersStartAtZeroAndCountKeepalivesToo) {
  net_.Handshake(kA);
  std::vector<uint64_t> counters;
  net_.tap = [&](Side from, Datagram* datagram) {
    MessageDataHeader header;
    Decode(datagram->payload.bytes(), &header);
    if (from == kA) counters.push_back(header.counter);
    return true;
  };
  net_.SendNumbered(kA, 1);
  net_.Keepalive(kA);
  net_.SendNumbered(kA, 2);
  EXPECT_EQ(counters, (std::vector<uint64_t>{1, 2, 3}));  // 0 confirmed the handshake
  EXPECT_EQ(net_.log()[1].bytes, 32u);                    // TX-026
}

TEST_P(DeviceTest, RX_026_TheResponderWaitsForTheFirstPacketBeforeItSends) {
  net_.tap = [&](Side from, Datagram* datagram) {
    return from != kA || datagram->message_type != 4;
  };
  net_.SendNumbered(kA, 1);
  net_.SendNumbered(kB, 2);
  EXPECT_TRUE(net_.Log(kB, 4).empty());
  EXPECT_EQ(net_.device(kB).census().staged, 1u);
  EXPECT_EQ(net_.peer(kB).walltime_last_handshake, WallTime());  // TIMER-047
  net_.tap = nullptr;
  net_.SendNumbered(kA, 3);  // RX-027
  EXPECT_EQ(net_.node(kA).received, Range(2, 2));
  EXPECT_EQ(net_.peer(kB).walltime_last_handshake, net_.now().wall);
}

TEST_P(DeviceTest, RX_011_RX_012_TheEndpointFollowsAuthenticatedPacketsAndKeepalives) {
  net_.Handshake(kA);
  net_.node(kA).address = *Endpoint::Parse("198.51.100.7:4444");
  net_.SendNumbered(kA, 1);
  EXPECT_EQ(net_.peer(kB).endpoint.remote(), net_.node(kA).address);
  EXPECT_EQ(net_.peer(kB).endpoint.source(), net_.node(kB).address.address);
  EXPECT_EQ(net_.peer(kB).endpoint.source_ifindex(), 1u);
  net_.SendNumbered(kB, 2);
  EXPECT_EQ(net_.log().back().remote, net_.node(kA).address);
  EXPECT_EQ(net_.log().back().local, net_.node(kB).address.address);  // SOCK-002
  net_.node(kA).address = *Endpoint::Parse("[2001:db8::1]:5555");     // SOCK-015
  net_.Keepalive(kA);
  EXPECT_EQ(net_.peer(kB).endpoint.remote(), net_.node(kA).address);
  EXPECT_EQ(net_.peer(kB).endpoint.source_ifindex(), 0u);
}

TEST_P(DeviceTest, RX_006_RX_010_AReplayIsDroppedBeforeAnythingElseHappens) {
  net_.Handshake(kA);
  Buffer copy;
  net_.tap = [&](Side, Datagram* datagram) {
    copy = datagram->payload.Clone();
    return true;
  };
  net_.SendNumbered(kA, 1);
  const uint64_t rx_bytes = net_.peer(kB).rx_bytes;
  const Endpoint before = net_.peer(kB).endpoint.remote();
  net_.Inject(kB, {.payload = std::move(copy),
                   .remote = *Endpoint::Parse("203.0.113.9:9"),
                   .local = net_.node(kB).address.address});
  EXPECT_EQ(net_.node(kB).received, Range(1, 1));
  EXPECT_EQ(net_.node(kB).dropped[DropReason::kReplayed], 1u);
  EXPECT_EQ(net_.peer(kB).endpoint.remote(), before);
  EXPECT_EQ(net_.peer(kB).rx_bytes, rx_bytes);
  EXPECT_EQ(net_.device(kB).counters().rx_errors, 0u);
}

TEST_P(DeviceTest, RX_005_AFlippedBitIsDroppedInSilence) {
  net_.Handshake(kA);
  net_.tap = [&](Side, Datagram* datagram) {
    datagram->payload.data()[40] ^= 1;
    return true;
  };
  net_.SendNumbered(kA, 5);
  EXPECT_TRUE(net_.node(kB).received.empty());
  EXPECT_EQ(net_.node(kB).dropped[DropReason::kDecryptFailed], 1u);
  EXPECT_EQ(net_.node(kB).dropped_tags, (std::vector<uint64_t>{5}));
  EXPECT_EQ(net_.device(kB).counters().rx_errors, 0u);
}

TEST_P(DeviceTest, TX_021_RX_025_CongestionMarksPassThroughTheTunnel) {
  net_.Handshake(kA);
  uint8_t mark = 0xff;
  net_.tap = [&](Side, Datagram* datagram) {
    if (mark != 0xff) datagram->ds = mark;
    return true;
  };
  for (uint8_t ecn = 0; ecn < 4; ++ecn) net_.SendNumbered(kA, ecn, 84, ecn);
  for (uint8_t ecn = 0; ecn < 4; ++ecn) EXPECT_EQ(net_.log()[ecn].ds, ecn == 3 ? 2 : ecn);
  EXPECT_EQ(net_.node(kB).received_tos, (std::vector<uint8_t>{0, 1, 2, 3}));
  net_.node(kB).received_tos.clear();
  mark = 3;
  for (uint8_t ecn = 0; ecn < 4; ++ecn) net_.SendNumbered(kA, ecn, 84, ecn);
  EXPECT_EQ(net_.node(kB).received_tos, (std::vector<uint8_t>{0, 3, 3, 3}));
  net_.node(kB).received_tos.clear();
  mark = 1;
  for (uint8_t ecn = 0; ecn < 4; ++ecn) net_.SendNumbered(kA, ecn, 84, ecn);
  EXPECT_EQ(net_.node(kB).received_tos, (std::vector<uint8_t>{0, 1, 1, 3}));
  net_.node(kB).received_tos.clear();
  net_.SendNumbered(kA, 9, 84, 46 << 2);  // TX-023: no DSCP outside
  EXPECT_EQ(net_.log().back().ds, 0);
  EXPECT_EQ(net_.node(kB).received_tos, (std::vector<uint8_t>{46 << 2}));
}

TEST_P(DeviceTest, TX_022_HandshakesAreMarkedAf41) {
  net_.SendNumbered(kA, 1);
  EXPECT_EQ(net_.Log(kA, 1)[0].ds, 0x88);
  EXPECT_EQ(net_.Log(kB, 2)[0].ds, 0x88);
}

TEST_P(DeviceTest, TX_013_TX_014_TX_015_PaddingStopsAtTheRoutesMtu) {
  net_.Handshake(kA);
  const auto wire_size = [&](size_t size, uint32_t mtu) {
    net_.Send(kA, MakeInner(&net_.node(kA).pool, net_.node(kA).inner, net_.node(kB).inner, 1, size),
              mtu);
    return net_.log().back().bytes - 32;
  };
  for (size_t size = 24; size <= 1420; ++size) {
    const uint32_t padded = wire_size(size, 0);
    EXPECT_EQ(padded, std::min<size_t>((size + 15) / 16 * 16, 1420));
  }
  EXPECT_EQ(wire_size(1299, 1300), 1300u);
  EXPECT_EQ(wire_size(1310, 1300), 1316u);
  EXPECT_EQ(net_.node(kB).received.size(), 1420u - 24 + 1 + 2);
}

TEST_P(DeviceTest, TX_001_TX_003_TX_004_TX_005_WhatCannotBeSentStaysWithTheCaller) {
  Device& device = net_.device(kA);
  Buffer packet = MakeInner(&net_.node(kA).pool, net_.node(kA).inner, IpAddress::V4(1), 1);
  EXPECT_EQ(device.Transmit(net_.now(), &packet, 0, net_.fx(kA)), Errno::kNoKey);
  EXPECT_TRUE(packet);
  packet.data()[0] = 0x55;
  EXPECT_EQ(device.Transmit(net_.now(), &packet, 0, net_.fx(kA)), Errno::kProtoNoSupport);
  packet.Truncate(19);
  packet.data()[0] = 0x45;
  EXPECT_EQ(device.Transmit(net_.now(), &packet, 0, net_.fx(kA)), Errno::kProtoNoSupport);
  EXPECT_EQ(device.counters().tx_errors, 3u);
  EXPECT_EQ(device.counters().tx_packets, 0u);
  EXPECT_TRUE(net_.fx(kA)->empty());

  TwoDevices nowhere({.crypto = GetParam(), .endpoint_of_b = false});
  EXPECT_EQ(nowhere.SendNumbered(kB, 1), Errno::kOk);  // A learns where B is
  EXPECT_EQ(nowhere.SendNumbered(kA, 1), Errno::kOk);
  TwoDevices unknown({.crypto = GetParam(), .endpoint_of_b = false});
  Buffer lost =
      MakeInner(&unknown.node(kA).pool, unknown.node(kA).inner, unknown.node(kB).inner, 1);
  EXPECT_EQ(unknown.device(kA).Transmit(unknown.now(), &lost, 0, unknown.fx(kA)),
            Errno::kDestAddrReq);
  EXPECT_EQ(unknown.device(kA).counters().tx_errors, 1u);
}

TEST_P(DeviceTest, TIMER_060_AKeepaliveWithoutEndpointIsLostButItsTimerRuns) {
  TwoDevices net({.crypto = GetParam(), .endpoint_of_b = false});
  SetKeepalive(net.state(kA), net.now(), net.peer(kA), 25, net.fx(kA));
  net.Settle();
  EXPECT_TRUE(net.log().empty());
  EXPECT_EQ(net.node(kA).dropped[DropReason::kNoEndpoint], 1u);
  net.Advance(milliseconds(5400));
  EXPECT_EQ(net.node(kA).dropped[DropReason::kNoEndpoint], 2u);
}

TEST_P(DeviceTest, CrossingInitiationsEndWithASessionBecauseOfJitter) {
  // Both sides send before either hears of the other.
  Device::State* states[] = {&net_.state(kA), &net_.state(kB)};
  for (const Side side : {kA, kB}) {
    Buffer packet = MakeInner(&net_.node(side).pool, net_.node(side).inner,
                              net_.node(Other(side)).inner, 1 + side);
    EXPECT_EQ(net_.device(side).Transmit(net_.now(), &packet, 0, net_.fx(side)), Errno::kOk);
    net_.node(side).driver.Settle(net_.now(), net_.fx(side));
  }
  net_.Settle();
  EXPECT_EQ(net_.Log(kA, 1).size(), 1u);
  EXPECT_EQ(net_.Log(kB, 1).size(), 1u);
  EXPECT_TRUE(net_.node(kA).received.empty());
  EXPECT_TRUE(net_.node(kB).received.empty());
  EXPECT_EQ(net_.node(kA).dropped[DropReason::kHandshakeRejected], 1u);  // a response too late
  EXPECT_EQ(net_.node(kB).dropped[DropReason::kHandshakeRejected], 1u);
  EXPECT_NE(net_.peer(kA).keypairs.next(), nullptr);
  EXPECT_EQ(net_.peer(kA).keypairs.current(), nullptr);
  net_.Advance(seconds(6));
  EXPECT_EQ(net_.node(kA).received, Range(2, 2));
  EXPECT_EQ(net_.node(kB).received, Range(1, 1));
  EXPECT_EQ(states[0]->keypair_account.live, net_.device(kA).census().keypairs);
}

TEST_P(DeviceTest, DEV_008_PEER_024_PEER_026_DownForgetsSessionsAndOpensTheGate) {
  net_.Handshake(kA);
  net_.Advance(seconds(1));
  net_.device(kA).Down(net_.now(), net_.fx(kA));
  net_.Settle();
  EXPECT_EQ(net_.device(kA).census().keypairs, 0u);
  EXPECT_EQ(net_.device(kA).census().indices, 0u);
  Buffer packet = MakeInner(&net_.node(kA).pool, net_.node(kA).inner, net_.node(kB).inner, 1);
  EXPECT_EQ(net_.device(kA).Transmit(net_.now(), &packet, 0, net_.fx(kA)), Errno::kNetDown);
  EXPECT_EQ(net_.device(kA).counters().tx_errors, 0u);
  net_.SendNumbered(kB, 1);
  EXPECT_EQ(net_.node(kA).dropped[DropReason::kInterfaceDown], 1u);
  net_.device(kA).Up(net_.now(), net_.fx(kA));
  net_.ClearLog();
  EXPECT_TRUE(net_.peer(kA).endpoint);  // PEER-025
  net_.SendNumbered(kA, 2);
  EXPECT_EQ(net_.Log(kA, 1).size(), 1u);
  EXPECT_EQ(net_.node(kB).received, Range(2, 2));
}

TEST_P(DeviceTest, TX_011_DownPurgesWhatIsStaged) {
  net_.connected[kA] = false;
  for (uint32_t i = 0; i < 3; ++i) net_.SendNumbered(kA, i);
  net_.device(kA).Down(net_.now(), net_.fx(kA));
  net_.Settle();
  EXPECT_EQ(net_.device(kA).counters().tx_dropped, 3u);
  EXPECT_EQ(net_.node(kA).dropped[DropReason::kStagedPurged], 3u);
  EXPECT_EQ(net_.device(kA).NextTimer() == kNever, false);  // lazily: an entry, but no timer
  net_.Advance(seconds(600));
  EXPECT_EQ(net_.device(kA).NextTimer(), kNever);
  EXPECT_EQ(net_.Log(kA, 1).size(), 1u);  // TIMER-045
  ExpectNothingWaits(net_);
}

TEST_P(DeviceTest, SOCK_012_TX_039_WithoutARouteNothingIsCountedAndNoTimerArmed) {
  net_.Handshake(kA);
  const uint64_t tx_bytes = net_.peer(kA).tx_bytes;
  net_.outcome = [](Side, const Datagram&) { return SendOutcome::kNoRoute; };
  EXPECT_EQ(net_.SendNumbered(kA, 1), Errno::kOk);
  EXPECT_EQ(net_.peer(kA).tx_bytes, tx_bytes);
  EXPECT_FALSE(net_.peer(kA).timers[static_cast<int>(TimerId::kNewHandshake)].pending());
  net_.outcome = [](Side, const Datagram&) { return SendOutcome::kOutputFailed; };
  EXPECT_EQ(net_.SendNumbered(kA, 2), Errno::kOk);
  EXPECT_EQ(net_.peer(kA).tx_bytes, tx_bytes + 128);
  EXPECT_EQ(net_.device(kA).counters().tx_dropped, 1u);
  EXPECT_TRUE(net_.peer(kA).timers[static_cast<int>(TimerId::kNewHandshake)].pending());
}

TEST_P(DeviceTest, EveryProfileAgreesOnTheWire) {
  for (const Profile* profile : AllProfiles()) {
    TwoDevices net({.crypto = GetParam(), .profile = profile});
    net.SendNumbered(kA, 1);
    net.SendNumbered(kB, 2);
    EXPECT_EQ(net.node(kB).received, Range(1, 1)) << profile->name;
    EXPECT_EQ(net.node(kA).received, Range(2, 2)) << profile->name;
    EXPECT_EQ(FindProfile(profile->name), profile);
  }
  EXPECT_EQ(FindProfile("LINUX_2_2"), nullptr);
}

}  // namespace
}  // namespace wg
