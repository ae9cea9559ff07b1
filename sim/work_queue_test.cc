// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/work_queue.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/event_loop.h"
#include "sim/rng.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace sim {
namespace {

Time At(int64_t nanos) { return Time(Duration(nanos)); }

class Crypt : public Runner {
 public:
  explicit Crypt(EventLoop* loop) : loop_(loop) {}
  Duration Price(uint64_t item) override {
    started.push_back(item);
    return price ? price(item) : Duration(10);
  }
  void Act(uint64_t item) override { finished.emplace_back(loop_->now(), item); }
  std::vector<uint64_t> started;
  std::vector<std::pair<Time, uint64_t>> finished;
  std::function<Duration(uint64_t)> price;

 private:
  EventLoop* const loop_;
};
using Finished = std::vector<std::pair<Time, uint64_t>>;

struct Fixture {
  explicit Fixture(size_t count, WorkQueue::Options options = {}) {
    std::vector<Core*> pointers;
    for (size_t i = 0; i < count; ++i) {
      cores.push_back(std::make_unique<Core>(&loop, trace.RegisterEntity("cpu")));
      pointers.push_back(cores.back().get());
    }
    queue = std::make_unique<WorkQueue>(&loop, pointers, &crypt, options);
  }
  Trace trace;
  EventLoop loop{&trace};
  std::vector<std::unique_ptr<Core>> cores;
  Crypt crypt{&loop};
  std::unique_ptr<WorkQueue> queue;
};

TEST(WorkQueue, WakesTheCoresInTurn) {
  Fixture f(4);
  for (uint64_t item = 0; item < 8; ++item) EXPECT_TRUE(f.queue->Push(item));
  f.loop.Run();
  EXPECT_EQ(f.crypt.finished, (Finished{{At(10), 0},
                                        {At(10), 1},
                                        {At(10), 2},
                                        {At(10), 3},
                                        {At(20), 4},
                                        {At(20), 5},
                                        {At(20), 6},
                                        {At(20), 7}}));
  for (const auto& core : f.cores) EXPECT_EQ(core->busy_time(Context::kProcess), Duration(20));
}

TEST(WorkQueue, AGivenCoreDrainsAloneInOrder) {
  Fixture f(4);
  for (uint64_t item = 0; item < 5; ++item) EXPECT_TRUE(f.queue->PushOn(2, item));
  EXPECT_EQ(f.queue->size(), 4u);
  f.loop.Run();
  EXPECT_EQ(f.crypt.started, (std::vector<uint64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(f.cores[2]->busy_time(Context::kProcess), Duration(50));
}

TEST(WorkQueue, RefusesWhatItsRingCannotHold) {
  Fixture f(1, {.capacity = 3});
  EXPECT_TRUE(f.queue->Push(0));  // taken at once: not on the ring
  for (uint64_t item = 1; item < 4; ++item) EXPECT_TRUE(f.queue->Push(item));
  EXPECT_FALSE(f.queue->Push(4));
  EXPECT_EQ(f.queue->size(), 3u);
  f.loop.RunUntil(At(10));
  EXPECT_TRUE(f.queue->Push(5));
  f.loop.Run();
  EXPECT_EQ(f.crypt.started, (std::vector<uint64_t>{0, 1, 2, 3, 5}));
}

TEST(WorkQueue, TheTurnMovesEvenWhenTheRingIsFull) {
  Fixture f(2, {.capacity = 1});
  f.cores[0]->Submit(Context::kSoftirq, Task{&f.crypt, 100, Duration(50)});
  EXPECT_TRUE(f.queue->Push(0));   // core 0, which is busy: stays on the ring
  EXPECT_FALSE(f.queue->Push(1));  // the turn of core 1 is lost
  EXPECT_FALSE(f.cores[1]->busy());
  f.loop.RunUntil(At(55));
  EXPECT_TRUE(f.queue->Push(2));  // core 0 again
  EXPECT_FALSE(f.cores[1]->busy());
}

TEST(WorkQueue, AWorkerThatFindsNothingPaysTheEmptyPrice) {
  Fixture f(2, {.empty_price = Duration(3)});
  f.cores[1]->Submit(Context::kSoftirq, Task{&f.crypt, 100, Duration(50)});
  EXPECT_TRUE(f.queue->PushOn(1, 7));  // its worker must wait
  EXPECT_TRUE(f.queue->PushOn(0, 8));  // and the other takes item 7, then 8
  f.loop.Run();
  EXPECT_EQ(f.crypt.finished, (Finished{{At(10), 7}, {At(20), 8}, {At(50), 100}}));
  EXPECT_EQ(f.loop.now(), At(53));
}

TEST(WorkQueue, EveryItemIsStartedInOrderAndFinishedOnce) {
  for (const size_t cores : {1, 2, 3, 8}) {
    Rng rng(cores);
    Fixture f(cores);
    f.crypt.price = [&](uint64_t) { return Duration(static_cast<int64_t>(rng.Uniform(100))); };
    std::vector<uint64_t> accepted;
    for (uint64_t item = 0; item < 5000; ++item) {
      if (f.queue->Push(item)) accepted.push_back(item);
      f.loop.RunUntil(f.loop.now() + Duration(static_cast<int64_t>(rng.Uniform(30))));
    }
    f.loop.Run();
    EXPECT_EQ(f.crypt.started, accepted);
    std::vector<uint64_t> finished;
    for (const auto& entry : f.crypt.finished) finished.push_back(entry.second);
    if (cores > 1) {
      EXPECT_NE(finished, accepted);
    }
    std::sort(finished.begin(), finished.end());
    EXPECT_EQ(finished, accepted);
    EXPECT_EQ(f.queue->size(), 0u);
    if (cores == 1) {
      EXPECT_LT(accepted.size(), 5000u);
    }
  }
}

}  // namespace
}  // namespace sim
