// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/grace_period.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/core.h"
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

class Recorder : public Actor {
 public:
  Recorder(EventLoop* loop, EntityId entity) : Actor(entity), loop_(loop) {}
  void OnEvent(uint64_t arg) override { done.emplace_back(loop_->now(), arg); }
  std::vector<std::pair<Time, uint64_t>> done;

 private:
  EventLoop* const loop_;
};
using Done = std::vector<std::pair<Time, uint64_t>>;

class Reader : public Runner {
 public:
  void Act(uint64_t arg) override {
    if (on_act) on_act(arg);
  }
  std::function<void(uint64_t)> on_act;
};

struct Fixture {
  explicit Fixture(Duration latency) {
    grace = std::make_unique<GracePeriod>(
        &loop, trace.RegisterEntity("rcu"),
        std::vector<const Core*>{machine.core(0), machine.core(1), machine.core(2)}, latency);
  }
  void Submit(int core, int64_t price, uint64_t arg = 0) {
    machine.core(core)->RaiseSoftirq(
        {.runner = &reader, .arg = arg, .price = Duration(price)});
  }
  Trace trace;
  EventLoop loop{&trace};
  Machine machine{&loop, "host", {.cores = 3}};
  std::unique_ptr<GracePeriod> grace;
  Reader reader;
  Recorder waiter{&loop, trace.RegisterEntity("waiter")};
};

TEST(GracePeriod, OfIdleCoresIsTheLatency) {
  Fixture f(Duration(25));
  f.grace->Wait(&f.waiter, 7);
  f.loop.Run();
  EXPECT_EQ(f.waiter.done, (Done{{At(25), 7}}));
  EXPECT_EQ(f.grace->waits(), 0u);
}

TEST(GracePeriod, WaitsForTheTasksOfItsBeginningAndForNoLaterOnes) {
  Fixture f(Duration(5));
  f.Submit(0, 100);
  f.Submit(1, 40);
  f.Submit(1, 10000);  // queued: taken at 40, after the wait began
  f.grace->Wait(&f.waiter, 1);
  f.Submit(2, 10000);  // taken right after the wait began
  f.loop.Run();
  EXPECT_EQ(f.waiter.done, (Done{{At(105), 1}}));
}

TEST(GracePeriod, EndsAfterTheActsOfItsReadersEvenAtTheSameInstant) {
  Fixture f(Duration(0));
  bool acted = false;
  f.reader.on_act = [&](uint64_t) {
    EXPECT_TRUE(f.waiter.done.empty());
    acted = true;
  };
  f.Submit(0, 100);
  f.grace->Wait(&f.waiter, 1);
  f.loop.Run();
  EXPECT_TRUE(acted);
  EXPECT_EQ(f.waiter.done, (Done{{At(100), 1}}));
}

TEST(GracePeriod, TheTaskThatWaitsIsNotItsOwnReader) {
  Fixture f(Duration(5));
  f.reader.on_act = [&](uint64_t arg) {
    if (arg == 1) f.grace->Wait(&f.waiter, 1);
  };
  f.Submit(0, 10, 1);
  f.Submit(0, 1000, 2);
  f.loop.Run();
  EXPECT_EQ(f.waiter.done, (Done{{At(15), 1}}));
}

// The reader's task is at 30 of 100 when softirqs take its core for 500.
TEST(GracePeriod, WaitsForATaskThatWasInterruptedAndForWhatInterruptsIt) {
  Fixture f(Duration(5));
  Thread app(&f.machine, {.name = "app"});
  app.Submit({.runner = &f.reader, .arg = 1, .price = Duration(100)});
  f.loop.RunUntil(At(30));
  f.Submit(0, 200);
  f.Submit(0, 300);  // taken after the wait began, but the interrupted one waits for it
  f.loop.RunUntil(At(50));
  f.grace->Wait(&f.waiter, 1);
  f.loop.Run();
  EXPECT_EQ(f.waiter.done, (Done{{At(605), 1}}));
}

TEST(GracePeriod, WaitsAreIndependent) {
  Fixture f(Duration(1));
  f.Submit(0, 10);
  f.grace->Wait(&f.waiter, 1);
  f.loop.RunUntil(At(5));
  f.Submit(1, 100);
  f.grace->Wait(&f.waiter, 2);
  EXPECT_EQ(f.grace->waits(), 2u);
  f.loop.RunUntil(At(20));
  f.grace->Wait(&f.waiter, 3);
  f.loop.Run();
  EXPECT_EQ(f.waiter.done, (Done{{At(11), 1}, {At(106), 2}, {At(106), 3}}));
}

// The definition, by brute force: note which tasks run when the wait begins and when each of them
// acts.
TEST(GracePeriod, UnderRandomLoadEndsWhenTheLastOfItsReadersHasActed) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Rng rng(seed);
    Fixture f(Duration(0));
    std::vector<Time> end_of(1000, kEndOfTime);
    f.reader.on_act = [&](uint64_t arg) { end_of[arg] = f.loop.now(); };
    uint64_t next = 0;
    const auto load = [&] {
      for (uint64_t i = rng.Uniform(6); i > 0; --i) {
        f.Submit(static_cast<int>(rng.Uniform(3)), static_cast<int64_t>(rng.Uniform(50)), next++);
      }
    };
    load();
    f.loop.RunUntil(At(static_cast<int64_t>(rng.Uniform(60))));
    Time expected = f.loop.now();
    for (const Core* core : f.machine.core_list()) {
      const uint64_t task = core->unfinished().current;
      if (task != 0) expected = std::max(expected, core->EndOf(task));
    }
    f.grace->Wait(&f.waiter, 0);
    load();
    f.loop.Run();
    ASSERT_EQ(f.waiter.done, (Done{{expected, 0}}));
  }
}

}  // namespace
}  // namespace sim
