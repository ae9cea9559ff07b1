// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// TunnelSocket: a UDP socket of the kernel's own (net/ipv4/udp_tunnel_core.c,
// net/ipv6/ip6_udp_tunnel.c): datagrams are handed to a callback in softirq instead of being
// queued, and each is sent with its own source, DS byte and mark. One family, bound to all
// addresses. Send buffer unlimited.
#ifndef WGSIM_SIM_NET_TUNNEL_SOCKET_H_
#define WGSIM_SIM_NET_TUNNEL_SOCKET_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "protocol/buffer.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "sim/net/netns.h"
#include "sim/net/packet.h"
#include "sim/net/udp_table.h"

namespace net {

// A datagram that came in: checksum good, headers taken off. `cpu` is the core of this softirq act.
struct TunnelDatagram {
  wg::Buffer payload;
  wg::Endpoint remote;   // scope_id set for link-local senders
  wg::IpAddress local;   // the address it was sent to
  uint32_t ifindex = 0;  // the interface it came in through
  uint8_t ds = 0;
  Cpu cpu = 0;
};

class TunnelReceiver {
 public:
  virtual ~TunnelReceiver() = default;
  // encap_rcv.
  virtual void OnTunnelDatagram(TunnelDatagram&& datagram) = 0;
};

struct TunnelSend {
  wg::Buffer payload;
  wg::Endpoint remote;
  wg::IpAddress source;  // sticky: used while it is an address of the namespace; or none
  uint32_t ifindex =
      0;  // IPv4: the source is forgotten if the route leaves through another interface; 0: any
  uint8_t ds = 0;
  uint32_t mark = 0;
  Cpu cpu = 0;
  SendCharge charge;  // of the inner packet's socket; may be empty
};

struct TunnelSendResult {
  wg::Errno error = wg::Errno::kOk;
  wg::IpAddress source;           // used; none if routing failed
  bool source_forgotten = false;  // the sticky source was not valid any more
};

class TunnelSocket : private UdpReceiver {
 public:
  // Not bound. `netns` and `receiver` outlive the socket.
  TunnelSocket(Netns* netns, wg::Family family, absl::string_view place, TunnelReceiver* receiver);
  ~TunnelSocket() override;
  TunnelSocket(const TunnelSocket&) = delete;
  TunnelSocket& operator=(const TunnelSocket&) = delete;

  // Port 0: an ephemeral one. kAddrInUse. REQUIRES: not bound.
  wg::Errno Bind(uint16_t port);
  uint16_t port() const { return binding_.port; }

  // send4 and send6 of spec/data 6.5: source still local? route; source still right? then UDP, IP
  // (DF clear, may be fragmented here), interface. The payload is used up. A datagram that cannot
  // be sent is reported as dropped: nobody else would. `error` is for the device's counters:
  // routing failed (then nothing was handed to IP), or the interface's verdict. REQUIRES: bound.
  TunnelSendResult Send(TunnelSend send);

 private:
  void OnDatagram(Packet&& packet, const IpHeader& ip, const UdpHeader& udp) override;
  // Tunnels do not listen to ICMP errors about their datagrams.
  void OnIcmpError(const IcmpReport& report) override;
  wg::Errno Route(const TunnelSend& send, TunnelSendResult* result, Interface** out, uint32_t* mtu);

  Netns* const netns_;
  const sim::EntityId entity_;
  TunnelReceiver* const receiver_;
  UdpBinding binding_;
  bool bound_ = false;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_TUNNEL_SOCKET_H_
