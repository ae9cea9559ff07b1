// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Cilium since 1.16.3 (agent.go@00689129; cilium/cilium#34612): wgctrl-go cannot remove single addresses, so what goes is moved to
// a peer whose public key is all zero, and that peer is removed. Three calls at worst: insert, move, remove.
#include "scenarios/managers/cilium_incremental.h"
#include "scenarios/managers/programs.h"

namespace scenario {
namespace {

class CiliumDummyPeer : public CiliumIncremental {
 public:
  using CiliumIncremental::CiliumIncremental;

 private:
  void Append(wg::SetPeer peer, absl::Span<const wg::Prefix> insert,
              absl::Span<const wg::Prefix> remove,
              std::vector<wg::SetDevice>* requests) const override {
    const bool says = peer.endpoint || peer.preshared_key || peer.persistent_keepalive;
    if (says || !insert.empty()) {
      peer.allowed_ips = Entries(peer.public_key, insert).allowed_ips;
      requests->push_back(OnePeer(std::move(peer)));
    }
    if (remove.empty()) return;
    requests->push_back(OnePeer(Entries(kDummyPeerKey, remove)));
    requests->push_back(OnePeer(Removal(kDummyPeerKey)));
  }
};

}  // namespace

std::unique_ptr<Manager> MakeCiliumDummyPeer(Manager::Options options) {
  return std::make_unique<CiliumDummyPeer>(std::move(options));
}

}  // namespace scenario
