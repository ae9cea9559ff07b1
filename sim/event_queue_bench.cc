// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The queue alone: one iteration is one pop and one push with `pending` events present, for several
// distributions of the delay. BM_BinaryHeap is the yardstick: std::push_heap of the same 32-byte
// events.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "sim/event_queue.h"
#include "sim/rng.h"
#include "sim/time.h"

namespace sim {
namespace {

enum Delay : int64_t { kUniform, kExponential, kPacketMix, kSameTime };

const char* Name(int64_t delay) {
  switch (delay) {
    case kUniform:
      return "uniform 1..2e6 ns";
    case kExponential:
      return "exponential 1 ms";
    case kPacketMix:
      return "packet mix";
    default:
      return "same time";
  }
}

uint64_t DrawOne(int64_t delay, Rng* rng) {
  switch (delay) {
    case kUniform:
      return 1 + rng->Uniform(2'000'000);
    case kExponential:
      return static_cast<uint64_t>(rng->Exponential(Duration(1'000'000)).count());
    case kPacketMix: {
      // 70 % serialisation, 25 % propagation, 5 % WireGuard's timers.
      const uint64_t p = rng->Uniform(100);
      if (p < 70) return 1000 + rng->Uniform(400);
      if (p < 95) return 1'000'000 + rng->Uniform(49'000'000);
      const uint64_t timers[] = {5, 10, 25, 120, 180};
      return timers[rng->Uniform(5)] * 1'000'000'000;
    }
    default:
      return 0;
  }
}

// Drawn beforehand, so that the draw is not measured; more than fit the first-level cache would
// measure memory.
std::vector<Duration> Delays(int64_t delay) {
  Rng rng(1);
  std::vector<Duration> delays(4096);
  for (Duration& d : delays) d = Duration(static_cast<int64_t>(DrawOne(delay, &rng)));
  return delays;
}

void BM_EventQueueHold(benchmark::State& state) {
  const std::vector<Duration> delays = Delays(state.range(1));
  EventQueue queue;
  Rng rng(2);
  uint64_t seq = 0;
  for (int64_t i = 0; i < state.range(0); ++i) {
    queue.Push(Event{kStart + Duration(static_cast<int64_t>(DrawOne(state.range(1), &rng))), seq++,
                     nullptr, 0});
  }
  for (auto _ : state) {
    Event event{};
    queue.PopNotAfter(kEndOfTime, &event);
    queue.Push(Event{event.time + delays[seq % delays.size()], seq, nullptr, event.arg});
    ++seq;
  }
  state.SetItemsProcessed(state.iterations());
  state.SetLabel(Name(state.range(1)));
}
BENCHMARK(BM_EventQueueHold)
    ->ArgsProduct({{64, 1000, 16384, 100000, 1000000},
                   {kUniform, kExponential, kPacketMix, kSameTime}});

void BM_BinaryHeap(benchmark::State& state) {
  const auto later = [](const Event& a, const Event& b) { return Precedes(b, a); };
  const std::vector<Duration> delays = Delays(state.range(1));
  std::vector<Event> heap;
  Rng rng(2);
  uint64_t seq = 0;
  for (int64_t i = 0; i < state.range(0); ++i) {
    heap.push_back(Event{kStart + Duration(static_cast<int64_t>(DrawOne(state.range(1), &rng))),
                         seq++, nullptr, 0});
    std::push_heap(heap.begin(), heap.end(), later);
  }
  for (auto _ : state) {
    std::pop_heap(heap.begin(), heap.end(), later);
    Event& event = heap.back();
    event = Event{event.time + delays[seq % delays.size()], seq, nullptr, event.arg};
    ++seq;
    std::push_heap(heap.begin(), heap.end(), later);
  }
  state.SetItemsProcessed(state.iterations());
  state.SetLabel(Name(state.range(1)));
}
BENCHMARK(BM_BinaryHeap)->ArgsProduct({{1000, 100000, 1000000}, {kUniform, kPacketMix}});

}  // namespace
}  // namespace sim
