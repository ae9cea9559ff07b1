// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// flannel's wireguard backend: one call for each lease, REPLACE_ALLOWEDIPS with the node's subnets, and private key and listen port of
// the interface again each time (on wireguard-go that binds the sockets anew). A lease that goes removes the peer. At the start the link
// is made anew: REPLACE_PEERS.
//
// A node that comes back under another key is another lease: the peer of the old key stays (k3s-io/k3s#5216), unless the old lease is
// said to be gone.
//
// Judgement: flannel has one subnet for each node; a prefix that comes or goes counts as that node's lease being written again.
#include "scenarios/managers/programs.h"

namespace scenario {
namespace {

class Flannel : public Manager {
 public:
  using Manager::Manager;

 private:
  wg::SetDevice Lease(int node) const {
    wg::SetDevice request = OwnIdentity();
    request.peers.push_back(Replaced(node));
    return request;
  }

  void OnPrefixes(int node, absl::Span<const wg::Prefix>, absl::Span<const wg::Prefix>) override {
    Send({Lease(node)});
  }
  void OnMove(int from, int to, const wg::Prefix&) override { Send({Lease(to), Lease(from)}); }
  void OnNodeAdded(int node) override { Send({Lease(node)}); }
  void OnNodeRemoved(int node) override { Send({OnePeer(Removal(nodes()[node].key))}); }
  void OnKeyChanged(int node, const wg::PublicKey&) override { Send({Lease(node)}); }
  void OnKeyRemoved(int, const wg::PublicKey& old_key) override { Send({OnePeer(Removal(old_key))}); }
  void OnEndpointChanged(int node) override { Send({Lease(node)}); }
  void OnResync() override {
    for (const int node : Present()) Send({Lease(node)});
  }
  void OnRestart() override {
    wg::SetDevice request = OwnIdentity();
    request.replace_peers = true;
    Send({std::move(request)});
  }
  void OnSynced() override {}
};

}  // namespace

std::unique_ptr<Manager> MakeFlannel(Manager::Options options) {
  return std::make_unique<Flannel>(std::move(options));
}

}  // namespace scenario
