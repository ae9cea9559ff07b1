// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/faults.h"

#include <algorithm>
#include <numeric>

#include "scenarios/plan.h"

namespace scenario {
namespace {

// The lowest bit of an event's argument; the number of the fault is above it.
enum What : uint64_t { kBegin, kEnd };

uint64_t Arg(size_t fault, What what) { return static_cast<uint64_t>(fault) << 1 | what; }

}  // namespace

Faults::Faults(World* world, ControlPlane* control, const Traffic* traffic)
    : Actor(world->trace().RegisterEntity("faults")),
      world_(world),
      links_(world),
      machines_(world, control, traffic),
      begun_(world->plan().faults.size()) {
  const Plan& plan = world->plan();
  for (size_t i = 0; i < begun_.size(); ++i) {
    const sim::Duration at = plan.faults[i].when.at;
    if (at < plan.duration) world->loop().At(sim::kStart + at, this, Arg(i, kBegin));
  }
}

void Faults::OnEvent(uint64_t arg) {
  const size_t fault = static_cast<size_t>(arg >> 1);
  if ((arg & 1) == kEnd) return End(fault);
  const plan::Moment& when = world_->plan().faults[fault].when;
  if (++begun_[fault] < when.times) {
    const sim::Time next = world_->loop().now() + when.every;
    if (next < sim::kStart + world_->plan().duration) world_->loop().At(next, this, arg);
  }
  Begin(fault);
}

void Faults::Begin(size_t number) {
  const plan::Fault& fault = world_->plan().faults[number];
  const sim::Time now = world_->loop().now();
  const sim::Time end_of_run = sim::kStart + world_->plan().duration;
  const bool ends = fault.lasts > sim::Duration(0);
  if (spans_.size() < kMostSpans) {
    const sim::Time end = fault.kind == plan::Fault::Kind::kRequest ? now
                          : ends ? std::min(now + fault.lasts, end_of_run)
                                 : end_of_run;
    spans_.push_back({.fault = number, .begin = now, .end = end});
  }
  if (fault.kind == plan::Fault::Kind::kLinks) {
    links_.Begin(number);
  } else if (!machines_.Begin(number)) {
    return;
  }
  if (ends) world_->loop().After(fault.lasts, this, Arg(number, kEnd));
}

void Faults::End(size_t number) {
  if (world_->plan().faults[number].kind == plan::Fault::Kind::kLinks) return links_.End(number);
  machines_.End(number);
}

absl::string_view Faults::CauseOf(sim::EntityId place, net::Drop why) const {
  const absl::string_view cause = links_.CauseOf(place, why);
  return cause.empty() ? machines_.CauseOf(place, why) : cause;
}

uint64_t Faults::begun() const {
  return std::accumulate(begun_.begin(), begun_.end(), uint64_t{0});
}

void FillFaults(const Faults& faults, Series* series) {
  for (const Faults::Span& span : faults.spans()) {
    FaultSpan* out = series->add_faults();
    out->set_begin_ns(static_cast<uint64_t>((span.begin - sim::kStart).count()));
    out->set_end_ns(static_cast<uint64_t>((span.end - sim::kStart).count()));
    out->set_name(faults.fault(span.fault).when.name);
    out->set_what(faults.fault(span.fault).words);
  }
  series->set_faults_left_out(faults.begun() - faults.spans().size());
}

}  // namespace scenario
