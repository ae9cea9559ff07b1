// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/nat.h"

#include <algorithm>
#include <utility>

#include "protocol/check.h"

namespace net {
namespace {

// A flow seen in both directions is a stream when it is older than this
// (nf_conntrack_proto_udp.c).
constexpr sim::Duration kStreamAfter = std::chrono::seconds(2);
// Ports that are tried one after the other from a random one (nf_nat_l4proto_unique_tuple).
constexpr uint32_t kMostAttempts = 128;
constexpr uint32_t kLeastAttempts = 16;
// Reserved ports stay reserved ones.
constexpr uint32_t kLowPorts = 512;
constexpr uint32_t kMiddlePorts = 600;
constexpr uint32_t kHighPorts = 1024;
constexpr uint32_t kPorts = 65536;

struct PortRange {
  uint32_t first;
  uint32_t size;
};

PortRange RangeOf(uint8_t protocol, uint16_t port) {
  if (protocol != kProtocolUdp) return {0, kPorts};
  if (port < kLowPorts) return {1, kLowPorts - 1};
  if (port < kHighPorts) return {kMiddlePorts, kHighPorts - kMiddlePorts};
  return {kHighPorts, kPorts - kHighPorts};
}

}  // namespace

Nat::Nat(Fabric* fabric, const NatOptions& options, const sim::Rng& rng)
    : fabric_(fabric), options_(options), rng_(rng) {
  CHECK(options.udp_timeout > sim::Duration(0));
  CHECK(options.udp_timeout_stream > sim::Duration(0));
  CHECK(options.icmp_timeout > sim::Duration(0));
}

void Nat::SetAddress(const wg::IpAddress& address) {
  for (SourceNat& rule : source_nats_) {
    if (rule.address.family() == address.family()) rule.address = address;
  }
}

// What fails its checksum is INVALID to the kernel and is not translated (nf_conntrack_checksum).
FlowKind Nat::Follow(const Packet& packet, const IpHeader& ip, FlowTuple* tuple) const {
  if (packet.checksum == ChecksumState::kUnverified &&
      !TransportChecksumOk(packet.buffer.bytes(), ip)) {
    return FlowKind::kNone;
  }
  const FlowKind kind = ParseFlow(packet.buffer.bytes(), ip, tuple);
  if (kind == FlowKind::kError) *tuple = tuple->Inverse();
  return kind;
}

Nat::Hit Nat::Find(const FlowTuple& tuple) {
  const auto at = by_tuple_.find(tuple);
  if (at == by_tuple_.end()) return {};
  const uint32_t number = at->second >> 1;
  if (flows_[number].expires <= fabric_->now()) {
    ++counters_.expired;
    End(number);
    return {};
  }
  return {&flows_[number], static_cast<int>(at->second & 1)};
}

// nf_conntrack_udp_packet; an answer is remembered behind it.
void Nat::Refresh(Hit hit) {
  Flow& flow = *hit.flow;
  const sim::Time now = fabric_->now();
  const bool stream = flow.replied && now > flow.streams;
  flow.expires = now + (flow.tuples[0].protocol != kProtocolUdp ? options_.icmp_timeout
                        : stream                                ? options_.udp_timeout_stream
                                                                : options_.udp_timeout);
  if (hit.direction == 1) flow.replied = true;
}

void Nat::Count(bool more, const Flow& flow) {
  if (!flow.source_nat) return;
  const uint8_t protocol = flow.tuples[0].protocol;
  const FlowEnd& inside = flow.tuples[0].source;
  const FlowEnd& outside = flow.tuples[1].destination;
  const auto count = [&](absl::flat_hash_map<Key, Mapped>* map, const FlowEnd& of,
                         const FlowEnd& is) {
    if (more) {
      Mapped& mapped = (*map)[{protocol, of}];
      mapped.end = is;
      ++mapped.flows;
      return;
    }
    const auto at = map->find(Key{protocol, of});
    if (--at->second.flows == 0) map->erase(at);
  };
  count(&outer_, inside, outside);
  count(&inner_, outside, inside);
}

bool Nat::Begin(const FlowTuple& first, const FlowTuple& answers, bool source_nat) {
  // The newest flow has the right to its answers.
  if (const auto at = by_tuple_.find(answers); at != by_tuple_.end()) End(at->second >> 1);
  if (live_ >= options_.max_flows) Sweep();
  if (live_ >= options_.max_flows) return false;
  uint32_t number;
  if (!unused_.empty()) {
    number = unused_.back();
    unused_.pop_back();
  } else {
    number = static_cast<uint32_t>(flows_.size());
    flows_.emplace_back();
  }
  Flow& flow = flows_[number];
  flow = {.tuples = {first, answers}, .used = true, .source_nat = source_nat};
  flow.streams = fabric_->now() + kStreamAfter;
  by_tuple_[first] = number * 2;
  by_tuple_[answers] = number * 2 + 1;
  Count(/*more=*/true, flow);
  ++live_;
  ++counters_.flows;
  counters_.changed_port += first.source.port != answers.destination.port && source_nat;
  Refresh({&flow, 0});
  return true;
}

void Nat::End(uint32_t number) {
  Flow& flow = flows_[number];
  by_tuple_.erase(flow.tuples[0]);
  by_tuple_.erase(flow.tuples[1]);
  Count(/*more=*/false, flow);
  flow.used = false;
  unused_.push_back(number);
  --live_;
}

void Nat::Sweep() {
  for (uint32_t number = 0; number < flows_.size(); ++number) {
    if (!flows_[number].used || flows_[number].expires > fabric_->now()) continue;
    ++counters_.expired;
    End(number);
  }
}

void Nat::Forget(bool other_ports) {
  for (uint32_t number = 0; number < flows_.size(); ++number) {
    if (!flows_[number].used) continue;
    ++counters_.forgotten;
    End(number);
  }
  other_ports_ = other_ports_ || other_ports;
}

const SourceNat* Nat::RuleFor(const FlowTuple& tuple, const Interface* out) const {
  const auto concerns = [&](const SourceNat& rule) {
    if (!rule.inside.Contains(tuple.source.address)) return false;
    return rule.out != nullptr ? rule.out == out
                               : !rule.inside.Contains(tuple.destination.address);
  };
  const auto at = std::find_if(source_nats_.begin(), source_nats_.end(), concerns);
  return at == source_nats_.end() ? nullptr : &*at;
}

bool Nat::Inwards(const FlowTuple& tuple, FlowEnd* to) const {
  for (const PortForward& forward : forwards_) {
    if (tuple.protocol != kProtocolUdp || forward.at.address != tuple.destination.address ||
        forward.at.port != tuple.destination.port) {
      continue;
    }
    *to = {forward.to.address, forward.to.port};
    return true;
  }
  if (!options_.open_to_all) return false;
  const auto mapped = inner_.find(Key{tuple.protocol, tuple.destination});
  if (mapped == inner_.end()) return false;
  *to = mapped->second.end;
  return true;
}

bool Nat::Free(const FlowTuple& tuple, const FlowEnd& end) {
  if (options_.open_to_all) {
    // An outer port stands for one source alone.
    const auto mapped = inner_.find(Key{tuple.protocol, end});
    if (mapped != inner_.end() && mapped->second.end != tuple.source) return false;
  }
  return Find({tuple.protocol, tuple.destination, end}).flow == nullptr;
}

// get_unique_tuple, nf_nat_l4proto_unique_tuple.
bool Nat::ChoosePort(const FlowTuple& tuple, const wg::IpAddress& address, FlowEnd* end) {
  if (!options_.port_per_destination) {
    const auto known = outer_.find(Key{tuple.protocol, tuple.source});
    if (known != outer_.end() && known->second.end.address == address) {
      *end = known->second.end;
      if (Free(tuple, *end)) return true;
    }
    *end = {address, tuple.source.port};
    if (!other_ports_ && Free(tuple, *end)) return true;
  }
  const PortRange range = RangeOf(tuple.protocol, tuple.source.port);
  for (uint32_t attempts = std::min(range.size, kMostAttempts);; attempts /= 2) {
    const uint64_t from = rng_.Uniform(range.size);
    for (uint32_t i = 0; i < attempts; ++i) {
      *end = {address, static_cast<uint16_t>(range.first + (from + i) % range.size)};
      if (Free(tuple, *end)) return true;
    }
    if (attempts >= range.size || attempts < kLeastAttempts) return false;
  }
}

bool Nat::PreRouting(Packet* packet, IpHeader* ip) {
  FlowTuple tuple;
  const FlowKind kind = Follow(*packet, *ip, &tuple);
  if (kind == FlowKind::kNone) return true;
  Hit hit = Find(tuple);
  if (kind == FlowKind::kFlow && hit.flow == nullptr) {
    FlowEnd to;
    if (!Inwards(tuple, &to)) return true;
    if (!Begin(tuple, {tuple.protocol, to, tuple.source}, /*source_nat=*/false)) {
      ++counters_.refused;
      return false;
    }
    hit = Find(tuple);
  }
  if (hit.flow == nullptr) return true;
  if (kind == FlowKind::kFlow) Refresh(hit);
  const FlowEnd to = hit.Translated().destination;
  if (to == tuple.destination) return true;
  counters_.translated += packet->segments();
  if (kind == FlowKind::kFlow) {
    RewriteFlow(FlowSide::kDestination, to, packet);
  } else {
    RewriteError(FlowSide::kDestination, to, packet);
  }
  ip->destination = to.address;
  return true;
}

bool Nat::PostRouting(Packet* packet, const IpHeader& ip, const Interface* out) {
  FlowTuple tuple;
  const FlowKind kind = Follow(*packet, ip, &tuple);
  if (kind == FlowKind::kNone || out->is_loopback()) return true;
  Hit hit = Find(tuple);
  if (kind == FlowKind::kFlow && hit.flow == nullptr) {
    const SourceNat* const rule = RuleFor(tuple, out);
    if (rule == nullptr) return true;
    FlowEnd end;
    if (!ChoosePort(tuple, rule->address, &end) ||
        !Begin(tuple, {tuple.protocol, tuple.destination, end}, /*source_nat=*/true)) {
      ++counters_.refused;
      return false;
    }
    hit = Find(tuple);
  } else if (hit.flow != nullptr && kind == FlowKind::kFlow && packet->device == nullptr) {
    Refresh(hit);  // made here: it has not been through PreRouting
  }
  if (hit.flow == nullptr) return true;
  const FlowEnd from = hit.Translated().source;
  if (from == tuple.source) return true;
  counters_.translated += packet->segments();
  if (kind == FlowKind::kFlow) {
    RewriteFlow(FlowSide::kSource, from, packet);
  } else {
    RewriteError(FlowSide::kSource, from, packet);
  }
  return true;
}

FlowEnd Nat::OriginalSource(const Packet& packet, const IpHeader& ip) {
  FlowTuple tuple;
  if (Follow(packet, ip, &tuple) != FlowKind::kFlow) return {ip.source};
  // It looks like what comes back, turned round.
  const Hit hit = Find(tuple.Inverse());
  if (hit.flow == nullptr) return tuple.source;
  return {hit.flow->tuples[1 - hit.direction].source.address, tuple.source.port};
}

}  // namespace net
