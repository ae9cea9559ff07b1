// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "protocol/profile.h"

#include <chrono>
#include <limits>

#include "protocol/messages.h"

namespace wg {
namespace {

// Linux draws whole ticks below HZ / 3; this is HZ = 1000. wireguard-go draws milliseconds up to
// 333.
constexpr Duration kLinuxJitter = std::chrono::milliseconds(RekeyTimeoutJitterMaxJiffies(1000));
constexpr Duration kGoJitter = std::chrono::milliseconds(334);
// boringtun draws none, but its gate is not closed by a response either. Under the kernel's gate
// two crossing initiations without jitter would wait for each other for ever (spec/handshake
// section 3.11).
constexpr Duration kBoringtunJitter = kLinuxJitter;

// The paper's value: 2^64 - 2^13 - 1.
constexpr uint64_t kPaperRejectAfterMessages =
    std::numeric_limits<uint64_t>::max() - kCounterBitsTotal;

constexpr const Profile* kAll[] = {&kLinux612, &kLinux616, &kWireguardGo, &kBoringtun};

}  // namespace

constinit const Profile kLinux612 = {
    .name = "LINUX_6_12",
    .grain = Grain::kPerEntry,
    .has_remove_me = false,
    .max_jitter = kLinuxJitter,
    .reject_after_messages = kRejectAfterMessages,
};

constinit const Profile kLinux616 = {
    .name = "LINUX_6_16",
    .grain = Grain::kPerEntry,
    .has_remove_me = true,
    .max_jitter = kLinuxJitter,
    .reject_after_messages = kRejectAfterMessages,
};

constinit const Profile kWireguardGo = {
    .name = "WIREGUARD_GO",
    .grain = Grain::kPerOperation,
    .has_remove_me = true,
    .max_jitter = kGoJitter,
    .reject_after_messages = kPaperRejectAfterMessages,
};

constinit const Profile kBoringtun = {
    .name = "BORINGTUN",
    .grain = Grain::kPerRequest,
    .has_remove_me = false,
    .max_jitter = kBoringtunJitter,
    .reject_after_messages = kPaperRejectAfterMessages,
};

absl::Span<const Profile* const> AllProfiles() { return kAll; }

const Profile* FindProfile(absl::string_view name) {
  for (const Profile* profile : AllProfiles()) {
    if (profile->name == name) return profile;
  }
  return nullptr;
}

}  // namespace wg
