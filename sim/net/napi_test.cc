// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/napi.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "sim/core.h"
#include "sim/event_loop.h"
#include "sim/machine.h"
#include "sim/net/prices.h"
#include "sim/net/softnet.h"
#include "sim/task.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace net {
namespace {

constexpr sim::Duration kMicro = std::chrono::microseconds(1);

sim::Time At(int64_t nanos) { return sim::kStart + sim::Duration(nanos); }

// What was received: by whom, when, on which core.
struct Receipt {
  char who;
  int64_t nanos;
  Cpu cpu;
};

// Counts packets, each of the same price.
class Source : public Napi {
 public:
  Source(sim::EventLoop* loop, absl::Span<Softnet* const> softnets, const Prices* prices, char name,
         std::vector<Receipt>* log, const NapiOptions& options = {})
      : Napi(softnets, prices, options), loop_(loop), name_(name), log_(log) {}

  uint64_t waiting = 0;
  int64_t packet_ps = 1'000'000;
  int64_t completion_ps = 0;
  uint64_t tails = 0;
  int completions = 0;
  int disabled_calls = 0;

 private:
  bool HasPacket() const override { return waiting != 0; }
  int64_t PacketPrice() override { return packet_ps; }
  void ReceivePacket(Cpu cpu) override {
    --waiting;
    log_->push_back({name_, (loop_->now() - sim::kStart).count(), cpu});
  }
  bool HasTail() const override { return tails != 0; }
  int64_t TailPrice() override { return 500'000; }
  void RunTail(Cpu cpu) override {
    --tails;
    log_->push_back({'t', (loop_->now() - sim::kStart).count(), cpu});
  }
  int64_t CompletionPrice() const override { return completion_ps; }
  void OnCompleted(Cpu /*cpu*/) override { ++completions; }
  void OnDisabled() override { ++disabled_calls; }

  sim::EventLoop* const loop_;
  const char name_;
  std::vector<Receipt>* const log_;
};

// Does something at a certain time.
class Later : public sim::Actor {
 public:
  Later(sim::EventLoop* loop, sim::Time time, std::function<void()> act)
      : Actor(sim::EntityId::kSimulation), act_(std::move(act)) {
    loop->At(time, this, 0);
  }
  void OnEvent(uint64_t /*arg*/) override { act_(); }

 private:
  const std::function<void()> act_;
};

class NapiTest : public testing::Test {
 protected:
  NapiTest() : loop_(&trace_) { Build({}); }
  void Build(const sim::MachineOptions& options) {
    machine_ = std::make_unique<sim::Machine>(&loop_, "m", options);
    softnets_.clear();
    list_.clear();
    for (int i = 0; i < options.cores; ++i) {
      softnets_.push_back(std::make_unique<Softnet>(machine_.get(), static_cast<Cpu>(i)));
      list_.push_back(softnets_.back().get());
    }
  }
  std::unique_ptr<Source> Make(char name, uint64_t waiting, const NapiOptions& options = {}) {
    auto source = std::make_unique<Source>(&loop_, list_, &prices_, name, &log_, options);
    source->waiting = waiting;
    return source;
  }
  std::string Order() const {
    std::string order;
    for (const Receipt& receipt : log_) order += receipt.who;
    return order;
  }

  sim::Trace trace_;
  sim::EventLoop loop_;
  Prices prices_;
  std::unique_ptr<sim::Machine> machine_;
  std::vector<std::unique_ptr<Softnet>> softnets_;
  std::vector<Softnet*> list_;
  std::vector<Receipt> log_;
};

TEST_F(NapiTest, EachPacketHasItsInstantAndARoundItsPrice) {
  prices_.nic_poll.fixed_ps = 300'000;
  auto source = Make('a', 3);
  EXPECT_TRUE(source->Schedule(0));
  loop_.Run();
  ASSERT_EQ(log_.size(), 3u);
  EXPECT_EQ(log_[0].nanos, 1300);
  EXPECT_EQ(log_[1].nanos, 2300);
  EXPECT_EQ(log_[2].nanos, 3300);
  EXPECT_EQ(source->state(), Napi::State::kIdle);
  EXPECT_EQ(source->completions, 1);
  EXPECT_EQ(source->counters().polls, 1u);
  EXPECT_EQ(list_[0]->counters().processed, 3u);
}

TEST_F(NapiTest, TwoQueuesOfOneCoreAlternateEverySixtyFourPackets) {
  auto a = Make('a', 130);
  auto b = Make('b', 100);
  a->Schedule(0);
  b->Schedule(0);
  loop_.Run();
  EXPECT_EQ(Order(), std::string(64, 'a') + std::string(64, 'b') + std::string(64, 'a') +
                         std::string(36, 'b') + std::string(2, 'a'));
  EXPECT_EQ(a->counters().polls, 3u);
  EXPECT_EQ(a->counters().full_rounds, 2u);
  EXPECT_EQ(list_[0]->napis(), 0u);
}

TEST_F(NapiTest, TheRightNumberOfPacketsIsAFullRoundAllTheSame) {
  // work_done == weight: the driver does not know that there is no more.
  auto a = Make('a', 64);
  a->Schedule(0);
  loop_.Run();
  EXPECT_EQ(a->counters().full_rounds, 1u);
  EXPECT_EQ(a->counters().polls, 2u);
  EXPECT_EQ(a->completions, 1);
}

TEST_F(NapiTest, AnActionIsSqueezedAfterThreeHundredPackets) {
  std::vector<std::unique_ptr<Source>> sources;
  for (char name = 'a'; name < 'g'; ++name) {
    sources.push_back(Make(name, 64));
    sources.back()->packet_ps = 1000;
    sources.back()->Schedule(0);
  }
  loop_.Run();
  // Five times 64 are over the budget; the sixth has the next action, and is followed by those that
  // used up their weight, who find nothing.
  EXPECT_EQ(list_[0]->counters().time_squeeze, 1u);
  EXPECT_EQ(list_[0]->counters().processed, 6u * 64);
  EXPECT_EQ(Order().substr(0, 64), std::string(64, 'a'));
  EXPECT_EQ(Order().substr(5 * 64), std::string(64, 'f'));
}

TEST_F(NapiTest, AnActionIsSqueezedAfterTwoJiffies) {
  Build({.hz = 1000});
  auto a = Make('a', 10);
  auto b = Make('b', 1);
  auto c = Make('c', 1);
  a->packet_ps = 250'000'000;  // 2.5 ms for all of them
  for (Source* source : {a.get(), b.get(), c.get()}) source->Schedule(0);
  loop_.Run();
  EXPECT_EQ(list_[0]->counters().time_squeeze, 1u);
  EXPECT_EQ(list_[0]->counters().actions, 2u);
  EXPECT_EQ(Order(), "aaaaaaaaaabc");
}

TEST_F(NapiTest, ScheduledWhileItIsPolledItIsPolledAgain) {
  auto a = Make('a', 2);
  a->Schedule(0);
  Later later(&loop_, At(1500), [&] { EXPECT_FALSE(a->Schedule(0)); });
  loop_.Run();
  EXPECT_EQ(a->counters().missed, 1u);
  EXPECT_EQ(a->counters().polls, 2u) << "the second finds nothing";
  EXPECT_EQ(a->state(), Napi::State::kIdle);
  EXPECT_FALSE(a->missed());
}

TEST_F(NapiTest, WhatComesBetweenTheLastLookAndCompletionIsNotLost) {
  for (const bool threaded : {false, true}) {
    log_.clear();
    const int64_t start = (loop_.now() - sim::kStart).count();
    auto a = Make('a', 1);
    a->completion_ps = 400'000;
    if (threaded) a->MakeThreaded(machine_.get(), "napi/a", 0);
    a->Schedule(0);
    Later later(&loop_, At(start + 1200), [&] {
      a->waiting = 1;
      a->Schedule(0);
    });
    loop_.Run();
    ASSERT_EQ(log_.size(), 2u);
    EXPECT_EQ(log_[1].nanos, start + 2400);
    EXPECT_EQ(a->counters().lost_wakeups, 0u);
  }
}

TEST_F(NapiTest, TheFaultLosesAWakeUpInThatWindowAndAllThatFollow) {
  auto a = Make('a', 1, {.loses_wakeups = true});
  a->completion_ps = 400'000;
  a->MakeThreaded(machine_.get(), "napi/a", 0);
  a->Schedule(0);
  Later first(&loop_, At(1200), [&] {
    a->waiting = 1;
    a->Schedule(0);
  });
  Later second(&loop_, At(5000), [&] {
    a->waiting = 2;
    EXPECT_FALSE(a->Schedule(0));
  });
  loop_.Run();
  EXPECT_EQ(log_.size(), 1u);
  EXPECT_TRUE(a->stalled());
  EXPECT_EQ(a->state(), Napi::State::kScheduled);
  EXPECT_EQ(a->counters().lost_wakeups, 1u);
  EXPECT_TRUE(a->Disable()) << "deleting the device helps";
}

TEST_F(NapiTest, TheFaultNeedsAThreadAndTheWindow) {
  auto softirq = Make('a', 1, {.loses_wakeups = true});
  softirq->completion_ps = 400'000;
  softirq->Schedule(0);
  Later first(&loop_, At(1200), [&] {
    softirq->waiting = 1;
    softirq->Schedule(0);
  });
  loop_.Run();
  EXPECT_EQ(log_.size(), 2u);

  log_.clear();
  const int64_t start = (loop_.now() - sim::kStart).count();
  auto threaded = Make('b', 2, {.loses_wakeups = true});
  threaded->completion_ps = 400'000;
  threaded->MakeThreaded(machine_.get(), "napi/b", 0);
  threaded->Schedule(0);
  Later second(&loop_, At(start + 500), [&] {
    ++threaded->waiting;
    threaded->Schedule(0);
  });
  loop_.Run();
  EXPECT_EQ(log_.size(), 3u);
  EXPECT_EQ(threaded->state(), Napi::State::kIdle);
}

TEST_F(NapiTest, ThreadedItSharesACoreWithOtherThreadsByRounds) {
  auto a = Make('a', 200);
  a->MakeThreaded(machine_.get(), "napi/eth0-0", 0);
  a->Schedule(0);
  loop_.Run();
  EXPECT_EQ(log_.size(), 200u);
  EXPECT_EQ(a->counters().polls, 4u);
  EXPECT_EQ(machine_->core(0)->tasks_done(sim::Context::kSoftirq), 0u);
  EXPECT_EQ(a->thread()->run_time(), 200 * kMicro);
}

TEST_F(NapiTest, TwoThreadedQueuesUseTwoCores) {
  Build({.cores = 2});
  auto a = Make('a', 100);
  auto b = Make('b', 100);
  a->MakeThreaded(machine_.get(), "napi/a", 0);
  b->MakeThreaded(machine_.get(), "napi/b", 0);
  a->Schedule(0);
  b->Schedule(0);
  loop_.Run();
  EXPECT_EQ(loop_.now(), At(100'000));
}

TEST_F(NapiTest, ATailEndsARound) {
  auto a = Make('a', 2);
  a->tails = 2;
  a->Schedule(0);
  loop_.Run();
  EXPECT_EQ(Order(), "aatt");
  EXPECT_EQ(loop_.now(), At(3000));
  EXPECT_EQ(a->counters().packets, 2u);
}

TEST_F(NapiTest, DisabledItEndsItsRoundAndIsHeardOfNoMore) {
  auto a = Make('a', 100);
  a->Schedule(0);
  Later later(&loop_, At(10'500), [&] { EXPECT_FALSE(a->Disable()); });
  loop_.Run();
  EXPECT_EQ(log_.size(), 64u) << "what has more to do completes all the same";
  EXPECT_EQ(a->disabled_calls, 1);
  EXPECT_FALSE(a->Schedule(0));
  EXPECT_EQ(a->state(), Napi::State::kIdle);
  a->Enable();
  EXPECT_TRUE(a->Schedule(0));
  loop_.Run();
  EXPECT_EQ(log_.size(), 100u);
}

TEST_F(NapiTest, ADebtIsPaidByTheNextTaskOrByOneOfItsOwn) {
  auto a = Make('a', 1);
  list_[0]->Owe(2'000'000);
  a->Schedule(0);
  loop_.Run();
  EXPECT_EQ(log_[0].nanos, 3000);
  list_[0]->Owe(2'000'000);
  loop_.Run();
  EXPECT_EQ(machine_->core(0)->busy_time(sim::Context::kSoftirq), 5 * kMicro);
}

}  // namespace
}  // namespace net
