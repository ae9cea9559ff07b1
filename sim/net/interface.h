// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Interface: a network device (struct net_device) as the stack sees it: a name, an MTU, up or down,
// a namespace, and Transmit. Kinds: loopback.h, veth.h, nic.h, tunnel_interface.h. Addresses and
// routes belong to the namespace's Fib.
//
// Interfaces are owned by their host and live as long as it does: one that is deleted is down and
// in no namespace, so that packets on their way may still name it.
#ifndef WGSIM_SIM_NET_INTERFACE_H_
#define WGSIM_SIM_NET_INTERFACE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "protocol/errno.h"
#include "sim/net/fabric.h"
#include "sim/net/packet.h"

namespace net {

class Interface;

// The namespace's stack, seen from below.
class IpStack {
 public:
  virtual ~IpStack() = default;
  // A packet, or a train, has come in through packet.device. Called from the act of a poll on core
  // packet.cpu.
  virtual void Input(Packet&& packet) = 0;
  // False: nobody here takes trains, whatever comes. Asked for every packet, so not virtual.
  bool may_take_trains() const { return *train_takers_ != 0; }
  // True if whoever gets this packet, which comes in through `in`, takes trains: a socket with
  // UDP_GRO, or the way out of a forwarding namespace if `in` has set_udp_gro_forwarding.
  virtual bool TakesTrains(const Packet& /*packet*/, const Interface& /*in*/) { return false; }
  // `packet`, which this namespace was sending through a tunnel device, cannot be sent: an ICMP
  // host (address) unreachable error goes to its source (icmp_ndo_send). The packet is only looked
  // at.
  virtual void OnTunnelRefusal(const Packet& packet) = 0;
  // `interface` went up or down, or its MTU changed.
  virtual void OnInterfaceChange(Interface* interface) = 0;

 protected:
  // How many there are that take trains; counted by whoever knows.
  void set_train_takers(const size_t* count) { train_takers_ = count; }

 private:
  static constexpr size_t kNone = 0;
  const size_t* train_takers_ = &kNone;
};

// As `ip -s link` shows them. Bytes from the IP header on.
struct InterfaceCounters {
  uint64_t tx_packets = 0, tx_bytes = 0, tx_dropped = 0, tx_errors = 0;
  uint64_t rx_packets = 0, rx_bytes = 0, rx_dropped = 0, rx_errors = 0;
};

class Interface {
 public:
  // "eth0". `place` names it in the trace: "node1/eth0".
  Interface(Fabric* fabric, absl::string_view name, absl::string_view place, uint32_t mtu);
  virtual ~Interface() = default;
  Interface(const Interface&) = delete;
  Interface& operator=(const Interface&) = delete;

  const std::string& name() const { return name_; }
  sim::EntityId entity() const { return entity_; }
  // Unique within the namespace, from 1; loopback is 1.
  uint32_t ifindex() const { return ifindex_; }
  uint32_t mtu() const { return mtu_; }
  void set_mtu(uint32_t mtu);
  bool up() const { return up_; }
  IpStack* stack() const { return stack_; }
  const InterfaceCounters& counters() const { return counters_; }
  virtual bool is_loopback() const { return false; }

  // ethtool -K rx-udp-gro-forwarding: received datagrams that are to be forwarded are put together
  // to trains too.
  bool udp_gro_forwarding() const { return udp_gro_forwarding_; }
  void set_udp_gro_forwarding(bool on) { udp_gro_forwarding_ = on; }

  // Brings it up or down. The errno is that of the device (kAddrInUse from a tunnel whose port is
  // taken): then it stays as it was. Setting what is set already does nothing.
  wg::Errno SetUp(bool up);

  // Sends a packet or a train. `mtu` is the route's, or 0 for the device's own. kOk: the packet has
  // been taken.
  // Otherwise it stays with the caller: kNetDown (down), kNoBufs (transmit queue full), or the
  // verdict of a device without a queue.
  wg::Errno Transmit(Packet* packet, uint32_t mtu);

  // From the device below, in a softirq act on core packet.cpu: counts and hands over to the stack.
  // Down or without a namespace: dropped.
  void Receive(Packet&& packet);

  // For the namespace only: the interface enters (stack, number) or leaves (nullptr, 0). REQUIRES:
  // down.
  void SetStack(IpStack* stack, uint32_t ifindex);

 protected:
  // REQUIRES of the caller: up. Same contract as Transmit.
  virtual wg::Errno DoTransmit(Packet* packet, uint32_t mtu) = 0;
  // Before it counts as up (an error keeps it down) and after it counts as down.
  virtual wg::Errno OnUp() { return wg::Errno::kOk; }
  virtual void OnDown() {}

  Fabric* fabric() const { return fabric_; }
  InterfaceCounters& mutable_counters() { return counters_; }
  // True if the device counts transmissions itself (a tunnel, whose traffic is what comes out of
  // it).
  void set_counts_itself() { counts_itself_ = true; }

 private:
  Fabric* const fabric_;
  const std::string name_;
  const sim::EntityId entity_;
  IpStack* stack_ = nullptr;
  uint32_t ifindex_ = 0;
  uint32_t mtu_;
  bool up_ = false;
  bool counts_itself_ = false;
  bool udp_gro_forwarding_ = false;
  InterfaceCounters counters_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_INTERFACE_H_
