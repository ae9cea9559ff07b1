// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// FlowSender: one application's sendto() for one flow: makes the datagram, sends it, and enters in the flow's account what
// can be known at once (refused; sealed to a peer that is not the owner).
#ifndef WGSIM_SCENARIOS_FLOW_SENDER_H_
#define WGSIM_SCENARIOS_FLOW_SENDER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocol/buffer.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "scenarios/flow_book.h"
#include "scenarios/intent.h"
#include "scenarios/plan.h"
#include "scenarios/world.h"
#include "sim/net/socket.h"
#include "sim/time.h"

namespace scenario {

// The first 8 bytes of a payload: a number that the receiver can send back. The rest is zero.
inline constexpr size_t kPayloadHeader = 8;
uint64_t PayloadNumber(const wg::Buffer& payload);

class FlowSender {
 public:
  // Sends from `from` to `to`:`port`, for account number `account`. All pointers outlive the sender; the intent must
  // not have been told of changes yet.
  FlowSender(World* world, FlowBook* book, Intent* intent, const plan::FlowEnd& from,
             const wg::Endpoint& to, size_t account);

  // What the call costs: system call, UDP, IP, and the tunnel's look-up at its present depth. All datagrams of a call
  // together: `payload_bytes`.
  sim::Duration Price(uint32_t payload_bytes);
  // One packet is offered now, in a task of the application's core. kAgain must have been ruled out (HasRoom).
  wg::Errno Send(net::Socket* socket, uint32_t payload_bytes, uint64_t number);
  // `segments` of them in one call (UDP_SEGMENT). They have one fate only as far as they stay together.
  wg::Errno SendTrain(net::Socket* socket, uint32_t payload_bytes, uint32_t segments, uint64_t number);

  // An ICMP echo request with a payload of `payload_bytes`, from the flow's own address.
  wg::Errno SendEcho(uint16_t id, uint16_t sequence, uint32_t payload_bytes);

 private:
  wg::Buffer MakePayload(uint32_t payload_bytes, uint64_t number, uint64_t seq) const;
  // Whoever waits for a packet to this destination hears of it.
  void Announce();
  void Sent(uint64_t seq, wg::Errno error);
  bool GoesAstray();

  World* const world_;
  FlowBook* const book_;
  Intent* const intent_;
  const plan::FlowEnd from_;
  const wg::Endpoint to_;
  const size_t account_;
  int device_;           // the packets leave through it; kNone: not through WireGuard
  size_t followed_ = 0;  // number of the destination in the intent
  // What was found out about the destination when its device had this epoch.
  uint64_t owner_epoch_ = ~uint64_t{0};
  bool astray_ = false;
  std::vector<wg::Buffer> train_;  // of the call; empty between calls
  uint64_t depth_epoch_ = ~uint64_t{0};
  uint32_t depth_ = 0;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_FLOW_SENDER_H_
