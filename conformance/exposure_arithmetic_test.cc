// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The exposure of an address during a REPLACE is arithmetic over the list of steps. With prices of
// one nanosecond a task (cost_models/unit.textproto) it can be written down, for every address of
// every length of list: docs/MODEL.md, "Exposure in closed form". And on a core that softirqs take
// time from, it is that work stretched by them: computed here a second time, nanosecond by
// nanosecond.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/buffer.h"
#include "protocol/config.h"
#include "protocol/config_session.h"
#include "protocol/crypto/suite.h"
#include "protocol/netlink/split.h"
#include "protocol/profile.h"
#include "scenarios/cost_model_file.h"
#include "scenarios/diagnostics.h"
#include "scenarios/disk_files.h"
#include "sim/core.h"
#include "sim/event_loop.h"
#include "sim/grace_period.h"
#include "sim/lock.h"
#include "sim/net/fabric.h"
#include "sim/net/host.h"
#include "sim/rng.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/trace.h"
#include "sim/wg/cost_model.h"
#include "sim/wg/netlink_agent.h"
#include "sim/wg/sim_entropy.h"
#include "sim/wg/wg_tunnel.h"

namespace wgnode {
namespace {

using sim::Duration;
using wg::netlink::Splitting;

CostModel UnitPrices() {
  scenario::DiskFiles files;
  scenario::Diagnostics wrong;
  CostModel costs =
      scenario::ParseCostModel(files.ReadShipped("cost_models/unit.textproto").value_or(""),
                               "cost_models/unit.textproto", &files, &wrong);
  EXPECT_TRUE(wrong.empty());
  return costs;
}

// One machine, one WireGuard interface with one peer, one process that configures it. Notes when
// each address went away and when it was back.
class Exposures : public NetlinkAgent::Observer {
 public:
  Exposures(int cores, Splitting splitting)
      : host_(&fabric_, "node", {.machine = {.cores = cores}}, &net_prices_),
        process_(host_.machine(), {.name = "manager"}),
        grace_(&loop_, trace_.RegisterEntity("rcu"), {host_.core(0)}, Duration(1)),
        tunnel_({.fabric = &fabric_,
                 .host = &host_,
                 .netns = host_.root(),
                 .name = "wg0",
                 .costs = &costs_,
                 .profile = &wg::kLinux616,
                 .crypto = &wg::ModelledCrypto(),
                 .entropy = &entropy_,
                 .module = &module_}),
        agent_({.loop = &loop_,
                .tunnel = &tunnel_,
                .thread = &process_,
                .rtnl = &rtnl_,
                .grace = &grace_,
                .costs = &costs_,
                .splitting = splitting,
                .observer = this},
               trace_.RegisterEntity("manager")) {}

  // The list becomes these addresses (numbers), by REPLACE_ALLOWEDIPS.
  void Replace(const std::vector<int>& addresses) {
    wg::SetPeer peer{.replace_allowed_ips = true};
    peer.public_key.bytes[5] = 9;
    for (int i : addresses) peer.allowed_ips.push_back({.prefix = PrefixOf(i)});
    wg::SetDevice request;
    request.peers.push_back(std::move(peer));
    gone_.assign(gone_.size(), sim::kEndOfTime);
    exposure_.assign(gone_.size(), Duration(-1));
    agent_.Submit({.requests = {std::move(request)}});
    loop_.Run();
    ASSERT_TRUE(agent_.idle());
  }

  // Of the last replacement; -1 if the address was not both taken away and put back.
  Duration exposure(int address) const { return exposure_[static_cast<size_t>(address)]; }
  sim::EventLoop& loop() { return loop_; }
  sim::Core* core() { return host_.core(0); }
  // The address whose first and last step bound its window in real time.
  sim::Time gone(int address) const { return gone_[static_cast<size_t>(address)]; }

  static constexpr int kMost = 4097;

  void OnBegin(uint64_t) override {}
  void OnAnswer(uint64_t, wg::Errno error) override { EXPECT_EQ(error, wg::Errno::kOk); }
  void OnEnd(uint64_t) override {}
  void OnStep(uint64_t, const wg::ConfigStep& step) override {
    if (!step.prefix) return;
    const auto address = static_cast<size_t>(step.prefix->address().v4() - kBase);
    if (step.kind == wg::StepKind::kRemoveAllowedIp) {
      gone_[address] = loop_.now();
      EXPECT_EQ(tunnel_.device().Owner(step.prefix->address()), nullptr);
    } else if (gone_[address] != sim::kEndOfTime) {
      exposure_[address] = loop_.now() - gone_[address];
      EXPECT_NE(tunnel_.device().Owner(step.prefix->address()), nullptr);
    }
  }

 private:
  static constexpr uint32_t kBase = 0x0a000000;
  static wg::Prefix PrefixOf(int i) {
    return wg::Prefix::Host(wg::IpAddress::V4(kBase + static_cast<uint32_t>(i)));
  }

  const CostModel costs_ = UnitPrices();
  const net::Prices net_prices_;
  wg::BufferPool pool_;
  sim::Trace trace_;
  sim::EventLoop loop_{&trace_};
  net::Fabric fabric_{&loop_, &pool_, nullptr};
  net::Host host_;
  sim::Thread process_;
  sim::Lock rtnl_{&loop_};
  sim::GracePeriod grace_;
  SimEntropy entropy_{sim::Rng(1)};
  wg::Module module_;
  WgTunnel tunnel_;
  NetlinkAgent agent_;
  std::vector<sim::Time> gone_ = std::vector<sim::Time>(kMost, sim::kEndOfTime);
  std::vector<Duration> exposure_ = std::vector<Duration>(kMost, Duration(-1));
};

std::vector<int> Numbers(int first, int n) {
  std::vector<int> numbers;
  for (int i = 0; i < n; ++i) numbers.push_back(first + i);
  return numbers;
}

// Tasks between the last insertion of one message and the first of the next: the end of the one,
// back to user space, the next one in, and its beginning (of an interface that is down: otherwise
// the peer's staged packets would be looked at as well).
constexpr int kTasksBetweenMessages = 4;
// Before the first removal: the message in, and its beginning.
constexpr int kTasksBefore = 2;

// The list has N old entries, the address is number i of them and number j of the new ones, both
// from 0: exposed from its own removal through the other N - i - 1 removals and j insertions to its
// own insertion.
Duration ClosedForm(int old_size, int i, int j, int per_message) {
  return Duration(old_size - i + j + kTasksBetweenMessages * (j / per_message));
}

TEST(ExposureArithmetic, OfEveryAddressOfEveryListUpTo4096IsItsClosedForm) {
  Exposures world(1, Splitting::kWgctrl);
  constexpr int kPerMessage = 256;
  std::vector<int> list = Numbers(0, 1);
  world.Replace(list);
  for (int n = 1; n <= 4096; ++n) {
    // One address more, in front, behind, or anywhere between: those behind it move on by one.
    std::vector<int> next = list;
    const int place = 7 * n % (n + 1);
    next.insert(next.begin() + place, n);
    world.Replace(next);
    for (int i = 0; i < n; ++i) {
      const int j = i + (i >= place);
      ASSERT_EQ(world.exposure(list[static_cast<size_t>(i)]), ClosedForm(n, i, j, kPerMessage))
          << n << " " << i;
    }
    ASSERT_EQ(world.exposure(n), Duration(-1));
    list = std::move(next);
  }
}

// The manager's work on a core that softirqs come to, counted in nanoseconds: in each one the core
// does a nanosecond of what is raised, or else of the manager's work. The last address is exposed
// for one nanosecond of work per insertion.
TEST(ExposureArithmetic, OnACoreWithSoftirqsIsTheWorkStretchedByThem) {
  class Nothing : public sim::Runner {
   public:
    void Act(uint64_t) override {}
  };
  class Arrivals : public sim::Actor {
   public:
    Arrivals(sim::Core* core, Nothing* nothing, std::vector<std::pair<int64_t, int64_t>> when)
        : Actor(core->entity()), core_(core), nothing_(nothing), when_(std::move(when)) {}
    void OnEvent(uint64_t i) override {
      core_->RaiseSoftirq({.runner = nothing_, .price = Duration(when_[i].second)});
    }

   private:
    sim::Core* const core_;
    Nothing* const nothing_;
    const std::vector<std::pair<int64_t, int64_t>> when_;
  };

  for (uint64_t seed = 0; seed < 200; ++seed) {
    sim::Rng rng(seed);
    const int n = 1 + static_cast<int>(rng.Uniform(250));  // one message
    Exposures world(1, Splitting::kWgctrl);
    world.Replace(Numbers(0, n));
    const int64_t start = world.loop().now().time_since_epoch().count();
    // Softirqs of 0 to 20 ns at increasing times, a third to all of the core's time.
    std::vector<std::pair<int64_t, int64_t>> arrivals;
    int64_t at = start;
    for (int i = 0; i < 4 * n; ++i) {
      at += 1 + static_cast<int64_t>(rng.Uniform(30));
      arrivals.push_back({at, static_cast<int64_t>(rng.Uniform(21))});
    }
    Nothing nothing;
    Arrivals actor(world.core(), &nothing, arrivals);
    for (size_t i = 0; i < arrivals.size(); ++i) {
      world.loop().At(sim::Time(Duration(arrivals[i].first)), &actor, i);
    }
    world.Replace(Numbers(0, n));

    // The second calculation: when each nanosecond of work begins is when the one before acts.
    std::vector<int64_t> begins;
    size_t next = 0;
    int64_t raised = 0;
    for (int64_t now = start; begins.size() <= static_cast<size_t>(kTasksBefore + 2 * n); ++now) {
      for (; next < arrivals.size() && arrivals[next].first == now; ++next) {
        raised += arrivals[next].second;
      }
      if (raised > 0) {
        --raised;
      } else {
        begins.push_back(now);
      }
    }
    for (int i = 0; i < n; ++i) {
      const int64_t gone = begins[static_cast<size_t>(kTasksBefore + i + 1)];
      const int64_t back = begins[static_cast<size_t>(kTasksBefore + n + i + 1)];
      ASSERT_EQ(world.gone(i).time_since_epoch().count(), gone) << seed << " " << n << " " << i;
      ASSERT_EQ(world.exposure(i), Duration(back - gone)) << seed << " " << n << " " << i;
    }
  }
}

}  // namespace
}  // namespace wgnode
