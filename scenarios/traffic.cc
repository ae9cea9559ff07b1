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
    const plan::Flow& flow = plan.flows[i];
    Processes& processes = processes_.emplace_back();
    if (flow.stream) {
      const size_t before = threads_.size();
      AddStream(flow, ports[i]);
      processes.sender = streams_.back()->thread();
      for (size_t at = before; at < threads_.size(); ++at) {
        processes.receivers.push_back(threads_[at].get());
      }
    } else if (flow.requests) {
      AddRequests(flow, ports[i]);
      processes.sender = requests_.back()->thread();
    } else if (flow.transactions) {
      AddTransactions(flow, ports[i]);
      processes.sender = transactions_.back()->thread();
    } else if (flow.bulk) {
      AddBulk(flow, ports[i]);
      processes.sender = bulks_.back()->thread();
    } else {
      AddPing(flow, ports[i]);
      processes.sender = pings_.back()->thread();
    }
  }
  for (const plan::Flood& flood : plan.floods) AddFlood(flood);
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

std::vector<plan::FlowEnd> Traffic::FarEnds(const plan::Flow& flow) const {
  std::vector<plan::FlowEnd> ends;
  for (const int host : HostsOf(world_->plan(), flow.to)) {
    ends.push_back(flow.to);
    ends.back().host = host;
    ends.back().core %= world_->plan().hosts[host].cores;
  }
  return ends;
}

void Traffic::AddEntry(const plan::Flow& flow, size_t account, uint32_t payload_bytes,
                       const FlowMeter* meter) {
  entries_.push_back({.name = flow.name,
                      .flow = &flow,
                      .account = account,
                      .from = flow.from.address,
                      .to = flow.to.address,
                      .role = flow.role,
                      .payload_bytes = payload_bytes,
                      .meter = meter});
}

void Traffic::AddAnswers(const plan::Flow& flow, absl::string_view what, size_t account,
                         uint32_t payload_bytes) {
  entries_.push_back({.name = absl::StrCat(flow.name, ".", what),
                      .flow = &flow,
                      .account = account,
                      .from = flow.to.address,
                      .to = flow.from.address,
                      .role = flow.response_role,
                      .payload_bytes = payload_bytes});
}

void Traffic::AddRequests(const plan::Flow& flow, const FlowPorts& ports) {
  const size_t requests = book_->Open(flow.late_after);
  const size_t responses = book_->Open(flow.late_after);
  requests_.push_back(std::make_unique<RequestApp>(
      world_, book_, flow, MakeSender(flow.from, flow.to, ports.to, requests), ports.from,
      world_->rng().Fork("flow").Fork(flow.name)));
  for (const plan::FlowEnd& end : FarEnds(flow)) {
    requests_.back()->AddServer(end, MakeSender(end, flow.from, ports.from, responses), ports.to);
  }
  AddEntry(flow, requests, flow.requests->request_bytes, requests_.back().get());
  AddAnswers(flow, "response", responses, flow.requests->response_bytes);
}

void Traffic::AddTransactions(const plan::Flow& flow, const FlowPorts& ports) {
  const size_t requests = book_->Open(flow.late_after);
  const size_t responses = book_->Open(flow.late_after);
  transactions_.push_back(std::make_unique<TransactionApp>(
      world_, book_, flow, MakeSender(flow.from, flow.to, ports.to, requests), ports.from,
      world_->rng().Fork("flow").Fork(flow.name)));
  for (const plan::FlowEnd& end : FarEnds(flow)) {
    transactions_.back()->AddServer(end, MakeSender(end, flow.from, ports.from, responses), ports.to);
  }
  AddEntry(flow, requests, flow.transactions->request_bytes, transactions_.back().get());
  AddAnswers(flow, "response", responses, flow.transactions->response_bytes);
}

void Traffic::AddBulk(const plan::Flow& flow, const FlowPorts& ports) {
  const size_t segments = book_->Open(flow.late_after);
  const size_t acks = book_->Open(flow.late_after);
  bulks_.push_back(std::make_unique<BulkApp>(
      world_, book_, flow, MakeSender(flow.from, flow.to, ports.to, segments), ports.from));
  for (const plan::FlowEnd& end : FarEnds(flow)) {
    bulks_.back()->AddReceiver(end, MakeSender(end, flow.from, ports.from, acks), ports.to);
  }
  AddEntry(flow, segments, flow.bulk->segment_bytes, bulks_.back().get());
  AddAnswers(flow, "ack", acks, BulkApp::kAckBytes);
}

void Traffic::AddPing(const plan::Flow& flow, const FlowPorts& ports) {
  const size_t account = book_->Open(flow.late_after);
  pings_.push_back(std::make_unique<PingApp>(
      world_, book_, flow, MakeSender(flow.from, flow.to, ports.to, account), ports.from));
  AddEntry(flow, account, flow.ping->payload_bytes, pings_.back().get());
}

void Traffic::AddFlood(const plan::Flood& flood) {
  const size_t account = book_->Open(sim::Duration(0));
  flood_entries_.push_back({.flood = &flood, .account = account});
  floods_.push_back(std::make_unique<FloodApp>(world_, book_, flood, account,
                                               world_->rng().Fork("flood").Fork(flood.name)));
}

}  // namespace scenario
