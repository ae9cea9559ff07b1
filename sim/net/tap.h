// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Tap: an observer of packets where tcpdump would stand: outgoing ones when the stack hands them to an interface,
// incoming ones when an interface hands them to the stack; beyond that, those that die, and why. It only looks: with or
// without a tap the trace is the same.
#ifndef WGSIM_SIM_NET_TAP_H_
#define WGSIM_SIM_NET_TAP_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "sim/time.h"
#include "sim/trace.h"

namespace net {

class Tap {
 public:
  enum class Way : uint8_t { kIn, kOut, kNone };

  virtual ~Tap() = default;
  // `bytes` as on the wire, all checksums filled in, and gone when this returns. `place` is the trace entity of the
  // interface; of a dead packet, of whatever it died in. `comment` is empty for a packet that goes its way.
  virtual void OnPacket(sim::Time time, sim::EntityId place, Way way,
                        absl::Span<const uint8_t> bytes, absl::string_view comment) = 0;
  // What decrypts packets that are seen from now on: a secrets type of pcapng and its text.
  virtual void OnSecrets(uint32_t type, absl::string_view text) = 0;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_TAP_H_
