// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/work_item.h"

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/event_loop.h"
#include "sim/rng.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace sim {
namespace {

using State = WorkItem::State;

Time At(int64_t nanos) { return Time(Duration(nanos)); }

class Work : public Runner {
 public:
  explicit Work(EventLoop* loop) : loop_(loop) {}
  Duration Price(uint64_t) override { return Duration(10); }
  void Act(uint64_t arg) override {
    acts.emplace_back(loop_->now(), arg);
    if (during) during();
  }
  std::vector<std::pair<Time, uint64_t>> acts;
  std::function<void()> during;

 private:
  EventLoop* const loop_;
};
using Acts = std::vector<std::pair<Time, uint64_t>>;

class Waiter : public Actor {
 public:
  Waiter(EventLoop* loop, EntityId entity) : Actor(entity), loop_(loop) {}
  void OnEvent(uint64_t arg) override { told.emplace_back(loop_->now(), arg); }
  Acts told;

 private:
  EventLoop* const loop_;
};

struct Fixture {
  Trace trace;
  EventLoop loop{&trace};
  Core core{&loop, trace.RegisterEntity("cpu0")};
  Core other{&loop, trace.RegisterEntity("cpu1")};
  Work work{&loop};
  WorkItem item{&loop, Context::kProcess, &work, 77};
  Waiter waiter{&loop, trace.RegisterEntity("waiter")};
};

TEST(WorkItem, GoesThroughItsFourStates) {
  Fixture f;
  f.core.Submit(Context::kProcess, Task{&f.work, 1, Duration(5)});  // keeps the core busy until 5
  EXPECT_EQ(f.item.state(), State::kIdle);
  EXPECT_TRUE(f.item.Queue(&f.core));
  EXPECT_EQ(f.item.state(), State::kPending);
  EXPECT_FALSE(f.item.Queue(&f.core));
  f.loop.RunUntil(At(7));
  EXPECT_EQ(f.item.state(), State::kRunning);
  EXPECT_TRUE(f.item.Queue(&f.core));
  EXPECT_EQ(f.item.state(), State::kRunningPending);
  EXPECT_FALSE(f.item.Queue(&f.core));
  f.loop.RunUntil(At(15));
  EXPECT_EQ(f.item.state(), State::kRunning);  // the second run was taken at once
  f.loop.Run();
  EXPECT_EQ(f.item.state(), State::kIdle);
  EXPECT_EQ(f.work.acts, (Acts{{At(5), 1}, {At(15), 77}, {At(25), 77}}));
  EXPECT_EQ(f.item.runs(), 2u);
}

TEST(WorkItem, QueuedElsewhereWhileItRunsItStaysOnItsCore) {
  Fixture f;
  f.item.Queue(&f.core);
  EXPECT_TRUE(f.item.Queue(&f.other));
  EXPECT_FALSE(f.other.busy());
  f.loop.Run();
  EXPECT_EQ(f.core.tasks_done(Context::kProcess), 2u);
  // Idle again, it goes where it is sent.
  EXPECT_TRUE(f.item.Queue(&f.other));
  EXPECT_TRUE(f.other.busy());
}

TEST(WorkItem, QueuedByItsOwnActItRunsAgainAfterTheOthers) {
  Fixture f;
  int rounds = 3;
  f.work.during = [&] {
    if (f.work.acts.back().second == 77 && --rounds > 0) f.item.Queue(&f.core);
  };
  f.item.Queue(&f.core);
  f.core.Submit(Context::kProcess, Task{&f.work, 1, Duration(1)});
  f.loop.Run();
  EXPECT_EQ(f.work.acts, (Acts{{At(10), 77}, {At(11), 1}, {At(21), 77}, {At(31), 77}}));
}

TEST(WorkItem, FlushWaitsForTheRunsQueuedSoFarAndForNoLaterOnes) {
  Fixture f;
  f.item.Flush(&f.waiter, 0);
  f.item.Queue(&f.core);
  f.loop.RunUntil(At(1));
  f.item.Flush(&f.waiter, 1);
  f.item.Queue(&f.core);
  f.item.Flush(&f.waiter, 2);
  f.loop.RunUntil(At(12));
  f.item.Queue(&f.core);
  f.loop.Run();
  EXPECT_EQ(f.waiter.told, (Acts{{At(0), 0}, {At(10), 1}, {At(20), 2}}));
  EXPECT_EQ(f.item.runs(), 3u);
}

TEST(WorkItem, UnderRandomQueueingEverythingQueuedIsSeenByALaterRun) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    Rng rng(seed);
    Fixture f;
    Time last_queued = kStart;
    for (int i = 0; i < 300; ++i) {
      f.loop.RunUntil(f.loop.now() + Duration(static_cast<int64_t>(rng.Uniform(15))));
      const bool fresh = f.item.state() == State::kIdle || f.item.state() == State::kRunning;
      EXPECT_EQ(f.item.Queue(rng.Uniform(2) == 0 ? &f.core : &f.other), fresh);
      last_queued = f.loop.now();
      ASSERT_LE((f.core.busy() ? 1 : 0) + (f.other.busy() ? 1 : 0), 1);
    }
    f.loop.Run();
    EXPECT_EQ(f.item.state(), State::kIdle);
    EXPECT_GE(f.work.acts.back().first, last_queued + Duration(10));
  }
}

}  // namespace
}  // namespace sim
