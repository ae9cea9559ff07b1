// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// What a host is as a machine: clocks, scheduler, network cards, programs.
#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "protocol/time.h"
#include "scenarios/unfold.h"
#include "scenarios/values.h"

namespace scenario {
namespace {

constexpr int kMillion = 1'000'000;
constexpr int kMostQueues = 1024;
constexpr sim::Duration kEarliestBoot = std::chrono::seconds(1);
constexpr sim::Duration kLongestSlice = std::chrono::seconds(1);
constexpr sim::Duration kLongestCoalescing = std::chrono::milliseconds(10);

}  // namespace

void Unfolding::Clocks(const Node& node, const file::Host& host, plan::Host* out) {
  constexpr uint32_t kTickRates[] = {100, 250, 300, 1000};
  if (std::count(std::begin(kTickRates), std::end(kTickRates), host.hz()) == 0) {
    Wrong(node, "hz",
          absl::StrCat(host.hz(), " is no tick rate of Linux; write 100, 250, 300 or 1000"));
  } else {
    out->hz = static_cast<int>(host.hz());
  }
  out->timer_wheel = host.timer_wheel();
  const int before = diagnostics_.count();
  const sim::Duration boot = Time(node, "boot_time", host.boot_time());
  if (boot < kEarliestBoot && diagnostics_.count() == before) {
    Wrong(node, "boot_time",
          absl::StrCat("\"", host.boot_time(), "\" is too early, 0 means \"never\" in WireGuard; ",
                       "write ", DurationText(kEarliestBoot), " or more"));
  }
  out->clocks.boot = wg::BootTime(boot);
  const absl::StatusOr<wg::WallTime> wall = ParseWallTime(host.wall_time());
  if (!wall.ok()) Wrong(node, "wall_time", wall.status().message());
  if (wall.ok()) out->clocks.wall = *wall;
}

void Unfolding::Scheduler(const Node& node, const file::Host& host, plan::Host* out) {
  switch (host.preemption()) {
    case file::NONE:
      out->preemption = sim::Preemption::kNone;
      break;
    case file::VOLUNTARY:
      out->preemption = sim::Preemption::kVoluntary;
      break;
    case file::FULL:
      out->preemption = sim::Preemption::kFull;
      break;
  }
  if (!host.has_slice()) return;
  const int before = diagnostics_.count();
  out->slice = Time(node, "slice", host.slice());
  if (diagnostics_.count() != before) return;
  if (out->slice == sim::Duration(0) || out->slice > kLongestSlice) {
    Wrong(node, "slice",
          absl::StrCat("\"", host.slice(), "\" is no turn; write more than 0s and at most ",
                       DurationText(kLongestSlice)));
  }
}

void Unfolding::NetworkCard(const Node& node, const file::Card& card, plan::Card* out) {
  out->rx_queues =
      static_cast<int>(Within(node, "rx_queues", card.rx_queues(), 0, kMostQueues, "queues"));
  out->rx_ring = static_cast<int>(Within(node, "rx_ring", card.rx_ring(), 1, kMillion, "packets"));
  out->rx_frames =
      static_cast<int>(Within(node, "rx_frames", card.rx_frames(), 0, kMillion, "packets"));
  out->tx_ring = static_cast<int>(Within(node, "tx_ring", card.tx_ring(), 0, kMillion, "packets"));
  out->tx_queue_len =
      static_cast<int>(Within(node, "tx_queue_len", card.tx_queue_len(), 0, kMillion, "packets"));
  out->threaded = card.threaded();
  out->gro = card.gro();
  out->udp_gro_forwarding = card.udp_gro_forwarding();
  out->udp_segmentation = card.udp_segmentation();
  out->tx_checksum = card.tx_checksum();
  const int before = diagnostics_.count();
  out->rx_usecs = Time(node, "rx_usecs", card.rx_usecs());
  if (diagnostics_.count() != before) return;
  if (out->rx_usecs > kLongestCoalescing) {
    Wrong(node, "rx_usecs",
          absl::StrCat("\"", card.rx_usecs(), "\" is longer than any card waits; write at most ",
                       DurationText(kLongestCoalescing)));
  } else if (out->rx_usecs == sim::Duration(0) && out->rx_frames > 1) {
    Wrong(node, "rx_usecs", "an interrupt comes at the first packet; write a time, as \"50us\"");
  }
}

void Unfolding::Program(const Node& node, const file::Program& program, plan::Host* out) {
  plan::Program made;
  made.name = program.name();
  if (!IsName(program.name())) {
    Wrong(node, "name",
          program.name().empty()
              ? std::string("is missing; write a name")
              : absl::StrCat("\"", program.name(),
                             "\" is no name; write letters, digits, _ and -, at most 63"));
  }
  made.core = static_cast<int>(program.core());
  if (made.core >= out->cores && out->cores > 0) {
    Wrong(node, "core",
          absl::StrCat(out->name, " has no core ", made.core, "; write 0 to ", out->cores - 1));
    made.core = 0;
  }
  made.steals = program.steals();
  if (made.steals && !program.has_run()) {
    Wrong(node, "steals", "a core that is always away does nothing; write run and every");
  } else if (program.has_run() != program.has_every()) {
    Wrong(node, program.has_run() ? "every" : "run",
          "run and every belong together; write both, or neither for all the time");
  } else if (program.has_run()) {
    const int before = diagnostics_.count();
    made.run = Time(node, "run", program.run());
    made.every = Time(node, "every", program.every());
    if (diagnostics_.count() != before) return;
    if (made.run == sim::Duration(0) || made.run > made.every) {
      Wrong(node, "run", "is none of `every`, or more; write more than 0s and at most `every`");
    }
  }
  out->programs.push_back(std::move(made));
}

}  // namespace scenario
