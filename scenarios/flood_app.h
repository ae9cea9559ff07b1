// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// FloodApp: somebody without a key who sends handshake initiations to one WireGuard interface, from as many source addresses and
// ports as the plan says, in turn. Like a program with a raw socket: packets leave through the host's routes and cost it a
// system call each. Each message has an ephemeral key, a static key and a timestamp of random bytes; the first mac is right,
// or random as well. Whatever comes back is for addresses that nobody has.
#ifndef WGSIM_SCENARIOS_FLOOD_APP_H_
#define WGSIM_SCENARIOS_FLOOD_APP_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "protocol/cookie.h"
#include "protocol/ip.h"
#include "protocol/messages.h"
#include "scenarios/flow_book.h"
#include "scenarios/plan.h"
#include "scenarios/world.h"
#include "sim/event_loop.h"
#include "sim/net/ip_output.h"
#include "sim/rng.h"
#include "sim/task.h"
#include "sim/thread.h"
#include "sim/time.h"

namespace scenario {

// The source address of the packet with this number.
wg::IpAddress FloodSource(const plan::Flood& flood, uint64_t number);

class FloodApp : private sim::Actor, private sim::Runner {
 public:
  // All outlive the app. `account` of the book counts its packets.
  FloodApp(World* world, FlowBook* book, const plan::Flood& flood, size_t account, sim::Rng rng);

 private:
  void OnEvent(uint64_t) override;  // one is due
  void Act(uint64_t) override;      // the send call
  absl::string_view Label(uint64_t) const override { return "send initiation"; }
  void MakeMessage();
  // False: there is none yet to be repeated.
  bool PrepareMessage();
  void SendMessage();
  sim::Time NextDue();

  World* const world_;
  FlowBook* const book_;
  const plan::Flood& flood_;
  const size_t account_;
  sim::Thread thread_;
  net::IpOutput output_;
  sim::Rng rng_;
  wg::CookieJar jar_;  // makes first macs; never gets a cookie
  std::array<uint8_t, wg::MessageHandshakeInitiation::kLen> message_{};
  uint64_t number_ = 0;
  sim::Time base_{};
  int64_t due_ = 0;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_FLOOD_APP_H_
