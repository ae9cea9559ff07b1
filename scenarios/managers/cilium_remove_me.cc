// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
//
// Cilium as it could be with WGALLOWEDIP_F_REMOVE_ME (Linux 6.16, commit ba3d7b93dbe3; wgctrl-go has not merged it: PR #156):
// one call for each event, in which single addresses go and come.
#include "scenarios/managers/cilium_incremental.h"
#include "scenarios/managers/programs.h"

namespace scenario {
namespace {

class CiliumRemoveMe : public CiliumIncremental {
 public:
  using CiliumIncremental::CiliumIncremental;

 private:
  void Append(wg::SetPeer peer, absl::Span<const wg::Prefix> insert,
              absl::Span<const wg::Prefix> remove,
              std::vector<wg::SetDevice>* requests) const override {
    const bool says = peer.endpoint || peer.preshared_key || peer.persistent_keepalive;
    if (!says && insert.empty() && remove.empty()) return;
    peer.allowed_ips = Entries(peer.public_key, insert, remove).allowed_ips;
    requests->push_back(OnePeer(std::move(peer)));
  }
};

}  // namespace

std::unique_ptr<Manager> MakeCiliumRemoveMe(Manager::Options options) {
  return std::make_unique<CiliumRemoveMe>(std::move(options));
}

}  // namespace scenario
