// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/socket.h"

#include <utility>

#include "protocol/check.h"

namespace net {

Socket::Socket(Netns* netns, wg::Family family, absl::string_view place,
               const SocketOptions& options, SocketUser* user)
    : netns_(netns),
      entity_(netns->fabric()->Register(place)),
      options_(options),
      user_(user),
      account_(netns->fabric()->NewSendAccount(entity_)) {
  account_->set_limit(options.send_buffer);
  binding_.family = family;
  binding_.device = options.device;
  binding_.takes_trains = options.udp_gro;
  binding_.receiver = this;
}

Socket::~Socket() {
  account_->Wait(nullptr);
  if (bound_) netns_->udp().Unbind(&binding_);
  while (!queue_.empty()) {
    Packet packet;
    Received datagram = std::move(queue_.Pop().datagram);
    packet.buffer = std::move(datagram.payload);
    packet.more = std::move(datagram.more);
    netns_->fabric()->Kill(&packet, entity_, Drop::kSocketClosed);
  }
}

wg::Errno Socket::Bind(const wg::IpAddress& address, uint16_t port) {
  if (bound_) return wg::Errno::kInval;
  if (address && !address.IsUnspecified()) {
    if (address.family() != binding_.family) return wg::Errno::kAfNoSupport;
    if (!options_.freebind && !netns_->fib().IsLocal(address)) return wg::Errno::kInval;
    binding_.local = address;
  }
  binding_.port = port;
  const wg::Errno error = netns_->udp().Bind(&binding_);
  bound_ = error == wg::Errno::kOk;
  if (!bound_) binding_.local = wg::IpAddress();
  return error;
}

wg::Errno Socket::BindIfNeeded() { return bound_ ? wg::Errno::kOk : Bind(wg::IpAddress(), 0); }

wg::Errno Socket::Connect(const wg::Endpoint& remote) {
  if (remote.address.family() != binding_.family) return wg::Errno::kAfNoSupport;
  const RouteResult& route = netns_->fib().Lookup(
      RouteQuery{.destination = remote.address, .mark = options_.mark, .out = options_.device});
  if (route.error != wg::Errno::kOk) return route.error;
  const wg::IpAddress source = route.source;
  if (const wg::Errno error = BindIfNeeded(); error != wg::Errno::kOk) return error;
  binding_.remote = remote;
  if (!binding_.local) binding_.local = source;
  return wg::Errno::kOk;
}

wg::Errno Socket::CheckDestination(const wg::Endpoint& to, size_t size) const {
  if (!to) return wg::Errno::kDestAddrReq;
  if (to.address.family() != binding_.family) return wg::Errno::kAfNoSupport;
  if (to.port == 0) return wg::Errno::kInval;
  const size_t headers = kUdpHeaderSize + (to.address.is_v4() ? kIpv4HeaderSize : 0);
  return size + headers > kMaxIpSize ? wg::Errno::kMsgSize : wg::Errno::kOk;
}

wg::Errno Socket::SendTo(const wg::Endpoint& to, wg::Buffer payload, Cpu cpu) {
  const wg::Errno error = DoSend(to ? to : binding_.remote, absl::MakeSpan(&payload, 1), cpu);
  ++(error == wg::Errno::kOk ? counters_.sent : counters_.refused);
  return error;
}

wg::Errno Socket::SendTrain(const wg::Endpoint& to, absl::Span<wg::Buffer> payloads, Cpu cpu) {
  const wg::Errno error = DoSend(to ? to : binding_.remote, payloads, cpu);
  ++(error == wg::Errno::kOk ? counters_.sent : counters_.refused);
  for (wg::Buffer& payload : payloads) payload.Reset();
  return error;
}

wg::Errno Socket::DoSend(const wg::Endpoint& to, absl::Span<wg::Buffer> payloads, Cpu cpu) {
  CHECK(!payloads.empty());
  const size_t largest = payloads.front().size();
  size_t bytes = largest;
  for (size_t i = 1; i < payloads.size(); ++i) {
    CHECK(payloads[i].size() == largest || i + 1 == payloads.size());
    CHECK_LE(payloads[i].size(), largest);
    bytes += payloads[i].size();
  }
  wg::Errno error = CheckDestination(to, bytes);
  if (error == wg::Errno::kOk) error = BindIfNeeded();
  if (error != wg::Errno::kOk) return error;
  const Interface* device = options_.device;
  if (to.scope_id != 0) device = netns_->FindInterface(to.scope_id);
  const RouteResult& route = netns_->fib().Lookup(
      RouteQuery{.destination = to.address, .mark = options_.mark, .out = device});
  if (route.error != wg::Errno::kOk) return route.error;
  const bool fits = largest + kUdpHeaderSize + IpHeaderSize(binding_.family) <= route.mtu;
  if (payloads.size() > 1 && (!fits || payloads.size() > kMaxSegments)) return wg::Errno::kInval;
  if (pending_error_ != wg::Errno::kOk) return std::exchange(pending_error_, wg::Errno::kOk);
  if (!account_->HasRoom()) return wg::Errno::kAgain;
  IpHeader ip;
  ip.source = binding_.local ? binding_.local : route.source;
  if (!ip.source) return wg::Errno::kNetUnreach;
  ip.destination = to.address;
  ip.protocol = kProtocolUdp;
  ip.ttl = options_.ttl;
  ip.ds = options_.ds;
  ip.dont_fragment = options_.path_mtu_discovery == PathMtuDiscovery::kDo ||
                     (options_.path_mtu_discovery == PathMtuDiscovery::kWant && fits);
  if (!ip.dont_fragment) ip.id = netns_->output().NextId();
  Packet packet;
  packet.buffer = std::move(payloads.front());
  PushUdp(binding_.port, to.port, &packet.buffer);
  PushIp(ip, &packet.buffer);
  if (payloads.size() > 1) Append(ip, to.port, payloads.subspan(1), &packet);
  packet.charge = SendCharge(account_, TrueSize(packet.total_size()));
  packet.checksum = ChecksumState::kPartial;
  packet.mark = options_.mark;
  packet.cpu = cpu;
  packet.ignore_df = options_.path_mtu_discovery != PathMtuDiscovery::kDo;
  return Emit(&packet, route.out, route.mtu);
}

void Socket::Append(IpHeader ip, uint16_t port, absl::Span<wg::Buffer> payloads, Packet* train) {
  for (wg::Buffer& payload : payloads) {
    PushUdp(binding_.port, port, &payload);
    if (!ip.dont_fragment) ip.id = netns_->output().NextId();
    PushIp(ip, &payload);
    train->more.Add(netns_->fabric()->segments(), std::move(payload));
  }
}

wg::Errno Socket::Emit(Packet* packet, Interface* out, uint32_t mtu) {
  netns_->fabric()->Record(PacketAct::kSend, entity_, *packet);
  const wg::Errno error = netns_->output().Send(packet, out, mtu);
  if (error == wg::Errno::kNoBufs && !options_.recverr) {
    netns_->fabric()->Kill(packet, entity_, Drop::kQueueFull);
    return wg::Errno::kOk;
  }
  return error;
}

void Socket::OnDatagram(Packet&& packet, const IpHeader& ip, const UdpHeader& udp) {
  Fabric* const fabric = netns_->fabric();
  if (!UdpChecksumOk(packet, ip)) {
    fabric->Kill(&packet, entity_, Drop::kBadChecksum);
    return;
  }
  const uint32_t datagrams = packet.segments();
  counters_.received += datagrams;
  if (queued_true_size_ > options_.receive_buffer) {
    counters_.receive_drops += datagrams;
    fabric->Kill(&packet, entity_, Drop::kSocketBufferFull);
    return;
  }
  fabric->Record(PacketAct::kDeliver, entity_, packet);
  queue_lock_.Take(fabric->now(), options_.queue_lock);
  const uint32_t true_size = TrueSize(packet.total_size());
  queued_true_size_ += true_size;
  queued_ += datagrams;
  packet.charge.Release();  // the receiver pays from here on (skb_set_owner_r)
  packet.buffer.Truncate(ip.header_size + size_t{udp.size});
  packet.buffer.Pull(ip.header_size + kUdpHeaderSize);
  if (packet.is_train()) {
    for (wg::Buffer& segment : packet.more.buffers()) segment.Pull(ip.header_size + kUdpHeaderSize);
  }
  Queued queued;
  queued.true_size = true_size;
  Received& datagram = queued.datagram;
  datagram.payload = std::move(packet.buffer);
  datagram.more = std::move(packet.more);
  datagram.from.address = ip.source;
  datagram.from.port = udp.source_port;
  if (ip.source.IsLinkLocal()) datagram.from.scope_id = packet.device->ifindex();
  datagram.to = ip.destination;
  datagram.ds = ip.ds;
  queue_.Push(std::move(queued));
  if (user_ != nullptr) user_->OnReadable(this);
}

wg::Errno Socket::Receive(Received* out) {
  if (pending_error_ != wg::Errno::kOk) return std::exchange(pending_error_, wg::Errno::kOk);
  if (queue_.empty()) return wg::Errno::kAgain;
  Queued queued = queue_.Pop();
  queued_true_size_ -= queued.true_size;
  const size_t datagrams = 1 + queued.datagram.more.size();
  queued_ -= datagrams;
  counters_.taken += datagrams;
  *out = std::move(queued.datagram);
  return wg::Errno::kOk;
}

uint64_t Socket::next_bytes() const {
  if (queue_.empty()) return 0;
  const Received& next = queue_.front().datagram;
  return next.payload.size() + next.more.bytes();
}

sim::Duration Socket::LockQueue() {
  return queue_lock_.Take(netns_->fabric()->now(), options_.queue_lock);
}

void Socket::OnIcmpError(const IcmpReport& report) {
  ++counters_.icmp_errors;
  const bool connected = static_cast<bool>(binding_.remote);
  if (!options_.recverr && !(report.hard && connected)) return;
  pending_error_ = report.error;
  if (user_ != nullptr) user_->OnError(this);
}

void Socket::OnRoom() {
  if (user_ != nullptr) user_->OnWritable(this);
}

}  // namespace net
