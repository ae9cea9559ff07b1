// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/ping_app.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"
#include "sim/net/netns.h"
#include "sim/wg/cost_model.h"

namespace scenario {

using wgnode::Cost;

PingApp::PingApp(World* world, FlowBook* book, const plan::Flow& flow, FlowSender sender,
                 uint16_t id)
    : Actor(world->trace().RegisterEntity(absl::StrCat("app ", flow.name))),
      world_(world),
      book_(book),
      flow_(flow),
      ping_(*flow.ping),
      sender_(std::move(sender)),
      id_(id),
      thread_(world->machine(flow.from.host).host->machine(),
              {.name = absl::StrCat(flow.name, " ping"), .core = flow.from.core}) {
  CHECK(world->NetnsWith(flow.from.host, flow.from.address)->icmp().Listen(id, this));
  world->loop().At(sim::kStart + flow.start, this, 0);
}

PingApp::~PingApp() {
  world_->NetnsWith(flow_.from.host, flow_.from.address)->icmp().Listen(id_, nullptr);
}

void PingApp::OnEvent(uint64_t) {
  if (flow_.from.pod == plan::kNone || world_->PodHost(flow_.from.pod) == flow_.from.host) {
    thread_.Submit({.runner = this, .price = sender_.Price(ping_.payload_bytes)});
  }
  ++due_;
  const sim::Time next = world_->loop().now() + ping_.interval;
  if ((ping_.count == 0 || due_ < ping_.count) && next < sim::kStart + flow_.stop) {
    world_->loop().At(next, this, 0);
  }
}

void PingApp::Act(uint64_t tag) {
  if (tag == 0) {
    sender_.SendEcho(id_, ++sequence_, ping_.payload_bytes);
    return;
  }
  const FlowBook::Tag read = FlowBook::Read(tag);
  FlowAccount& account = book_->account(read.flow);
  const bool first = account.fate(read.seq) != Fate::kDelivered;
  account.Delivered(read.seq, world_->loop().now());
  if (first && account.fate(read.seq) == Fate::kDelivered) ++figures_.transactions;
}

void PingApp::OnEchoReply(net::Packet&& packet, const net::IpHeader&, uint16_t) {
  const wgnode::CostModel& costs = world_->plan().hosts[flow_.from.host].costs;
  thread_.Submit({.runner = this,
                  .arg = packet.tag(),
                  .price = wgnode::CostModel::Rounded(
                      costs.Picoseconds(Cost::kWakeUp) + costs.Picoseconds(Cost::kSyscall) +
                      costs.Picoseconds(Cost::kUdpReceive, ping_.payload_bytes))});
}

void PingApp::OnEchoError(const net::IcmpReport& report, uint16_t) {
  ++figures_.icmp_errors[{report.from, report.error}];
}

FlowFigures PingApp::Figures(sim::Time end) const {
  FlowFigures figures = figures_;
  figures.active = std::min(flow_.stop, end - sim::kStart) - flow_.start;
  return figures;
}

}  // namespace scenario
