// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/progress.h"

#include <algorithm>

#include "absl/strings/str_format.h"

namespace tools {
namespace {

constexpr auto kEvery = std::chrono::milliseconds(100);
constexpr char kClearLine[] = "\r\x1b[K";

}  // namespace

Progress::Progress(std::ostream* out, int variants, Clock::time_point now)
    : out_(*out), variants_(variants), begin_(now), shown_(now) {}

Progress::~Progress() {
  if (dirty_) out_ << kClearLine << std::flush;
}

void Progress::Update(absl::string_view variant, sim::Time now, sim::Duration duration,
                      uint64_t events, Clock::time_point wall) {
  if (done_ < 0 || variant_ != variant) {
    variant_ = std::string(variant);
    ++done_;
    events_before_ += events_;
  }
  events_ = events;
  if (wall - shown_ < kEvery) return;
  shown_ = wall;
  const double seconds = std::chrono::duration<double>(now - sim::kStart).count();
  const double of_seconds = std::chrono::duration<double>(duration).count();
  const double share =
      std::min(1.0, (done_ + (of_seconds > 0 ? seconds / of_seconds : 1)) / variants_);
  const double elapsed = std::chrono::duration<double>(wall - begin_).count();
  out_ << kClearLine
       << absl::StrFormat("%s: %.1f s of %g s, %d %% of all, %.2f M events/s", variant_, seconds,
                          of_seconds, static_cast<int>(share * 100),
                          static_cast<double>(events_before_ + events_) / elapsed / 1e6);
  if (share > 0.01) out_ << absl::StrFormat(", %.0f s left", elapsed / share * (1 - share));
  out_ << std::flush;
  dirty_ = true;
}

}  // namespace tools
