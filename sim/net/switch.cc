// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/switch.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"
#include "sim/net/drop.h"
#include "sim/net/headers.h"

namespace net {

Switch::Switch(Fabric* fabric, absl::string_view name, int groups, std::vector<SwitchPath> paths,
               const sim::Rng& rng)
    : Actor(fabric->Register(absl::StrCat("switch/", name))),
      fabric_(fabric),
      name_(name),
      groups_(groups),
      rng_(rng.Fork(absl::StrCat("switch/", name))),
      paths_(std::move(paths)) {
  CHECK_GT(groups, 0);
  CHECK_EQ(paths_.size(), static_cast<size_t>(groups) * groups);
}

Switch::~Switch() = default;

int Switch::AddPort(Nic* nic, Netns* netns, absl::string_view name, int group,
                    const LinkOptions& up, const LinkOptions& down) {
  CHECK(group >= 0 && group < groups_);
  const int number = ports();
  ports_.push_back(std::make_unique<End>(this, number, fabric_, name, up, down, rng_));
  End& end = *ports_.back();
  end.group = group;
  end.nic = nic;
  end.netns = netns;
  const sim::Rng stream = rng_.Fork("port").Fork(name);
  end.loss = stream.Fork("loss");
  end.jitter = stream.Fork("jitter");
  nic->Connect(&end.cable, 0);
  end.cable.Attach(1, &end);
  return number;
}

int Switch::PortTowards(const End& from, const Packet& packet) const {
  IpHeader ip;
  if (!ParseIp(packet.buffer.bytes(), &ip)) return -1;
  auto at = addresses_.find(ip.destination);
  if (at == addresses_.end()) {
    const RouteResult& route = from.netns->fib().Lookup(
        RouteQuery{.destination = ip.destination, .mark = packet.mark, .out = from.nic});
    if (route.error == wg::Errno::kOk) at = addresses_.find(route.next_hop);
  }
  return at == addresses_.end() ? -1 : at->second;
}

void Switch::Take(int port, Packet&& packet) {
  ++counters_.arrived;
  End& from = *ports_[port];
  const int to = PortTowards(from, packet);
  if (to < 0) {
    ++counters_.unknown;
    fabric_->Kill(&packet, entity(), Drop::kNoRoute);
    return;
  }
  if (from.island != ports_[to]->island) return Forward(port, to, &packet);
  const int group = ports_[to]->group;
  const SwitchPath& path = paths_[from.group * groups_ + group];
  if (path.loss_ppb != 0 && from.loss.Bernoulli(path.loss_ppb)) {
    ++counters_.lost;
    fabric_->Kill(&packet, entity(), Drop::kLinkLoss);
    return;
  }
  sim::Time time = fabric_->now() + path.delay;
  if (path.jitter != sim::Duration(0)) {
    time += from.jitter.UniformDuration(sim::Duration(0), path.jitter);
  }
  if (from.last.empty()) from.last.resize(groups_, sim::kStart);
  time = from.last[group] = std::max(time, from.last[group]);
  if (time == fabric_->now()) {
    Forward(port, to, &packet);
    return;
  }
  uint32_t slot = static_cast<uint32_t>(slots_.size());
  if (free_.empty()) {
    slots_.push_back(std::move(packet));
  } else {
    slot = free_.back();
    free_.pop_back();
    slots_[slot] = std::move(packet);
  }
  heap_.push_back({time, next_number_++, to, port, slot});
  std::push_heap(heap_.begin(), heap_.end(), Later);
  Schedule();
}

bool Switch::Later(const Arrival& a, const Arrival& b) {
  return a.time != b.time ? a.time > b.time : a.number > b.number;
}

void Switch::Schedule() {
  if (heap_.empty() || heap_.front().time >= scheduled_) return;
  // An event pending for later is not taken back: its generation makes it a no-op.
  scheduled_ = heap_.front().time;
  fabric_->loop()->At(scheduled_, this, ++generation_);
}

void Switch::OnEvent(uint64_t generation) {
  if (generation != generation_) return;
  scheduled_ = sim::kEndOfTime;
  while (!heap_.empty() && heap_.front().time <= fabric_->now()) {
    std::pop_heap(heap_.begin(), heap_.end(), Later);
    const Arrival arrival = heap_.back();
    heap_.pop_back();
    Packet packet = std::move(slots_[arrival.slot]);
    free_.push_back(arrival.slot);
    Forward(arrival.from, arrival.port, &packet);
  }
  Schedule();
}

void Switch::Forward(int from, int to, Packet* packet) {
  if (ports_[from]->island != ports_[to]->island) {
    ++counters_.apart;
    fabric_->Kill(packet, entity(), Drop::kLinkDown);
    return;
  }
  ++counters_.forwarded;
  LinkDirection* const down = ports_[to]->cable.transmit(1);
  const Drop drop = down->Send(packet);
  if (drop == Drop::kNone) return;
  // Which of the cables is out is said by its name.
  fabric_->Kill(packet, drop == Drop::kLinkDown ? down->entity() : entity(), drop);
}

}  // namespace net
