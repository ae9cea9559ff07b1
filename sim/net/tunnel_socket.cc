// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/tunnel_socket.h"

#include <utility>

#include "protocol/check.h"

namespace net {

TunnelSocket::TunnelSocket(Netns* netns, wg::Family family, absl::string_view place,
                           TunnelReceiver* receiver)
    : netns_(netns), entity_(netns->fabric()->Register(place)), receiver_(receiver) {
  CHECK(receiver != nullptr);
  binding_.family = family;
  binding_.receiver = this;
}

TunnelSocket::~TunnelSocket() {
  if (bound_) netns_->udp().Unbind(&binding_);
}

wg::Errno TunnelSocket::Bind(uint16_t port) {
  CHECK(!bound_);
  binding_.port = port;
  const wg::Errno error = netns_->udp().Bind(&binding_);
  bound_ = error == wg::Errno::kOk;
  return error;
}

wg::Errno TunnelSocket::Route(const TunnelSend& send, TunnelSendResult* result, Interface** out,
                              uint32_t* mtu) {
  Fib& fib = netns_->fib();
  result->source = send.source;
  if (send.source && !fib.IsLocal(send.source)) {
    result->source = wg::IpAddress();
    result->source_forgotten = true;
  }
  const Interface* scope = nullptr;
  if (send.remote.scope_id != 0) scope = netns_->FindInterface(send.remote.scope_id);
  const RouteResult& route =
      fib.Lookup(RouteQuery{.destination = send.remote.address, .mark = send.mark, .out = scope});
  if (route.error != wg::Errno::kOk) {
    result->source = wg::IpAddress();
    return route.error;
  }
  // The remembered interface is a promise about the path (IPv4 only): another one, another source.
  if (send.remote.address.is_v4() && send.ifindex != 0 && result->source &&
      route.out->ifindex() != send.ifindex) {
    result->source = wg::IpAddress();
    result->source_forgotten = true;
  }
  if (!result->source) result->source = route.source;
  if (!result->source) return wg::Errno::kNetUnreach;
  *out = route.out;
  *mtu = route.mtu;
  return wg::Errno::kOk;
}

TunnelSendResult TunnelSocket::Send(TunnelSend send) {
  CHECK(bound_);
  TunnelSendResult result;
  Packet packet;
  packet.charge = std::move(send.charge);
  Interface* out = nullptr;
  uint32_t mtu = 0;
  result.error = Route(send, &result, &out, &mtu);
  packet.buffer = std::move(send.payload);
  if (result.error == wg::Errno::kOk) {
    PushUdp(binding_.port, send.remote.port, &packet.buffer);
    IpHeader ip;
    ip.source = result.source;
    ip.destination = send.remote.address;
    ip.protocol = kProtocolUdp;
    ip.ds = send.ds;
    ip.id = netns_->output().NextId();
    PushIp(ip, &packet.buffer);
    packet.checksum = ChecksumState::kPartial;
    packet.mark = send.mark;
    packet.cpu = send.cpu;
    packet.ignore_df = true;
    netns_->fabric()->Record(PacketAct::kSend, entity_, packet);
    result.error = netns_->output().Send(&packet, out, mtu);
  }
  if (result.error != wg::Errno::kOk) {
    netns_->fabric()->Kill(&packet, entity_, DropOf(result.error));
  }
  return result;
}

void TunnelSocket::OnDatagram(Packet&& packet, const IpHeader& ip, const UdpHeader& udp) {
  if (!UdpChecksumOk(packet, ip)) {
    netns_->fabric()->Kill(&packet, entity_, Drop::kBadChecksum);
    return;
  }
  netns_->fabric()->Record(PacketAct::kDeliver, entity_, packet);
  TunnelDatagram datagram;
  packet.buffer.Truncate(ip.header_size + size_t{udp.size});
  packet.buffer.Pull(ip.header_size + kUdpHeaderSize);
  datagram.payload = std::move(packet.buffer);
  datagram.remote.address = ip.source;
  datagram.remote.port = udp.source_port;
  datagram.ifindex = packet.device == nullptr ? 0 : packet.device->ifindex();
  if (ip.source.IsLinkLocal()) datagram.remote.scope_id = datagram.ifindex;
  datagram.local = ip.destination;
  datagram.ds = ip.ds;
  datagram.cpu = packet.cpu;
  receiver_->OnTunnelDatagram(std::move(datagram));
}

void TunnelSocket::OnIcmpError(const IcmpReport& /*report*/) {}

}  // namespace net
