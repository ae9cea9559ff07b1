// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/work_queue.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/event_loop.h"
#include "sim/machine.h"
#include "sim/time.h"
#include "sim/trace.h"
#include "sim/work_item.h"

namespace sim {
namespace {

using State = WorkItem::State;
using Kind = WorkQueue::Kind;

Time At(int64_t nanos) { return Time(Duration(nanos)); }

// Takes `steps` steps of 10 ns each time it runs; notes when and where each acted.
class Loop : public Work {
 public:
  Loop(EventLoop* loop, int steps) : loop_(loop), steps_(steps) {}
  Duration StepPrice() override { return Duration(10); }
  bool Step(int core) override {
    acts.push_back({loop_->now(), core});
    if (during) during();
    if (++done_ < steps_) return true;
    done_ = 0;
    return false;
  }
  std::vector<std::pair<Time, int>> acts;
  std::function<void()> during;

 private:
  EventLoop* const loop_;
  const int steps_;
  int done_ = 0;
};
using Acts = std::vector<std::pair<Time, int>>;

struct Fixture {
  explicit Fixture(const MachineOptions& options = {.cores = 2})
      : machine(&loop, "host", options) {}
  Trace trace;
  EventLoop loop{&trace};
  Machine machine;
  WorkQueues queues{&machine};
};

TEST(WorkItem, GoesThroughItsFourStates) {
  Fixture f;
  WorkQueue queue(&f.queues, Kind::kCpuIntensive);
  Loop work(&f.loop, 1);
  WorkItem item(&queue, &work);
  EXPECT_EQ(item.state(), State::kIdle);
  Thread busy(&f.machine, {.name = "busy"});
  Loop nothing(&f.loop, 1);
  class Pause : public Runner {
    void Act(uint64_t) override {}
  } pause;
  busy.Submit({.runner = &pause, .price = Duration(5)});
  EXPECT_TRUE(item.Queue(0));
  EXPECT_EQ(item.state(), State::kPending);
  EXPECT_FALSE(item.Queue(1));  // absorbed, and it does not move
  f.loop.RunUntil(At(6));
  EXPECT_EQ(item.state(), State::kRunning);
  EXPECT_TRUE(item.Queue(1));
  EXPECT_EQ(item.state(), State::kRunningPending);
  EXPECT_FALSE(item.Queue(0));
  f.loop.Run();
  EXPECT_EQ(item.state(), State::kIdle);
  // Twice, both times where it ran first.
  EXPECT_EQ(work.acts, (Acts{{At(15), 0}, {At(25), 0}}));
}

TEST(WorkItem, QueuedInItsOwnRunRunsAgain) {
  Fixture f;
  WorkQueue queue(&f.queues, Kind::kBound);
  Loop work(&f.loop, 2);
  WorkItem item(&queue, &work);
  bool once = true;
  work.during = [&] {
    if (!std::exchange(once, false)) return;
    EXPECT_TRUE(item.Queue(1));
  };
  item.Queue(1);
  f.loop.Run();
  EXPECT_EQ(work.acts, (Acts{{At(10), 1}, {At(20), 1}, {At(30), 1}, {At(40), 1}}));
}

TEST(WorkQueue, OrdinaryWorkOfACoreRunsOneItemAfterTheOther) {
  Fixture f({.cores = 1, .hz = 1000, .slice = Duration(1)});
  WorkQueue queue(&f.queues, Kind::kBound);
  Loop a(&f.loop, 200'000), b(&f.loop, 200'000);
  WorkItem item_a(&queue, &a), item_b(&queue, &b);
  item_a.Queue(0);
  item_b.Queue(0);
  f.loop.Run();
  // Two milliseconds each: in spite of slices of a tick b waits until a is done.
  EXPECT_EQ(a.acts.back().first, At(2'000'000));
  EXPECT_EQ(b.acts.front().first, At(2'000'010));
  EXPECT_EQ(f.queues.pool(0)->workers(), 1u);
}

TEST(WorkQueue, CpuIntensiveWorkSharesTheCoreByTheScheduler) {
  Fixture f({.cores = 1, .hz = 1000, .slice = Duration(1)});
  WorkQueue queue(&f.queues, Kind::kCpuIntensive);
  Loop a(&f.loop, 200'000), b(&f.loop, 200'000);
  WorkItem item_a(&queue, &a), item_b(&queue, &b);
  item_a.Queue(0);
  item_b.Queue(0);
  f.loop.Run();
  EXPECT_EQ(b.acts.front().first, At(1'000'010));  // at the tick
  EXPECT_EQ(a.acts.back().first, At(3'000'000));
  EXPECT_EQ(b.acts.back().first, At(4'000'000));
  EXPECT_EQ(f.queues.pool(0)->workers(), 2u);
}

TEST(WorkQueue, OrdinaryWorkHoldsUpWhatIsBehindItEvenCpuIntensiveWork) {
  Fixture f({.cores = 1, .hz = 1000, .slice = Duration(1)});
  WorkQueue ordinary(&f.queues, Kind::kBound);
  WorkQueue intensive(&f.queues, Kind::kCpuIntensive);
  Loop a(&f.loop, 200'000), b(&f.loop, 1);
  WorkItem item_a(&ordinary, &a), item_b(&intensive, &b);
  item_a.Queue(0);
  f.loop.RunUntil(At(15));
  item_b.Queue(0);
  f.loop.Run();
  EXPECT_EQ(b.acts.front().first, At(2'000'010));
}

TEST(WorkQueue, ItemsOfDifferentCoresRunAtTheSameTime) {
  Fixture f;
  WorkQueue queue(&f.queues, Kind::kBound);
  Loop a(&f.loop, 1), b(&f.loop, 1);
  WorkItem item_a(&queue, &a), item_b(&queue, &b);
  item_a.Queue(0);
  item_b.Queue(1);
  f.loop.Run();
  EXPECT_EQ(a.acts, (Acts{{At(10), 0}}));
  EXPECT_EQ(b.acts, (Acts{{At(10), 1}}));
}

TEST(WorkQueue, UnboundWorkGoesWhereThereIsRoom) {
  Fixture f({.cores = 4});
  WorkQueue queue(&f.queues, Kind::kUnbound);
  std::vector<std::unique_ptr<Loop>> works;
  std::vector<std::unique_ptr<WorkItem>> items;
  for (int i = 0; i < 4; ++i) {
    works.push_back(std::make_unique<Loop>(&f.loop, 100));
    items.push_back(std::make_unique<WorkItem>(&queue, works.back().get()));
    items.back()->Queue(0);
  }
  f.loop.Run();
  std::vector<bool> used(4);
  for (const auto& work : works) used[static_cast<size_t>(work->acts.back().second)] = true;
  EXPECT_EQ(used, std::vector<bool>(4, true));
  EXPECT_EQ(f.loop.now(), At(1000));
}

TEST(WorkQueue, IdleWorkersAreUsedAgain) {
  Fixture f;
  WorkQueue queue(&f.queues, Kind::kCpuIntensive);
  Loop work(&f.loop, 3);
  WorkItem item(&queue, &work);
  for (int i = 0; i < 100; ++i) {
    item.Queue(i % 2);
    f.loop.Run();
  }
  EXPECT_EQ(work.acts.size(), 300u);
  EXPECT_EQ(f.queues.pool(0)->workers(), 1u);
  EXPECT_EQ(f.queues.pool(1)->workers(), 1u);
}

}  // namespace
}  // namespace sim
