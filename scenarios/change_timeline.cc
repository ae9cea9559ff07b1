// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/change_timeline.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace scenario {
namespace {

// Each name once in the file: steps that differ in their prefix only.
std::string NameOf(const wg::ConfigStep& step) {
  std::string name(wg::StepKindName(step.kind));
  if (step.prefix) absl::StrAppend(&name, " ", step.prefix->ToString());
  return name;
}

}  // namespace

void ChangeTimeline::AddDevice(int device, sim::PerfettoWriter::Track parent) {
  if (devices_.size() <= static_cast<size_t>(device)) devices_.resize(device + 1);
  devices_[device].parent = parent;
  devices_[device].changes = writer_->AddTrack(parent, "configuration");
}

void ChangeTimeline::Start(sim::Time from) {
  on_ = true;
  from_ = from;
  for (Device& device : devices_) {
    if (device.what.empty()) continue;
    device.last_step = from;
    BeginSlice(&device, from);
  }
}

void ChangeTimeline::Stop(sim::Time to) {
  for (Device& device : devices_) {
    if (!device.what.empty()) writer_->End(device.changes, to);
  }
  on_ = false;
}

void ChangeTimeline::BeginSlice(Device* device, sim::Time time) {
  writer_->Begin(device->changes, time, {.name = device->what});
}

void ChangeTimeline::OnChangeBegin(int number, absl::string_view what) {
  Device& device = devices_[number];
  device.what = what.empty() ? "nothing" : std::string(what);
  device.last_step = loop_->now();
  if (on_) BeginSlice(&device, loop_->now());
}

void ChangeTimeline::OnChangeStep(int number, const wg::ConfigStep& step) {
  Device& device = devices_[number];
  const sim::Time now = loop_->now();
  if (on_) {
    const std::string name = NameOf(step);
    writer_->Slice(device.changes, device.last_step, now, {.name = name});
  }
  device.last_step = now;
}

void ChangeTimeline::OnChangeEnd(int number, const std::vector<Exposure>& exposures) {
  Device& device = devices_[number];
  device.what.clear();
  if (!on_) return;
  writer_->End(device.changes, loop_->now());
  for (const Exposure& exposure : exposures) {
    if (exposure.group == Group::kOther || exposure.end <= from_) continue;
    const auto [at, is_new] = device.exposed.try_emplace(exposure.address);
    if (is_new) {
      at->second = writer_->AddTrack(device.parent,
                                     absl::StrCat("exposed: ", exposure.address.ToString()));
    }
    const absl::string_view what = exposure.to_wrong_peer == sim::Duration(0) ? "owned by nobody"
                                   : exposure.to_nobody == sim::Duration(0)
                                       ? "owned by the wrong peer"
                                       : "owned by nobody, by the wrong peer";
    writer_->Slice(at->second, std::max(exposure.begin, from_), exposure.end, {.name = what});
  }
}

}  // namespace scenario
