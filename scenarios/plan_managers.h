// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of a plan (plan.h): the programs that configure WireGuard, and what happens to the mesh that they look after.
#ifndef WGSIM_SCENARIOS_PLAN_MANAGERS_H_
#define WGSIM_SCENARIOS_PLAN_MANAGERS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/netlink/split.h"
#include "scenarios/plan_index.h"
#include "sim/time.h"

namespace scenario::plan {

// A way to change the configuration: how one allowed ip is taken away and, beyond the first three, all that a program
// does (managers.proto: ManagerProgram). The first three are Cilium's.
enum class Method : uint8_t {
  kReplace,
  kDummyPeer,
  kRemoveMe,
  kCalico,
  kTailscaleConfig,
  kTailscaleCallbacks,
  kNetbird,
  kNetmaker,
  kNetmakerReplacePeers,
  kKilo,
  kFlannel,
  kAntrea,
  kSubmariner,
  kKubespan,
  kNetworkd,
  kLibtelio,
  kWgSyncconf,
  kWgSetconf,
  kWgSet,
  kWgSetDelta,
  kRosenpass,
};
inline constexpr int kMethods = 21;
const char* Name(Method method);  // "REPLACE", "CALICO"

// What is fixed about a program.
struct MethodTraits {
  const char* words;  // "every change replaces the peer's full list"
  wg::netlink::Splitting splitting;
  bool removes_single = false;  // uses WGALLOWEDIP_F_REMOVE_ME
  bool resyncs = false;         // does something from time to time
  sim::Duration resync_every{};
  bool debounces = false;
  bool idles = false;  // takes idle peers out
  sim::Duration idle_after{};
};
const MethodTraits& TraitsOf(Method method);

inline constexpr sim::Duration kDebounce = std::chrono::milliseconds(500);
inline constexpr sim::Duration kDebounceLimit = std::chrono::seconds(3);
inline constexpr sim::Duration kDnsDelay = std::chrono::milliseconds(20);
// exponential_backoff of networkd: it grows no more after the seventh.
inline constexpr uint32_t kMostDnsFailures = 7;

struct Manager {
  int core = 0;
  wg::netlink::Splitting splitting = wg::netlink::Splitting::kWgctrl;
  sim::Duration notice_delay{};
  sim::Duration notice_jitter{};
  std::optional<Method> method;  // nothing: the plan's
  // 0: never. What a program does not have is 0.
  sim::Duration resync_every{};
  sim::Duration debounce{};
  sim::Duration debounce_limit{};
  sim::Duration idle_after{};
  bool early_update_only = false;
  bool never_equal = false;
  sim::Duration dns_delay{};
  uint32_t dns_failures = 0;
  sim::Duration psk_skew{};
};

// At a stated time, `times` times with distance `every`.
struct MeshAction {
  enum class Kind : uint8_t {
    kLeave,       // device
    kJoin,        // device
    kChangeKey,   // device
    kChangePort,  // device, listen_port
    kRestart,     // host, downtime, replay
    kResync,      // host
  };
  std::string name;
  sim::Duration at{};
  sim::Duration every{};
  int times = 1;
  Kind kind{};
  int host = kNone;
  int device = kNone;
  uint16_t listen_port = 0;
  sim::Duration downtime{};
  sim::Duration replay{};
};

}  // namespace scenario::plan

#endif  // WGSIM_SCENARIOS_PLAN_MANAGERS_H_
