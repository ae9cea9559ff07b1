// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What machines of several cores promise (machine.h, core.h, thread.h), looked at after every event of random runs of
// bound and unbound threads among softirqs and hard interrupts.
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
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

using std::chrono::microseconds;

class World : public Runner {
 public:
  explicit World(uint64_t seed) : rng_(seed), machine_(&loop_, "host", OptionsOf(&rng_)) {
    const int64_t threads = 1 + Below(6);
    for (int64_t i = 0; i < threads; ++i) {
      const int core = static_cast<int>(Below(machine_.cores()));
      const bool bound = Below(2) == 0;
      threads_.push_back({.thread = std::make_unique<Thread>(
                              &machine_, Thread::Options{.name = "t", .core = core, .bound = bound}),
                          .home = bound ? core : -1});
    }
  }

  void Run() {
    for (int i = 0; i < 60; ++i) {
      const Time until = loop_.now() + microseconds(Below(400));
      while (loop_.pending() > 0 && loop_.now() < until) {
        loop_.Step();
        Look();
      }
      if (loop_.now() < until) loop_.RunUntil(until);
      Cause();
      Look();
    }
    may_cause_ = false;
    while (loop_.Step()) Look();
    Balance();
  }

  void Act(uint64_t arg) override {
    if (arg < threads_.size()) {
      One& one = threads_[arg];
      // In order, and a bound one at home.
      ASSERT_FALSE(one.waiting.empty());
      const Duration price = one.waiting.front();
      one.waiting.pop_front();
      EXPECT_TRUE(one.home < 0 || one.thread->core()->number() == one.home);
      spent_ += price;
      if (Below(8) == 0) Cause();
      if (Below(6) != 0) Submit(arg);
      return;
    }
    --softirqs_;
    if (Below(4) == 0) Cause();
  }

 private:
  struct One {
    std::unique_ptr<Thread> thread;
    int home = -1;  // its core, if it is bound to one
    std::deque<Duration> waiting;
  };

  static MachineOptions OptionsOf(Rng* rng) {
    const auto below = [&](uint64_t n) { return static_cast<int>(rng->Uniform(n)); };
    return {.cores = 1 + below(4),
            .preemption = static_cast<Preemption>(below(3)),
            .hz = 1000,
            .slice = microseconds(100 + 600 * below(2)),
            .context_switch = microseconds(below(3))};
  }

  int64_t Below(int64_t n) { return static_cast<int64_t>(rng_.Uniform(static_cast<uint64_t>(n))); }

  void Submit(uint64_t number) {
    if (!may_cause_) return;
    One& one = threads_[number];
    const Duration price = microseconds(Below(200));
    one.waiting.push_back(price);
    one.thread->Submit({.runner = this,
                        .arg = number,
                        .price = price,
                        .boundary = static_cast<Boundary>(Below(3))});
  }

  void Cause() {
    if (!may_cause_) return;
    if (Below(2) == 0) return Submit(static_cast<uint64_t>(Below(static_cast<int64_t>(threads_.size()))));
    Core* const core = machine_.core(static_cast<int>(Below(machine_.cores())));
    const Duration price = microseconds(Below(30));
    softirq_spent_ += price;
    ++softirqs_;
    core->RaiseSoftirq({.runner = this, .arg = threads_.size(), .price = price});
  }

  void Look() const {
    bool idle = false;
    for (const Core* core : machine_.core_list()) {
      idle |= !core->busy();
      // A core with something to do does it.
      ASSERT_TRUE(core->busy() || (core->threads_waiting() == 0 && core->softirqs_queued() == 0));
    }
    for (const One& one : threads_) {
      // Whoever has something to do is awake, and nobody else.
      ASSERT_TRUE(one.thread->awake() || one.waiting.empty());
      const bool has_core = one.thread->core()->thread() == one.thread.get();
      // No unbound one waits while a core is idle.
      ASSERT_FALSE(one.home < 0 && one.thread->awake() && !has_core && idle);
    }
  }

  // Core time is what the tasks cost, and the switches.
  void Balance() const {
    EXPECT_EQ(softirqs_, 0);
    Duration busy{0}, switches{0}, run{0};
    for (const Core* core : machine_.core_list()) {
      EXPECT_FALSE(core->busy());
      busy += core->busy_time(Context::kThread) + core->busy_time(Context::kSoftirq);
      switches += machine_.options().context_switch * static_cast<int64_t>(core->context_switches());
    }
    for (const One& one : threads_) {
      EXPECT_TRUE(one.waiting.empty());
      run += one.thread->run_time();
    }
    EXPECT_GE(run, spent_);
    EXPECT_EQ(busy, spent_ + softirq_spent_ + switches);
  }

  Rng rng_;
  Trace trace_;
  EventLoop loop_{&trace_};
  Machine machine_;
  std::vector<One> threads_;
  Duration spent_{0};
  Duration softirq_spent_{0};
  int64_t softirqs_ = 0;
  bool may_cause_ = true;
};

TEST(MachineProperty, KeepsItsPromisesInRandomRuns) {
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    World(seed).Run();
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace sim
