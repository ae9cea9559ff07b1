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

// Sees whole packets on their way out, forwarded ones and own ones (netfilter's OUTPUT and
// POSTROUTING).
class OutputHook {
 public:
  virtual ~OutputHook() = default;
  // May rewrite the packet and send it elsewhere. kOk: go on; otherwise it stays with the sender.
  virtual wg::Errno OnOutput(Packet* packet, Interface** out, uint32_t* mtu) = 0;
};

class IpOutput {
 public:
  explicit IpOutput(Fabric* fabric) : fabric_(fabric) {}

  // Is asked about every packet from now on; outlives its use.
  void set_hook(OutputHook* hook) { hook_ = hook; }

  // Hands a finished packet, or a train, to `out`, cut up if it is larger than the route's `mtu`
  // and may be: IPv4 without DF, or with ignore_df (either family). kOk: taken. Otherwise it stays
  // with the caller: kMsgSize, or the interface's error.
  wg::Errno Send(Packet* packet, Interface* out, uint32_t mtu) {
    if (hook_ != nullptr) {
      const wg::Errno error = hook_->OnOutput(packet, &out, &mtu);
      if (error != wg::Errno::kOk) return error;
    }
    return SendBehindHook(packet, out, mtu);
  }

  // Identification for the next packet that might be fragmented; counts up.
  uint32_t NextId() { return ++next_id_; }

 private:
  wg::Errno SendBehindHook(Packet* packet, Interface* out, uint32_t mtu) {
    if (packet->size() <= mtu) return out->Transmit(packet, mtu);
    return SendInPieces(packet, out, mtu);
  }
  wg::Errno SendInPieces(Packet* packet, Interface* out, uint32_t mtu);

  Fabric* const fabric_;
  OutputHook* hook_ = nullptr;
  uint32_t next_id_ = 0;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_IP_OUTPUT_H_
