// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of a plan (plan.h): what administrators type, and what they look at. Keys that commands name are found only at run time
// (script_text.h), so commands of wg(8) stay texts; the loader has read each of them once.
#ifndef WGSIM_SCENARIOS_PLAN_SCRIPT_H_
#define WGSIM_SCENARIOS_PLAN_SCRIPT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/ip.h"
#include "scenarios/plan_index.h"
#include "sim/time.h"

namespace scenario::plan {

struct WgCommands {
  int host = kNone;
  std::vector<std::string> commands;
  std::string file;
  bool fails = false;
};

// One command of ip(8).
struct IpChange {
  enum class Kind : uint8_t {
    kAddressAdd,
    kAddressDel,
    kAddressReplace,  // the only one of its family
    kRouteAdd,
    kRouteDel,
    kLinkUp,
    kLinkDown,
    kLinkMtu,
    kLinkNetns,
    kLinkDel,
    kNetnsAdd,
  };
  enum class Route : uint8_t { kUnicast, kUnreachable, kProhibit, kBlackhole };
  Kind kind{};
  std::string netns;   // where; "" is the namespace that the host boots with
  std::string device;  // "" where a route's is the one towards `via`
  wg::Prefix prefix;   // with the address's own bits
  wg::IpAddress via;
  wg::IpAddress source;
  Route route = Route::kUnicast;
  uint32_t metric = 0;
  uint32_t mtu = 0;
  std::string name;  // of a namespace
};

struct IpCommands {
  int host = kNone;
  std::vector<IpChange> changes;
  std::vector<std::string> texts;  // for each of them
  bool fails = false;
};

struct PingCommand {
  int host = kNone;
  std::string netns;
  wg::IpAddress to;
  uint32_t count = 1;
  uint32_t size = 56;
  sim::Duration interval{};
  bool flood = false;
  sim::Duration timeout{};
  wg::IpAddress source;
  std::string device;
  uint32_t replies = 1;
  wg::IpAddress error_from;  // none: nothing is said about errors
};

struct Datagram {
  int from = kNone;
  int to = kNone;
  wg::Endpoint address;
  uint32_t size = 32;
  sim::Duration within{};
  bool received = true;
};

enum class Figure : uint8_t {
  kRxBytes,
  kTxBytes,
  kInterfaceRxBytes,
  kInterfaceTxBytes,
  kPeers,
  kAllowedIps,
  kPeersWithHandshake,
};

struct Check {
  int host = kNone;
  std::string device;
  std::string show;              // empty: a figure
  std::optional<Figure> figure;
  std::string peer;  // text with keys; empty: all
  std::vector<std::string> is, is_not, contains, lacks;
  std::optional<uint32_t> lines, words;
  std::optional<uint64_t> at_least, at_most;
  std::string since;  // name of an action
};

// At a time, `times` times with distance `every`.
struct ScriptAction {
  std::string name;
  std::string claim;
  sim::Duration at{};
  sim::Duration every{};
  int times = 1;
  int line = 0;  // in the scenario file
  std::variant<WgCommands, IpCommands, PingCommand, Datagram, Check> what;
};

}  // namespace scenario::plan

#endif  // WGSIM_SCENARIOS_PLAN_SCRIPT_H_
