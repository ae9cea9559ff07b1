// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/runner.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/check.h"
#include "protocol/crypto/suite.h"
#include "scenarios/control_plane.h"
#include "scenarios/core_loads.h"
#include "scenarios/flow_book.h"
#include "scenarios/intent.h"
#include "scenarios/traffic.h"
#include "scenarios/variant_result.h"
#include "scenarios/world.h"
#include "sim/net/capture.h"

namespace scenario {
namespace {

// How many times a progress sink is told.
constexpr int kProgressReports = 1000;

void RunTo(World* world, sim::Time end, const RunOptions& options) {
  const Plan& plan = world->plan();
  if (options.progress == nullptr) return world->loop().RunUntil(end);
  const sim::Duration slice = std::max(sim::Duration(1), (end - sim::kStart) / kProgressReports);
  while (world->loop().now() < end) {
    world->loop().RunUntil(std::min(end, world->loop().now() + slice));
    options.progress->OnProgress(plan.variant, world->loop().now(), plan.duration,
                                 world->loop().events_executed());
  }
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
  const sim::Time end = sim::kStart + plan.duration;
  RunTo(world.get(), end, options);
  const std::vector<CoreLoad> loads = BusiestCores(world.get());
  world->loop().RunUntil(end + kDrainTime);
  control->Close();
  VariantResult result = MakeVariantResult(*world, book, *traffic, *control, end);
  for (const CoreLoad& load : loads) *result.add_busiest_cores() = load;
  if (options.checkpoints != nullptr) *options.checkpoints = world->trace().checkpoints();
  // What is freed now has not been dropped by anybody.
  world->fabric().set_tap(nullptr);
  control.reset();
  traffic.reset();
  world.reset();
  return result;
}

}  // namespace scenario
