// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/ip_output.h"

#include "sim/net/fragment.h"
#include "sim/net/headers.h"
#include "sim/net/train.h"

namespace net {

wg::Errno IpOutput::SendInPieces(Packet* packet, Interface* out, uint32_t mtu) {
  if (packet->is_train()) {
    return SendApart(fabric_, out->entity(), packet,
                     [&](Packet* one) { return SendBehindHook(one, out, mtu); });
  }
  IpHeader header;
  if (!ParseIp(packet->buffer.bytes(), &header)) return wg::Errno::kInval;
  // ParseIp calls an IPv6 packet "dont_fragment": only its source may cut it.
  if (header.dont_fragment && !packet->ignore_df) return wg::Errno::kMsgSize;
  return FragmentPacket(fabric_->pool(), packet, mtu, NextId(),
                        [&](Packet* piece) { return out->Transmit(piece, mtu); });
}

}  // namespace net
