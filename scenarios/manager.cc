// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/manager.h"

#include <algorithm>
#include <utility>

#include "protocol/check.h"

namespace scenario {
namespace {

wg::SetDevice OnePeer(wg::SetPeer peer) {
  wg::SetDevice request;
  request.peers.push_back(std::move(peer));
  return request;
}

wg::SetDevice AllowedIps(const wg::PublicKey& peer, absl::Span<const wg::Prefix> add,
                         absl::Span<const wg::Prefix> remove) {
  wg::SetPeer set{.public_key = peer};
  for (const wg::Prefix& prefix : remove) set.allowed_ips.push_back({.prefix = prefix, .remove = true});
  for (const wg::Prefix& prefix : add) set.allowed_ips.push_back({.prefix = prefix});
  return OnePeer(std::move(set));
}

}  // namespace

void Manager::Adopt(const wg::PublicKey& peer, PrefixList allowed_ips) {
  for (const wg::Prefix& prefix : allowed_ips) owners_[prefix] = peer;
  CHECK(wanted_.emplace(peer, std::move(allowed_ips)).second);
}

wg::SetDevice Manager::Replace(const wg::PublicKey& peer) const {
  wg::SetPeer set{.public_key = peer, .replace_allowed_ips = true};
  for (const wg::Prefix& prefix : wanted_.at(peer)) set.allowed_ips.push_back({.prefix = prefix});
  return OnePeer(std::move(set));
}

bool Manager::Forget(const wg::PublicKey& peer, const wg::Prefix& prefix) {
  PrefixList& list = wanted_.at(peer);
  auto at = std::find(list.begin(), list.end(), prefix);
  if (at == list.end()) return false;
  list.erase(at);
  owners_.erase(prefix);
  return true;
}

std::vector<wg::SetDevice> Manager::Change(const wg::PublicKey& peer,
                                           absl::Span<const wg::Prefix> add,
                                           absl::Span<const wg::Prefix> remove) {
  std::vector<wg::Prefix> removed;
  for (const wg::Prefix& prefix : remove) {
    if (Forget(peer, prefix)) removed.push_back(prefix);
  }
  PrefixList& list = wanted_.at(peer);
  std::vector<wg::Prefix> added;
  for (const wg::Prefix& prefix : add) {
    if (std::find(list.begin(), list.end(), prefix) != list.end()) continue;
    if (const auto owner = owners_.find(prefix); owner != owners_.end()) {
      Forget(wg::PublicKey(owner->second), prefix);
    }
    owners_[prefix] = peer;
    list.push_back(prefix);
    added.push_back(prefix);
  }
  std::vector<wg::SetDevice> requests;
  if (added.empty() && removed.empty()) return requests;
  switch (method_) {
    case plan::Method::kReplace:
      requests.push_back(Replace(peer));
      break;
    case plan::Method::kDummyPeer:
      if (!added.empty()) requests.push_back(AllowedIps(peer, added, {}));
      if (!removed.empty()) {
        requests.push_back(AllowedIps(kDummyPeerKey, removed, {}));
        requests.push_back(OnePeer({.public_key = kDummyPeerKey, .remove = true}));
      }
      break;
    case plan::Method::kRemoveMe:
      requests.push_back(AllowedIps(peer, added, removed));
      break;
  }
  return requests;
}

std::vector<wg::SetDevice> Manager::Move(const wg::PublicKey& from, const wg::PublicKey& to,
                                         const wg::Prefix& prefix) {
  const bool had = Forget(from, prefix);
  std::vector<wg::SetDevice> requests = Add(to, prefix);
  if (had && method_ == plan::Method::kReplace) requests.push_back(Replace(from));
  return requests;
}

}  // namespace scenario
