// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// TunnelInterface: a virtual device without a queue whose work somebody else does (sim/wg). Packets
// that the stack sends go straight to TunnelDevice::Transmit, in the sender's context; its verdict
// goes back up to a local sender.
//
//   class WgNode : public net::TunnelDevice { ... };
//   deliver:  packet.cpu = cpu; packet.checksum = kVerified; interface->Receive(std::move(packet));
#ifndef WGSIM_SIM_NET_TUNNEL_INTERFACE_H_
#define WGSIM_SIM_NET_TUNNEL_INTERFACE_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "protocol/errno.h"
#include "sim/net/interface.h"
#include "sim/net/packet.h"

namespace net {

class TunnelDevice {
 public:
  virtual ~TunnelDevice() = default;
  // ndo_start_xmit, on core packet->cpu. `mtu` is that of the packet's route (or the interface's).
  // kOk: taken (the charge as well: let go of it to orphan the packet, move it along to keep the
  // socket waiting). Otherwise the packet stays with the caller: a local sender gets the errno, and
  // for everything but kProtoNoSupport and kNoBufs the source of the packet gets an ICMP host
  // unreachable. The checksum may be kPartial: call ResolveChecksum.
  virtual wg::Errno Transmit(Packet* packet, uint32_t mtu) = 0;
  // True if Transmit takes trains (NETIF_F_GSO_SOFTWARE); else it gets their packets one by one.
  virtual bool takes_trains() const { return false; }
  // ndo_open: the interface is about to be up; an error keeps it down.
  virtual wg::Errno Open() = 0;
  // ndo_stop.
  virtual void Stop() = 0;
};

class TunnelInterface : public Interface {
 public:
  // `device` outlives the interface's use.
  TunnelInterface(Fabric* fabric, absl::string_view name, absl::string_view place, uint32_t mtu,
                  TunnelDevice* device);

  // With a queue discipline (tc qdisc add dev wg0 root pfifo) the verdict is swallowed: the sender
  // sees success, the packet is reported as dropped. The device is always ready, so nothing ever
  // waits in the queue.
  void set_qdisc(bool qdisc) { qdisc_ = qdisc; }

 protected:
  wg::Errno DoTransmit(Packet* packet, uint32_t mtu) override;
  wg::Errno OnUp() override { return device_->Open(); }
  void OnDown() override { device_->Stop(); }

 private:
  TunnelDevice* const device_;
  bool qdisc_ = false;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_TUNNEL_INTERFACE_H_
