// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/fib.h"

#include <algorithm>

#include "protocol/check.h"
#include "sim/mix.h"

namespace net {
namespace {

constexpr uint32_t kMainPriority = 32766;

wg::Errno ErrorOf(RouteType type) {
  switch (type) {
    case RouteType::kUnicast:
    case RouteType::kLocal:
      return wg::Errno::kOk;
    case RouteType::kUnreachable:
      return wg::Errno::kHostUnreach;
    case RouteType::kProhibit:
      return wg::Errno::kHostUnreach;
    case RouteType::kBlackhole:
      return wg::Errno::kInval;
  }
  return wg::Errno::kNetUnreach;
}

// Number of leading bits two addresses share.
int CommonLength(const wg::IpAddress& a, const wg::IpAddress& b) {
  if (uint64_t hi = a.hi() ^ b.hi(); hi != 0) return __builtin_clzll(hi);
  if (uint64_t lo = a.lo() ^ b.lo(); lo != 0) return 64 + __builtin_clzll(lo);
  return 128;
}

}  // namespace

Fib::Fib(Fabric* fabric) : fabric_(fabric), cache_(kCacheSlots) {
  tables_[kLocalTable];
  tables_[kMainTable];
  AddRule(Rule{.priority = 0, .table = kLocalTable});
  AddRule(Rule{.priority = kMainPriority, .table = kMainTable});
}

Route Fib::SubnetRoute(const Address& address) {
  Route route{.prefix = address.prefix, .out = address.interface};
  // IPv6 chooses the source anew for each destination.
  if (address.prefix.family() == wg::Family::kIpv4) route.source = address.prefix.address();
  return route;
}

bool Fib::HasPrimary(const Interface* interface, const wg::Prefix& prefix) const {
  return std::any_of(addresses_.begin(), addresses_.end(), [&](const Address& a) {
    return a.primary && a.interface == interface && a.prefix == prefix;
  });
}

bool Fib::AddAddress(Interface* interface, const wg::Prefix& address) {
  for (const Address& a : addresses_) {
    if (a.prefix.address() == address.address()) return false;
  }
  Address entry{address, interface, false};
  const bool subnet = address.length() < address.address().width();
  entry.primary = subnet && !HasPrimary(interface, address);
  addresses_.push_back(entry);
  table(kLocalTable)
      .Add(Route{.prefix = wg::Prefix::Host(address.address()),
                 .type = RouteType::kLocal,
                 .out = interface,
                 .source = address.address()});
  if (entry.primary) {
    Route route = SubnetRoute(entry);
    // 127.0.0.1/8 makes all of 127.0.0.0/8 local.
    const bool all_local = interface == loopback_ && address.family() == wg::Family::kIpv4;
    if (all_local) route.type = RouteType::kLocal;
    table(all_local ? kLocalTable : kMainTable).Add(route);
  }
  Invalidate();
  return true;
}

bool Fib::RemoveAddress(Interface* interface, const wg::IpAddress& address) {
  auto at = std::find_if(addresses_.begin(), addresses_.end(), [&](const Address& a) {
    return a.interface == interface && a.prefix.address() == address;
  });
  if (at == addresses_.end()) return false;
  const Address gone = *at;
  addresses_.erase(at);
  table(kLocalTable).Remove(wg::Prefix::Host(address), 0, interface);
  if (gone.primary) {
    for (TableId id : {kLocalTable, kMainTable}) {
      if (table(id).Remove(gone.prefix, 0, interface)) {
        auto next = std::find_if(addresses_.begin(), addresses_.end(), [&](const Address& a) {
          return a.interface == interface && a.prefix == gone.prefix;
        });
        if (next != addresses_.end()) {
          next->primary = true;
          Route route = SubnetRoute(*next);
          if (id == kLocalTable) route.type = RouteType::kLocal;
          table(id).Add(route);
        }
        break;
      }
    }
  }
  Invalidate();
  return true;
}

std::vector<wg::Prefix> Fib::addresses(const Interface* interface) const {
  std::vector<wg::Prefix> result;
  for (const Address& a : addresses_) {
    if (a.interface == interface) result.push_back(a.prefix);
  }
  return result;
}

bool Fib::AddRoute(const Route& route, TableId id) {
  Invalidate();
  return table(id).Add(route);
}

bool Fib::RemoveRoute(const wg::Prefix& prefix, uint32_t metric, const Interface* out, TableId id) {
  Invalidate();
  return table(id).Remove(prefix, metric, out);
}

void Fib::ReplaceSource(const wg::IpAddress& from, const wg::IpAddress& to) {
  for (auto& [id, routes] : tables_) routes.ReplaceSource(from, to);
  Invalidate();
}

void Fib::AddRule(const Rule& rule) {
  auto at = std::find_if(rules_.begin(), rules_.end(),
                         [&](const Rule& other) { return other.priority > rule.priority; });
  rules_.insert(at, rule);
  Invalidate();
}

bool Fib::RemoveRule(uint32_t priority) {
  auto at = std::find_if(rules_.begin(), rules_.end(),
                         [&](const Rule& rule) { return rule.priority == priority; });
  if (at == rules_.end()) return false;
  rules_.erase(at);
  Invalidate();
  return true;
}

void Fib::RemoveInterface(const Interface* interface) {
  addresses_.erase(std::remove_if(addresses_.begin(), addresses_.end(),
                                  [&](const Address& a) { return a.interface == interface; }),
                   addresses_.end());
  for (auto& [id, table] : tables_) table.RemoveAll(interface);
  Invalidate();
}

bool Fib::IsLocal(const wg::IpAddress& address) const {
  if (last_local_.generation != generation_ || last_local_.address != address) {
    const Route* route = tables_.at(kLocalTable).Lookup(address);
    last_local_ = {generation_, address, route != nullptr && route->type == RouteType::kLocal};
  }
  return last_local_.is_local;
}

const RouteResult& Fib::Lookup(const RouteQuery& query) {
  const uint64_t mixed = sim::MultiplyFold(query.destination.hi() ^ sim::kMixA,
                                           query.destination.lo() ^ query.mark ^ sim::kMixB);
  CacheEntry& entry = cache_[mixed % kCacheSlots];
  const bool hit = entry.generation == generation_ &&
                   entry.query.destination == query.destination && entry.query.mark == query.mark &&
                   entry.query.out == query.out && fabric_->now() < entry.result.expires;
  if (!hit) {
    entry.result = Resolve(query);
    entry.query = query;
    entry.generation = generation_;
  }
  return entry.result;
}

RouteResult Fib::Resolve(const RouteQuery& query) const {
  for (const Rule& rule : rules_) {
    if (rule.family != wg::Family::kNone && rule.family != query.destination.family()) continue;
    if (((query.mark & rule.mask) == rule.mark) == rule.invert) continue;
    auto table = tables_.find(rule.table);
    if (table == tables_.end()) continue;
    const Route* route = table->second.Lookup(query.destination, rule.suppress_prefix_length + 1);
    if (route == nullptr) continue;
    if (query.out != nullptr && route->out != query.out && route->type == RouteType::kUnicast)
      continue;
    return Answer(query, *route);
  }
  // A socket bound to an interface may send through it to anywhere (ip_route_output_key: "oif"
  // without a route).
  if (query.out != nullptr && query.out->up()) {
    const Route direct{.prefix = wg::Prefix::Host(query.destination),
                       .out = const_cast<Interface*>(query.out)};
    return Answer(query, direct);
  }
  return RouteResult();
}

RouteResult Fib::Answer(const RouteQuery& query, const Route& route) const {
  RouteResult result;
  result.error = ErrorOf(route.type);
  result.type = route.type;
  result.prefix_length = route.prefix.length();
  if (result.error != wg::Errno::kOk) return result;
  const bool local = route.type == RouteType::kLocal;
  result.out = local ? loopback_ : route.out;
  CHECK(result.out != nullptr);
  result.next_hop = route.gateway ? route.gateway : query.destination;
  result.source = route.source ? route.source
                  : local      ? query.destination
                               : SelectSource(route.out, result.next_hop);
  result.mtu = route.mtu != 0 ? route.mtu : result.out->mtu();
  auto learned = path_mtus_.empty() ? path_mtus_.end() : path_mtus_.find(query.destination);
  if (learned != path_mtus_.end() && fabric_->now() < learned->second.expires) {
    result.mtu = std::min(result.mtu, learned->second.mtu);
    result.expires = learned->second.expires;
  }
  return result;
}

// inet_select_addr: the primary address of the interface whose subnet has the next hop, else its
// first one, else any of another interface.
wg::IpAddress Fib::SelectSource(const Interface* out, const wg::IpAddress& towards) const {
  if (towards.is_v6()) return SelectSourceV6(out, towards);
  wg::IpAddress first;
  wg::IpAddress elsewhere;
  for (const Address& a : addresses_) {
    if (a.prefix.family() != wg::Family::kIpv4 || !a.interface->up()) continue;
    if (a.interface == out) {
      if (a.prefix.Contains(towards)) return a.prefix.address();
      if (!first) first = a.prefix.address();
    } else if (!elsewhere && !a.interface->is_loopback()) {
      elsewhere = a.prefix.address();
    }
  }
  return first ? first : elsewhere;
}

// RFC 6724 reduced to what matters here: equal scope, outgoing interface, longest common prefix.
wg::IpAddress Fib::SelectSourceV6(const Interface* out, const wg::IpAddress& towards) const {
  wg::IpAddress best;
  int best_score = -1;
  for (const Address& a : addresses_) {
    const wg::IpAddress& address = a.prefix.address();
    if (!address.is_v6() || !a.interface->up()) continue;
    if (a.interface->is_loopback() && a.interface != out) continue;
    if (address.IsLinkLocal() && a.interface != out) continue;
    int score = CommonLength(address, towards);
    if (a.interface == out) score += 256;
    if (address.IsLinkLocal() == towards.IsLinkLocal()) score += 512;
    if (score > best_score) {
      best_score = score;
      best = address;
    }
  }
  return best;
}

void Fib::LearnPathMtu(const wg::IpAddress& destination, uint32_t mtu) {
  const uint32_t floor = destination.is_v4() ? kMinPathMtu : kMinPathMtuV6;
  mtu = std::max(mtu, floor);
  if (path_mtus_.size() >= kMaxPathMtus && !path_mtus_.contains(destination)) path_mtus_.clear();
  path_mtus_[destination] = PathMtu{mtu, fabric_->now() + kPathMtuExpires};
  Invalidate();
}

}  // namespace net
