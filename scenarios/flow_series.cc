// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/flow_series.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "scenarios/flow_account.h"
#include "scenarios/plan.h"
#include "scenarios/quantiles.h"
#include "sim/time.h"

namespace scenario {
namespace {

uint64_t Nanos(sim::Time time) { return static_cast<uint64_t>((time - sim::kStart).count()); }
uint64_t Nanos(sim::Duration duration) { return static_cast<uint64_t>(duration.count()); }

constexpr int kFates = 5;

// What is gathered of one group of flows.
class GroupGatherer {
 public:
  explicit GroupGatherer(const Buckets& buckets) : buckets_(buckets), counts_(buckets.size()), delays_(buckets.size()) {}

  void Add(const FlowAccount& account) {
    for (uint64_t seq = 0; seq < account.totals().offered; ++seq) {
      const size_t bucket = buckets_.IndexOf(account.offered_at(seq));
      const Fate fate = account.fate(seq);
      ++counts_[bucket].of[static_cast<int>(fate)];
      if (fate == Fate::kDelivered) delays_[bucket].push_back(account.delay(seq));
    }
  }

  void Fill(GroupSeries* out) {
    for (size_t i = 0; i < counts_.size(); ++i) {
      uint64_t offered = 0;
      for (const uint64_t count : counts_[i].of) offered += count;
      out->add_offered(offered);
      out->add_delivered(counts_[i].of[static_cast<int>(Fate::kDelivered)]);
      out->add_refused(counts_[i].of[static_cast<int>(Fate::kRefused)]);
      out->add_misdirected(counts_[i].of[static_cast<int>(Fate::kMisdirected)]);
      out->add_dropped(counts_[i].of[static_cast<int>(Fate::kDropped)]);
      const Quantiles delays = QuantilesOf(std::move(delays_[i]));
      out->add_delay_p50_ns(Nanos(delays.p50));
      out->add_delay_p99_ns(Nanos(delays.p99));
      out->add_delay_max_ns(Nanos(delays.max));
    }
  }

 private:
  struct Counts {
    uint64_t of[kFates] = {};
  };

  const Buckets buckets_;
  std::vector<Counts> counts_;
  std::vector<std::vector<sim::Duration>> delays_;
};

struct FoundOutage {
  Outage outage;
  const FlowEntry* flow;
};

void FillOutages(std::vector<FoundOutage> found, Series* series) {
  if (found.size() > kMostOutageSpans) {
    series->set_outages_left_out(found.size() - kMostOutageSpans);
    std::stable_sort(found.begin(), found.end(), [](const FoundOutage& a, const FoundOutage& b) {
      return a.outage.length() > b.outage.length();
    });
    found.resize(kMostOutageSpans);
  }
  std::stable_sort(found.begin(), found.end(), [](const FoundOutage& a, const FoundOutage& b) {
    return a.outage.begin < b.outage.begin;
  });
  for (const FoundOutage& one : found) {
    OutageSpan* out = series->add_outages();
    out->set_begin_ns(Nanos(one.outage.begin));
    out->set_end_ns(Nanos(one.outage.end));
    out->set_flow(one.flow->name);
    out->set_role(one.flow->role == plan::Role::kBystander ? "bystander" : "touched");
    out->set_packets(one.outage.packets);
  }
}

}  // namespace

void FillFlows(const Traffic& traffic, const FlowBook& book, const Buckets& buckets, Series* series) {
  series->set_bucket_ns(Nanos(buckets.width()));
  series->set_end_ns(Nanos(buckets.end()));
  GroupGatherer bystanders(buckets), touched(buckets);
  std::vector<FoundOutage> found;
  for (const FlowEntry& flow : traffic.entries()) {
    const FlowAccount& account = book.account(flow.account);
    (flow.role == plan::Role::kBystander ? bystanders : touched).Add(account);
    for (const Outage& outage : account.Outages(buckets.end())) found.push_back({outage, &flow});
  }
  bystanders.Fill(series->mutable_bystanders());
  touched.Fill(series->mutable_touched());
  FillOutages(std::move(found), series);
}

}  // namespace scenario
