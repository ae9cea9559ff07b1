// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/parallel_queue.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "gtest/gtest.h"
#include "protocol/effects.h"
#include "sim/event_loop.h"
#include "sim/machine.h"
#include "sim/rng.h"
#include "sim/time.h"
#include "sim/trace.h"
#include "sim/wg/work_driver.h"
#include "sim/work_queue.h"

namespace wgnode {
namespace {

using sim::Duration;

class ParallelQueueTest : public testing::Test, public WorkDriver {
 protected:
  struct Done {
    uint64_t job;
    int core;
    sim::Time at;
  };

  // Work costs as many nanoseconds as it has bytes.
  Duration Price(const wg::Work& work) override { return Duration(work.bytes); }
  Duration RingLockHold() override { return hold_; }
  void Perform(const wg::Work& work, int core) override {
    done_.push_back({work.job, core, loop_.now()});
  }

  void Make(int cores, size_t capacity) {
    machine_ = std::make_unique<sim::Machine>(&loop_, "host", sim::MachineOptions{.cores = cores});
    queues_ = std::make_unique<sim::WorkQueues>(machine_.get());
    workers_ =
        std::make_unique<sim::WorkQueue>(queues_.get(), sim::WorkQueue::Kind::kCpuIntensive);
    queue_ = std::make_unique<ParallelQueue>(ParallelQueue::Options{.machine = machine_.get(),
                                                                    .workers = workers_.get(),
                                                                    .capacity = capacity,
                                                                    .driver = this});
  }
  bool Push(uint64_t job, uint32_t bytes) {
    return queue_->Push({.kind = wg::WorkKind::kSeal, .bytes = bytes, .job = job}, 0);
  }

  sim::Trace trace_;
  sim::EventLoop loop_{&trace_};
  std::unique_ptr<sim::Machine> machine_;
  std::unique_ptr<sim::WorkQueues> queues_;
  std::unique_ptr<sim::WorkQueue> workers_;
  Duration hold_{0};
  std::unique_ptr<ParallelQueue> queue_;
  std::vector<Done> done_;
};

TEST_F(ParallelQueueTest, WorkThatArrivesAtOnceRunsOnTheCoresInTurn) {
  Make(3, 1024);
  for (uint64_t job = 0; job < 6; ++job) ASSERT_TRUE(Push(job, 100));
  loop_.Run();
  ASSERT_EQ(done_.size(), 6u);
  for (uint64_t i = 0; i < 6; ++i) {
    EXPECT_EQ(done_[i].job, i);
    EXPECT_EQ(done_[i].core, static_cast<int>(i % 3));
    EXPECT_EQ(done_[i].at, sim::kStart + Duration(i < 3 ? 100 : 200));
  }
}

TEST_F(ParallelQueueTest, AWorkerTakesTheHeadOfTheRingAndNotThePacketThatWokeIt) {
  Make(2, 1024);
  Push(0, 1000);  // core 0
  Push(1, 10);    // core 1
  Push(2, 10);    // wakes core 0, which is busy: core 1 takes it
  Push(3, 10);
  loop_.Run();
  EXPECT_EQ(done_.back().job, 0u);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(done_[i].core, 1);
}

TEST_F(ParallelQueueTest, CompletionsOvertakeOneAnotherOnSeveralCores) {
  Make(4, 1024);
  sim::Rng rng(1);
  for (uint64_t job = 0; job < 500; ++job) Push(job, 1 + rng.Uniform(1000));
  loop_.Run();
  ASSERT_EQ(done_.size(), 500u);
  EXPECT_FALSE(std::is_sorted(done_.begin(), done_.end(),
                              [](const Done& a, const Done& b) { return a.job < b.job; }));
}

TEST_F(ParallelQueueTest, TheRingRefusesWhenFullAndCountsIt) {
  Make(1, 1024);
  uint64_t taken = 0;
  for (uint64_t job = 0; job < 1030; ++job) taken += Push(job, 10);
  // One is being worked on already: its slot is empty, but counts.
  EXPECT_EQ(taken, 1024u);
  EXPECT_EQ(queue_->refused(), 6u);
  EXPECT_EQ(queue_->size_max(), 1023u);
  loop_.Run();
  EXPECT_EQ(done_.size(), 1024u);
  EXPECT_EQ(queue_->size(), 0u);
}

TEST_F(ParallelQueueTest, QUEUE_009_SlotsAreFreeInBatchesOfSixteenAndAtTheEndOfTheRing) {
  Make(1, 1024);
  for (uint64_t job = 0; job < 1024; ++job) ASSERT_TRUE(Push(job, 10));
  const auto room = [this](int done) {
    loop_.RunUntil(sim::kStart + Duration(10 * done - 1));  // while the last one is worked on
    uint64_t n = 0;
    while (Push(9999, 10)) ++n;
    return n;
  };
  EXPECT_EQ(room(1), 0u);
  EXPECT_EQ(room(15), 0u) << "15 slots are empty";
  EXPECT_EQ(room(16), 16u);
  EXPECT_EQ(room(31), 0u);
  EXPECT_EQ(room(33), 16u) << "the 33rd counts, although it is empty";
  EXPECT_EQ(room(1023), 1023u / 16 * 16 - 32);
  EXPECT_EQ(room(1024), 16u);
  EXPECT_EQ(room(1024 + 15), 0u);
}

TEST_F(ParallelQueueTest, QUEUE_009_TheEndOfARingIsTheEndOfABatch) {
  Make(1, 40);
  uint64_t taken = 0;
  for (uint64_t job = 0; job < 40; ++job) taken += Push(job, 10);
  ASSERT_EQ(taken, 40u);
  const auto room = [this](int done) {
    loop_.RunUntil(sim::kStart + Duration(10 * done - 1));
    uint64_t n = 0;
    while (Push(9999, 10)) ++n;
    return n;
  };
  EXPECT_EQ(room(39), 32u) << "two batches";
  EXPECT_EQ(room(40), 8u) << "what is left of the ring";
  EXPECT_EQ(room(41), 0u);
}

TEST_F(ParallelQueueTest, QUEUE_001_QUEUE_003_TheTurnPassesAlsoWhenTheRingIsFull) {
  Make(4, 2);
  for (uint64_t job = 0; job < 2; ++job) ASSERT_TRUE(Push(job, 1000));  // cores 0 and 1, a slot each
  ASSERT_TRUE(Push(2, 1000));                                           // core 2
  // Released one by one, so that three are being worked on, and two more wait.
  ASSERT_TRUE(Push(3, 1000));  // core 3
  ASSERT_TRUE(Push(4, 10));    // wakes core 0, which is busy
  ASSERT_TRUE(Push(5, 10));    // core 1
  ASSERT_FALSE(Push(6, 10));   // the turn of core 2 is lost
  loop_.Run();
  ASSERT_TRUE(Push(7, 10));
  loop_.Run();
  EXPECT_EQ(done_.back().core, 3);
}

TEST_F(ParallelQueueTest, AFlushIsOverWhenEverythingPushedBeforeItHasActed) {
  Make(2, 1024);
  Push(0, 1000);
  Push(1, 10);
  const uint64_t mark = queue_->pushed();
  Push(2, 10);
  EXPECT_FALSE(queue_->AllDone(mark));
  loop_.RunUntil(sim::kStart + Duration(999));
  EXPECT_EQ(done_.size(), 2u);
  EXPECT_FALSE(queue_->AllDone(mark));
  loop_.Run();
  EXPECT_TRUE(queue_->AllDone(mark));
}

TEST_F(ParallelQueueTest, NothingIsLostWhenWorkTricklesInAtRandom) {
  Make(3, 16);
  sim::Rng rng(5);
  uint64_t taken = 0;
  for (uint64_t job = 0; job < 20000; ++job) {
    taken += Push(job, 1 + rng.Uniform(60));
    loop_.RunUntil(loop_.now() + Duration(rng.Uniform(20)));
  }
  loop_.Run();
  EXPECT_EQ(done_.size(), taken);
  EXPECT_EQ(taken + queue_->refused(), 20000u);
  EXPECT_TRUE(queue_->AllDone(queue_->pushed()));
}

}  // namespace
}  // namespace wgnode
