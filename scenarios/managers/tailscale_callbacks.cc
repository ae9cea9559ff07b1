// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Tailscale since 2026-07 (f831469c2, 72ca0cae4): wireguard-go asks the program for a peer when the first packet for it, or from it,
// is there; RemoveMatchingPeers takes one away, SetAllowedIPs changes the addresses of one.
//
// Judgement: which peer an address belongs to is then Tailscale's own table, which changes in one go; here its entries change one by
// one, without REPLACE. Peers that are configured at the start exist. A restart loses the whole device.
#include "absl/container/btree_set.h"
#include "scenarios/managers/programs.h"

namespace scenario {
namespace {

class TailscaleCallbacks : public Manager {
 public:
  using Manager::Manager;

  bool WakesNodes() const override { return true; }
  bool SeesPackets() const override { return true; }
  bool Sleeps(int node) const override {
    return !syncing() && nodes()[node].present && !exists_.contains(node);
  }

 private:
  void OnAdopted(int node) override { exists_.insert(node); }
  void OnPrefixes(int node, absl::Span<const wg::Prefix> added,
                  absl::Span<const wg::Prefix> removed) override {
    if (exists_.contains(node)) Send({OnePeer(Entries(nodes()[node].key, added, removed))});
  }
  void OnMove(int from, int to, const wg::Prefix& prefix) override {
    if (exists_.contains(to)) {
      Send({OnePeer(Entries(nodes()[to].key, {&prefix, 1}))});
    } else if (exists_.contains(from)) {
      Send({OnePeer(Entries(nodes()[from].key, {}, {&prefix, 1}))});
    }
  }
  void OnNodeAdded(int) override {}
  void OnNodeRemoved(int node) override {
    if (exists_.erase(node) > 0) Send({OnePeer(Removal(nodes()[node].key))});
  }
  void OnKeyChanged(int node, const wg::PublicKey& old_key) override {
    if (exists_.erase(node) > 0) Send({OnePeer(Removal(old_key))});
  }
  void OnEndpointChanged(int node) override {
    if (!exists_.contains(node)) return;
    wg::SetPeer peer{.public_key = nodes()[node].key};
    peer.endpoint = nodes()[node].endpoint;
    Send({OnePeer(std::move(peer))});
  }
  void OnActive(int node) override {
    if (!Sleeps(node)) return;
    exists_.insert(node);
    Send({OnePeer(Whole(node))}, /*at_once=*/true);
  }
  void OnResync() override { Send(RemoveUnknown()); }
  void OnRestart() override { exists_.clear(); }
  void OnSynced() override {
    wg::SetDevice nobody;
    nobody.replace_peers = true;
    Send({nobody});
  }

  absl::btree_set<int> exists_;
};

}  // namespace

std::unique_ptr<Manager> MakeTailscaleCallbacks(Manager::Options options) {
  return std::make_unique<TailscaleCallbacks>(std::move(options));
}

}  // namespace scenario
