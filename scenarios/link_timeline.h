// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// LinkTimeline: the part of a timeline that shows one direction of a link: a slice for each packet while its bits are being
// sent, and how many packets wait or are being sent (queue discipline, rings and wire together). Both are known when a
// packet enters, so what a timeline shows of a link may reach beyond its end by what is queued there.
#ifndef WGSIM_SCENARIOS_LINK_TIMELINE_H_
#define WGSIM_SCENARIOS_LINK_TIMELINE_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "sim/net/link.h"
#include "sim/perfetto_writer.h"
#include "sim/ring.h"
#include "sim/time.h"

namespace scenario {

class LinkTimeline {
 public:
  // Both outlive it. The track's name is the direction's: "node0 > node1".
  LinkTimeline(sim::PerfettoWriter* writer, sim::PerfettoWriter::Track parent,
               absl::string_view name, const net::LinkDirection* link);

  // The link is empty, as far as the timeline knows.
  void Start(sim::Time from) { idle_at_ = from; }
  // A packet has just entered the link.
  void OnEnqueue(sim::Time now, uint64_t bytes, uint64_t tag);
  // Everything that has entered leaves.
  void Stop() { Leave(sim::kEndOfTime); }

 private:
  // What has left by `time`.
  void Leave(sim::Time time);

  sim::PerfettoWriter* const writer_;
  const net::LinkDirection* const link_;
  const sim::PerfettoWriter::Track wire_;
  const sim::PerfettoWriter::Track depth_;
  sim::Ring<sim::Time> departures_;
  sim::Time idle_at_ = sim::kStart;  // when the last packet that is known here will have left
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_LINK_TIMELINE_H_
