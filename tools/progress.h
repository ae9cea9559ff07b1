// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Progress of a run on a terminal: one line that is written over. Never used where nobody looks.
#ifndef WGSIM_TOOLS_PROGRESS_H_
#define WGSIM_TOOLS_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>

#include "scenarios/runner.h"

namespace tools {

class Progress : public scenario::ProgressSink {
 public:
  using Clock = std::chrono::steady_clock;

  // `variants` plans will run.
  Progress(std::ostream* out, int variants, Clock::time_point now);
  // Clears the line.
  ~Progress() override;

  void OnProgress(absl::string_view variant, sim::Time now, sim::Duration duration,
                  uint64_t events) override {
    Update(variant, now, duration, events, Clock::now());
  }
  // The same at a stated moment of the wall clock, for tests.
  void Update(absl::string_view variant, sim::Time now, sim::Duration duration, uint64_t events,
              Clock::time_point wall);

 private:
  std::ostream& out_;
  const int variants_;
  const Clock::time_point begin_;
  Clock::time_point shown_;
  std::string variant_;
  int done_ = -1;               // variants before this one
  uint64_t events_before_ = 0;  // of those
  uint64_t events_ = 0;         // of this one
  bool dirty_ = false;
};

}  // namespace tools

#endif  // WGSIM_TOOLS_PROGRESS_H_
