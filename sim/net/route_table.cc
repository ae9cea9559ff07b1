// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "sim/net/route_table.h"

#include <algorithm>
#include <functional>

#include "protocol/check.h"

namespace net {
namespace {

bool Usable(const Route& route) { return route.out == nullptr || route.out->up(); }

}  // namespace

void RouteTable::Count(PerFamily* family, int length, int change) {
  uint32_t& count = family->count_by_length[length];
  const bool was = count != 0;
  count += change;
  if (was == (count != 0)) return;
  auto at =
      std::lower_bound(family->lengths.begin(), family->lengths.end(), length, std::greater<int>());
  if (was) {
    family->lengths.erase(at);
  } else {
    family->lengths.insert(at, static_cast<uint8_t>(length));
  }
}

bool RouteTable::Add(const Route& route) {
  CHECK(route.prefix.family() != wg::Family::kNone);
  const bool needs_out = route.type == RouteType::kUnicast || route.type == RouteType::kLocal;
  CHECK_EQ(needs_out, route.out != nullptr);
  PerFamily& f = family(route.prefix.family());
  Entry& entry = f.prefixes[wg::Prefix(route.prefix.network(), route.prefix.length())];
  for (const Route& other : entry) {
    if (other.metric == route.metric && other.out == route.out) return false;
  }
  auto at = std::find_if(entry.begin(), entry.end(),
                         [&](const Route& other) { return other.metric > route.metric; });
  entry.insert(at, route);
  Count(&f, route.prefix.length(), +1);
  ++size_;
  return true;
}

bool RouteTable::Remove(const wg::Prefix& prefix, uint32_t metric, const Interface* out) {
  PerFamily& f = family(prefix.family());
  auto it = f.prefixes.find(wg::Prefix(prefix.network(), prefix.length()));
  if (it == f.prefixes.end()) return false;
  Entry& entry = it->second;
  auto at = std::find_if(entry.begin(), entry.end(), [&](const Route& route) {
    return route.metric == metric && (out == nullptr || route.out == out);
  });
  if (at == entry.end()) return false;
  entry.erase(at);
  if (entry.empty()) f.prefixes.erase(it);
  Count(&f, prefix.length(), -1);
  --size_;
  return true;
}

void RouteTable::ReplaceSource(const wg::IpAddress& from, const wg::IpAddress& to) {
  // Each on its own: the map's order does not matter.
  for (auto& [prefix, entry] : family(from.family()).prefixes) {
    for (Route& route : entry) {
      if (route.source == from) route.source = to;
    }
  }
}

size_t RouteTable::RemoveAll(const Interface* out) {
  size_t removed = 0;
  for (PerFamily* f : {&v4_, &v6_}) {
    // The map's order does not matter: what is left is the same in any order.
    for (auto it = f->prefixes.begin(); it != f->prefixes.end();) {
      auto here = it++;
      Entry& entry = here->second;
      const size_t before = entry.size();
      entry.erase(std::remove_if(entry.begin(), entry.end(),
                                 [&](const Route& route) { return route.out == out; }),
                  entry.end());
      const size_t gone = before - entry.size();
      if (gone != 0) Count(f, here->first.length(), -static_cast<int>(gone));
      removed += gone;
      if (entry.empty()) f->prefixes.erase(here);
    }
  }
  size_ -= removed;
  return removed;
}

const Route* RouteTable::Lookup(const wg::IpAddress& address, int min_length) const {
  const PerFamily& f = family(address.family());
  for (const int length : f.lengths) {
    if (length < min_length) break;
    auto it = f.prefixes.find(wg::Prefix(address.Masked(length), length));
    if (it == f.prefixes.end()) continue;
    for (const Route& route : it->second) {
      if (Usable(route)) return &route;
    }
  }
  return nullptr;
}

}  // namespace net
