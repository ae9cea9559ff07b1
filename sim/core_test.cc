// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Tasks, softirqs and hard interrupts on one core. Threads against each other: scheduler_test.cc.
#include "sim/core.h"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/allocation_counter.h"
#include "sim/event_loop.h"
#include "sim/machine.h"
#include "sim/rng.h"
#include "sim/task.h"
#include "sim/thread.h"
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
  explicit Fixture(const MachineOptions& options = {}) : machine(&loop, "host", options) {}

  Core& core() { return *machine.core(0); }
  void Thread(uint64_t arg, int64_t price) { thread.Submit(OfPrice(arg, price)); }
  void Softirq(uint64_t arg, int64_t price) { core().RaiseSoftirq(OfPrice(arg, price)); }
  Task OfPrice(uint64_t arg, int64_t price) {
    return {.runner = &recorder, .arg = arg, .price = Duration(price)};
  }

  Trace trace;
  EventLoop loop{&trace};
  Machine machine;
  sim::Thread thread{&machine, {.name = "app"}};
  Recorder recorder{&loop};
};

TEST(Core, ATaskActsAtTheEndOfItsCharge) {
  Fixture f;
  f.Thread(1, 100);
  EXPECT_TRUE(f.core().busy());
  EXPECT_EQ(f.core().context(), Context::kThread);
  EXPECT_EQ(f.core().thread(), &f.thread);
  f.loop.RunUntil(At(99));
  EXPECT_TRUE(f.recorder.acts.empty());
  f.loop.Run();
  EXPECT_EQ(f.recorder.acts, (Acts{{At(100), 1}}));
  EXPECT_FALSE(f.core().busy());
  EXPECT_FALSE(f.thread.awake());
}

TEST(Core, ATaskThatNothingInterruptsIsOneEvent) {
  Fixture f;
  for (uint64_t i = 0; i < 10; ++i) f.Softirq(i, 5);
  EXPECT_EQ(f.loop.pending(), 1u);
  f.loop.Run();
  EXPECT_EQ(f.loop.events_executed(), 10u);
}

TEST(Core, ASoftirqRunsInTheMiddleOfAThreadsTask) {
  Fixture f;
  f.Thread(1, 1000);
  f.loop.RunUntil(At(300));
  f.Softirq(2, 50);
  f.Softirq(3, 50);
  EXPECT_EQ(f.core().context(), Context::kSoftirq);
  f.loop.RunUntil(At(390));
  f.Softirq(4, 25);
  f.loop.Run();
  EXPECT_EQ(f.recorder.acts, (Acts{{At(350), 2}, {At(400), 3}, {At(425), 4}, {At(1125), 1}}));
  EXPECT_EQ(f.core().busy_time(Context::kThread), Duration(1000));
  EXPECT_EQ(f.core().busy_time(Context::kSoftirq), Duration(125));
  EXPECT_EQ(f.thread.run_time(), Duration(1000));
}

TEST(Core, ATaskCanBeInterruptedAgainAndAgain) {
  Fixture f;
  f.Thread(1, 100);
  for (int64_t i = 0; i < 9; ++i) {
    f.loop.RunUntil(At(20 * i + 10));
    f.Softirq(2, 10);
  }
  f.loop.Run();
  EXPECT_EQ(f.recorder.acts.back(), (std::pair(At(190), uint64_t{1})));
  EXPECT_EQ(f.recorder.acts.size(), 10u);
}

TEST(Core, SoftirqsDoNotInterruptEachOther) {
  Fixture f;
  f.Softirq(1, 1000);
  f.loop.RunUntil(At(1));
  f.Softirq(2, 1);
  f.loop.Run();
  EXPECT_EQ(f.recorder.acts, (Acts{{At(1000), 1}, {At(1001), 2}}));
}

TEST(Core, WhatAThreadsActRaisesRunsBeforeItsNextTask) {
  Fixture f;
  f.recorder.during = [&](uint64_t arg) {
    if (arg != 1) return;
    EXPECT_TRUE(f.core().busy());
    f.Thread(3, 10);
    f.Softirq(4, 10);
  };
  f.Thread(1, 10);
  f.Thread(2, 10);
  f.loop.Run();
  EXPECT_EQ(f.recorder.acts, (Acts{{At(10), 1}, {At(20), 4}, {At(30), 2}, {At(40), 3}}));
}

TEST(Core, AHardInterruptPushesTheEndOfASoftirqBack) {
  Fixture f;
  f.Softirq(1, 100);
  f.loop.RunUntil(At(40));
  f.core().Interrupt(Duration(7));
  f.Softirq(2, 10);
  f.loop.Run();
  EXPECT_EQ(f.recorder.acts, (Acts{{At(107), 1}, {At(117), 2}}));
  EXPECT_EQ(f.core().busy_time(Context::kHardirq), Duration(7));
  EXPECT_EQ(f.core().busy_time(Context::kSoftirq), Duration(110));
  EXPECT_EQ(f.core().interrupts(), 1u);
}

TEST(Core, AHardInterruptAndItsSoftirqComeOutOfAThreadsTask) {
  Fixture f;
  f.Thread(1, 100);
  f.loop.RunUntil(At(40));
  f.core().Interrupt(Duration(7));
  f.Softirq(2, 10);
  f.loop.Run();
  EXPECT_EQ(f.recorder.acts, (Acts{{At(57), 2}, {At(117), 1}}));
  EXPECT_EQ(f.core().busy_time(Context::kHardirq), Duration(7));
  EXPECT_EQ(f.core().busy_time(Context::kSoftirq), Duration(10));
  EXPECT_EQ(f.core().busy_time(Context::kThread), Duration(100));
}

TEST(Core, AnIdleCoreTakesTimeToLeaveItsIdleState) {
  Fixture f({.context_switch = Duration(3), .idle_exit = Duration(20)});
  f.core().Interrupt(Duration(7));
  f.Softirq(1, 100);
  f.loop.Run();
  EXPECT_EQ(f.loop.now(), At(127));
  f.Thread(2, 50);  // asleep until now: idle exit and a switch
  f.loop.Run();
  EXPECT_EQ(f.loop.now(), At(127 + 20 + 3 + 50));
  EXPECT_EQ(f.core().context_switches(), 1u);
}

TEST(Core, InterruptedWhileItSwitchesItGoesOnSwitching) {
  Fixture f({.context_switch = Duration(30)});
  f.Thread(1, 100);
  f.loop.RunUntil(At(10));
  f.Softirq(2, 5);
  f.loop.Run();
  EXPECT_EQ(f.recorder.acts, (Acts{{At(15), 2}, {At(135), 1}}));
}

TEST(Core, APriceAtStartIsAskedWhenTheTaskIsTaken) {
  Fixture f;
  f.Thread(1, 50);
  f.thread.Submit({.runner = &f.recorder, .arg = 30});
  EXPECT_TRUE(f.recorder.prices_asked_at.empty());
  f.loop.Run();
  EXPECT_EQ(f.recorder.prices_asked_at, (std::vector<Time>{At(50)}));
  EXPECT_EQ(f.recorder.acts, (Acts{{At(50), 1}, {At(80), 30}}));
}

TEST(Core, FreeTasksTakeNoTimeButKeepTheirOrder) {
  Fixture f;
  f.Thread(1, 0);
  f.Thread(2, 0);
  f.Softirq(3, 0);  // interrupts the first
  f.loop.Run();
  EXPECT_EQ(f.recorder.acts, (Acts{{At(0), 3}, {At(0), 1}, {At(0), 2}}));
}

TEST(Core, BusyTimeCountsTheElapsedPartOfTheCurrentTask) {
  Fixture f;
  f.Thread(1, 100);
  f.loop.RunUntil(At(30));
  EXPECT_EQ(f.core().busy_time(Context::kThread), Duration(30));
  f.Softirq(2, 40);
  f.loop.RunUntil(At(50));
  EXPECT_EQ(f.core().busy_time(Context::kThread), Duration(30));
  EXPECT_EQ(f.core().busy_time(Context::kSoftirq), Duration(20));
  f.loop.RunUntil(At(100));
  EXPECT_EQ(f.core().busy_time(Context::kThread), Duration(60));
  f.loop.RunUntil(At(1000));
  EXPECT_EQ(f.core().busy_time(Context::kThread), Duration(100));
  EXPECT_EQ(f.core().busy_time(Context::kSoftirq), Duration(40));
}

// A single server: whatever arrives, whenever, every task acts exactly once, busy time is the sum of
// the prices, and a core with work is never idle.
TEST(Core, RandomLoadIsServedCompletelyWithoutGaps) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Rng rng(seed);
    Fixture f;
    constexpr uint64_t kTasks = 2000;
    Duration price_sum[kContexts] = {};
    int64_t idle_until = 0;  // the end of the busy period, computed beside the core
    for (uint64_t i = 0; i < kTasks; ++i) {
      f.loop.RunUntil(f.loop.now() + rng.Exponential(Duration(60)));
      const int64_t price = static_cast<int64_t>(rng.Uniform(100));
      int64_t interrupt = 0;
      Context context = Context::kThread;
      if (rng.Bernoulli(500'000'000)) {
        context = Context::kSoftirq;
        interrupt = static_cast<int64_t>(rng.Uniform(5));
        f.core().Interrupt(Duration(interrupt));
        f.Softirq(i, price);
      } else {
        f.Thread(i, price);
      }
      price_sum[static_cast<size_t>(context)] += Duration(price);
      price_sum[static_cast<size_t>(Context::kHardirq)] += Duration(interrupt);
      const int64_t now = f.loop.now().time_since_epoch().count();
      idle_until = (now > idle_until ? now : idle_until) + price + interrupt;
      ASSERT_TRUE(f.core().busy());
    }
    f.loop.Run();
    Time last{};
    for (const auto& [time, arg] : f.recorder.acts) last = time;
    EXPECT_EQ(last, At(idle_until));
    EXPECT_EQ(f.recorder.acts.size(), kTasks);
    EXPECT_EQ(f.core().tasks_done(Context::kSoftirq) + f.core().tasks_done(Context::kThread),
              kTasks);
    for (size_t i = 0; i < kContexts; ++i) {
      EXPECT_EQ(f.core().busy_time(static_cast<Context>(i)), price_sum[i]);
    }
  }
}

TEST(Core, TwoCoresWorkAtTheSameTimeAndTiesGoByTheOrderOfTaking) {
  Fixture f({.cores = 2});
  Thread other(&f.machine, {.name = "other", .core = 1});
  other.Submit(f.OfPrice(1, 10));
  f.Thread(2, 10);
  f.loop.Run();
  EXPECT_EQ(f.recorder.acts, (Acts{{At(10), 1}, {At(10), 2}}));
}

TEST(Core, SteadyLoadAllocatesNothing) {
  class Again : public Runner {
   public:
    explicit Again(Fixture* f) : f_(f) {}
    void Act(uint64_t arg) override {
      if (arg % 2 == 0) {
        f_->thread.Submit({.runner = this, .arg = arg + 1, .price = Duration(7)});
      } else {
        f_->core().RaiseSoftirq({.runner = this, .arg = arg + 1, .price = Duration(7)});
      }
    }

   private:
    Fixture* const f_;
  };
  Fixture f;
  Again again(&f);
  for (uint64_t i = 0; i < 20; ++i) again.Act(i);
  for (int i = 0; i < 1000; ++i) f.loop.Step();
  const uint64_t before = Allocations();
  for (int i = 0; i < 100'000; ++i) f.loop.Step();
  EXPECT_EQ(Allocations(), before);
}

// Draws what the observer hears: "softirq 300-350 b".
class Drawing : public MachineObserver {
 public:
  void OnStretch(EntityId, Context context, const Thread* thread, const Task& task, Time begin,
                 Time end, bool last) override {
    Line(std::string(ContextName(context)), begin, end);
    lines.back() += " " + std::to_string(task.arg) + (last ? "" : "...");
    if (thread != nullptr) lines.back() += " " + thread->name();
  }
  void OnAfterAct(EntityId) override { ++acts; }
  void OnInterrupt(EntityId, Time begin, Time end) override { Line("hardirq", begin, end); }

  std::vector<std::string> lines;
  int acts = 0;

 private:
  void Line(const std::string& what, Time begin, Time end) {
    lines.push_back(what + " " + std::to_string(begin.time_since_epoch().count()) + "-" +
                    std::to_string(end.time_since_epoch().count()));
  }
};

TEST(Core, AnObserverHearsEveryStretchAndChangesNothing) {
  uint64_t hashes[2];
  for (int with = 0; with < 2; ++with) {
    Fixture f;
    Drawing drawing;
    if (with == 1) f.machine.set_observer(&drawing);
    f.Thread(1, 100);
    f.loop.RunUntil(At(40));
    f.core().Interrupt(Duration(7));
    f.Softirq(2, 10);
    f.loop.RunUntil(At(50));
    f.core().Interrupt(Duration(5));
    f.Softirq(3, 4);
    f.loop.Run();
    hashes[with] = f.trace.hash();
    if (with == 0) continue;
    EXPECT_EQ(drawing.lines,
              (std::vector<std::string>{"thread 0-40 1... app", "hardirq 40-47", "hardirq 50-55",
                                        "softirq 47-62 2", "softirq 62-66 3", "thread 66-126 1 app"}));
    EXPECT_EQ(drawing.acts, 3);
  }
  EXPECT_EQ(hashes[0], hashes[1]);
}

TEST(CoreDeathTest, AMissingPriceOrRunnerIsAnError) {
  class Priceless : public Runner {
   public:
    void Act(uint64_t) override {}
  };
  Fixture f;
  Priceless priceless;
  EXPECT_DEATH(f.thread.Submit({.runner = &priceless}), "names no price");
  EXPECT_DEATH(f.core().RaiseSoftirq({.runner = &priceless}), "names no price");
  EXPECT_DEATH(f.thread.Submit({.runner = &priceless, .price = Duration(-2)}), "CHECK failed");
  EXPECT_DEATH(f.thread.Submit({.price = Duration(0)}), "CHECK failed");
  EXPECT_DEATH(f.core().context(), "CHECK failed");
}

}  // namespace
}  // namespace sim
