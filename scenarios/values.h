// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The texts in which scenario files write quantities. Integers only: what cannot be said exactly in
// nanoseconds or bits is refused. Every error says what was read and what would be right.
#ifndef WGSIM_SCENARIOS_VALUES_H_
#define WGSIM_SCENARIOS_VALUES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protocol/time.h"
#include "scenarios/plan.h"
#include "sim/time.h"

namespace scenario {

// Longest duration that can be written: 100,000 hours (far below 2^63 ns).
inline constexpr sim::Duration kLongestDuration = std::chrono::hours(100'000);

// "10ms", "1.5s", "250us", "40ns", "2m", "1h"; "0s". Not negative.
absl::StatusOr<sim::Duration> ParseDuration(absl::string_view text);

// "2024-01-01T00:00:00Z", also with a fraction of up to nine digits (RFC 3339, in UTC). Years 1970 to
// 2199.
absl::StatusOr<wg::WallTime> ParseWallTime(absl::string_view text);

// "1Gbit/s", "100Mbit/s", "64kbit/s", "800bit/s". From 1 to 10^15.
absl::StatusOr<int64_t> ParseBitRate(absl::string_view text);

// "4000/s", or bits of payload "32Mbit/s", which `payload_bytes` turns into packets. From 1/1000 s
// to 10^9/s.
absl::StatusOr<plan::Rate> ParsePacketRate(absl::string_view text, uint32_t payload_bytes);

// `text` with {node}, {node/N}, {node%N}, both, and any of them with +N, replaced; `node` < 0 where there is no template, and braces are
// an error.
absl::StatusOr<std::string> FillIn(absl::string_view text, int node);

// Letters, digits, "_" and "-", 1 to 63 of them.
bool IsName(absl::string_view text);

// "1.5s", the shortest exact way.
std::string DurationText(sim::Duration duration);
// "2024-01-01T00:00:00Z", the shortest exact way.
std::string WallTimeText(wg::WallTime time);
// "10Gbit/s".
std::string BitRateText(int64_t bits_per_second);
// "4000/s".
std::string RateText(const plan::Rate& rate);
// "1,234,567".
std::string WithCommas(uint64_t number);

// Of `candidates`, the one that a misspelt `word` most likely meant; "" if none is near.
template <typename Strings>
std::string Nearest(absl::string_view word, const Strings& candidates);
// Letters to insert, delete, replace or swap.
int EditDistance(absl::string_view a, absl::string_view b);

template <typename Strings>
std::string Nearest(absl::string_view word, const Strings& candidates) {
  std::string best;
  int least = 1 + static_cast<int>(word.size()) / 3;
  for (const auto& candidate : candidates) {
    const int distance = EditDistance(word, absl::string_view(candidate));
    if (distance < least || (distance == least && best.empty())) {
      least = distance;
      best = std::string(candidate);
    }
  }
  return best;
}

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_VALUES_H_
