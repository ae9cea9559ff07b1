// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/managers/cilium_incremental.h"

#include <algorithm>
#include <utility>

namespace scenario {

void CiliumIncremental::AddLeftovers(int node, Owed* owed) {
  const auto left = left_over_.find(node);
  if (left == left_over_.end()) return;
  const PrefixList& wanted = nodes()[node].prefixes;
  const auto is_wanted = [&](const wg::Prefix& prefix) {
    return std::find(wanted.begin(), wanted.end(), prefix) != wanted.end();
  };
  const auto add = [](const wg::Prefix& prefix, std::vector<wg::Prefix>* list) {
    if (std::find(list->begin(), list->end(), prefix) == list->end()) list->push_back(prefix);
  };
  for (const wg::Prefix& prefix : left->second.insert) {
    if (is_wanted(prefix)) add(prefix, &owed->insert);
  }
  for (const wg::Prefix& prefix : left->second.remove) {
    if (!is_wanted(prefix)) add(prefix, &owed->remove);
  }
  left_over_.erase(left);
}

void CiliumIncremental::Update(int node, wg::SetPeer peer, absl::Span<const wg::Prefix> added,
                               absl::Span<const wg::Prefix> removed,
                               std::vector<wg::SetDevice> before) {
  Owed owed{{added.begin(), added.end()}, {removed.begin(), removed.end()}};
  AddLeftovers(node, &owed);
  Append(std::move(peer), owed.insert, owed.remove, &before);
  if (before.empty()) return;
  sent_.push_back({node, std::move(owed)});
  Send(std::move(before));
}

void CiliumIncremental::OnPrefixes(int node, absl::Span<const wg::Prefix> added,
                                   absl::Span<const wg::Prefix> removed) {
  Update(node, {.public_key = nodes()[node].key}, added, removed);
}

void CiliumIncremental::OnMove(int, int to, const wg::Prefix& prefix) {
  Update(to, {.public_key = nodes()[to].key}, {&prefix, 1}, {});
}

void CiliumIncremental::OnNodeAdded(int node) {
  wg::SetPeer peer = Whole(node);
  peer.allowed_ips.clear();
  Update(node, std::move(peer), nodes()[node].prefixes, {});
}

void CiliumIncremental::OnNodeRemoved(int node) {
  left_over_.erase(node);
  sent_.push_back({node, {}});
  Send({OnePeer(Removal(nodes()[node].key))});
}

void CiliumIncremental::OnKeyChanged(int node, const wg::PublicKey& old_key) {
  wg::SetPeer peer = Whole(node);
  peer.allowed_ips.clear();
  Update(node, std::move(peer), nodes()[node].prefixes, {}, {OnePeer(Removal(old_key))});
}

void CiliumIncremental::OnKeyRemoved(int node, const wg::PublicKey& old_key) {
  sent_.push_back({node, {}});
  Send({OnePeer(Removal(old_key))});
}

void CiliumIncremental::OnEndpointChanged(int node) {
  wg::SetPeer peer{.public_key = nodes()[node].key};
  peer.endpoint = nodes()[node].endpoint;
  Update(node, std::move(peer), {}, {});
}

void CiliumIncremental::OnRestart() {
  sent_.clear();
  left_over_.clear();
  gc_failures_ = 0;
  Sleep();
}

void CiliumIncremental::OnAnswered(bool ok) {
  Sent sent = std::move(sent_.front());
  sent_.pop_front();
  if (sent.node < 0) {
    if (ok || gc_failures_ == kGcRetries) return;
    WakeAt(now() + std::min(kGcBackoff * (1 << gc_failures_++), kGcBackoffLimit));
    return;
  }
  if (ok) return;
  Owed& left = left_over_[sent.node];
  left.insert.insert(left.insert.end(), sent.owed.insert.begin(), sent.owed.insert.end());
  left.remove.insert(left.remove.end(), sent.owed.remove.begin(), sent.owed.remove.end());
}

void CiliumIncremental::Gc(int failures) {
  gc_failures_ = failures;
  std::vector<wg::SetDevice> requests = RemoveUnknown();
  for (const wg::GetPeer& peer : ReadDevice().peers) {
    const int node = NodeWithKey(peer.public_key);
    if (node < 0) continue;
    const PrefixList& wanted = nodes()[node].prefixes;
    std::vector<wg::Prefix> stale;
    for (const wg::Prefix& prefix : peer.allowed_ips) {
      if (std::find(wanted.begin(), wanted.end(), prefix) == wanted.end()) stale.push_back(prefix);
    }
    if (!stale.empty()) Append({.public_key = peer.public_key}, {}, stale, &requests);
  }
  if (requests.empty()) return;
  Call("gc");
  sent_.push_back({-1, {}});
  Send(std::move(requests));
}

}  // namespace scenario
