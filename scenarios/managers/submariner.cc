// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Submariner (pkg/cable/wireguard/driver.go@035e02f7): one call for each remote gateway, REPLACE_ALLOWEDIPS with its subnets. As long
// as the key is the same, nothing that changes is applied, neither subnets nor endpoint; with another key the old peer is removed,
// whatever becomes of that, and the new one takes over. At the start the link is made anew with REPLACE_PEERS.
//
// Judgement: keepalive 10 s. At its start Submariner also makes a new key; a scenario that wants that says change_key.
#include "absl/container/btree_map.h"
#include "scenarios/managers/programs.h"

namespace scenario {
namespace {

constexpr uint16_t kKeepalive = 10;

class Submariner : public Manager {
 public:
  using Manager::Manager;

 private:
  void OnAdopted(int node) override { connected_[node] = nodes()[node].key; }
  void OnPrefixes(int, absl::Span<const wg::Prefix>, absl::Span<const wg::Prefix>) override {}
  void OnMove(int, int, const wg::Prefix&) override {}
  void OnEndpointChanged(int) override {}
  void OnNodeAdded(int node) override { Connect(node); }
  void OnKeyChanged(int node, const wg::PublicKey&) override { Connect(node); }
  // Two gateways, as far as it knows, until the first one is gone.
  void OnKeyAdded(int node, const wg::PublicKey&) override {
    connected_.erase(node);
    Connect(node);
  }
  void OnKeyRemoved(int, const wg::PublicKey& old_key) override { Send({OnePeer(Removal(old_key))}); }
  void OnNodeRemoved(int node) override {
    connected_.erase(node);
    Send({OnePeer(Removal(nodes()[node].key))});
  }
  void OnResync() override {
    for (const int node : Present()) Connect(node);
  }
  void OnRestart() override {
    connected_.clear();
    wg::SetDevice request = OwnIdentity();
    request.replace_peers = true;
    Send({std::move(request)});
  }
  // What is told of a gateway comes whole: its subnets are known when it is.
  void OnSynced() override {
    for (const int node : Present()) Connect(node);
  }

  void Connect(int node) {
    if (syncing()) return;
    std::vector<wg::SetDevice> requests;
    if (const auto known = connected_.find(node); known != connected_.end()) {
      if (known->second == nodes()[node].key) return;
      requests.push_back(OnePeer(Removal(known->second)));
    }
    connected_[node] = nodes()[node].key;
    wg::SetPeer peer = Replaced(node);
    if (!peer.persistent_keepalive) peer.persistent_keepalive = kKeepalive;
    requests.push_back(OnePeer(std::move(peer)));
    Send(std::move(requests));
  }

  absl::btree_map<int, wg::PublicKey> connected_;
};

}  // namespace

std::unique_ptr<Manager> MakeSubmariner(Manager::Options options) {
  return std::make_unique<Submariner>(std::move(options));
}

}  // namespace scenario
