// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// CoreTimeline: the part of a timeline that shows what cores do: for each core a track for hard interrupts, one for
// softirqs, one for threads. A slice is a stretch of a core's time that went to one task, named as its runner labels it,
// with its thread as a note; what was interrupted has several. The last stretch of a task carries the tags of the packets
// that its act worked on, so that arrows lead from one stage of a packet to the next.
//
// Hard interrupts that come while one is being handled are shown behind it (a core takes their time together).
#ifndef WGSIM_SCENARIOS_CORE_TIMELINE_H_
#define WGSIM_SCENARIOS_CORE_TIMELINE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sim/machine.h"
#include "sim/machine_observer.h"
#include "sim/perfetto_writer.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace scenario {

class CoreTimeline : public sim::MachineObserver {
 public:
  // Packets of one act that get arrows; a bundle has at most 128.
  static constexpr size_t kMaxFlows = 256;

  // `writer` outlives it.
  explicit CoreTimeline(sim::PerfettoWriter* writer) : writer_(writer) {}

  // Tracks for this core below `parent`.
  void AddCore(sim::EntityId core, sim::PerfettoWriter::Track parent);

  // Nothing is shown that was before this.
  void Start(sim::Time from) { from_ = from; }
  // What is being acted now is written without what comes.
  void Stop() { WriteActing(); }

  // A packet is worked on now. Without effect where no task acts (an arrival from a link, a timer).
  void AddFlow(uint64_t tag);

  void OnStretch(sim::EntityId core, sim::Context context, const sim::Thread* thread,
                 const sim::Task& task, sim::Time begin, sim::Time end, bool last) override;
  void OnAfterAct(sim::EntityId core) override;
  void OnInterrupt(sim::EntityId core, sim::Time begin, sim::Time end) override;

 private:
  struct ContextTrack {
    sim::PerfettoWriter::Track track = sim::PerfettoWriter::Track::kNone;
    sim::Time end = sim::kStart;  // of its last slice
  };
  using CoreTracks = std::array<ContextTrack, sim::kContexts>;
  // The stretch whose act is under way.
  struct Acting {
    ContextTrack* at = nullptr;  // nullptr: none is
    sim::Time begin{};
    sim::Time end{};
    absl::string_view label;
    std::string thread;
    std::vector<uint64_t> flows;
  };

  ContextTrack& TrackOf(sim::EntityId core, sim::Context context);
  void WriteActing();

  sim::PerfettoWriter* const writer_;
  std::vector<CoreTracks> cores_;
  std::vector<uint32_t> core_of_;  // by entity: number in cores_
  sim::Time from_ = sim::kStart;
  Acting acting_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_CORE_TIMELINE_H_
