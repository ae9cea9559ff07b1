// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Cilium until 1.16.2 (pkg/wireguard/agent/agent.go@3b7a879e): one netlink call for each IPCache event, REPLACE_ALLOWEDIPS with
// the peer's full list, for additions too. No batching.
//
// After a restart it knows nothing: each node that it is told of is configured with what is known of it by then, which takes
// away the rest until the events have come (cilium/cilium#31979, #34095). Peers nobody told of are then removed (#31985).
//
// Judgement: of an address that moves, the new owner's list comes first; a new key is two calls, the old peer's removal first.
#include "scenarios/managers/programs.h"

namespace scenario {
namespace {

class CiliumReplace : public Manager {
 public:
  using Manager::Manager;

 private:
  void OnPrefixes(int node, absl::Span<const wg::Prefix>, absl::Span<const wg::Prefix>) override {
    Send({OnePeer(ReplacedList(node))});
  }
  void OnMove(int from, int to, const wg::Prefix&) override {
    Send({OnePeer(ReplacedList(to)), OnePeer(ReplacedList(from))});
  }
  void OnNodeAdded(int node) override { Send({OnePeer(Replaced(node))}); }
  void OnNodeRemoved(int node) override { Send({OnePeer(Removal(nodes()[node].key))}); }
  void OnKeyChanged(int node, const wg::PublicKey& old_key) override {
    Send({OnePeer(Removal(old_key)), OnePeer(Replaced(node))});
  }
  void OnKeyAdded(int node, const wg::PublicKey&) override { OnNodeAdded(node); }
  void OnKeyRemoved(int, const wg::PublicKey& old_key) override { Send({OnePeer(Removal(old_key))}); }
  void OnEndpointChanged(int node) override { Send({OnePeer(Replaced(node))}); }
  void OnResync() override { Send(RemoveUnknown()); }
  void OnSynced() override { Send(RemoveUnknown()); }
};

}  // namespace

std::unique_ptr<Manager> MakeCiliumReplace(Manager::Options options) {
  return std::make_unique<CiliumReplace>(std::move(options));
}

}  // namespace scenario
