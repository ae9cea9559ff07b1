// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Sources: spec/data section 0 (kernel versions), spec/handshake section 10.4 (wireguard-go) and the constants'
// sections; for boringtun 0.7 its own files, named in the comments.
#include "protocol/profile.h"

#include <chrono>
#include <limits>

#include "protocol/messages.h"

namespace wg {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// An age that must be exceeded and not only reached.
constexpr nanoseconds kStrictly{1};

constexpr uint64_t kNever64 = std::numeric_limits<uint64_t>::max();
// The paper's value: 2^64 - 2^13 - 1.
constexpr uint64_t kPaperRejectAfterMessages = kNever64 - kCounterBitsTotal;

constexpr int64_t kPacketCost = 50'000'000;  // ratelimiter.c: PACKET_COST

constexpr Profile Linux() {
  return {
      .name = "LINUX_6_12",
      .grain = Grain::kPerEntry,
      .replace = ReplaceRule::kRemoveThenInsert,
      .has_remove_me = false,
      .delivers_in_thread = false,
      .max_peers = kMaxPeersPerDevice,
      .clamps_new_private_key = false,  // netlink.c: compared as given

      // Whole ticks below HZ / 3 (timers.c); this is HZ = 1000.
      .max_jitter = milliseconds(RekeyTimeoutJitterMaxJiffies(1000)),
      .min_initiation_interval = nanoseconds(seconds(1)) / kInitiationsPerSecond,  // noise.c
      .max_timer_handshakes = kMaxTimerHandshakes,
      .giving_up_forgets_sessions = false,
      .response_closes_gate = true,  // send.c: wg_packet_send_handshake_response
      .answer_opens_gate = false,
      .up_forgets_attempts = false,

      .rekey_after_time = kRekeyAfterTime,
      .rekey_on_receive_after = kRejectAfterTime - kKeepaliveTimeout - kRekeyTimeout,
      .reject_sending_after = kRejectAfterTime,
      .reject_receiving_after = kRejectAfterTime,
      .rekey_after_messages = kRekeyAfterMessages,
      .reject_after_messages = kRejectAfterMessages,
      .last_counter_ends_key = true,  // receive.c: decrypt_packet
      .replay_window = kCounterWindowSize,
      .wipe_drops_staged = false,

      .new_handshake_needs_route = true,  // send.c: wg_packet_create_data_done
      .keepalive_follows_sending = false,
      .traffic_delays_persistent_keepalive = true,
      .timers_on_wheel = true,

      .staged = {.room = kMaxStagedPackets, .drops_newest = false, .counts_bursts = false},
      .padding_multiple = kMessagePaddingMultiple,
      .handshake_ds = kHandshakeDscp,
      .carries_ecn = true,
      .sticky_source = true,

      .max_queued_handshakes = kMaxQueuedIncomingHandshakes,
      .load = {.measure = LoadRule::Measure::kWaiting,
               .threshold = kMaxQueuedIncomingHandshakes / 8,
               .is_of_machine = true,  // receive.c: static last_under_load
               .limits_sources = true},
      .cookies = {.use_for = kCookieSecretMaxAge - kCookieSecretLatency,
                  .secret_max_age = kCookieSecretMaxAge,
                  .checking_renews_secret = true,
                  .secret_in_fixed_periods = false,
                  .covers_port = true,
                  .takes_second_reply = false},
      .source_limit = {.max_entries = 8 * 8192, .ipv6_prefix = 64, .tokens_needed = kPacketCost},
  };
}

constexpr Profile Linux616() {
  Profile p = Linux();
  p.name = "LINUX_6_16";
  p.has_remove_me = true;       // V3
  p.delivers_in_thread = true;  // V4
  return p;
}

constexpr Profile LinuxTaggedReplace(absl::string_view name, ReplaceRule replace) {
  Profile p = Linux616();
  p.name = name;
  p.replace = replace;
  return p;
}

// What differs from Linux, in the order of the table in spec/handshake section 10.4.
constexpr Profile WireguardGo() {
  Profile p = Linux();
  p.name = "WIREGUARD_GO";
  p.grain = Grain::kPerOperation;
  p.delivers_in_thread = true;
  p.has_remove_me = true;
  p.reject_after_messages = kPaperRejectAfterMessages;
  p.last_counter_ends_key = false;
  p.min_initiation_interval += kStrictly;
  p.rekey_after_time += kStrictly;
  p.rekey_on_receive_after += kStrictly;
  p.reject_receiving_after += kStrictly;  // sending: inclusive
  p.cookies.use_for = kCookieSecretMaxAge + kStrictly;
  p.cookies.takes_second_reply = true;
  p.cookies.secret_max_age += kStrictly;
  p.cookies.checking_renews_secret = false;
  // 128 waiting of 1024; the one being processed has left the queue.
  p.max_queued_handshakes = 1024;
  p.load.threshold = 1024 / 8 + 1;
  p.load.is_of_machine = false;
  p.source_limit = {.max_entries = std::numeric_limits<size_t>::max(),
                    .ipv6_prefix = 128,
                    .tokens_needed = kPacketCost + 1};
  p.max_jitter = milliseconds(334);  // whole milliseconds, 0 to 333
  p.timers_on_wheel = false;         // Go's runtime sleeps on the kernel's high-resolution timers
  p.max_peers = 1 << 16;
  // 128 batches; a full queue drops its oldest for the new one.
  p.staged = {.room = 127, .drops_newest = false, .counts_bursts = true};
  p.wipe_drops_staged = true;
  p.up_forgets_attempts = true;
  p.new_handshake_needs_route = false;
  p.clamps_new_private_key = true;
  // Nothing sets or reads the DS byte of its sockets (conn/bind_std.go).
  p.handshake_ds = 0;
  p.carries_ecn = false;
  return p;
}

// What differs from Linux, by file of boringtun/src.
constexpr Profile Boringtun() {
  Profile p = Linux();
  p.name = "BORINGTUN";
  p.grain = Grain::kPerRequest;
  p.delivers_in_thread = true;
  p.max_peers = kMaxPeersPerDevice;  // its indices would end at 2^24: one for each 8 sessions
  p.clamps_new_private_key = true;   // x25519_dalek clamps

  // noise/timers.rs. No jitter is drawn, but timers are looked at every 250 ms only (device/mod.rs): what is due
  // happens up to so much later.
  p.max_jitter = milliseconds(250);
  p.timers_on_wheel = false;
  p.max_timer_handshakes = 90 / 5 - 2;  // gives up at the expiry 90 s after the first
  p.giving_up_forgets_sessions = true;  // clear_all
  p.wipe_drops_staged = true;           // clear_all
  p.reject_sending_after += kStrictly;  // update_session_timers
  p.reject_receiving_after += kStrictly;
  p.new_handshake_needs_route = false;  // noted before it is sent
  p.keepalive_follows_sending = true;
  p.traffic_delays_persistent_keepalive = false;
  // noise/mod.rs: format_handshake_initiation asks only for an own handshake in progress.
  p.response_closes_gate = false;
  p.answer_opens_gate = true;
  p.staged = {.room = 256 - 1, .drops_newest = true, .counts_bursts = false};  // MAX_QUEUE_DEPTH
  // noise/handshake.rs: a later time stamp is all that is asked for.
  p.min_initiation_interval = nanoseconds(0);
  p.cookies.use_for = seconds(120);  // timers.rs: COOKIE_EXPIRATION_TIME
  p.cookies.takes_second_reply = true;
  // noise/session.rs: N_BITS; no limit of messages.
  p.replay_window = 1024 - 1;
  p.rekey_after_messages = kNever64;
  p.reject_after_messages = kNever64;
  p.last_counter_ends_key = false;
  p.padding_multiple = 1;
  // noise/rate_limiter.rs; device/mod.rs: HANDSHAKE_RATE_LIMIT.
  p.load = {.measure = LoadRule::Measure::kPerSecond,
            .threshold = 100,
            .is_of_machine = false,
            .limits_sources = false};
  p.cookies.secret_max_age = seconds(128);  // COOKIE_REFRESH
  p.cookies.secret_in_fixed_periods = true;
  p.cookies.covers_port = false;
  // device/mod.rs, device/peer.rs: plain sockets.
  p.handshake_ds = 0;
  p.carries_ecn = false;
  p.sticky_source = false;
  return p;
}

constexpr const Profile* kAll[] = {&kLinux612,    &kLinux616,           &kWireguardGo,
                                    &kBoringtun,   &kLinuxTaggedReplace, &kLinuxTaggedReplaceRootFault};

}  // namespace

constinit const Profile kLinux612 = Linux();
constinit const Profile kLinux616 = Linux616();
constinit const Profile kLinuxTaggedReplace =
    LinuxTaggedReplace("LINUX_TAGGED_REPLACE", ReplaceRule::kInsertThenRemoveOlder);
constinit const Profile kLinuxTaggedReplaceRootFault =
    LinuxTaggedReplace("LINUX_TAGGED_REPLACE_ROOT_FAULT", ReplaceRule::kRootIsNotTagged);
constinit const Profile kWireguardGo = WireguardGo();
constinit const Profile kBoringtun = Boringtun();

absl::Span<const Profile* const> AllProfiles() { return kAll; }

const Profile* FindProfile(absl::string_view name) {
  for (const Profile* profile : AllProfiles()) {
    if (profile->name == name) return profile;
  }
  return nullptr;
}

}  // namespace wg
