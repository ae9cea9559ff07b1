// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Profile: whose WireGuard is being simulated. Constants, orders and lock grain in which implementations differ, as
// data in one place; the protocol code is one.
#ifndef WGSIM_PROTOCOL_PROFILE_H_
#define WGSIM_PROTOCOL_PROFILE_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "protocol/config_step.h"
#include "protocol/time.h"

namespace wg {

struct Profile {
  absl::string_view name;
  Grain grain;
  // WGALLOWEDIP_F_REMOVE_ME (Linux 6.16) or "allowed_ip=-" (wireguard-go since 2025) is understood. Where it is not,
  // such an entry is refused as a whole request with EINVAL before anything changes (spec/data V3).
  bool has_remove_me;
  // Uniform jitter of the retransmit and new-handshake timers: whole milliseconds in [0, max).
  Duration max_jitter;
  uint64_t reject_after_messages;
};

extern const Profile kLinux612;
extern const Profile kLinux616;
extern const Profile kWireguardGo;
extern const Profile kBoringtun;

// All of them, in the order of the documentation.
absl::Span<const Profile* const> AllProfiles();
// nullptr if there is none of this name ("LINUX_6_16").
const Profile* FindProfile(absl::string_view name);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_PROFILE_H_
