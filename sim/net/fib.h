// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Fib: how one namespace answers "where does this go, and from which address": the addresses of its
// interfaces, route tables, policy rules, path MTUs learned from ICMP. Answers are cached until
// anything changes.
//
// As Linux keeps it: an address adds a route to itself to the table "local" and one to its subnet
// to "main"; rules are asked by priority, the first being "local"; routes and addresses of an
// interface that is down do not count.
#ifndef WGSIM_SIM_NET_FIB_H_
#define WGSIM_SIM_NET_FIB_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "protocol/errno.h"
#include "protocol/ip.h"
#include "sim/net/interface.h"
#include "sim/net/route_table.h"
#include "sim/time.h"

namespace net {

using TableId = uint32_t;
inline constexpr TableId kMainTable = 254;
inline constexpr TableId kLocalTable = 255;

// "ip rule": packets it matches look into `table`; if that finds nothing the next rule is asked.
struct Rule {
  uint32_t priority = 0;
  TableId table = kMainTable;
  uint32_t mark = 0;
  uint32_t mask = 0;                // 0: every mark matches
  bool invert = false;              // "not"
  int suppress_prefix_length = -1;  // answers from prefixes this short or shorter do not count
  wg::Family family = wg::Family::kNone;  // kNone: both
};

// Where a packet goes. `out` is nullptr exactly if `error` is not kOk.
struct RouteResult {
  wg::Errno error = wg::Errno::kNetUnreach;
  RouteType type = RouteType::kUnreachable;
  Interface* out = nullptr;  // for kLocal the loopback interface
  wg::IpAddress next_hop{};  // gateway, or the destination
  wg::IpAddress source{};    // address to send from if the sender has none
  uint32_t mtu = 0;          // of the route, learned path MTU included
  int prefix_length = 0;
  sim::Time expires = sim::kEndOfTime;  // a learned MTU ends then
};

struct RouteQuery {
  wg::IpAddress destination{};
  uint32_t mark = 0;
  const Interface* out = nullptr;  // only through this interface (SO_BINDTODEVICE, IPv6 scope)
};

class Fib {
 public:
  // Bounds and times of learned path MTUs: net.ipv4.route.mtu_expires, min_pmtu; the kernel keeps
  // 2048 buckets of 5.
  static constexpr sim::Duration kPathMtuExpires = std::chrono::seconds(600);
  static constexpr uint32_t kMinPathMtu = 552;
  static constexpr uint32_t kMinPathMtuV6 = 1280;
  static constexpr size_t kMaxPathMtus = 10240;

  explicit Fib(Fabric* fabric);
  Fib(const Fib&) = delete;
  Fib& operator=(const Fib&) = delete;

  // Where local destinations are sent. REQUIRES: set before the first lookup.
  void set_loopback(Interface* loopback) { loopback_ = loopback; }

  // Address with its subnet's length, e.g. 10.0.0.1/24. False if this namespace has the address
  // already.
  bool AddAddress(Interface* interface, const wg::Prefix& address);
  // Another address of the same subnet takes over its subnet route (promote_secondaries). False if
  // it is not there.
  bool RemoveAddress(Interface* interface, const wg::IpAddress& address);
  // In the order added.
  std::vector<wg::Prefix> addresses(const Interface* interface) const;

  bool AddRoute(const Route& route, TableId table = kMainTable);
  bool RemoveRoute(const wg::Prefix& prefix, uint32_t metric = 0, const Interface* out = nullptr,
                   TableId table = kMainTable);
  // Routes of all tables that prefer the source `from` prefer `to`, of the same family, from now on:
  // what a daemon does when an address has gone.
  void ReplaceSource(const wg::IpAddress& from, const wg::IpAddress& to);
  void AddRule(const Rule& rule);
  // Removes the first rule of this priority. False if there is none.
  bool RemoveRule(uint32_t priority);
  // The interface leaves: its addresses and routes go.
  void RemoveInterface(const Interface* interface);
  // An interface went up or down or changed its MTU.
  void Invalidate() { ++generation_; }

  // Valid until the next lookup or change.
  const RouteResult& Lookup(const RouteQuery& query);
  // An address that this namespace answers to right now (inet_addr_type == RTN_LOCAL; 127.0.0.0/8
  // included).
  bool IsLocal(const wg::IpAddress& address) const;

  // ICMP said that packets to `destination` must not be larger than `mtu`.
  void LearnPathMtu(const wg::IpAddress& destination, uint32_t mtu);

  // Changes whenever any answer may have changed.
  uint64_t generation() const { return generation_; }

 private:
  struct Address {
    wg::Prefix prefix;
    Interface* interface;
    bool primary;  // owns the subnet route
  };
  struct PathMtu {
    uint32_t mtu;
    sim::Time expires;
  };
  struct CacheEntry {
    uint64_t generation = 0;
    RouteQuery query;
    RouteResult result;
  };
  static constexpr size_t kCacheSlots = 64;

  RouteTable& table(TableId id) { return tables_[id]; }
  RouteResult Resolve(const RouteQuery& query) const;
  RouteResult Answer(const RouteQuery& query, const Route& route) const;
  wg::IpAddress SelectSource(const Interface* out, const wg::IpAddress& towards) const;
  wg::IpAddress SelectSourceV6(const Interface* out, const wg::IpAddress& towards) const;
  bool HasPrimary(const Interface* interface, const wg::Prefix& prefix) const;
  static Route SubnetRoute(const Address& address);

  Fabric* const fabric_;
  Interface* loopback_ = nullptr;
  std::vector<Address> addresses_;  // in the order added
  absl::btree_map<TableId, RouteTable> tables_;
  std::vector<Rule> rules_;  // by priority, then age
  absl::flat_hash_map<wg::IpAddress, PathMtu> path_mtus_;
  uint64_t generation_ = 1;
  std::vector<CacheEntry> cache_;
  // The last answer of IsLocal: a tunnel asks about the same source for every packet.
  struct {
    uint64_t generation = 0;
    wg::IpAddress address;
    bool is_local = false;
  } mutable last_local_;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_FIB_H_
