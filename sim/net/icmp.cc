// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/icmp.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace net {
namespace {

bool IsMulticast(const wg::IpAddress& address) {
  return address.is_v4() ? (address.v4() >> 28) == 14 : (address.hi() >> 56) == 0xff;
}

uint8_t ProtocolOf(bool v4) { return v4 ? kProtocolIcmp : kProtocolIcmpV6; }

absl::Span<const uint8_t> Transport(const Packet& packet, const IpHeader& ip) {
  return packet.buffer.bytes().subspan(ip.header_size, ip.total_size - ip.header_size);
}

// Whether an error may be sent about this packet at all (RFC 1122, section 3.2.2; RFC 4443,
// section 2.4).
bool MayReport(const Packet& packet, const IpHeader& ip) {
  if (ip.fragment_offset != 0) return false;
  if (ip.source.IsUnspecified() || IsMulticast(ip.source) || IsMulticast(ip.destination))
    return false;
  const bool v4 = ip.source.is_v4();
  if (ip.protocol != ProtocolOf(v4)) return true;
  IcmpHeader inner;
  return ParseIcmp(Transport(packet, ip), &inner) && !IsIcmpErrorType(inner.type, v4);
}

}  // namespace

Icmp::Icmp(Fabric* fabric, sim::EntityId place, Fib* fib, UdpTable* udp, IpOutput* output,
           const IcmpLimits::Options& limits)
    : fabric_(fabric), place_(place), fib_(fib), udp_(udp), output_(output), limits_(limits) {}

bool Icmp::Allowed(const Interface* device, const Interface* out, const wg::IpAddress& to,
                   bool limited) {
  if (!limited) return true;
  // What came in over loopback costs no global credit, what goes out over loopback has no limit of
  // its own.
  const bool from_loopback = device != nullptr && device->is_loopback();
  if ((from_loopback || limits_.AllowGlobal(fabric_->now())) &&
      (out->is_loopback() || limits_.AllowDestination(fabric_->now(), to))) {
    return true;
  }
  ++counters_.errors_limited;
  return false;
}

void Icmp::SendError(const Packet& offending, const Interface* device, IcmpError error,
                     uint32_t mtu) {
  IpHeader about;
  if (!ParseIp(offending.buffer.bytes(), &about) || !MayReport(offending, about)) return;
  const RouteResult route = fib_->Lookup(RouteQuery{.destination = about.source});
  if (route.error != wg::Errno::kOk) return;
  if (!Allowed(device, route.out, about.source, IsRateLimited(error))) return;
  const bool v4 = about.source.is_v4();
  const size_t overhead = IpHeaderSize(about.source.family()) + kIcmpHeaderSize;
  const size_t room = std::min<size_t>(v4 ? kMaxError : kMaxErrorV6, route.mtu) - overhead;
  Packet packet;
  packet.buffer = fabric_->pool()->Copy(
      offending.buffer.bytes().subspan(0, std::min<size_t>(room, about.total_size)));
  const IcmpTypeCode what = TypeCodeOf(error, v4);
  PushIcmp(IcmpHeader{what.type, what.code, mtu}, &packet.buffer);
  IpHeader ip;
  // From the address the packet was sent to, if it is ours; else from the one facing its source.
  ip.source = fib_->IsLocal(about.destination) ? about.destination : route.source;
  ip.destination = about.source;
  ip.protocol = ProtocolOf(v4);
  ip.ds = v4 ? 0xc0 : 0;  // internetwork control
  PushIp(ip, &packet.buffer);
  packet.checksum = ChecksumState::kPartial;
  packet.cpu = offending.cpu;
  ++counters_.errors_sent;
  Send(std::move(packet), route);
}

void Icmp::Send(Packet&& packet, const RouteResult& route) {
  wg::Errno error = route.error;
  if (error == wg::Errno::kOk) {
    fabric_->Record(PacketAct::kSend, place_, packet);
    packet.ignore_df = true;
    error = output_->Send(&packet, route.out, route.mtu);
  }
  if (error != wg::Errno::kOk) fabric_->Kill(&packet, place_, DropOf(error));
}

void Icmp::Input(Packet&& packet, const IpHeader& ip) {
  const bool v4 = ip.destination.is_v4();
  IcmpHeader icmp;
  if (!ParseIcmp(Transport(packet, ip), &icmp)) {
    fabric_->Kill(&packet, place_, Drop::kMalformed);
    return;
  }
  if (packet.checksum == ChecksumState::kUnverified &&
      !TransportChecksumOk(packet.buffer.bytes(), ip)) {
    fabric_->Kill(&packet, place_, Drop::kBadChecksum);
    return;
  }
  if (icmp.type == (v4 ? kIcmpEcho : kIcmpV6Echo)) {
    AnswerEcho(std::move(packet), ip);
  } else if (icmp.type == (v4 ? kIcmpEchoReply : kIcmpV6EchoReply)) {
    auto it = listeners_.find(static_cast<uint16_t>(icmp.rest >> 16));
    if (it == listeners_.end()) {
      fabric_->Kill(&packet, place_, Drop::kNoPort);
      return;
    }
    fabric_->Record(PacketAct::kDeliver, place_, packet);
    it->second->OnEchoReply(std::move(packet), ip, static_cast<uint16_t>(icmp.rest));
  } else if (IsIcmpErrorType(icmp.type, v4)) {
    TakeError(packet, ip, icmp);
  } else {
    fabric_->Kill(&packet, place_, Drop::kNoProtocol);
  }
}

// The reply is the request turned round: same bytes, same tag (icmp_echo).
void Icmp::AnswerEcho(Packet&& packet, const IpHeader& ip) {
  const bool v4 = ip.destination.is_v4();
  packet.buffer.Truncate(ip.total_size);
  packet.buffer.Pull(ip.header_size);
  packet.buffer.data()[0] = v4 ? kIcmpEchoReply : kIcmpV6EchoReply;
  std::memset(packet.buffer.data() + 2, 0, 2);
  IpHeader reply;
  reply.source = ip.destination;
  reply.destination = ip.source;
  reply.protocol = ip.protocol;
  reply.ds = ip.ds;
  reply.id = output_->NextId();
  PushIp(reply, &packet.buffer);
  packet.checksum = ChecksumState::kPartial;
  packet.device = nullptr;
  packet.charge.Release();
  ++counters_.echoes_answered;
  const RouteResult route = fib_->Lookup(RouteQuery{.destination = ip.source});
  Send(std::move(packet), route);
}

void Icmp::TakeError(const Packet& packet, const IpHeader& ip, const IcmpHeader& icmp) {
  ++counters_.errors_received;
  const absl::Span<const uint8_t> quote = Transport(packet, ip).subspan(kIcmpHeaderSize);
  IpHeader about;
  if (!ParseQuotedIp(quote, &about) || about.source.family() != ip.source.family()) return;
  if (quote.size() < about.header_size + kUdpHeaderSize || about.fragment_offset != 0) return;
  IcmpReport report = ReportOf(icmp, ip.destination.is_v4());
  report.from = ip.source;
  report.about.address = about.destination;
  const uint8_t* transport = quote.data() + about.header_size;
  if (report.error == wg::Errno::kOk) return;
  if (report.mtu != 0) fib_->LearnPathMtu(about.destination, report.mtu);
  if (about.protocol == kProtocolUdp) {
    const uint16_t local_port = LoadBe16(transport);
    report.about.port = LoadBe16(transport + 2);
    UdpBinding* binding =
        udp_->Find(about.source, local_port, about.destination, report.about.port, packet.device);
    if (binding != nullptr) binding->receiver->OnIcmpError(report);
  } else if (about.protocol == ProtocolOf(about.source.is_v4())) {
    auto it = listeners_.find(LoadBe16(transport + 4));
    if (it != listeners_.end()) it->second->OnEchoError(report, LoadBe16(transport + 6));
  }
}

wg::Errno Icmp::SendEcho(const wg::IpAddress& to, uint16_t id, uint16_t sequence,
                         wg::Buffer payload, Cpu cpu, const wg::IpAddress& source,
                         const Interface* device) {
  const RouteResult route = fib_->Lookup(RouteQuery{.destination = to, .out = device});
  if (route.error != wg::Errno::kOk) return route.error;
  const bool v4 = to.is_v4();
  Packet packet;
  packet.buffer = std::move(payload);
  packet.cpu = cpu;
  PushIcmp(IcmpHeader{v4 ? kIcmpEcho : kIcmpV6Echo, 0, (uint32_t{id} << 16) | sequence},
           &packet.buffer);
  IpHeader ip;
  ip.source = source == wg::IpAddress() ? route.source : source;
  ip.destination = to;
  ip.protocol = ProtocolOf(v4);
  ip.id = output_->NextId();
  PushIp(ip, &packet.buffer);
  packet.checksum = ChecksumState::kPartial;
  packet.ignore_df = true;
  fabric_->Record(PacketAct::kSend, place_, packet);
  return output_->Send(&packet, route.out, route.mtu);
}

bool Icmp::Listen(uint16_t id, EchoListener* listener) {
  if (listener == nullptr) {
    listeners_.erase(id);
    return true;
  }
  return listeners_.emplace(id, listener).second;
}

}  // namespace net
