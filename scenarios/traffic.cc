// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/traffic.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "protocol/check.h"

namespace scenario {
namespace {

// Of flows; those that WireGuard listens on are left out.
constexpr int kFirstPort = 1024;
constexpr int kLastPort = 65535;

bool MayMove(const Plan& plan, int pod) {
  if (pod == plan::kNone) return false;
  for (const plan::Churn& churn : plan.churn) {
    for (const std::vector<int>& pods : churn.pods) {
      for (int candidate : pods) {
        if (candidate == pod) return true;
      }
    }
  }
  return false;
}

}  // namespace

Traffic::Traffic(World* world, FlowBook* book, Intent* intent)
    : world_(world),
      book_(book),
      intent_(intent),
      last_ports_(world->plan().hosts.size(), kFirstPort - 1) {
  for (const plan::Device& device : world->plan().devices) {
    listening_.insert({device.host, device.listen_port});
  }
  for (const plan::Flow& flow : world->plan().flows) {
    if (flow.stream) {
      AddStream(flow);
    } else {
      AddRequests(flow);
    }
  }
}

uint16_t Traffic::TakePort(const std::vector<int>& hosts) {
  int port = kFirstPort - 1;
  for (int host : hosts) port = std::max(port, last_ports_[host]);
  const auto taken = [&](int host) { return listening_.contains({host, port}); };
  do {
    ++port;
  } while (std::any_of(hosts.begin(), hosts.end(), taken));
  CHECK_LE(port, kLastPort);
  for (int host : hosts) last_ports_[host] = port;
  return static_cast<uint16_t>(port);
}

FlowSender Traffic::MakeSender(const plan::FlowEnd& from, const plan::FlowEnd& to, uint16_t port,
                               size_t account) {
  return FlowSender(world_, book_, intent_, from, {.address = to.address, .port = port}, account);
}

void Traffic::AddStream(const plan::Flow& flow) {
  // Where the address may come to be, somebody listens.
  std::vector<int> receivers = {flow.to.host};
  if (MayMove(world_->plan(), flow.to.pod)) {
    receivers.resize(world_->plan().hosts.size());
    std::iota(receivers.begin(), receivers.end(), 0);
  }
  const uint16_t from_port = TakePort({flow.from.host});
  const uint16_t to_port = TakePort(receivers);
  const size_t account = book_->Open(flow.late_after);
  entries_.push_back({.name = flow.name,
                      .flow = &flow,
                      .account = account,
                      .from = flow.from.address,
                      .to = flow.to.address,
                      .role = flow.role,
                      .payload_bytes = flow.stream->payload_bytes});
  for (int host : receivers) {
    const int core = flow.to.core % world_->plan().hosts[host].cores;
    receivers_.push_back(std::make_unique<FlowReceiver>(
        world_, host, core, wg::Endpoint{.address = flow.to.address, .port = to_port},
        absl::StrCat("socket ", flow.name, " on ", world_->plan().hosts[host].name),
        net::SocketOptions{.freebind = true, .receive_buffer = flow.receive_buffer_bytes}, flow.stream->payload_bytes,
        [this](net::Received received) {
          const FlowBook::Tag tag = FlowBook::Read(received.payload.tag());
          book_->account(tag.flow).Delivered(tag.seq, world_->loop().now());
        }));
  }
  streams_.push_back(std::make_unique<StreamApp>(
      world_, flow, MakeSender(flow.from, flow.to, to_port, account), from_port,
      world_->rng().Fork("flow").Fork(flow.name)));
}

void Traffic::AddRequests(const plan::Flow& flow) {
  const uint16_t client_port = TakePort({flow.from.host});
  const uint16_t server_port = TakePort({flow.to.host});
  const size_t requests = book_->Open(flow.late_after);
  const size_t responses = book_->Open(flow.late_after);
  requests_.push_back(std::make_unique<RequestApp>(
      world_, book_, flow, MakeSender(flow.from, flow.to, server_port, requests),
      MakeSender(flow.to, flow.from, client_port, responses), client_port, server_port,
      world_->rng().Fork("flow").Fork(flow.name)));
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
