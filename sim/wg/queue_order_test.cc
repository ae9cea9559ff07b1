// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The guarantees of order of spec/data 7.3 when completions overtake one another: random sizes,
// steep prices per byte, 1 to 8 cores, in softirq and in threads.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "protocol/peer_id.h"
#include "protocol/profile.h"
#include "sim/net/napi.h"
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

constexpr int kSeeds = 5;

// One connection between two machines of so many cores.
class Connection : public WgTunnelTest {
 public:
  Connection(int cores, const wg::Profile* profile) : WgTunnelTest(cores, profile) {
    Introduce();
    EXPECT_TRUE(a_.Reaches(&b_));
    b_.reader.tags.clear();
    for (Node* node : {&a_, &b_}) {
      node->costs.set_price(Cost::kRingLock, {.fixed_ps = 40'000});
      node->costs.set_price(Cost::kSeal, {.fixed_ps = 100'000, .per_unit_ps = 3000});
      node->costs.set_price(Cost::kOpen, {.fixed_ps = 100'000, .per_unit_ps = 3000});
      node->costs.set_price(Cost::kTransmit, {.fixed_ps = 200'000});
      node->costs.set_price(Cost::kDeliver, {.fixed_ps = 200'000});
    }
  }
  // Packets of random sizes, `gap` apart on average; then all that is on its way arrives.
  void Run(uint64_t seed, int packets, uint64_t gap) {
    sim::Rng rng(seed);
    for (int i = 0; i < packets; ++i) {
      EXPECT_EQ(a_.Send(b_, 10 + rng.Uniform(1300)), Errno::kOk);
      Pass(sim::Duration(rng.Uniform(2 * gap)));
    }
    Pass(milliseconds(100));
  }
  const std::vector<uint64_t>& tags() const { return b_.reader.tags; }
  uint64_t dropped() const {
    const auto of = [](const Node& node) {
      return node.drops[DropReason::kTxQueueFull] + node.drops[DropReason::kRxQueueFull] +
             node.drops[DropReason::kCryptRingFull];
    };
    return of(a_) + of(b_);
  }
  const net::NapiCounters& polls() const {
    return b_.tunnel->work_of(wg::PeerId{1})->napi->counters();
  }

 private:
  void TestBody() override {}
};

class QueueOrder : public testing::TestWithParam<const wg::Profile*> {};

TEST_P(QueueOrder, EverythingArrivesInOrderWhateverTheOrderOfCompletion) {
  for (const int cores : {1, 2, 3, 4, 8}) {
    for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
      Connection connection(cores, GetParam());
      connection.Run(seed, 1000, 4200 / static_cast<uint64_t>(cores));
      ASSERT_EQ(connection.tags().size() + connection.dropped(), 1000u) << cores << " " << seed;
      EXPECT_LT(connection.dropped(), 300u) << cores << " " << seed;
      EXPECT_TRUE(std::is_sorted(connection.tags().begin(), connection.tags().end()))
          << cores << " " << seed;
    }
  }
}

TEST_P(QueueOrder, UnderOverloadWhatIsNotLostArrivesInOrder) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Connection connection(4, GetParam());
    connection.Run(seed, 8000, 20);
    EXPECT_GT(connection.dropped(), 1000u) << seed;
    EXPECT_EQ(connection.tags().size() + connection.dropped(), 8000u) << seed;
    EXPECT_TRUE(std::is_sorted(connection.tags().begin(), connection.tags().end())) << seed;
  }
}

TEST_P(QueueOrder, CompletionsBehindAnUnfinishedHeadScheduleThePollForNothing) {
  Connection connection(4, GetParam());
  const net::NapiCounters before = connection.polls();
  connection.Run(1, 1000, 1000);
  const net::NapiCounters after = connection.polls();
  EXPECT_EQ(after.packets - before.packets, connection.tags().size());
  EXPECT_EQ(after.schedules - before.schedules, connection.tags().size()) << "once per completion";
  EXPECT_GT(after.missed, before.missed);
}

INSTANTIATE_TEST_SUITE_P(Softirq, QueueOrder, testing::Values(&wg::kLinux612));
INSTANTIATE_TEST_SUITE_P(Threaded, QueueOrder, testing::Values(&wg::kLinux616));

}  // namespace
}  // namespace wgnode
