// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Timeline: writes what happens in a part of a run as a trace for ui.perfetto.dev (docs/TIMELINE.md): cores, queue depths,
// links, configuration, exposures, drops, outages, and arrows between the stages of each packet. It only looks: with or
// without one the trace hash and every figure are the same, and a run without one pays nothing.
//
//   Timeline timeline(&world, options);      // before the first event
//   book.set_tunnel_observer(timeline.drops()); control.set_observer(timeline.changes());
//   loop.RunUntil(options.from); timeline.Start();
//   loop.RunUntil(options.to); timeline.Stop();
//   ...                                      // to the end of the run
//   timeline.AddOutages(traffic, book, end);
//
// When the file is full it stops by itself. Memory does not grow with the length of the run.
#ifndef WGSIM_SCENARIOS_TIMELINE_H_
#define WGSIM_SCENARIOS_TIMELINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"
#include "protocol/buffer.h"
#include "protocol/effects.h"
#include "protocol/errno.h"
#include "scenarios/change_timeline.h"
#include "scenarios/core_timeline.h"
#include "scenarios/faults.h"
#include "scenarios/flow_book.h"
#include "scenarios/link_timeline.h"
#include "scenarios/traffic.h"
#include "scenarios/world.h"
#include "sim/byte_sink.h"
#include "sim/net/fabric.h"
#include "sim/perfetto_writer.h"
#include "sim/time.h"
#include "sim/trace.h"
#include "sim/wg/wg_tunnel.h"

namespace scenario {

struct TimelineOptions {
  // A browser reads so much in a few seconds. It is some 8 s of cilium_churn.
  static constexpr uint64_t kMaxBytes = uint64_t{128} << 20;

  sim::ByteSink* sink = nullptr;
  sim::Time from = sim::kStart;
  sim::Time to = sim::kEndOfTime;
  uint64_t max_bytes = kMaxBytes;  // of what happens; outages come after it
};

// What has been written.
struct TimelineSummary {
  sim::Time from{};
  sim::Time to{};
  bool full = false;  // the file was, at `to`
  uint64_t events = 0;
  uint64_t bytes = 0;
};

class Timeline : private sim::ActListener, private net::WorkObserver, private wgnode::TunnelObserver {
 public:
  // `world`, built and at time 0, and the sink outlive it.
  Timeline(World* world, const TimelineOptions& options);
  ~Timeline() override { Stop(); }

  // To be told of what the acts of the trace do not say.
  ChangeObserver* changes() { return &changes_; }
  wgnode::TunnelObserver* drops() { return this; }

  // From now on everything is written, until Stop or until the file is full. Each once.
  void Start();
  void Stop();
  // The outages of all flows within what was written. `end` is the last offer's latest time. REQUIRES: stopped.
  void AddOutages(const Traffic& traffic, const FlowBook& book, sim::Time end);

  // The faults within what was written. REQUIRES: stopped.
  void AddFaults(const Faults& faults);

  TimelineSummary summary() const;

 private:
  using Track = sim::PerfettoWriter::Track;

  // A counter that is looked at after every event.
  struct Gauge {
    Track track;
    std::function<int64_t()> read;
    int64_t last = -1;  // as written
  };

  void AddHost(int host);
  void AddLinks();
  void AddGauge(Track parent, absl::string_view name, std::function<int64_t()> read);
  void ReadGauges(sim::Time time);
  void OnAct(sim::Time time, sim::ActKind kind, sim::EntityId entity, uint64_t a,
             uint64_t b) override;
  void OnWork(uint64_t tag) override { cores_.AddFlow(tag); }
  void OnRefusal(sim::EntityId place, wg::Errno error, uint64_t tag) override;
  void OnTunnelDrop(sim::EntityId place, wg::DropReason why, const wg::Buffer& packet) override;
  void OnTunDrop(sim::EntityId place, absl::string_view why, const wg::Buffer& packet) override;
  void AddDrop(sim::EntityId place, absl::string_view why, uint64_t tag);
  void Observe(bool on);

  World* const world_;
  const TimelineOptions options_;
  sim::PerfettoWriter writer_;
  CoreTimeline cores_;
  ChangeTimeline changes_;
  std::vector<LinkTimeline> links_;
  absl::btree_map<sim::EntityId, size_t> link_of_;
  std::vector<Gauge> gauges_;
  Track drops_;
  absl::btree_map<sim::EntityId, Track> drops_at_;
  // Kinds of the acts that packets do, as the trace numbers them.
  sim::ActKind acts_[net::kActs];
  bool on_ = false;
  bool full_ = false;
  sim::Time from_{}, to_{};
  sim::Time last_event_{};
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_TIMELINE_H_
