// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/lock.h"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/machine.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/event_loop.h"
#include "sim/rng.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace sim {
namespace {

Time At(int64_t nanos) { return Time(Duration(nanos)); }

class Recorder : public Actor {
 public:
  Recorder(EventLoop* loop, EntityId entity) : Actor(entity), loop_(loop) {}
  void OnEvent(uint64_t arg) override { granted.emplace_back(loop_->now(), arg); }
  std::vector<std::pair<Time, uint64_t>> granted;

 private:
  EventLoop* const loop_;
};
using Granted = std::vector<std::pair<Time, uint64_t>>;

struct Fixture {
  Trace trace;
  EventLoop loop{&trace};
  EntityId entity = trace.RegisterEntity("process");
  Recorder a{&loop, entity}, b{&loop, entity}, c{&loop, entity};
};

TEST(Lock, AFreeLockIsTakenAtOnce) {
  Fixture f;
  Lock lock(&f.loop);
  EXPECT_TRUE(lock.Acquire(&f.a, 1));
  EXPECT_TRUE(lock.held());
  lock.Release(&f.a);
  EXPECT_FALSE(lock.held());
  f.loop.Run();
  EXPECT_TRUE(f.a.granted.empty());
}

TEST(Lock, WaitersGetItInOrderAndHearOfItAfterTheHandover) {
  Fixture f;
  Lock lock(&f.loop, Duration(5));
  EXPECT_TRUE(lock.Acquire(&f.a, 1));
  EXPECT_FALSE(lock.Acquire(&f.b, 2));
  EXPECT_FALSE(lock.Acquire(&f.c, 3));
  EXPECT_EQ(lock.waiters(), 2u);
  f.loop.RunUntil(At(100));
  lock.Release(&f.a);
  EXPECT_TRUE(lock.held());
  // Nobody slips in during the hand-over.
  EXPECT_FALSE(lock.Acquire(&f.a, 4));
  f.loop.RunUntil(At(105));
  EXPECT_EQ(f.b.granted, (Granted{{At(105), 2}}));
  lock.Release(&f.b);
  f.loop.RunUntil(At(110));
  EXPECT_EQ(f.c.granted, (Granted{{At(110), 3}}));
  lock.Release(&f.c);
  f.loop.Run();
  EXPECT_EQ(f.a.granted, (Granted{{At(115), 4}}));
  lock.Release(&f.a);
  EXPECT_FALSE(lock.held());
}

TEST(LockDeathTest, OnlyTheHolderReleasesAndNobodyLocksTwice) {
  Fixture f;
  Lock lock(&f.loop, Duration(5));
  EXPECT_DEATH(lock.Release(&f.a), "CHECK failed");
  EXPECT_TRUE(lock.Acquire(&f.a, 1));
  EXPECT_DEATH(lock.Release(&f.b), "CHECK failed");
  EXPECT_DEATH(lock.Acquire(&f.a, 2), "CHECK failed");
  EXPECT_FALSE(lock.Acquire(&f.b, 2));
  lock.Release(&f.a);
  // b holds it but has not been told.
  EXPECT_DEATH(lock.Release(&f.b), "CHECK failed");
}

// Many processes on a few cores, each: lock, a task that reads, a task that writes back, unlock.
// With mutual exclusion no update is lost.
TEST(Lock, ProcessesOnDifferentCoresLoseNoUpdates) {
  class Process : public Actor, public Runner {
   public:
    Process(Machine* machine, EntityId entity, int core, Lock* lock, int* shared, Rng rng)
        : Actor(entity), loop_(machine->loop()), thread_(machine, {.name = "process", .core = core}), lock_(lock), shared_(shared), rng_(rng) {}
    void Start() { loop_->After(rng_.Exponential(Duration(50)), this, kWakeUp); }
    void OnEvent(uint64_t arg) override {
      if (arg == kWakeUp && !lock_->Acquire(this, kLocked)) return;
      Submit(kRead);
    }
    void Act(uint64_t step) override {
      if (step == kRead) {
        read_ = *shared_;
        Submit(kWrite);
        return;
      }
      *shared_ = read_ + 1;
      lock_->Release(this);
      if (--rounds_ > 0) Start();
    }

   private:
    enum : uint64_t { kWakeUp, kLocked, kRead, kWrite };
    void Submit(uint64_t step) {
      const Duration price = Duration(static_cast<int64_t>(rng_.Uniform(20)));
      thread_.Submit({.runner = this, .arg = step, .price = price});
    }
    EventLoop* const loop_;
    Thread thread_;
    Lock* const lock_;
    int* const shared_;
    Rng rng_;
    int rounds_ = 50;
    int read_ = 0;
  };
  Fixture f;
  Rng rng(9);
  Lock lock(&f.loop, Duration(3));
  Machine machine(&f.loop, "host", {.cores = 3});
  std::vector<std::unique_ptr<Process>> processes;
  int shared = 0;
  for (int i = 0; i < 8; ++i) {
    processes.push_back(std::make_unique<Process>(&machine, f.entity, i % 3, &lock, &shared, rng.Fork("process", i)));
    processes.back()->Start();
  }
  f.loop.Run();
  EXPECT_EQ(shared, 8 * 50);
  EXPECT_FALSE(lock.held());
}

}  // namespace
}  // namespace sim
