// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/traffic.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"

namespace scenario {

Traffic::Traffic(World* world, FlowBook* book, Intent* intent)
    : world_(world), book_(book), intent_(intent) {
  const Plan& plan = world->plan();
  const std::vector<FlowPorts> ports = PlanPorts(plan);
  CHECK_EQ(ports.size(), plan.flows.size());
  for (size_t i = 0; i < plan.flows.size(); ++i) {
    if (plan.flows[i].stream) {
      AddStream(plan.flows[i], ports[i]);
    } else {
      AddRequests(plan.flows[i], ports[i]);
    }
  }
  for (size_t host = 0; host < plan.hosts.size(); ++host) {
    for (const plan::Program& program : plan.hosts[host].programs) {
      programs_.push_back(std::make_unique<ProgramApp>(world, static_cast<int>(host), program));
    }
  }
}

FlowSender Traffic::MakeSender(const plan::FlowEnd& from, const plan::FlowEnd& to, uint16_t port,
                               size_t account) {
  return FlowSender(world_, book_, intent_, from, {.address = to.address, .port = port}, account);
}

void Traffic::AddStream(const plan::Flow& flow, const FlowPorts& ports) {
  const size_t account = book_->Open(flow.late_after);
  entries_.push_back({.name = flow.name,
                      .flow = &flow,
                      .account = account,
                      .from = flow.from.address,
                      .to = flow.to.address,
                      .role = flow.role,
                      .payload_bytes = flow.stream->payload_bytes});
  // Where the address may come to be, somebody listens.
  for (int host : HostsOf(world_->plan(), flow.to)) {
    const int core = flow.to.core % world_->plan().hosts[host].cores;
    threads_.push_back(std::make_unique<sim::Thread>(
        world_->machine(host).host->machine(),
        sim::Thread::Options{.name = absl::StrCat(flow.name, " receiver"), .core = core}));
    receivers_.push_back(std::make_unique<FlowReceiver>(
        world_, host, threads_.back().get(), wg::Endpoint{.address = flow.to.address, .port = ports.to},
        absl::StrCat("socket ", flow.name, " on ", world_->plan().hosts[host].name),
        net::SocketOptions{
            .freebind = true,
            .receive_buffer = flow.receive_buffer_bytes,
            .udp_gro = flow.stream->segments > 1,
            .queue_lock = world_->plan().hosts[host].costs.Charge(wgnode::Cost::kSocketLock)},
        [this](const wg::Buffer& payload) {
          const FlowBook::Tag tag = FlowBook::Read(payload.tag());
          book_->account(tag.flow).Delivered(tag.seq, world_->loop().now());
        }));
  }
  streams_.push_back(std::make_unique<StreamApp>(
      world_, flow, MakeSender(flow.from, flow.to, ports.to, account), ports.from,
      world_->rng().Fork("flow").Fork(flow.name)));
}

void Traffic::AddRequests(const plan::Flow& flow, const FlowPorts& ports) {
  const size_t requests = book_->Open(flow.late_after);
  const size_t responses = book_->Open(flow.late_after);
  requests_.push_back(std::make_unique<RequestApp>(
      world_, book_, flow, MakeSender(flow.from, flow.to, ports.to, requests), ports.from,
      world_->rng().Fork("flow").Fork(flow.name)));
  // Where the address may come to be, somebody answers.
  for (int host : HostsOf(world_->plan(), flow.to)) {
    plan::FlowEnd here = flow.to;
    here.host = host;
    here.core %= world_->plan().hosts[host].cores;
    requests_.back()->AddServer(here, MakeSender(here, flow.from, ports.from, responses), ports.to);
  }
  entries_.push_back({.name = flow.name,
                      .flow = &flow,
                      .account = requests,
                      .from = flow.from.address,
                      .to = flow.to.address,
                      .role = flow.role,
                      .payload_bytes = flow.requests->request_bytes,
                      .requests = requests_.back().get()});
  entries_.push_back({.name = absl::StrCat(flow.name, ".response"),
                      .flow = &flow,
                      .account = responses,
                      .from = flow.to.address,
                      .to = flow.from.address,
                      .role = flow.response_role,
                      .payload_bytes = flow.requests->response_bytes});
}

}  // namespace scenario
