// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Runner: runs the plans of a scenario, one after the other, and says what came out of them.
#ifndef WGSIM_SCENARIOS_RUNNER_H_
#define WGSIM_SCENARIOS_RUNNER_H_

#include <cstddef>
#include <cstdint>
#include <functional>

#include "absl/strings/string_view.h"
#include "scenarios/plan.h"
#include "scenarios/result.pb.h"
#include "scenarios/timeline.h"
#include "sim/net/pcapng.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace scenario {

enum class Crypto : uint8_t { kReal, kModelled };

// Told from time to time while a plan runs.
class ProgressSink {
 public:
  virtual ~ProgressSink() = default;
  virtual void OnProgress(absl::string_view variant, sim::Time now, sim::Duration duration,
                          uint64_t events) = 0;
};

struct RunOptions {
  Crypto crypto = Crypto::kReal;
  ProgressSink* progress = nullptr;
  // Prints the acts numbered [from, to) of the trace: to find where two runs part.
  sim::TraceSink* trace_sink = nullptr;
  sim::ActRange trace_window;
  // Opens where the packets of a variant are written as pcapng; empty: they are not. The sink outlives the run.
  std::function<net::ByteSink*(const Plan& plan)> open_capture;
  // Where the timeline of a variant is written, and what of it; empty: it is not.
  std::function<TimelineOptions(const Plan& plan)> open_timeline;
  // Hears what has been written of it.
  std::function<void(const Plan& plan, const TimelineSummary& summary)> on_timeline;
  // Whether the result also says how the run went over time (series.proto). Nothing else changes.
  bool series = false;
  // Gets the checkpoints of the trace; may be nullptr.
  sim::Checkpoints* checkpoints = nullptr;
};

// After the last offer, packets have this long to arrive; what is under way then counts as in flight.
inline constexpr sim::Duration kDrainTime = std::chrono::seconds(1);
// Records kept of the longest outages.
inline constexpr size_t kMaxRecords = 20;

// Runs one plan from its start to its end. Deterministic: equal plans and crypto give equal results. Ends the program if the
// account does not balance or something leaks: that is a bug of wgsim.
VariantResult RunPlan(const Plan& plan, const RunOptions& options);

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_RUNNER_H_
