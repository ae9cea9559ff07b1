// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// PeerNapi: the poll of one peer's receive queue (struct wg_peer.napi, wg_packet_rx_poll; spec/data
// 5.5): hands over finished packets in the order in which they came, 64 a round. In softirq on the
// core that scheduled it, or in a thread of its own.
//
// With the fault of net::NapiOptions::loses_wakeups a completion in its thread is a task of its own,
// with the price of a round: somebody may schedule the poll between its last look at the queue and
// its completion, which is where the fault strikes. Otherwise nobody could tell, and it is none.
//
// Requirements: RX-036 037; QUEUE-018 019.
#ifndef WGSIM_SIM_WG_PEER_NAPI_H_
#define WGSIM_SIM_WG_PEER_NAPI_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "protocol/effects.h"
#include "sim/net/napi.h"
#include "sim/net/packet.h"
#include "sim/net/prices.h"
#include "sim/net/softnet.h"
#include "sim/wg/work_driver.h"

namespace wgnode {

class PeerNapi : public net::Napi {
 public:
  // All outlive it.
  PeerNapi(absl::Span<net::Softnet* const> softnets, const net::Prices* prices,
           const net::NapiOptions& options, WorkDriver* driver)
      : Napi(softnets, prices, options),
        completion_ps_(options.loses_wakeups ? prices->nic_poll.fixed_ps : 0),
        driver_(driver) {}

  // The head of the queue is finished: what the poll is to take next. A poll that is at it finds it
  // by itself, otherwise Schedule is to follow.
  void Add(const wg::Work& work);
  bool acting() const { return acting_; }

 protected:
  bool HasPacket() const override { return waiting_; }
  int64_t PacketPrice() override;
  void ReceivePacket(net::Cpu cpu) override;
  int64_t CompletionPrice() const override { return completion_ps_; }
  absl::string_view PollLabel() const override { return "deliver"; }

 private:
  const int64_t completion_ps_;
  WorkDriver* const driver_;
  bool waiting_ = false;
  bool acting_ = false;
  wg::Work work_{};
  wg::Work busy_with_{};
};

}  // namespace wgnode

#endif  // WGSIM_SIM_WG_PEER_NAPI_H_
