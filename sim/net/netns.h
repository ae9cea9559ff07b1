// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Netns: one network namespace: interfaces, routes, sockets, ICMP, and the way of a packet through
// IP:
//
//   Input --- to this host ---> reassembly --> UDP socket | ICMP | "protocol unreachable"
//      \----- not ours -------> forwarding: TTL, route, MTU --> Interface::Transmit
//
// All of it happens inside the act of whatever task called Input (a NIC's poll, a core's backlog, a
// tunnel's delivery) or sent (a process, a worker); the packet says on which core. Neighbours are
// not modelled: links are point to point and the next hop is whoever is at the other end.
//
// With a packet filter (packet_filter.h) or address translation (nat.h), packets pass these at
// netfilter's places: in front of the route look-up, before delivery, before forwarding, and on the
// way out; fragments are put together in front of all of them (nf_defrag).
#ifndef WGSIM_SIM_NET_NETNS_H_
#define WGSIM_SIM_NET_NETNS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "protocol/ip.h"
#include "sim/net/fabric.h"
#include "sim/net/fib.h"
#include "sim/net/headers.h"
#include "sim/net/icmp.h"
#include "sim/net/interface.h"
#include "sim/net/ip_output.h"
#include "sim/net/nat.h"
#include "sim/net/packet_filter.h"
#include "sim/net/reassembly.h"
#include "sim/net/udp_table.h"
#include "sim/rng.h"

namespace net {

struct NetnsOptions {
  bool forwarding = false;  // net.ipv4.ip_forward, net.ipv6.conf.all.forwarding
  IcmpLimits::Options icmp_limits{};
};

// Packets, those of trains each:
// received = delivered + forwarded + dropped + held for reassembly - put together, per namespace.
struct NetnsCounters {
  uint64_t received = 0;
  uint64_t delivered = 0;  // to a socket or to ICMP, whatever these do with it
  uint64_t forwarded = 0;
  uint64_t dropped = 0;
  uint64_t fragments = 0;  // of `received`
  uint64_t reassembled = 0;
};

class Netns : public IpStack, private Reassembler::Observer, private OutputHook {
 public:
  // `fabric` outlives the namespace. `place`: "node1" or "node1/pod7".
  Netns(Fabric* fabric, absl::string_view name, absl::string_view place,
        const NetnsOptions& options);
  ~Netns() override;
  Netns(const Netns&) = delete;
  Netns& operator=(const Netns&) = delete;

  const std::string& name() const { return name_; }
  sim::EntityId entity() const { return entity_; }
  Fabric* fabric() const { return fabric_; }
  Fib& fib() { return fib_; }
  UdpTable& udp() { return udp_; }
  Icmp& icmp() { return icmp_; }
  IpOutput& output() { return output_; }
  const NetnsCounters& counters() const { return counters_; }
  void set_forwarding(bool forwarding) { options_.forwarding = forwarding; }
  // The namespace translates addresses from now on. REQUIRES: it does not yet.
  Nat* AddNat(const NatOptions& options, const sim::Rng& rng);
  // nullptr: it does not.
  Nat* nat() const { return nat_.get(); }
  // The rules of the packet filter grow by one.
  void AddFilterRule(const FilterRule& rule);
  uint32_t waiting_for_fragments() const { return static_cast<uint32_t>(reassembler_.waiting()); }

  // The interface enters this namespace, down and without addresses, with the next free number.
  // REQUIRES: it is in none.
  void AddInterface(Interface* interface);
  // It leaves: taken down, its addresses and routes removed. REQUIRES: it is here.
  void RemoveInterface(Interface* interface);
  // nullptr if there is none.
  Interface* FindInterface(absl::string_view name) const;
  Interface* FindInterface(uint32_t ifindex) const;
  // In order of their numbers.
  const std::vector<Interface*>& interfaces() const { return interfaces_; }

  void Input(Packet&& packet) override;
  bool TakesTrains(const Packet& packet, const Interface& in) override;
  void OnTunnelRefusal(const Packet& packet) override;
  void OnInterfaceChange(Interface* interface) override;

 private:
  // Whether the packet goes on; *ip is its header afterwards.
  bool PassPreRouting(Packet* packet, IpHeader* ip);
  bool PassFilter(FilterHook hook, const IpHeader& ip, const Interface* out, Packet* packet);
  wg::Errno OnOutput(Packet* packet, Interface** out, uint32_t* mtu) override;
  // Puts the packet in place of a whole one's last fragment. False: more are to come.
  bool Reassemble(Packet* packet, IpHeader* ip);
  void DeliverLocally(Packet&& packet, const IpHeader& ip);
  void DeliverUdp(Packet&& packet, const IpHeader& ip);
  void DeliverApart(UdpReceiver* receiver, Packet* train);
  void Forward(Packet&& packet, const IpHeader& ip, const RouteResult& route);
  void Drop(Packet* packet, net::Drop why);
  void OnReassemblyTimeout(const Packet& first_fragment) override;

  Fabric* const fabric_;
  const std::string name_;
  const sim::EntityId entity_;
  NetnsOptions options_;
  Fib fib_;
  UdpTable udp_;
  IpOutput output_;
  Icmp icmp_;
  Reassembler reassembler_;
  std::unique_ptr<PacketFilter> filter_;
  std::unique_ptr<Nat> nat_;
  std::vector<Interface*> interfaces_;
  uint32_t next_ifindex_ = 1;
  NetnsCounters counters_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_NETNS_H_
