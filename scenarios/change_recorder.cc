// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/change_recorder.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "scenarios/plan.h"

namespace scenario {
namespace {

uint64_t Nanos(sim::Time time) { return static_cast<uint64_t>((time - sim::kStart).count()); }

// The longest ones, in order of their addresses.
void AddExposures(std::vector<Exposure> exposures, ChangeSpan* span) {
  if (exposures.size() > ChangeRecorder::kMostExposures) {
    std::stable_sort(exposures.begin(), exposures.end(),
                     [](const Exposure& a, const Exposure& b) { return a.total() > b.total(); });
    exposures.resize(ChangeRecorder::kMostExposures);
    std::sort(exposures.begin(), exposures.end(),
              [](const Exposure& a, const Exposure& b) { return a.address < b.address; });
  }
  for (const Exposure& exposure : exposures) {
    ExposureSpan* out = span->add_exposures();
    out->set_begin_ns(Nanos(exposure.begin));
    out->set_end_ns(Nanos(exposure.end));
    out->set_address(exposure.address.ToString());
    out->set_role(exposure.group == Group::kBystander ? "bystander" : "touched");
    out->set_to_nobody_ns(static_cast<uint64_t>(exposure.to_nobody.count()));
    out->set_to_wrong_peer_ns(static_cast<uint64_t>(exposure.to_wrong_peer.count()));
  }
}

}  // namespace

ChangeRecorder::ChangeRecorder(World* world, const Buckets& buckets, ChangeObserver* next)
    : world_(world),
      buckets_(buckets),
      next_(next),
      under_way_(world->plan().devices.size()),
      begun_(buckets.size()),
      exposed_in_(buckets.size()),
      exposed_(buckets.size()) {}

void ChangeRecorder::OnChangeBegin(int device, absl::string_view what) {
  if (next_ != nullptr) next_->OnChangeBegin(device, what);
  const sim::Time now = world_->loop().now();
  ++begun_[buckets_.IndexOf(now)];
  ChangeSpan& span = under_way_[device];
  span.Clear();
  span.set_begin_ns(Nanos(now));
  span.set_what(what.empty() ? "nothing" : std::string(what));
}

void ChangeRecorder::OnChangeStep(int device, const wg::ConfigStep& step) {
  if (next_ != nullptr) next_->OnChangeStep(device, step);
  ChangeSpan& span = under_way_[device];
  if (span.steps_size() == kMostSteps) return span.set_steps_left_out(span.steps_left_out() + 1);
  StepMark* mark = span.add_steps();
  mark->set_at_ns(Nanos(world_->loop().now()));
  mark->set_what(std::string(wg::StepKindName(step.kind)));
  if (step.prefix) absl::StrAppend(mark->mutable_what(), " ", step.prefix->ToString());
}

void ChangeRecorder::OnChangeEnd(int device, const std::vector<Exposure>& exposures) {
  if (next_ != nullptr) next_->OnChangeEnd(device, exposures);
  Kept kept;
  kept.number = ended_++;
  std::vector<Exposure> of_flows;
  for (const Exposure& exposure : exposures) {
    if (exposure.group == Group::kOther) continue;
    kept.worst = std::max(kept.worst, exposure.total());
    of_flows.push_back(exposure);
  }
  kept.span.Swap(&under_way_[device]);
  kept.span.set_end_ns(Nanos(world_->loop().now()));
  const plan::Device& plan = world_->plan().devices[device];
  kept.span.set_device(absl::StrCat(world_->plan().hosts[plan.host].name, " ", plan.name));
  if (of_flows.empty()) return KeepOther(std::move(kept));
  const size_t bucket = buckets_.IndexOf(sim::kStart + sim::Duration(kept.span.begin_ns()));
  ++exposed_in_[bucket];
  AddExposures(std::move(of_flows), &kept.span);
  KeepExposed(bucket, std::move(kept));
}

void ChangeRecorder::KeepExposed(size_t bucket, Kept kept) {
  std::vector<Kept>& most = exposed_[bucket];
  // Of equal ones the earlier stay.
  const auto at = std::upper_bound(most.begin(), most.end(), kept,
                                   [](const Kept& a, const Kept& b) { return a.worst > b.worst; });
  most.insert(at, std::move(kept));
  if (most.size() > kMostExposedInBucket) most.pop_back();
}

void ChangeRecorder::KeepOther(Kept kept) {
  if (others_ended_++ % stride_ != 0) return;
  others_.push_back(std::move(kept));
  if (others_.size() <= kMostOthers) return;
  stride_ *= 2;
  size_t left = 0;
  for (size_t i = 0; i < others_.size(); i += 2) {
    if (i != left) others_[left] = std::move(others_[i]);
    ++left;
  }
  others_.resize(left);
}

void ChangeRecorder::Fill(Series* series) {
  for (const uint64_t count : begun_) series->add_changes_begun(count);
  for (const uint64_t count : exposed_in_) series->add_changes_exposed(count);
  std::vector<Kept*> all;
  for (std::vector<Kept>& most : exposed_) {
    for (Kept& kept : most) all.push_back(&kept);
  }
  for (Kept& kept : others_) all.push_back(&kept);
  std::sort(all.begin(), all.end(), [](const Kept* a, const Kept* b) {
    return a->span.begin_ns() != b->span.begin_ns() ? a->span.begin_ns() < b->span.begin_ns()
                                                    : a->number < b->number;
  });
  for (Kept* kept : all) series->add_changes()->Swap(&kept->span);
  series->set_changes_left_out(ended_ - all.size());
}

}  // namespace scenario
