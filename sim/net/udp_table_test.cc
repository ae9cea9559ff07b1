// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/udp_table.h"

#include <memory>
#include <vector>

#include "gtest/gtest.h"

namespace net {
namespace {

class Nobody : public UdpReceiver {
 public:
  void OnDatagram(Packet&&, const IpHeader&, const UdpHeader&) override {}
  void OnIcmpError(const IcmpReport&) override {}
};

const wg::IpAddress kA = wg::IpAddress::V4(0x0a000001);
const wg::IpAddress kB = wg::IpAddress::V4(0x0a000002);

UdpBinding Make(UdpReceiver* receiver, wg::IpAddress local, uint16_t port) {
  UdpBinding binding;
  binding.local = local;
  binding.port = port;
  binding.receiver = receiver;
  return binding;
}

TEST(UdpTable, APortIsTakenByWildcardAgainstAnythingAndByTheSameAddress) {
  Nobody nobody;
  UdpTable table;
  UdpBinding a = Make(&nobody, kA, 53);
  UdpBinding b = Make(&nobody, kB, 53);
  UdpBinding again = Make(&nobody, kA, 53);
  UdpBinding all = Make(&nobody, wg::IpAddress(), 53);
  EXPECT_EQ(table.Bind(&a), wg::Errno::kOk);
  EXPECT_EQ(table.Bind(&b), wg::Errno::kOk);
  EXPECT_EQ(table.Bind(&again), wg::Errno::kAddrInUse);
  EXPECT_EQ(table.Bind(&all), wg::Errno::kAddrInUse);
  UdpBinding v6 = Make(&nobody, wg::IpAddress(), 53);
  v6.family = wg::Family::kIpv6;
  EXPECT_EQ(table.Bind(&v6), wg::Errno::kOk) << "families are apart";
  table.Unbind(&a);
  EXPECT_EQ(table.Bind(&again), wg::Errno::kOk);
  EXPECT_EQ(table.size(), 3u);
}

TEST(UdpTable, EphemeralPortsCountUpWrapAndRunOut) {
  Nobody nobody;
  UdpTable table;
  std::vector<std::unique_ptr<UdpBinding>> bindings;
  constexpr int kPorts = UdpTable::kLastEphemeral - UdpTable::kFirstEphemeral + 1;
  for (int i = 0; i < kPorts; ++i) {
    bindings.push_back(std::make_unique<UdpBinding>(Make(&nobody, wg::IpAddress(), 0)));
    ASSERT_EQ(table.Bind(bindings.back().get()), wg::Errno::kOk);
    ASSERT_EQ(bindings.back()->port, UdpTable::kFirstEphemeral + i);
  }
  UdpBinding more = Make(&nobody, wg::IpAddress(), 0);
  EXPECT_EQ(table.Bind(&more), wg::Errno::kAddrInUse);
  table.Unbind(bindings[77].get());
  EXPECT_EQ(table.Bind(&more), wg::Errno::kOk);
  EXPECT_EQ(more.port, UdpTable::kFirstEphemeral + 77);
}

TEST(UdpTable, ConnectedBeatsBoundBeatsWildcard) {
  Nobody nobody;
  UdpTable table;
  UdpBinding bound = Make(&nobody, kA, 53);
  UdpBinding connected = Make(&nobody, kB, 53);
  connected.remote = wg::Endpoint{kA, 99, 0};
  UdpBinding wildcard = Make(&nobody, wg::IpAddress(), 54);
  ASSERT_EQ(table.Bind(&bound), wg::Errno::kOk);
  ASSERT_EQ(table.Bind(&connected), wg::Errno::kOk);
  ASSERT_EQ(table.Bind(&wildcard), wg::Errno::kOk);
  EXPECT_EQ(table.Find(kA, 53, kB, 1, nullptr), &bound);
  EXPECT_EQ(table.Find(kB, 53, kA, 99, nullptr), &connected);
  EXPECT_EQ(table.Find(kB, 53, kA, 98, nullptr), nullptr) << "not from there";
  EXPECT_EQ(table.Find(kB, 54, kA, 98, nullptr), &wildcard);
  EXPECT_EQ(table.Find(kB, 55, kA, 98, nullptr), nullptr);
}

}  // namespace
}  // namespace net
