// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/describe_routing.h"

#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "scenarios/values.h"
#include "sim/net/headers.h"

namespace scenario {
namespace {

constexpr auto kText = [](std::string* out, const auto& value) { *out += value.ToString(); };

std::string Words(const plan::Nat& nat) {
  std::string words = absl::StrCat(
      "translates ", absl::StrJoin(nat.inside, ", ", kText),
      nat.outside.empty() ? "" : absl::StrCat(" on ", nat.outside), " to ",
      absl::StrJoin(nat.addresses, ", ", kText), " for ", DurationText(nat.options.udp_timeout),
      " or ", DurationText(nat.options.udp_timeout_stream));
  if (nat.options.port_per_destination) absl::StrAppend(&words, ", a port for each destination");
  if (nat.options.open_to_all) absl::StrAppend(&words, ", open to all");
  if (nat.options.max_flows != net::NatOptions().max_flows) {
    absl::StrAppend(&words, ", at most ", WithCommas(nat.options.max_flows), " flows");
  }
  for (const net::PortForward& forward : nat.forwards) {
    absl::StrAppend(&words, ", ", forward.at.ToString(), " is ", forward.to.ToString());
  }
  return words;
}

std::string Span(uint32_t first, uint32_t last) {
  return first == last ? absl::StrCat(first) : absl::StrCat(first, "-", last);
}

std::string Words(const net::FilterRule& rule) {
  constexpr const char* kVerdicts[] = {"accepts", "drops", "marks"};
  constexpr const char* kHooks[] = {"comes", "is for it", "passes", "it sends"};
  static_assert(std::size(kHooks) == net::kFilterHooks);
  std::string words = kVerdicts[static_cast<int>(rule.action)];
  if (rule.action == net::FilterAction::kMark) absl::StrAppend(&words, " with ", rule.set_mark);
  absl::StrAppend(&words, " what ", kHooks[static_cast<int>(rule.hook)]);
  if (rule.protocol != 0) {
    absl::StrAppend(&words, rule.protocol == net::kProtocolUdp    ? " as UDP"
                            : rule.protocol == net::kProtocolIcmp ? " as ICMP"
                                                                  : " as ICMPv6");
  }
  if (rule.source) absl::StrAppend(&words, " from ", rule.source->ToString());
  if (rule.destination) absl::StrAppend(&words, " to ", rule.destination->ToString());
  if (!rule.in.empty()) absl::StrAppend(&words, " in by ", rule.in);
  if (!rule.out.empty()) absl::StrAppend(&words, " out by ", rule.out);
  if (!rule.source_ports.all()) {
    absl::StrAppend(&words, " from port ", Span(rule.source_ports.first, rule.source_ports.last));
  }
  if (!rule.destination_ports.all()) {
    absl::StrAppend(&words, " to port ",
                    Span(rule.destination_ports.first, rule.destination_ports.last));
  }
  if (rule.most_bytes != net::FilterRule().most_bytes) {
    absl::StrAppend(&words, " of ", Span(rule.least_bytes, rule.most_bytes), " bytes");
  }
  if (rule.mark) absl::StrAppend(&words, " with mark ", *rule.mark);
  return words;
}

std::string Words(const net::Rule& rule) {
  std::string words = absl::StrCat("rule ", rule.priority, ": table ", rule.table);
  if (rule.mask != 0) {
    absl::StrAppend(&words, rule.invert ? " without mark " : " with mark ", rule.mark);
  }
  if (rule.suppress_prefix_length >= 0) {
    absl::StrAppend(&words, ", but no prefixes up to /", rule.suppress_prefix_length);
  }
  return words;
}

}  // namespace

std::string RoutingWords(const plan::Host& host) {
  std::string words;
  if (host.nat.has_value()) absl::StrAppend(&words, "; ", Words(*host.nat));
  for (const net::FilterRule& rule : host.filters) absl::StrAppend(&words, "; ", Words(rule));
  for (const net::Rule& rule : host.rules) absl::StrAppend(&words, "; ", Words(rule));
  return words;
}

std::string NatRebindWords(const Plan& plan, const plan::NatRebind& rebind) {
  std::string words = absl::StrCat(rebind.when.name, ": at ", DurationText(rebind.when.at));
  if (rebind.when.times > 1) {
    absl::StrAppend(&words, " and every ", DurationText(rebind.when.every), ", ",
                    rebind.when.times, " times");
  }
  absl::StrAppend(&words, ", ", plan.hosts[rebind.host].name, " forgets all flows that it translates");
  if (rebind.other_ports) absl::StrAppend(&words, ", new ones get other ports");
  if (rebind.address.has_value()) {
    absl::StrAppend(&words, ", and the address ", rebind.address->ToString());
  }
  return words;
}

}  // namespace scenario
