// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/link_timeline.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

namespace scenario {

LinkTimeline::LinkTimeline(sim::PerfettoWriter* writer, sim::PerfettoWriter::Track parent,
                           absl::string_view name, const net::LinkDirection* link)
    : writer_(writer),
      link_(link),
      wire_(writer->AddTrack(parent, name)),
      depth_(writer->AddCounter(parent, absl::StrCat(name, " queue"))) {}

void LinkTimeline::OnEnqueue(sim::Time now, uint64_t bytes, uint64_t tag) {
  Leave(now);
  const sim::Time begin = std::max(now, idle_at_);
  const sim::Time end = link_->idle_at();
  // A copy that the link itself made takes no time, and a link without a rate none at all.
  if (end <= begin) return;
  const std::string name = absl::StrCat(bytes, " B");
  writer_->Slice(wire_, begin, end,
                 {.name = name, .flows = absl::MakeConstSpan(&tag, tag == 0 ? 0 : 1)});
  idle_at_ = end;
  departures_.Push(end);
  writer_->Count(depth_, now, static_cast<int64_t>(departures_.size()));
}

void LinkTimeline::Leave(sim::Time time) {
  while (!departures_.empty() && departures_.front() <= time) {
    const sim::Time left = departures_.Pop();
    writer_->Count(depth_, left, static_cast<int64_t>(departures_.size()));
  }
}

}  // namespace scenario
