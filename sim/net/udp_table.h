// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// UdpTable: which socket of a namespace gets a datagram. Sockets of the two families are apart
// (IPV6_V6ONLY is on).
#ifndef WGSIM_SIM_NET_UDP_TABLE_H_
#define WGSIM_SIM_NET_UDP_TABLE_H_

#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "sim/net/headers.h"
#include "sim/net/packet.h"

namespace net {

class Interface;

// What an ICMP error means to the socket whose datagram it quotes (icmp_err_convert,
// icmpv6_err_convert).
struct IcmpReport {
  wg::Errno error = wg::Errno::kOk;
  bool hard = false;   // also reported without IP_RECVERR, on connected sockets
  uint32_t mtu = 0;    // "fragmentation needed", "packet too big"
  wg::IpAddress from;  // who sent the error
  wg::Endpoint about;  // where the quoted datagram was going
};

class UdpReceiver {
 public:
  virtual ~UdpReceiver() = default;
  // A datagram for this socket, or a train of them if the binding takes trains, in a softirq act on
  // core packet.cpu. `ip` and `udp` are those of the first. The buffer still begins with
  // the IP header; lengths have been checked, the checksum has not been (UdpChecksumOk).
  virtual void OnDatagram(Packet&& packet, const IpHeader& ip, const UdpHeader& udp) = 0;
  virtual void OnIcmpError(const IcmpReport& report) = 0;
};

struct UdpBinding {
  wg::Family family = wg::Family::kIpv4;
  wg::IpAddress local;  // none: every address of the namespace
  uint16_t port = 0;
  wg::Endpoint remote;                // connected: only from there
  const Interface* device = nullptr;  // SO_BINDTODEVICE
  bool takes_trains = false;          // UDP_GRO
  UdpReceiver* receiver = nullptr;
};

class UdpTable {
 public:
  // net.ipv4.ip_local_port_range.
  static constexpr uint16_t kFirstEphemeral = 32768;
  static constexpr uint16_t kLastEphemeral = 60999;

  // Enters *binding, which the caller keeps until Unbind. Port 0 takes the next free ephemeral one,
  // counting up: deterministic where the kernel draws. kAddrInUse: taken (the same port with the
  // same address, or one of the two without an address, or a different device; there is no
  // SO_REUSEADDR), or no port is free.
  wg::Errno Bind(UdpBinding* binding);
  void Unbind(UdpBinding* binding);

  // The best match for a datagram (compute_score: connected before bound before wildcard), or
  // nullptr.
  UdpBinding* Find(const wg::IpAddress& local, uint16_t local_port, const wg::IpAddress& remote,
                   uint16_t remote_port, const Interface* device) const;

  size_t size() const { return size_; }
  // Of those, the ones that take trains.
  const size_t& train_takers() const { return train_takers_; }

 private:
  static uint32_t Key(wg::Family family, uint16_t port) {
    return (static_cast<uint32_t>(family) << 16) | port;
  }
  bool Conflicts(const UdpBinding& binding, uint16_t port) const;

  absl::flat_hash_map<uint32_t, absl::InlinedVector<UdpBinding*, 2>> by_port_;
  uint16_t next_ephemeral_ = kFirstEphemeral;
  size_t size_ = 0;
  size_t train_takers_ = 0;
};

// True if the datagram may be delivered: checked by somebody, or right now.
bool UdpChecksumOk(const Packet& packet, const IpHeader& ip);

}  // namespace net

#endif  // WGSIM_SIM_NET_UDP_TABLE_H_
