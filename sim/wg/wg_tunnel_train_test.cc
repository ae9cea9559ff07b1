// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Super-packets of UDP_SEGMENT through a tunnel.
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "sim/wg/wg_tunnel_fixture.h"

namespace wgnode {
namespace {

class WgTunnelTrainTest : public WgTunnelTest {
 protected:
  wg::Errno SendTrain(size_t count, size_t size) {
    std::vector<wg::Buffer> train;
    for (size_t i = 0; i < count; ++i) {
      train.push_back(net_.ground.Payload(size, ++a_.sent));
    }
    return a_.app->SendTrain(net::To("10.0.0.2", 7), absl::MakeSpan(train), 0);
  }
  std::vector<uint64_t> AllSent() const {
    std::vector<uint64_t> tags;
    for (uint64_t tag = 1; tag <= a_.sent; ++tag) tags.push_back(tag);
    return tags;
  }
};

TEST_F(WgTunnelTrainTest, ATrainIsOneBundleAndItsPacketsArriveInOrder) {
  Introduce();
  ASSERT_TRUE(a_.Reaches(&b_));
  const uint64_t bundles = a_.tunnel->encrypt_queue().pushed();
  ASSERT_EQ(SendTrain(40, 1000), wg::Errno::kOk);
  Pass(std::chrono::milliseconds(100));
  EXPECT_EQ(a_.tunnel->encrypt_queue().pushed(), bundles + 1);
  EXPECT_EQ(b_.reader.tags, AllSent());
  EXPECT_TRUE(b_.reader.intact);
}

TEST_F(WgTunnelTrainTest, WithoutASessionItWaitsAsAWholeAndChargesNobody) {
  Introduce();
  ASSERT_EQ(SendTrain(60, 500), wg::Errno::kOk);
  EXPECT_EQ(a_.tunnel->device().census().staged, 60u);
  Pass(std::chrono::milliseconds(100));
  EXPECT_EQ(b_.reader.tags, AllSent());
}

TEST_F(WgTunnelTrainTest, ItIsRefusedAsAWholeAndCountsOneError) {
  // Nobody has 10.0.0.2.
  EXPECT_EQ(SendTrain(10, 500), wg::Errno::kNoKey);
  EXPECT_EQ(a_.counters().tx_errors, 1u);
  EXPECT_EQ(net_.ground.sink.Tagged(), 0u) << "the sender has been told";
  Introduce();
  EXPECT_EQ(SendTrain(10, 1393), wg::Errno::kInval) << "1421 bytes do not fit the tunnel's MTU";
  EXPECT_EQ(SendTrain(10, 1392), wg::Errno::kOk);
  Pass(std::chrono::milliseconds(100));
  EXPECT_EQ(b_.reader.tags.size(), 10u);
}

}  // namespace
}  // namespace wgnode
