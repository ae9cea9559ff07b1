// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// PacketFilter: the rules by which a namespace drops and marks packets (nf_tables, iptables): one
// list for each hook, asked in order; the first rule that accepts or drops decides, one that marks
// goes on; what no rule decides is accepted.
#ifndef WGSIM_SIM_NET_PACKET_FILTER_H_
#define WGSIM_SIM_NET_PACKET_FILTER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "protocol/ip.h"
#include "sim/net/headers.h"
#include "sim/net/interface.h"
#include "sim/net/packet.h"

namespace net {

enum class FilterHook : uint8_t {
  kPreRouting,  // everything that comes in, before its route is looked up
  kInput,       // for this host
  kForward,
  kOutput,  // made by this host; a packet that is marked here is routed again
};
inline constexpr int kFilterHooks = 4;

enum class FilterAction : uint8_t { kAccept, kDrop, kMark };

struct PortSpan {
  uint16_t first = 0;
  uint16_t last = 65535;
  bool all() const { return first == 0 && last == 65535; }
};

// What is not said matches everything.
struct FilterRule {
  FilterHook hook = FilterHook::kInput;
  FilterAction action = FilterAction::kDrop;
  uint32_t set_mark = 0;  // of kMark
  uint8_t protocol = 0;   // IANA number; 0: all
  absl::optional<wg::Prefix> source{};
  absl::optional<wg::Prefix> destination{};
  std::string in{};   // name of an interface; kOutput has none
  std::string out{};  // kForward and kOutput have one
  // Of UDP: other protocols, and fragments, match only if both are whole.
  PortSpan source_ports{};
  PortSpan destination_ports{};
  // IP header and all; of a train, that of its first packet.
  uint32_t least_bytes = 0;
  uint32_t most_bytes = ~uint32_t{0};
  absl::optional<uint32_t> mark{};  // it has this one
};

class PacketFilter {
 public:
  // Behind those that are there.
  void Add(const FilterRule& rule);
  bool has_rules(FilterHook hook) const { return !rules_[static_cast<int>(hook)].empty(); }

  // False: it is to be dropped. May change packet->mark. `out`: nullptr where there is none.
  // REQUIRES: `ip` is its header.
  bool Accepts(FilterHook hook, const IpHeader& ip, const Interface* out, Packet* packet) const;

 private:
  std::vector<FilterRule> rules_[kFilterHooks];
};

}  // namespace net

#endif  // WGSIM_SIM_NET_PACKET_FILTER_H_
