// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/intent.h"

#include <algorithm>

namespace scenario {

size_t Intent::Follow(int device, const wg::IpAddress& address) {
  const auto [at, is_new] = numbers_.try_emplace({device, address}, followed_.size());
  if (is_new) followed_.push_back({device, {}});
  return at->second;
}

template <typename Do>
void Intent::ForEachInside(int device, const wg::Prefix& prefix, Do what) {
  for (auto at = numbers_.lower_bound({device, prefix.network()});
       at != numbers_.end() && at->first.first == device && prefix.Contains(at->first.second);
       ++at) {
    what(&followed_[at->second]);
  }
}

void Intent::Give(int device, const wg::Prefix& prefix, int peer) {
  ForEachInside(device, prefix, [&](Followed* followed) {
    auto at = std::find_if(followed->owners.begin(), followed->owners.end(),
                           [&](const auto& owner) { return owner.first.length() <= prefix.length(); });
    if (at != followed->owners.end() && at->first == prefix) {
      at->second = peer;
    } else {
      followed->owners.insert(at, {prefix, peer});
    }
  });
}

void Intent::Take(int device, const wg::Prefix& prefix, int peer) {
  ForEachInside(device, prefix, [&](Followed* followed) {
    std::erase(followed->owners, std::pair<wg::Prefix, int>(prefix, peer));
  });
}

int Intent::Owner(size_t number) const {
  const Followed& followed = followed_[number];
  for (const auto& [prefix, peer] : followed.owners) {
    if (absent_.empty() || !absent_.contains({followed.device, peer})) return peer;
  }
  return kNobody;
}

}  // namespace scenario
