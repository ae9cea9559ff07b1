// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Tailscale until 2026-04 (wgengine/wgcfg): for each network map the whole wanted configuration is compared with the device's, and
// the difference is one request in text: peers that go, then the blocks of peers that are new or differ; a list that differs is
// sent with replace_allowed_ips=true. A peer without traffic for 5 minutes (seen every 10 s, decided once a minute) is taken out of the
// configuration; a packet for it, or from it, puts it back before that packet goes on (tailscale/tailscale#18997, #17858).
//
// Judgement: the program is wireguard-go's own process, so the packet that wakes a peer waits until it is there; a restart of it
// loses the whole device.
#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "scenarios/managers/idle_watch.h"
#include "scenarios/managers/programs.h"

namespace scenario {
namespace {

class TailscaleConfig : public Manager {
 public:
  using Manager::Manager;

  bool WakesNodes() const override { return values().idle_after > sim::Duration(0); }
  bool SeesPackets() const override { return true; }
  bool Sleeps(int node) const override { return trimmed_.contains(node); }

 private:
  void OnAdopted(int node) override { endpoints_[nodes()[node].key] = nodes()[node].endpoint; }
  void OnStart() override {
    if (values().idle_after == sim::Duration(0)) return;
    next_look_ = now() + IdleWatch::kLook;
    WakeAt(next_look_);
  }
  void OnRestart() override {
    endpoints_.clear();
    trimmed_.clear();
    restarted_ = true;
  }
  void OnNodeRemoved(int node) override {
    trimmed_.erase(node);
    Changed();
  }
  void OnActive(int node) override {
    if (trimmed_.erase(node) == 0) return;
    Apply(/*at_once=*/true);
  }
  void OnWake() override {
    if (values().idle_after > sim::Duration(0)) {
      if (now() >= next_look_) {
        if (idle_.Look(ReadDevice(), now()) && Trim()) changed_ = true;
        next_look_ += IdleWatch::kLook;
      }
      WakeAt(next_look_);
    }
    if (!changed_ || syncing()) return;
    changed_ = false;
    Apply(/*at_once=*/false);
  }
  void Changed() override {
    changed_ = true;
    Manager::Changed();
  }

  bool Trim() {
    bool any = false;
    for (const int node : Present()) {
      if (!idle_.IsIdle(nodes()[node].key, now(), values().idle_after)) continue;
      if (!trimmed_.insert(node).second) continue;
      any = true;
      Call("trim idle peers");
    }
    return any;
  }

  void Apply(bool at_once) {
    const wg::GetDevice running = ReadDevice();
    wg::SetDevice request;
    request.replace_peers = restarted_;
    for (const wg::GetPeer& peer : running.peers) {
      const int node = NodeWithKey(peer.public_key);
      if (restarted_ || (node >= 0 && !trimmed_.contains(node))) continue;
      request.peers.push_back(Removal(peer.public_key));
      endpoints_.erase(peer.public_key);
    }
    for (const int node : Present()) {
      if (trimmed_.contains(node)) continue;
      const MeshNode& wanted = nodes()[node];
      const wg::GetPeer* there = restarted_ ? nullptr : FindPeer(running, wanted.key);
      const auto [endpoint, is_new] = endpoints_.try_emplace(wanted.key, wanted.endpoint);
      if (there == nullptr) {
        request.peers.push_back(Replaced(node));
      } else if (!SameList(there->allowed_ips, wanted.prefixes)) {
        request.peers.push_back(ReplacedList(node));
        if (endpoint->second != wanted.endpoint) request.peers.back().endpoint = wanted.endpoint;
      } else if (endpoint->second != wanted.endpoint) {
        request.peers.push_back({.public_key = wanted.key});
        request.peers.back().endpoint = wanted.endpoint;
      }
      endpoint->second = wanted.endpoint;
    }
    if (request.peers.empty() && !restarted_) return;
    restarted_ = false;
    Send({std::move(request)}, at_once);
  }

  IdleWatch idle_;
  sim::Time next_look_{};
  absl::btree_set<int> trimmed_;
  absl::btree_map<wg::PublicKey, std::optional<wg::Endpoint>> endpoints_;  // as configured last
  bool restarted_ = false;
  bool changed_ = false;  // since it was applied last
};

}  // namespace

std::unique_ptr<Manager> MakeTailscaleConfig(Manager::Options options) {
  return std::make_unique<TailscaleConfig>(std::move(options));
}

}  // namespace scenario
