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

wg::SetDevice OneAllowedIp(const wg::PublicKey& peer, const wg::Prefix& prefix, bool remove) {
  wg::SetPeer set{.public_key = peer};
  set.allowed_ips.push_back({.prefix = prefix, .remove = remove});
  return OnePeer(std::move(set));
}

}  // namespace

void Manager::Adopt(const wg::PublicKey& peer, std::vector<wg::Prefix> allowed_ips) {
  CHECK(wanted_.emplace(peer, std::move(allowed_ips)).second);
}

wg::SetDevice Manager::Replace(const wg::PublicKey& peer) const {
  wg::SetPeer set{.public_key = peer, .replace_allowed_ips = true};
  for (const wg::Prefix& prefix : wanted_.at(peer)) set.allowed_ips.push_back({.prefix = prefix});
  return OnePeer(std::move(set));
}

bool Manager::Forget(const wg::PublicKey& peer, const wg::Prefix& prefix) {
  std::vector<wg::Prefix>& list = wanted_.at(peer);
  auto at = std::find(list.begin(), list.end(), prefix);
  if (at == list.end()) return false;
  list.erase(at);
  return true;
}

std::vector<wg::SetDevice> Manager::Add(const wg::PublicKey& peer, const wg::Prefix& prefix) {
  std::vector<wg::Prefix>& list = wanted_.at(peer);
  if (std::find(list.begin(), list.end(), prefix) != list.end()) return {};
  list.push_back(prefix);
  if (method_ == plan::Method::kReplace) return {Replace(peer)};
  return {OneAllowedIp(peer, prefix, /*remove=*/false)};
}

std::vector<wg::SetDevice> Manager::Remove(const wg::PublicKey& peer, const wg::Prefix& prefix) {
  if (!Forget(peer, prefix)) return {};
  switch (method_) {
    case plan::Method::kReplace: return {Replace(peer)};
    case plan::Method::kDummyPeer:
      return {OneAllowedIp(kDummyPeerKey, prefix, /*remove=*/false),
              OnePeer({.public_key = kDummyPeerKey, .remove = true})};
    case plan::Method::kRemoveMe: return {OneAllowedIp(peer, prefix, /*remove=*/true)};
  }
  return {};
}

std::vector<wg::SetDevice> Manager::Move(const wg::PublicKey& from, const wg::PublicKey& to,
                                         const wg::Prefix& prefix) {
  const bool had = Forget(from, prefix);
  std::vector<wg::SetDevice> requests = Add(to, prefix);
  if (had && method_ == plan::Method::kReplace) requests.push_back(Replace(from));
  return requests;
}

}  // namespace scenario
