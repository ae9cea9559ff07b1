// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Antrea (pkg/agent/wireguard/client_linux.go@1043e1b6): one call for each node that is processed, REPLACE_ALLOWEDIPS with its pod
// CIDRs and endpoint, whether or not anything has changed. A new key is two calls: the old peer goes, then the new one comes. At the
// start peers that no node has are removed.
//
// Judgement: Antrea has CIDRs for each node; a prefix that comes or goes counts as that node being processed.
#include "scenarios/managers/programs.h"

namespace scenario {
namespace {

class Antrea : public Manager {
 public:
  using Manager::Manager;

 private:
  void OnPrefixes(int node, absl::Span<const wg::Prefix>, absl::Span<const wg::Prefix>) override {
    Send({OnePeer(Replaced(node))});
  }
  void OnMove(int from, int to, const wg::Prefix&) override {
    Send({OnePeer(Replaced(to)), OnePeer(Replaced(from))});
  }
  void OnNodeAdded(int node) override { Send({OnePeer(Replaced(node))}); }
  void OnNodeRemoved(int node) override { Send({OnePeer(Removal(nodes()[node].key))}); }
  void OnKeyChanged(int node, const wg::PublicKey& old_key) override {
    Send({OnePeer(Removal(old_key)), OnePeer(Replaced(node))});
  }
  void OnKeyAdded(int node, const wg::PublicKey&) override { OnNodeAdded(node); }
  void OnKeyRemoved(int, const wg::PublicKey& old_key) override { Send({OnePeer(Removal(old_key))}); }
  void OnEndpointChanged(int node) override { Send({OnePeer(Replaced(node))}); }
  void OnResync() override {
    for (const int node : Present()) Send({OnePeer(Replaced(node))});
  }
  void OnSynced() override { Send(RemoveUnknown()); }
};

}  // namespace

std::unique_ptr<Manager> MakeAntrea(Manager::Options options) {
  return std::make_unique<Antrea>(std::move(options));
}

}  // namespace scenario
