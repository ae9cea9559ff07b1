// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Capture: a tap that writes what it sees as a pcapng file: one interface for each place, named as in the trace, from its
// first packet on. A dead packet stands on the interface that it died in, or on one named after the place, with the reason
// as its comment. What has no IP header any more (a datagram in a socket, a message inside a tunnel) stands as "data" on
// an interface of its own.
#ifndef WGSIM_SIM_NET_CAPTURE_H_
#define WGSIM_SIM_NET_CAPTURE_H_

#include <chrono>
#include <cstdint>
#include <utility>

#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/net/pcapng.h"
#include "sim/net/tap.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace net {

class Capture : public Tap {
 public:
  // `start` is what calendars show, since 1970, when the simulation begins. All pointers outlive the capture.
  Capture(const sim::Trace* names, std::chrono::nanoseconds start, ByteSink* sink);

  void OnPacket(sim::Time time, sim::EntityId place, Way way, absl::Span<const uint8_t> bytes,
                absl::string_view comment) override;
  void OnSecrets(uint32_t type, absl::string_view text) override;

 private:
  uint32_t InterfaceOf(sim::EntityId place, LinkType type);

  const sim::Trace* const names_;
  const std::chrono::nanoseconds start_;
  PcapngWriter writer_;
  absl::btree_map<std::pair<sim::EntityId, LinkType>, uint32_t> interfaces_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_CAPTURE_H_
