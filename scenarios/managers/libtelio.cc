// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// libtelio, of NordVPN (crates/telio-wg/src/wg.rs): the wanted peers are compared with the device's; if anything differs, one request in
// text: what goes with remove=true, then all others: with update_only those that stay, replace_allowed_ips only for those whose list
// differs. It looks at the device every second, and 50 ms after a change. Keepalive 10 s.
//
// Judgement: a peer that stays and does not differ is sent with its endpoint and keepalive, without a list.
#include "absl/container/btree_map.h"
#include "scenarios/managers/programs.h"

namespace scenario {
namespace {

constexpr uint16_t kKeepalive = 10;
constexpr sim::Duration kLookAfterChange = std::chrono::milliseconds(50);

class Libtelio : public Manager {
 public:
  using Manager::Manager;

 private:
  void OnAdopted(int node) override { endpoints_[nodes()[node].key] = nodes()[node].endpoint; }
  void OnRestart() override { endpoints_.clear(); }

  void OnWake() override {
    const wg::GetDevice running = ReadDevice();
    wg::SetDevice request;
    bool differs = false;
    for (const wg::GetPeer& peer : running.peers) {
      if (NodeWithKey(peer.public_key) >= 0) continue;
      request.peers.push_back(Removal(peer.public_key));
      differs = true;
    }
    for (const int node : Present()) {
      const MeshNode& wanted = nodes()[node];
      const wg::GetPeer* there = FindPeer(running, wanted.key);
      const auto [endpoint, is_new] = endpoints_.try_emplace(wanted.key, wanted.endpoint);
      wg::SetPeer peer = Replaced(node);
      if (!peer.persistent_keepalive) peer.persistent_keepalive = kKeepalive;
      const bool same_list =
          there != nullptr && SameList(there->allowed_ips, wanted.prefixes);
      differs = differs || !same_list || endpoint->second != wanted.endpoint;
      endpoint->second = wanted.endpoint;
      peer.update_only = there != nullptr;
      if (same_list) {
        peer.replace_allowed_ips = false;
        peer.allowed_ips.clear();
      }
      request.peers.push_back(std::move(peer));
    }
    if (!differs) return;
    Send({std::move(request)});
    Call("poll");
    WakeAt(now() + kLookAfterChange);
  }

  absl::btree_map<wg::PublicKey, std::optional<wg::Endpoint>> endpoints_;
};

}  // namespace

std::unique_ptr<Manager> MakeLibtelio(Manager::Options options) {
  return std::make_unique<Libtelio>(std::move(options));
}

}  // namespace scenario
