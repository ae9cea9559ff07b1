// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Profile: whose WireGuard is being simulated. Constants, rules, orders and lock grain in which implementations
// differ, as data in one place; the protocol code is one, and what all implementations agree on is in messages.h.
// What is different and not here is in docs/MODEL_LIMITS.md.
//
// Ages and intervals are compared inclusively (birthdate.h): what has reached one is past it. Where an implementation
// compares strictly the value is its constant and one nanosecond.
//
// Requirements: COOKIE-034; RX-031.
#ifndef WGSIM_PROTOCOL_PROFILE_H_
#define WGSIM_PROTOCOL_PROFILE_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "protocol/config_step.h"
#include "protocol/time.h"

namespace wg {

// Packets that wait for a key.
struct StagedRule {
  uint32_t room;       // before something is added, what is over this is dropped
  bool drops_newest;   // what would be added is dropped instead, and nothing else
  bool counts_bursts;  // a burst (Device::TransmitBurst) counts as one and is dropped as one
};

// When handshakes need a cookie.
struct LoadRule {
  enum class Measure : uint8_t {
    kWaiting,    // messages that wait, the one being processed included; load lasts for a second
    kPerSecond,  // messages with a good mac1 in this second of the clock, this one not included
  };
  Measure measure;
  uint32_t threshold;     // so many are load
  bool is_of_machine;     // one memory and one rate limiter for all devices, or one each
  bool limits_sources;    // a good cookie is not enough: the rate limiter is asked as well
};

// Both ends of a cookie.
struct CookieRules {
  Duration use_for;              // the sender uses it while it is younger
  Duration secret_max_age;       // the receiver's secret; then a new one
  bool checking_renews_secret;   // also when a mac2 is checked and not only for a reply; else it is refused
  bool secret_in_fixed_periods;  // counted from the start and not from the last renewal
  bool covers_port;              // of the sender, besides the address
  bool takes_second_reply;       // to one message
};

// Bucket per source (ratelimiter.h).
struct SourceLimitRules {
  size_t max_entries;
  int ipv6_prefix;      // bits of an address that are the source: 64 or 128
  int64_t tokens_needed;  // to be served; one message takes 50'000'000
};

// WGPEER_F_REPLACE_ALLOWEDIPS of a peer that has a list already.
enum class ReplaceRule : uint8_t {
  // wg_allowedips_remove_by_peer, then the new list entry by entry: in between what is in both belongs to nobody. All
  // that was ever released.
  kRemoveThenInsert,
  // Make before break, a proposal that was not merged (jrife/linux 485cc41b): what the request inserts is tagged with a
  // new sequence number, then what the peer has with an older one goes. What is in both lists never loses its owner.
  kInsertThenRemoveOlder,
  // The same with a fault that the proposal seems to have had: the first node of an empty trie, which becomes its root
  // without a search, keeps the number 0, so that the very call that inserted it removes it.
  kRootIsNotTagged,
};

struct Profile {
  absl::string_view name;
  Grain grain;
  ReplaceRule replace;
  // WGALLOWEDIP_F_REMOVE_ME (Linux 6.16) or "allowed_ip=-" (wireguard-go since 2025) is understood. Where it is not,
  // such an entry is refused as a whole request with EINVAL before anything changes (spec/data V3).
  bool has_remove_me;
  // Opened packets are delivered by a thread and not in softirq (threaded NAPI, V4; programs in user space): for the
  // driver, which decides where work runs.
  bool delivers_in_thread;
  uint32_t max_peers;
  bool clamps_new_private_key;  // before it is compared with the stored one

  // Handshakes.
  Duration max_jitter;  // of the retransmit and new-handshake timers: whole milliseconds in [0, this)
  Duration min_initiation_interval;  // between two that are accepted from one peer
  uint32_t max_timer_handshakes;     // gives up at an expiry with more retries than this behind it
  bool giving_up_forgets_sessions;
  bool response_closes_gate;  // a response sent counts as an initiation: no initiation for 5 s
  bool answer_opens_gate;     // once a response has come an initiation may follow at once
  bool up_forgets_attempts;   // interface up: retry count and flags start anew

  // Keys.
  Duration rekey_after_time;        // the initiator, when it sends
  Duration rekey_on_receive_after;  // the initiator, when it receives
  Duration reject_sending_after;
  Duration reject_receiving_after;
  uint64_t rekey_after_messages;  // more than this were sent
  uint64_t reject_after_messages;
  bool last_counter_ends_key;  // once the last one has come in nothing more does, not even what the window allows
  uint64_t replay_window;      // so far behind the highest a counter may be
  bool wipe_drops_staged;      // 540 s without a new session

  // Timers.
  bool new_handshake_needs_route;  // 15 s without an answer count only from data that left
  bool keepalive_follows_sending;  // due 10 s after the last packet out (at the next look), not after the first data in
  bool traffic_delays_persistent_keepalive;
  bool timers_on_wheel;  // of the kernel: in ticks, late by its granularity where the machine has one (timer_wheel.h)

  // Data.
  StagedRule staged;
  size_t padding_multiple;
  uint8_t handshake_ds;  // outer DS and ECN byte of messages 1 and 2
  bool carries_ecn;      // between the inner and the outer header
  bool sticky_source;    // answers leave from the address that was written to

  // Load.
  uint32_t max_queued_handshakes;
  LoadRule load;
  CookieRules cookies;
  SourceLimitRules source_limit;
};

extern const Profile kLinux612;
extern const Profile kLinux616;
// 6.16 with ReplaceRule::kInsertThenRemoveOlder, and with kRootIsNotTagged: no kernel that one can install.
extern const Profile kLinuxTaggedReplace;
extern const Profile kLinuxTaggedReplaceRootFault;
extern const Profile kWireguardGo;
extern const Profile kBoringtun;

// All of them, in the order of the documentation.
absl::Span<const Profile* const> AllProfiles();
// nullptr if there is none of this name ("LINUX_6_16").
const Profile* FindProfile(absl::string_view name);

}  // namespace wg

#endif  // WGSIM_PROTOCOL_PROFILE_H_
