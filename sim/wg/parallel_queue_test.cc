// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/wg/parallel_queue.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "gtest/gtest.h"
#include "sim/event_loop.h"
#include "sim/rng.h"
#include "sim/trace.h"

namespace wgnode {
namespace {

using sim::Duration;

class ParallelQueueTest : public testing::Test, public ParallelQueue::Owner {
 protected:
  struct Done {
    uint64_t job;
    int core;
    sim::Time at;
  };

  // Work costs as many nanoseconds as it has bytes.
  Duration Price(const wg::Work& work) override { return Duration(work.bytes); }
  void Perform(const wg::Work& work, int core) override {
    done_.push_back({work.job, core, loop_.now()});
  }

  void Make(int cores, size_t capacity) {
    std::vector<sim::Core*> pointers;
    for (int i = 0; i < cores; ++i) {
      cores_.push_back(std::make_unique<sim::Core>(&loop_, trace_.RegisterEntity("core")));
      pointers.push_back(cores_.back().get());
    }
    queue_ = std::make_unique<ParallelQueue>(pointers, capacity, this);
  }
  bool Push(uint64_t job, uint32_t bytes) {
    return queue_->Push({.kind = wg::WorkKind::kSeal, .bytes = bytes, .job = job});
  }

  sim::Trace trace_;
  sim::EventLoop loop_{&trace_};
  std::vector<std::unique_ptr<sim::Core>> cores_;
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
  // One is being worked on already, 1024 wait.
  EXPECT_EQ(taken, 1025u);
  EXPECT_EQ(queue_->refused(), 5u);
  EXPECT_EQ(queue_->size_max(), 1024u);
  loop_.Run();
  EXPECT_EQ(done_.size(), 1025u);
  EXPECT_EQ(queue_->size(), 0u);
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
