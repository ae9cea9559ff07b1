// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/unfold_routing.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "scenarios/values.h"
#include "sim/net/headers.h"

namespace scenario {
namespace {

constexpr int64_t kMostNatFlows = 1 << 24;
constexpr uint32_t kMostBytes = 65535;
constexpr int kMostNamespaces = 1000;

bool IsInside(const plan::Nat& nat, const wg::IpAddress& address) {
  return std::any_of(nat.inside.begin(), nat.inside.end(),
                     [&](const wg::Prefix& prefix) { return prefix.Contains(address); });
}

std::string List(const std::vector<wg::IpAddress>& addresses) {
  return absl::StrJoin(addresses, ", ", [](std::string* s, const wg::IpAddress& address) {
    *s += address.ToString();
  });
}

}  // namespace

void RoutingReader::Hosts() {
  for (int i = 0; i < in_.in.hosts_size(); ++i) {
    const file::Host& host = in_.in.hosts(i);
    const auto group = in_.groups_.find(host.name());
    if (group == in_.groups_.end()) continue;
    const Node node = in_.root.Child("hosts", i);
    for (const int member : group->second.members) {
      Namespaces(node, host, member);
      for (int r = 0; r < host.filters_size(); ++r) {
        Filter(node.Child("filters", r), host.filters(r), member);
      }
      for (int r = 0; r < host.rules_size(); ++r) {
        Rule(node.Child("rules", r), host.rules(r), member);
      }
      if (host.has_nat()) Nat(node.Child("nat"), host.nat(), member);
    }
  }
}

void RoutingReader::Namespaces(const Node& node, const file::Host& host, int number) {
  std::vector<std::string>& names = in_.plan.hosts[number].namespaces;
  if (host.namespaces_size() > kMostNamespaces) {
    in_.Wrong(node, "namespaces", absl::StrCat("are more than ", kMostNamespaces, "; write fewer"));
  }
  for (int i = 0; i < host.namespaces_size(); ++i) {
    const std::string& name = host.namespaces(i);
    if (!IsName(name)) {
      in_.Wrong(node, "namespaces", i,
                absl::StrCat("\"", name,
                             "\" is no name; write letters, digits, _ and -, at most 63"));
    } else if (std::count(names.begin(), names.end(), name) != 0) {
      in_.Wrong(node, "namespaces", i,
                absl::StrCat("there is a namespace \"", name, "\" already; choose another name"));
    }
    names.push_back(name);
  }
}

std::string RoutingReader::Netns(const Node& node, const file::WireguardDevice& device, int host) {
  const std::vector<std::string>& names = in_.plan.hosts[host].namespaces;
  if (!device.has_netns()) return "";
  if (std::count(names.begin(), names.end(), device.netns()) != 0) return device.netns();
  in_.Wrong(node, "netns",
            absl::StrCat(in_.HostName(host), " has no namespace \"", device.netns(), "\"; ",
                         names.empty() ? "write namespaces at the host"
                                       : absl::StrCat("it has ", absl::StrJoin(names, ", "))));
  return "";
}

sim::Duration RoutingReader::Timeout(const Node& node, absl::string_view field,
                                     const std::string& text) {
  const sim::Duration time = in_.Time(node, field, text);
  if (time != sim::Duration(0)) return time;
  if (ParseDuration(text).ok()) in_.Wrong(node, field, "0s is no time; write more than 0s");
  return sim::Duration(1);
}

void RoutingReader::Interface(const Node& node, absl::string_view field, const std::string& name,
                              int host) {
  std::vector<std::string> names(in_.interfaces_[host].begin(), in_.interfaces_[host].end());
  for (const file::WireguardDevice& device : in_.in.wireguard()) {
    const auto group = in_.groups_.find(device.host());
    if (group == in_.groups_.end() || device.has_netns()) continue;
    const std::vector<int>& members = group->second.members;
    if (std::count(members.begin(), members.end(), host) != 0) names.push_back(device.name());
  }
  names.push_back("lo");
  if (std::count(names.begin(), names.end(), name) != 0 || !in_.underlay_ok_) return;
  in_.Wrong(node, field,
            absl::StrCat(in_.HostName(host), " has no interface \"", name, "\"; it has ",
                         absl::StrJoin(names, ", ")));
}

std::optional<wg::Endpoint> RoutingReader::Endpoint(const Node& node, absl::string_view field,
                                                    const std::string& text, int host) {
  const auto filled = in_.Filled(node, field, -1, text, in_.CopyOf(host));
  if (!filled.has_value()) return std::nullopt;
  const absl::StatusOr<wg::Endpoint> endpoint = wg::Endpoint::Parse(*filled);
  if (endpoint.ok() && endpoint->port != 0) return *endpoint;
  in_.Wrong(node, field,
            filled->empty() ? std::string("is missing; write address and port, as \"192.0.2.1:51820\"")
                            : absl::StrCat("\"", *filled,
                                           "\" is no address with a port; write one, as "
                                           "\"192.0.2.1:51820\""));
  return std::nullopt;
}

void RoutingReader::Nat(const Node& node, const file::Nat& nat, int host) {
  plan::Nat out;
  out.options.udp_timeout = Timeout(node, "udp_timeout", nat.udp_timeout());
  out.options.udp_timeout_stream = Timeout(node, "udp_stream_timeout", nat.udp_stream_timeout());
  out.options.port_per_destination = nat.port_per_destination();
  out.options.open_to_all = nat.open_to_all();
  out.options.max_flows =
      static_cast<size_t>(in_.Within(node, "max_flows", nat.max_flows(), 1, kMostNatFlows, "flows"));
  for (int i = 0; i < nat.inside_size(); ++i) {
    const auto prefix = in_.Prefix(node, "inside", i, nat.inside(i), in_.CopyOf(host));
    if (prefix.has_value()) out.inside.push_back(*prefix);
  }
  if (nat.inside_size() == 0) {
    in_.Wrong(node, "inside", "is missing; write whose addresses, as inside: \"192.168.1.0/24\"");
  }
  if (nat.has_outside()) Interface(node, "outside", nat.outside(), host);
  out.outside = nat.outside();
  Addresses(node, nat, host, &out);
  Forwards(node, nat, host, &out);
  in_.plan.hosts[host].nat = std::move(out);
}

void RoutingReader::Addresses(const Node& node, const file::Nat& nat, int host, plan::Nat* out) {
  const std::vector<wg::IpAddress>& own = in_.plan.hosts[host].addresses;
  const bool to_tunnel =
      nat.has_outside() && in_.interfaces_[host].count(nat.outside()) == 0;
  for (int i = 0; i < nat.addresses_size(); ++i) {
    const auto address = in_.Address(node, "addresses", i, nat.addresses(i), in_.CopyOf(host));
    if (!address.has_value()) continue;
    // An interface of WireGuard has addresses of its own.
    if (!to_tunnel && std::count(own.begin(), own.end(), *address) == 0 && in_.underlay_ok_) {
      in_.Wrong(node, "addresses", i,
                absl::StrCat(address->ToString(), " is no address of ", in_.HostName(host),
                             "; it has ", List(own)));
    }
    out->addresses.push_back(*address);
  }
  for (const wg::Prefix& prefix : out->inside) {
    const auto same = [&](const wg::IpAddress& address) {
      return address.family() == prefix.family();
    };
    if (std::any_of(out->addresses.begin(), out->addresses.end(), same)) continue;
    const auto free = std::find_if(own.begin(), own.end(), [&](const wg::IpAddress& address) {
      return same(address) && !IsInside(*out, address);
    });
    if (free != own.end()) {
      out->addresses.push_back(*free);
    } else if (in_.underlay_ok_) {
      in_.Wrong(node, "addresses",
                absl::StrCat(in_.HostName(host), " has no address for those of ",
                             prefix.ToString(), "; give it one that is not inside"));
    }
  }
}

void RoutingReader::Forwards(const Node& node, const file::Nat& nat, int host, plan::Nat* out) {
  for (int i = 0; i < nat.forwards_size(); ++i) {
    const Node inner = node.Child("forwards", i);
    const auto at = Endpoint(inner, "at", nat.forwards(i).at(), host);
    const auto to = Endpoint(inner, "to", nat.forwards(i).to(), host);
    if (!at.has_value() || !to.has_value()) continue;
    const std::vector<wg::IpAddress>& own = in_.plan.hosts[host].addresses;
    if (std::count(own.begin(), own.end(), at->address) == 0 && in_.underlay_ok_) {
      in_.Wrong(inner, "at",
                absl::StrCat(at->address.ToString(), " is no address of ", in_.HostName(host),
                             "; it has ", List(own)));
    } else if (at->address.family() != to->address.family()) {
      in_.Wrong(inner, "to", "is of the other family than `at`; write both as IPv4 or as IPv6");
    }
    out->forwards.push_back({*at, *to});
  }
}

void RoutingReader::Span(const Node& node, absl::string_view field, const std::string& text,
                         uint32_t* first, uint32_t* last) {
  const size_t dash = text.find('-');
  const std::string end = dash == std::string::npos ? text : text.substr(dash + 1);
  const bool ok = absl::SimpleAtoi(text.substr(0, dash), first) && absl::SimpleAtoi(end, last);
  if (ok && *first <= *last && *last <= kMostBytes) return;
  in_.Wrong(node, field,
            absl::StrCat("\"", text, "\" is no number or range up to ", kMostBytes,
                         "; write one, as \"51820\" or \"1000-1999\""));
  *first = *last = 0;
}

void RoutingReader::FilterPlaces(const Node& node, const file::PacketRule& rule, int host,
                                 net::FilterRule* out) {
  if (rule.has_in()) {
    Interface(node, "in", rule.in(), host);
    if (rule.hook() == file::PacketRule::OUTPUT) {
      in_.Wrong(node, "in", "what the host sends came in nowhere; leave it out");
    }
    out->in = rule.in();
  }
  if (rule.has_out()) {
    Interface(node, "out", rule.out(), host);
    if (rule.hook() == file::PacketRule::PREROUTING || rule.hook() == file::PacketRule::INPUT) {
      in_.Wrong(node, "out", "is only known to FORWARD and OUTPUT; leave it out");
    }
    out->out = rule.out();
  }
  if (rule.has_source()) {
    const auto prefix = in_.Prefix(node, "source", -1, rule.source(), in_.CopyOf(host));
    if (prefix.has_value()) out->source = *prefix;
  }
  if (rule.has_destination()) {
    const auto prefix = in_.Prefix(node, "destination", -1, rule.destination(), in_.CopyOf(host));
    if (prefix.has_value()) out->destination = *prefix;
  }
}

void RoutingReader::Filter(const Node& node, const file::PacketRule& rule, int host) {
  net::FilterRule out;
  if (!rule.has_hook()) {
    in_.Wrong(node, "hook", "is missing; write PREROUTING, INPUT, FORWARD or OUTPUT");
  }
  if (!rule.has_verdict()) in_.Wrong(node, "verdict", "is missing; write ACCEPT, DROP or MARK");
  if (rule.has_set_mark() != (rule.verdict() == file::PacketRule::MARK)) {
    in_.Wrong(node, "set_mark",
              rule.has_set_mark() ? "goes with verdict: MARK; leave out one of them"
                                  : "is missing; write which mark, as set_mark: 1");
  }
  out.hook = static_cast<net::FilterHook>(rule.hook() - file::PacketRule::PREROUTING);
  out.action = static_cast<net::FilterAction>(rule.verdict() - file::PacketRule::ACCEPT);
  out.set_mark = rule.set_mark();
  if (rule.has_mark()) out.mark = rule.mark();
  FilterPlaces(node, rule, host, &out);
  const std::string& protocol = rule.protocol();
  out.protocol = protocol == "udp"      ? net::kProtocolUdp
                 : protocol == "icmp"   ? net::kProtocolIcmp
                 : protocol == "icmpv6" ? net::kProtocolIcmpV6
                                        : 0;
  if (rule.has_protocol() && out.protocol == 0) {
    in_.Wrong(node, "protocol",
              absl::StrCat("\"", protocol, "\" is not known; write udp, icmp or icmpv6"));
  }
  for (const bool source : {true, false}) {
    if (!(source ? rule.has_source_ports() : rule.has_destination_ports())) continue;
    const char* const field = source ? "source_ports" : "destination_ports";
    uint32_t first = 0, last = 0;
    Span(node, field, source ? rule.source_ports() : rule.destination_ports(), &first, &last);
    (source ? out.source_ports : out.destination_ports) = {static_cast<uint16_t>(first),
                                                           static_cast<uint16_t>(last)};
    if (rule.has_protocol() && out.protocol != net::kProtocolUdp) {
      in_.Wrong(node, field, "only UDP has ports; write protocol: \"udp\"");
    }
  }
  if (rule.has_bytes()) Span(node, "bytes", rule.bytes(), &out.least_bytes, &out.most_bytes);
  in_.plan.hosts[host].filters.push_back(std::move(out));
}

uint32_t RoutingReader::Table(const Node& node, uint32_t table) {
  if (table != 0 && table != net::kLocalTable) return table;
  in_.Wrong(node, "table",
            absl::StrCat(table, table == 0 ? " is no table" : " is that of the host's own addresses",
                         "; write another number, as 51820"));
  return net::kMainTable;
}

void RoutingReader::Rule(const Node& node, const file::RoutingRule& rule, int host) {
  net::Rule out;
  if (rule.priority() == 0) {
    in_.Wrong(node, "priority", rule.has_priority()
                                    ? "0 is that of the host's own addresses; write 1 or more"
                                    : "is missing; write 1 or more, as priority: 32765");
  }
  out.priority = rule.priority();
  if (rule.has_table()) {
    out.table = Table(node, rule.table());
  } else {
    in_.Wrong(node, "table", "is missing; write which one is asked, as table: 51820");
  }
  if (rule.has_fwmark()) {
    out.mark = rule.fwmark();
    out.mask = ~uint32_t{0};
  } else if (rule.invert()) {
    in_.Wrong(node, "invert", "no packet is left; write which fwmark they must not have");
  }
  out.invert = rule.invert();
  if (rule.has_suppress_prefixlength()) {
    out.suppress_prefix_length = static_cast<int>(
        in_.Within(node, "suppress_prefixlength", rule.suppress_prefixlength(), 0, 128, "bits"));
  }
  in_.plan.hosts[host].rules.push_back(out);
}

bool RoutingReader::Action(const Node& node, const file::Action& action,
                           const plan::Moment& when) {
  if (!action.has_nat_rebind()) return false;
  const Node inner = node.Child("nat_rebind");
  const file::NatRebind& rebind = action.nat_rebind();
  plan::NatRebind out{.when = when, .other_ports = rebind.other_ports(), .address = {}};
  out.host = in_.FindHost(inner, "host", rebind.host());
  if (out.host == plan::kNone) return true;
  const plan::Host& host = in_.plan.hosts[out.host];
  if (!host.nat.has_value()) {
    in_.Wrong(inner, "host",
              absl::StrCat(host.name, " translates no addresses; name a host with nat { }"));
    return true;
  }
  if (rebind.has_address()) {
    const auto address =
        in_.Address(inner, "address", -1, rebind.address(), in_.CopyOf(out.host));
    if (!address.has_value()) return true;
    if (std::count(host.addresses.begin(), host.addresses.end(), *address) == 0 &&
        in_.underlay_ok_) {
      in_.Wrong(inner, "address",
                absl::StrCat(address->ToString(), " is no address of ", host.name, "; it has ",
                             List(host.addresses)));
    }
    out.address = *address;
  }
  in_.plan.nat_rebinds.push_back(std::move(out));
  return true;
}

}  // namespace scenario
