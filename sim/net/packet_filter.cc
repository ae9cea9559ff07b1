// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/packet_filter.h"

namespace net {
namespace {

bool PortsMatch(const FilterRule& rule, const Packet& packet, const IpHeader& ip) {
  if (rule.source_ports.all() && rule.destination_ports.all()) return true;
  UdpHeader udp;
  if (ip.protocol != kProtocolUdp || ip.fragment_offset != 0 ||
      !ParseUdp(packet.buffer.bytes().subspan(ip.header_size), &udp)) {
    return false;
  }
  const auto within = [](const PortSpan& span, uint16_t port) {
    return span.first <= port && port <= span.last;
  };
  return within(rule.source_ports, udp.source_port) &&
         within(rule.destination_ports, udp.destination_port);
}

bool Named(const std::string& name, const Interface* interface) {
  return name.empty() || (interface != nullptr && interface->name() == name);
}

bool Matches(const FilterRule& rule, const Packet& packet, const IpHeader& ip,
             const Interface* out) {
  return (rule.protocol == 0 || rule.protocol == ip.protocol) &&
         (!rule.source || rule.source->Contains(ip.source)) &&
         (!rule.destination || rule.destination->Contains(ip.destination)) &&
         Named(rule.in, packet.device) && Named(rule.out, out) &&
         ip.total_size >= rule.least_bytes && ip.total_size <= rule.most_bytes &&
         (!rule.mark || *rule.mark == packet.mark) && PortsMatch(rule, packet, ip);
}

}  // namespace

void PacketFilter::Add(const FilterRule& rule) {
  rules_[static_cast<int>(rule.hook)].push_back(rule);
}

bool PacketFilter::Accepts(FilterHook hook, const IpHeader& ip, const Interface* out,
                           Packet* packet) const {
  for (const FilterRule& rule : rules_[static_cast<int>(hook)]) {
    if (!Matches(rule, *packet, ip, out)) continue;
    if (rule.action != FilterAction::kMark) return rule.action == FilterAction::kAccept;
    packet->mark = rule.set_mark;
  }
  return true;
}

}  // namespace net
