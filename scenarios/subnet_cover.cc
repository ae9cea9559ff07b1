// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/subnet_cover.h"

#include <algorithm>

#include "absl/types/span.h"
#include "protocol/check.h"

namespace scenario {
namespace {

using Addresses = absl::Span<const wg::IpAddress>;

// The part of a sorted list that `prefix` contains.
Addresses Within(Addresses all, const wg::Prefix& prefix) {
  const auto first = std::lower_bound(all.begin(), all.end(), prefix.network());
  const auto last = std::partition_point(
      first, all.end(), [&](const wg::IpAddress& address) { return prefix.Contains(address); });
  return Addresses(all.data() + (first - all.begin()), static_cast<size_t>(last - first));
}

void Cover(Addresses inside, Addresses outside, std::vector<wg::Prefix>* out) {
  if (inside.empty()) return;
  // The longest prefix that has the first and the last has all that lie between them.
  int length = inside.front().width();
  while (!wg::Prefix(inside.front(), length).Contains(inside.back())) --length;
  const wg::Prefix common(inside.front(), length);
  const Addresses strangers = Within(outside, common);
  if (strangers.empty()) {
    out->push_back(common);
    return;
  }
  CHECK_LT(length, inside.front().width());
  const Addresses lower = Within(inside, wg::Prefix(inside.front(), length + 1));
  Cover(lower, strangers, out);
  Cover(inside.subspan(lower.size()), strangers, out);
}

void SortOut(std::vector<wg::IpAddress>* addresses) {
  std::sort(addresses->begin(), addresses->end());
  addresses->erase(std::unique(addresses->begin(), addresses->end()), addresses->end());
}

}  // namespace

std::vector<wg::Prefix> SubnetCover(std::vector<wg::IpAddress> inside,
                                    std::vector<wg::IpAddress> outside) {
  SortOut(&inside);
  SortOut(&outside);
  std::vector<wg::Prefix> out;
  const auto middle = std::partition_point(
      inside.begin(), inside.end(), [&](const wg::IpAddress& address) {
        return address.family() == inside.front().family();
      });
  const size_t first = static_cast<size_t>(middle - inside.begin());
  const Addresses all = inside;
  Cover(all.subspan(0, first), outside, &out);
  Cover(all.subspan(first), outside, &out);
  return out;
}

}  // namespace scenario
