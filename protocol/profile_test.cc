// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// The numbers of each implementation, as its sources and the specification have them.
#include "protocol/profile.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "protocol/config_step.h"
#include "protocol/time.h"

namespace wg {
namespace {

std::string Nanoseconds(Duration duration) { return absl::StrCat(duration.count()); }

// One "name value" per line, in the order of the struct.
std::string Table(const Profile& p) {
  const auto row = [](absl::string_view name, const auto&... values) {
    std::string text(name);
    (absl::StrAppend(&text, " ", values), ...);
    return text + "\n";
  };
  return absl::StrCat(
      row("config",
          p.grain == Grain::kPerEntry       ? "entry"
          : p.grain == Grain::kPerOperation ? "operation"
                                            : "request",
          p.has_remove_me, p.delivers_in_thread, p.max_peers, p.clamps_new_private_key),
      row("handshake", Nanoseconds(p.max_jitter), Nanoseconds(p.min_initiation_interval),
          p.max_timer_handshakes, p.giving_up_forgets_sessions, p.response_closes_gate,
          p.answer_opens_gate, p.up_forgets_attempts),
      row("age", Nanoseconds(p.rekey_after_time), Nanoseconds(p.rekey_on_receive_after),
          Nanoseconds(p.reject_sending_after), Nanoseconds(p.reject_receiving_after)),
      row("messages", p.rekey_after_messages, p.reject_after_messages, p.last_counter_ends_key,
          p.replay_window),
      row("timers", p.wipe_drops_staged, p.new_handshake_needs_route, p.keepalive_follows_sending,
          p.traffic_delays_persistent_keepalive, p.timers_on_wheel),
      row("data", p.staged.room, p.staged.drops_newest, p.staged.counts_bursts, p.padding_multiple,
          p.handshake_ds, p.carries_ecn, p.sticky_source),
      row("load", p.max_queued_handshakes,
          p.load.measure == LoadRule::Measure::kWaiting ? "waiting" : "per second",
          p.load.threshold, p.load.is_of_machine, p.load.limits_sources),
      row("cookie", Nanoseconds(p.cookies.use_for), Nanoseconds(p.cookies.secret_max_age),
          p.cookies.checking_renews_secret, p.cookies.secret_in_fixed_periods,
          p.cookies.covers_port, p.cookies.takes_second_reply),
      row("limiter", p.source_limit.max_entries, p.source_limit.ipv6_prefix,
          p.source_limit.tokens_needed));
}

constexpr char kLinuxTable[] =
    "handshake 333000000 20000000 18 0 1 0 0\n"
    "age 120000000000 165000000000 180000000000 180000000000\n"
    "messages 1152921504606846976 18446744073709543486 1 8128\n"
    "timers 0 1 0 1 1\n"
    "data 128 0 0 16 136 1 1\n"
    "load 4096 waiting 512 1 1\n"
    "cookie 115000000000 120000000000 1 0 1 0\n"
    "limiter 65536 64 50000000\n";

TEST(Profile, Linux612) {
  EXPECT_EQ(Table(kLinux612), absl::StrCat("config entry 0 0 1048576 0\n", kLinuxTable));
}

TEST(Profile, Linux616) {
  EXPECT_EQ(Table(kLinux616), absl::StrCat("config entry 1 1 1048576 0\n", kLinuxTable));
}

TEST(Profile, TaggedReplaceIsLinux616InAllElse) {
  EXPECT_EQ(Table(kLinuxTaggedReplace), Table(kLinux616));
  EXPECT_EQ(Table(kLinuxTaggedReplaceRootFault), Table(kLinux616));
  EXPECT_EQ(kLinuxTaggedReplace.replace, ReplaceRule::kInsertThenRemoveOlder);
  EXPECT_EQ(kLinuxTaggedReplaceRootFault.replace, ReplaceRule::kRootIsNotTagged);
  for (const Profile* profile : {&kLinux612, &kLinux616, &kWireguardGo, &kBoringtun}) {
    EXPECT_EQ(profile->replace, ReplaceRule::kRemoveThenInsert);
  }
}

TEST(Profile, WireguardGo) {
  EXPECT_EQ(Table(kWireguardGo),
            "config operation 1 1 65536 1\n"
            "handshake 334000000 20000001 18 0 1 0 1\n"
            "age 120000000001 165000000001 180000000000 180000000001\n"
            "messages 1152921504606846976 18446744073709543423 0 8128\n"
            "timers 1 0 0 1 0\n"
            "data 127 0 1 16 0 0 1\n"
            "load 1024 waiting 129 0 1\n"
            "cookie 120000000001 120000000001 0 0 1 1\n"
            "limiter 18446744073709551615 128 50000001\n");
}

TEST(Profile, Boringtun) {
  EXPECT_EQ(Table(kBoringtun),
            "config request 0 1 1048576 1\n"
            "handshake 250000000 0 16 1 0 1 0\n"
            "age 120000000000 165000000000 180000000001 180000000001\n"
            "messages 18446744073709551615 18446744073709551615 0 1023\n"
            "timers 1 0 1 0 0\n"
            "data 255 1 0 1 0 0 0\n"
            "load 4096 per second 100 0 0\n"
            "cookie 120000000000 128000000000 1 1 0 1\n"
            "limiter 65536 64 50000000\n");
}

TEST(Profile, AreFoundByName) {
  for (const Profile* profile : AllProfiles()) EXPECT_EQ(FindProfile(profile->name), profile);
  EXPECT_EQ(AllProfiles().size(), 6u);
  EXPECT_EQ(FindProfile("LINUX_6_17"), nullptr);
}

}  // namespace
}  // namespace wg
