// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/core.h"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/allocation_counter.h"
#include "sim/event_loop.h"
#include "sim/rng.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace sim {
namespace {

Time At(int64_t nanos) { return Time(Duration(nanos)); }

// Notes every act; runs `during` in it. Asked for a price, answers its arg.
class Recorder : public Runner {
 public:
  explicit Recorder(EventLoop* loop) : loop_(loop) {}
  void Act(uint64_t arg) override {
    acts.emplace_back(loop_->now(), arg);
    if (during) during(arg);
  }
  Duration Price(uint64_t arg) override {
    prices_asked_at.push_back(loop_->now());
    return Duration(static_cast<int64_t>(arg));
  }
  std::vector<std::pair<Time, uint64_t>> acts;
  std::vector<Time> prices_asked_at;
  std::function<void(uint64_t)> during;

 private:
  EventLoop* const loop_;
};

using Acts = std::vector<std::pair<Time, uint64_t>>;

struct Fixture {
  Trace trace;
  EventLoop loop{&trace};
  Core core{&loop, trace.RegisterEntity("cpu0")};
  Recorder recorder{&loop};

  void Submit(Context context, uint64_t arg, int64_t price) {
    core.Submit(context, Task{&recorder, arg, Duration(price)});
  }
};

TEST(Core, ATaskActsAtTheEndOfItsCharge) {
  Fixture f;
  f.Submit(Context::kProcess, 1, 100);
  EXPECT_TRUE(f.core.busy());
  EXPECT_EQ(f.core.busy_until(), At(100));
  EXPECT_EQ(f.core.current_context(), Context::kProcess);
  f.loop.RunUntil(At(99));
  EXPECT_TRUE(f.recorder.acts.empty());
  f.loop.Run();
  EXPECT_EQ(f.recorder.acts, (Acts{{At(100), 1}}));
  EXPECT_FALSE(f.core.busy());
}

TEST(Core, ATaskOnAnIdleCoreIsOneEvent) {
  Fixture f;
  f.Submit(Context::kSoftirq, 1, 5);
  EXPECT_EQ(f.loop.pending(), 1u);
  for (uint64_t i = 0; i < 9; ++i) f.Submit(Context::kSoftirq, i, 5);
  EXPECT_EQ(f.loop.pending(), 1u);
  f.loop.Run();
  EXPECT_EQ(f.loop.events_executed(), 10u);
}

TEST(Core, SoftirqComesBeforeProcessAtEveryBoundaryAndEachIsFirstComeFirstServed) {
  Fixture f;
  f.Submit(Context::kProcess, 1, 10);
  f.Submit(Context::kProcess, 2, 10);
  f.Submit(Context::kProcess, 3, 10);
  f.Submit(Context::kSoftirq, 4, 10);
  f.Submit(Context::kSoftirq, 5, 10);
  // Arrives while softirq 5 runs (20..30): before the waiting processes.
  f.loop.RunUntil(At(25));
  f.Submit(Context::kSoftirq, 6, 10);
  f.loop.Run();
  EXPECT_EQ(f.recorder.acts,
            (Acts{{At(10), 1}, {At(20), 4}, {At(30), 5}, {At(40), 6}, {At(50), 2}, {At(60), 3}}));
}

TEST(Core, ATaskThatWasTakenIsNotPreempted) {
  Fixture f;
  f.Submit(Context::kProcess, 1, 1000);
  f.loop.RunUntil(At(1));
  f.Submit(Context::kSoftirq, 2, 1);
  f.loop.Run();
  EXPECT_EQ(f.recorder.acts, (Acts{{At(1000), 1}, {At(1001), 2}}));
}

TEST(Core, WhatATaskSubmitsInItsActCompetesAtThatBoundary) {
  Fixture f;
  f.recorder.during = [&](uint64_t arg) {
    if (arg != 1) return;
    EXPECT_TRUE(f.core.busy());
    f.Submit(Context::kProcess, 3, 10);
    f.Submit(Context::kSoftirq, 4, 10);
  };
  f.Submit(Context::kProcess, 1, 10);
  f.Submit(Context::kProcess, 2, 10);
  f.loop.Run();
  EXPECT_EQ(f.recorder.acts, (Acts{{At(10), 1}, {At(20), 4}, {At(30), 2}, {At(40), 3}}));
}

TEST(Core, APriceAtStartIsAskedWhenTheTaskIsTaken) {
  Fixture f;
  f.Submit(Context::kProcess, 1, 50);
  f.core.Submit(Context::kProcess, Task{&f.recorder, 30, kPriceAtStart});
  EXPECT_TRUE(f.recorder.prices_asked_at.empty());
  f.loop.Run();
  EXPECT_EQ(f.recorder.prices_asked_at, (std::vector<Time>{At(50)}));
  EXPECT_EQ(f.recorder.acts, (Acts{{At(50), 1}, {At(80), 30}}));
}

TEST(Core, FreeTasksTakeNoTimeButKeepTheirOrder) {
  Fixture f;
  f.Submit(Context::kProcess, 1, 0);
  f.Submit(Context::kProcess, 2, 0);
  f.Submit(Context::kSoftirq, 3, 0);
  f.loop.Run();
  EXPECT_EQ(f.recorder.acts, (Acts{{At(0), 1}, {At(0), 3}, {At(0), 2}}));
}

TEST(Core, BusyTimeCountsTheElapsedPartOfTheCurrentTask) {
  Fixture f;
  f.Submit(Context::kProcess, 1, 100);
  f.Submit(Context::kSoftirq, 2, 40);
  f.loop.RunUntil(At(30));
  EXPECT_EQ(f.core.busy_time(Context::kProcess), Duration(30));
  EXPECT_EQ(f.core.busy_time(Context::kSoftirq), Duration(0));
  f.loop.RunUntil(At(120));
  EXPECT_EQ(f.core.busy_time(Context::kProcess), Duration(100));
  EXPECT_EQ(f.core.busy_time(Context::kSoftirq), Duration(20));
  f.loop.RunUntil(At(1000));
  EXPECT_EQ(f.core.busy_time(Context::kProcess), Duration(100));
  EXPECT_EQ(f.core.busy_time(Context::kSoftirq), Duration(40));
}

// Conservation: whatever arrives, whenever: every task acts exactly once, busy time is the sum of
// the prices, a core with work is never idle, and no process task is taken while a softirq task
// waits.
TEST(Core, RandomLoadIsServedCompletelyWithoutGaps) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Rng rng(seed);
    Fixture f;
    constexpr uint64_t kTasks = 2000;
    Duration price_sum[kContexts] = {};
    int64_t idle_until =
        0;  // single-server queue: the end of the busy period, computed beside the core
    Duration expected_busy{0};
    for (uint64_t i = 0; i < kTasks; ++i) {
      f.loop.RunUntil(f.loop.now() + rng.Exponential(Duration(60)));
      const Context context = rng.Bernoulli(500'000'000) ? Context::kSoftirq : Context::kProcess;
      const int64_t price = static_cast<int64_t>(rng.Uniform(100));
      f.Submit(context, i, price);
      price_sum[static_cast<size_t>(context)] += Duration(price);
      const int64_t now = f.loop.now().time_since_epoch().count();
      idle_until = (now > idle_until ? now : idle_until) + price;
      expected_busy += Duration(price);
      const size_t waiting = f.core.queued(Context::kSoftirq) + f.core.queued(Context::kProcess);
      ASSERT_TRUE(waiting == 0 || f.core.busy());
    }
    f.loop.Run();
    EXPECT_EQ(f.loop.now(), At(idle_until));
    EXPECT_EQ(f.recorder.acts.size(), kTasks);
    EXPECT_EQ(f.core.tasks_done(Context::kSoftirq) + f.core.tasks_done(Context::kProcess), kTasks);
    EXPECT_EQ(f.core.tasks_taken(), kTasks);
    EXPECT_EQ(f.core.busy_time(Context::kSoftirq), price_sum[0]);
    EXPECT_EQ(f.core.busy_time(Context::kProcess), price_sum[1]);
    EXPECT_EQ(price_sum[0] + price_sum[1], expected_busy);
    EXPECT_EQ(f.core.queued(Context::kProcess), 0u);
    EXPECT_GT(f.core.queued_max(Context::kProcess), 0u);
  }
}

TEST(Core, TwoCoresWorkAtTheSameTimeAndTiesGoByTheOrderOfTaking) {
  Fixture f;
  Core second(&f.loop, f.trace.RegisterEntity("cpu1"));
  second.Submit(Context::kProcess, Task{&f.recorder, 1, Duration(10)});
  f.Submit(Context::kProcess, 2, 10);
  f.loop.Run();
  EXPECT_EQ(f.recorder.acts, (Acts{{At(10), 1}, {At(10), 2}}));
}

TEST(Core, SteadyLoadAllocatesNothing) {
  class Again : public Runner {
   public:
    explicit Again(Core* core) : core_(core) {}
    void Act(uint64_t arg) override {
      core_->Submit(Context::kSoftirq, Task{this, arg, Duration(7)});
    }

   private:
    Core* const core_;
  };
  Fixture f;
  Again again(&f.core);
  for (uint64_t i = 0; i < 20; ++i) again.Act(i);
  for (int i = 0; i < 1000; ++i) f.loop.Step();
  const uint64_t before = Allocations();
  for (int i = 0; i < 100'000; ++i) f.loop.Step();
  EXPECT_EQ(Allocations(), before);
}

TEST(CoreDeathTest, AMissingPriceOrRunnerIsAnError) {
  class Priceless : public Runner {
   public:
    void Act(uint64_t) override {}
  };
  Fixture f;
  Priceless priceless;
  EXPECT_DEATH(f.core.Submit(Context::kProcess, Task{&priceless, 0, kPriceAtStart}),
               "names no price");
  EXPECT_DEATH(f.core.Submit(Context::kProcess, Task{&priceless, 0, Duration(-2)}), "CHECK failed");
  EXPECT_DEATH(f.core.Submit(Context::kProcess, Task{nullptr, 0, Duration(0)}), "CHECK failed");
  EXPECT_DEATH(f.core.busy_until(), "CHECK failed");
}

}  // namespace
}  // namespace sim
