// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/core_loads.h"

#include <algorithm>
#include <utility>

#include "sim/core.h"
#include "sim/task.h"
#include "sim/time.h"

namespace scenario {

std::vector<CoreLoad> BusiestCores(World* world) {
  // By exact times: fractions are for people only.
  std::vector<std::pair<sim::Duration, CoreLoad>> loads;
  const double elapsed = static_cast<double>((world->loop().now() - sim::kStart).count());
  for (size_t h = 0; h < world->plan().hosts.size(); ++h) {
    const net::Host& host = *world->machine(static_cast<int>(h)).host;
    for (const sim::Core* core : host.core_list()) {
      const sim::Duration hardirq = core->busy_time(sim::Context::kHardirq);
      const sim::Duration softirq = core->busy_time(sim::Context::kSoftirq);
      const sim::Duration threads = core->busy_time(sim::Context::kThread);
      const sim::Duration busy = hardirq + softirq + threads;
      if (busy == sim::Duration(0)) continue;
      CoreLoad load;
      load.set_host(world->plan().hosts[h].name);
      load.set_core(static_cast<uint32_t>(core->number()));
      load.set_hardirq(static_cast<double>(hardirq.count()) / elapsed);
      load.set_softirq(static_cast<double>(softirq.count()) / elapsed);
      load.set_threads(static_cast<double>(threads.count()) / elapsed);
      loads.emplace_back(busy, std::move(load));
    }
  }
  std::stable_sort(loads.begin(), loads.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  if (loads.size() > kMostCoreLoads) loads.resize(kMostCoreLoads);
  std::vector<CoreLoad> result;
  for (auto& [busy, load] : loads) result.push_back(std::move(load));
  return result;
}

}  // namespace scenario
