// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Icmp: a namespace's ICMP and ICMPv6: sends errors (rate limited as in the kernel), answers echo
// requests, and takes what comes back to the socket that it is about.
//
// Quotes: IPv4 as much as fits into 576 bytes (icmp_send), IPv6 into 1280 (icmp6_send).
// No error is sent about: an ICMP error, a fragment but the first, a source that is unspecified or
// multicast.
#ifndef WGSIM_SIM_NET_ICMP_H_
#define WGSIM_SIM_NET_ICMP_H_

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "sim/net/fabric.h"
#include "sim/net/fib.h"
#include "sim/net/headers.h"
#include "sim/net/icmp_limits.h"
#include "sim/net/icmp_types.h"
#include "sim/net/ip_output.h"
#include "sim/net/packet.h"
#include "sim/net/udp_table.h"

namespace net {

// Echo requests sent, and what came of them: ping.
class EchoListener {
 public:
  virtual ~EchoListener() = default;
  // `data` is what follows identifier and sequence number. `packet` begins with its IP header.
  virtual void OnEchoReply(Packet&& packet, const IpHeader& ip, uint16_t sequence) = 0;
  virtual void OnEchoError(const IcmpReport& report, uint16_t sequence) = 0;
};

struct IcmpCounters {
  uint64_t errors_sent = 0;
  uint64_t errors_limited = 0;  // not sent because of a rate limit
  uint64_t errors_received = 0;
  uint64_t echoes_answered = 0;
};

class Icmp {
 public:
  static constexpr size_t kMaxError = 576;
  static constexpr size_t kMaxErrorV6 = 1280;

  // All outlive it. `place` is the namespace.
  Icmp(Fabric* fabric, sim::EntityId place, Fib* fib, UdpTable* udp, IpOutput* output,
       const IcmpLimits::Options& limits);

  // Tells the source of `offending` about it, on core offending.cpu. `device` is where the packet
  // was when it failed (in: for input and forwarding; the tunnel's interface for a refusal). `mtu`
  // for kTooBig.
  void SendError(const Packet& offending, const Interface* device, IcmpError error,
                 uint32_t mtu = 0);

  // A message for this host. Takes the packet. REQUIRES: not a fragment.
  void Input(Packet&& packet, const IpHeader& ip);

  // Sends an echo request with `payload` behind identifier and sequence number. The errno is what
  // sendto would see. `source`: the sender's address; "no address": the route's. `device`: only
  // through this interface (SO_BINDTODEVICE); nullptr: as routes say.
  wg::Errno SendEcho(const wg::IpAddress& to, uint16_t id, uint16_t sequence, wg::Buffer payload,
                     Cpu cpu, const wg::IpAddress& source = {}, const Interface* device = nullptr);
  // Replies to echo requests with this identifier go to `listener`; nullptr ends it. False if the
  // identifier is taken.
  bool Listen(uint16_t id, EchoListener* listener);

  const IcmpCounters& counters() const { return counters_; }

 private:
  bool Allowed(const Interface* device, const Interface* out, const wg::IpAddress& to,
               bool limited);
  void AnswerEcho(Packet&& packet, const IpHeader& ip);
  void TakeError(const Packet& packet, const IpHeader& ip, const IcmpHeader& icmp);
  // Sends or kills.
  void Send(Packet&& packet, const RouteResult& route);

  Fabric* const fabric_;
  const sim::EntityId place_;
  Fib* const fib_;
  UdpTable* const udp_;
  IpOutput* const output_;
  IcmpLimits limits_;
  absl::flat_hash_map<uint16_t, EchoListener*> listeners_;
  IcmpCounters counters_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_ICMP_H_
