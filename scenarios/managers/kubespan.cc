// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Talos KubeSpan (controllers/kubespan/manager.go, adapters/network/wireguard_spec.go@0102a64a): the device's peers and the wanted ones,
// both sorted by public key, are compared, and the difference is one call: a peer that is not wanted is removed, one that differs in
// anything, endpoint and keepalive too, gets REPLACE_ALLOWEDIPS and its full list. Compared at events and every 30 s.
//
// Judgement: endpoints are compared with those configured last (KubeSpan takes over those that a peer roamed to). Its choice of
// another endpoint for a peer that is down needs several endpoints for one node, which nodes do not have here.
#include "absl/container/btree_map.h"
#include "scenarios/managers/programs.h"

namespace scenario {
namespace {

class Kubespan : public Manager {
 public:
  using Manager::Manager;

 private:
  void OnAdopted(int node) override { endpoints_[nodes()[node].key] = nodes()[node].endpoint; }
  void OnRestart() override { endpoints_.clear(); }

  void OnWake() override {
    const wg::GetDevice running = ReadDevice();
    absl::btree_map<wg::PublicKey, const wg::GetPeer*> there;
    for (const wg::GetPeer& peer : running.peers) there[peer.public_key] = &peer;
    absl::btree_map<wg::PublicKey, int> wanted;
    for (const int node : Present()) wanted[nodes()[node].key] = node;
    absl::btree_map<wg::PublicKey, wg::SetPeer> differences;
    for (const auto& [key, peer] : there) {
      if (!wanted.contains(key)) differences[key] = Removal(key);
    }
    for (const auto& [key, node] : wanted) {
      const auto known = there.find(key);
      if (known != there.end() && IsEqual(*known->second, nodes()[node])) continue;
      differences[key] = Replaced(node);
    }
    endpoints_.clear();
    for (const auto& [key, node] : wanted) endpoints_[key] = nodes()[node].endpoint;
    if (differences.empty()) return;
    wg::SetDevice request;
    for (auto& [key, peer] : differences) request.peers.push_back(std::move(peer));
    Send({std::move(request)});
  }

  bool IsEqual(const wg::GetPeer& there, const MeshNode& wanted) const {
    const auto endpoint = endpoints_.find(wanted.key);
    return there.persistent_keepalive == wanted.keepalive &&
           (endpoint == endpoints_.end() || endpoint->second == wanted.endpoint) &&
           SameList(there.allowed_ips, wanted.prefixes);
  }

  absl::btree_map<wg::PublicKey, std::optional<wg::Endpoint>> endpoints_;
};

}  // namespace

std::unique_ptr<Manager> MakeKubespan(Manager::Options options) {
  return std::make_unique<Kubespan>(std::move(options));
}

}  // namespace scenario
