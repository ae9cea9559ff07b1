// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Whole events: queue, dispatch, the actor's own work (one random draw) and the trace hash, which
// is always on.
#include <cstdint>
#include <memory>
#include <vector>

#include "benchmark/benchmark.h"
#include "sim/core.h"
#include "sim/event_loop.h"
#include "sim/machine.h"
#include "sim/rng.h"
#include "sim/task.h"
#include "sim/time.h"
#include "sim/timer.h"
#include "sim/trace.h"

namespace sim {
namespace {

// Each event schedules one more at a uniform delay of 1 .. 2e6 ns.
class Hold : public Actor {
 public:
  Hold(EventLoop* loop, EntityId entity, uint64_t seed) : Actor(entity), loop_(loop), rng_(seed) {}
  void OnEvent(uint64_t arg) override {
    loop_->After(Duration(static_cast<int64_t>(1 + rng_.Uniform(2'000'000))), this, arg);
  }

 private:
  EventLoop* const loop_;
  Rng rng_;
};

void BM_Hold(benchmark::State& state) {
  Trace trace;
  EventLoop loop(&trace);
  Hold hold(&loop, trace.RegisterEntity("hold"), 1);
  for (int64_t i = 0; i < state.range(0); ++i) hold.OnEvent(0);
  for (auto _ : state) loop.Step();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Hold)->Arg(64)->Arg(1000)->Arg(16384)->Arg(100000)->Arg(1000000);

// As many actors as events, each with its own state: every dispatch touches another cache line.
void BM_HoldManyActors(benchmark::State& state) {
  Trace trace;
  EventLoop loop(&trace);
  const EntityId entity = trace.RegisterEntity("hold");
  std::vector<std::unique_ptr<Hold>> actors;
  for (int64_t i = 0; i < state.range(0); ++i) {
    actors.push_back(std::make_unique<Hold>(&loop, entity, i));
    actors.back()->OnEvent(0);
  }
  for (auto _ : state) loop.Step();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_HoldManyActors)->Arg(1000)->Arg(100000)->Arg(1000000);

// One timer moved by every packet, the usual life of a keepalive timer.
void BM_TimerMovedLater(benchmark::State& state) {
  Trace trace;
  EventLoop loop(&trace);
  Hold hold(&loop, trace.RegisterEntity("hold"), 1);
  for (int64_t i = 0; i < 1000; ++i) hold.OnEvent(0);
  Timer timer(&loop, &hold, 0);
  for (auto _ : state) {
    loop.Step();
    timer.ArmAfter(std::chrono::seconds(10));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_TimerMovedLater);

// Tasks on `cores` cores, each submitting the next to the next core.
void BM_CoreTasks(benchmark::State& state) {
  class Hop : public Runner {
   public:
    Machine* machine = nullptr;
    void Act(uint64_t core) override {
      const uint64_t next = core + 1 == static_cast<uint64_t>(machine->cores()) ? 0 : core + 1;
      machine->core(static_cast<int>(next))
          ->RaiseSoftirq({.runner = this, .arg = next, .price = Duration(500)});
    }
  };
  Trace trace;
  EventLoop loop(&trace);
  Hop hop;
  Machine machine(&loop, "host", {.cores = static_cast<int>(state.range(0))});
  hop.machine = &machine;
  for (int64_t i = 0; i < 4 * state.range(0); ++i) hop.Act(i % state.range(0));
  for (auto _ : state) loop.Step();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_CoreTasks)->Arg(1)->Arg(8)->Arg(64);

void BM_TraceRecord(benchmark::State& state) {
  Trace trace;
  const EntityId entity = trace.RegisterEntity("e");
  int64_t time = 0;
  for (auto _ : state) {
    ++time;
    trace.Record(Time(Duration(time)), ActKind::kEvent, entity, 1, 7);
  }
  benchmark::DoNotOptimize(trace.hash());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_TraceRecord);

void BM_RngNext(benchmark::State& state) {
  Rng rng(1);
  for (auto _ : state) benchmark::DoNotOptimize(rng.Next());
}
BENCHMARK(BM_RngNext);

void BM_RngExponential(benchmark::State& state) {
  Rng rng(1);
  for (auto _ : state) benchmark::DoNotOptimize(rng.Exponential(Duration(1'000'000)));
}
BENCHMARK(BM_RngExponential);

}  // namespace
}  // namespace sim
