// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// LoadSampler: how long queues were, how busy cores and links, bucket by bucket. Cores and links are exact: their counters at
// the borders of buckets. Queues are looked at from time to time: kLooks times in each bucket, once at a random moment of each
// of as many equal parts, so that regular traffic is not always met in the same phase. A peak between two looks is not seen.
//
// It only looks, between events; what it draws is from a stream of its own. In large worlds it looks less often: kMostReads
// bounds what a run costs.
//
//   LoadSampler sampler(&world, buckets);
//   while (sampler.next() <= end) { loop.RunUntil(sampler.next()); sampler.Look(); }
//   sampler.Fill(&series);
#ifndef WGSIM_SCENARIOS_LOAD_SAMPLER_H_
#define WGSIM_SCENARIOS_LOAD_SAMPLER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "scenarios/buckets.h"
#include "scenarios/series.pb.h"
#include "scenarios/world.h"
#include "sim/core.h"
#include "sim/net/link.h"
#include "sim/rng.h"
#include "sim/task.h"
#include "sim/time.h"

namespace scenario {

class LoadSampler {
 public:
  static constexpr int64_t kLooks = 32;
  static constexpr int64_t kMostReads = 20'000'000;
  static constexpr size_t kMostQueues = 12;
  static constexpr size_t kMostCores = 12;
  static constexpr size_t kMostLinks = 12;

  // `world`, built and at time 0, outlives it.
  LoadSampler(World* world, const Buckets& buckets);

  // When it wants to look next; kEndOfTime after the last bucket. Not before now.
  sim::Time next() const { return next_; }
  // REQUIRES: now is next().
  void Look();
  // REQUIRES: next() is kEndOfTime.
  void Fill(Series* series) const;

 private:
  struct Queue {
    std::string name;
    std::function<uint64_t()> read;
    std::vector<uint32_t> depth;  // by bucket
  };
  struct Core {
    int host;
    const sim::Core* core;
    std::vector<std::array<sim::Duration, sim::kContexts>> until;  // busy until the end of each bucket
  };
  struct LinkSide {
    std::string name;
    const net::LinkDirection* link;
    uint64_t bits_per_second;
    std::vector<uint64_t> until;  // bytes until the end of each bucket
  };

  void AddHost(int host);
  void AddLinks();
  void AddQueue(std::string name, std::function<uint64_t()> read);
  void ScheduleLook();
  void FillQueues(Series* series) const;
  void FillCores(Series* series) const;
  void FillLinks(Series* series) const;

  World* const world_;
  const Buckets buckets_;
  sim::Rng rng_;
  std::vector<Queue> queues_;
  std::vector<Core> cores_;
  std::vector<LinkSide> links_;
  int64_t looks_ = kLooks;  // per bucket
  size_t bucket_ = 0;
  int64_t look_ = 0;  // of this bucket; looks_: its end
  sim::Time next_{};
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_LOAD_SAMPLER_H_
