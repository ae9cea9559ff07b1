// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// On loopback.
#include "tools/live/udp_port.h"

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "protocol/buffer.h"
#include "protocol/effects.h"
#include "protocol/ip.h"

namespace live {
namespace {

constexpr int kPatience = 5000;  // ms; nothing here takes so long

std::unique_ptr<UdpPort> MustBind() {
  absl::StatusOr<std::unique_ptr<UdpPort>> port = UdpPort::Bind(0);
  EXPECT_TRUE(port.ok()) << port.status();
  return *std::move(port);
}

class UdpPortTest : public testing::TestWithParam<const char*> {
 protected:
  wg::Datagram To(const UdpPort& port, size_t size, uint8_t filler) {
    wg::Datagram datagram;
    datagram.remote = {.address = *wg::IpAddress::Parse(GetParam()), .port = port.port()};
    datagram.payload = pool_.Copy(std::vector<uint8_t>(size, filler));
    return datagram;
  }
  std::vector<wg::Datagram> Receive(UdpPort* port, size_t count) {
    std::vector<wg::Datagram> got;
    while (got.size() < count) {
      std::vector<pollfd> fds;
      port->AppendTo(&fds);
      if (poll(fds.data(), fds.size(), kPatience) <= 0) break;
      port->Receive({}, &pool_, &got);
    }
    return got;
  }
  // Where the machine has no such address there is nothing to test.
  bool Works() { return std::string(GetParam()).find(':') == std::string::npos || HasIpv6(); }
  bool HasIpv6() {
    std::vector<UdpPort::Sent> sent;
    std::vector<wg::Datagram> one;
    one.push_back(To(*a_, 1, 0));
    b_->Send(one, &sent);
    if (sent[0].outcome != wg::SendOutcome::kSent) return false;
    Receive(a_.get(), 1);
    return true;
  }

  wg::BufferPool pool_;
  std::unique_ptr<UdpPort> a_ = MustBind();
  std::unique_ptr<UdpPort> b_ = MustBind();
};

INSTANTIATE_TEST_SUITE_P(Families, UdpPortTest, testing::Values("127.0.0.1", "::1"),
                         [](const auto& info) {
                           return info.param[0] == ':' ? std::string("IPv6") : std::string("IPv4");
                         });

TEST_P(UdpPortTest, DatagramsArriveInOrderWithTheirSizesWhateverWasPutTogether) {
  if (!Works()) GTEST_SKIP() << "no IPv6 here";
  const size_t sizes[] = {100, 100, 100, 60, 1452, 1452, 1452, 32, 32, 148, 1, 900};
  std::vector<wg::Datagram> out;
  for (size_t i = 0; i < std::size(sizes); ++i) {
    out.push_back(To(*a_, sizes[i], static_cast<uint8_t>(i)));
  }
  std::vector<UdpPort::Sent> sent;
  b_->Send(out, &sent);
  ASSERT_EQ(sent.size(), out.size());
  const std::vector<wg::Datagram> got = Receive(a_.get(), out.size());
  ASSERT_EQ(got.size(), out.size());
  for (size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(sent[i].outcome, wg::SendOutcome::kSent);
    ASSERT_EQ(got[i].payload.size(), sizes[i]) << i;
    EXPECT_EQ(got[i].payload.bytes()[sizes[i] - 1], i);
    EXPECT_EQ(got[i].remote.port, b_->port());
    EXPECT_EQ(got[i].local.ToString(), GetParam());
    EXPECT_NE(got[i].ifindex, 0u);
  }
}

TEST_P(UdpPortTest, CarriesTheDsByte) {
  if (!Works()) GTEST_SKIP() << "no IPv6 here";
  std::vector<wg::Datagram> out;
  for (const uint8_t ds : {0x00, 0x88, 0x03}) {
    out.push_back(To(*a_, 50, 1));
    out.back().ds = ds;
  }
  std::vector<UdpPort::Sent> sent;
  b_->Send(out, &sent);
  const std::vector<wg::Datagram> got = Receive(a_.get(), 3);
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(got[0].ds, 0x00);
  EXPECT_EQ(got[1].ds, 0x88);
  EXPECT_EQ(got[2].ds, 0x03);
}

TEST_P(UdpPortTest, ASourceThatIsNoAddressHereIsForgottenAndThePacketLeaves) {
  if (!Works()) GTEST_SKIP() << "no IPv6 here";
  std::vector<wg::Datagram> out;
  out.push_back(To(*a_, 50, 1));
  const bool v4 = out[0].remote.address.is_v4();
  out[0].local = *wg::IpAddress::Parse(v4 ? "203.0.113.77" : "2001:db8::77");
  out.push_back(To(*a_, 50, 2));
  out[1].local = *wg::IpAddress::Parse(GetParam());
  std::vector<UdpPort::Sent> sent;
  b_->Send(out, &sent);
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].outcome, wg::SendOutcome::kSent);
  EXPECT_TRUE(sent[0].source_forgotten);
  EXPECT_EQ(sent[1].outcome, wg::SendOutcome::kSent);
  EXPECT_FALSE(sent[1].source_forgotten);
  EXPECT_EQ(Receive(a_.get(), 2).size(), 2u);
}

TEST_P(UdpPortTest, MoreThanABatchComesInSeveral) {
  if (!Works()) GTEST_SKIP() << "no IPv6 here";
  constexpr size_t kMany = 5 * UdpPort::kBatch;
  std::vector<wg::Datagram> out;
  // Each longer than the one before: none can be put together with another.
  for (size_t i = 0; i < kMany; ++i) out.push_back(To(*a_, 10 + i, static_cast<uint8_t>(i)));
  std::vector<UdpPort::Sent> sent;
  b_->Send(out, &sent);
  const std::vector<wg::Datagram> got = Receive(a_.get(), kMany);
  ASSERT_EQ(got.size(), kMany);
  for (size_t i = 0; i < kMany; ++i) EXPECT_EQ(got[i].payload.size(), 10 + i);
}

// Those that do not leave as they are stop none that come after them, whichever of a batch they
// are.
TEST_P(UdpPortTest, OneThatCannotLeaveKeepsNoOtherBack) {
  if (!Works()) GTEST_SKIP() << "no IPv6 here";
  constexpr size_t kMany = 3 * UdpPort::kBatch;
  const wg::IpAddress nowhere =
      *wg::IpAddress::Parse(std::string(GetParam()) == "::1" ? "2001:db8::77" : "203.0.113.77");
  for (const size_t bad : {size_t{0}, size_t{1}, UdpPort::kBatch - 1, UdpPort::kBatch, kMany - 1}) {
    std::vector<wg::Datagram> out;
    for (size_t i = 0; i < kMany; ++i) out.push_back(To(*a_, 10 + i, static_cast<uint8_t>(i)));
    out[bad].local = nowhere;                                          // leaves all the same
    out[kMany / 2].payload = pool_.Copy(std::vector<uint8_t>(65530));  // no datagram is so long
    out[kMany / 2 + 1].remote = {};
    std::vector<UdpPort::Sent> sent;
    b_->Send(out, &sent);
    ASSERT_EQ(sent.size(), kMany);
    const std::vector<wg::Datagram> got = Receive(a_.get(), kMany - 2);
    ASSERT_EQ(got.size(), kMany - 2);
    size_t arrived = 0;
    for (size_t i = 0; i < kMany; ++i) {
      EXPECT_EQ(sent[i].source_forgotten, i == bad);
      const bool lost = i == kMany / 2 || i == kMany / 2 + 1;
      EXPECT_EQ(sent[i].outcome == wg::SendOutcome::kSent, !lost) << i;
      if (lost) continue;
      EXPECT_EQ(got[arrived++].payload.size(), 10 + i);
    }
  }
}

TEST(UdpPort, APortThatIsInUseIsSaidToBe) {
  const std::unique_ptr<UdpPort> port = MustBind();
  EXPECT_TRUE(absl::IsAlreadyExists(UdpPort::Bind(port->port()).status()));
}

TEST(UdpPort, ToNobodyThereIsNoRoute) {
  const std::unique_ptr<UdpPort> port = MustBind();
  wg::BufferPool pool;
  std::vector<wg::Datagram> out(1);
  out[0].payload = pool.Copy({1, 2, 3});
  std::vector<UdpPort::Sent> sent;
  port->Send(out, &sent);
  EXPECT_EQ(sent[0].outcome, wg::SendOutcome::kNoRoute);
}

}  // namespace
}  // namespace live
