// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// NaiveAllowedIps: the table of allowed ips as one list in the order of insertion, searched from
// end to end. The oracle for AllowedIps in tests: slow, and too simple to be wrong.
#ifndef WGSIM_PROTOCOL_NAIVE_ALLOWEDIPS_H_
#define WGSIM_PROTOCOL_NAIVE_ALLOWEDIPS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocol/ip.h"

namespace wg {

// Single-threaded. Copyable.
class NaiveAllowedIps {
 public:
  static constexpr uint32_t kNobody = 0xffffff;

  void Insert(const Prefix& prefix, uint32_t owner) {
    std::erase_if(entries_, [&](const Item& e) { return e.prefix == prefix; });
    entries_.push_back({prefix, owner});
  }
  void RemoveOne(const Prefix& prefix, uint32_t owner) {
    std::erase_if(entries_, [&](const Item& e) { return e.prefix == prefix && e.owner == owner; });
  }
  void RemoveByOwner(uint32_t owner) {
    std::erase_if(entries_, [&](const Item& e) { return e.owner == owner; });
  }
  void RemoveFirst(uint32_t owner) {
    entries_.erase(std::find_if(entries_.begin(), entries_.end(),
                                [&](const Item& e) { return e.owner == owner; }));
  }
  void ClearFamily(Family family) {
    std::erase_if(entries_, [&](const Item& e) { return e.prefix.family() == family; });
  }

  uint32_t Lookup(const IpAddress& address) const {
    const Item* best = nullptr;
    for (const Item& e : entries_) {
      if (e.prefix.Contains(address) &&
          (best == nullptr || e.prefix.length() > best->prefix.length())) {
        best = &e;
      }
    }
    return best == nullptr ? kNobody : best->owner;
  }
  std::vector<Prefix> ListOf(uint32_t owner) const {
    std::vector<Prefix> list;
    for (const Item& e : entries_) {
      if (e.owner == owner) list.push_back(e.prefix);
    }
    return list;
  }
  size_t prefixes() const { return entries_.size(); }

 private:
  struct Item {
    Prefix prefix;
    uint32_t owner;
  };
  std::vector<Item> entries_;
};

}  // namespace wg

#endif  // WGSIM_PROTOCOL_NAIVE_ALLOWEDIPS_H_
