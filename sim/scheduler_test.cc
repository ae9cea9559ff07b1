// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Threads against each other: slices, ticks, preemption models, ksoftirqd, where unbound ones go.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "sim/core.h"
#include "sim/event_loop.h"
#include "sim/machine.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace sim {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

Time At(Duration since_start) { return kStart + since_start; }

// Goes on and on with tasks of one price and one boundary; notes on which core each acted.
class Hog : public Runner {
 public:
  Hog(Machine* machine, const std::string& name, Duration price, Boundary boundary, int core = 0,
      bool bound = true)
      : machine_(machine),
        thread_(machine, {.name = name, .core = core, .bound = bound}),
        task_{.runner = this, .price = price, .boundary = boundary} {}

  void Start(int tasks) {
    left_ = tasks;
    thread_.Submit(task_);
  }
  void Act(uint64_t) override {
    acts.push_back({machine_->loop()->now(), thread_.core()->number()});
    if (during) during();
    if (--left_ > 0) thread_.Submit(task_);
  }
  sim::Thread& thread() { return thread_; }

  std::vector<std::pair<Time, int>> acts;
  std::function<void()> during;

 private:
  Machine* const machine_;
  sim::Thread thread_;
  const Task task_;
  int left_ = 0;
};

struct Fixture {
  explicit Fixture(const MachineOptions& options) : machine(&loop, "host", options) {}
  Trace trace;
  EventLoop loop{&trace};
  Machine machine;
};

TEST(Scheduler, ASliceIsAsLongAsLinux612MakesItForSoManyCores) {
  const std::pair<int, Duration> expected[] = {{1, microseconds(700)},  {2, microseconds(1400)},
                                               {4, microseconds(2100)}, {7, microseconds(2100)},
                                               {8, microseconds(2800)}, {64, microseconds(2800)}};
  for (const auto& [cores, slice] : expected) {
    Fixture f({.cores = cores});
    EXPECT_EQ(f.machine.options().slice, slice) << cores;
  }
}

TEST(Scheduler, TicksAreAtMultiplesOfOneHertzthForCenturies) {
  Fixture f({.hz = 300});
  EXPECT_EQ(f.machine.Tick(kStart), 0);
  EXPECT_EQ(f.machine.Tick(At(Duration(3'333'333))), 0);
  EXPECT_EQ(f.machine.Tick(At(Duration(3'333'334))), 1);
  EXPECT_EQ(f.machine.Tick(At(Duration(9'999'999))), 2);
  EXPECT_EQ(f.machine.Tick(At(Duration(10'000'000))), 3);
  for (const int64_t tick : {int64_t{1}, int64_t{2}, int64_t{300}, int64_t{1'000'001}}) {
    const Time first = f.machine.TimeOfTick(tick);
    EXPECT_EQ(f.machine.Tick(first), tick);
    EXPECT_EQ(f.machine.Tick(first - Duration(1)), tick - 1) << tick;
  }
  EXPECT_EQ(f.machine.Tick(At(std::chrono::hours(24 * 365 * 200))), int64_t{86400} * 365 * 200 * 300);
}

// Two threads of equal weight on one core. HZ 250, a slice of 3 ms: the turn is over at the tick
// after it, so every 4 ms.
TEST(Scheduler, TurnsEndAtTicksAndAreEquallyLong) {
  Fixture f({.hz = 250, .slice = milliseconds(3)});
  Hog a(&f.machine, "a", microseconds(10), Boundary::kResched);
  Hog b(&f.machine, "b", microseconds(10), Boundary::kResched);
  a.Start(2000);
  b.Start(2000);
  f.loop.Run();
  // a has 0 to 4 ms, b 4 to 8 ms, and so on.
  for (const auto& [time, core] : a.acts) {
    EXPECT_EQ((time - kStart - Duration(1)) / milliseconds(4) % 2, 0);
  }
  for (const auto& [time, core] : b.acts) {
    EXPECT_EQ((time - kStart - Duration(1)) / milliseconds(4) % 2, 1);
  }
  EXPECT_EQ(a.thread().run_time(), milliseconds(20));
  EXPECT_EQ(f.machine.core(0)->context_switches(), 10u);
}

TEST(Scheduler, WhoeverHasATurnKeepsItWhenAnotherWakes) {
  Fixture f({.hz = 250, .slice = milliseconds(3)});
  Hog a(&f.machine, "a", microseconds(10), Boundary::kResched);
  Hog b(&f.machine, "b", microseconds(10), Boundary::kResched);
  a.Start(1000);
  f.loop.RunUntil(At(milliseconds(1)));
  b.Start(1);
  f.loop.Run();
  EXPECT_EQ(b.acts[0].first, At(milliseconds(4) + microseconds(10)));
}

TEST(Scheduler, AWakingThreadGetsTheCoreOfOneWhoseSliceIsUsedUp) {
  Fixture f({.hz = 100, .slice = milliseconds(3)});
  Hog a(&f.machine, "a", microseconds(10), Boundary::kResched);
  Hog b(&f.machine, "b", microseconds(10), Boundary::kResched);
  a.Start(1000);
  f.loop.RunUntil(At(milliseconds(5)));  // two ticks are at 0 and 10 ms
  b.Start(1);
  f.loop.Run();
  EXPECT_EQ(b.acts[0].first, At(milliseconds(5) + microseconds(20)));
}

TEST(Scheduler, AStoppedThreadEndsItsTaskAndBeginsNoOther) {
  Fixture f({.hz = 250, .slice = milliseconds(3)});
  Hog a(&f.machine, "a", microseconds(10), Boundary::kResched);
  Hog b(&f.machine, "b", microseconds(10), Boundary::kResched);
  a.Start(100);
  b.Start(100);
  f.loop.RunUntil(At(microseconds(95)));
  a.thread().Stop();
  f.loop.Run();
  // a's tenth was in progress; b had the core to itself then.
  EXPECT_EQ(a.acts.size(), 10u);
  EXPECT_EQ(b.acts.size(), 100u);
  EXPECT_EQ(b.acts.back().first, At(microseconds(1100)));
  EXPECT_FALSE(f.machine.core(0)->busy());
  a.thread().Continue();
  f.loop.Run();
  EXPECT_EQ(a.acts.size(), 100u);
}

TEST(Scheduler, WhoIsStoppedWhileItWaitsOrSleepsDoesNotRun) {
  Fixture f({.hz = 250, .slice = milliseconds(3)});
  Hog a(&f.machine, "a", microseconds(10), Boundary::kResched);
  Hog b(&f.machine, "b", microseconds(10), Boundary::kResched);
  a.Start(10);
  b.Start(1);
  b.thread().Stop();
  f.loop.Run();
  EXPECT_TRUE(b.acts.empty());
  EXPECT_FALSE(f.machine.core(0)->busy());
  b.thread().Continue();
  b.thread().Stop();
  b.thread().Continue();
  f.loop.Run();
  EXPECT_EQ(b.acts.size(), 1u);
  b.thread().Stop();
  b.Start(1);
  f.loop.Run();
  EXPECT_EQ(b.acts.size(), 1u);
  b.thread().Continue();
  f.loop.Run();
  EXPECT_EQ(b.acts.size(), 2u);
}

TEST(Scheduler, AStoppedThreadIsNotTakenByAnotherCore) {
  Fixture f({.cores = 2, .hz = 250, .slice = milliseconds(3)});
  Hog a(&f.machine, "a", microseconds(10), Boundary::kResched);
  Hog b(&f.machine, "b", microseconds(10), Boundary::kResched, 1);
  Hog c(&f.machine, "c", microseconds(10), Boundary::kResched, 0, /*bound=*/false);
  a.Start(1000);
  b.Start(1000);
  c.Start(100);
  c.thread().Stop();
  f.loop.Run();
  EXPECT_TRUE(c.acts.empty());
  c.thread().Continue();
  f.loop.Run();
  EXPECT_EQ(c.acts.size(), 100u);
}

// The table in core.h.
TEST(Scheduler, AThreadIsPreemptedOnlyWhereTheModelAllows) {
  const struct {
    Preemption preemption;
    Boundary boundary;
    bool preempted;
  } cases[] = {
      {Preemption::kNone, Boundary::kInKernel, false},
      {Preemption::kNone, Boundary::kMaySleep, false},
      {Preemption::kNone, Boundary::kResched, true},
      {Preemption::kVoluntary, Boundary::kInKernel, false},
      {Preemption::kVoluntary, Boundary::kMaySleep, true},
      {Preemption::kVoluntary, Boundary::kResched, true},
      {Preemption::kFull, Boundary::kInKernel, true},
      {Preemption::kFull, Boundary::kMaySleep, true},
      {Preemption::kFull, Boundary::kResched, true},
  };
  for (const auto& c : cases) {
    Fixture f({.preemption = c.preemption, .hz = 1000, .slice = milliseconds(1)});
    Hog a(&f.machine, "a", microseconds(10), c.boundary);
    Hog b(&f.machine, "b", microseconds(10), Boundary::kResched);
    a.Start(1000);
    b.Start(1);
    f.loop.Run();
    const Time at = b.acts[0].first;
    const Time expected = c.preempted ? At(milliseconds(1) + microseconds(10))
                                      : At(milliseconds(10) + microseconds(10));
    EXPECT_EQ(at, expected) << PreemptionName(c.preemption) << " "
                            << static_cast<int>(c.boundary);
  }
}

TEST(Scheduler, TheOneWithTheLeastTimeIsNextAndSleepingEarnsNone) {
  Fixture f({.hz = 1000, .slice = milliseconds(1)});
  Hog a(&f.machine, "a", microseconds(100), Boundary::kResched);
  Hog b(&f.machine, "b", microseconds(100), Boundary::kResched);
  Hog c(&f.machine, "c", microseconds(100), Boundary::kResched);
  a.Start(100);
  b.Start(100);
  f.loop.RunUntil(At(milliseconds(6)));
  c.Start(100);  // slept while the others had 3 ms each: no credit for that
  f.loop.RunUntil(At(milliseconds(15)));
  EXPECT_EQ(a.thread().run_time() + b.thread().run_time() + c.thread().run_time(),
            milliseconds(15));
  EXPECT_EQ(c.thread().run_time(), milliseconds(3));
}

// ---- ksoftirqd ----

// Keeps softirqs coming: each act raises the next. Every `per_round` of them is a round.
class Flood : public Runner {
 public:
  Flood(Core* core, Duration price, int per_round)
      : core_(core), price_(price), per_round_(per_round) {}
  void Start(int packets) {
    left_ = packets;
    Raise();
  }
  void Act(uint64_t) override {
    ++done;
    if (--left_ > 0) Raise();
    if (done % per_round_ == 0) core_->EndSoftirqRound();
  }
  int done = 0;

 private:
  void Raise() { core_->RaiseSoftirq({.runner = this, .price = price_}); }
  Core* const core_;
  const Duration price_;
  const int per_round_;
  int left_ = 0;
};

TEST(Scheduler, TenRoundsOfSoftirqsAreHandedOverToKsoftirqd) {
  Fixture f({.hz = 100, .slice = milliseconds(3)});
  Flood flood(f.machine.core(0), microseconds(1), 10);
  Hog app(&f.machine, "app", microseconds(10), Boundary::kResched);
  app.Start(1);
  flood.Start(1000);
  f.loop.Run();
  EXPECT_EQ(flood.done, 1000);
  // 10 rounds of 10; then the one that was interrupted.
  EXPECT_EQ(app.acts[0].first, At(microseconds(110)));
  EXPECT_GE(f.machine.core(0)->handovers(), 1u);
}

TEST(Scheduler, SoftirqsThatGoOnForTwoMillisecondsAreHandedOver) {
  Fixture f({.hz = 1000, .slice = milliseconds(30)});
  Flood flood(f.machine.core(0), microseconds(100), 3);  // a round is 300 us: ten would be 3 ms
  Hog app(&f.machine, "app", microseconds(10), Boundary::kResched);
  app.Start(1);
  flood.Start(1000);
  f.loop.Run();
  // The first end of a round at or after the tick at 2 ms.
  EXPECT_EQ(app.acts[0].first, At(microseconds(2100 + 10)));
}

TEST(Scheduler, ARoundAfterAThreadWakesOnACoreThatWasIdleTheThreadHasIt) {
  Fixture f({.hz = 100, .slice = milliseconds(3)});
  Flood flood(f.machine.core(0), microseconds(1), 10);
  flood.Start(1000);
  f.loop.RunUntil(At(microseconds(23)));
  Hog app(&f.machine, "app", microseconds(10), Boundary::kResched);
  app.Start(1);
  f.loop.Run();
  EXPECT_EQ(app.acts[0].first, At(microseconds(30 + 10)));
  EXPECT_EQ(flood.done, 1000);
}

TEST(Scheduler, KsoftirqdSharesTheCoreAsAnyThread) {
  Fixture f({.hz = 1000, .slice = milliseconds(1)});
  Flood flood(f.machine.core(0), microseconds(1), 10);
  flood.Start(200'000);
  Hog app(&f.machine, "app", microseconds(10), Boundary::kResched);
  app.Start(100'000);
  f.loop.RunUntil(At(milliseconds(100)));
  EXPECT_NEAR(static_cast<double>(app.thread().run_time().count()), 50e6, 2e6);
  EXPECT_NEAR(static_cast<double>(flood.done), 50e3, 2e3);
}

TEST(Scheduler, TheNextSoftirqThatIsRaisedDoesNotWaitForKsoftirqd) {
  Fixture f({.hz = 100, .slice = milliseconds(30)});
  Core* const core = f.machine.core(0);
  Hog app(&f.machine, "app", milliseconds(5), Boundary::kResched);
  app.Start(10);
  f.loop.RunUntil(At(microseconds(10)));
  Flood flood(core, microseconds(1), 1);
  flood.Start(100);  // handed over after 10
  f.loop.RunUntil(At(microseconds(200)));
  EXPECT_EQ(flood.done, 10);
  Flood other(core, microseconds(1), 1000);
  other.Start(1);
  f.loop.RunUntil(At(microseconds(210)));
  EXPECT_EQ(other.done, 1);
}

// ---- Unbound threads ----

// Raises a softirq of one price again and again.
class Pulse : public Runner, public Actor {
 public:
  Pulse(EventLoop* loop, Core* core, Duration distance, Duration price)
      : Actor(core->entity()), loop_(loop), core_(core), distance_(distance), price_(price) {}
  void Start(int times) {
    left_ = times;
    OnEvent(0);
  }
  void OnEvent(uint64_t) override {
    core_->RaiseSoftirq({.runner = this, .price = price_});
    if (--left_ > 0) loop_->After(distance_, this, 0);
  }
  void Act(uint64_t) override {}

 private:
  EventLoop* const loop_;
  Core* const core_;
  const Duration distance_;
  const Duration price_;
  int left_ = 0;
};

TEST(Scheduler, AnUnboundThreadWakesOnItsCoreOrTheNextIdleOneUpwards) {
  Fixture f({.cores = 4});
  Hog x(&f.machine, "x", microseconds(10), Boundary::kResched, /*core=*/2, /*bound=*/false);
  x.Start(1);
  f.loop.Run();
  Hog busy2(&f.machine, "busy2", milliseconds(1), Boundary::kResched, 2);
  Hog busy3(&f.machine, "busy3", milliseconds(1), Boundary::kResched, 3);
  busy2.Start(1);
  busy3.Start(1);
  x.Start(1);
  f.loop.Run();
  ASSERT_EQ(x.acts.size(), 2u);
  EXPECT_EQ(x.acts[0].second, 2);
  EXPECT_EQ(x.acts[1].second, 0);
}

TEST(Scheduler, ACoreThatWouldBeIdleTakesAnUnboundThreadThatWaits) {
  Fixture f({.cores = 2, .context_switch = microseconds(1)});
  Hog busy0(&f.machine, "busy0", milliseconds(2), Boundary::kInKernel, 0);
  Hog busy1(&f.machine, "busy1", milliseconds(1), Boundary::kInKernel, 1);
  Hog x(&f.machine, "x", microseconds(10), Boundary::kResched, 0, /*bound=*/false);
  busy0.Start(1);
  busy1.Start(1);
  x.Start(1);
  EXPECT_EQ(f.machine.core(0)->threads_waiting(), 1u);
  f.loop.Run();
  EXPECT_EQ(x.acts[0], (std::pair(At(microseconds(1001 + 1 + 10)), 1)));
}

TEST(Scheduler, AThreadThatInterruptsSqueezeMovesToAnIdleCoreAtATick) {
  for (const bool bound : {false, true}) {
    Fixture f({.cores = 2, .hz = 1000});
    Hog x(&f.machine, "x", microseconds(10), Boundary::kResched, 0, bound);
    x.Start(1000);
    // A fifth of core 0, in softirqs of 2 us.
    Pulse pulse(&f.loop, f.machine.core(0), microseconds(10), microseconds(2));
    pulse.Start(500);
    f.loop.RunUntil(At(milliseconds(4)));
    EXPECT_EQ(x.acts.back().second, bound ? 0 : 1);
    const auto moved = std::find_if(x.acts.begin(), x.acts.end(),
                                    [](const auto& act) { return act.second == 1; });
    if (bound) continue;
    EXPECT_GE(moved->first, At(milliseconds(1)));
    EXPECT_LE(moved->first, At(milliseconds(1) + microseconds(30)));
  }
}

TEST(Scheduler, AnUnboundThreadWhoseTurnIsOverGoesToAnIdleCore) {
  Fixture f({.cores = 2, .hz = 250, .slice = milliseconds(3)});
  Hog unbound(&f.machine, "unbound", microseconds(10), Boundary::kResched, 0, /*bound=*/false);
  Hog bound(&f.machine, "bound", microseconds(10), Boundary::kResched, 0);
  unbound.Start(1000);
  f.loop.RunUntil(At(microseconds(5)));
  bound.Start(1000);
  f.loop.Run();
  // Together until the tick at 4 ms; from then on each has a core.
  EXPECT_EQ(unbound.acts.back(), std::make_pair(At(milliseconds(10)), 1));
  EXPECT_EQ(bound.acts.back(), std::make_pair(At(milliseconds(14)), 0));
}

TEST(Scheduler, ABoundThreadStaysWhereItIs) {
  Fixture f({.cores = 2});
  Hog busy0(&f.machine, "busy0", milliseconds(2), Boundary::kInKernel, 0);
  Hog x(&f.machine, "x", microseconds(10), Boundary::kResched, 0);
  busy0.Start(1);
  x.Start(1);
  f.loop.Run();
  EXPECT_EQ(x.acts[0], (std::pair(At(microseconds(2010)), 0)));
}

TEST(Scheduler, UnboundThreadsFillAllCores) {
  Fixture f({.cores = 8});
  std::vector<std::unique_ptr<Hog>> hogs;
  for (int i = 0; i < 8; ++i) {
    hogs.push_back(std::make_unique<Hog>(&f.machine, "hog", milliseconds(1), Boundary::kResched, 0,
                                         /*bound=*/false));
    hogs.back()->Start(3);
  }
  f.loop.Run();
  for (int i = 0; i < 8; ++i) EXPECT_EQ(f.machine.core(i)->busy_time(Context::kThread), milliseconds(3));
  EXPECT_EQ(hogs[7]->acts.back().first, At(milliseconds(3)));
}

}  // namespace
}  // namespace sim
