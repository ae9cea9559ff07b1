// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Kilo (pkg/wireguard/conf.go, pkg/mesh/mesh.go): the wanted configuration is compared with the device's, at events and every 30 s; on
// any difference everything is sent, with REPLACE_PEERS, and REPLACE_ALLOWEDIPS for each peer. For a time the comparison never
// found them equal, so that packets were lost every 30 s (squat/kilo#82: never_equal).
//
// Judgement: it compares keys, lists and keepalives, and the endpoints with those that it configured last, so that a peer that
// roams is no difference. An event that changes nothing does nothing, also with never_equal.
#include "absl/container/btree_map.h"
#include "scenarios/managers/programs.h"

namespace scenario {
namespace {

class Kilo : public Manager {
 public:
  using Manager::Manager;

 private:
  void OnAdopted(int node) override { endpoints_[nodes()[node].key] = nodes()[node].endpoint; }
  void OnRestart() override { endpoints_.clear(); }
  void OnResync() override {
    doubtful_ = values().never_equal;
    Changed();
  }

  bool IsEqual() const {
    const wg::GetDevice running = ReadDevice();
    const std::vector<int> present = Present();
    if (running.peers.size() != present.size()) return false;
    for (const int node : present) {
      const MeshNode& wanted = nodes()[node];
      const wg::GetPeer* there = FindPeer(running, wanted.key);
      if (there == nullptr || there->persistent_keepalive != wanted.keepalive) return false;
      if (!SameList(there->allowed_ips, wanted.prefixes)) return false;
      const auto endpoint = endpoints_.find(wanted.key);
      if (endpoint != endpoints_.end() && endpoint->second != wanted.endpoint) return false;
    }
    return true;
  }

  void OnWake() override {
    const bool equal = IsEqual();
    if (equal && !doubtful_) return;
    doubtful_ = false;
    endpoints_.clear();
    for (const int node : Present()) endpoints_[nodes()[node].key] = nodes()[node].endpoint;
    wg::SetDevice request = WholeDevice();
    request.replace_peers = true;
    Send({std::move(request)});
  }

  absl::btree_map<wg::PublicKey, std::optional<wg::Endpoint>> endpoints_;
  bool doubtful_ = false;
};

}  // namespace

std::unique_ptr<Manager> MakeKilo(Manager::Options options) {
  return std::make_unique<Kilo>(std::move(options));
}

}  // namespace scenario
