// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What is let in and what is not: message shapes, the checks inside the tunnel and their counters,
// load and cookies.
#include "protocol/receive.h"

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "protocol/endian.h"
#include "protocol/messages.h"
#include "protocol/send.h"
#include "protocol/two_devices.h"

namespace wg {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Datagram FromA(TwoDevices& net, absl::Span<const uint8_t> bytes) {
  return {.payload = net.node(kB).pool.Copy(bytes),
          .remote = net.node(kA).address,
          .local = net.node(kB).address.address};
}

TEST(Receive, RX_001_RX_002_OnlyTheFourShapesAreMessages) {
  TwoDevices net;
  const auto is_malformed = [&](size_t size, uint32_t type_word) {
    std::vector<uint8_t> bytes(size);
    if (size >= 4) StoreLe32(bytes.data(), type_word);
    const uint32_t before = net.node(kB).dropped[DropReason::kMalformed];
    net.Inject(kB, FromA(net, bytes));
    return net.node(kB).dropped[DropReason::kMalformed] == before + 1;
  };
  for (size_t size = 0; size < 200; ++size) {
    EXPECT_EQ(is_malformed(size, 1), size != 148);
    EXPECT_EQ(is_malformed(size, 2), size != 92);
    EXPECT_EQ(is_malformed(size, 3), size != 64);
    EXPECT_EQ(is_malformed(size, 4), size < 32);
    EXPECT_TRUE(is_malformed(size, 0));
    EXPECT_TRUE(is_malformed(size, 5));
    EXPECT_TRUE(is_malformed(size, 0x0104));
    EXPECT_TRUE(is_malformed(size, 0x01000004));
  }
  EXPECT_EQ(net.device(kB).counters().rx_errors + net.device(kB).counters().rx_packets, 0u);
  EXPECT_TRUE(net.log().empty());
}

TEST(Receive, RX_004_DataForNobodyIsSilent) {
  TwoDevices net;
  net.Handshake(kA);
  std::vector<uint8_t> bytes(32);
  bytes[0] = 4;
  net.Inject(kB, FromA(net, bytes));
  EXPECT_EQ(net.node(kB).dropped[DropReason::kUnknownIndex], 1u);
}

// An authentic packet that B finds wanting; what it does to B's counters.
class InnerTest : public testing::Test {
 protected:
  InnerTest() { net_.Handshake(kA); }

  // Sends a packet after `change`, past A's own checks.
  void Send(size_t size, const std::function<void(uint8_t*)>& change) {
    Buffer packet = MakeInner(&net_.node(kA).pool, net_.node(kA).inner, net_.node(kB).inner, 7,
                              std::max<size_t>(size, 24));
    packet.Truncate(size);
    change(packet.data());
    StagePackets(net_.state(kA), net_.now(), net_.peer(kA), absl::MakeSpan(&packet, 1), 1420,
                 net_.fx(kA));
    before_ = net_.device(kB).counters();
    peer_rx_bytes_ = net_.peer(kB).rx_bytes;
    net_.Settle();
  }
  void ExpectRefused(DropReason reason, int frame_errors, int length_errors) {
    const DeviceCounters& after = net_.device(kB).counters();
    EXPECT_EQ(net_.node(kB).dropped[reason], ++expected_[reason]);
    EXPECT_EQ(after.rx_errors, before_.rx_errors + 1);
    EXPECT_EQ(after.rx_frame_errors, before_.rx_frame_errors + frame_errors);
    EXPECT_EQ(after.rx_length_errors, before_.rx_length_errors + length_errors);
    EXPECT_EQ(after.rx_packets, before_.rx_packets);
    EXPECT_EQ(net_.peer(kB).rx_bytes, peer_rx_bytes_);  // PEER-022
    EXPECT_TRUE(net_.node(kB).received.empty());
  }

  TwoDevices net_;
  DeviceCounters before_;
  uint64_t peer_rx_bytes_ = 0;
  std::map<DropReason, uint32_t> expected_;
};

TEST_F(InnerTest, RX_016_RX_017_ADisallowedSourceIsAFrameError) {
  Send(84, [](uint8_t* ip) { ip[15] = 99; });
  ExpectRefused(DropReason::kUnallowedSource, 1, 0);
}

TEST_F(InnerTest, RX_013_PEER_014_ButItMovesTheEndpointAllTheSame) {
  net_.node(kA).address.port = 7777;
  Send(84, [](uint8_t* ip) { ip[15] = 99; });
  ExpectRefused(DropReason::kUnallowedSource, 1, 0);
  EXPECT_EQ(net_.peer(kB).endpoint.remote().port, 7777);
}

TEST_F(InnerTest, RX_018_NeitherIpv4NorIpv6IsAFrameError) {
  Send(84, [](uint8_t* ip) { ip[0] = 0x55; });
  ExpectRefused(DropReason::kBadInnerType, 1, 0);
  Send(84, [](uint8_t* ip) { ip[0] = 0x05; });
  ExpectRefused(DropReason::kBadInnerType, 1, 0);
  Send(3, [](uint8_t* ip) { ip[0] = 0x45; });  // padded to 16 bytes: no room for a header
  ExpectRefused(DropReason::kBadInnerType, 1, 0);
  Send(32, [](uint8_t* ip) { ip[0] = 0x60; });
  ExpectRefused(DropReason::kBadInnerType, 1, 0);
}

TEST_F(InnerTest, RX_019_ALengthThatDoesNotFitIsALengthError) {
  Send(84, [](uint8_t* ip) { StoreBe16(ip + 2, 19); });
  ExpectRefused(DropReason::kBadInnerSize, 0, 1);
  Send(84, [](uint8_t* ip) { StoreBe16(ip + 2, 97); });  // padded to 96
  ExpectRefused(DropReason::kBadInnerSize, 0, 1);
  Send(84, [](uint8_t* ip) {
    ip[0] = 0x60;
    StoreBe16(ip + 4, 57);
  });
  ExpectRefused(DropReason::kBadInnerSize, 0, 1);
}

TEST_F(InnerTest, RX_020_RX_023_TheInnerLengthTrimsAndTheWireLengthCounts) {
  Send(84, [](uint8_t* ip) { StoreBe16(ip + 2, 50); });
  EXPECT_EQ(net_.node(kB).received, std::vector<uint32_t>{7});
  EXPECT_EQ(net_.peer(kB).rx_bytes, peer_rx_bytes_ + 128);
}

TEST_F(InnerTest, REPLAY_017_ARefusedPacketHasUsedItsCounter) {
  const uint64_t counter = net_.peer(kB).keypairs.current()->receiving_counter.counter();
  Send(84, [](uint8_t* ip) { ip[15] = 99; });
  EXPECT_EQ(net_.peer(kB).keypairs.current()->receiving_counter.counter(), counter + 1);
}

TEST_F(InnerTest, RX_022_AKeepaliveCounts32BytesAndOnePacket) {
  before_ = net_.device(kB).counters();
  net_.Keepalive(kA);
  EXPECT_EQ(net_.device(kB).counters().rx_packets, before_.rx_packets + 1);
  EXPECT_EQ(net_.device(kB).counters().rx_bytes, before_.rx_bytes + 32);
}

TEST(Receive, RX_007_RX_009_TheWindowReachesBack8128AndTheCounterEndsAtTheLimit) {
  TwoDevices net;
  net.Handshake(kA);
  const auto send_with = [&](uint64_t counter) {
    net.peer(kA).keypairs.current()->sending_counter = counter;
    const size_t before = net.node(kB).received.size();
    net.SendNumbered(kA, 1);
    return net.node(kB).received.size() == before + 1;
  };
  EXPECT_TRUE(send_with(101 + 8128));
  EXPECT_FALSE(send_with(100));
  EXPECT_TRUE(send_with(101));
  EXPECT_TRUE(send_with(1'008'229));  // RX-008
  EXPECT_TRUE(send_with(1'008'229 - 8128));
  EXPECT_FALSE(send_with(1'008'229 - 8129));
  net.connected[kB] = false;
  EXPECT_TRUE(send_with(kRejectAfterMessages - 1));   // REPLAY-012
  EXPECT_FALSE(send_with(kRejectAfterMessages - 2));  // REPLAY-013
  EXPECT_FALSE(net.peer(kB).keypairs.current()->receiving.is_valid);
}

// Initiations from A to B that B has not looked at.
class LoadTest : public testing::Test {
 protected:
  // A message of A's that B would accept, taken off the wire.
  std::vector<uint8_t> CaptureInitiation() {
    std::vector<uint8_t> bytes;
    net_.tap = [&](Side from, Datagram* datagram) {
      const auto span = std::as_const(datagram->payload).bytes();
      if (from == kA) bytes.assign(span.begin(), span.end());
      return false;
    };
    net_.peer(kA).last_sent_handshake -= seconds(10);
    SendQueuedHandshakeInitiation(net_.state(kA), net_.now(), net_.peer(kA), false, net_.fx(kA));
    net_.Settle();
    net_.tap = nullptr;
    EXPECT_EQ(bytes.size(), 148u);
    return bytes;
  }
  // Fills B's ring with messages that will be refused for their mac.
  void Flood(size_t messages) {
    std::vector<uint8_t> bytes(148);
    bytes[0] = 1;
    for (size_t i = 0; i < messages; ++i) {
      net_.device(kB).Receive(net_.now(), FromA(net_, bytes), net_.fx(kB));
    }
  }
  size_t Sent(int type) { return net_.Log(kB, type).size(); }

  TwoDevices net_;
};

TEST_F(LoadTest, RX_031_511WaitingIsNoLoad512IsAndTheOneProcessedCounts) {
  const std::vector<uint8_t> initiation = CaptureInitiation();
  // The good message first, so that all others still wait behind it.
  net_.device(kB).Receive(net_.now(), FromA(net_, initiation), net_.fx(kB));
  Flood(510);
  net_.Settle();
  EXPECT_EQ(Sent(2), 1u);
  EXPECT_EQ(Sent(3), 0u);
  net_.Advance(seconds(1));
  const std::vector<uint8_t> another = CaptureInitiation();
  net_.device(kB).Receive(net_.now(), FromA(net_, another), net_.fx(kB));
  Flood(511);
  net_.Settle();
  EXPECT_EQ(Sent(2), 1u);
  EXPECT_EQ(Sent(3), 1u);
  EXPECT_EQ(net_.device(kB).counters().cookies_sent, 1u);
}

TEST_F(LoadTest, RX_032_LoadLastsOneSecondAndACookieLetsTheRetryIn) {
  net_.connected[kA] = true;
  net_.node(kB).module.last_under_load = net_.now().boot;
  const uint64_t tx_bytes = net_.peer(kB).tx_bytes;
  net_.SendNumbered(kA, 1);
  EXPECT_EQ(Sent(3), 1u);
  EXPECT_EQ(net_.Log(kB, 3)[0].bytes, 64u);
  EXPECT_EQ(net_.Log(kB, 3)[0].ds, 0);
  EXPECT_EQ(net_.peer(kB).tx_bytes, tx_bytes);
  EXPECT_TRUE(net_.peer(kA).latest_cookie.is_valid());
  EXPECT_EQ(net_.Log(kA, 1).size(), 1u);  // TIMER-014: nothing is sent because of it
  net_.Advance(milliseconds(4900));
  net_.node(kB).module.last_under_load = net_.now().boot;
  net_.Advance(milliseconds(500));
  EXPECT_EQ(net_.node(kB).received, std::vector<uint32_t>{1});
  EXPECT_EQ(Sent(3), 1u);
}

TEST_F(LoadTest, TIMER_048_AtExactlyOneSecondTheLoadIsOver) {
  net_.node(kB).module.last_under_load = net_.now().boot - seconds(1);
  net_.SendNumbered(kA, 1);
  EXPECT_EQ(Sent(3), 0u);
  EXPECT_EQ(net_.node(kB).module.last_under_load, BootTime{});
}

TEST_F(LoadTest, SOCK_016_TheCookieGoesToTheSourceOfTheDatagram) {
  const std::vector<uint8_t> initiation = CaptureInitiation();
  net_.node(kB).module.last_under_load = net_.now().boot;
  Datagram datagram = FromA(net_, initiation);
  datagram.remote = *Endpoint::Parse("203.0.113.5:123");
  net_.Inject(kB, std::move(datagram));
  ASSERT_EQ(Sent(3), 1u);
  EXPECT_EQ(net_.Log(kB, 3)[0].remote, *Endpoint::Parse("203.0.113.5:123"));
  EXPECT_EQ(net_.peer(kB).endpoint.remote(), net_.node(kA).address);  // PEER-013
  EXPECT_EQ(net_.peer(kB).rx_bytes, 0u);                              // RX-024
}

TEST_F(LoadTest, ResponsesNeedACookieToo) {
  net_.node(kA).module.last_under_load = net_.now().boot;
  net_.SendNumbered(kA, 1);
  EXPECT_EQ(net_.Log(kA, 3).size(), 1u);
  EXPECT_EQ(net_.peer(kA).keypairs.current(), nullptr);
  EXPECT_TRUE(net_.peer(kB).latest_cookie.is_valid());  // found by the keypair's index
}

// As a driver does to whom it matters how long work takes.
class ExaminedTest : public LoadTest {
 protected:
  HandshakeFate Receive(const std::vector<uint8_t>& bytes) {
    net_.device(kB).Receive(net_.now(), FromA(net_, bytes), net_.fx(kB));
    return net_.device(kB).Examine(net_.now(), net_.fx(kB)->work.back());
  }
};

TEST_F(ExaminedTest, FatesOfAMessageFromTheMacsToTheEnd) {
  const std::vector<uint8_t> initiation = CaptureInitiation();
  std::vector<uint8_t> wrong = initiation;
  wrong[120] ^= 1;
  EXPECT_EQ(Receive(wrong), HandshakeFate::kScreenedOut) << "mac1";
  EXPECT_EQ(Receive(initiation), HandshakeFate::kConsumed);
  EXPECT_EQ(Sent(2), 0u) << "not before it runs";
  net_.Settle();
  EXPECT_EQ(Sent(2), 1u);
  EXPECT_EQ(Receive(initiation), HandshakeFate::kRefused) << "a replay";
  net_.node(kB).module.last_under_load = net_.now().boot;
  EXPECT_EQ(Receive(initiation), HandshakeFate::kCookie);
  EXPECT_EQ(Sent(3), 0u) << "not before it runs";
  net_.Settle();
  EXPECT_EQ(Sent(3), 1u);
  EXPECT_EQ(Sent(2), 1u);
  EXPECT_EQ(net_.device(kB).Examine(net_.now(), {.kind = WorkKind::kHandshakeIn, .job = 1 << 20}),
            HandshakeFate::kScreenedOut)
      << "gone";
}

// Two cores open the same initiation before either is done: both accept it, as the kernel does.
TEST_F(ExaminedTest, TwoThatHaveOpenedTheSameInitiationBothAnswerIt) {
  const std::vector<uint8_t> initiation = CaptureInitiation();
  EXPECT_EQ(Receive(initiation), HandshakeFate::kConsumed);
  EXPECT_EQ(Receive(initiation), HandshakeFate::kConsumed);
  net_.Settle();
  EXPECT_EQ(Sent(2), 2u);
  EXPECT_EQ(Receive(initiation), HandshakeFate::kRefused);
}

TEST_F(LoadTest, RX_034_TheRingHolds4096MessagesAndDownEmptiesIt) {
  Flood(5000);
  EXPECT_EQ(net_.fx(kB)->dropped.size(), 904u);
  EXPECT_EQ(net_.fx(kB)->dropped[0].reason, DropReason::kHandshakeQueueFull);
  EXPECT_EQ(net_.device(kB).census().handshakes_in, 4096u);
  net_.device(kB).Abandon(net_.now(), net_.fx(kB)->work[7], net_.fx(kB));
  EXPECT_EQ(net_.device(kB).census().handshakes_in, 4095u);
  net_.device(kB).Down(net_.now(), net_.fx(kB));
  EXPECT_EQ(net_.device(kB).census().handshakes_in, 0u);
  net_.Settle();
  EXPECT_EQ(net_.node(kB).dropped[DropReason::kInterfaceDown], 4095u);
  EXPECT_EQ(net_.device(kB).counters().stale_work, 4096u);
}

}  // namespace
}  // namespace wg
