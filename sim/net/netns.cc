// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/netns.h"

#include <algorithm>
#include <utility>

#include "protocol/check.h"
#include "sim/net/flow_tuple.h"
#include "sim/net/train.h"

namespace net {

Netns::Netns(Fabric* fabric, absl::string_view name, absl::string_view place,
             const NetnsOptions& options)
    : fabric_(fabric),
      name_(name),
      entity_(fabric->Register(place)),
      options_(options),
      fib_(fabric),
      output_(fabric),
      icmp_(fabric, entity_, &fib_, &udp_, &output_, options.icmp_limits),
      reassembler_(fabric, entity_, this) {
  set_train_takers(&udp_.train_takers());
}

Netns::~Netns() = default;

void Netns::AddInterface(Interface* interface) {
  CHECK(interface->stack() == nullptr);
  CHECK(FindInterface(interface->name()) == nullptr);
  interface->SetStack(this, next_ifindex_++);
  interfaces_.push_back(interface);
  if (interface->is_loopback()) fib_.set_loopback(interface);
  fib_.Invalidate();
}

void Netns::RemoveInterface(Interface* interface) {
  auto at = std::find(interfaces_.begin(), interfaces_.end(), interface);
  CHECK(at != interfaces_.end());
  interface->SetUp(false);
  interfaces_.erase(at);
  fib_.RemoveInterface(interface);
  interface->SetStack(nullptr, 0);
}

Interface* Netns::FindInterface(absl::string_view name) const {
  for (Interface* interface : interfaces_) {
    if (interface->name() == name) return interface;
  }
  return nullptr;
}

Interface* Netns::FindInterface(uint32_t ifindex) const {
  for (Interface* interface : interfaces_) {
    if (interface->ifindex() == ifindex) return interface;
  }
  return nullptr;
}

void Netns::OnInterfaceChange(Interface* /*interface*/) { fib_.Invalidate(); }

Nat* Netns::AddNat(const NatOptions& options, const sim::Rng& rng) {
  CHECK(nat_ == nullptr);
  nat_ = std::make_unique<Nat>(fabric_, options, rng);
  output_.set_hook(this);
  return nat_.get();
}

void Netns::AddFilterRule(const FilterRule& rule) {
  if (filter_ == nullptr) filter_ = std::make_unique<PacketFilter>();
  filter_->Add(rule);
  output_.set_hook(this);
}

void Netns::OnTunnelRefusal(const Packet& packet) {
  IpHeader ip;
  if (nat_ != nullptr && ParseIp(packet.buffer.bytes(), &ip) && !ip.is_fragment()) {
    // Whoever sent it knows it by the address that it had (icmp_ndo_send).
    const FlowEnd source = nat_->OriginalSource(packet, ip);
    if (source.address != ip.source) {
      Packet as_sent = packet.Like(fabric_->pool()->Copy(packet.buffer.bytes()));
      RewriteFlow(FlowSide::kSource, source, &as_sent);
      icmp_.SendError(as_sent, as_sent.device, IcmpError::kHostUnreachable);
      return;
    }
  }
  icmp_.SendError(packet, packet.device, IcmpError::kHostUnreachable);
}

void Netns::OnReassemblyTimeout(const Packet& first_fragment) {
  icmp_.SendError(first_fragment, first_fragment.device, IcmpError::kReassemblyTimeout);
}

void Netns::Drop(Packet* packet, net::Drop why) {
  counters_.dropped += packet->segments();
  fabric_->Kill(packet, entity_, why);
}

// ip_rcv, ipv6_rcv.
void Netns::Input(Packet&& packet) {
  counters_.received += packet.segments();
  IpHeader ip;
  if (!ParseIp(packet.buffer.bytes(), &ip)) {
    Drop(&packet, net::Drop::kMalformed);
    return;
  }
  if (ip.destination.is_v4() && !Ipv4ChecksumOk(packet.buffer.bytes())) {
    Drop(&packet, net::Drop::kBadChecksum);
    return;
  }
  packet.buffer.Truncate(ip.total_size);
  packet.reassembled = false;
  if ((nat_ != nullptr || filter_ != nullptr) && !PassPreRouting(&packet, &ip)) return;
  const RouteResult& route =
      fib_.Lookup(RouteQuery{.destination = ip.destination, .mark = packet.mark});
  if (route.type == RouteType::kLocal) {
    DeliverLocally(std::move(packet), ip);
  } else if (!options_.forwarding) {
    Drop(&packet, net::Drop::kNotForwarding);
  } else {
    Forward(std::move(packet), ip, route);
  }
}

bool Netns::Reassemble(Packet* packet, IpHeader* ip) {
  ++counters_.fragments;
  if (!reassembler_.Add(*ip, packet)) return false;
  ++counters_.reassembled;
  CHECK(ParseIp(packet->buffer.bytes(), ip));
  return true;
}

bool Netns::PassPreRouting(Packet* packet, IpHeader* ip) {
  if (ip->is_fragment()) {
    if (!Reassemble(packet, ip)) return false;
    packet->ignore_df = true;
    packet->reassembled = true;
  }
  if (!PassFilter(FilterHook::kPreRouting, *ip, nullptr, packet)) return false;
  if (nat_ == nullptr || nat_->PreRouting(packet, ip)) return true;
  Drop(packet, net::Drop::kNatFull);
  return false;
}

bool Netns::PassFilter(FilterHook hook, const IpHeader& ip, const Interface* out, Packet* packet) {
  if (filter_ == nullptr || filter_->Accepts(hook, ip, out, packet)) return true;
  Drop(packet, net::Drop::kFiltered);
  return false;
}

// nf_hook of LOCAL_OUT and POST_ROUTING.
wg::Errno Netns::OnOutput(Packet* packet, Interface** out, uint32_t* mtu) {
  IpHeader ip;
  CHECK(ParseIp(packet->buffer.bytes(), &ip));
  if (packet->device == nullptr && filter_ != nullptr) {
    const uint32_t mark = packet->mark;
    if (!filter_->Accepts(FilterHook::kOutput, ip, *out, packet)) return wg::Errno::kPerm;
    if (packet->mark != mark) {
      // ip_route_me_harder: the source stays.
      const RouteResult& route =
          fib_.Lookup(RouteQuery{.destination = ip.destination, .mark = packet->mark});
      if (route.error != wg::Errno::kOk) return route.error;
      *out = route.out;
      *mtu = route.mtu;
    }
  }
  if (nat_ != nullptr && !nat_->PostRouting(packet, ip, *out)) return wg::Errno::kNoMem;
  return wg::Errno::kOk;
}

void Netns::DeliverLocally(Packet&& packet, const IpHeader& header) {
  IpHeader ip = header;
  if (ip.is_fragment() && !Reassemble(&packet, &ip)) return;
  if (filter_ != nullptr && !PassFilter(FilterHook::kInput, ip, nullptr, &packet)) return;
  counters_.delivered += packet.segments();
  if (ip.protocol == kProtocolUdp) {
    DeliverUdp(std::move(packet), ip);
  } else if (ip.protocol == (ip.destination.is_v4() ? kProtocolIcmp : kProtocolIcmpV6)) {
    icmp_.Input(std::move(packet), ip);
  } else {
    icmp_.SendError(packet, packet.device, IcmpError::kProtocolUnreachable);
    fabric_->Kill(&packet, entity_, net::Drop::kNoProtocol);
  }
}

// __udp4_lib_rcv.
void Netns::DeliverUdp(Packet&& packet, const IpHeader& ip) {
  UdpHeader udp;
  if (!ParseUdp(packet.buffer.bytes().subspan(ip.header_size), &udp)) {
    fabric_->Kill(&packet, entity_, net::Drop::kMalformed);
    return;
  }
  const UdpBinding* binding =
      udp_.Find(ip.destination, udp.destination_port, ip.source, udp.source_port, packet.device);
  if (binding != nullptr) {
    if (packet.is_train() && !binding->takes_trains) {
      DeliverApart(binding->receiver, &packet);
    } else {
      binding->receiver->OnDatagram(std::move(packet), ip, udp);
    }
  } else if (!UdpChecksumOk(packet, ip)) {
    // Whoever sent garbage is not told that nobody wants it.
    fabric_->Kill(&packet, entity_, net::Drop::kBadChecksum);
  } else {
    icmp_.SendError(packet, packet.device, IcmpError::kPortUnreachable);
    fabric_->Kill(&packet, entity_, net::Drop::kNoPort);
  }
}

// udp_rcv_segment.
void Netns::DeliverApart(UdpReceiver* receiver, Packet* train) {
  SendApart(fabric_, entity_, train, [&](Packet* packet) {
    IpHeader ip;
    UdpHeader udp;
    CHECK(ParseIp(packet->buffer.bytes(), &ip));
    CHECK(ParseUdp(packet->buffer.bytes().subspan(ip.header_size), &udp));
    receiver->OnDatagram(std::move(*packet), ip, udp);
    return wg::Errno::kOk;
  });
}

bool Netns::TakesTrains(const Packet& packet, const Interface& in) {
  const bool forwards = options_.forwarding && in.udp_gro_forwarding();
  if (udp_.train_takers() == 0 && !forwards) return false;
  IpHeader ip;
  UdpHeader udp;
  if (!ParseIp(packet.buffer.bytes(), &ip) || ip.protocol != kProtocolUdp || ip.is_fragment() ||
      !ParseUdp(packet.buffer.bytes().subspan(ip.header_size), &udp) ||
      (ip.destination.is_v4() && !Ipv4ChecksumOk(packet.buffer.bytes()))) {
    return false;
  }
  const RouteResult& route =
      fib_.Lookup(RouteQuery{.destination = ip.destination, .mark = packet.mark});
  if (route.type != RouteType::kLocal) return forwards && route.error == wg::Errno::kOk;
  const UdpBinding* binding =
      udp_.Find(ip.destination, udp.destination_port, ip.source, udp.source_port, &in);
  return binding != nullptr && binding->takes_trains;
}

// ip_forward, ip6_forward.
void Netns::Forward(Packet&& packet, const IpHeader& ip, const RouteResult& route) {
  Interface* const out = route.out;
  const uint32_t mtu = route.mtu;
  if (route.error != wg::Errno::kOk) {
    const bool silent = route.type == RouteType::kBlackhole;
    const IcmpError error = route.error == wg::Errno::kNetUnreach ? IcmpError::kNetUnreachable
                            : route.type == RouteType::kProhibit  ? IcmpError::kProhibited
                                                                  : IcmpError::kHostUnreachable;
    if (!silent) icmp_.SendError(packet, packet.device, error);
    Drop(&packet, net::Drop::kNoRoute);
    return;
  }
  if (ip.ttl <= 1) {
    icmp_.SendError(packet, packet.device, IcmpError::kTtlExceeded);
    Drop(&packet, net::Drop::kTtlExpired);
    return;
  }
  if (filter_ != nullptr && !PassFilter(FilterHook::kForward, ip, out, &packet)) return;
  if (packet.size() > mtu && ip.dont_fragment && !packet.reassembled) {
    icmp_.SendError(packet, packet.device, IcmpError::kTooBig, mtu);
    Drop(&packet, net::Drop::kTooBig);
    return;
  }
  DecrementTtl(&packet.buffer);
  for (wg::Buffer& segment : packet.more.buffers()) DecrementTtl(&segment);
  const uint32_t packets = packet.segments();
  fabric_->Record(PacketAct::kForward, entity_, packet);
  const wg::Errno error = output_.Send(&packet, out, mtu);
  if (error == wg::Errno::kOk) {
    counters_.forwarded += packets;
  } else {
    Drop(&packet, DropOf(error));
  }
}

}  // namespace net
