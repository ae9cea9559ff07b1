// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The stall of threaded polls (CVE-2026-52945; spec/data 5.8): with the fault a peer receives
// nothing any more, for ever, while everybody else does; without it no wake-up is lost.
#include <algorithm>
#include <chrono>
#include <cstdint>

#include "gtest/gtest.h"
#include "protocol/config.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "protocol/peer_id.h"
#include "protocol/profile.h"
#include "sim/net/napi.h"
#include "sim/net/netns.h"
#include "sim/rng.h"
#include "sim/time.h"
#include "sim/wg/cost_model.h"
#include "sim/wg/peer_work.h"
#include "sim/wg/wg_tunnel.h"
#include "sim/wg/wg_tunnel_fixture.h"

namespace wgnode {
namespace {

using std::chrono::milliseconds;
using wg::DropReason;
using wg::Errno;

constexpr wg::PeerId kA{1};
constexpr wg::PeerId kC{2};

// b has two peers: a, and c in a namespace of a's host.
class StallTest : public WgTunnelTest {
 protected:
  StallTest(const wg::Profile* profile, bool napi_stall)
      : WgTunnelTest(4, profile, napi_stall), c_(&net_.ground, &net_.a, 3, "wg1", kPort + 1) {
    net::Netns* pod = net_.a.AddNetns("c");
    c_.tunnel->MoveTo(pod);
    c_.Up(pod);
    Introduce();
    c_.AddPeer(b_, "192.0.2.2");
    b_.AddPeer(c_, "");
    EXPECT_TRUE(a_.Reaches(&b_));
    EXPECT_TRUE(c_.Reaches(&b_));
    net_.ground.prices.nic_poll = {.fixed_ps = 150'000};
    b_.costs.set_price(Cost::kOpen, {.fixed_ps = 100'000, .per_unit_ps = 3000});
    b_.costs.set_price(Cost::kDeliver, {.fixed_ps = 200'000});
  }
  // Packets of random sizes, 2 us apart on average, from a.
  void Run(uint64_t seed, int packets) {
    sim::Rng rng(seed);
    for (int i = 0; i < packets; ++i) {
      ASSERT_EQ(a_.Send(b_, 10 + rng.Uniform(1300)), Errno::kOk);
      Pass(sim::Duration(rng.Uniform(4000)));
    }
    Pass(milliseconds(10));
  }
  const net::Napi& napi(wg::PeerId peer) { return *b_.tunnel->work_of(peer)->napi; }

  Node c_;
};
class WithFault : public StallTest {
 protected:
  WithFault() : StallTest(&wg::kLinux616, true) {}
};
class WithoutFault : public StallTest {
 protected:
  WithoutFault() : StallTest(&wg::kLinux616, false) {}
};
class WithFaultInSoftirq : public StallTest {
 protected:
  WithFaultInSoftirq() : StallTest(&wg::kLinux612, true) {}
};

TEST_F(WithFault, QUEUE_019_ALostWakeUpStallsThatPeerForGoodAndNobodyElse) {
  Run(1, 5000);
  ASSERT_TRUE(napi(kA).stalled());
  EXPECT_EQ(napi(kA).counters().lost_wakeups, 1u);
  const size_t received = b_.reader.tags.size();
  Pass(std::chrono::seconds(5));
  EXPECT_EQ(b_.reader.tags.size(), received);
  // Its queue is full: 1024 wait and one has been looked at; nothing counts the rest.
  const uint64_t waiting = a_.sent + c_.sent - received - b_.drops[DropReason::kRxQueueFull];
  EXPECT_GE(waiting, 1024u);
  EXPECT_LE(waiting, 1025u);
  EXPECT_EQ(b_.counters().rx_errors, 0u);
  // Others, and its own other direction.
  EXPECT_FALSE(napi(kC).stalled());
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(c_.Reaches(&b_));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(b_.Reaches(&a_));
  EXPECT_FALSE(a_.Reaches(&b_));
}

TEST_F(WithFault, RemovingThePeerEndsIt) {
  Run(1, 5000);
  ASSERT_TRUE(napi(kA).stalled());
  wg::SetDevice request;
  request.peers.push_back({.public_key = a_.public_key(), .remove = true});
  ASSERT_EQ(b_.Configure(request), Errno::kOk);
  b_.AddPeer(a_, "192.0.2.1");
  Pass(std::chrono::seconds(20));
  EXPECT_TRUE(a_.Reaches(&b_));
}

TEST_F(WithoutFault, QUEUE_018_NoWakeUpIsLost) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const uint64_t before = b_.reader.tags.size();
    Run(seed, 1000);
    EXPECT_EQ(b_.reader.tags.size(), before + 1000) << seed;
  }
  EXPECT_GT(napi(kA).counters().missed, 100u);
  EXPECT_TRUE(std::is_sorted(b_.reader.tags.begin() + 2, b_.reader.tags.end()));
}

TEST_F(WithFaultInSoftirq, TheFaultIsOneOfThreads) {
  Run(1, 5000);
  EXPECT_EQ(b_.reader.tags.size(), 5002u);
}

}  // namespace
}  // namespace wgnode
