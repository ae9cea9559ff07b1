// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/gro.h"

#include <cstddef>
#include <utility>

#include "protocol/check.h"

namespace net {

Gro::Gro(SegmentPool* pool, const net::Price* offload, const net::Price* receive)
    : pool_(pool), offload_(offload), receive_(receive) {
  held_.reserve(kMaxHeld);
}

bool Gro::FlowOf(const Packet& packet, Flow* flow) {
  IpHeader ip;
  UdpHeader udp;
  if (!ParseIp(packet.buffer.bytes(), &ip) || ip.protocol != kProtocolUdp || ip.is_fragment() ||
      !ParseUdp(packet.buffer.bytes().subspan(ip.header_size), &udp)) {
    return false;
  }
  *flow = {.source = ip.source,
           .destination = ip.destination,
           .source_port = udp.source_port,
           .destination_port = udp.destination_port,
           .ttl = ip.ttl,
           .ds = ip.ds};
  return true;
}

int Gro::Find(const Flow& flow) const {
  for (size_t i = 0; i < held_.size(); ++i) {
    const Flow& other = held_[i].flow;
    if (other.source == flow.source && other.destination == flow.destination &&
        other.source_port == flow.source_port && other.destination_port == flow.destination_port) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

bool Gro::Fits(const Held& held, const Flow& flow, const Packet& packet) const {
  return flow.ttl == held.flow.ttl && flow.ds == held.flow.ds &&
         packet.checksum == held.train.checksum && packet.size() <= held.train.size();
}

int64_t Gro::Price(const Packet& packet, Interface* in) {
  plan_.pass = true;
  plan_.complete = false;
  plan_.push_out = -1;
  plan_.join = -1;
  IpStack* const stack = in->stack();
  const bool wanted = stack != nullptr && packet.checksum != ChecksumState::kUnverified &&
                      stack->TakesTrains(packet, *in);
  if (!wanted && held_.empty()) return receive_->Picoseconds(packet.total_size());
  if (!FlowOf(packet, &plan_.flow)) return receive_->Picoseconds(packet.total_size());
  const int same = Find(plan_.flow);
  plan_.pass = !wanted;
  if (wanted && same >= 0 && Fits(held_[same], plan_.flow, packet)) {
    const Held& held = held_[same];
    plan_.join = same;
    const uint32_t bytes = held.bytes + packet.size();
    plan_.complete = packet.size() < held.train.size() ||
                     held.train.segments() + 1 == kMaxSegments ||
                     bytes + held.train.size() > kMaxTrainBytes;
    return offload_->fixed_ps + (plan_.complete ? receive_->Picoseconds(bytes) : 0);
  }
  if (same >= 0) {
    plan_.push_out = same;
  } else if (wanted && held_.size() == kMaxHeld) {
    plan_.push_out = 0;
  }
  return (plan_.push_out >= 0 ? PriceOf(held_[plan_.push_out]) : 0) +
         (wanted ? offload_->fixed_ps : receive_->Picoseconds(packet.total_size()));
}

void Gro::Receive(Packet&& packet, Interface* in) {
  if (plan_.pass && plan_.push_out < 0) return in->Receive(std::move(packet));
  const Plan plan = plan_;
  const Cpu cpu = packet.cpu;
  if (plan.push_out >= 0) PushOut(static_cast<size_t>(plan.push_out), cpu, in);
  if (plan.pass) return in->Receive(std::move(packet));
  if (plan.join < 0) {
    const uint32_t bytes = packet.size();
    held_.push_back(Held{plan.flow, std::move(packet), bytes});
    return;
  }
  Held& held = held_[static_cast<size_t>(plan.join)];
  held.bytes += packet.size();
  held.train.more.Add(pool_, std::move(packet.buffer));
  if (plan.complete) PushOut(static_cast<size_t>(plan.join), cpu, in);
}

void Gro::PushOut(size_t index, Cpu cpu, Interface* in) {
  CHECK_LT(index, held_.size());
  Packet train = std::move(held_[index].train);
  held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(index));
  train.cpu = cpu;
  in->Receive(std::move(train));
}

size_t Gro::packets() const {
  size_t sum = 0;
  for (const Held& held : held_) sum += held.train.segments();
  return sum;
}

}  // namespace net
