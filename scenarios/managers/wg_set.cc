// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/managers/wg_set.h"

#include <utility>

#include "scenarios/managers/programs.h"

namespace scenario {

void WgSet::OnPrefixes(int node, absl::Span<const wg::Prefix>, absl::Span<const wg::Prefix>) {
  Send({OnePeer(ReplacedList(node))});
}

void WgSet::OnMove(int from, int to, const wg::Prefix&) {
  Send({OnePeer(ReplacedList(to)), OnePeer(ReplacedList(from))});
}

void WgSet::OnNodeAdded(int node) { Send({OnePeer(Replaced(node))}); }
void WgSet::OnNodeRemoved(int node) { Send({OnePeer(Removal(nodes()[node].key))}); }

void WgSet::OnKeyChanged(int node, const wg::PublicKey& old_key) {
  Send({OnePeer(Removal(old_key)), OnePeer(Replaced(node))});
}

void WgSet::OnKeyRemoved(int, const wg::PublicKey& old_key) { Send({OnePeer(Removal(old_key))}); }

void WgSet::OnEndpointChanged(int node) {
  wg::SetPeer peer{.public_key = nodes()[node].key};
  peer.endpoint = nodes()[node].endpoint;
  Send({OnePeer(std::move(peer))});
}

void WgSet::OnResync() {
  for (const int node : Present()) Send({OnePeer(Replaced(node))});
}

std::unique_ptr<Manager> MakeWgSet(Manager::Options options) {
  return std::make_unique<WgSet>(std::move(options));
}

}  // namespace scenario
