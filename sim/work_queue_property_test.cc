// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What work queues promise (work_queue.h, work_item.h), looked at after every event of random runs: items of all three
// kinds on machines of one to three cores, among softirqs and other threads, queued from outside and by each other.
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
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
#include "sim/work_item.h"
#include "sim/work_queue.h"

namespace sim {
namespace {

using std::chrono::microseconds;
using Kind = WorkQueue::Kind;
using State = WorkItem::State;

// What there is of a pool to be seen: who waits, in what order, and who runs.
struct PoolModel {
  std::deque<int> waiting;
  int ordinary_running = 0;
};

class World;

// An item whose every call is held against the model.
class Checked : public Work {
 public:
  Checked(World* world, int number, WorkQueue* queue)
      : world_(world), number_(number), queue_(queue), item_(queue, this) {}

  void Queue(int core);
  Duration StepPrice() override;
  bool Step(int core) override;

  State Expected() const {
    if (runs_) return pending_ ? State::kRunningPending : State::kRunning;
    return pending_ ? State::kPending : State::kIdle;
  }
  State Actual() const { return item_.state(); }
  bool idle() const { return !pending_ && !runs_; }
  uint64_t queued() const { return queued_; }
  uint64_t runs() const { return runs_done_; }

 private:
  World* const world_;
  const int number_;
  WorkQueue* const queue_;
  WorkItem item_;
  bool pending_ = false;
  bool runs_ = false;
  int pool_ = 0;  // core, or -1
  int64_t steps_left_ = 0;
  uint64_t queued_ = 0;  // times that it became pending
  uint64_t runs_done_ = 0;
};

class World : public Runner {
 public:
  explicit World(uint64_t seed, std::vector<Kind> kinds, bool noise)
      : rng_(seed), noise_(noise), machine_(&loop_, "host", OptionsOf(&rng_, noise)) {
    for (const Kind kind : kinds) {
      queues_.push_back(std::make_unique<WorkQueue>(&all_, kind));
      for (int i = 0; i < 4; ++i) {
        items_.push_back(std::make_unique<Checked>(this, static_cast<int>(items_.size()),
                                                   queues_.back().get()));
      }
    }
    for (int core = 0; core < machine_.cores(); ++core) {
      apps_.push_back(std::make_unique<Thread>(
          &machine_, Thread::Options{.name = "app", .core = core, .bound = core % 2 == 0}));
    }
  }

  // Returns how many items have run.
  uint64_t Run() {
    for (int i = 0; i < 150; ++i) {
      const Time until = loop_.now() + microseconds(Below(120));
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
    uint64_t runs = 0;
    for (const auto& item : items_) {
      EXPECT_TRUE(item->idle());
      // As often as it became pending.
      EXPECT_EQ(item->runs(), item->queued());
      runs += item->runs();
    }
    return runs;
  }

  // Something happens from outside, or in an act.
  void Cause() {
    if (!may_cause_) return;
    const int core = static_cast<int>(Below(machine_.cores()));
    const Task task = {.runner = this, .price = microseconds(Below(40))};
    switch (noise_ ? Below(4) : 0) {
      case 0:
      case 1: return items_[static_cast<size_t>(Below(static_cast<int64_t>(items_.size())))]->Queue(core);
      case 2: return machine_.core(core)->RaiseSoftirq(task);
      case 3: return apps_[static_cast<size_t>(core)]->Submit(task);
    }
  }
  void Act(uint64_t) override {
    if (Below(4) == 0) Cause();
  }

  int64_t Below(int64_t n) { return static_cast<int64_t>(rng_.Uniform(static_cast<uint64_t>(n))); }
  PoolModel& pool(int core) { return pools_[core]; }
  int cores() const { return machine_.cores(); }

 private:
  static MachineOptions OptionsOf(Rng* rng, bool noise) {
    const auto below = [&](uint64_t n) { return static_cast<int>(rng->Uniform(n)); };
    return {.cores = 1 + below(3),
            .preemption = static_cast<Preemption>(below(3)),
            .hz = 1000,
            .slice = microseconds(100 + 600 * below(2)),
            .context_switch = microseconds(noise ? below(3) : 0),
            .idle_exit = microseconds(noise ? below(3) : 0)};
  }

  void Look() const {
    for (const auto& item : items_) ASSERT_EQ(item->Actual(), item->Expected());
    for (int core = -1; core < machine_.cores(); ++core) {
      const WorkerPool* real = core < 0 ? all_.unbound() : all_.pool(core);
      // Nothing waits for a core that has nothing to do.
      if (real->waiting() != 0) {
        bool busy = false;
        for (const Core* one : machine_.core_list()) {
          busy |= one->busy() && (core < 0 || one->number() == core);
        }
        ASSERT_TRUE(busy) << "pool " << core;
      }
      // One for each item that runs, and one on its way.
      ASSERT_LE(real->workers(), items_.size() + 1);
    }
  }

  Rng rng_;
  const bool noise_;
  Trace trace_;
  EventLoop loop_{&trace_};
  Machine machine_;
  WorkQueues all_{&machine_};
  std::vector<std::unique_ptr<WorkQueue>> queues_;
  std::vector<std::unique_ptr<Checked>> items_;
  std::vector<std::unique_ptr<Thread>> apps_;
  std::map<int, PoolModel> pools_;
  bool may_cause_ = true;
};

void Checked::Queue(int core) {
  const bool expected = !pending_;
  if (expected) {
    pending_ = true;
    ++queued_;
    if (!runs_) {
      pool_ = queue_->kind() == Kind::kUnbound ? -1 : core;
      world_->pool(pool_).waiting.push_back(number_);
    }
  }
  EXPECT_EQ(item_.Queue(core), expected);
}

Duration Checked::StepPrice() {
  if (!runs_) {
    EXPECT_TRUE(pending_);
    PoolModel& pool = world_->pool(pool_);
    // First come, first served, and nobody begins beside ordinary work.
    EXPECT_FALSE(pool.waiting.empty());
    EXPECT_EQ(pool.waiting.front(), number_);
    pool.waiting.pop_front();
    EXPECT_EQ(pool.ordinary_running, 0);
    pool.ordinary_running += queue_->kind() == Kind::kBound;
    pending_ = false;
    runs_ = true;
    steps_left_ = 1 + world_->Below(4);
  }
  return microseconds(world_->Below(50));
}

bool Checked::Step(int core) {
  EXPECT_TRUE(runs_);
  EXPECT_TRUE(pool_ < 0 || core == pool_);
  if (world_->Below(3) == 0) world_->Cause();
  if (world_->Below(8) == 0) Queue(static_cast<int>(world_->Below(world_->cores())));
  if (--steps_left_ > 0) return true;
  runs_ = false;
  ++runs_done_;
  PoolModel& pool = world_->pool(pool_);
  pool.ordinary_running -= queue_->kind() == Kind::kBound;
  // Queued while it ran: behind those that wait when it is done.
  if (pending_) pool.waiting.push_back(number_);
  return false;
}

TEST(WorkQueueProperty, KeepsItsPromisesInRandomRuns) {
  uint64_t runs = 0;
  for (uint64_t seed = 0; seed < 1500; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    runs += World(seed, {Kind::kBound, Kind::kCpuIntensive, Kind::kUnbound}, /*noise=*/true).Run();
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(runs, 100'000u);
}

TEST(WorkQueueProperty, KeepsThemWithOneKindAlone) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    for (const Kind kind : {Kind::kBound, Kind::kCpuIntensive, Kind::kUnbound}) {
      SCOPED_TRACE(absl::StrCat("seed ", seed, ", kind ", static_cast<int>(kind)));
      World(seed, {kind}, /*noise=*/seed % 2 == 0).Run();
      if (testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace sim
