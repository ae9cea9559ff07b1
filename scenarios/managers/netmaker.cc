// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Netmaker (logic/peers.go; netclient SetPeers): the server waits until nothing has happened for 500 ms, 3 s at most, and pushes the
// list of all peers to every host; the client applies it with REPLACE_ALLOWEDIPS on every peer, and Remove for those that are gone.
// In its other form with ReplacePeers, which resets all connections (gravitl/netclient#491, netmaker#3706, #3183).
//
// Judgement: a client that starts is pushed to at once. A push carries all peers also if nothing differs.
#include <algorithm>

#include "absl/container/btree_set.h"
#include "scenarios/managers/programs.h"

namespace scenario {
namespace {

class Netmaker : public Manager {
 public:
  Netmaker(Options options, bool replace_peers)
      : Manager(std::move(options)), replace_peers_(replace_peers) {}

 private:
  void OnAdopted(int node) override { pushed_.insert(nodes()[node].key); }
  void OnRestart() override {
    first_.reset();
    pushed_.clear();
    for (const wg::GetPeer& peer : ReadDevice().peers) pushed_.insert(peer.public_key);
  }
  void OnSynced() override { WakeAt(now()); }
  void OnResync() override { WakeAt(now()); }

  void Changed() override {
    if (syncing()) return;
    if (!first_) first_ = now();
    Sleep();
    WakeAt(std::min(now() + values().debounce, *first_ + values().debounce_limit));
  }

  void OnWake() override {
    first_.reset();
    absl::btree_set<wg::PublicKey> before;
    before.swap(pushed_);
    wg::SetDevice request;
    request.replace_peers = replace_peers_;
    for (const int node : Present()) pushed_.insert(nodes()[node].key);
    for (const wg::PublicKey& key : before) {
      if (!pushed_.contains(key)) request.peers.push_back(Removal(key));
    }
    for (const int node : Present()) request.peers.push_back(Replaced(node));
    Call("push");
    Send({std::move(request)});
  }

  const bool replace_peers_;
  std::optional<sim::Time> first_;  // event that was not pushed yet
  absl::btree_set<wg::PublicKey> pushed_;
};

}  // namespace

std::unique_ptr<Manager> MakeNetmaker(Manager::Options options, bool replace_peers) {
  return std::make_unique<Netmaker>(std::move(options), replace_peers);
}

}  // namespace scenario
