// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/socket.h"

#include <utility>

#include "gtest/gtest.h"
#include "sim/net/test_network.h"

namespace net {
namespace {

using wg::Errno;

TEST(Socket, ADatagramArrivesWithItsBytesTagDsAndAddresses) {
  for (const char* to : {"192.0.2.2", "2001:db8::2"}) {
    TwoHosts net;
    Reader reader;
    const wg::Family family = Ip(to).family();
    Socket a(net.a.root(), family, "a", {.ds = 0x2d}, nullptr);
    Socket b(net.b.root(), family, "b", {}, &reader);
    ASSERT_EQ(b.Bind(wg::IpAddress(), 7), Errno::kOk);
    ASSERT_EQ(a.SendTo(To(to, 7), net.ground.Payload(777, 42), 0), Errno::kOk);
    net.ground.loop.Run();
    EXPECT_EQ(reader.tags, (std::vector<uint64_t>{42}));
    EXPECT_EQ(reader.sizes, (std::vector<size_t>{777}));
    EXPECT_TRUE(reader.intact);
    EXPECT_EQ(reader.last_ds, 0x2d);
    EXPECT_EQ(reader.last_from.address,
              family == wg::Family::kIpv4 ? Ip("192.0.2.1") : Ip("2001:db8::1"));
    EXPECT_EQ(reader.last_from.port, a.port());
    EXPECT_EQ(net.ground.pool.live(), 0);
  }
}

TEST(Socket, LoopbackAndOwnAddressesStayInsideOnTheSameCore) {
  TwoHosts net({}, {.machine = {.cores = 2}});
  Reader reader;
  Socket b(net.a.root(), wg::Family::kIpv4, "b", {}, &reader);
  ASSERT_EQ(b.Bind(wg::IpAddress(), 7), Errno::kOk);
  Socket a(net.a.root(), wg::Family::kIpv4, "a", {}, nullptr);
  ASSERT_EQ(a.SendTo(To("127.0.0.1", 7), net.ground.Payload(10, 1), 1), Errno::kOk);
  ASSERT_EQ(a.SendTo(To("192.0.2.1", 7), net.ground.Payload(40'000, 2), 1), Errno::kOk);
  EXPECT_TRUE(reader.tags.empty()) << "not before the backlog's task";
  net.ground.loop.Run();
  EXPECT_EQ(reader.tags, (std::vector<uint64_t>{1, 2}));
  EXPECT_EQ(net.a.core(1)->tasks_done(sim::Context::kSoftirq), 2u);
  EXPECT_EQ(net.a.core(0)->tasks_done(sim::Context::kSoftirq), 0u);
}

TEST(Socket, WrongCallsSayWhatIsWrong) {
  TwoHosts net;
  Ground& ground = net.ground;
  Socket s(net.a.root(), wg::Family::kIpv4, "s", {}, nullptr);
  EXPECT_EQ(s.Send(ground.Payload(1), 0), Errno::kDestAddrReq);
  EXPECT_EQ(s.SendTo(To("fd00::1", 7), ground.Payload(1), 0), Errno::kAfNoSupport);
  EXPECT_EQ(s.SendTo(To("192.0.2.2", 0), ground.Payload(1), 0), Errno::kInval);
  EXPECT_EQ(s.SendTo(To("192.0.2.2", 7), ground.Payload(65508), 0), Errno::kMsgSize);
  EXPECT_EQ(s.SendTo(To("8.8.8.8", 7), ground.Payload(1), 0), Errno::kNetUnreach);
  EXPECT_EQ(s.Bind(Ip("192.0.2.1"), 7), Errno::kInval) << "the first send has bound it";
  Socket t(net.a.root(), wg::Family::kIpv4, "t", {}, nullptr);
  EXPECT_EQ(t.Bind(Ip("192.0.2.99"), 7), Errno::kInval) << "not our address";
  EXPECT_EQ(t.Bind(Ip("192.0.2.1"), s.port()), Errno::kAddrInUse);
  EXPECT_EQ(s.counters().refused, 5u);
  EXPECT_TRUE(ground.sink.deaths.empty()) << "the caller knows";
}

TEST(Socket, FreebindTakesAnAddressThatComesLater) {
  TwoHosts net;
  Reader reader;
  Socket b(net.b.root(), wg::Family::kIpv4, "b", {.freebind = true}, &reader);
  ASSERT_EQ(b.Bind(Ip("192.0.2.99"), 7), Errno::kOk);
  net.b.root()->fib().AddAddress(net.b.root()->FindInterface("lo"),
                                 wg::Prefix::Host(Ip("192.0.2.99")));
  Socket a(net.b.root(), wg::Family::kIpv4, "a", {}, nullptr);
  ASSERT_EQ(a.SendTo(To("192.0.2.99", 7), net.ground.Payload(10, 1), 0), Errno::kOk);
  net.ground.loop.Run();
  EXPECT_EQ(reader.tags, (std::vector<uint64_t>{1}));
}

TEST(Socket, AFullSendBufferIsEagainUntilBitsHaveLeft) {
  LinkOptions slow;
  slow.transmitter = {.rate_bps = 8'000'000, .queue_packets = 1000};  // 1 byte per us
  TwoHosts net(slow);
  Reader user;
  Socket s(net.a.root(), wg::Family::kIpv4, "s", {.send_buffer = 4 * 2304}, &user);
  int sent = 0;
  while (s.SendTo(To("192.0.2.2", 7), net.ground.Payload(1024), 0) == Errno::kOk) ++sent;
  EXPECT_EQ(sent, 4);
  EXPECT_FALSE(s.HasRoom());
  s.WaitForRoom();
  net.ground.loop.RunUntil(AtNanos(1'052'000 - 1));
  EXPECT_FALSE(s.HasRoom());
  net.ground.loop.RunUntil(AtNanos(1'052'000));
  EXPECT_TRUE(s.HasRoom());
  EXPECT_EQ(user.writable, 0) << "woken at half, not at the first byte";
  net.ground.loop.RunUntil(AtNanos(2 * 1'052'000));
  EXPECT_EQ(user.writable, 1);
}

TEST(Socket, AFullReceiveBufferDropsAndCounts) {
  TwoHosts net;
  Socket b(net.b.root(), wg::Family::kIpv4, "b", {.receive_buffer = 3 * 2304}, nullptr);
  ASSERT_EQ(b.Bind(wg::IpAddress(), 7), Errno::kOk);
  Socket a(net.a.root(), wg::Family::kIpv4, "a", {}, nullptr);
  for (uint64_t i = 1; i <= 10; ++i) {
    ASSERT_EQ(a.SendTo(To("192.0.2.2", 7), net.ground.Payload(1024, i), 0), Errno::kOk);
  }
  net.ground.loop.Run();
  // The kernel admits while what is queued does not exceed the limit: one more than fits.
  EXPECT_EQ(b.queued(), 4u);
  EXPECT_EQ(b.counters().receive_drops, 6u);
  EXPECT_EQ(net.ground.sink.Count(Drop::kSocketBufferFull), 6u);
  Received datagram;
  for (uint64_t i = 1; i <= 4; ++i) {
    ASSERT_EQ(b.Receive(&datagram), Errno::kOk);
    EXPECT_EQ(datagram.payload.tag(), i);
  }
  EXPECT_EQ(b.Receive(&datagram), Errno::kAgain);
  const SocketCounters& c = b.counters();
  EXPECT_EQ(c.received, c.receive_drops + c.taken + b.queued());
}

struct PortUnreachable {
  bool connected, recverr;
  Errno next;
};

class PortUnreachableTest : public testing::TestWithParam<PortUnreachable> {};

TEST_P(PortUnreachableTest, IsReportedByTheNextCall) {
  TwoHosts net;
  Reader user;
  Socket s(net.a.root(), wg::Family::kIpv4, "s", {.recverr = GetParam().recverr}, &user);
  const wg::Endpoint to = To("192.0.2.2", 7);
  if (GetParam().connected) {
    ASSERT_EQ(s.Connect(to), Errno::kOk);
  }
  EXPECT_EQ(s.SendTo(to, net.ground.Payload(100, 1), 0), Errno::kOk);
  net.ground.loop.Run();
  EXPECT_EQ(net.ground.sink.Count(Drop::kNoPort), 1u);
  EXPECT_EQ(s.counters().icmp_errors, 1u);
  EXPECT_EQ(s.pending_error(), GetParam().next);
  EXPECT_EQ(s.SendTo(to, net.ground.Payload(100, 2), 0), GetParam().next);
  EXPECT_EQ(s.SendTo(to, net.ground.Payload(100, 3), 0), Errno::kOk) << "once";
}

INSTANTIATE_TEST_SUITE_P(Socket, PortUnreachableTest,
                         testing::Values(PortUnreachable{false, false, Errno::kOk},
                                         PortUnreachable{true, false, Errno::kConnRefused},
                                         PortUnreachable{false, true, Errno::kConnRefused},
                                         PortUnreachable{true, true, Errno::kConnRefused}));

TEST(Socket, DfFollowsPathMtuDiscovery) {
  TwoHosts net;
  Reader reader;
  Socket b(net.b.root(), wg::Family::kIpv4, "b", {}, &reader);
  ASSERT_EQ(b.Bind(wg::IpAddress(), 7), Errno::kOk);
  Socket must(net.a.root(), wg::Family::kIpv4, "do", {.path_mtu_discovery = PathMtuDiscovery::kDo},
              nullptr);
  EXPECT_EQ(must.SendTo(To("192.0.2.2", 7), net.ground.Payload(1473, 1), 0), Errno::kMsgSize);
  EXPECT_EQ(must.SendTo(To("192.0.2.2", 7), net.ground.Payload(1472, 2), 0), Errno::kOk);
  Socket want(net.a.root(), wg::Family::kIpv4, "want", {}, nullptr);
  EXPECT_EQ(want.SendTo(To("192.0.2.2", 7), net.ground.Payload(5000, 3), 0), Errno::kOk);
  net.ground.loop.Run();
  EXPECT_EQ(reader.tags, (std::vector<uint64_t>{2, 3}));
  EXPECT_TRUE(reader.intact);
}

TEST(Socket, ClosingDropsWhatWasNotTaken) {
  TwoHosts net;
  {
    Socket b(net.b.root(), wg::Family::kIpv4, "b", {}, nullptr);
    ASSERT_EQ(b.Bind(wg::IpAddress(), 7), Errno::kOk);
    Socket a(net.a.root(), wg::Family::kIpv4, "a", {}, nullptr);
    ASSERT_EQ(a.SendTo(To("192.0.2.2", 7), net.ground.Payload(10, 5), 0), Errno::kOk);
    net.ground.loop.Run();
  }
  EXPECT_EQ(net.ground.sink.Count(Drop::kSocketClosed), 1u);
  EXPECT_EQ(net.ground.pool.live(), 0);
}

TEST(Socket, ACorruptedDatagramNeverReachesTheApplication) {
  LinkOptions noisy;
  noisy.corrupt_ppb = 300'000'000;
  TwoHosts net(noisy);
  Reader reader;
  Socket b(net.b.root(), wg::Family::kIpv4, "b", {}, &reader);
  ASSERT_EQ(b.Bind(wg::IpAddress(), 7), Errno::kOk);
  Socket a(net.a.root(), wg::Family::kIpv4, "a", {}, nullptr);
  for (uint64_t i = 1; i <= 1000; ++i) {
    ASSERT_EQ(a.SendTo(To("192.0.2.2", 7), net.ground.Payload(i % 97, i), 0), Errno::kOk);
    net.ground.loop.Run();
  }
  const uint64_t corrupted = net.link.transmit(0)->counters().corrupted;
  EXPECT_GT(corrupted, 200u);
  EXPECT_EQ(reader.tags.size(), 1000 - corrupted);
  EXPECT_TRUE(reader.intact);
  EXPECT_EQ(net.ground.sink.Tagged(), corrupted);
}

}  // namespace
}  // namespace net
