// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/load_sampler.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"
#include "protocol/effects.h"
#include "protocol/staged_count.h"
#include "scenarios/plan.h"
#include "sim/net/host.h"
#include "sim/net/netns.h"
#include "sim/net/nic.h"
#include "sim/wg/wg_tunnel.h"

namespace scenario {
namespace {

// The `most` largest by `size`, largest first, then in order; none of size 0.
template <typename T, typename Size>
std::vector<const T*> Largest(const std::vector<T>& all, size_t most, Size size) {
  std::vector<std::pair<uint64_t, const T*>> sized;
  for (const T& one : all) {
    if (const uint64_t its = size(one); its > 0) sized.push_back({its, &one});
  }
  std::stable_sort(sized.begin(), sized.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  if (sized.size() > most) sized.resize(most);
  std::vector<const T*> largest;
  for (const auto& [its, one] : sized) largest.push_back(one);
  return largest;
}

}  // namespace

LoadSampler::LoadSampler(World* world, const Buckets& buckets)
    : world_(world), buckets_(buckets), rng_(sim::Rng(world->plan().seed).Fork("load sampler")) {
  for (size_t i = 0; i < world->plan().hosts.size(); ++i) AddHost(static_cast<int>(i));
  AddLinks();
  const int64_t reads = static_cast<int64_t>(queues_.size() * buckets.size());
  looks_ = reads == 0 ? 0 : std::clamp<int64_t>(kMostReads / reads, 1, kLooks);
  for (Queue& queue : queues_) queue.depth.resize(buckets.size());
  for (Core& core : cores_) core.until.resize(buckets.size());
  for (LinkSide& link : links_) link.until.resize(buckets.size());
  ScheduleLook();
}

void LoadSampler::AddHost(int number) {
  const Plan& plan = world_->plan();
  net::Host* const host = world_->machine(number).host.get();
  for (int i = 0; i < host->cores(); ++i) {
    const net::Cpu cpu = static_cast<net::Cpu>(i);
    cores_.push_back({.host = number, .core = host->core(cpu), .until = {}});
    AddQueue(absl::StrCat(host->name(), " cpu", i, " backlog"), [host, cpu] { return host->backlog(cpu).size(); });
    AddQueue(absl::StrCat(host->name(), " cpu", i, " threads waiting"),
             [core = host->core(cpu)] { return core->threads_waiting(); });
  }
  for (size_t i = 0; i < plan.devices.size(); ++i) {
    if (plan.devices[i].host != number) continue;
    const wgnode::WgTunnel* const tunnel = world_->wire(static_cast<int>(i)).tunnel.get();
    const std::string name = absl::StrCat(host->name(), " ", tunnel->name());
    if (tunnel->in_user_space()) {
      AddQueue(absl::StrCat(name, " TUN queue"), [tunnel] { return tunnel->tun_queue().size(); });
    }
    AddQueue(absl::StrCat(name, " encrypt ring"), [tunnel] { return tunnel->waiting(wg::WorkKind::kSeal); });
    AddQueue(absl::StrCat(name, " decrypt ring"), [tunnel] { return tunnel->waiting(wg::WorkKind::kOpen); });
    AddQueue(absl::StrCat(name, " handshake ring"), [tunnel] { return tunnel->waiting(wg::WorkKind::kHandshakeIn); });
    AddQueue(absl::StrCat(name, " waiting for a session"), [tunnel] { return wg::StagedCount(tunnel->device()); });
  }
  for (net::Interface* interface : host->root()->interfaces()) {
    auto* const nic = dynamic_cast<net::Nic*>(interface);
    if (nic == nullptr) continue;
    if (nic->tx_queues() > 0) {
      AddQueue(absl::StrCat(host->name(), " ", nic->name(), " tx"), [nic] { return nic->tx_queued(); });
    }
    for (uint32_t queue = 0; queue < nic->rx_queues(); ++queue) {
      AddQueue(absl::StrCat(host->name(), " ", nic->name(), " rx ring ", queue),
               [nic, queue] { return nic->rx_queue(queue).size(); });
    }
  }
}

void LoadSampler::AddLinks() {
  const Plan& plan = world_->plan();
  for (size_t i = 0; i < plan.links.size(); ++i) {
    for (int side = 0; side < 2; ++side) {
      net::LinkDirection* const link = world_->link(static_cast<int>(i)).transmit(side);
      const std::string name = absl::StrCat(plan.links[i].name, ": ", plan.hosts[plan.links[i].ends[side].host].name,
                                            " > ", plan.hosts[plan.links[i].ends[1 - side].host].name);
      links_.push_back({.name = name,
                        .link = link,
                        .bits_per_second = link->options().transmitter.rate_bps,
                        .until = {}});
      AddQueue(absl::StrCat("link ", name), [link] { return link->queued_packets(); });
    }
  }
}

void LoadSampler::AddQueue(std::string name, std::function<uint64_t()> read) {
  queues_.push_back({.name = std::move(name), .read = std::move(read), .depth = {}});
}

// One look at a random moment of each part of a bucket; and one at its end, for the counters.
void LoadSampler::ScheduleLook() {
  const sim::Time end = buckets_.EndOf(bucket_);
  next_ = end;
  if (look_ == looks_) return;
  const sim::Time begin = bucket_ == 0 ? sim::kStart : buckets_.EndOf(bucket_ - 1);
  const int64_t part = (end - begin).count() / looks_;
  next_ = begin + sim::Duration(part * look_);
  if (part > 0) next_ += sim::Duration(static_cast<int64_t>(rng_.Uniform(static_cast<uint64_t>(part))));
}

void LoadSampler::Look() {
  CHECK(world_->loop().now() == next_);
  for (Queue& queue : queues_) {
    queue.depth[bucket_] = std::max(queue.depth[bucket_], static_cast<uint32_t>(queue.read()));
  }
  if (look_ < looks_) {
    ++look_;
    return ScheduleLook();
  }
  for (Core& core : cores_) {
    for (size_t i = 0; i < sim::kContexts; ++i) {
      core.until[bucket_][i] = core.core->busy_time(static_cast<sim::Context>(i));
    }
  }
  for (LinkSide& link : links_) link.until[bucket_] = link.link->counters().offered_bytes;
  look_ = 0;
  if (++bucket_ == buckets_.size()) {
    next_ = sim::kEndOfTime;
  } else {
    ScheduleLook();
  }
}

void LoadSampler::Fill(Series* series) const {
  CHECK(next_ == sim::kEndOfTime);
  FillQueues(series);
  FillCores(series);
  FillLinks(series);
}

void LoadSampler::FillQueues(Series* series) const {
  const auto longest = [](const Queue& queue) -> uint64_t {
    return *std::max_element(queue.depth.begin(), queue.depth.end());
  };
  for (const Queue* queue : Largest(queues_, kMostQueues, longest)) {
    QueueSeries* out = series->add_queues();
    out->set_name(queue->name);
    for (const uint32_t depth : queue->depth) out->add_depth(depth);
  }
}

void LoadSampler::FillCores(Series* series) const {
  const auto busy = [](const Core& core) {
    sim::Duration sum{};
    for (const sim::Duration part : core.until.back()) sum += part;
    return static_cast<uint64_t>(sum.count());
  };
  for (const Core* core : Largest(cores_, kMostCores, busy)) {
    CoreSeries* out = series->add_cores();
    out->set_host(world_->plan().hosts[core->host].name);
    out->set_core(static_cast<uint32_t>(core->core->number()));
    const auto add = [core](sim::Context context, auto* list) {
      sim::Duration last{};
      for (const auto& until : core->until) {
        const sim::Duration now = until[static_cast<size_t>(context)];
        list->Add(static_cast<uint64_t>((now - last).count()));
        last = now;
      }
    };
    add(sim::Context::kHardirq, out->mutable_hardirq_ns());
    add(sim::Context::kSoftirq, out->mutable_softirq_ns());
    add(sim::Context::kThread, out->mutable_threads_ns());
  }
}

void LoadSampler::FillLinks(Series* series) const {
  for (const LinkSide* link : Largest(links_, kMostLinks, [](const LinkSide& l) { return l.until.back(); })) {
    LinkSeries* out = series->add_links();
    out->set_name(link->name);
    out->set_bits_per_second(link->bits_per_second);
    uint64_t last = 0;
    for (const uint64_t until : link->until) {
      out->add_bytes(until - last);
      last = until;
    }
  }
}

}  // namespace scenario
