// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/tunnel_interface.h"

#include "sim/net/train.h"

namespace net {

TunnelInterface::TunnelInterface(Fabric* fabric, absl::string_view name, absl::string_view place,
                                 uint32_t mtu, TunnelDevice* device)
    : Interface(fabric, name, place, mtu), device_(device) {
  set_counts_itself();
}

wg::Errno TunnelInterface::DoTransmit(Packet* packet, uint32_t mtu) {
  if (packet->is_train() && !device_->takes_trains()) {
    return SendApart(fabric(), entity(), packet, [&](Packet* one) { return DoTransmit(one, mtu); });
  }
  const wg::Errno error = device_->Transmit(packet, mtu == 0 ? this->mtu() : mtu);
  if (error == wg::Errno::kOk) return error;
  if (error != wg::Errno::kProtoNoSupport && error != wg::Errno::kNoBufs && stack() != nullptr) {
    stack()->OnTunnelRefusal(*packet);
  }
  if (!qdisc_) return error;
  fabric()->Kill(packet, entity(), DropOf(error));
  return wg::Errno::kOk;
}

}  // namespace net
