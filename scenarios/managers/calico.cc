// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Calico (felix/wireguard/wireguard.go): events are only recorded; each turn of the data-plane loop applies what has gathered, in
// one call that deletes peers and one call with the deltas of all nodes. A node that is not programmed yet gets REPLACE_ALLOWEDIPS
// and its full list; one that only gets prefixes those alone with UPDATE_ONLY; one that loses any its full list with
// REPLACE_ALLOWEDIPS, because there is no way to delete one. Every 90 s, and after a restart once everything is known, the device
// is read: unknown peers go, what differs is repaired. Two nodes that claim one key are both left out.
//
// A prefix that moves leaves the old node first and is added to the new one then: in between it is nobody's.
//
// Judgement: the loop turns as soon as it has nothing else to do (felix limits it to about ten turns a second under load).
#include <algorithm>

#include "absl/container/btree_map.h"
#include "scenarios/managers/programs.h"

namespace scenario {
namespace {

class Calico : public Manager {
 public:
  using Manager::Manager;

 private:
  struct Programmed {
    wg::PublicKey key;
    std::optional<wg::Endpoint> endpoint;
    PrefixList list;
  };

  void OnAdopted(int node) override { MarkProgrammed(node); }
  void OnRestart() override {
    programmed_.clear();
    read_first_ = false;
  }
  void OnResync() override {
    read_first_ = true;
    Changed();
  }
  void OnSynced() override { OnResync(); }

  void MarkProgrammed(int node) {
    programmed_[node] = {nodes()[node].key, nodes()[node].endpoint, nodes()[node].prefixes};
  }

  bool IsWanted(int node) const {
    if (!nodes()[node].present) return false;
    for (const int other : Present()) {
      if (other != node && nodes()[other].key == nodes()[node].key) return false;
    }
    return true;
  }

  // What the device has counts, not what was meant to be there.
  void ReadBack(wg::SetDevice* deletions) {
    absl::btree_map<int, Programmed> before;
    before.swap(programmed_);
    for (const wg::GetPeer& peer : ReadDevice().peers) {
      const int node = NodeWithKey(peer.public_key);
      if (node < 0) {
        deletions->peers.push_back(Removal(peer.public_key));
        continue;
      }
      Programmed& now_there = programmed_[node];
      now_there = {peer.public_key, nodes()[node].endpoint, peer.allowed_ips};
      if (const auto known = before.find(node); known != before.end()) {
        now_there.endpoint = known->second.endpoint;
      }
    }
    read_first_ = false;
  }

  void OnWake() override {
    wg::SetDevice deletions;
    if (read_first_) ReadBack(&deletions);
    for (auto it = programmed_.begin(); it != programmed_.end();) {
      const bool stays = IsWanted(it->first) && nodes()[it->first].key == it->second.key;
      if (!stays) deletions.peers.push_back(Removal(it->second.key));
      it = stays ? std::next(it) : programmed_.erase(it);
    }
    wg::SetDevice losses, others;
    for (const int node : Present()) {
      if (IsWanted(node)) Delta(node, &losses, &others);
    }
    wg::SetDevice deltas = std::move(losses);
    for (wg::SetPeer& peer : others.peers) deltas.peers.push_back(std::move(peer));
    std::vector<wg::SetDevice> requests;
    if (!deletions.peers.empty()) requests.push_back(std::move(deletions));
    if (!deltas.peers.empty()) requests.push_back(std::move(deltas));
    Send(std::move(requests));
  }

  void Delta(int node, wg::SetDevice* losses, wg::SetDevice* others) {
    const MeshNode& wanted = nodes()[node];
    const auto known = programmed_.find(node);
    if (known == programmed_.end()) {
      others->peers.push_back(Replaced(node));
      return MarkProgrammed(node);
    }
    const Programmed& there = known->second;
    wg::SetPeer peer{.public_key = wanted.key, .update_only = true};
    if (there.endpoint != wanted.endpoint) peer.endpoint = wanted.endpoint;
    if (!SameList(there.list, wanted.prefixes)) {
      std::vector<wg::Prefix> old_list(there.list.begin(), there.list.end());
      std::vector<wg::Prefix> new_list(wanted.prefixes.begin(), wanted.prefixes.end());
      std::sort(old_list.begin(), old_list.end());
      std::sort(new_list.begin(), new_list.end());
      const bool loses =
          !std::includes(new_list.begin(), new_list.end(), old_list.begin(), old_list.end());
      peer.replace_allowed_ips = loses;
      for (const wg::Prefix& prefix : wanted.prefixes) {
        if (loses || !std::binary_search(old_list.begin(), old_list.end(), prefix)) {
          peer.allowed_ips.push_back({.prefix = prefix});
        }
      }
    }
    if (!peer.endpoint && !peer.replace_allowed_ips && peer.allowed_ips.empty()) return;
    (peer.replace_allowed_ips ? losses : others)->peers.push_back(std::move(peer));
    MarkProgrammed(node);
  }

  absl::btree_map<int, Programmed> programmed_;
  bool read_first_ = false;
};

}  // namespace

std::unique_ptr<Manager> MakeCalico(Manager::Options options) {
  return std::make_unique<Calico>(std::move(options));
}

}  // namespace scenario
