// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// RouteTable: routes by longest prefix, then lowest metric, then first added; both families. Routes
// through an interface that is down do not count. One table of a namespace's Fib.
//
// A hash map per table keyed by masked prefix, asked once per prefix length in use, longest first:
// real tables have a handful of lengths.
#ifndef WGSIM_SIM_NET_ROUTE_TABLE_H_
#define WGSIM_SIM_NET_ROUTE_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "protocol/ip.h"
#include "sim/net/interface.h"

namespace net {

enum class RouteType : uint8_t {
  kUnicast,      // through `out`
  kLocal,        // an address of this host
  kUnreachable,  // EHOSTUNREACH; ICMP host unreachable when forwarding
  kProhibit,     // the same with "administratively prohibited"
  kBlackhole,    // EINVAL; silence when forwarding
};

struct Route {
  wg::Prefix prefix{};
  RouteType type = RouteType::kUnicast;
  Interface* out = nullptr;  // REQUIRES for kUnicast and kLocal
  wg::IpAddress gateway{};   // next hop, for the choice of the source; links are point to point
  wg::IpAddress source{};    // preferred source ("src"), or none
  uint32_t metric = 0;
  uint32_t mtu = 0;  // 0: the interface's
};

class RouteTable {
 public:
  // False, without change, if there is a route of the same prefix, metric and interface (EEXIST).
  bool Add(const Route& route);
  // Removes the first route of this prefix, metric and interface (nullptr: any). False if there is
  // none (ESRCH).
  bool Remove(const wg::Prefix& prefix, uint32_t metric, const Interface* out);
  // Removes every route through `out`. Returns how many.
  size_t RemoveAll(const Interface* out);
  // Routes that prefer the source `from` prefer `to` from now on.
  void ReplaceSource(const wg::IpAddress& from, const wg::IpAddress& to);

  // The best usable route of at least `min_length` bits, or nullptr. Valid until the table changes.
  const Route* Lookup(const wg::IpAddress& address, int min_length = 0) const;

  size_t size() const { return size_; }

 private:
  using Entry = absl::InlinedVector<Route, 1>;  // by metric, then age

  struct PerFamily {
    absl::flat_hash_map<wg::Prefix, Entry> prefixes;  // keyed by network
    std::array<uint32_t, 129> count_by_length{};
    std::vector<uint8_t> lengths;  // in use, longest first
  };

  PerFamily& family(wg::Family f) { return f == wg::Family::kIpv4 ? v4_ : v6_; }
  const PerFamily& family(wg::Family f) const { return f == wg::Family::kIpv4 ? v4_ : v6_; }
  void Count(PerFamily* family, int length, int change);

  PerFamily v4_;
  PerFamily v6_;
  size_t size_ = 0;
};

}  // namespace net

#endif  // WGSIM_SIM_NET_ROUTE_TABLE_H_
