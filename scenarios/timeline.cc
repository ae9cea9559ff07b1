// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/timeline.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "protocol/check.h"
#include "scenarios/plan.h"
#include "sim/net/drop.h"
#include "sim/net/host.h"
#include "sim/net/netns.h"
#include "sim/net/nic.h"

namespace scenario {
namespace {

int64_t Size(size_t size) { return static_cast<int64_t>(size); }

}  // namespace

Timeline::Timeline(World* world, const TimelineOptions& options)
    : world_(world),
      options_(options),
      writer_(options.sink),
      cores_(&writer_),
      changes_(&writer_, &world->loop()) {
  for (int i = 0; i < net::kActs; ++i) {
    acts_[i] = world->fabric().kind(static_cast<net::PacketAct>(i));
  }
  for (size_t i = 0; i < world->plan().hosts.size(); ++i) AddHost(static_cast<int>(i));
  AddLinks();
  drops_ = writer_.AddProcess("drops");
}

void Timeline::AddHost(int number) {
  const Plan& plan = world_->plan();
  net::Host* const host = world_->machine(number).host.get();
  const Track process = writer_.AddProcess(host->name());
  for (int i = 0; i < host->cores(); ++i) {
    const net::Cpu cpu = static_cast<net::Cpu>(i);
    const Track parent = writer_.AddTrack(process, absl::StrCat("cpu", i));
    sim::Core* const core = host->core(cpu);
    cores_.AddCore(core->entity(), parent);
    AddGauge(parent, "threads waiting", [core] { return Size(core->threads_waiting()); });
    AddGauge(parent, "backlog", [host, cpu] { return Size(host->backlog(cpu).size()); });
  }
  for (size_t i = 0; i < plan.devices.size(); ++i) {
    if (plan.devices[i].host != number) continue;
    const wgnode::WgTunnel* const tunnel = world_->wire(static_cast<int>(i)).tunnel.get();
    const Track parent = writer_.AddTrack(process, tunnel->name());
    changes_.AddDevice(static_cast<int>(i), parent);
    if (tunnel->in_user_space()) {
      AddGauge(parent, "TUN queue", [tunnel] { return Size(tunnel->tun_queue().size()); });
    }
    AddGauge(parent, "encrypt ring", [tunnel] { return Size(tunnel->waiting(wg::WorkKind::kSeal)); });
    AddGauge(parent, "decrypt ring", [tunnel] { return Size(tunnel->waiting(wg::WorkKind::kOpen)); });
    AddGauge(parent, "handshake ring", [tunnel] { return Size(tunnel->waiting(wg::WorkKind::kHandshakeIn)); });
  }
  for (const net::Interface* interface : host->root()->interfaces()) {
    const auto* const nic = dynamic_cast<const net::Nic*>(interface);
    if (nic == nullptr) continue;
    const Track parent = writer_.AddTrack(process, nic->name());
    for (uint32_t queue = 0; queue < nic->rx_queues(); ++queue) {
      AddGauge(parent, absl::StrCat("rx ring ", queue),
               [nic, queue] { return Size(nic->rx_queue(queue).size()); });
    }
  }
}

void Timeline::AddLinks() {
  const Plan& plan = world_->plan();
  if (plan.links.empty()) return;
  const Track process = writer_.AddProcess("links");
  links_.reserve(2 * plan.links.size());
  for (size_t i = 0; i < plan.links.size(); ++i) {
    const Track parent = writer_.AddTrack(process, plan.links[i].name);
    for (int side = 0; side < 2; ++side) {
      const net::LinkDirection* const link = world_->link(static_cast<int>(i)).transmit(side);
      const std::string name =
          absl::StrCat(plan.hosts[plan.links[i].ends[side].host].name, " > ",
                       plan.hosts[plan.links[i].ends[1 - side].host].name);
      link_of_.emplace(link->entity(), links_.size());
      links_.emplace_back(&writer_, parent, name, link);
    }
  }
}

void Timeline::AddGauge(Track parent, absl::string_view name, std::function<int64_t()> read) {
  gauges_.push_back({.track = writer_.AddCounter(parent, name), .read = std::move(read)});
}

void Timeline::Start() {
  on_ = true;
  from_ = last_event_ = std::max(options_.from, world_->loop().now());
  cores_.Start(from_);
  changes_.Start(from_);
  for (LinkTimeline& link : links_) link.Start(from_);
  ReadGauges(from_);
  Observe(true);
}

void Timeline::Stop() {
  if (!on_) return;
  on_ = false;
  to_ = world_->loop().now();
  Observe(false);
  ReadGauges(last_event_);
  cores_.Stop();
  changes_.Stop(to_);
  for (LinkTimeline& link : links_) link.Stop();
}

void Timeline::Observe(bool on) {
  world_->trace().set_listener(on ? this : nullptr);
  world_->fabric().set_work_observer(on ? this : nullptr);
  for (size_t i = 0; i < world_->plan().hosts.size(); ++i) {
    world_->machine(static_cast<int>(i)).host->machine()->set_observer(on ? &cores_ : nullptr);
  }
}

// Queues change within events only: what they are when the next one begins, they have been since the last.
void Timeline::ReadGauges(sim::Time time) {
  for (Gauge& gauge : gauges_) {
    const int64_t value = gauge.read();
    if (value == gauge.last) continue;
    gauge.last = value;
    writer_.Count(gauge.track, time, value);
  }
}

void Timeline::OnAct(sim::Time time, sim::ActKind kind, sim::EntityId entity, uint64_t a,
                     uint64_t b) {
  if (kind == sim::ActKind::kEvent) {
    ReadGauges(last_event_);
    last_event_ = time;
    if (writer_.bytes() >= options_.max_bytes) {
      full_ = true;
      Stop();
    }
    return;
  }
  const int act = static_cast<int>(std::find(acts_, acts_ + net::kActs, kind) - acts_);
  if (act == net::kActs) return;
  cores_.AddFlow(b);
  if (static_cast<net::PacketAct>(act) == net::PacketAct::kDrop) {
    return AddDrop(entity, net::DropName(static_cast<net::Drop>(a)), b);
  }
  if (static_cast<net::PacketAct>(act) != net::PacketAct::kEnqueue) return;
  const auto link = link_of_.find(entity);
  if (link != link_of_.end()) links_[link->second].OnEnqueue(time, a, b);
}

void Timeline::OnRefusal(sim::EntityId place, wg::Errno error, uint64_t tag) {
  const std::string why = absl::StrCat("refused: ", wg::ErrnoName(error));
  AddDrop(place, why, tag);
}

void Timeline::OnTunnelDrop(sim::EntityId place, wg::DropReason why, const wg::Buffer& packet) {
  if (!on_ || why == wg::DropReason::kConsumed) return;
  OnTunDrop(place, wg::DropReasonName(why), packet);
}

void Timeline::OnTunDrop(sim::EntityId place, absl::string_view why, const wg::Buffer& packet) {
  if (!on_) return;
  const uint64_t tag = packet ? packet.tag() : 0;
  cores_.AddFlow(tag);
  AddDrop(place, why, tag);
}

void Timeline::AddDrop(sim::EntityId place, absl::string_view why, uint64_t tag) {
  const auto [at, is_new] = drops_at_.try_emplace(place);
  if (is_new) at->second = writer_.AddTrack(drops_, world_->trace().entity_name(place));
  writer_.Instant(at->second, world_->loop().now(),
                  {.name = why, .flows = absl::MakeConstSpan(&tag, tag == 0 ? 0 : 1)});
}

void Timeline::AddOutages(const Traffic& traffic, const FlowBook& book, sim::Time end) {
  CHECK(!on_);
  const Track process = writer_.AddProcess("outages");
  for (const FlowEntry& flow : traffic.entries()) {
    const Track track = writer_.AddTrack(process, flow.name);
    for (const Outage& outage : book.account(flow.account).Outages(end)) {
      if (outage.end < from_ || outage.begin > to_) continue;
      const std::string name =
          absl::StrCat(outage.packets, outage.packets == 1 ? " packet" : " packets");
      writer_.Slice(track, std::max(outage.begin, from_), std::min(outage.end, to_),
                    {.name = name});
    }
  }
}

void Timeline::AddFaults(const Faults& faults) {
  CHECK(!on_);
  const Track process = writer_.AddProcess("faults");
  absl::btree_map<size_t, Track> tracks;
  for (const Faults::Span& span : faults.spans()) {
    if (span.end < from_ || span.begin > to_) continue;
    const plan::Fault& fault = faults.fault(span.fault);
    const auto [at, is_new] = tracks.try_emplace(span.fault);
    if (is_new) at->second = writer_.AddTrack(process, fault.when.name);
    writer_.Slice(at->second, std::max(span.begin, from_), std::min(span.end, to_),
                  {.name = fault.words});
  }
}

TimelineSummary Timeline::summary() const {
  return {.from = from_,
          .to = to_,
          .full = full_,
          .events = writer_.events(),
          .bytes = writer_.bytes()};
}

}  // namespace scenario
