// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/runner.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/check.h"
#include "protocol/crypto/suite.h"
#include "scenarios/buckets.h"
#include "scenarios/change_observer.h"
#include "scenarios/change_recorder.h"
#include "scenarios/control_plane.h"
#include "scenarios/core_loads.h"
#include "scenarios/faults.h"
#include "scenarios/flow_book.h"
#include "scenarios/flow_series.h"
#include "scenarios/intent.h"
#include "scenarios/load_sampler.h"
#include "scenarios/nat_rebinds.h"
#include "scenarios/script.h"
#include "scenarios/series.pb.h"
#include "scenarios/traffic.h"
#include "scenarios/variant_result.h"
#include "scenarios/world.h"
#include "sim/net/capture.h"

namespace scenario {
namespace {

// How many times a progress sink is told.
constexpr int kProgressReports = 1000;

// What is kept of a run over its time.
struct SeriesMeters {
  SeriesMeters(World* world, ChangeObserver* next)
      : buckets(world->plan().duration), changes(world, buckets, next), loads(world, buckets) {}

  void Fill(const Traffic& traffic, const FlowBook& book, const Faults* faults, Series* series) {
    if (faults != nullptr) FillFaults(*faults, series);
    FillFlows(traffic, book, buckets, series);
    loads.Fill(series);
    changes.Fill(series);
  }

  const Buckets buckets;
  ChangeRecorder changes;
  LoadSampler loads;
};

// Stops on its way where `loads`, if there is one, wants to look. REQUIRES: end is not past.
void RunAndLook(World* world, sim::Time end, LoadSampler* loads) {
  while (loads != nullptr && loads->next() <= end) {
    world->loop().RunUntil(loads->next());
    loads->Look();
  }
  world->loop().RunUntil(end);
}

// REQUIRES: end is not past.
void RunTo(World* world, sim::Time end, const RunOptions& options, LoadSampler* loads) {
  const Plan& plan = world->plan();
  if (options.progress == nullptr) return RunAndLook(world, end, loads);
  const sim::Duration slice = std::max(sim::Duration(1), plan.duration / kProgressReports);
  while (world->loop().now() < end) {
    RunAndLook(world, std::min(end, world->loop().now() + slice), loads);
    options.progress->OnProgress(plan.variant, world->loop().now(), plan.duration,
                                 world->loop().events_executed());
  }
}

// To the end of the traffic, with a timeline over `part` of it, if there is one; it goes on if it ends later.
void RunToEnd(World* world, Timeline* timeline, const TimelineOptions& part, const RunOptions& options,
              LoadSampler* loads) {
  const sim::Time end = sim::kStart + world->plan().duration;
  if (timeline != nullptr) {
    // Events at `from` belong to it.
    if (part.from > sim::kStart) {
      RunTo(world, std::min(part.from, end) - sim::Duration(1), options, loads);
    }
    timeline->Start();
    RunTo(world, std::min(part.to, end), options, loads);
    if (part.to <= end) timeline->Stop();
  }
  if (world->loop().now() < end) RunTo(world, end, options, loads);
}

// What it learns only at the end of the run. `faults` may be nullptr.
void EndTimeline(const Traffic& traffic, const Faults* faults, const Plan& plan, const RunOptions& options, Timeline* timeline,
                 FlowBook* book) {
  timeline->AddOutages(traffic, *book, sim::kStart + plan.duration);
  if (faults != nullptr) timeline->AddFaults(*faults);
  if (options.on_timeline) options.on_timeline(plan, timeline->summary());
  book->set_tunnel_observer(nullptr);
}

}  // namespace

VariantResult RunPlan(const Plan& plan, const RunOptions& options) {
  const wg::CryptoSuite& crypto =
      options.crypto == Crypto::kReal ? wg::RealCrypto() : wg::ModelledCrypto();
  FlowBook book;
  Intent intent;
  auto world = std::make_unique<World>(plan, crypto, &book);
  if (options.trace_sink != nullptr) {
    world->trace().SetWindow(options.trace_window, options.trace_sink);
  }
  std::optional<net::Capture> capture;
  if (options.open_capture) {
    capture.emplace(&world->trace(), plan.hosts.front().clocks.wall.time_since_epoch(),
                    options.open_capture(plan));
    world->fabric().set_tap(&*capture);
  }
  auto traffic = std::make_unique<Traffic>(world.get(), &book, &intent);
  auto control = std::make_unique<ControlPlane>(world.get(), &intent, *traffic);
  // Not there without faults: who is there is part of the trace.
  std::optional<Faults> faults;
  if (!plan.faults.empty()) {
    faults.emplace(world.get(), control.get(), traffic.get());
    book.set_fault_of([&faults](sim::EntityId place, net::Drop why) {
      return faults->CauseOf(place, why);
    });
  }
  const std::unique_ptr<NatRebinds> nat_rebinds = NatRebinds::OfPlan(world.get());
  std::unique_ptr<Script> script = Script::OfPlan(world.get());
  TimelineOptions part;
  std::optional<Timeline> timeline;
  if (options.open_timeline) {
    part = options.open_timeline(plan);
    timeline.emplace(world.get(), part);
    book.set_tunnel_observer(timeline->drops());
    control->set_observer(timeline->changes());
  }
  std::optional<SeriesMeters> meters;
  if (options.series) {
    meters.emplace(world.get(), timeline ? timeline->changes() : nullptr);
    control->set_observer(&meters->changes);
  }
  const sim::Time end = sim::kStart + plan.duration;
  RunToEnd(world.get(), timeline ? &*timeline : nullptr, part, options, meters ? &meters->loads : nullptr);
  const std::vector<CoreLoad> loads = BusiestCores(world.get());
  if (timeline) {
    world->loop().RunUntil(std::max(end, std::min(part.to, end + kDrainTime)));
    timeline->Stop();
  }
  world->loop().RunUntil(end + kDrainTime);
  control->Close();
  control->set_observer(nullptr);
  if (timeline) {
    EndTimeline(*traffic, faults ? &*faults : nullptr, plan, options, &*timeline, &book);
    timeline.reset();
  }
  VariantResult result = MakeVariantResult(*world, book, *traffic, *control,
                                           faults ? &*faults : nullptr, end);
  if (script) script->Close(&result);
  for (const CoreLoad& load : loads) *result.add_busiest_cores() = load;
  if (meters) meters->Fill(*traffic, book, faults ? &*faults : nullptr, result.add_series());
  if (options.checkpoints != nullptr) *options.checkpoints = world->trace().checkpoints();
  // What is freed now has not been dropped by anybody.
  world->fabric().set_tap(nullptr);
  book.set_fault_of(nullptr);
  faults.reset();
  script.reset();
  control.reset();
  traffic.reset();
  world.reset();
  return result;
}

}  // namespace scenario
