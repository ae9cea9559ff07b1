// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/event_loop.h"

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/allocation_counter.h"
#include "sim/rng.h"
#include "sim/time.h"
#include "sim/timer.h"
#include "sim/trace.h"

namespace sim {
namespace {

Time At(int64_t nanos) { return Time(Duration(nanos)); }

// Notes when it was called with what.
class Recorder : public Actor {
 public:
  Recorder(EventLoop* loop, Trace* trace) : Actor(trace->RegisterEntity("recorder")), loop_(loop) {}
  void OnEvent(uint64_t arg) override { log.emplace_back(loop_->now(), arg); }
  std::vector<std::pair<Time, uint64_t>> log;

 private:
  EventLoop* const loop_;
};

struct Fixture {
  Trace trace;
  EventLoop loop{&trace};
  Recorder recorder{&loop, &trace};
};

using Log = std::vector<std::pair<Time, uint64_t>>;

TEST(EventLoop, ExecutesByTimeAndAmongEqualsByOrderOfScheduling) {
  Fixture f;
  f.loop.At(At(20), &f.recorder, 1);
  f.loop.At(At(10), &f.recorder, 2);
  f.loop.At(At(20), &f.recorder, 3);
  f.loop.At(At(10), &f.recorder, 4);
  EXPECT_EQ(f.loop.pending(), 4u);
  f.loop.Run();
  EXPECT_EQ(f.recorder.log, (Log{{At(10), 2}, {At(10), 4}, {At(20), 1}, {At(20), 3}}));
  EXPECT_EQ(f.loop.now(), At(20));
  EXPECT_EQ(f.loop.events_executed(), 4u);
  EXPECT_EQ(f.loop.pending(), 0u);
}

TEST(EventLoop, AnEventScheduledForNowRunsAfterThoseAlreadyScheduledForNow) {
  class Chain : public Actor {
   public:
    Chain(EventLoop* loop, EntityId id) : Actor(id), loop_(loop) {}
    void OnEvent(uint64_t arg) override {
      order.push_back(arg);
      if (arg < 10) loop_->After(Duration(0), this, arg + 10);
    }
    std::vector<uint64_t> order;

   private:
    EventLoop* const loop_;
  };
  Trace trace;
  EventLoop loop(&trace);
  Chain chain(&loop, trace.RegisterEntity("chain"));
  for (uint64_t i = 0; i < 3; ++i) loop.At(At(5), &chain, i);
  loop.Run();
  EXPECT_EQ(chain.order, (std::vector<uint64_t>{0, 1, 2, 10, 11, 12}));
}

TEST(EventLoop, RunUntilIncludesItsLimitAndStandsThere) {
  Fixture f;
  f.loop.At(At(10), &f.recorder, 1);
  f.loop.At(At(11), &f.recorder, 2);
  f.loop.RunUntil(At(10));
  EXPECT_EQ(f.recorder.log, (Log{{At(10), 1}}));
  f.loop.RunUntil(At(10));
  EXPECT_EQ(f.loop.now(), At(10));
  f.loop.At(At(10), &f.recorder, 3);
  f.loop.RunUntil(At(100));
  EXPECT_EQ(f.recorder.log, (Log{{At(10), 1}, {At(10), 3}, {At(11), 2}}));
  EXPECT_EQ(f.loop.now(), At(100));
  f.loop.After(Duration(0), &f.recorder, 4);
  EXPECT_TRUE(f.loop.Step());
  EXPECT_FALSE(f.loop.Step());
  EXPECT_EQ(f.recorder.log.back(), (std::pair<Time, uint64_t>{At(100), 4}));
}

TEST(EventLoop, AStopEndsTheRunAfterTheEventThatAskedForIt) {
  class Stopper : public Actor {
   public:
    Stopper(EventLoop* loop, EntityId id) : Actor(id), loop_(loop) {}
    void OnEvent(uint64_t) override { loop_->RequestStop(); }

   private:
    EventLoop* const loop_;
  };
  Fixture f;
  Stopper stopper(&f.loop, f.trace.RegisterEntity("stopper"));
  f.loop.At(At(1), &stopper, 0);
  f.loop.At(At(1), &f.recorder, 1);
  f.loop.At(At(3), &f.recorder, 2);
  f.loop.RunUntil(At(50));
  EXPECT_EQ(f.loop.now(), At(1));
  EXPECT_TRUE(f.recorder.log.empty());
  f.loop.At(At(2), &f.recorder, 3);
  f.loop.Run();
  EXPECT_EQ(f.recorder.log, (Log{{At(1), 1}, {At(2), 3}, {At(3), 2}}));
}

TEST(EventLoop, TheHashDependsOnEveryFieldOfEveryEventAndOnTheirOrder) {
  const auto hash = [](std::vector<std::pair<int64_t, uint64_t>> events, bool second = false) {
    Fixture f;
    Recorder other(&f.loop, &f.trace);
    for (const auto& [time, arg] : events) {
      f.loop.At(At(time), second ? &other : &f.recorder, arg);
    }
    f.loop.Run();
    return f.trace.hash();
  };
  const uint64_t base = hash({{1, 1}, {1, 2}});
  EXPECT_EQ(base, hash({{1, 1}, {1, 2}}));
  EXPECT_NE(base, hash({{1, 2}, {1, 1}}));
  EXPECT_NE(base, hash({{1, 1}, {2, 2}}));
  EXPECT_NE(base, hash({{1, 1}, {1, 3}}));
  EXPECT_NE(base, hash({{1, 1}}));
  EXPECT_NE(base, hash({{1, 1}, {1, 2}}, true));
}

// Every build of every compiler must agree on this number: the queue's order, the generator and the
// hash in one.
TEST(EventLoop, ARunHasTheSameHashOnEveryMachine) {
  class Busy : public Actor {
   public:
    Busy(EventLoop* loop, EntityId id) : Actor(id), loop_(loop), rng_(1), timer_(loop, this, 1) {}
    void OnEvent(uint64_t arg) override {
      if (arg == 1) return;
      loop_->After(rng_.Exponential(Duration(1000)), this, arg);
      timer_.ArmAfter(rng_.UniformDuration(Duration(0), Duration(50)));
      if (rng_.Bernoulli(100'000'000)) timer_.Cancel();
    }

   private:
    EventLoop* const loop_;
    Rng rng_;
    Timer timer_;
  };
  Trace trace;
  EventLoop loop(&trace);
  Busy busy(&loop, trace.RegisterEntity("busy"));
  for (uint64_t i = 2; i < 100; ++i) busy.OnEvent(i);
  loop.RunUntil(At(1'000'000));
  EXPECT_EQ(trace.acts(), loop.events_executed());
  EXPECT_EQ(loop.events_executed(), 115845u);
  EXPECT_EQ(trace.hash(), 1796508048820396823u);
}

TEST(EventLoop, AMillionEventsAllocateNothing) {
  class Hold : public Actor {
   public:
    Hold(EventLoop* loop, EntityId id) : Actor(id), loop_(loop), rng_(1) {}
    void OnEvent(uint64_t arg) override {
      loop_->After(Duration(1 + rng_.Uniform(2'000'000)), this, arg);
    }

   private:
    EventLoop* const loop_;
    Rng rng_;
  };
  Trace trace;
  EventLoop loop(&trace);
  Hold hold(&loop, trace.RegisterEntity("hold"));
  for (uint64_t i = 0; i < 10'000; ++i) hold.OnEvent(i);
  for (int i = 0; i < 200'000; ++i) loop.Step();
  const uint64_t before = Allocations();
  ASSERT_GT(before, 0u);
  for (int i = 0; i < 1'000'000; ++i) loop.Step();
  EXPECT_EQ(Allocations(), before);
}

TEST(Timer, FiresOnceAtItsDeadlineAndCanBeArmedAgain) {
  Fixture f;
  Timer timer(&f.loop, &f.recorder, 7);
  EXPECT_FALSE(timer.armed());
  timer.ArmAfter(Duration(10));
  EXPECT_TRUE(timer.armed());
  EXPECT_EQ(timer.deadline(), At(10));
  EXPECT_EQ(f.loop.pending(), 1u);
  f.loop.Run();
  EXPECT_FALSE(timer.armed());
  EXPECT_EQ(f.loop.pending(), 0u);
  timer.ArmAfter(Duration(5));
  f.loop.Run();
  EXPECT_EQ(f.recorder.log, (Log{{At(10), 7}, {At(15), 7}}));
}

TEST(Timer, ACancelledTimerLeavesNoTraceInTimeHashOrCount) {
  const auto run = [](bool with_timer) {
    Fixture f;
    Timer timer(&f.loop, &f.recorder, 7);
    f.loop.At(At(50), &f.recorder, 1);
    if (with_timer) {
      timer.ArmAt(At(20));
      timer.ArmAt(At(100));
      EXPECT_TRUE(timer.Cancel());
      EXPECT_FALSE(timer.Cancel());
    }
    f.loop.Run();
    EXPECT_EQ(f.loop.now(), At(50));
    EXPECT_EQ(f.loop.events_executed(), 1u);
    EXPECT_EQ(f.loop.pending(), 0u);
    // The leftovers in the queue lie behind at(100): scheduling before that must still be possible.
    f.loop.At(At(60), &f.recorder, 2);
    f.loop.Run();
    EXPECT_EQ(f.loop.now(), At(60));
    return f.trace.hash();
  };
  EXPECT_EQ(run(false), run(true));
}

TEST(Timer, MovingTakesTheOrderOfTheMove) {
  Fixture f;
  Timer later(&f.loop, &f.recorder, 1);
  Timer earlier(&f.loop, &f.recorder, 2);
  later.ArmAt(At(10));
  earlier.ArmAt(At(90));
  f.loop.At(At(50), &f.recorder, 3);
  later.ArmAt(At(50));    // behind 3
  earlier.ArmAt(At(50));  // behind 1
  f.loop.At(At(50), &f.recorder, 4);
  earlier.ArmAt(At(50));  // where it is already: keeps its place
  EXPECT_EQ(f.loop.pending(), 4u);
  f.loop.Run();
  EXPECT_EQ(f.recorder.log, (Log{{At(50), 3}, {At(50), 1}, {At(50), 2}, {At(50), 4}}));
}

TEST(Timer, MovingLaterForEveryPacketPutsNothingInTheQueue) {
  Fixture f;
  Timer timer(&f.loop, &f.recorder, 1);
  timer.ArmAt(At(1'000'000));
  const uint64_t before = Allocations();
  for (int i = 1; i < 1'000'000; ++i) {
    f.loop.RunUntil(At(i));
    timer.ArmAfter(Duration(1'000'000));
  }
  EXPECT_EQ(Allocations(), before);
  EXPECT_EQ(f.loop.pending(), 1u);
  f.loop.Run();
  EXPECT_EQ(f.recorder.log, (Log{{At(1'999'999), 1}}));
}

TEST(Timer, DestroyingItCancelsItAndItsSlotIsReused) {
  Fixture f;
  {
    Timer timer(&f.loop, &f.recorder, 1);
    timer.ArmAt(At(10));
  }
  EXPECT_EQ(f.loop.pending(), 0u);
  Timer next(&f.loop, &f.recorder, 2);
  next.ArmAt(At(10));
  f.loop.Run();
  EXPECT_EQ(f.recorder.log, (Log{{At(10), 2}}));
}

// Timers against a map of deadlines, with fire-and-forget events in between.
TEST(Timer, RandomArmingMovingCancellingAndDestroyingMatchesTheOracle) {
  constexpr size_t kTimers = 40;
  constexpr uint64_t kPlain = 1000;
  for (uint64_t seed = 0; seed < 30; ++seed) {
    Rng rng(seed);
    Fixture f;
    std::vector<std::unique_ptr<Timer>> timers(kTimers);
    std::map<std::pair<Time, uint64_t>, uint64_t> oracle;  // (time, number) -> arg
    std::map<uint64_t, std::pair<Time, uint64_t>> armed;   // timer -> its key
    uint64_t number = 0;
    const auto disarm = [&](uint64_t i) {
      if (armed.count(i) == 0) return;
      oracle.erase(armed[i]);
      armed.erase(i);
    };
    for (int step = 0; step < 4000; ++step) {
      const uint64_t i = rng.Uniform(kTimers);
      // Few distinct times, so that ties are frequent.
      const Time time = f.loop.now() + Duration(25 * rng.Uniform(12));
      switch (rng.Uniform(8)) {
        case 0:
          timers[i].reset();
          disarm(i);
          break;
        case 1:
          if (timers[i] != nullptr) {
            EXPECT_EQ(timers[i]->Cancel(), armed.count(i) == 1);
            disarm(i);
          }
          break;
        case 2:
          f.loop.At(time, &f.recorder, kPlain + number);
          oracle[{time, number}] = kPlain + number;
          ++number;
          break;
        case 3: {
          const bool any = !oracle.empty();
          ASSERT_EQ(f.loop.Step(), any);
          if (!any) break;
          const auto first = oracle.begin();
          ASSERT_EQ(f.recorder.log.back(), std::make_pair(first->first.first, first->second));
          if (first->second < kTimers) armed.erase(first->second);
          oracle.erase(first);
          break;
        }
        default:
          if (timers[i] == nullptr) timers[i] = std::make_unique<Timer>(&f.loop, &f.recorder, i);
          timers[i]->ArmAt(time);
          if (armed.count(i) == 1 && armed[i].first == time) break;
          disarm(i);
          armed[i] = {time, number};
          oracle[armed[i]] = i;
          ++number;
          break;
      }
      ASSERT_EQ(f.loop.pending(), oracle.size());
    }
  }
}

TEST(EventLoopDeathTest, SchedulingInThePastOrBeyondTimeIsAnError) {
  Fixture f;
  f.loop.RunUntil(At(100));
  EXPECT_DEATH(f.loop.At(At(99), &f.recorder, 0), "CHECK failed");
  EXPECT_DEATH(f.loop.After(Duration(-1), &f.recorder, 0), "CHECK failed");
  EXPECT_DEATH(f.loop.After(Duration::max(), &f.recorder, 0), "CHECK failed");
  EXPECT_DEATH(f.loop.At(At(100), nullptr, 0), "CHECK failed");
  EXPECT_DEATH(f.loop.RunUntil(At(99)), "CHECK failed");
}

TEST(EventLoopDeathTest, AnOldTimerIdIsAnErrorEvenWhenItsSlotLivesOn) {
  Fixture f;
  const TimerId old = f.loop.CreateTimer(&f.recorder, 1);
  f.loop.DeleteTimer(old);
  const TimerId now = f.loop.CreateTimer(&f.recorder, 2);
  EXPECT_EQ(now.slot, old.slot);
  EXPECT_DEATH(f.loop.ArmTimer(old, At(1)), "CHECK failed");
  EXPECT_DEATH(f.loop.CancelTimer(old), "CHECK failed");
}

}  // namespace
}  // namespace sim
