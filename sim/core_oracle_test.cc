// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// A core against a naive one that is moved on microsecond by microsecond: random hard interrupts, softirqs, threads and
// what their acts cause, under every preemption model. Written from the contracts in core.h, thread.h and task.h.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
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

// Everything below is in whole microseconds.
using Micros = std::chrono::duration<int64_t, std::micro>;

constexpr int kThreads = 4;
constexpr int kSoftirq = -1;  // in place of a thread's number

// A task, and what its act causes: further tasks, in this order.
struct Job {
  int where = kSoftirq;
  int64_t price = 0;
  Boundary boundary = Boundary::kResched;
  bool ends_round = false;
  std::vector<int> causes;  // numbers of jobs
};

// From outside.
struct Arrival {
  int64_t at = 0;
  int64_t interrupt = -1;  // with a softirq: price of the hard interrupt that raises it; -1: none
  int job = 0;
};

struct Script {
  MachineOptions options;
  int64_t tick = 0;
  std::vector<Job> jobs;
  std::vector<Arrival> arrivals;  // by time
};

// What can be seen from outside.
struct Seen {
  std::vector<std::pair<int64_t, int>> acts;  // when, of which job
  int64_t busy[kContexts] = {};
  uint64_t switches = 0;
  uint64_t handovers = 0;
};

class Naive {
 public:
  explicit Naive(const Script& script) : script_(script), threads_(kThreads + 1) {}

  Seen Run() {
    size_t next = 0;
    for (now_ = 0; next < script_.arrivals.size() || !idle_; ++now_) {
      if (now_ % script_.tick == 0 && now_ > 0) tick_unseen_ = true;
      for (; next < script_.arrivals.size() && script_.arrivals[next].at == now_; ++next) {
        Arrive(script_.arrivals[next]);
        Settle(/*arriving=*/true);
      }
      Settle(/*arriving=*/false);
      Spend();
    }
    return seen_;
  }

 private:
  struct Worker {
    std::deque<int> jobs;
    bool awake = false;
    int64_t virtual_time = 0;
    int64_t had = 0;  // of its turn
  };
  struct Running {
    bool is = false;
    int job = 0;
    int64_t left = 0;
    int64_t took = 0;
  };
  static constexpr int kKsoftirqd = kThreads;

  const Job& job(int number) const { return script_.jobs[number]; }
  int64_t slice() const { return script_.options.slice / Micros(1); }

  void Arrive(const Arrival& arrival) {
    if (arrival.interrupt > 0) hard_left_ += arrival.interrupt;
    Cause(arrival.job);
  }

  void Cause(int number) {
    if (job(number).where == kSoftirq) {
      softirqs_.push_back(number);
      if (!softirq_.is) handed_over_ = false;
      if (idle_) LeaveIdle();
    } else {
      threads_[job(number).where].jobs.push_back(number);
      if (!threads_[job(number).where].awake) Wake(job(number).where);
    }
  }

  void LeaveIdle() {
    idle_ = false;
    owed_ = script_.options.idle_exit / Micros(1);
  }

  void Wake(int thread) {
    Worker& worker = threads_[thread];
    worker.awake = true;
    worker.virtual_time = std::max(worker.virtual_time, virtual_time_);
    waiting_.push_back(thread);
    if (idle_) {
      LeaveIdle();
    } else if (current_ >= 0 && threads_[current_].had >= slice()) {
      turn_is_over_ = true;
    }
  }

  // All that happens at this instant. What arrives at the instant at which a task ends comes before that.
  void Settle(bool arriving) {
    for (;;) {
      if (softirq_.is) {
        if (softirq_.left > 0 || hard_left_ > 0 || arriving) return;
        FinishSoftirq();
      } else if (!softirqs_.empty() && !handed_over_) {
        if (!in_session_) {
          in_session_ = true;
          rounds_ = 0;
          // 2 ms in ticks: parts of a tick count as one.
          last_tick_of_session_ = now_ / script_.tick + (2000 + script_.tick - 1) / script_.tick;
        }
        softirq_ = Start(softirqs_.front());
        softirqs_.pop_front();
      } else {
        in_session_ = false;
        if (task_.is) {
          if (task_.left > 0 || arriving) return;
          FinishTask();
        } else if (!Schedule()) {
          idle_ = true;
          owed_ = 0;
          return;
        }
      }
    }
  }

  Running Start(int number) {
    return {true, number, job(number).price + std::exchange(owed_, 0), 0};
  }

  void Spend() {
    if (hard_left_ > 0) {
      --hard_left_;
      ++seen_.busy[static_cast<int>(Context::kHardirq)];
    } else if (softirq_.is) {
      --softirq_.left;
      ++softirq_.took;
      ++seen_.busy[static_cast<int>(Context::kSoftirq)];
    } else if (task_.is) {
      --task_.left;
      ++task_.took;
      ++seen_.busy[static_cast<int>(Context::kThread)];
    }
  }

  void Charge(int64_t took) {
    Worker& worker = threads_[current_];
    worker.virtual_time += took;
    worker.had += took;
    virtual_time_ = std::max(virtual_time_, worker.virtual_time);
  }

  void FinishSoftirq() {
    const Job& done = job(softirq_.job);
    if (current_ == kKsoftirqd) Charge(softirq_.took);
    seen_.acts.emplace_back(now_, softirq_.job);
    for (const int caused : done.causes) Cause(caused);
    softirq_.is = false;
    if (!done.ends_round || softirqs_.empty()) return;
    LookForTicks();
    const bool somebodys_turn = turn_is_over_ || (current_ < 0 && !waiting_.empty());
    if (++rounds_ < 10 && now_ / script_.tick < last_tick_of_session_ && !somebodys_turn) return;
    handed_over_ = true;
    ++seen_.handovers;
    if (!threads_[kKsoftirqd].awake) Wake(kKsoftirqd);
  }

  void FinishTask() {
    Charge(task_.took);
    seen_.acts.emplace_back(now_, task_.job);
    for (const int caused : job(task_.job).causes) Cause(caused);
    task_.is = false;
  }

  void LookForTicks() {
    if (std::exchange(tick_unseen_, false) && current_ >= 0 && threads_[current_].had >= slice()) {
      turn_is_over_ = true;
    }
  }

  bool HasWork(int thread) const {
    return thread == kKsoftirqd ? !softirqs_.empty() : !threads_[thread].jobs.empty();
  }

  bool Schedule() {
    LookForTicks();
    if (current_ >= 0 && HasWork(current_)) {
      if (turn_is_over_ && waiting_.empty()) BeginTurn(current_);
      if (turn_is_over_ && MayLeave()) {
        waiting_.push_back(current_);
        BeginTurn(Next());
      }
    } else {
      if (current_ >= 0) threads_[current_].awake = false;
      BeginTurn(Next());
      if (current_ < 0) return false;
    }
    if (current_ == kKsoftirqd) {
      handed_over_ = false;
      boundary_ = Boundary::kResched;
      return true;
    }
    const int number = threads_[current_].jobs.front();
    threads_[current_].jobs.pop_front();
    boundary_ = job(number).boundary;
    task_ = Start(number);
    return true;
  }

  bool MayLeave() const {
    switch (script_.options.preemption) {
      case Preemption::kNone: return boundary_ == Boundary::kResched;
      case Preemption::kVoluntary: return boundary_ != Boundary::kInKernel;
      case Preemption::kFull: break;
    }
    return true;
  }

  // The one with the least virtual time of those that wait, the longest waiting of several.
  int Next() {
    while (!waiting_.empty()) {
      size_t best = 0;
      for (size_t i = 1; i < waiting_.size(); ++i) {
        if (threads_[waiting_[i]].virtual_time < threads_[waiting_[best]].virtual_time) best = i;
      }
      const int thread = waiting_[best];
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(best));
      if (HasWork(thread)) return thread;
      threads_[thread].awake = false;
    }
    return -1;
  }

  void BeginTurn(int thread) {
    if (thread >= 0 && thread != current_) {
      ++seen_.switches;
      owed_ += script_.options.context_switch / Micros(1);
    }
    current_ = thread;
    if (thread < 0) return;
    virtual_time_ = std::max(virtual_time_, threads_[thread].virtual_time);
    threads_[thread].had = 0;
    turn_is_over_ = false;
  }

  const Script& script_;
  Seen seen_;
  int64_t now_ = 0;
  bool idle_ = true;
  int64_t owed_ = 0;
  int64_t hard_left_ = 0;
  std::deque<int> softirqs_;
  Running softirq_;
  bool in_session_ = false;
  bool handed_over_ = false;
  int rounds_ = 0;
  int64_t last_tick_of_session_ = 0;
  std::vector<Worker> threads_;
  std::vector<int> waiting_;  // longest first
  int current_ = -1;
  Running task_;
  Boundary boundary_ = Boundary::kResched;
  bool turn_is_over_ = false;
  bool tick_unseen_ = false;
  int64_t virtual_time_ = 0;
};

// The real one.
class Real : public Runner {
 public:
  explicit Real(const Script& script)
      : script_(script), outside_(this), machine_(&loop_, "host", script.options) {
    for (int i = 0; i < kThreads; ++i) {
      threads_.push_back(
          std::make_unique<Thread>(&machine_, Thread::Options{.name = absl::StrCat("t", i)}));
    }
  }

  Seen Run() {
    for (size_t i = 0; i < script_.arrivals.size(); ++i) {
      loop_.At(kStart + Micros(script_.arrivals[i].at), &outside_, i);
    }
    loop_.Run();
    Core& core = *machine_.core(0);
    EXPECT_FALSE(core.busy());
    for (size_t i = 0; i < kContexts; ++i) {
      seen_.busy[i] = core.busy_time(static_cast<Context>(i)) / Micros(1);
    }
    seen_.switches = core.context_switches();
    seen_.handovers = core.handovers();
    return seen_;
  }

  void Act(uint64_t number) override {
    const Job& job = script_.jobs[number];
    seen_.acts.emplace_back((loop_.now() - kStart) / Micros(1), static_cast<int>(number));
    for (const int caused : job.causes) Cause(caused);
    if (job.ends_round) machine_.core(0)->EndSoftirqRound();
  }
  // Half of the tasks are priced when they are taken.
  Duration Price(uint64_t number) override { return Micros(script_.jobs[number].price); }

 private:
  class Outside : public Actor {
   public:
    explicit Outside(Real* real) : Actor(real->trace_.RegisterEntity("outside")), real_(real) {}
    void OnEvent(uint64_t index) override { real_->Arrive(real_->script_.arrivals[index]); }

   private:
    Real* const real_;
  };

  void Arrive(const Arrival& arrival) {
    if (arrival.interrupt >= 0) machine_.core(0)->Interrupt(Micros(arrival.interrupt));
    Cause(arrival.job);
  }

  void Cause(int number) {
    const Job& job = script_.jobs[number];
    const Task task = {.runner = this,
                       .arg = static_cast<uint64_t>(number),
                       .price = number % 2 == 0 ? Duration(Micros(job.price)) : kPriceAtStart,
                       .boundary = job.boundary};
    if (job.where == kSoftirq) {
      machine_.core(0)->RaiseSoftirq(task);
    } else {
      threads_[job.where]->Submit(task);
    }
  }

  Trace trace_;
  EventLoop loop_{&trace_};
  const Script& script_;
  Outside outside_;
  Machine machine_;
  std::vector<std::unique_ptr<Thread>> threads_;
  Seen seen_;
};

class Writer {
 public:
  explicit Writer(uint64_t seed) : rng_(seed) {}

  Script Write() {
    constexpr int kRates[] = {1000, 250, 100};
    constexpr int64_t kSlices[] = {100, 700, 2800};
    const int hz = kRates[Below(3)];
    script_.tick = 1'000'000 / hz;
    script_.options = {.preemption = static_cast<Preemption>(Below(3)),
                       .hz = hz,
                       .slice = Micros(kSlices[Below(3)]),
                       .context_switch = Micros(Below(2) * 3),
                       .idle_exit = Micros(Below(2) * 7)};
    const int64_t apart = 20 << Below(7);  // from far too much to nearly nothing
    int64_t at = 0;
    const int64_t arrivals = 1 + Below(60);
    for (int64_t i = 0; i < arrivals; ++i) {
      at += Below(2) * Below(apart);
      const bool softirq = Below(2) == 0;
      const int job = Chain(softirq ? kSoftirq : static_cast<int>(Below(kThreads)));
      script_.arrivals.push_back({at, softirq ? Below(3) * Below(10) : -1, job});
    }
    return script_;
  }

 private:
  int64_t Below(int64_t ceiling) {
    return static_cast<int64_t>(rng_.Uniform(static_cast<uint64_t>(ceiling)));
  }

  // A loop of tasks of one kind, each of which begins the next; some have further consequences.
  int Chain(int where) {
    const int64_t length = Below(4) == 0 ? 1 + Below(80) : 1 + Below(3);
    const int64_t price = Below(12) == 0 ? Below(3000) : Below(60);
    const int64_t round = 1 + Below(6);
    int next = -1;
    for (int64_t i = length; i > 0; --i) {
      Job job = {.where = where,
                 .price = Below(2) == 0 ? price : Below(price + 1),
                 .boundary = static_cast<Boundary>(Below(3)),
                 .ends_round = where == kSoftirq && i % round == 0};
      if (next >= 0) job.causes.push_back(next);
      if (Below(8) == 0) {
        const int other = Single();
        job.causes.insert(job.causes.begin() + (Below(2) == 0 ? 0 : job.causes.size()), other);
      }
      next = Add(std::move(job));
    }
    return next;
  }
  int Single() {
    const int where = static_cast<int>(Below(kThreads + 1)) - 1;
    return Add({.where = where, .price = Below(50), .boundary = static_cast<Boundary>(Below(3))});
  }
  int Add(Job job) {
    script_.jobs.push_back(std::move(job));
    return static_cast<int>(script_.jobs.size()) - 1;
  }

  Rng rng_;
  Script script_;
};

TEST(CoreOracle, DoesWhatACoreDoesThatIsMovedOnMicrosecondByMicrosecond) {
  uint64_t handovers = 0, switches = 0, acts = 0;
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    const Script script = Writer(seed).Write();
    const Seen naive = Naive(script).Run();
    const Seen real = Real(script).Run();
    const std::string which =
        absl::StrCat("seed ", seed, ", ", PreemptionName(script.options.preemption), ", HZ ",
                     script.options.hz, ", slice ", script.options.slice / Micros(1));
    for (size_t i = 0; i < std::min(naive.acts.size(), real.acts.size()); ++i) {
      ASSERT_EQ(real.acts[i], naive.acts[i]) << which << ", act " << i;
    }
    ASSERT_EQ(real.acts.size(), naive.acts.size()) << which;
    for (size_t i = 0; i < kContexts; ++i) {
      ASSERT_EQ(real.busy[i], naive.busy[i]) << which << ", " << ContextName(static_cast<Context>(i));
    }
    ASSERT_EQ(real.switches, naive.switches) << which;
    ASSERT_EQ(real.handovers, naive.handovers) << which;
    handovers += naive.handovers;
    switches += naive.switches;
    acts += naive.acts.size();
  }
  // The scripts are worth it.
  EXPECT_GT(handovers, 3000u);
  EXPECT_GT(switches, 50'000u);
  EXPECT_GT(acts, 500'000u);
}

}  // namespace
}  // namespace sim
