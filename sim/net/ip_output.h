// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// IpOutput: the last step of IP on the way out (ip_finish_output): to the interface as it is, or in
// fragments.
#ifndef WGSIM_SIM_NET_IP_OUTPUT_H_
#define WGSIM_SIM_NET_IP_OUTPUT_H_

#include <cstdint>

#include "protocol/errno.h"
#include "sim/net/fabric.h"
#include "sim/net/interface.h"
#include "sim/net/packet.h"

namespace net {

class IpOutput {
 public:
  explicit IpOutput(Fabric* fabric) : fabric_(fabric) {}

  // Hands a finished packet, or a train, to `out`, cut up if it is larger than the route's `mtu`
  // and may be: IPv4 without DF, or with ignore_df (either family). kOk: taken. Otherwise it stays
  // with the caller: kMsgSize, or the interface's error.
  wg::Errno Send(Packet* packet, Interface* out, uint32_t mtu) {
    if (packet->size() <= mtu) return out->Transmit(packet, mtu);
    return SendInPieces(packet, out, mtu);
  }

  // Identification for the next packet that might be fragmented; counts up.
  uint32_t NextId() { return ++next_id_; }

 private:
  wg::Errno SendInPieces(Packet* packet, Interface* out, uint32_t mtu);

  Fabric* const fabric_;
  uint32_t next_id_ = 0;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_IP_OUTPUT_H_
