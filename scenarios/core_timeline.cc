// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/core_timeline.h"

#include <algorithm>

#include "absl/types/span.h"
#include "protocol/check.h"

namespace scenario {
namespace {

using Note = sim::PerfettoWriter::Note;

constexpr absl::string_view kContextTracks[sim::kContexts] = {"hardirq", "softirq", "threads"};

}  // namespace

void CoreTimeline::AddCore(sim::EntityId core, sim::PerfettoWriter::Track parent) {
  const size_t entity = static_cast<size_t>(core);
  if (core_of_.size() <= entity) core_of_.resize(entity + 1);
  core_of_[entity] = static_cast<uint32_t>(cores_.size());
  CoreTracks& tracks = cores_.emplace_back();
  for (size_t i = 0; i < sim::kContexts; ++i) {
    tracks[i].track = writer_->AddTrack(parent, kContextTracks[i]);
  }
}

CoreTimeline::ContextTrack& CoreTimeline::TrackOf(sim::EntityId core, sim::Context context) {
  const size_t entity = static_cast<size_t>(core);
  CHECK_LT(entity, core_of_.size());
  return cores_[core_of_[entity]][static_cast<size_t>(context)];
}

void CoreTimeline::AddFlow(uint64_t tag) {
  if (acting_.at == nullptr || tag == 0 || acting_.flows.size() == kMaxFlows) return;
  std::vector<uint64_t>& flows = acting_.flows;
  if (std::find(flows.begin(), flows.end(), tag) == flows.end()) flows.push_back(tag);
}

void CoreTimeline::OnStretch(sim::EntityId core, sim::Context context, const sim::Thread* thread,
                             const sim::Task& task, sim::Time begin, sim::Time end, bool last) {
  // Another core may be interrupted from within an act; what it was at is written at once.
  ContextTrack& at = TrackOf(core, context);
  begin = std::min(end, std::max({begin, from_, at.end}));
  const absl::string_view label = task.runner->Label(task.arg);
  const absl::string_view name = thread == nullptr ? absl::string_view() : thread->name();
  if (last) {
    acting_.at = &at;
    acting_.begin = begin;
    acting_.end = end;
    acting_.label = label;
    acting_.thread = std::string(name);
    acting_.flows.clear();
    return;
  }
  if (begin == end) return;
  const Note notes[] = {{.name = "ends as", .text = "interrupted"},
                        {.name = "thread", .text = name}};
  at.end = end;
  writer_->Slice(at.track, begin, end,
                 {.name = label,
                  .notes = absl::MakeConstSpan(notes).first(name.empty() ? 1 : 2)});
}

void CoreTimeline::OnAfterAct(sim::EntityId) { WriteActing(); }

void CoreTimeline::WriteActing() {
  if (acting_.at == nullptr) return;
  const Note notes[] = {{.name = "thread", .text = acting_.thread}};
  acting_.at->end = acting_.end;
  writer_->Slice(acting_.at->track, acting_.begin, acting_.end,
                 {.name = acting_.label,
                  .flows = acting_.flows,
                  .notes = absl::MakeConstSpan(notes).first(acting_.thread.empty() ? 0 : 1)});
  acting_.at = nullptr;
}

void CoreTimeline::OnInterrupt(sim::EntityId core, sim::Time begin, sim::Time end) {
  ContextTrack& at = TrackOf(core, sim::Context::kHardirq);
  const sim::Duration length = end - begin;
  begin = std::max(begin, at.end);
  at.end = begin + length;
  writer_->Slice(at.track, begin, at.end, {.name = "interrupt"});
}

}  // namespace scenario
