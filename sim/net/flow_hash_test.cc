// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/flow_hash.h"

#include <vector>

#include "gtest/gtest.h"
#include "sim/net/headers.h"
#include "sim/net/test_network.h"

namespace net {
namespace {

wg::Buffer Make(Ground* ground, uint32_t source, uint16_t port, size_t size,
                bool fragment = false) {
  wg::Buffer buffer = ground->Payload(size);
  PushUdp(port, 7, &buffer);
  IpHeader ip;
  ip.source = wg::IpAddress::V4(source);
  ip.destination = Ip("10.0.0.2");
  ip.protocol = kProtocolUdp;
  ip.more_fragments = fragment;
  PushIp(ip, &buffer);
  return buffer;
}

TEST(FlowHash, DependsOnTheFlowAndTheKeyAndNothingElse) {
  Ground ground;
  const uint32_t one = FlowHash(Make(&ground, 1, 1000, 10).bytes(), 0);
  EXPECT_EQ(one, FlowHash(Make(&ground, 1, 1000, 999).bytes(), 0));
  EXPECT_NE(one, FlowHash(Make(&ground, 1, 1001, 10).bytes(), 0));
  EXPECT_NE(one, FlowHash(Make(&ground, 2, 1000, 10).bytes(), 0));
  EXPECT_NE(one, FlowHash(Make(&ground, 1, 1000, 10).bytes(), 1));
}

TEST(FlowHash, FragmentsOfAFlowGoTogetherWhateverTheirPorts) {
  Ground ground;
  EXPECT_EQ(FlowHash(Make(&ground, 1, 1000, 16, true).bytes(), 0),
            FlowHash(Make(&ground, 1, 2000, 16, true).bytes(), 0));
}

TEST(FlowHash, NeighbouringPortsSpreadEvenly) {
  Ground ground;
  std::vector<int> count(8, 0);
  for (uint16_t port = 32768; port < 32768 + 8000; ++port) {
    ++count[(uint64_t{FlowHash(Make(&ground, 1, port, 1).bytes(), 0)} * 8) >> 32];
  }
  for (int n : count) EXPECT_NEAR(n, 1000, 120);
}

TEST(FlowHash, IsTheSameOnEveryMachine) {
  Ground ground;
  EXPECT_EQ(FlowHash(Make(&ground, 0x0a000001, 1000, 10).bytes(), 0), 1455115885u);
}

}  // namespace
}  // namespace net
