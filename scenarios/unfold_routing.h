// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Of the loader (unfold.h): reads what machines do with packets on their way.
#ifndef WGSIM_SCENARIOS_UNFOLD_ROUTING_H_
#define WGSIM_SCENARIOS_UNFOLD_ROUTING_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "protocol/ip.h"
#include "scenarios/document.h"
#include "scenarios/plan.h"
#include "scenarios/plan_moment.h"
#include "scenarios/unfold.h"

namespace scenario {

class RoutingReader {
 public:
  // `unfolding` outlives it.
  explicit RoutingReader(Unfolding* unfolding) : in_(*unfolding) {}

  // Of all hosts. REQUIRES: hosts and links are in the plan.
  void Hosts();
  // False: it is no action of this kind. Otherwise it is in the plan afterwards, or what is wrong
  // has been reported.
  bool Action(const Node& node, const file::Action& action, const plan::Moment& when);
  // The namespace of a host that a device is to be in; empty: the first.
  std::string Netns(const Node& node, const file::WireguardDevice& device, int host);
  // A table's number.
  uint32_t Table(const Node& node, uint32_t table);

 private:
  void Namespaces(const Node& node, const file::Host& host, int number);
  void Nat(const Node& node, const file::Nat& nat, int host);
  void Addresses(const Node& node, const file::Nat& nat, int host, plan::Nat* out);
  void Forwards(const Node& node, const file::Nat& nat, int host, plan::Nat* out);
  void Filter(const Node& node, const file::PacketRule& rule, int host);
  void FilterPlaces(const Node& node, const file::PacketRule& rule, int host,
                    net::FilterRule* out);
  void Rule(const Node& node, const file::RoutingRule& rule, int host);
  std::optional<wg::Endpoint> Endpoint(const Node& node, absl::string_view field,
                                       const std::string& text, int host);
  // More than 0s.
  sim::Duration Timeout(const Node& node, absl::string_view field, const std::string& text);
  // Reports a name that no interface of the host has.
  void Interface(const Node& node, absl::string_view field, const std::string& name, int host);
  // "7" or "5-9".
  void Span(const Node& node, absl::string_view field, const std::string& text, uint32_t* first,
            uint32_t* last);

  Unfolding& in_;
};

}  // namespace scenario

#endif  // WGSIM_SCENARIOS_UNFOLD_ROUTING_H_
